package store

import (
	"context"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// inferredCategory is the name under which the task that found a content's category is noted.
const inferredCategory = "categoryId"

// Infer writes what a task has found out about a live content, and that this task did: only where nothing is set. It
// returns the names of what the content has from this task, by this call or an earlier one. NotFound when the content has
// gone, Conflict when its workspace is archived, otherwise as UpdateContent.
func (s *Store) Infer(ctx context.Context, contentID string, found catalog.Inferred) (names []string, err error) {
	err = s.write(ctx, func(t *tx) error {
		before, err := t.described(contentID)
		if err != nil {
			return err
		}
		if err := t.unlessArchived(before.WorkspaceID); err != nil {
			return err
		}
		change := unset(before, found)
		for name, task := range change.Apply(before).Inference {
			if task == found.TaskID {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return t.changeDescription(before, change)
	})
	return names, err
}

// unset is what of a finding the content does not have.
func unset(c catalog.Content, found catalog.Inferred) catalog.ContentChange {
	change := catalog.ContentChange{Metadata: map[string]any{}, Inference: map[string]any{}}
	if found.CategoryID != "" && c.CategoryID == "" {
		change.CategoryID = &found.CategoryID
		change.Inference[inferredCategory] = found.TaskID
	}
	for key, value := range found.Metadata {
		if _, set := c.Metadata[key]; !set {
			change.Metadata[key], change.Inference[key] = value, found.TaskID
		}
	}
	return change
}

// unlessArchived returns Conflict when a live workspace is archived, NotFound when it is none.
func (t *tx) unlessArchived(workspaceID string) error {
	var archived bool
	err := t.row("SELECT archived FROM workspace WHERE id = ? AND deleted_at IS NULL", workspaceID).Scan(&archived)
	if err == nil && archived {
		return catalog.Errorf(catalog.Conflict, "The workspace was archived, and its documents are closed for changes.")
	}
	return notFound(err, "There is no such workspace.")
}
