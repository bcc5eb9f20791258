package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// inferredCategory is the name under which the task that found a content's category is noted.
const inferredCategory = "categoryId"

// Infer writes what a task has found out about a live content, and that this task did: only where nothing is set. It
// returns the names of what the content has from this task, in this call or an earlier one. NotFound when the content has
// gone, Conflict when its workspace is archived.
func (s *Store) Infer(ctx context.Context, contentID string, found catalog.Inferred) (names []string, err error) {
	err = s.write(ctx, func(t *tx) error {
		c, archived, err := t.inferable(contentID)
		switch {
		case err != nil:
			return err
		case archived:
			return catalog.Errorf(catalog.Conflict, "The workspace was archived, and its documents are closed for changes.")
		}
		var fields []field
		note := func(name string) {
			c.Inference[name] = found.TaskID
			fields = append(fields, field{"inference." + name, jsonText(found.TaskID)})
		}
		if found.CategoryID != "" && c.CategoryID == "" {
			c.CategoryID = found.CategoryID
			fields = append(fields, field{"categoryId", jsonText(found.CategoryID)})
			note(inferredCategory)
		}
		for _, key := range slices.Sorted(maps.Keys(found.Metadata)) {
			if _, set := c.Metadata[key]; !set {
				c.Metadata[key] = found.Metadata[key]
				fields = append(fields, field{"metadata." + key, jsonText(found.Metadata[key])})
				note(key)
			}
		}
		for name, task := range c.Inference {
			if task == found.TaskID {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		if len(fields) == 0 {
			return nil
		}
		return t.saveInferred(c, fields)
	})
	return names, err
}

// inferable is what may be inferred of a live content.
func (t *tx) inferable(id string) (c catalog.Content, archived bool, err error) {
	var category, metadata, inference sql.NullString
	err = t.row(`SELECT c.key, c.id, w.id, c.category, c.metadata, c.inference, w.archived FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.id = ? AND c.deleted_at IS NULL AND w.deleted_at IS NULL`, id).Scan(&c.Key, &c.ID, &c.WorkspaceID, &category, &metadata, &inference, &archived)
	if err != nil {
		return c, false, notFound(err, "There is no such document.")
	}
	c.CategoryID = category.String
	if c.Metadata, err = readValues(metadata); err != nil {
		return c, false, err
	}
	c.Inference, err = readValues(inference)
	return c, archived, err
}

func (t *tx) saveInferred(c catalog.Content, fields []field) error {
	if err := t.saveDescription(c.Key, c.CategoryID, c.Metadata, c.Inference); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE content SET updated_at = ? WHERE key = ?", t.now.Unix(), c.Key); err != nil {
		return err
	}
	t.contentChanged(c.Key)
	t.workspaceChanged(c.WorkspaceID)
	return t.itemFields(c.ID, fields...)
}
