package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// selectFolder reads folders with their counts, which the tally has ready.
const selectFolder = `
	SELECT f.id, w.id, f.path, f.ignore, f.state, f.reason, f.device, f.skipped, f.await_gone, f.last_scan, f.added_by, f.created_at,
	  ifnull(y.live, 0), ifnull(y.unread, 0) + CASE WHEN y.failed > 0 THEN (SELECT count(*) FROM content c
	    WHERE c.folder = f.key AND c.failed_at > 0 AND c.stale = 1 AND c.remote = 0 AND c.deleted_at IS NULL AND c.next_attempt <= ?1) ELSE 0 END,
	  ifnull(y.failed, 0), ifnull(y.live - y.unread - y.failed, 0), f.seen, f.skipped_by, f.missed, f.poll_after, f.mirror, f.open_archives
	FROM folder f JOIN workspace w ON w.key = f.workspace LEFT JOIN tally y ON y.workspace = f.workspace AND y.folder = f.key
	WHERE w.deleted_at IS NULL`

func scanFolder(row scanner) (f catalog.Folder, err error) {
	var path []byte
	var ignore, skipped string
	var device, created int64
	var scanned sql.NullInt64
	err = row.Scan(&f.ID, &f.WorkspaceID, &path, &ignore, &f.State, &f.Reason, &device, &f.Skipped, &f.AwaitGone, &scanned,
		&f.AddedBy, &created, &f.Files, &f.Pending, &f.Failed, &f.Indexed, &f.Seen, &skipped, &f.Missed, &f.PollAfter, &f.Mirror, &f.OpenArchives)
	if err != nil {
		return f, err
	}
	f.Path, f.Device = string(path), uint64(device)
	f.LastScan, f.CreatedAt = moment(scanned), time.Unix(created, 0).UTC()
	if f.State == catalog.FolderOffline || f.State == catalog.FolderPaused {
		f.Pending = 0
	}
	return f, errors.Join(json.Unmarshal([]byte(ignore), &f.Ignore), json.Unmarshal([]byte(skipped), &f.SkippedBy))
}

// Folders lists watched folders with their counts, oldest first.
func (s *Store) Folders(ctx context.Context) ([]catalog.Folder, error) {
	list := []catalog.Folder{}
	err := s.read(ctx, func(row scanner) error {
		f, err := scanFolder(row)
		list = append(list, f)
		return err
	}, selectFolder+" ORDER BY f.key", s.options.Now().Unix())
	return list, err
}

// Folder returns one by its id.
func (s *Store) Folder(ctx context.Context, id string) (catalog.Folder, error) {
	f, err := scanFolder(s.readRow(ctx, selectFolder+" AND f.id = ?2", s.options.Now().Unix(), id))
	return f, s.fault(notFound(err, "There is no such folder."))
}

