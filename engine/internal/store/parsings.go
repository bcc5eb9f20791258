package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// parsed notes how a run of extraction ended; an earlier run with the same configuration is forgotten.
func (t *tx) parsed(e catalog.Extracted) error {
	_, err := t.exec(`INSERT INTO parsing (content, config, failure, updated_at) VALUES (?, ?, nullif(?, ''), ?)
		ON CONFLICT DO UPDATE SET failure = excluded.failure, updated_at = excluded.updated_at`, e.ContentKey, e.Config, e.Failure, t.now.Unix())
	return err
}

// Parsings returns the runs that have ended over each of the contents, by their keys, the newest last.
func (s *Store) Parsings(ctx context.Context, contents []catalog.Content) (map[int64][]catalog.Parsing, error) {
	ids := make(map[int64]string, len(contents))
	keys := make([]int64, len(contents))
	for i, c := range contents {
		ids[c.Key], keys[i] = c.ID, c.Key
	}
	runs := make(map[int64][]catalog.Parsing, len(contents))
	err := s.readOnce(ctx, func(row scanner) error {
		var key, at int64
		var config string
		var failure sql.NullString
		if err := row.Scan(&key, &config, &failure, &at); err != nil {
			return err
		}
		status := catalog.ParsingProcessed
		if failure.Valid {
			status = catalog.ParsingFailed
		}
		runs[key] = append(runs[key], catalog.NewParsing(ids[key], config, status, time.Unix(at, 0).UTC()))
		return nil
	}, "SELECT content, config, failure, updated_at FROM parsing WHERE content IN ("+joinKeys(keys)+") ORDER BY content, updated_at, config")
	return runs, err
}
