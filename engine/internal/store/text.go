package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// useConfig makes stale mean "not the text of these bytes under this extraction configuration". It touches rows only
// when the configuration has changed since the last time, in this run or an earlier one.
func (s *Store) useConfig(ctx context.Context, config string) error {
	if current := s.config.Load(); current != nil && *current == config {
		return nil
	}
	err := s.write(ctx, func(t *tx) error {
		var stored string
		if err := t.row("SELECT ifnull((SELECT value FROM setting WHERE name = 'text_config'), '')").Scan(&stored); err != nil || stored == config {
			return err
		}
		if _, err := t.exec("INSERT INTO setting (name, value) VALUES ('text_config', ?) ON CONFLICT DO UPDATE SET value = excluded.value", config); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE content SET stale = 0 WHERE root IS NULL AND stale = 1 AND pages > 0 AND failure IS NULL AND text_of = lower(hex(sha256)) || ':' || ?`, config); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE content SET stale = 1, attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL
			WHERE root IS NULL AND (stale = 0 OR failed_at > 0) AND ifnull(text_of, '') <> lower(hex(sha256)) || ':' || ?`, config)
		return err
	})
	if err == nil {
		s.config.Store(&config)
	}
	return err
}

// waiting is the condition of content c with folder d for being read now; ?1 is the time.
const waiting = `c.stale = 1 AND c.remote = 0 AND c.deleted_at IS NULL AND c.next_attempt <= ?1
	AND NOT EXISTS (SELECT 1 FROM folder b WHERE b.key = c.folder AND b.state IN ('offline', 'paused'))
	AND NOT EXISTS (SELECT 1 FROM workspace g WHERE g.key = c.workspace AND g.deleted_at IS NOT NULL)`

// readingOrder is the order in which waiting contents are read: what a person waits for, then what was changed lately, and
// of the same thirty days what takes little before what takes long. The index content_waiting has it ready.
const readingOrder = "c.interactive DESC, c.period DESC, c.effort, c.key"

// PendingText returns contents that wait for text of the given configuration, most urgent first, and the time at which
// the next one that failed before is due (zero: none). Contents of offline and paused folders do not wait.
func (s *Store) PendingText(ctx context.Context, config string, limit int) ([]catalog.Pending, time.Time, error) {
	if err := s.useConfig(ctx, config); err != nil {
		return nil, time.Time{}, err
	}
	now := s.options.Now().Unix()
	var list []catalog.Pending
	err := s.read(ctx, func(row scanner) error {
		p, err := scanPending(row)
		list = append(list, p)
		return err
	}, `SELECT `+contentColumns+`, d.id, d.path, d.state, d.device, d.ignore, d.added_by, d.open_archives, f.path, f.size, f.mtime, f.inode, f.birth, c.interactive
		FROM (SELECT c.key FROM content c INDEXED BY content_waiting WHERE `+waiting+` ORDER BY `+readingOrder+` LIMIT ?2) k
		CROSS JOIN content c ON c.key = k.key JOIN workspace w ON w.key = c.workspace
		LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder
		ORDER BY `+readingOrder, now, limit)
	if err != nil {
		return nil, time.Time{}, err
	}
	var due sql.NullInt64
	err = s.readRow(ctx, "SELECT min(next_attempt) FROM content WHERE failed_at > 0 AND deleted_at IS NULL AND stale = 1 AND next_attempt > ?", now).Scan(&due)
	return list, moment(due), s.fault(err)
}

func scanPending(row scanner) (p catalog.Pending, err error) {
	var folderID, state, ignore, addedBy sql.NullString
	var root, path []byte
	var device, size, mtime, inode, birth sql.NullInt64
	var open sql.NullBool
	p.Content, err = scanContent(row, &folderID, &root, &state, &device, &ignore, &addedBy, &open, &path, &size, &mtime, &inode, &birth, &p.Interactive)
	if !folderID.Valid || p.Content.Source != catalog.SourceFolder {
		return p, err
	}
	p.Folder = catalog.Folder{ID: folderID.String, WorkspaceID: p.Content.WorkspaceID, Path: string(root),
		State: catalog.FolderState(state.String), Device: uint64(device.Int64), AddedBy: addedBy.String, OpenArchives: open.Bool}
	p.Stat = catalog.FileStat{Path: string(path), Size: size.Int64, ModTime: mtime.Int64, Inode: uint64(inode.Int64), Birth: birth.Int64}
	return p, err
}

