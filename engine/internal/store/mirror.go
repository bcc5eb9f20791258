package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Mirrored reports whether a folder of this device shows every document of a workspace.
func (s *Store) Mirrored(ctx context.Context, workspaceID string) (mirrored bool, err error) {
	err = s.readRow(ctx, "SELECT EXISTS (SELECT 1 FROM folder d JOIN workspace w ON w.key = d.workspace WHERE w.id = ? AND d.mirror = 1)", workspaceID).Scan(&mirrored)
	return mirrored, s.fault(err)
}

// SetMirror makes a folder show every document of its workspace.
func (s *Store) SetMirror(ctx context.Context, folderID string) error {
	return s.write(ctx, func(t *tx) error {
		t.changed.Folders = true
		_, err := t.exec("UPDATE folder SET mirror = 1 WHERE id = ?", folderID)
		return err
	})
}

// MirrorUnsent counts documents of a mirror whose newest bytes only their file has: a remote has not shown them yet.
func (s *Store) MirrorUnsent(ctx context.Context, folderID string) (n int, err error) {
	err = s.readRow(ctx, `SELECT count(*) FROM folder d JOIN file f ON f.folder = d.key AND f.excluded = 0 JOIN content c ON c.key = f.content
		JOIN item i ON i.id = c.id WHERE d.id = ? AND i.dirty = 1`, folderID).Scan(&n)
	return n, s.fault(err)
}

// EndMirror makes a mirror's documents ones of which only the record is here, and forgets its files. They stay on disk.
func (s *Store) EndMirror(ctx context.Context, folderID string) error {
	return s.write(ctx, func(t *tx) error {
		var folder int64
		if err := t.row("SELECT key FROM folder WHERE id = ?", folderID).Scan(&folder); err != nil {
			return notFound(err, "There is no such folder.")
		}
		t.changed.Folders = true
		for _, query := range []string{
			"UPDATE content SET source = 'upload', remote = 1, folder = NULL, kept_path = NULL WHERE folder = ?",
			"DELETE FROM mirror_copy WHERE folder = ?",
			"DELETE FROM file WHERE folder = ?",
			"DELETE FROM folder WHERE key = ?",
		} {
			if _, err := t.exec(query, folder); err != nil {
				return err
			}
		}
		return nil
	})
}

// MirrorEntry is a document of a mirrored workspace, and the file that it has in the mirror, if any.
type MirrorEntry struct {
	Key      int64
	ID       string
	Name     string
	SHA256   string
	Here     bool             // its bytes are on this device
	File     catalog.FileStat // Path is empty: it has no file
	FileHash string           // of the bytes that the file had when it was captured
	Conflict bool
}

// MirrorEntries calls yield for every live document of a mirrored workspace that has a file in the mirror or none at all,
// in a steady order. Documents whose original lies in another folder of this device are left out.
func (s *Store) MirrorEntries(ctx context.Context, folderID string, yield func(MirrorEntry) error) error {
	return s.read(ctx, func(row scanner) error {
		var e MirrorEntry
		var hash, path, fileHash []byte
		var size, mtime, inode, birth sql.NullInt64
		err := row.Scan(&e.Key, &e.ID, &e.Name, &hash, &e.Here, &e.Conflict, &path, &fileHash, &size, &mtime, &inode, &birth)
		if err != nil {
			return err
		}
		e.SHA256, e.FileHash = hashText(hash), hashText(fileHash)
		e.File = catalog.FileStat{Path: string(path), Size: size.Int64, ModTime: mtime.Int64, Inode: uint64(inode.Int64), Birth: birth.Int64}
		return yield(e)
	}, `SELECT c.key, c.id, c.name, c.sha256, c.remote = 0, c.conflict, f.path, f.sha256, f.size, f.mtime, f.inode, f.birth
		FROM folder d CROSS JOIN content c ON c.workspace = d.workspace LEFT JOIN file f ON f.content = c.key AND f.excluded = 0
		WHERE d.id = ? AND c.deleted_at IS NULL AND c.root IS NULL AND (f.folder IS NULL OR f.folder = d.key) ORDER BY c.created_at, c.id`, folderID)
}

// MirrorLeft returns files of a mirror whose documents are gone: in the trash, or removed for good.
func (s *Store) MirrorLeft(ctx context.Context, folderID string) (list []catalog.File, err error) {
	err = s.read(ctx, func(row scanner) error {
		f, err := scanFile(row)
		list = append(list, f)
		return err
	}, selectFile+` AND f.excluded = 1 AND (c.deleted_at IS NOT NULL OR c.key IS NULL)
		AND NOT EXISTS (SELECT 1 FROM mirror_copy m WHERE m.folder = d.key AND m.path = f.path)`, folderID)
	return list, err
}

