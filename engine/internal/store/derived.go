package store

import "context"

// WipeDerived drops text, passages, keyword rows and vectors of everything that can be read again, and writes the
// keyword rows of the rest anew (documents of offline and paused folders, and those whose bytes are not here). What was
// dropped waits to be read. Truth is not touched.
func (s *Store) WipeDerived(ctx context.Context) error {
	err := s.write(ctx, func(t *tx) error {
		var ids []int64
		err := t.rows(func(row scanner) error {
			var id int64
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		}, "SELECT id FROM passage")
		if err != nil {
			return err
		}
		t.changed.Unindexed = ids
		for _, query := range []string{
			"CREATE TEMP TABLE wiped AS SELECT c.key FROM content c WHERE c.deleted_at IS NULL AND c.remote = 0 AND c.root IS NULL" +
				" AND NOT EXISTS (SELECT 1 FROM folder b WHERE b.key = c.folder AND b.state IN ('offline', 'paused'))",
			"INSERT INTO wiped SELECT key FROM content WHERE root > 0 AND deleted_at IS NULL AND root IN (SELECT key FROM wiped)",
			"INSERT INTO passage_text (passage_text) VALUES ('delete-all')",
			"INSERT INTO name_text (name_text) VALUES ('delete-all')",
			"DELETE FROM vector",
			"DELETE FROM passage WHERE content IN (SELECT key FROM wiped)",
			"DELETE FROM page WHERE content IN (SELECT key FROM wiped)",
			"DELETE FROM sketch_band WHERE content IN (SELECT key FROM wiped)",
			"DELETE FROM sketch WHERE content IN (SELECT key FROM wiped)",
			`UPDATE content SET title = '', pages = 0, passages = 0, text_of = NULL, properties = NULL, extent = 0, warnings = NULL, language = NULL, stale = root IS NULL, attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL
				WHERE key IN (SELECT key FROM wiped)`,
		} {
			if _, err := t.s.writer.ExecContext(context.Background(), query); err != nil {
				return err
			}
		}
		if err := t.reindexLive(); err != nil {
			return err
		}
		_, err = t.s.writer.ExecContext(context.Background(), "DROP TABLE wiped")
		return err
	})
	s.forgetVectorMarks()
	return err
}

// reindexLive writes the name rows of all live contents and the keyword rows of the passages that they still have.
func (t *tx) reindexLive() error {
	type content struct {
		key      int64
		passages int
	}
	var live []content
	err := t.rows(func(row scanner) error {
		var c content
		err := row.Scan(&c.key, &c.passages)
		live = append(live, c)
		return err
	}, "SELECT key, passages FROM content WHERE deleted_at IS NULL")
	if err != nil {
		return err
	}
	for _, c := range live {
		if err := t.describe(c.key); err != nil {
			return err
		}
		if c.passages == 0 {
			continue
		}
		if err := t.indexPassages(c.key); err != nil {
			return err
		}
	}
	return nil
}
