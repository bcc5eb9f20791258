package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// missedKept is how many missed changes of a folder are listed; all are counted.
const missedKept = 1000

// SaveScan stores what a scan of a folder came upon beside its documents. Of the names that were left out only the rows
// that differ from the last scan are written. NotFound for a folder that is not known.
func (s *Store) SaveScan(ctx context.Context, folderID string, r catalog.ScanReport) error {
	return s.write(ctx, func(t *tx) error {
		var folder int64
		err := t.row("UPDATE folder SET seen = ?, skipped_by = ?, missed = missed + ?, poll_after = ? WHERE id = ? RETURNING key",
			r.Seen, jsonText(counted(r.SkippedBy)), len(r.Missed), int64(r.PollAfter/time.Second), folderID).Scan(&folder)
		if err != nil {
			return notFound(err, "There is no such folder.")
		}
		t.changed.Folders = true
		if err := t.saveMissed(folder, r.Missed); err != nil || r.Skipped == nil {
			return err
		}
		return t.saveSkipped(folder, r.Skipped)
	})
}

func counted(by map[catalog.Skip]int) map[catalog.Skip]int {
	if by == nil {
		return map[catalog.Skip]int{}
	}
	return by
}

func (t *tx) saveSkipped(folder int64, list []catalog.Skipped) error {
	type why struct{ reason, detail string }
	before := map[string]why{}
	err := t.rows(func(row scanner) error {
		var path []byte
		var w why
		err := row.Scan(&path, &w.reason, &w.detail)
		before[string(path)] = w
		return err
	}, "SELECT path, reason, detail FROM skipped WHERE folder = ?", folder)
	if err != nil {
		return err
	}
	for _, k := range list {
		now := why{string(k.Reason), k.Detail}
		was, known := before[k.Path]
		delete(before, k.Path)
		if known && was == now {
			continue
		}
		if _, err := t.exec("INSERT INTO skipped (folder, path, reason, detail) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason, detail = excluded.detail",
			folder, []byte(k.Path), now.reason, now.detail); err != nil {
			return err
		}
	}
	for path := range before {
		if _, err := t.exec("DELETE FROM skipped WHERE folder = ? AND path = ?", folder, []byte(path)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) saveMissed(folder int64, list []catalog.MissedEvent) error {
	if len(list) == 0 {
		return nil
	}
	for _, m := range list[max(0, len(list)-missedKept):] {
		if _, err := t.exec("INSERT INTO missed (folder, path, change, found_at) VALUES (?, ?, ?, ?)", folder, []byte(m.Path), m.Change, m.FoundAt.Unix()); err != nil {
			return err
		}
	}
	_, err := t.exec("DELETE FROM missed WHERE folder = ?1 AND key <= (SELECT key FROM missed WHERE folder = ?1 ORDER BY key DESC LIMIT 1 OFFSET ?2)", folder, missedKept)
	return err
}

// Coverage returns what became of everything in a folder, without the listings.
func (s *Store) Coverage(ctx context.Context, folderID string) (catalog.Coverage, error) {
	f, err := s.Folder(ctx, folderID)
	if err != nil {
		return catalog.Coverage{}, err
	}
	c := catalog.Coverage{FolderID: f.ID, Path: shown([]byte(f.Path)), State: f.State, Reason: f.Reason, PollAfter: f.PollAfter, Seen: f.Seen,
		Indexed: f.Indexed, Waiting: f.Files - f.Indexed - f.Failed, Failed: f.Failed, Missed: f.Missed, SkippedBy: []catalog.SkipGroup{}}
	if !f.LastScan.IsZero() {
		c.LastScan = &f.LastScan
	}
	for _, n := range f.SkippedBy {
		c.Skipped += n
	}
	err = s.readRow(ctx, "SELECT count(*) FROM folder d CROSS JOIN file f ON f.folder = d.key WHERE d.id = ? AND f.excluded = 1", folderID).Scan(&c.Excluded)
	if err != nil {
		return c, s.fault(err)
	}
	err = s.read(ctx, func(row scanner) error {
		var g catalog.SkipGroup
		err := row.Scan(&g.Skip, &g.Reason, &g.Names)
		c.SkippedBy = append(c.SkippedBy, g)
		return err
	}, `SELECT k.reason, k.detail, count(*) FROM skipped k WHERE k.folder = (SELECT key FROM folder WHERE id = ?)
		GROUP BY k.reason, k.detail ORDER BY count(*) DESC, k.reason, k.detail LIMIT 100`, folderID)
	if err != nil {
		return c, err
	}
	c.FailedBy, err = s.FailureGroups(ctx, folderID, 100)
	return c, err
}

// MissedEvents returns a page of the changes that only a scan found, newest first, and how many are listed in all.
func (s *Store) MissedEvents(ctx context.Context, folderID string, limit, offset int) ([]catalog.MissedEntry, int, error) {
	var total int
	err := s.readRow(ctx, "SELECT count(*) FROM missed WHERE folder = (SELECT key FROM folder WHERE id = ?)", folderID).Scan(&total)
	if err != nil {
		return nil, 0, s.fault(err)
	}
	list := []catalog.MissedEntry{}
	err = s.read(ctx, func(row scanner) error {
		var path []byte
		var at int64
		var m catalog.MissedEntry
		err := row.Scan(&path, &m.Change, &at)
		m.Path, m.FoundAt = shown(path), time.Unix(at, 0).UTC()
		list = append(list, m)
		return err
	}, "SELECT path, change, found_at FROM missed WHERE folder = (SELECT key FROM folder WHERE id = ?) ORDER BY key DESC LIMIT ? OFFSET ?", folderID, limit, offset)
	return list, total, err
}

// shown is a path as people see it: valid UTF-8 without NUL.
func shown(path []byte) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(path), "\uFFFD"), "\x00", "\uFFFD")
}

