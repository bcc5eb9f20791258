package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// partSlice is how many documents within another one transaction writes.
const partSlice = 250

// commitFirstParts writes the parts of an outcome but for the last slice, in transactions of their own: a mailbox of
// thousands of messages does not hold up everybody else. The content waits to be read until the rest is written with its
// text, so a crash in between leaves nothing behind that is not written again.
func (s *Store) commitFirstParts(ctx context.Context, e catalog.Extracted) error {
	for at := 0; len(e.Parts)-at > partSlice; at += partSlice {
		err := s.write(ctx, func(t *tx) error {
			c, ok, err := t.container(e)
			if err != nil || !ok {
				return err
			}
			for _, p := range e.Parts[at : at+partSlice] {
				if err := c.put(p); err != nil {
					return err
				}
			}
			_, err = t.exec("UPDATE content SET parts = max(parts, ?) WHERE key = ?", at+partSlice, c.key)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// commitParts writes the last slice of an outcome's parts, takes away those that are no longer in the bytes, and returns
// how many there are now.
func (t *tx) commitParts(e catalog.Extracted) (live int, err error) {
	c, ok, err := t.container(e)
	if err != nil || !ok {
		return 0, err
	}
	now := make(map[string]bool, len(e.Parts))
	first := max(0, (len(e.Parts)-1)/partSlice*partSlice)
	for i, p := range e.Parts {
		if c.leavesOut(p.Path) {
			continue
		}
		now[p.Path] = true
		if i < first {
			continue
		}
		if err := c.put(p); err != nil {
			return 0, err
		}
	}
	for path, key := range c.within {
		if !now[path] {
			if err := t.hide(key); err != nil {
				return 0, err
			}
		}
	}
	return len(now), nil
}

// container is a content whose parts are being written.
type container struct {
	*tx
	outcome                  catalog.Extracted
	key, workspace, created  int64
	id, workspaceID, addedBy string
	leftOut                  map[string]bool
	sameText                 bool             // what has the same bytes as before has the text that it had
	within                   map[string]int64 // live parts by their path
}

// container loads the content of an outcome with what lies in it. ok is false when the outcome is no longer of its bytes.
func (t *tx) container(e catalog.Extracted) (c *container, ok bool, err error) {
	c = &container{tx: t, outcome: e, key: e.ContentKey, within: map[string]int64{}}
	var hash []byte
	var textOf, leftOut sql.NullString
	err = t.row(`SELECT c.id, c.workspace, w.id, c.added_by, c.created_at, c.sha256, c.text_of, c.left_out
		FROM content c JOIN workspace w ON w.key = c.workspace WHERE c.key = ? AND c.deleted_at IS NULL`, e.ContentKey).
		Scan(&c.id, &c.workspace, &c.workspaceID, &c.addedBy, &c.created, &hash, &textOf, &leftOut)
	if errors.Is(err, sql.ErrNoRows) || err == nil && hashText(hash) != e.SHA256 {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	c.sameText = textOf.Valid && !strings.HasPrefix(textOf.String, e.SHA256) && strings.HasSuffix(textOf.String, ":"+e.Config)
	if c.leftOut, err = readPaths(leftOut); err != nil {
		return nil, false, err
	}
	return c, true, t.rows(func(row scanner) error {
		var path string
		var key int64
		err := row.Scan(&path, &key)
		c.within[path] = key
		return err
	}, "SELECT part, key FROM content WHERE root > 0 AND root = ? AND deleted_at IS NULL", c.key)
}

func readPaths(stored sql.NullString) (map[string]bool, error) {
	values, err := readValues(stored)
	paths := make(map[string]bool, len(values))
	for path := range values {
		paths[path] = true
	}
	return paths, err
}

// leavesOut reports whether a person wants no document at a path, or what it lies in to be none.
func (c *container) leavesOut(path string) bool { return isLeftOut(c.leftOut, path) }

func isLeftOut(paths map[string]bool, path string) bool {
	for len(paths) > 0 {
		if paths[path] {
			return true
		}
		slash := strings.LastIndexByte(path, '/')
		if slash < 0 {
			return false
		}
		path = path[:slash]
	}
	return false
}

// partID is the id of a part: every device that has the bytes comes to the same.
func partID(rootID, path string) string { return catalog.DerivedID("part", rootID, path) }

// parentOf is the content that a part lies in: its key, id and name.
func (c *container) parentOf(path string) (key int64, id, name string, err error) {
	id = c.id
	if slash := strings.LastIndexByte(path, '/'); slash >= 0 {
		id = partID(c.id, path[:slash])
	}
	err = c.row("SELECT key, name FROM content WHERE id = ?", id).Scan(&key, &name)
	return key, id, name, err
}

// storedPart is a part as it was before.
type storedPart struct {
	key      int64
	name     string
	textOf   sql.NullString
	trashed  bool
	failed   bool
	passages int
}

// put writes one part: its row, its text and its keyword rows.
func (c *container) put(p catalog.ExtractedPart) error {
	if c.leavesOut(p.Path) {
		return nil
	}
	id, p := partID(c.id, p.Path), named(p)
	var was storedPart
	err := c.row("SELECT key, name, text_of, deleted_at IS NOT NULL, failure IS NOT NULL, passages FROM content WHERE id = ?", id).
		Scan(&was.key, &was.name, &was.textOf, &was.trashed, &was.failed, &was.passages)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if was.key, err = c.add(id, p); err != nil {
			return err
		}
	case err != nil:
		return err
	case c.sameText && !was.trashed && !was.failed && was.name == p.Name && was.textOf.String == p.SHA256+":"+c.outcome.Config:
		return nil
	case was.trashed:
		if err := c.show(was.key); err != nil {
			return err
		}
	}
	c.contentChanged(was.key)
	c.workspaceChanged(c.workspaceID)
	if err := c.parsed(catalog.Extracted{ContentKey: was.key, Config: c.outcome.Config, Failure: p.Failure}); err != nil {
		return err
	}
	if err := c.putText(was, p); err != nil {
		return err
	}
	if was.name != "" && was.name != p.Name {
		return c.describe(was.key)
	}
	return nil
}

func named(p catalog.ExtractedPart) catalog.ExtractedPart {
	p.Name = shown([]byte(p.Name))
	return p
}

// add makes the content of a part that has not been there.
func (c *container) add(id string, p catalog.ExtractedPart) (key int64, err error) {
	parent, parentID, parentName, err := c.parentOf(p.Path)
	if err != nil {
		return 0, err
	}
	err = c.row(`INSERT INTO content (id, workspace, name, name_fold, format, size, sha256, source, added_by, created_at, updated_at, stale, root, parent, part)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'folder', ?, ?, ?, 0, ?, ?, ?) RETURNING key`,
		id, c.workspace, p.Name, catalog.FoldCase(p.Name), p.Document.Format, p.Size, hashBytes(p.SHA256), c.addedBy, c.created, c.now.Unix(),
		c.key, parent, p.Path).Scan(&key)
	if err != nil {
		return 0, err
	}
	for name, value := range partMetadata(parentID, parentName) {
		if _, err := c.exec("INSERT INTO content_value (content, name, workspace, value) VALUES (?, ?, ?, ?)", key, name, c.workspace, value); err != nil {
			return 0, err
		}
	}
	c.index(insertName, key, splitScripts(p.Name), "")
	c.revise(c.workspace)
	return key, c.pullPlacesOf(placesOfContent, id, c.workspace)
}

// partMetadata is what the metadata of a part says of where it lies.
func partMetadata(parentID, parentName string) map[string]any {
	return map[string]any{catalog.MetadataParentID: parentID, catalog.MetadataPartOf: parentName}
}

// putText stores the text of a part, or why there is none.
func (c *container) putText(was storedPart, p catalog.ExtractedPart) error {
	d := p.Document
	var failure, failedAt any
	if p.Failure != "" {
		failure, failedAt, d, p.Passages = p.Failure, c.now.Unix(), catalog.Document{Format: d.Format}, nil
		if was.textOf.Valid {
			if err := c.dropText(was.key); err != nil {
				return err
			}
			was.passages = 0
		}
	}
	if err := c.storeText(was.key, was.textOf.Valid, was.passages, d, p.Passages, p.Sketch); err != nil {
		return err
	}
	_, err := c.exec(`UPDATE content SET name = ?, name_fold = ?, format = ?, size = ?, sha256 = ?, updated_at = CASE WHEN sha256 = ?5 THEN updated_at ELSE ?6 END,
		title = ?, pages = ?, passages = ?, text_of = ?, properties = ?, extent = ?, warnings = ?, failure = ?, failed_at = ?, parts = ?, language = nullif(?, '') WHERE key = ?`,
		p.Name, catalog.FoldCase(p.Name), d.Format, p.Size, hashBytes(p.SHA256), c.now.Unix(),
		d.Title, len(d.Pages), len(p.Passages), p.SHA256+":"+c.outcome.Config, textOrNull(d.Properties), extentOf(d, p.Failure), textOrNull(d.Warnings),
		failure, failedAt, c.countWithin(p.Path), d.Language(), was.key)
	return err
}

// countWithin is how many of the outcome's parts lie in the one at a path.
func (c *container) countWithin(path string) (n int) {
	for _, p := range c.outcome.Parts {
		if strings.HasPrefix(p.Path, path+"/") && !c.leavesOut(p.Path) {
			n++
		}
	}
	return n
}

// hideParts takes out of everything that answers what lies within a content that is hidden.
func (t *tx) hideParts(root int64) error {
	return t.eachPart(t.hide, "root > 0 AND root = ? AND deleted_at IS NULL", root)
}

// showParts brings back what was hidden with its content, but for what a person wants to be no document.
func (t *tx) showParts(root int64, hiddenAt int64, leftOut map[string]bool) error {
	return t.eachPart(func(key int64) error {
		var path string
		if err := t.row("SELECT part FROM content WHERE key = ?", key).Scan(&path); err != nil || isLeftOut(leftOut, path) {
			return err
		}
		return t.show(key)
	}, "root > 0 AND root = ? AND deleted_at = ?", root, hiddenAt)
}

// eachPart does something to every content that a condition holds for.
func (t *tx) eachPart(do func(key int64) error, condition string, args ...any) error {
	var keys []int64
	err := t.rows(func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		keys = append(keys, key)
		return err
	}, "SELECT key FROM content WHERE "+condition+" ORDER BY key", args...)
	for _, key := range keys {
		if err == nil {
			err = do(key)
		}
	}
	return err
}

// leaveOut makes a part, with what lies in it, no document any more, or one again. The wish is its container's and travels
// with that: a part has no row in the journal.
func (t *tx) leaveOut(root int64, path string, out bool) error {
	var rootID string
	var stored sql.NullString
	if err := t.row("SELECT id, left_out FROM content WHERE key = ? AND deleted_at IS NULL", root).Scan(&rootID, &stored); err != nil {
		return notFound(err, "The document that this one lies in is in the trash. Restore that one first.")
	}
	paths, err := readValues(stored)
	if err != nil {
		return err
	}
	value := "true"
	if out {
		paths[path] = true
	} else {
		delete(paths, path)
		value = ""
	}
	if _, err := t.exec("UPDATE content SET left_out = ? WHERE key = ?", valuesText(paths), root); err != nil {
		return err
	}
	do, live := t.hide, "deleted_at IS NULL"
	if !out {
		do, live = t.show, "deleted_at IS NOT NULL"
	}
	if err := t.eachPart(do, "root > 0 AND root = ?1 AND (part = ?2 OR part > ?2 || '/' AND part < ?2 || '0') AND "+live, root, path); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE content SET parts = (SELECT count(*) FROM content p WHERE p.root > 0 AND p.root = content.key AND p.deleted_at IS NULL) WHERE key = ?`, root); err != nil {
		return err
	}
	return t.itemFields(rootID, field{leftOutField + path, value})
}

// leftOutField begins the names of the journal's fields that say which parts a person wants to be none.
const leftOutField = "leftOut."

// pullLeftOut follows what a pulled item says of its content's parts: the content is read again, if its bytes are here.
func (t *tx) pullLeftOut(key int64, stored sql.NullString, now map[string]any) error {
	if text := valuesText(now); text == nil && !stored.Valid || text == stored.String {
		return nil
	}
	_, err := t.exec("UPDATE content SET left_out = ?, stale = CASE WHEN remote = 0 THEN 1 ELSE stale END WHERE key = ?", valuesText(now), key)
	return err
}

// dropParts removes every trace of what lies within a content, which is read again to have it under other ids.
func (t *tx) dropParts(root int64) error {
	if err := t.eachPart(t.purge, "root > 0 AND root = ?", root); err != nil {
		return err
	}
	_, err := t.exec("UPDATE content SET parts = 0, stale = 1 WHERE key = ? AND parts > 0", root)
	return err
}

// isPart reports whether a content, by its id, is one that follows from another.
func (t *tx) isPart(id string) (part bool, err error) {
	err = t.row("SELECT EXISTS (SELECT 1 FROM content WHERE id = ? AND root > 0)", id).Scan(&part)
	return part, err
}
