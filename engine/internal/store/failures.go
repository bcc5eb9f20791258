package store

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// failedNow is the condition of a live content c for having a failure.
const failedNow = "c.failed_at > 0 AND c.deleted_at IS NULL"

// FailureGroups returns the reasons for which documents could not be read, the commonest first, at most limit.
func (s *Store) FailureGroups(ctx context.Context, folderID string, limit int) ([]catalog.FailureGroup, error) {
	list := []catalog.FailureGroup{}
	err := s.read(ctx, func(row scanner) error {
		var g catalog.FailureGroup
		err := row.Scan(&g.Reason, &g.Documents, &g.Passing)
		list = append(list, g)
		return err
	}, `SELECT c.failure, count(*), sum(c.stale) FROM content c INDEXED BY content_failed JOIN workspace w ON w.key = c.workspace
		WHERE `+failedNow+` AND w.deleted_at IS NULL AND (?1 = '' OR c.folder = (SELECT key FROM folder WHERE id = ?1))
		GROUP BY c.failure ORDER BY count(*) DESC, c.failure LIMIT ?2`, folderID, limit)
	return list, err
}

// retried makes a failed content wait for reading at once and first of all.
const retried = `stale = 1, attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL, interactive = 1`

// Retry makes a failed content wait for reading at once and first of all. One that has not failed stays as it is.
func (s *Store) Retry(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		if err := t.row("SELECT key FROM content WHERE id = ? AND deleted_at IS NULL", id).Scan(&key); err != nil {
			return notFound(err, "There is no such document.")
		}
		t.contentChanged(key)
		if _, err := t.exec("UPDATE content SET "+retried+" WHERE failed_at > 0 AND deleted_at IS NULL AND root IS NULL AND key = ?", key); err != nil {
			return err
		}
		_, err := t.exec("UPDATE content SET "+retried+" WHERE key = (SELECT root FROM content WHERE key = ? AND root > 0 AND failed_at > 0)", key)
		return err
	})
}

// RetryAll is Retry for every failed content that the query selects; it returns how many there were.
func (s *Store) RetryAll(ctx context.Context, q catalog.FailureQuery) (int, error) {
	n := 0
	err := s.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE content SET "+retried+" WHERE key IN (SELECT c.root FROM content c WHERE c.root > 0 AND "+failedNow+
			" AND ?1 = '' AND (?2 = '' OR c.failure = ?2))", q.Folder, q.Reason)
		if err != nil {
			return err
		}
		return t.rows(func(row scanner) error {
			var key int64
			err := row.Scan(&key)
			t.contentChanged(key)
			n++
			return err
		}, "UPDATE content AS c SET "+retried+" WHERE c.root IS NULL AND "+failedNow+`
			AND (?1 = '' OR c.folder = (SELECT key FROM folder WHERE id = ?1)) AND (?2 = '' OR c.failure = ?2) RETURNING key`, q.Folder, q.Reason)
	})
	return n, err
}

// RetryPassing makes contents whose failure may have passed due now, without waiting for their next attempt.
func (s *Store) RetryPassing(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE content SET next_attempt = 0 WHERE failed_at > 0 AND stale = 1 AND next_attempt > 0 AND deleted_at IS NULL")
		return err
	})
}

// WaitingWork tells what PendingText would return without a limit, by format, from an index alone.
func (s *Store) WaitingWork(ctx context.Context, config string) ([]catalog.Waiting, error) {
	if err := s.useConfig(ctx, config); err != nil {
		return nil, err
	}
	var list []catalog.Waiting
	err := s.read(ctx, func(row scanner) error {
		var w catalog.Waiting
		err := row.Scan(&w.Format, &w.Documents, &w.Bytes)
		list = append(list, w)
		return err
	}, "SELECT c.format, count(*), sum(c.size) FROM content c INDEXED BY content_waiting WHERE "+waiting+" GROUP BY c.format", s.options.Now().Unix())
	return list, err
}
