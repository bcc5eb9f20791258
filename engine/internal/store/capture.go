package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Capture writes at most 1,000 decisions about files of a folder in one transaction: contents, files, names, journal.
func (s *Store) Capture(ctx context.Context, folder catalog.Folder, list []catalog.Captured) error {
	if len(list) > maxCommitItems {
		return catalog.Errorf(catalog.TooLarge, "One capture takes at most %d files.", maxCommitItems)
	}
	return s.write(ctx, func(t *tx) error {
		c := capture{tx: t}
		var added string
		err := t.row("SELECT f.key, w.key, w.id, f.added_by, f.mirror FROM folder f JOIN workspace w ON w.key = f.workspace WHERE f.id = ? AND w.deleted_at IS NULL", folder.ID).
			Scan(&c.folder, &c.workspace, &c.workspaceID, &added, &c.mirror)
		if err != nil {
			return notFound(err, "There is no such folder.")
		}
		if added, err = t.author(c.workspace, added); err != nil {
			return err
		}
		c.made = jsonText(map[string]any{"addedBy": added, "createdAt": t.now.Unix(), "source": catalog.SourceFolder})
		c.addedBy = added
		for _, d := range list {
			if err := c.one(d); err != nil {
				return err
			}
		}
		for _, id := range c.unsettled {
			if err := c.projectAgain(id); err != nil {
				return err
			}
		}
		if len(list) > 0 {
			t.workspaceChanged(c.workspaceID)
		}
		return nil
	})
}

// capture is one call of Capture.
type capture struct {
	*tx
	folder, workspace    int64
	workspaceID, addedBy string
	mirror               bool
	made                 string   // JSON of the field that every new content gets
	unsettled            []string // ids of contents of which another version may answer than the file's
}

// known is the file row at a path and the content it has; content 0 = none that is live.
type known struct {
	file, content int64
	contentID     string
	sha256        []byte
}

func (c *capture) at(path string) (k known, ok bool, err error) {
	var content sql.NullInt64
	var id sql.NullString
	var live bool
	err = c.row(`SELECT f.key, f.sha256, f.content, d.id, f.excluded = 0 AND d.deleted_at IS NULL AND d.key IS NOT NULL FROM file f LEFT JOIN content d ON d.key = f.content
		WHERE f.folder = ? AND f.path = ?`, c.folder, []byte(path)).Scan(&k.file, &k.sha256, &content, &id, &live)
	if errors.Is(err, sql.ErrNoRows) {
		return known{}, false, nil
	}
	if live {
		k.content, k.contentID = content.Int64, id.String
	}
	return k, err == nil, err
}

func (c *capture) one(d catalog.Captured) error {
	here, found, err := c.at(d.Stat.Path)
	if err != nil {
		return err
	}
	if d.Kind == catalog.CaptureRenamed {
		before, ok, err := c.at(d.OldPath)
		if err != nil {
			return err
		}
		if ok && before.content != 0 && before.file != here.file {
			return c.renamed(d, before, here)
		}
	}
	switch {
	case d.Kind == catalog.CaptureTouched && found && hashText(here.sha256) == d.SHA256:
		return c.saveFile(here.file, d, nil, true)
	case found && here.content != 0:
		return c.revised(d, here)
	}
	return c.added(d, here)
}