// AddFolder stores a folder under a new id; Path, WorkspaceID, Ignore, State, Device and AddedBy are taken from f.
// Conflict when the path is watched already.
func (s *Store) AddFolder(ctx context.Context, f catalog.Folder) (catalog.Folder, error) {
	err := s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(f.WorkspaceID)
		if err != nil {
			return err
		}
		var taken bool
		if err := t.row("SELECT EXISTS (SELECT 1 FROM folder WHERE path = ?)", []byte(f.Path)).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return catalog.Errorf(catalog.Conflict, "The folder %s is watched already.", f.Path)
		}
		if f.Ignore == nil {
			f.Ignore = []string{}
		}
		if f.State == "" {
			f.State = catalog.FolderWatching
		}
		f.ID, f.CreatedAt, f.SkippedBy = t.s.newID(t.now), t.now.Truncate(time.Second), map[catalog.Skip]int{}
		_, err = t.exec(`INSERT INTO folder (id, workspace, path, ignore, state, reason, device, open_archives, added_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			f.ID, workspace, []byte(f.Path), jsonText(f.Ignore), f.State, f.Reason, int64(f.Device), f.OpenArchives, f.AddedBy, t.now.Unix())
		t.changed.Folders = true
		return err
	})
	return f, err
}

// UpdateFolder stores what changes about a folder while it is watched: State, Reason, Device, LastScan, Skipped,
// AwaitGone and Ignore.
func (s *Store) UpdateFolder(ctx context.Context, f catalog.Folder) error {
	return s.write(ctx, func(t *tx) error {
		if f.Ignore == nil {
			f.Ignore = []string{}
		}
		result, err := t.exec("UPDATE folder SET state = ?, reason = ?, device = ?, last_scan = ?, skipped = ?, await_gone = ?, ignore = ? WHERE id = ?",
			f.State, f.Reason, int64(f.Device), unix(f.LastScan), f.Skipped, f.AwaitGone, jsonText(f.Ignore), f.ID)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return notFound(cmpErr(err), "There is no such folder.")
		}
		t.changed.Folders = true
		return nil
	})
}

// cmpErr is err, or "no row" when there is none.
func cmpErr(err error) error {
	if err != nil {
		return err
	}
	return sql.ErrNoRows
}

// RemoveFolder stops knowing a folder. Its documents are trashed, or kept as they are with the path of their original.
// Documents go in slices; the folder's row goes last, so that a crash in between leaves a folder to remove again.
func (s *Store) RemoveFolder(ctx context.Context, id string, keep bool) error {
	for {
		done := false
		err := s.write(ctx, func(t *tx) error {
			var folder int64
			var root []byte
			if err := t.row("SELECT key, path FROM folder WHERE id = ?", id).Scan(&folder, &root); err != nil {
				return notFound(err, "There is no such folder.")
			}
			t.changed.Folders = true
			n, err := t.release(string(root), keep, "folder = ? LIMIT ?", folder, releaseSlice)
			if err != nil || n > 0 {
				return err
			}
			done = true
			if _, err := t.exec("UPDATE content SET folder = NULL WHERE folder = ?", folder); err != nil {
				return err
			}
			if _, err := t.exec("DELETE FROM mirror_copy WHERE folder = ?", folder); err != nil {
				return err
			}
			_, err = t.exec("DELETE FROM folder WHERE key = ?", folder)
			return err
		})
		if err != nil || done {
			return err
		}
	}
}

// ForgetFiles stops looking for files that are gone while their documents are kept, with the paths that they had.
func (s *Store) ForgetFiles(ctx context.Context, folderID string, paths []string) error {
	for slice := range slices.Chunk(paths, releaseSlice) {
		err := s.write(ctx, func(t *tx) error {
			var folder int64
			var root []byte
			if err := t.row("SELECT key, path FROM folder WHERE id = ?", folderID).Scan(&folder, &root); err != nil {
				return notFound(err, "There is no such folder.")
			}
			t.changed.Folders = true
			for _, path := range slice {
				if _, err := t.release(string(root), true, "folder = ? AND path = ?", folder, []byte(path)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// releaseSlice is how many files one transaction takes off a folder.
const releaseSlice = 500

// release takes the files that match a condition off their folder and returns how many there were. Their documents are
// trashed, or kept with the path that the original had.
func (t *tx) release(root string, keep bool, condition string, args ...any) (int, error) {
	type released struct {
		file, content sql.NullInt64
		path          []byte
		excluded      bool
	}
	var list []released
	err := t.rows(func(row scanner) error {
		var r released
		err := row.Scan(&r.file, &r.content, &r.path, &r.excluded)
		list = append(list, r)
		return err
	}, "SELECT key, content, path, excluded FROM file WHERE "+condition, args...)
	if err != nil {
		return 0, err
	}
	for _, r := range list {
		if _, err := t.exec("DELETE FROM file WHERE key = ?", r.file); err != nil {
			return 0, err
		}
		if !r.content.Valid {
			continue
		}
		if _, err := t.exec("UPDATE content SET folder = NULL, kept_path = ?, remote = 1 WHERE key = ?", joinPath(root, r.path), r.content); err != nil {
			return 0, err
		}
		if !keep && !r.excluded {
			if err := t.trash(r.content.Int64); err != nil {
				return 0, err
			}
		}
	}
	return len(list), nil
}

// OpenArchives says whether files in the archives of a folder are documents. Its archives, which are of one of the formats,
// and what has one in it are read anew when that changes. NotFound for a folder that is not known.
func (s *Store) OpenArchives(ctx context.Context, folderID string, open bool, formats []string) error {
	return s.write(ctx, func(t *tx) error {
		var folder int64
		var before bool
		if err := t.row("SELECT key, open_archives FROM folder WHERE id = ?", folderID).Scan(&folder, &before); err != nil {
			return notFound(err, "There is no such folder.")
		}
		if before == open {
			return nil
		}
		t.changed.Folders = true
		if _, err := t.exec("UPDATE folder SET open_archives = ? WHERE key = ?", open, folder); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE content SET stale = 1, text_of = substr(text_of, 1, instr(text_of, ':')), attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL
			WHERE folder = ?1 AND deleted_at IS NULL AND (format IN (SELECT value FROM json_each(?2))
			OR parts > 0 AND EXISTS (SELECT 1 FROM content p WHERE p.root > 0 AND p.root = content.key AND p.format IN (SELECT value FROM json_each(?2))))`,
			folder, jsonText(formats))
		return err
	})
}

// liveWorkspace returns the key of a workspace that has not been deleted.
func (t *tx) liveWorkspace(id string) (key int64, err error) {
	err = t.row("SELECT key FROM workspace WHERE id = ? AND deleted_at IS NULL", id).Scan(&key)
	return key, notFound(err, "There is no such workspace.")
}
