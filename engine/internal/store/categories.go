package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	selectCategory = "SELECT g.id, w.id, g.name" + categoryRest
	// showCategory tells a category from earlier ones of the same name: two that were made on two devices may have one.
	showCategory = "SELECT g.id, w.id, g.name || ifnull((SELECT ' (' || (count(*) + 1) || ')' FROM category o WHERE o.workspace = g.workspace AND o.name_fold = g.name_fold AND o.id < g.id HAVING count(*) > 0), '')" + categoryRest
	categoryRest = ", g.description, g.fields, g.created_at, g.updated_at FROM category g JOIN workspace w ON w.key = g.workspace"
)

func scanCategory(row scanner) (c catalog.Category, err error) {
	var fields string
	var created, updated int64
	if err := row.Scan(&c.ID, &c.WorkspaceID, &c.Name, &c.Description, &fields, &created, &updated); err != nil {
		return c, err
	}
	c.CreatedAt, c.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	return c, json.Unmarshal([]byte(fields), &c.Fields)
}

// Categories lists those of a workspace, oldest first.
func (s *Store) Categories(ctx context.Context, workspaceID string) ([]catalog.Category, error) {
	list := []catalog.Category{}
	err := s.read(ctx, func(row scanner) error {
		c, err := scanCategory(row)
		list = append(list, c)
		return err
	}, showCategory+" WHERE w.id = ? AND w.deleted_at IS NULL ORDER BY g.created_at, g.id", workspaceID)
	return list, err
}

// Category returns one of a workspace. NotFound when it is not there.
func (s *Store) Category(ctx context.Context, workspaceID, id string) (catalog.Category, error) {
	c, err := scanCategory(s.readRow(ctx, showCategory+" WHERE g.id = ? AND w.id = ? AND w.deleted_at IS NULL", id, workspaceID))
	return c, s.fault(notFound(err, "There is no such category."))
}

