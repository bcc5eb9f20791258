package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// coverageDocument is the coverage document: the report, or one list of names.
type coverageDocument struct {
	catalog.Coverage
	Total int                 `json:"total"`
	Files []catalog.FileEntry `json:"files"` // those in the state that was asked for
}

func folderCoverage(ctx context.Context, c *call) error {
	state, limit := catalog.FileState(c.options.text("state")), c.options.number("limit")
	if state != "" && !slices.Contains(catalog.FileStates, state) {
		return usage("--state is indexed, reading, waiting, failed, excluded or skipped; got %s.", state)
	}
	if limit < 1 || limit > 1000 {
		return usage("--limit must be from 1 to 1,000.")
	}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		f, err := folderAt(ctx, desk, c.args[0])
		if err != nil {
			return err
		}
		document := coverageDocument{Files: []catalog.FileEntry{}}
		if document.Coverage, err = desk.Coverage(ctx, f.ID); err != nil {
			return err
		}
		if state != "" {
			if document.Files, document.Total, err = desk.Files(ctx, f.ID, state, limit); err != nil {
				return err
			}
		}
		if c.json {
			return c.document(document)
		}
		if state == "" {
			c.coverage(document.Coverage)
			return nil
		}
		for _, file := range document.Files {
			c.coveredLine(file)
		}
		if more := document.Total - len(document.Files); more > 0 {
			c.line("… and %s; --limit shows more.", count(more, "more name"))
		}
		return nil
	})
}

func (c *call) coverage(r catalog.Coverage) {
	c.line("%s", c.styled(bold, clean(r.Path)))
	parts := []string{string(r.State), count(r.Seen, "name") + " seen", grouped(r.Indexed) + " read"}
	for _, more := range []struct {
		n    int
		what string
	}{{r.Waiting, "to read"}, {r.Failed, "failed"}, {r.Excluded, "removed by you"}, {r.Skipped, "left out"}} {
		if more.n > 0 {
			parts = append(parts, grouped(more.n)+" "+more.what)
		}
	}
	c.line("    %s", strings.Join(parts, ", "))
	if r.Reason != "" {
		c.line("    %s", clean(r.Reason))
	}
	for _, g := range r.FailedBy {
		c.line("    %s: %s", c.styled(yellow, grouped(g.Documents)+" failed"), clean(g.Reason))
	}
	for _, g := range r.SkippedBy {
		c.line("    %s left out: %s (%s)", grouped(g.Names), clean(g.Reason), g.Skip)
	}
	if r.Missed > 0 {
		c.line("    %s found by scans only: the system did not tell.", count(r.Missed, "change"))
	}
}

func (c *call) coveredLine(f catalog.FileEntry) {
	line := clean(f.Path)
	if f.Reason != "" {
		line += ": " + clean(f.Reason)
	}
	c.line("%s", line)
}
