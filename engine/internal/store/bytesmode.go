package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// BytesMode returns what this device keeps of a workspace's bytes; empty when it has no remote.
func (s *Store) BytesMode(ctx context.Context, workspaceID string) (mode catalog.SyncMode, err error) {
	err = s.readRow(ctx, "SELECT m.mode FROM bytes_mode m JOIN workspace w ON w.key = m.workspace WHERE w.id = ?", workspaceID).Scan(&mode)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return mode, s.fault(err)
}

// SetBytesMode changes it; empty: the workspace has no remote any more.
func (s *Store) SetBytesMode(ctx context.Context, workspaceID string, mode catalog.SyncMode) error {
	return s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(workspaceID)
		if err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		if mode == "" {
			_, err = t.exec("DELETE FROM bytes_mode WHERE workspace = ?", workspace)
			return err
		}
		_, err = t.exec("INSERT INTO bytes_mode (workspace, mode) VALUES (?, ?) ON CONFLICT DO UPDATE SET mode = excluded.mode", workspace, mode)
		return err
	})
}

// wantedInMode are conditions of a content c whose bytes are not here for being fetched unasked.
var wantedInMode = map[catalog.SyncMode]string{
	catalog.SyncIndex:  "c.stale = 1 AND c.failure IS NULL AND c.size <= ?2 AND c.deleted_at IS NULL",
	catalog.SyncPinned: "?2 = ?2 AND c.kept_path IS NULL AND c.deleted_at IS NULL",
}

// Wanted returns blobs of a workspace that its mode asks for and that are not here, small before large. largest is the
// size in bytes up to which documents are fetched to be indexed.
func (s *Store) Wanted(ctx context.Context, workspaceID string, mode catalog.SyncMode, largest int64, limit int) (list []catalog.Blob, err error) {
	condition, ok := wantedInMode[mode]
	if !ok {
		return nil, nil
	}
	seen := map[string]bool{}
	err = s.readOnce(ctx, func(row scanner) error {
		var b catalog.Blob
		var hash []byte
		err := row.Scan(&hash, &b.Size, &b.Format)
		if b.SHA256 = hashText(hash); len(hash) > 0 && !seen[b.SHA256] {
			seen[b.SHA256] = true
			list = append(list, b)
		}
		return err
	}, `SELECT c.sha256, c.size, c.format FROM workspace w CROSS JOIN content c INDEXED BY content_remote ON c.workspace = w.key
		WHERE w.id = ?1 AND c.remote = 1 AND `+condition+` ORDER BY c.size, c.key LIMIT ?3`, workspaceID, largest, limit)
	return list, err
}

// Cached returns how many bytes are here that a remote has too and that may be dropped when they have been read, of all
// workspaces whose mode is index.
func (s *Store) Cached(ctx context.Context) (size int64, err error) {
	err = s.readRow(ctx, "SELECT ifnull(sum(h.size), 0) FROM bytes_mode m CROSS JOIN reach h ON h.feed = m.workspace WHERE m.mode = 'index'").Scan(&size)
	return size, s.fault(err)
}

// evictSlice is how many blobs one transaction drops from the cache.
const evictSlice = 500

// Evict drops at least size bytes from the cache, those used longest ago first, as far as there are any whose documents
// have been read and whose items the remote has. Their documents are remote again and keep their text. It returns the
// hashes that nothing holds any more.
func (s *Store) Evict(ctx context.Context, size int64) (unused []string, err error) {
	for more := true; more && size > 0; {
		err := s.write(ctx, func(t *tx) error {
			list, err := t.evictable()
			more = len(list) == evictSlice
			for _, e := range list {
				if err != nil || size <= 0 {
					break
				}
				size -= e.size
				var gone bool
				if gone, err = t.evict(e); gone {
					unused = append(unused, hashText(e.hash))
				}
			}
			return err
		})
		if err != nil {
			return unused, err
		}
	}
	return unused, nil
}

// evictable is held bytes that a remote has too.
type evictable struct {
	workspace   int64
	workspaceID string
	hash        []byte
	size        int64
}

func (t *tx) evictable() (list []evictable, err error) {
	err = t.rows(func(row scanner) error {
		var e evictable
		err := row.Scan(&e.workspace, &e.workspaceID, &e.hash, &e.size)
		list = append(list, e)
		return err
	}, `SELECT w.key, w.id, h.sha256, h.size FROM bytes_mode m CROSS JOIN reach h ON h.feed = m.workspace JOIN workspace w ON w.key = h.feed
		WHERE m.mode = 'index'
		  AND NOT EXISTS (SELECT 1 FROM content c INDEXED BY content_blob JOIN item i ON i.id = c.id
		    WHERE c.sha256 = h.sha256 AND c.source <> 'folder' AND c.workspace = h.feed AND (i.dirty = 1 OR c.stale = 1 AND c.failure IS NULL AND c.deleted_at IS NULL))
		  AND EXISTS (SELECT 1 FROM content c INDEXED BY content_blob WHERE c.sha256 = h.sha256 AND c.source <> 'folder' AND c.workspace = h.feed)
		ORDER BY h.used, h.at LIMIT ?`, evictSlice)
	return list, err
}

func (t *tx) evict(e evictable) (unused bool, err error) {
	if _, err := t.exec("DELETE FROM reach WHERE feed = ? AND sha256 = ?", e.workspace, e.hash); err != nil {
		return false, err
	}
	v, err := t.s.feed(t, e.workspaceID)
	if err != nil {
		return false, err
	}
	if err := t.setRemote(v, hashText(e.hash), true); err != nil {
		return false, err
	}
	var used bool
	err = t.row(blobUsed, e.hash).Scan(&used)
	return !used, err
}
