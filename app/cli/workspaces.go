package cli

import (
	"context"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func workspaceList(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		list, err := desk.Workspaces(ctx)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"workspaces": list})
		}
		for _, w := range list {
			notes := ""
			if w.IsDefault {
				notes += ", default"
			}
			if w.IsArchived {
				notes += ", archived"
			}
			c.line("%s  %s  %s%s", w.ID, c.styled(bold, clean(w.Name)), count(w.DocumentCount, "document"), notes)
		}
		return nil
	})
}

// done prints a changed workspace or says what was done.
func (c *call) doneWith(w catalog.Workspace, sentence string) error {
	if c.json {
		return c.document(w)
	}
	c.line("%s", sentence)
	return nil
}

func workspaceCreate(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		w, err := desk.CreateWorkspace(ctx, c.args[0])
		if err != nil {
			return err
		}
		return c.doneWith(w, "Made the workspace "+clean(w.Name)+" ("+w.ID+").")
	})
}

// changeWorkspace applies a change to the workspace that the first argument names.
func (c *call) changeWorkspace(ctx context.Context, change catalog.WorkspaceChange, sentence func(before, after catalog.Workspace) string) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		before, err := desk.ResolveWorkspace(ctx, c.args[0])
		if err != nil {
			return err
		}
		after, err := desk.UpdateWorkspace(ctx, before.ID, change)
		if err != nil {
			return err
		}
		return c.doneWith(after, sentence(before, after))
	})
}

func workspaceRename(ctx context.Context, c *call) error {
	return c.changeWorkspace(ctx, catalog.WorkspaceChange{Name: &c.args[1]}, func(before, after catalog.Workspace) string {
		return clean(before.Name) + " is now " + clean(after.Name) + "."
	})
}

func workspaceArchive(ctx context.Context, c *call) error {
	archived := true
	return c.changeWorkspace(ctx, catalog.WorkspaceChange{IsArchived: &archived}, func(_, after catalog.Workspace) string {
		return clean(after.Name) + " is archived: searchable, closed for changes."
	})
}

func workspaceDelete(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		w, err := desk.ResolveWorkspace(ctx, c.args[0])
		if err != nil {
			return err
		}
		if err := c.confirmDelete(w); err != nil {
			return err
		}
		if err := desk.DeleteWorkspace(ctx, w.ID); err != nil {
			return err
		}
		return c.doneWith(w, "Deleted the workspace "+clean(w.Name)+". Files in watched folders are untouched.")
	})
}

// confirmDelete asks for the name on a terminal; elsewhere only --yes counts.
func (c *call) confirmDelete(w catalog.Workspace) error {
	if c.options.flag("yes") {
		return nil
	}
	if !terminal(c.In) {
		return usage("deleting the workspace %s with its %s needs --yes.", clean(w.Name), count(w.DocumentCount, "document"))
	}
	said, err := c.asks("This deletes the workspace with its " + count(w.DocumentCount, "document") + ". Type its name, " + clean(w.Name) + ", to go on: ")
	if err != nil {
		return err
	}
	if said != w.Name {
		return &exitError{exitFailed, "That is not its name. Nothing was changed."}
	}
	return nil
}