// MirrorVersion is a version of a document in conflict beside the one that answers.
type MirrorVersion struct {
	Key  int64
	Name string
	catalog.Version
}

// MirrorVersions returns the versions beside the answering ones of all documents in conflict of a mirrored workspace.
func (s *Store) MirrorVersions(ctx context.Context, folderID string) (list []MirrorVersion, err error) {
	err = s.read(ctx, func(row scanner) error {
		var v MirrorVersion
		var hash []byte
		err := row.Scan(&v.Key, &v.Name, &v.Device, &v.Counter, &hash)
		v.Blob = hashText(hash)
		list = append(list, v)
		return err
	}, `SELECT c.key, c.name, e.id, v.counter, v.blob FROM folder d CROSS JOIN content c INDEXED BY content_conflict ON c.workspace = d.workspace
		JOIN item i ON i.id = c.id JOIN item_version v ON v.item = i.key JOIN device e ON e.key = v.device
		WHERE d.id = ? AND c.conflict = 1 AND c.deleted_at IS NULL AND v.blob <> c.sha256 ORDER BY c.key, v.counter, e.id`, folderID)
	return list, err
}

// MirrorCopy is the second file of a document in conflict.
type MirrorCopy struct {
	Key    int64 // of the content
	SHA256 string
	File   catalog.FileStat
}

// MirrorCopies returns those of a mirror. One that a person has edited is a document of its own, and no copy any more.
func (s *Store) MirrorCopies(ctx context.Context, folderID string) (list []MirrorCopy, err error) {
	err = s.read(ctx, func(row scanner) error {
		var c MirrorCopy
		var hash, path []byte
		var inode int64
		err := row.Scan(&c.Key, &hash, &path, &c.File.Size, &c.File.ModTime, &inode, &c.File.Birth)
		c.SHA256, c.File.Path, c.File.Inode = hashText(hash), string(path), uint64(inode)
		list = append(list, c)
		return err
	}, `SELECT m.content, m.sha256, f.path, f.size, f.mtime, f.inode, f.birth FROM folder d CROSS JOIN mirror_copy m ON m.folder = d.key
		JOIN file f ON f.folder = m.folder AND f.path = m.path AND f.excluded = 1 WHERE d.id = ?`, folderID)
	return list, err
}

// MirrorWritten notes that a document's bytes stand in a file of a mirror now: that is its original from here on, and the
// blob store need not have them as well. unused says that nothing there needs them any more. Conflict when the document
// has other bytes by now, or none: the file is then one that nobody knows.
func (s *Store) MirrorWritten(ctx context.Context, folderID string, e MirrorEntry, file catalog.FileStat) (unused bool, err error) {
	err = s.write(ctx, func(t *tx) error {
		var folder, workspace int64
		if err := t.row("SELECT key, workspace FROM folder WHERE id = ?", folderID).Scan(&folder, &workspace); err != nil {
			return notFound(err, "There is no such folder.")
		}
		result, err := t.exec("UPDATE content SET folder = ?, source = 'folder', remote = 0, kept_path = NULL WHERE key = ? AND sha256 = ? AND deleted_at IS NULL",
			folder, e.Key, hashBytes(e.SHA256))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return cmpConflict(err)
		}
		if _, err := t.exec("DELETE FROM file WHERE content = ? AND path <> ?", e.Key, []byte(file.Path)); err != nil {
			return err
		}
		if err := t.putFile(folder, file, e.SHA256, e.Key, false); err != nil {
			return err
		}
		t.contentChanged(e.Key)
		if _, err := t.exec(`DELETE FROM reach WHERE feed = ?1 AND sha256 = ?2
			AND NOT EXISTS (SELECT 1 FROM content INDEXED BY content_blob WHERE sha256 = ?2 AND source <> 'folder' AND workspace = ?1)
			AND NOT EXISTS (SELECT 1 FROM content WHERE workspace = ?1 AND conflict = 1)`, workspace, hashBytes(e.SHA256)); err != nil {
			return err
		}
		var used bool
		err = t.row(blobUsed, hashBytes(e.SHA256)).Scan(&used)
		unused = !used
		return err
	})
	return unused, err
}

