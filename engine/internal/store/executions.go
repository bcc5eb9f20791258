package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// CreateExecution records that a workflow begins over a live content of its workspace. Set are the ids of workflow,
// content, agent and user. NotFound when content or workflow have gone.
func (s *Store) CreateExecution(ctx context.Context, f catalog.Workflow, x catalog.Execution) (catalog.Execution, error) {
	err := s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(f.WorkspaceID)
		if err != nil {
			return err
		}
		content, err := t.liveContent(workspace, x.ContentID)
		if err != nil {
			return err
		}
		if err := t.knownWorkflow(f); err != nil {
			return err
		}
		x.ID, x.WorkflowID, x.WorkspaceID = t.s.newID(t.now), f.ID, f.WorkspaceID
		x.Status, x.StartedAt = catalog.ExecutionStarted, time.Unix(t.now.Unix(), 0).UTC()
		var key int64
		err = t.row(`INSERT INTO execution (id, workflow, workspace, content, agent, started_by, status, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING key`,
			x.ID, x.WorkflowID, workspace, content, x.AgentID, x.StartedBy, x.Status, t.now.Unix()).Scan(&key)
		if err != nil {
			return err
		}
		for ordinal, task := range f.Tasks {
			step := catalog.TaskExecution{ID: t.s.newID(t.now), ExecutionID: x.ID, Task: task, Status: catalog.ExecutionQueued}
			_, err := t.exec("INSERT INTO task_execution (id, execution, ordinal, task, status) VALUES (?, ?, ?, ?, ?)", step.ID, key, ordinal, task, step.Status)
			if err != nil {
				return err
			}
			x.Tasks = append(x.Tasks, step)
		}
		t.workspaceChanged(f.WorkspaceID)
		return nil
	})
	return x, err
}

// knownWorkflow returns NotFound for a workflow that people made and have deleted since.
func (t *tx) knownWorkflow(f catalog.Workflow) error {
	if f.BuiltIn {
		return nil
	}
	var key int64
	return notFound(t.row("SELECT key FROM workflow WHERE id = ?", f.ID).Scan(&key), noWorkflow)
}

// Execution returns one with its tasks. NotFound when there is none, or its content is gone for good.
func (s *Store) Execution(ctx context.Context, id string) (x catalog.Execution, err error) {
	var started int64
	var completed sql.NullInt64
	var failure sql.NullString
	err = s.readRow(ctx, `SELECT e.id, e.workflow, w.id, c.id, e.agent, e.started_by, e.status, e.started_at, e.completed_at, e.failure
		FROM execution e JOIN workspace w ON w.key = e.workspace JOIN content c ON c.key = e.content WHERE e.id = ? AND w.deleted_at IS NULL`, id).
		Scan(&x.ID, &x.WorkflowID, &x.WorkspaceID, &x.ContentID, &x.AgentID, &x.StartedBy, &x.Status, &started, &completed, &failure)
	if err != nil {
		return x, s.fault(notFound(err, "There is no such execution."))
	}
	x.StartedAt, x.CompletedAt, x.Failure = time.Unix(started, 0).UTC(), pointer(completed), failure.String
	x.Tasks, err = s.tasksOf(ctx, id)
	return x, err
}

// tasksOf are the tasks of an execution in their order.
func (s *Store) tasksOf(ctx context.Context, executionID string) ([]catalog.TaskExecution, error) {
	list := []catalog.TaskExecution{}
	err := s.read(ctx, func(row scanner) error {
		step := catalog.TaskExecution{ExecutionID: executionID}
		var started, completed sql.NullInt64
		var failure sql.NullString
		err := row.Scan(&step.ID, &step.Task, &step.Status, &started, &completed, &step.Outcome, &failure)
		step.StartedAt, step.CompletedAt, step.Failure = pointer(started), pointer(completed), failure.String
		list = append(list, step)
		return err
	}, `SELECT t.id, t.task, t.status, t.started_at, t.completed_at, t.outcome, t.failure
		FROM execution e JOIN task_execution t ON t.execution = e.key WHERE e.id = ? ORDER BY t.ordinal`, executionID)
	return list, err
}

// waitsForText is the condition of an execution e over content c, of workspace w, whose next task waits until the content
// has been read: a reading that the task itself asked for, or what would look at a text that is still to come.
const waitsForText = `(c.stale = 1 OR c.root > 0 AND EXISTS (SELECT 1 FROM content r WHERE r.key = c.root AND r.stale = 1 AND r.failure IS NULL)) AND c.failure IS NULL AND c.remote = 0 AND c.deleted_at IS NULL AND w.deleted_at IS NULL AND EXISTS (
	SELECT 1 FROM task_execution t WHERE t.execution = e.key
	AND t.ordinal = (SELECT min(ordinal) FROM task_execution WHERE execution = e.key AND status IN ('queued', 'started'))
	AND (t.task = 'reprocess' AND t.status = 'started' OR t.task IN ('extract_metadata', 'categorise')))`

