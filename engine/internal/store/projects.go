package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	// selectProject tells a project from earlier ones of the same name: two that were made on two devices may have one.
	selectProject = `SELECT p.id, w.id, p.name || ifnull((SELECT ' (' || (count(*) + 1) || ')' FROM project o
		WHERE o.workspace = p.workspace AND o.name_fold = p.name_fold AND o.id < p.id HAVING count(*) > 0), ''), p.description, p.created_at, p.updated_at FROM workspace w JOIN project p ON p.workspace = w.key
		WHERE w.id = ?1 AND w.deleted_at IS NULL`
	noProject = "There is no such project."
)

func scanProject(row scanner) (p catalog.Project, err error) {
	var created, updated int64
	err = row.Scan(&p.ID, &p.WorkspaceID, &p.Name, &p.Description, &created, &updated)
	p.CreatedAt, p.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	return p, err
}

// Projects lists those of a workspace, oldest first.
func (s *Store) Projects(ctx context.Context, workspaceID string) ([]catalog.Project, error) {
	list := []catalog.Project{}
	err := s.read(ctx, func(row scanner) error {
		p, err := scanProject(row)
		list = append(list, p)
		return err
	}, selectProject+" ORDER BY p.created_at, p.id", workspaceID)
	return list, err
}

// Project returns one of a workspace; NotFound covers those of others.
func (s *Store) Project(ctx context.Context, workspaceID, id string) (catalog.Project, error) {
	p, err := scanProject(s.readRow(ctx, selectProject+" AND p.id = ?2", workspaceID, id))
	return p, s.fault(notFound(err, noProject))
}

// CreateProject makes a project. Conflict when the workspace has one of that name, case ignored.
func (s *Store) CreateProject(ctx context.Context, workspaceID, name, description string) (p catalog.Project, err error) {
	err = s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(workspaceID)
		if err != nil {
			return err
		}
		if err := t.projectNameFree(workspace, 0, name); err != nil {
			return err
		}
		at := time.Unix(t.now.Unix(), 0).UTC()
		p = catalog.Project{ID: t.s.newID(t.now), WorkspaceID: workspaceID, Name: name, Description: description, CreatedAt: at, UpdatedAt: at}
		_, err = t.exec("INSERT INTO project (id, workspace, name, name_fold, description, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			p.ID, workspace, name, catalog.FoldCase(name), description, at.Unix(), at.Unix())
		if err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.itemCreated(catalog.KindProject, p.ID, workspace, []byte{},
			[]field{{"createdAt", jsonText(at.Unix())}, {"description", jsonText(description)}, {"name", jsonText(name)}})
	})
	return p, err
}

// UpdateProject changes what is present in c.
func (s *Store) UpdateProject(ctx context.Context, workspaceID, id string, c catalog.ProjectChange) error {
	return s.write(ctx, func(t *tx) error {
		workspace, key, err := t.projectOf(workspaceID, id)
		if err != nil {
			return err
		}
		var fields []field
		if c.Name != nil {
			if err := t.projectNameFree(workspace, key, *c.Name); err != nil {
				return err
			}
			if _, err := t.exec("UPDATE project SET name = ?, name_fold = ? WHERE key = ?", *c.Name, catalog.FoldCase(*c.Name), key); err != nil {
				return err
			}
			fields = append(fields, field{"name", jsonText(*c.Name)})
		}
		if c.Description != nil {
			if _, err := t.exec("UPDATE project SET description = ? WHERE key = ?", *c.Description, key); err != nil {
				return err
			}
			fields = append(fields, field{"description", jsonText(*c.Description)})
		}
		if len(fields) == 0 {
			return nil
		}
		if _, err := t.exec("UPDATE project SET updated_at = ? WHERE key = ?", t.now.Unix(), key); err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.itemFields(id, fields...)
	})
}

// DeleteProject removes a project, never the contents in it. Their places stay in the journal: should another replica's
// change bring the project back, it is as it was.
func (s *Store) DeleteProject(ctx context.Context, workspaceID, id string) error {
	return s.write(ctx, func(t *tx) error {
		_, key, err := t.projectOf(workspaceID, id)
		if err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM project WHERE key = ?", key); err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.itemDeleted(id)
	})
}

