package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// folderShape is a folder in --json documents.
type folderShape struct {
	ID          string              `json:"id,omitempty"` // not in status
	Path        string              `json:"path"`
	WorkspaceID string              `json:"workspaceId"`
	State       catalog.FolderState `json:"state"`
	Files       int                 `json:"files"`
	Skipped     int                 `json:"skipped"`
	Failed      int                 `json:"failed"`
	LastScan    *time.Time          `json:"lastScan"` // null: never
	Awaiting    int                 `json:"awaitingDeletion,omitempty"`
}

// shapeFolder maps a folder. One that asks about a bulk deletion is still watched: the question stands in its own field.
func shapeFolder(f catalog.Folder) folderShape {
	s := folderShape{Path: f.Path, WorkspaceID: f.WorkspaceID, State: f.State, Files: f.Files, Skipped: f.Skipped, Failed: f.Failed}
	if f.State == catalog.FolderAsking {
		s.State, s.Awaiting = catalog.FolderWatching, f.AwaitGone
	}
	if !f.LastScan.IsZero() {
		s.LastScan = &f.LastScan
	}
	return s
}

func folderAdd(ctx context.Context, c *call) error {
	dir, err := filepath.Abs(c.args[0])
	if err != nil {
		return usage("%q has no absolute path.", c.args[0])
	}
	spec := client.FolderSpec{Path: dir, WorkspaceID: c.options.text("workspace"), Ignore: c.options.list("ignore"), OpenArchives: c.options.flag("open-archives"), Consent: c.options.flag("yes")}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		folder, added, err := desk.AddFolder(ctx, spec)
		if catalog.CodeOf(err) == catalog.NeedsConsent {
			if err = c.consent(catalog.MessageOf(err)); err != nil {
				return err
			}
			spec.Consent = true
			folder, added, err = desk.AddFolder(ctx, spec)
		}
		if err != nil {
			return err
		}
		if c.json {
			shape := shapeFolder(folder)
			shape.ID = folder.ID
			return c.document(struct {
				folderShape
				Added bool `json:"added"`
			}{shape, added})
		}
		if !added {
			c.line("%s is watched already.", clean(folder.Path))
			return nil
		}
		c.line("Watching %s. \"sheaf wait\" reads it now; the agent keeps it up to date.", clean(folder.Path))
		return nil
	})
}

// consent asks y/N on a terminal; elsewhere only --yes counts.
func (c *call) consent(sentence string) error {
	if !terminal(c.In) {
		return &exitError{exitUsage, sentence + " Add --yes to agree."}
	}
	said, err := c.asks(clean(sentence) + " Go on? [y/N] ")
	if err != nil {
		return err
	}
	if s := strings.ToLower(said); s != "y" && s != "yes" {
		return &exitError{exitFailed, "Nothing was changed."}
	}
	return nil
}

// asks puts a question and reads one line.
func (c *call) asks(question string) (string, error) {
	fmt.Fprint(c.Err, question)
	line, err := bufio.NewReader(c.In).ReadString('\n')
	if err != nil && line == "" {
		return "", &exitError{exitFailed, "Nothing was changed."}
	}
	return strings.TrimSpace(line), nil
}

func folderList(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		folders, err := desk.Folders(ctx)
		if err != nil {
			return err
		}
		if c.json {
			shapes := make([]folderShape, len(folders))
			for i, f := range folders {
				shapes[i] = shapeFolder(f)
				shapes[i].ID = f.ID
			}
			return c.document(map[string]any{"folders": shapes})
		}
		if len(folders) == 0 {
			c.line("No folder is watched. Add one with \"sheaf folder add DIR\".")
		}
		for _, f := range folders {
			c.folderLine(f)
		}
		return nil
	})
}

func (c *call) folderLine(f catalog.Folder) {
	parts := []string{string(f.State), count(f.Files, "document")}
	if f.Pending > 0 {
		parts = append(parts, grouped(f.Pending)+" to read")
	}
	if f.Failed > 0 {
		parts = append(parts, grouped(f.Failed)+" failed")
	}
	if f.Skipped > 0 {
		parts = append(parts, grouped(f.Skipped)+" left out")
	}
	if f.Missed > 0 {
		parts = append(parts, count(f.Missed, "change")+" found by scans only")
	}
	c.line("%s", c.styled(bold, clean(f.Path)))
	c.line("    %s", strings.Join(parts, ", "))
	if f.Reason != "" {
		c.line("    %s", clean(f.Reason))
	}
}

// folderAt finds the watched folder that dir names: by id, by path, or by where its links lead.
func folderAt(ctx context.Context, desk *client.Client, dir string) (catalog.Folder, error) {
	folders, err := desk.Folders(ctx)
	if err != nil {
		return catalog.Folder{}, err
	}
	names := map[string]bool{dir: true}
	if abs, err := filepath.Abs(dir); err == nil {
		names[abs] = true
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			names[real] = true
		}
	}
	for _, f := range folders {
		if names[f.Path] || f.ID == dir {
			return f, nil
		}
	}
	if _, err := os.Stat(dir); err != nil {
		return catalog.Folder{}, catalog.Errorf(catalog.NotFound, "There is no folder %q, and none of that name is watched.", dir)
	}
	return catalog.Folder{}, catalog.Errorf(catalog.NotFound, "The folder %q is not watched; \"sheaf folder list\" shows those that are.", dir)
}

func folderRemove(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		f, err := folderAt(ctx, desk, c.args[0])
		if err != nil {
			return err
		}
		keep := c.options.flag("keep")
		if err := desk.RemoveFolder(ctx, f.ID, keep); err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"id": f.ID, "path": f.Path, "kept": keep})
		}
		if keep {
			c.line("%s is no longer watched; its %s stay searchable.", clean(f.Path), count(f.Files, "document"))
			return nil
		}
		c.line("%s is no longer watched; its %s went to the trash. The files are untouched.", clean(f.Path), count(f.Files, "document"))
		return nil
	})
}

func folderPause(ctx context.Context, c *call) error {
	return c.onFolder(ctx, "paused", (*client.Client).PauseFolder)
}

func folderResume(ctx context.Context, c *call) error {
	return c.onFolder(ctx, "resumed", (*client.Client).ResumeFolder)
}

func (c *call) onFolder(ctx context.Context, done string, do func(*client.Client, context.Context, string) error) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		id, what := "", "Everything"
		if len(c.args) == 1 {
			f, err := folderAt(ctx, desk, c.args[0])
			if err != nil {
				return err
			}
			id, what = f.ID, f.Path
		}
		if err := do(desk, ctx, id); err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"id": id, "state": done})
		}
		c.line("%s is %s.", clean(what), done)
		return nil
	})
}