func cmpConflict(err error) error {
	if err != nil {
		return err
	}
	return catalog.Errorf(catalog.Conflict, "The document has changed meanwhile.")
}

// putFile stores a file as it is known now, whatever was known under its path.
func (t *tx) putFile(folder int64, file catalog.FileStat, hash string, content any, excluded bool) error {
	_, err := t.exec(`INSERT INTO file (folder, path, size, mtime, inode, birth, sha256, content, excluded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (folder, path) DO UPDATE SET size = excluded.size, mtime = excluded.mtime, inode = excluded.inode, birth = excluded.birth,
		  sha256 = excluded.sha256, content = excluded.content, excluded = excluded.excluded`,
		folder, []byte(file.Path), file.Size, file.ModTime, int64(file.Inode), file.Birth, hashBytes(hash), content, excluded)
	return err
}

// MirrorMoved notes that a file of a mirror has another name.
func (s *Store) MirrorMoved(ctx context.Context, folderID, from, to string) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE file SET path = ? WHERE folder = (SELECT key FROM folder WHERE id = ?) AND path = ?", []byte(to), folderID, []byte(from))
		return err
	})
}

// MirrorCopied notes the second file of a document in conflict: no document itself until somebody edits it.
func (s *Store) MirrorCopied(ctx context.Context, folderID string, content int64, hash string, file catalog.FileStat) error {
	return s.write(ctx, func(t *tx) error {
		var folder int64
		if err := t.row("SELECT key FROM folder WHERE id = ?", folderID).Scan(&folder); err != nil {
			return notFound(err, "There is no such folder.")
		}
		if err := t.putFile(folder, file, hash, nil, true); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO mirror_copy (folder, path, content, sha256) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content, sha256 = excluded.sha256",
			folder, []byte(file.Path), content, hashBytes(hash))
		return err
	})
}

// MirrorCleared forgets a file that has left a mirror.
func (s *Store) MirrorCleared(ctx context.Context, folderID, path string) error {
	return s.write(ctx, func(t *tx) error {
		for _, query := range []string{
			"DELETE FROM mirror_copy WHERE folder = (SELECT key FROM folder WHERE id = ?) AND path = ?",
			"DELETE FROM file WHERE folder = (SELECT key FROM folder WHERE id = ?) AND path = ?",
		} {
			if _, err := t.exec(query, folderID, []byte(path)); err != nil {
				return err
			}
		}
		return nil
	})
}

// adopt finds a live document of a mirrored workspace that has just these bytes and no file on this device: a crash came
// between the file and the note of it, or the person has put the file there already. ok is false when there is none, or
// the folder is no mirror.
func (c *capture) adopt(d catalog.Captured) (key int64, ok bool, err error) {
	if !c.mirror || d.SHA256 == "" {
		return 0, false, nil
	}
	err = c.row(`SELECT c.key FROM content c INDEXED BY content_bytes WHERE c.workspace = ?1 AND c.sha256 = ?2 AND c.deleted_at IS NULL AND c.root IS NULL
		AND NOT EXISTS (SELECT 1 FROM file f WHERE f.content = c.key AND f.excluded = 0) ORDER BY c.name = ?3 DESC, c.key LIMIT 1`,
		c.workspace, hashBytes(d.SHA256), displayName(d.Stat.Path)).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return key, err == nil, err
}

// BlobsBeside returns the hashes of versions in conflict whose bytes are not on this device, of workspaces that are kept
// here whole.
func (s *Store) BlobsBeside(ctx context.Context, workspaceID string, limit int) (hashes []string, err error) {
	err = s.read(ctx, func(row scanner) error {
		var hash []byte
		err := row.Scan(&hash)
		hashes = append(hashes, hashText(hash))
		return err
	}, `SELECT DISTINCT v.blob FROM workspace w CROSS JOIN content c INDEXED BY content_conflict ON c.workspace = w.key
		JOIN item i ON i.id = c.id JOIN item_version v ON v.item = i.key
		WHERE w.id = ? AND c.conflict = 1 AND c.deleted_at IS NULL AND v.blob <> c.sha256
		  AND NOT EXISTS (SELECT 1 FROM reach r WHERE r.feed = w.key AND r.sha256 = v.blob)
		  AND NOT EXISTS (SELECT 1 FROM file f WHERE f.content = c.key AND f.sha256 = v.blob AND f.excluded = 0)
		LIMIT ?`, workspaceID, limit)
	return hashes, err
}