// added makes a new content; the file row may be there from an exclusion.
func (c *capture) added(d catalog.Captured, here known) error {
	if known, ok, err := c.adopt(d); err != nil {
		return err
	} else if ok {
		return c.adopted(d, known)
	}
	id, name, hash := c.s.newID(c.now), displayName(d.Stat.Path), hashBytes(d.SHA256)
	result, err := c.exec(`INSERT INTO content (id, workspace, folder, name, name_fold, format, size, sha256, source, added_by, created_at, updated_at, period, effort)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'folder', ?, ?, ?, ?, ?)`,
		id, c.workspace, c.folder, name, catalog.FoldCase(name), d.Format, d.Stat.Size, hash, c.addedBy, c.now.Unix(), c.now.Unix(), c.period(d.Stat), d.Effort)
	if err != nil {
		return err
	}
	key, err := result.LastInsertId()
	if err != nil {
		return err
	}
	if here.file != 0 {
		err = c.saveFile(here.file, d, &key, false)
	} else {
		_, err = c.exec("INSERT INTO file (folder, path, size, mtime, inode, birth, sha256, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			c.folder, []byte(d.Stat.Path), d.Stat.Size, d.Stat.ModTime, int64(d.Stat.Inode), d.Stat.Birth, hash, key)
	}
	if err != nil {
		return err
	}
	c.index(insertName, key, splitScripts(name), "")
	c.contentChanged(key)
	c.revise(c.workspace)
	return c.itemCreated(catalog.KindContent, id, c.workspace, hash,
		[]field{{"bytes", bytesField(d.Format, d.Stat.Size)}, {"fileName", jsonText(name)}, {"made", c.made}})
}

// adopted makes a file the original of a document that has just these bytes already.
func (c *capture) adopted(d catalog.Captured, key int64) error {
	if err := c.putFile(c.folder, d.Stat, d.SHA256, key, false); err != nil {
		return err
	}
	return c.lieInFolder(key)
}

// lieInFolder says of a content that its bytes are those of its file.
func (c *capture) lieInFolder(key int64) error {
	_, err := c.exec("UPDATE content SET folder = ?, source = 'folder', remote = 0, kept_path = NULL WHERE key = ?", c.folder, key)
	c.contentChanged(key)
	return err
}

// bytesField tells, beside the hash in the version, what the bytes are.
func bytesField(format string, size int64) string {
	return jsonText(map[string]any{"format": format, "size": size})
}

func (c *capture) revised(d catalog.Captured, here known) error {
	if hashText(here.sha256) != d.SHA256 {
		if err := c.newBytes(here, d); err != nil {
			return err
		}
	}
	return c.saveFile(here.file, d, &here.content, false)
}

// renamed moves a content to another path. Whatever content the new path had is trashed: its file is gone.
func (c *capture) renamed(d catalog.Captured, before, here known) error {
	if here.file != 0 {
		if here.content != 0 {
			if _, err := c.lose(here); err != nil {
				return err
			}
		}
		if _, err := c.exec("DELETE FROM file WHERE key = ?", here.file); err != nil {
			return err
		}
	}
	if hashText(before.sha256) != d.SHA256 {
		if err := c.newBytes(before, d); err != nil {
			return err
		}
	}
	if _, err := c.exec("UPDATE file SET path = ? WHERE key = ?", []byte(d.Stat.Path), before.file); err != nil {
		return err
	}
	if err := c.saveFile(before.file, d, &before.content, false); err != nil {
		return err
	}
	if name := displayName(d.Stat.Path); name != displayName(d.OldPath) {
		return c.rename(before.content, before.contentID, name)
	}
	c.contentChanged(before.content)
	return nil
}

// lose takes the version that a file had away from its content, which goes into the trash when none is left. One that came
// from elsewhere and that the file had not been brought up to stays: whoever deleted the file has not seen it.
func (c *capture) lose(here known) (trashed bool, err error) {
	item, ok, err := c.item(here.contentID)
	if err != nil {
		return false, err
	}
	var seen []catalog.Dot
	for _, v := range item.Versions {
		if v.Blob == hashText(here.sha256) {
			seen = append(seen, v.Dot)
		}
	}
	if !ok || len(seen) == len(item.Versions) {
		return true, c.trash(here.content)
	}
	if _, err := c.exec("UPDATE content SET folder = NULL WHERE key = ?", here.content); err != nil {
		return false, err
	}
	if len(seen) > 0 {
		if err := c.changeItem(here.contentID, func(item catalog.Item) catalog.Item { return item.Delete(seen) }); err != nil {
			return false, err
		}
	}
	return false, c.projectAgain(here.contentID)
}

// saveFile stores what a scan compares with. A touched file keeps its content and its exclusion.
func (c *capture) saveFile(file int64, d catalog.Captured, content *int64, touched bool) error {
	if touched {
		_, err := c.exec("UPDATE file SET size = ?, mtime = ?, inode = ?, birth = ? WHERE key = ?",
			d.Stat.Size, d.Stat.ModTime, int64(d.Stat.Inode), d.Stat.Birth, file)
		return err
	}
	_, err := c.exec("UPDATE file SET size = ?, mtime = ?, inode = ?, birth = ?, sha256 = ?, content = ?, excluded = 0 WHERE key = ?",
		d.Stat.Size, d.Stat.ModTime, int64(d.Stat.Inode), d.Stat.Birth, hashBytes(d.SHA256), *content, file)
	return err
}

// newBytes gives the content of a file a new revision, which waits to be read. It replaces the one that the file had; where
// the file had not been brought up to one that came from elsewhere, both live on, and the content is in conflict.
func (c *capture) newBytes(here known, d catalog.Captured) error {
	var before []byte
	if err := c.row("SELECT sha256 FROM content WHERE key = ?", here.content).Scan(&before); err != nil {
		return err
	}
	if hashText(before) == d.SHA256 { // the file has caught up with what came from elsewhere
		return c.lieInFolder(here.content)
	}
	_, err := c.exec(`UPDATE content SET format = ?, size = ?, sha256 = ?, updated_at = ?, period = ?, effort = ?, stale = 1, attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL
		WHERE key = ?`, d.Format, d.Stat.Size, hashBytes(d.SHA256), c.now.Unix(), c.period(d.Stat), d.Effort, here.content)
	if err != nil {
		return err
	}
	if _, err := c.exec("DELETE FROM inference WHERE content = ?", here.content); err != nil {
		return err
	}
	c.contentChanged(here.content)
	err = c.itemWritten(here.contentID, d.SHA256, hashText(here.sha256), field{"bytes", bytesField(d.Format, d.Stat.Size)})
	if err != nil || bytes.Equal(before, here.sha256) {
		return err
	}
	if _, err := c.exec("UPDATE content SET source = 'folder', remote = 0 WHERE key = ?", here.content); err != nil {
		return err
	}
	c.unsettled = append(c.unsettled, here.contentID)
	return nil
}

// periodSeconds is how long a period is within which small files are read before large ones: thirty days.
const periodSeconds = 30 * 24 * 3600

// period is that of a file's last change; a time ahead of the clock is no reason to go first for ever.
func (t *tx) period(s catalog.FileStat) int64 {
	return max(0, min(s.ModTime/1e9, t.now.Unix())) / periodSeconds
}

// rename gives a content another display name: one row of the name index, and nothing is read again.
func (t *tx) rename(key int64, id, name string) error {
	if _, err := t.exec("UPDATE content SET name = ?, name_fold = ?, updated_at = ? WHERE key = ?", name, catalog.FoldCase(name), t.now.Unix(), key); err != nil {
		return err
	}
	if err := t.describe(key); err != nil {
		return err
	}
	t.contentChanged(key)
	return t.itemFields(id, field{"fileName", jsonText(name)})
}

// FilesGone takes files that have left the disk out of a folder, at most 1,000, and trashes their contents. It returns
// the keys of those contents; paths that are not known are passed over.
func (s *Store) FilesGone(ctx context.Context, folderID string, paths []string) ([]int64, error) {
	var gone []int64
	err := s.write(ctx, func(t *tx) error {
		c := capture{tx: t}
		var root []byte
		if err := t.row("SELECT f.key, f.path, w.id FROM folder f JOIN workspace w ON w.key = f.workspace WHERE f.id = ?", folderID).
			Scan(&c.folder, &root, &c.workspaceID); err != nil {
			return notFound(err, "There is no such folder.")
		}
		for _, path := range paths {
			here, found, err := c.at(path)
			if err != nil {
				return err
			}
			if !found {
				continue
			}
			if _, err := t.exec("DELETE FROM file WHERE key = ?", here.file); err != nil {
				return err
			}
			if here.content == 0 {
				continue
			}
			if _, err := t.exec("UPDATE content SET kept_path = ?, remote = 1 WHERE key = ? AND source = 'folder'", joinPath(string(root), []byte(path)), here.content); err != nil {
				return err
			}
			if trashed, err := c.lose(here); err != nil {
				return err
			} else if trashed {
				gone = append(gone, here.content)
			}
		}
		return nil
	})
	return gone, err
}