// DueExecutions returns at most limit executions whose next task can be done now, oldest first.
func (s *Store) DueExecutions(ctx context.Context, limit int) ([]catalog.DueExecution, error) {
	var list []catalog.DueExecution
	err := s.read(ctx, func(row scanner) (err error) {
		x := catalog.DueExecution{Execution: catalog.Execution{Status: catalog.ExecutionStarted}}
		var started int64
		x.Content, err = scanContent(row, &x.ID, &x.WorkflowID, &x.AgentID, &x.StartedBy, &started, &x.Gone, &x.Away)
		x.WorkspaceID, x.ContentID, x.StartedAt = x.Content.WorkspaceID, x.Content.ID, time.Unix(started, 0).UTC()
		list = append(list, x)
		return err
	}, `SELECT `+contentColumns+`, e.id, e.workflow, e.agent, e.started_by, e.started_at, c.deleted_at IS NOT NULL OR w.deleted_at IS NOT NULL, c.remote
		FROM execution e INDEXED BY execution_started CROSS JOIN content c ON c.key = e.content JOIN workspace w ON w.key = c.workspace
		LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder
		WHERE e.status = 'started' AND NOT (`+waitsForText+`) ORDER BY e.key LIMIT ?`, limit)
	for i := range list {
		if err == nil {
			list[i].Tasks, err = s.tasksOf(ctx, list[i].ID)
		}
	}
	return list, err
}

// ReadAgain starts the task that marks its content for reading: at once and before everything else that waits. The text
// that it has stays until then, as one of a configuration that there is not.
func (s *Store) ReadAgain(ctx context.Context, taskID string) error {
	return s.write(ctx, func(t *tx) error {
		task, err := t.openTask(taskID)
		if err != nil || task.key == 0 {
			return err
		}
		if _, err := t.exec("UPDATE task_execution SET status = 'started', started_at = ? WHERE key = ?", t.now.Unix(), task.key); err != nil {
			return err
		}
		_, err = t.exec(`UPDATE content SET stale = 1, text_of = substr(text_of, 1, instr(text_of, ':')),
			attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL, interactive = 1 WHERE key = (SELECT ifnull(root, key) FROM content WHERE key = ?) AND remote = 0 AND deleted_at IS NULL`, task.content)
		t.contentChanged(task.content)
		t.workspaceChanged(task.workspaceID)
		return err
	})
}

// EndTask records how a task ended: what it did or, when failure is not empty, why not, which ends the execution too.
// The last task completes it. An execution that has ended already stays as it is.
func (s *Store) EndTask(ctx context.Context, taskID, outcome, failure string) error {
	return s.write(ctx, func(t *tx) error {
		task, err := t.openTask(taskID)
		if err != nil || task.key == 0 {
			return err
		}
		status := catalog.ExecutionCompleted
		if failure != "" {
			status = catalog.ExecutionFailed
		}
		_, err = t.exec("UPDATE task_execution SET status = ?, started_at = ifnull(started_at, ?), completed_at = ?, outcome = ?, failure = nullif(?, '') WHERE key = ?",
			status, t.now.Unix(), t.now.Unix(), outcome, failure, task.key)
		if err != nil {
			return err
		}
		t.workspaceChanged(task.workspaceID)
		if failure != "" {
			return t.failExecution(task.execution, failure)
		}
		_, err = t.exec(`UPDATE execution SET status = 'completed', completed_at = ? WHERE key = ?
			AND NOT EXISTS (SELECT 1 FROM task_execution WHERE execution = execution.key AND status IN ('queued', 'started'))`, t.now.Unix(), task.execution)
		return err
	})
}

// EndExecution ends an execution that cannot go on, saying why.
func (s *Store) EndExecution(ctx context.Context, id, failure string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		var workspaceID string
		err := t.row("SELECT e.key, w.id FROM execution e JOIN workspace w ON w.key = e.workspace WHERE e.id = ? AND e.status = 'started'", id).Scan(&key, &workspaceID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.failExecution(key, failure)
	})
}

// failExecution ends an execution with what is left of its tasks.
func (t *tx) failExecution(key int64, failure string) error {
	if _, err := t.exec("UPDATE execution SET status = 'failed', completed_at = ?, failure = ? WHERE key = ?", t.now.Unix(), failure, key); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE task_execution SET status = 'failed', completed_at = ?, failure = 'This task was not done: the execution had failed.'
		WHERE execution = ? AND status IN ('queued', 'started')`, t.now.Unix(), key)
	return err
}

// openTask is a task that has yet to end, of an execution that has yet to; the zero value when there is none.
type openTask struct {
	key, execution, content int64
	workspaceID             string
}

func (t *tx) openTask(id string) (task openTask, err error) {
	err = t.row(`SELECT t.key, e.key, e.content, w.id FROM task_execution t JOIN execution e ON e.key = t.execution JOIN workspace w ON w.key = e.workspace
		WHERE t.id = ? AND t.status IN ('queued', 'started') AND e.status = 'started'`, id).Scan(&task.key, &task.execution, &task.content, &task.workspaceID)
	if errors.Is(err, sql.ErrNoRows) {
		return openTask{}, nil
	}
	return task, err
}