// ProjectContents lists the ids of the live contents of a project, in the order in which they were added.
func (s *Store) ProjectContents(ctx context.Context, workspaceID, id string) ([]string, error) {
	if _, err := s.Project(ctx, workspaceID, id); err != nil {
		return nil, err
	}
	ids := []string{}
	err := s.read(ctx, func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT c.id FROM project p JOIN project_content m ON m.project = p.key CROSS JOIN content c ON c.key = m.content
		WHERE p.id = ? AND c.deleted_at IS NULL ORDER BY m.key`, id)
	return ids, err
}

// AddToProject puts a live content of the workspace into a project, where it may be already. NotFound when there is no
// such project or content.
func (s *Store) AddToProject(ctx context.Context, workspaceID, id, contentID string) error {
	return s.arrange(ctx, workspaceID, id, contentID, (*tx).join)
}

// RemoveFromProject takes a live content of the workspace out of a project, where it need not be.
func (s *Store) RemoveFromProject(ctx context.Context, workspaceID, id, contentID string) error {
	return s.arrange(ctx, workspaceID, id, contentID, (*tx).part)
}

// arrange changes the place of a content in a project.
func (s *Store) arrange(ctx context.Context, workspaceID, id, contentID string, change func(*tx, place, joined) error) error {
	return s.write(ctx, func(t *tx) error {
		workspace, key, err := t.projectOf(workspaceID, id)
		if err != nil {
			return err
		}
		content, err := t.liveContent(workspace, contentID)
		if err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return change(t, inProject, joined{workspace: workspace, whole: key, content: content, wholeID: id, contentID: contentID})
	})
}

// projectOf returns the keys of a project and its workspace.
func (t *tx) projectOf(workspaceID, id string) (workspace, key int64, err error) {
	err = t.row("SELECT w.key, p.key FROM project p JOIN workspace w ON w.key = p.workspace WHERE p.id = ? AND w.id = ? AND w.deleted_at IS NULL", id, workspaceID).
		Scan(&workspace, &key)
	return workspace, key, notFound(err, noProject)
}

// projectNameFree returns Conflict when a workspace has another project of that name.
func (t *tx) projectNameFree(workspace, key int64, name string) error {
	return t.nameFree("SELECT EXISTS (SELECT 1 FROM project WHERE workspace = ? AND key <> ? AND name_fold = ?)", "a project", workspace, key, name)
}

// pullProject makes the row of a project say what its item says. A pulled name may be one that another project has.
func (t *tx) pullProject(item catalog.Item, workspace int64) error {
	var key int64
	p := catalog.Project{Name: "?"}
	created := t.now.Unix()
	err := t.row("SELECT key, name, description, created_at FROM project WHERE id = ?", item.ID).Scan(&key, &p.Name, &p.Description, &created)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if item.Deleted() {
		_, err := t.exec("DELETE FROM project WHERE key = ?", key)
		return err
	}
	fieldValue(item, "name", &p.Name)
	fieldValue(item, "description", &p.Description)
	fieldValue(item, "createdAt", &created)
	p.Name, p.Description = pulledText(p.Name), pulledText(p.Description)
	if key != 0 {
		_, err := t.exec("UPDATE project SET name = ?, name_fold = ?, description = ?, created_at = ?, updated_at = ? WHERE key = ?",
			p.Name, catalog.FoldCase(p.Name), p.Description, created, t.now.Unix(), key)
		return err
	}
	_, err = t.exec("INSERT INTO project (id, workspace, name, name_fold, description, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		item.ID, workspace, p.Name, catalog.FoldCase(p.Name), p.Description, created, t.now.Unix())
	if err != nil {
		return err
	}
	return t.pullPlacesOf(placesOfProject, item.ID, workspace)
}

// pulledText is text of another replica as it may be stored and shown.
func pulledText(text string) string { return strings.ReplaceAll(text, "\x00", "\uFFFD") }
