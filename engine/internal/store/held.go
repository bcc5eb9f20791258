package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// reached tells whether a workspace (?1) has bytes (?2) in the blob store: synchronisation brought them, or an upload.
// Files of watched folders are asked for by FilesOf.
const reached = `SELECT EXISTS (SELECT 1 FROM reach h WHERE h.feed = ?1 AND h.sha256 = ?2)
	OR EXISTS (SELECT 1 FROM content c INDEXED BY content_blob WHERE c.sha256 = ?2 AND c.source <> 'folder' AND c.workspace = ?1 AND c.remote = 0)`

// Unreached returns those of the hashes that a workspace has neither in the blob store nor in a watched folder.
func (s *Store) Unreached(ctx context.Context, workspaceID string, hashes []string) (missing []string, err error) {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.fault(err)
	}
	defer tx.Rollback() // a snapshot for many queries, nothing to commit
	var workspace int64
	if err := tx.QueryRowContext(ctx, "SELECT key FROM workspace WHERE id = ?", workspaceID).Scan(&workspace); err != nil {
		return nil, s.fault(notFound(err, "There is no such workspace."))
	}
	stmt, err := tx.PrepareContext(ctx, reached+` OR EXISTS (SELECT 1 FROM folder d CROSS JOIN file f ON f.folder = d.key AND f.sha256 = ?2
		WHERE d.workspace = ?1 AND f.excluded = 0)`)
	if err != nil {
		return nil, s.fault(err)
	}
	defer stmt.Close()
	for _, hash := range hashes {
		var has bool
		if err := stmt.QueryRowContext(ctx, workspace, hashBytes(hash)).Scan(&has); err != nil {
			return nil, s.fault(err)
		}
		if !has {
			missing = append(missing, hash)
		}
	}
	return missing, nil
}

// Reached reports whether bytes in the blob store are a workspace's, and the format of what they belong to there, if
// anything does.
func (s *Store) Reached(ctx context.Context, workspaceID, hash string) (has bool, format string, err error) {
	var workspace int64
	if err := s.readRow(ctx, "SELECT key FROM workspace WHERE id = ?", workspaceID).Scan(&workspace); err != nil {
		return false, "", s.fault(notFound(err, "There is no such workspace."))
	}
	if err := s.readRow(ctx, reached, workspace, hashBytes(hash)).Scan(&has); err != nil || !has {
		return false, "", s.fault(err)
	}
	err = s.readRow(ctx, "SELECT format FROM content WHERE sha256 = ? AND source <> 'folder' AND workspace = ? LIMIT 1", hashBytes(hash), workspace).Scan(&format)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return has, format, s.fault(err)
}

// FileOf is a file of a watched folder that had certain bytes when it was captured.
type FileOf struct {
	Folder catalog.Folder // without counts
	Stat   catalog.FileStat
	Format string
}

// FilesOf returns the files of a workspace's folders that had these bytes when they were captured.
func (s *Store) FilesOf(ctx context.Context, workspaceID, hash string) (list []FileOf, err error) {
	err = s.read(ctx, func(row scanner) error {
		var f FileOf
		var root, path []byte
		var device, inode int64
		err := row.Scan(&f.Folder.ID, &root, &f.Folder.State, &device, &f.Folder.AddedBy, &path, &f.Stat.Size, &f.Stat.ModTime, &inode, &f.Stat.Birth, &f.Format)
		f.Folder.WorkspaceID, f.Folder.Path, f.Folder.Device = workspaceID, string(root), uint64(device)
		f.Stat.Path, f.Stat.Inode = string(path), uint64(inode)
		list = append(list, f)
		return err
	}, `SELECT d.id, d.path, d.state, d.device, d.added_by, f.path, f.size, f.mtime, f.inode, f.birth, ifnull(c.format, '')
		FROM workspace w CROSS JOIN folder d ON d.workspace = w.key CROSS JOIN file f ON f.folder = d.key AND f.sha256 = ?2
		LEFT JOIN content c ON c.key = f.content WHERE w.id = ?1 AND f.excluded = 0`, workspaceID, hashBytes(hash))
	return list, err
}

// HoldSmall keeps small blobs for a workspace in one commit.
func (s *Store) HoldSmall(ctx context.Context, workspaceID string, batch []catalog.BlobBytes) error {
	return s.write(ctx, func(t *tx) error {
		v, err := s.feed(t, workspaceID)
		if err != nil {
			return err
		}
		for _, b := range batch {
			if b.Bytes == nil {
				b.Bytes = []byte{}
			}
			if _, err := t.exec("INSERT INTO small_blob (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", hashBytes(b.SHA256), b.Bytes); err != nil {
				return err
			}
			if err := t.arrived(v, Blob{SHA256: b.SHA256, Size: int64(len(b.Bytes))}); err != nil {
				return err
			}
		}
		return nil
	})
}

// usedWithin is how exactly it is known when bytes were opened last.
const usedWithin = time.Hour

// Used notes that bytes were opened, so that they are not the next to be dropped from a full cache.
func (s *Store) Used(ctx context.Context, workspaceID, hash string) error {
	var due bool
	err := s.readRow(ctx, "SELECT EXISTS (SELECT 1 FROM workspace w JOIN bytes_mode m ON m.workspace = w.key JOIN reach h ON h.feed = w.key AND h.sha256 = ? WHERE w.id = ? AND h.used < ?)",
		hashBytes(hash), workspaceID, s.options.Now().Add(-usedWithin).Unix()).Scan(&due)
	if err != nil || !due {
		return s.fault(err)
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE reach SET used = ? WHERE feed = (SELECT key FROM workspace WHERE id = ?) AND sha256 = ?",
			t.now.Unix(), workspaceID, hashBytes(hash))
		return err
	})
}