// TextPending returns how many contents PendingText would return without a limit.
func (s *Store) TextPending(ctx context.Context, config string) (int, error) {
	if err := s.useConfig(ctx, config); err != nil {
		return 0, err
	}
	var n int
	err := s.readRow(ctx, "SELECT count(*) FROM content c INDEXED BY content_waiting WHERE "+waiting, s.options.Now().Unix()).Scan(&n)
	return n, s.fault(err)
}

// retryAfter is how long a content that failed waits for its next attempt, by the number of attempts before.
var retryAfter = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour}

// CommitText stores outcomes of reading in one transaction: text, passages and keyword rows, searchable when it
// returns. An outcome whose bytes are no longer the content's, or whose content is gone, is dropped. Passages that are
// the same as before keep their ids, and so their vectors.
func (s *Store) CommitText(ctx context.Context, list []catalog.Extracted) error {
	for _, e := range list {
		if err := s.commitFirstParts(ctx, e); err != nil {
			return err
		}
	}
	return s.write(ctx, func(t *tx) error {
		for _, e := range list {
			if err := t.commitText(e); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) commitText(e catalog.Extracted) error {
	var hash []byte
	var attempts, passages, parts int
	var locked bool
	var textOf sql.NullString
	var workspace string
	err := t.row(`SELECT c.sha256, c.attempts, c.text_of, c.passages, c.parts, w.id, EXISTS (SELECT 1 FROM locked l WHERE l.content = c.key) FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.key = ? AND c.deleted_at IS NULL`, e.ContentKey).Scan(&hash, &attempts, &textOf, &passages, &parts, &workspace, &locked)
	if errors.Is(err, sql.ErrNoRows) || err == nil && hashText(hash) != e.SHA256 {
		return nil
	}
	if err != nil {
		return err
	}
	t.contentChanged(e.ContentKey)
	t.workspaceChanged(workspace)
	if err := t.parsed(e); err != nil {
		return err
	}
	if err := t.lock(e.ContentKey, e.Locked, locked); err != nil {
		return err
	}
	if e.Failure != "" {
		return t.commitFailure(e, attempts, textOf.String, parts)
	}
	if parts > 0 || len(e.Parts) > 0 {
		if parts, err = t.commitParts(e); err != nil {
			return err
		}
	}
	if err := t.storeText(e.ContentKey, textOf.Valid, passages, e.Document, e.Passages, e.Sketch); err != nil {
		return err
	}
	// The format of an upload was settled when it came in, perhaps by whoever sent it.
	_, err = t.exec(`UPDATE content SET format = CASE WHEN ?1 = '' OR source <> 'folder' THEN format ELSE ?1 END, title = ?2, pages = ?3, passages = ?4, text_of = ?5, properties = ?7, extent = ?8, warnings = ?9, parts = ?10, language = nullif(?11, ''), stale = 0,
		attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL, interactive = 0 WHERE key = ?6`,
		e.Document.Format, e.Document.Title, len(e.Document.Pages), len(e.Passages), e.SHA256+":"+e.Config, e.ContentKey, textOrNull(e.Document.Properties),
		extentOf(e.Document, ""), textOrNull(e.Document.Warnings), parts, e.Document.Language())
	return err
}

// storeText replaces what is derived from the text of a content. had: there was a text before, of so many passages.
func (t *tx) storeText(key int64, had bool, passages int, d catalog.Document, list []catalog.Passage, sketch catalog.Sketch) error {
	if had {
		if _, err := t.exec("DELETE FROM page WHERE content = ?", key); err != nil {
			return err
		}
	}
	for _, page := range d.Pages {
		var blocks any
		if len(page.Blocks) > 0 {
			blocks = jsonText(page.Blocks)
		}
		if _, err := t.exec("INSERT INTO page (content, number, text, blocks) VALUES (?, ?, ?, ?)", key, page.Number, page.Text, blocks); err != nil {
			return err
		}
	}
	if err := t.replacePassages(key, list, passages > 0); err != nil {
		return err
	}
	if err := t.saveSketch(key, sketch); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM inference WHERE content = ?1 AND page > 0 AND NOT EXISTS (SELECT 1 FROM page g
		WHERE g.content = ?1 AND g.number = inference.page AND substr(g.text, inference.start_at + 1, inference.end_at - inference.start_at) = inference.quote)`, key)
	return err
}

// textOrNull is a list or a map as JSON, or NULL when there is nothing in it.
func textOrNull[T map[string]string | []string](v T) any {
	if len(v) == 0 {
		return nil
	}
	return jsonText(v)
}

// extentOf is the number of a document's extent; what could not be read has none.
func extentOf(d catalog.Document, failure string) int {
	if failure != "" {
		return 0
	}
	return slices.Index(extents, d.Extent())
}

// replacePassages makes a content's passages those of the list. One with the same text under the same headings keeps its
// row id.
func (t *tx) replacePassages(content int64, list []catalog.Passage, had bool) error {
	type same struct{ context, text string }
	before := map[same][]int64{}
	if had {
		err := t.rows(func(row scanner) error {
			var id int64
			var k same
			err := row.Scan(&id, &k.context, &k.text)
			before[k] = append(before[k], id)
			return err
		}, "SELECT id, context, text FROM passage WHERE content = ? ORDER BY ordinal", content)
		if err != nil {
			return err
		}
	}
	for ordinal, p := range list {
		k := same{p.Context, p.Text}
		if ids := before[k]; len(ids) > 0 {
			before[k] = ids[1:]
			if _, err := t.exec("UPDATE passage SET ordinal = ?, page = ?, start_at = ?, end_at = ? WHERE id = ?", ordinal, p.Page, p.Start, p.End, ids[0]); err != nil {
				return err
			}
			continue
		}
		result, err := t.exec("INSERT INTO passage (content, ordinal, page, start_at, end_at, context, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
			content, ordinal, p.Page, p.Start, p.End, p.Context, p.Text)
		if err != nil {
			return err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return err
		}
		t.index(insertPassageText, id, splitScripts(p.Context), splitScripts(p.Text))
		if err := t.saveMuchIndexed(); err != nil {
			return err
		}
	}
	var gone []int64
	for _, ids := range before {
		gone = append(gone, ids...)
	}
	for _, id := range gone {
		if _, err := t.exec("DELETE FROM passage WHERE id = ?", id); err != nil {
			return err
		}
	}
	return t.unindex(gone)
}

// commitFailure notes why a content could not be read. Text of other bytes than its present ones goes; text of these
// bytes stays through a failure that may pass; so do the parts.
func (t *tx) commitFailure(e catalog.Extracted, attempts int, textOf string, parts int) error {
	if e.Permanent || textOf == "" || len(textOf) < len(e.SHA256) || textOf[:len(e.SHA256)] != e.SHA256 {
		if err := t.dropText(e.ContentKey); err != nil {
			return err
		}
		if parts > 0 {
			if err := t.hideParts(e.ContentKey); err != nil {
				return err
			}
		}
	}
	if e.Permanent {
		_, err := t.exec(`UPDATE content SET failure = ?, failed_at = ?, attempts = attempts + 1, next_attempt = 0, stale = 0, interactive = 0, text_of = ? WHERE key = ?`,
			e.Failure, t.now.Unix(), e.SHA256+":"+e.Config, e.ContentKey)
		return err
	}
	next := t.now.Add(retryAfter[min(attempts, len(retryAfter)-1)])
	_, err := t.exec(`UPDATE content SET failure = ?, failed_at = ?, attempts = attempts + 1, next_attempt = ?, stale = 1, interactive = 0 WHERE key = ?`,
		e.Failure, t.now.Unix(), next.Unix(), e.ContentKey)
	return err
}

// dropText removes text, passages, keyword rows and vectors of a content.
func (t *tx) dropText(key int64) error {
	ids, err := t.passageIDs(key)
	if err != nil {
		return err
	}
	if err := t.unindex(ids); err != nil {
		return err
	}
	if err := t.dropSketch(key); err != nil {
		return err
	}
	for _, query := range []string{
		"DELETE FROM passage WHERE content = ?",
		"DELETE FROM page WHERE content = ?",
		"DELETE FROM inference WHERE content = ? AND page > 0",
		"UPDATE content SET title = '', pages = 0, passages = 0, text_of = NULL, properties = NULL, extent = 0, warnings = NULL, language = NULL WHERE key = ?",
	} {
		if _, err := t.exec(query, key); err != nil {
			return err
		}
	}
	return nil
}
