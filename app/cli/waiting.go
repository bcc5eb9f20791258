package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// stated is the status document.
type stated struct {
	Version   string `json:"version"`
	DataDir   string `json:"dataDir"`
	Documents struct {
		Total    int       `json:"total"`
		Pending  int       `json:"pending"`
		Failed   int       `json:"failed"`
		Failures []failure `json:"failures"`
	} `json:"documents"`
	Chunks  int                   `json:"chunks"`
	Vectors catalog.VectorsStatus `json:"vectors"`
	Model   catalog.ModelStatus   `json:"model"`
	Folders []folderShape         `json:"folders"`
	Sync    []catalog.SyncStatus  `json:"sync"`
}

type failure struct {
	Path  string `json:"path"`
	Error string `json:"error"`
}

func shapeStatus(s catalog.Status) stated {
	out := stated{Version: s.Version, DataDir: s.DataDir, Chunks: s.Chunks, Vectors: s.Vectors, Model: s.Model,
		Folders: make([]folderShape, len(s.Folders)), Sync: s.Sync}
	out.Documents.Total, out.Documents.Pending, out.Documents.Failed = s.Documents.Total, s.Documents.Pending, s.Documents.Failed
	out.Documents.Failures = make([]failure, len(s.Documents.Failures))
	for i, f := range s.Documents.Failures {
		out.Documents.Failures[i] = failure{f.Path, f.Error}
	}
	for i, f := range s.Folders {
		out.Folders[i] = shapeFolder(f)
	}
	if out.Sync == nil {
		out.Sync = []catalog.SyncStatus{}
	}
	return out
}

func status(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		s, err := desk.Status(ctx)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(shapeStatus(s))
		}
		c.line("%s", sentenceOf(s))
		if p := s.Progress; p.Phase != "" && p.Phase != "idle" {
			c.line("%s", clean(progressLine(p)))
		}
		for _, why := range []string{s.Progress.Problem, s.Indexing.Reason} {
			if why != "" {
				c.line("%s", c.styled(yellow, clean(why)))
			}
		}
		if s.Model.Error != "" {
			c.line("%s", clean(s.Model.Error))
		}
		for _, f := range s.Folders {
			c.folderLine(f)
		}
		for _, one := range s.Sync {
			c.remoteLine(one)
		}
		for _, f := range s.Documents.Failures[:min(listed, len(s.Documents.Failures))] {
			c.line("%s: %s", c.styled(yellow, clean(f.Path)), clean(f.Error))
		}
		if more := len(s.Documents.Failures) - listed; more > 0 {
			c.line("… and %s; \"sheaf status --json\" lists them.", count(more, "more failure"))
		}
		c.partials(s.Documents)
		c.line("%s", c.styled(dim, "Data in "+clean(s.DataDir)))
		return nil
	})
}

// listed is how many documents of one sort are shown to people.
const listed = 10

// partials shows documents of which something was left out, and says how many have no text at all.
func (c *call) partials(d catalog.DocumentsStatus) {
	for _, p := range d.Partials[:min(listed, len(d.Partials))] {
		c.line("%s was read in part: %s", c.styled(yellow, clean(p.Path)), clean(strings.Join(p.Warnings, " ")))
	}
	if more := len(d.Partials) - listed; more > 0 {
		c.line("… and %s read in part; \"sheaf files --extent part\" lists them.", count(more, "more document"))
	}
	if d.Textless > 0 {
		c.line("%s without text, found by name; \"sheaf files --extent none\" says why.", count(d.Textless, "document"))
	}
}

// sentenceOf sums a status up.
func sentenceOf(s catalog.Status) string {
	text := count(s.Documents.Total, "document") + ", " + count(s.Chunks, "passage")
	switch {
	case s.Documents.Pending > 0:
		text += fmt.Sprintf("; %s to read", grouped(s.Documents.Pending))
	case s.Vectors.Pending > 0:
		text += fmt.Sprintf("; %s searchable by words, not yet by meaning", count(s.Vectors.Pending, "passage"))
	default:
		text += "; up to date"
	}
	if s.Documents.Partial > 0 {
		text += fmt.Sprintf("; %s read in part", grouped(s.Documents.Partial))
	}
	if s.Documents.Failed > 0 {
		text += fmt.Sprintf("; %s could not be read", count(s.Documents.Failed, "document"))
	}
	return text + "."
}

func wait(ctx context.Context, c *call) error {
	limit, err := duration("timeout", c.options.text("timeout"))
	if err != nil {
		return err
	}
	if limit > 24*time.Hour {
		return usage("--timeout can be a day at most.")
	}
	deadline := time.Now().Add(limit)
	return c.connect(ctx, reading, func(desk *client.Client) error {
		return c.waitIdle(ctx, desk, max(time.Until(deadline), 0))
	})
}

// waitIdle waits with progress and prints the state it ended in.
func (c *call) waitIdle(ctx context.Context, desk *client.Client, limit time.Duration) error {
	s, idle, err := c.watching(ctx, desk, limit)
	if err != nil {
		return err
	}
	if c.json {
		if err := c.document(shapeStatus(s)); err != nil {
			return err
		}
	} else if idle {
		c.line("%s", sentenceOf(s))
	}
	if !idle {
		return &exitError{exitPending, stillPending(s)}
	}
	return nil
}

// stillPending says what a wait did not live to see.
func stillPending(s catalog.Status) string {
	if s.Idle() {
		return "The time was over before every folder had been checked."
	}
	return fmt.Sprintf("The time is over; %s to read and %s to embed are still pending.",
		count(s.Documents.Pending, "document"), count(s.Vectors.Pending, "passage"))
}

func reindex(ctx context.Context, c *call) error {
	return c.connect(ctx, reading, func(desk *client.Client) error {
		if err := desk.Reindex(ctx); err != nil {
			return err
		}
		return c.waitIdle(ctx, desk, 24*time.Hour)
	})
}
