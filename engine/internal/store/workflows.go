package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	selectWorkflow = `SELECT f.id, w.id, f.name, f.tasks, f.created_at, f.updated_at FROM workspace w JOIN workflow f ON f.workspace = w.key
		WHERE w.id = ?1 AND w.deleted_at IS NULL`
	noWorkflow = "There is no such workflow."
)

func scanWorkflow(row scanner) (f catalog.Workflow, err error) {
	var tasks string
	var created, updated int64
	if err := row.Scan(&f.ID, &f.WorkspaceID, &f.Name, &tasks, &created, &updated); err != nil {
		return f, err
	}
	f.CreatedAt, f.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	return f, json.Unmarshal([]byte(tasks), &f.Tasks)
}

// Workflows lists those that people made in a workspace, oldest first.
func (s *Store) Workflows(ctx context.Context, workspaceID string) ([]catalog.Workflow, error) {
	list := []catalog.Workflow{}
	err := s.read(ctx, func(row scanner) error {
		f, err := scanWorkflow(row)
		list = append(list, f)
		return err
	}, selectWorkflow+" ORDER BY f.created_at, f.id", workspaceID)
	return list, err
}

// Workflow returns one that people made in a workspace; NotFound covers those of others.
func (s *Store) Workflow(ctx context.Context, workspaceID, id string) (catalog.Workflow, error) {
	f, err := scanWorkflow(s.readRow(ctx, selectWorkflow+" AND f.id = ?2", workspaceID, id))
	return f, s.fault(notFound(err, noWorkflow))
}

// CreateWorkflow makes a workflow. Conflict when the workspace has one of that name, case ignored.
func (s *Store) CreateWorkflow(ctx context.Context, workspaceID, name string, tasks []catalog.Task) (f catalog.Workflow, err error) {
	err = s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(workspaceID)
		if err != nil {
			return err
		}
		if err := t.workflowNameFree(workspace, 0, name); err != nil {
			return err
		}
		at := time.Unix(t.now.Unix(), 0).UTC()
		f = catalog.Workflow{ID: t.s.newID(t.now), WorkspaceID: workspaceID, Name: name, Tasks: tasks, CreatedAt: at, UpdatedAt: at}
		t.workspaceChanged(workspaceID)
		_, err = t.exec("INSERT INTO workflow (id, workspace, name, name_fold, tasks, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			f.ID, workspace, name, catalog.FoldCase(name), jsonText(tasks), at.Unix(), at.Unix())
		return err
	})
	return f, err
}

// UpdateWorkflow changes what is present in c. Executions that have begun go on with the tasks that they began with.
func (s *Store) UpdateWorkflow(ctx context.Context, workspaceID, id string, c catalog.WorkflowChange) error {
	return s.write(ctx, func(t *tx) error {
		var workspace, key int64
		var name, tasks string
		err := t.row(`SELECT w.key, f.key, f.name, f.tasks FROM workflow f JOIN workspace w ON w.key = f.workspace
			WHERE f.id = ? AND w.id = ? AND w.deleted_at IS NULL`, id, workspaceID).Scan(&workspace, &key, &name, &tasks)
		if err != nil {
			return notFound(err, noWorkflow)
		}
		if c.Name != nil {
			name = *c.Name
		}
		if c.Tasks != nil {
			tasks = jsonText(c.Tasks)
		}
		if err := t.workflowNameFree(workspace, key, name); err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		_, err = t.exec("UPDATE workflow SET name = ?, name_fold = ?, tasks = ?, updated_at = ? WHERE key = ?",
			name, catalog.FoldCase(name), tasks, t.now.Unix(), key)
		return err
	})
}

// DeleteWorkflow removes a workflow and ends its executions.
func (s *Store) DeleteWorkflow(ctx context.Context, workspaceID, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		err := t.row("DELETE FROM workflow WHERE id = ? AND workspace = (SELECT key FROM workspace WHERE id = ?) RETURNING key", id, workspaceID).Scan(&key)
		if err != nil {
			return notFound(err, noWorkflow)
		}
		var begun []int64
		err = t.rows(func(row scanner) error {
			var key int64
			err := row.Scan(&key)
			begun = append(begun, key)
			return err
		}, "SELECT key FROM execution WHERE status = 'started' AND workflow = ?", id)
		if err != nil {
			return err
		}
		for _, key := range begun {
			if err := t.failExecution(key, "The workflow was deleted before all of its tasks were done."); err != nil {
				return err
			}
		}
		t.workspaceChanged(workspaceID)
		return nil
	})
}

// workflowNameFree returns Conflict when a workspace has another workflow of that name.
func (t *tx) workflowNameFree(workspace, key int64, name string) error {
	return t.nameFree("SELECT EXISTS (SELECT 1 FROM workflow WHERE workspace = ? AND key <> ? AND name_fold = ?)", "a workflow", workspace, key, name)
}
