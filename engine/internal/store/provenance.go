package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// relatedMost bounds the related versions that one content answers with.
const relatedMost = 1000

// Provenance returns what is known of a live content beside itself. Executions of other contents, whatever Inference
// says, and those that are not known here are left out.
func (s *Store) Provenance(ctx context.Context, c catalog.Content) (p catalog.Provenance, err error) {
	if p.Related, err = s.relatedVersions(ctx, c); err != nil {
		return p, err
	}
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(c.Inference)) {
		id, _ := c.Inference[name].(string)
		if seen[id] || !catalog.ValidID(id) {
			continue
		}
		seen[id] = true
		task, err := s.taskExecutionOf(ctx, c, id)
		if catalog.CodeOf(err) == catalog.NotFound {
			continue
		}
		if err != nil {
			return p, err
		}
		p.Executions = append(p.Executions, task)
	}
	return p, nil
}

const selectRelated = `SELECT c.id, c.name, c.created_at FROM content c WHERE c.workspace = (SELECT key FROM workspace WHERE id = ?)
	AND c.version_string = ? AND c.deleted_at IS NULL AND c.key <> ? ORDER BY c.created_at DESC, c.id DESC LIMIT ?`

func (s *Store) relatedVersions(ctx context.Context, c catalog.Content) ([]catalog.RelatedVersion, error) {
	if c.VersionString == "" {
		return nil, nil
	}
	list := []catalog.RelatedVersion{}
	err := s.read(ctx, func(row scanner) error {
		var v catalog.RelatedVersion
		var created int64
		err := row.Scan(&v.ID, &v.FileName, &created)
		v.CreatedAt = time.Unix(created, 0).UTC()
		list = append(list, v)
		return err
	}, selectRelated, c.WorkspaceID, c.VersionString, c.Key, relatedMost)
	return list, err
}

func (s *Store) taskExecutionOf(ctx context.Context, c catalog.Content, id string) (catalog.TaskExecution, error) {
	t := catalog.TaskExecution{ID: id}
	var started, completed sql.NullInt64
	var failure sql.NullString
	err := s.readRow(ctx, `SELECT x.id, t.task, t.status, t.started_at, t.completed_at, t.outcome, t.failure
		FROM task_execution t JOIN execution x ON x.key = t.execution WHERE t.id = ? AND x.content = ?`, id, c.Key).
		Scan(&t.ExecutionID, &t.Task, &t.Status, &started, &completed, &t.Outcome, &failure)
	t.StartedAt, t.CompletedAt, t.Failure = pointer(started), pointer(completed), failure.String
	return t, s.fault(notFound(err, "There is no such task execution."))
}