// category is Category within a transaction; nil when it is not there.
func (t *tx) category(workspaceID, id string) (*catalog.Category, error) {
	c, err := scanCategory(t.row(selectCategory+" WHERE g.id = ? AND w.id = ?", id, workspaceID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &c, err
}

// CreateCategory makes a category of a workspace. Conflict when another one has its name, case ignored.
func (s *Store) CreateCategory(ctx context.Context, c catalog.Category) (catalog.Category, error) {
	err := s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(c.WorkspaceID)
		if err != nil {
			return err
		}
		c.ID, c.CreatedAt, c.UpdatedAt = t.s.newID(t.now), t.now.Truncate(time.Second), t.now.Truncate(time.Second)
		if err := t.freeCategoryName(workspace, c); err != nil {
			return err
		}
		_, err = t.exec(`INSERT INTO category (id, workspace, name, name_fold, description, fields, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			c.ID, workspace, c.Name, catalog.FoldCase(c.Name), c.Description, fieldsText(c.Fields), t.now.Unix(), t.now.Unix())
		if err != nil {
			return err
		}
		t.workspaceChanged(c.WorkspaceID)
		return t.itemCreated(catalog.KindCategory, c.ID, workspace, []byte{}, append(categoryFields(c), field{"createdAt", jsonText(t.now.Unix())}))
	})
	return c, err
}

// categoryFields is what the journal says of a category.
func categoryFields(c catalog.Category) []field {
	return []field{{"name", jsonText(c.Name)}, {"description", jsonText(c.Description)}, {"fields", fieldsText(c.Fields)}}
}

func fieldsText(fields []catalog.CategoryField) string {
	if len(fields) == 0 {
		return "[]"
	}
	return jsonText(fields)
}

// freeCategoryName returns Conflict when another category of the workspace has the name.
func (t *tx) freeCategoryName(workspace int64, c catalog.Category) error {
	var taken bool
	err := t.row("SELECT EXISTS (SELECT 1 FROM category WHERE workspace = ? AND name_fold = ? AND id <> ?)", workspace, catalog.FoldCase(c.Name), c.ID).Scan(&taken)
	if err == nil && taken {
		err = catalog.Errorf(catalog.Conflict, "There is another category named %s.", c.Name)
	}
	return err
}

// UpdateCategory changes what is present. Its contents follow in their version strings and in what finds them by the
// category's name before it returns, in slices of their own: a reader may meet both states meanwhile. Errors: NotFound,
// Invalid for what is wrong after the change, Conflict for a name that another category has.
func (s *Store) UpdateCategory(ctx context.Context, workspaceID, id string, change catalog.CategoryChange) (catalog.Category, error) {
	var after catalog.Category
	err := s.write(ctx, func(t *tx) error {
		before, err := t.category(workspaceID, id)
		if err != nil {
			return err
		}
		if before == nil {
			return catalog.Errorf(catalog.NotFound, "There is no such category.")
		}
		if after = *before; change == (catalog.CategoryChange{}) {
			return nil
		}
		after = change.Apply(after)
		if err := catalog.InvalidFields(after.Check()); err != nil {
			return err
		}
		workspace, err := t.liveWorkspace(workspaceID)
		if err != nil {
			return err
		}
		if change.Name != nil {
			if err := t.freeCategoryName(workspace, after); err != nil {
				return err
			}
		}
		after.UpdatedAt = t.now.Truncate(time.Second)
		return t.saveCategory(workspace, *before, after)
	})
	if err != nil {
		return catalog.Category{}, err
	}
	return after, s.followCategories(ctx)
}

func (t *tx) saveCategory(workspace int64, before, after catalog.Category) error {
	_, err := t.exec("UPDATE category SET name = ?, name_fold = ?, description = ?, fields = ?, updated_at = ? WHERE id = ?",
		after.Name, catalog.FoldCase(after.Name), after.Description, fieldsText(after.Fields), t.now.Unix(), after.ID)
	if err != nil {
		return err
	}
	var changed []field
	old := categoryFields(before)
	for i, f := range categoryFields(after) {
		if f != old[i] {
			changed = append(changed, f)
		}
	}
	t.workspaceChanged(after.WorkspaceID)
	if err := t.itemFields(after.ID, changed...); err != nil {
		return err
	}
	return t.categoryChanged(workspace, after.ID)
}

// DeleteCategory removes a category. Conflict while live contents have it; one in the trash that comes back later has a
// category that is not there, which is as good as none.
func (s *Store) DeleteCategory(ctx context.Context, workspaceID, id string) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.category(workspaceID, id)
		if err != nil {
			return err
		}
		if c == nil {
			return catalog.Errorf(catalog.NotFound, "There is no such category.")
		}
		var used bool
		err = t.row(`SELECT EXISTS (SELECT 1 FROM content INDEXED BY content_category
			WHERE workspace = (SELECT key FROM workspace WHERE id = ?) AND category = ? AND deleted_at IS NULL)`, workspaceID, id).Scan(&used)
		if err != nil {
			return err
		}
		if used {
			return catalog.Errorf(catalog.Conflict, "Documents have the category %s. Give them another one first.", c.Name)
		}
		if _, err := t.exec("DELETE FROM category WHERE id = ?", id); err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.itemDeleted(id)
	})
}

// projectCategory makes a category's row say what its item says.
func (t *tx) projectCategory(item catalog.Item, workspace int64) error {
	if item.Deleted() {
		if _, err := t.exec("DELETE FROM category WHERE id = ?", item.ID); err != nil {
			return err
		}
		return t.categoryChanged(workspace, item.ID)
	}
	c := catalog.Category{Name: "?"}
	created := t.now.Unix()
	fieldValue(item, "name", &c.Name)
	fieldValue(item, "description", &c.Description)
	fieldValue(item, "fields", &c.Fields)
	fieldValue(item, "createdAt", &created)
	_, err := t.exec(`INSERT INTO category (id, workspace, name, name_fold, description, fields, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_fold = excluded.name_fold, description = excluded.description,
		fields = excluded.fields, updated_at = excluded.updated_at`,
		item.ID, workspace, c.Name, catalog.FoldCase(c.Name), c.Description, fieldsText(c.Fields), created, t.now.Unix())
	if err != nil {
		return err
	}
	return t.categoryChanged(workspace, item.ID)
}

// followingName is the name of the setting that says that contents have yet to follow a change of a category; its value
// is the change.
const followingName = "category "

// categoryChanged notes that the contents of a category have to follow it. Whoever wrote calls followCategories after
// the commit, and opening the store does, should a crash have come between.
func (t *tx) categoryChanged(workspace int64, id string) error {
	seq, err := t.seq(workspace)
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", followingName+id, seq)
	return err
}

// followSlice is how many contents follow their category in one transaction.
const followSlice = 500

// followCategories writes anew what contents derive from categories that have changed.
func (s *Store) followCategories(ctx context.Context) error {
	type change struct{ name, seq string }
	var list []change
	err := s.read(ctx, func(row scanner) error {
		var c change
		err := row.Scan(&c.name, &c.seq)
		list = append(list, c)
		return err
	}, "SELECT name, value FROM setting WHERE name >= ? AND name < ?", followingName, "category!")
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := s.followCategory(ctx, c.name[len(followingName):]); err != nil {
			return err
		}
		// A later change has another number, and its own call.
		err := s.write(ctx, func(t *tx) error {
			_, err := t.exec("DELETE FROM setting WHERE name = ? AND value = ?", c.name, c.seq)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) followCategory(ctx context.Context, id string) error {
	var keys []int64
	err := s.read(ctx, func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		keys = append(keys, key)
		return err
	}, "SELECT c.key FROM workspace w CROSS JOIN content c INDEXED BY content_category ON c.workspace = w.key AND c.category = ? AND c.deleted_at IS NULL", id)
	if err != nil {
		return err
	}
	for slice := range slices.Chunk(keys, followSlice) {
		err := s.write(ctx, func(t *tx) error {
			for _, key := range slice {
				if err := t.describe(key); err != nil {
					return err
				}
				t.contentChanged(key)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