// fileRows are the files of watched folders and the names in them that were left out. ?1 is a JSON list of the keys of the
// contents that are being read, which are so only as long as they are not processed.
const fileRows = `
	SELECT d.key AS folder, d.id AS folder_id, f.path AS path, '' AS skip, ifnull(c.failure, '') AS reason, ifnull(c.id, '') AS content,
	  f.size AS size, f.mtime AS mtime, ifnull(c.extent, 0) AS extent, c.warnings AS warnings, CASE WHEN c.failed_at > 0 AND c.stale = 1 THEN c.next_attempt END AS retry_at,
	  CASE WHEN f.excluded = 1 OR c.deleted_at IS NOT NULL THEN 'excluded'
	    WHEN c.stale = 1 AND c.key IN (SELECT value FROM json_each(?1)) THEN 'reading' WHEN c.failed_at > 0 THEN 'failed'
	    WHEN c.stale = 1 THEN 'waiting' ELSE 'indexed' END AS state
	FROM folder d JOIN workspace w ON w.key = d.workspace AND w.deleted_at IS NULL CROSS JOIN file f ON f.folder = d.key
	LEFT JOIN content c ON c.key = f.content
	UNION ALL
	SELECT d.key, d.id, k.path, k.reason, k.detail, '', 0, NULL, 0, NULL, NULL, 'skipped'
	FROM folder d JOIN workspace w ON w.key = d.workspace AND w.deleted_at IS NULL CROSS JOIN skipped k ON k.folder = d.key`

// FileStates returns a page of the files of watched folders, by folder and path, and how many there are in all.
func (s *Store) FileStates(ctx context.Context, q catalog.FileQuery) ([]catalog.FileEntry, int, error) {
	where, args := []string{"TRUE"}, []any{jsonText(append([]int64{}, q.Reading...))}
	add := func(condition string, arg any) {
		where, args = append(where, condition), append(args, arg)
	}
	if q.Folder != "" {
		add("x.folder_id = ?", q.Folder)
	}
	if q.State != "" {
		add("x.state = ?", string(q.State))
	}
	if q.Skip != "" {
		add("x.skip = ?", string(q.Skip))
	}
	if q.Reason != "" {
		add("x.reason = ?", q.Reason)
	}
	if q.Extent != "" {
		add("x.state = 'indexed' AND x.extent = ?", slices.Index(extents, q.Extent))
	}
	if q.Path != "" {
		add("text_contains(CAST(x.path AS TEXT), ?)", catalog.FoldCase(q.Path))
	}
	from := "FROM (" + fileRows + ") x WHERE " + strings.Join(where, " AND ")
	var total int
	if err := s.readOnce(ctx, func(row scanner) error { return row.Scan(&total) }, "SELECT count(*) "+from, args...); err != nil {
		return nil, 0, err
	}
	list := []catalog.FileEntry{}
	err := s.readOnce(ctx, func(row scanner) error {
		e, err := scanFileEntry(row)
		list = append(list, e)
		return err
	}, "SELECT x.folder_id, x.path, x.state, x.skip, x.reason, x.content, x.size, x.mtime, x.retry_at, x.extent, x.warnings "+from+
		" ORDER BY x.folder, x.path LIMIT ? OFFSET ?", append(args, q.Limit, q.Offset)...)
	return list, total, err
}

func scanFileEntry(row scanner) (e catalog.FileEntry, err error) {
	var path []byte
	var modified, retry sql.NullInt64
	var extent int
	var warnings sql.NullString
	err = row.Scan(&e.FolderID, &path, &e.State, &e.Skip, &e.Reason, &e.ContentID, &e.Size, &modified, &retry, &extent, &warnings)
	if err != nil {
		return e, err
	}
	e.Path = shown(path)
	if e.State == catalog.FileIndexed {
		e.Extent = extents[extent]
		e.Warnings, err = readWarnings(warnings)
	}
	if e.State != catalog.FileFailed && e.State != catalog.FileSkipped {
		e.Reason = ""
	}
	if e.State == catalog.FileExcluded {
		e.ContentID = ""
	}
	if modified.Valid {
		at := time.Unix(0, modified.Int64).UTC()
		e.Modified = &at
	}
	if retry.Valid && e.State == catalog.FileFailed {
		at := time.Unix(retry.Int64, 0).UTC()
		e.RetryAt = &at
	}
	return e, err
}
