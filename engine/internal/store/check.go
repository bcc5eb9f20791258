package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// invariants are queries that find rows which must not be; each returns a number that must be 0.
var invariants = []struct{ what, query string }{
	{"documents whose text is marked as current and is not", `SELECT count(*) FROM content
		WHERE stale = 0 AND remote = 0 AND (root IS NULL OR NOT EXISTS (SELECT 1 FROM content r WHERE r.key = content.root AND (r.stale = 1 OR r.failure IS NOT NULL)))
		AND (text_of IS NULL OR substr(text_of, 1, 2 * length(sha256)) <> lower(hex(sha256)))`},
	{"documents that the journal lacks", `SELECT count(*) FROM content c WHERE c.root IS NULL AND NOT EXISTS (SELECT 1 FROM item i WHERE i.id = c.id AND i.kind = 'content')
		AND NOT EXISTS (SELECT 1 FROM grave g WHERE g.feed = c.workspace AND g.id = c.id AND c.deleted_at IS NOT NULL)`},
	{"documents within documents that are gone or in the trash", `SELECT count(*) FROM content c WHERE c.root > 0 AND c.deleted_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM content r WHERE r.key = c.root AND r.root IS NULL AND r.deleted_at IS NULL)`},
	{"documents within documents that wait by themselves", "SELECT count(*) FROM content WHERE root > 0 AND stale = 1"},
	{"live documents without a version", `SELECT count(*) FROM content c JOIN item i ON i.id = c.id
		WHERE c.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM item_version v WHERE v.item = i.key)`},
	{"projects and sessions that the journal lacks", `SELECT count(*) FROM (SELECT id, 'project' AS kind FROM project UNION ALL SELECT id, 'session' FROM session) n
		WHERE NOT EXISTS (SELECT 1 FROM item i JOIN item_version v ON v.item = i.key WHERE i.id = n.id AND i.kind = n.kind)`},
	{"documents with several files", "SELECT count(*) FROM (SELECT 1 FROM file WHERE content IS NOT NULL AND excluded = 0 GROUP BY content HAVING count(*) > 1)"},
	{"files of documents in the trash", "SELECT count(*) FROM file f JOIN content c ON c.key = f.content WHERE f.excluded = 0 AND c.deleted_at IS NOT NULL"},
	{"counts that are wrong", `SELECT count(*) FROM (
		SELECT workspace, ifnull(folder, 0), count(*), sum(stale = 1 AND remote = 0 AND failure IS NULL), sum(failure IS NOT NULL), sum(extent = 1), sum(extent = 2)
		FROM content WHERE deleted_at IS NULL GROUP BY 1, 2
		EXCEPT SELECT workspace, folder, live, unread, failed, partial, textless FROM tally)`},
	{"passages beyond a document's number", `SELECT count(*) FROM (SELECT c.key FROM content c LEFT JOIN passage p ON p.content = c.key
		GROUP BY c.key HAVING count(p.id) <> c.passages)`},
	{"documents whose metadata filters do not see", `SELECT count(*) FROM content c
		WHERE (SELECT count(*) FROM content_value v WHERE v.content = c.key AND +v.workspace = c.workspace)
		<> (SELECT count(*) FROM json_each(ifnull(c.metadata, '{}')) WHERE type <> 'null' AND (c.root IS NULL OR key NOT IN ('parentId', 'partOf'))) + CASE WHEN c.root > 0 THEN 2 ELSE 0 END`},
	{"vectors of passages that are gone", "SELECT count(*) FROM vector v WHERE NOT EXISTS (SELECT 1 FROM passage p WHERE p.id = v.passage)"},
	{"vectors that are counted wrong", "SELECT count(*) FROM model m WHERE m.vectors <> (SELECT count(*) FROM vector v WHERE v.model = m.key)"},
	{"journal rows beyond the feed", "SELECT count(*) FROM item i JOIN feed f ON f.key = i.feed WHERE i.seq > f.seq"},
	{"commits without a token", `SELECT count(*) FROM item i WHERE NOT EXISTS
		(SELECT 1 FROM feed_commit f WHERE f.feed = i.feed AND f.seq = i.seq)`},
}

// Check examines the whole database as it is at one moment: SQLite's own check, foreign keys, the keyword tables, and
// Sheaf's invariants. It returns Corrupt naming everything that is wrong. It reads every page: seconds for large databases.
//
// It has a connection of its own. FTS5 remembers the list of a keyword table's segments from the last query of a
// connection; a query looks whether the list is still true, SQLite's check does not, and would look for segments that a
// commit has merged or dropped since.
func (s *Store) Check(ctx context.Context) error {
	var wrong []error
	err := s.apart(ctx, func(now *snapshot) (err error) {
		wrong, err = now.faults()
		return err
	})
	if err != nil || len(wrong) == 0 {
		return err
	}
	detail := errors.Join(wrong...)
	return catalog.WrapError(catalog.Corrupt, fmt.Sprintf("The database %s failed its check (%v and perhaps more). Make a copy of it, then run sheaf reindex.", s.path, wrong[0]), detail)
}

// faults is everything that is wrong with the database.
func (s *snapshot) faults() (wrong []error, err error) {
	err = s.rows(func(row scanner) error {
		var verdict string
		err := row.Scan(&verdict)
		if err == nil && verdict != "ok" {
			wrong = append(wrong, errors.New(verdict))
		}
		return err
	}, "PRAGMA integrity_check(20)")
	if err != nil {
		return nil, err
	}
	broken := 0
	if err := s.rows(func(scanner) error { broken++; return nil }, "PRAGMA foreign_key_check"); err != nil {
		return nil, err
	}
	if broken > 0 {
		wrong = append(wrong, fmt.Errorf("%d references to nothing", broken))
	}
	for _, invariant := range invariants {
		var n int
		if err := s.row(invariant.query).Scan(&n); err != nil {
			return nil, err
		}
		if n > 0 {
			wrong = append(wrong, fmt.Errorf("%d %s", n, invariant.what))
		}
	}
	return wrong, nil
}
