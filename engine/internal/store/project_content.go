package store

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// contentFields is what a content's item says of it.
type contentFields struct {
	name  string
	bytes struct {
		Format string
		Size   int64
	}
	made struct {
		AddedBy   string
		CreatedAt int64
		Source    catalog.Source
	}
	category  string
	metadata  map[string]any
	inference map[string]any
	leftOut   map[string]any // parts that a person wants to be no documents, by their path
}

func readContentFields(item catalog.Item) (f contentFields) {
	f.name, f.bytes.Format, f.made.Source = "?", "application/octet-stream", catalog.SourceUpload
	fieldValue(item, "fileName", &f.name)
	fieldValue(item, "bytes", &f.bytes)
	fieldValue(item, "made", &f.made)
	fieldValue(item, "categoryId", &f.category)
	f.name, f.bytes.Format, f.bytes.Size = displayName(f.name), pulledText(f.bytes.Format), max(0, f.bytes.Size)
	f.made.AddedBy, f.category = pulledText(f.made.AddedBy), pulledText(f.category)
	f.metadata, f.inference = fieldValues(item, metadataField), fieldValues(item, inferenceField)
	f.leftOut = fieldValues(item, leftOutField)
	for name := range f.inference {
		if !inferred(item, name) {
			delete(f.inference, name)
		}
	}
	return f
}

// fieldValues are the values of the fields whose names begin with prefix, by the rest of their names.
func fieldValues(item catalog.Item, prefix string) map[string]any {
	values := map[string]any{}
	for name := range item.Fields {
		if key, ok := strings.CutPrefix(name, prefix); ok {
			var v any
			fieldValue(item, name, &v)
			if v != nil {
				values[key] = v
			}
		}
	}
	return values
}

// contentRow is a content as its row has it.
type contentRow struct {
	key     int64
	sha256  string
	source  catalog.Source
	remote  bool
	trashed bool
	leftOut sql.NullString
}

// projectContent makes the row of a content say what its item says. With several versions the greatest answers, and the
// row is marked when they differ in their bytes.
func (t *tx) projectContent(item catalog.Item, workspace int64) error {
	current, live := item.Current()
	f := readContentFields(item)
	var c contentRow
	var hash []byte
	err := t.row("SELECT key, sha256, source, remote, deleted_at IS NOT NULL, left_out FROM content WHERE id = ?", item.ID).
		Scan(&c.key, &hash, &c.source, &c.remote, &c.trashed, &c.leftOut)
	c.sha256 = hashText(hash)
	switch {
	case errors.Is(err, sql.ErrNoRows) && !live:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		_, err := t.addPulled(item, workspace, current.Blob, f)
		return err
	case err != nil:
		return err
	case !live && c.trashed:
		return nil
	case !live:
		if err := t.excludeFile(c.key); err != nil {
			return err
		}
		return t.hide(c.key)
	}
	if err := t.updatePulled(c, item, workspace, current.Blob, f); err != nil || !c.trashed {
		return err
	}
	if _, err := t.exec("UPDATE file SET excluded = 0 WHERE content = ?", c.key); err != nil {
		return err
	}
	return t.show(c.key)
}

// differ reports whether an item has versions of different bytes.
func differ(item catalog.Item) bool {
	return slices.ContainsFunc(item.Versions, func(v catalog.Version) bool { return v.Blob != item.Versions[0].Blob })
}

// addPulled makes a content of which only the record is here, unless its bytes came before it.
func (t *tx) addPulled(item catalog.Item, workspace int64, blob string, f contentFields) (key int64, err error) {
	if f.made.CreatedAt <= 0 {
		f.made.CreatedAt = t.now.Unix()
	}
	if f.made.Source != catalog.SourceURL {
		f.made.Source = catalog.SourceUpload // if it came from a folder, that is not of this device
	}
	here, err := t.inStore(workspace, blob)
	if err != nil {
		return 0, err
	}
	err = t.row(`INSERT INTO content (id, workspace, name, name_fold, format, size, effort, sha256, source, added_by, created_at, updated_at, remote, conflict, left_out)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) RETURNING key`,
		item.ID, workspace, f.name, catalog.FoldCase(f.name), f.bytes.Format, f.bytes.Size, hashBytes(blob), f.made.Source,
		f.made.AddedBy, f.made.CreatedAt, t.now.Unix(), !here, differ(item), valuesText(f.leftOut)).Scan(&key)
	if err != nil {
		return 0, err
	}
	t.contentChanged(key)
	t.revise(workspace)
	if err := t.pullPlacesOf(placesOfContent, item.ID, workspace); err != nil {
		return 0, err
	}
	return key, t.saveDescription(key, f.category, f.metadata, f.inference)
}

// updatePulled follows a change of a content that is here. Where other bytes answer from now on, they are looked for: in
// the content's own file, in the blob store. Bytes that are not here make it remote, and it keeps being found by what was
// read of it before, marked as such. A file of a watched folder is left alone.
func (t *tx) updatePulled(c contentRow, item catalog.Item, workspace int64, blob string, f contentFields) error {
	_, err := t.exec("UPDATE content SET name = ?, name_fold = ?, format = ?, size = ?, updated_at = ?, conflict = ? WHERE key = ?",
		f.name, catalog.FoldCase(f.name), f.bytes.Format, f.bytes.Size, t.now.Unix(), differ(item), c.key)
	if err != nil {
		return err
	}
	if c.sha256 != blob {
		if err := t.answerWith(c, workspace, blob); err != nil {
			return err
		}
	}
	if err := t.pullLeftOut(c.key, c.leftOut, f.leftOut); err != nil {
		return err
	}
	t.contentChanged(c.key)
	return t.saveDescription(c.key, f.category, f.metadata, f.inference)
}

// answerWith gives a content other bytes.
func (t *tx) answerWith(c contentRow, workspace int64, blob string) error {
	if c.source != catalog.SourceFolder && !c.remote { // a version beside this one may need them, or a person the bytes of before
		if err := t.keepReach(workspace, c.sha256); err != nil {
			return err
		}
	}
	var size int64
	source, here := catalog.SourceFolder, true
	err := t.row("SELECT size FROM file WHERE content = ? AND sha256 = ? AND excluded = 0", c.key, hashBytes(blob)).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		source = catalog.SourceUpload
		here, err = t.inStore(workspace, blob)
	}
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE content SET sha256 = ?1, source = ?2, remote = ?3, attempts = 0, next_attempt = 0, failure = NULL, failed_at = NULL,
		stale = ifnull(text_of, '') <> lower(hex(?1)) || ':' || ifnull((SELECT value FROM setting WHERE name = 'text_config'), '') WHERE key = ?4`,
		hashBytes(blob), source, !here, c.key)
	if err != nil {
		return err
	}
	_, err = t.exec("DELETE FROM inference WHERE content = ?", c.key)
	return err
}

// excludeFile keeps scans from adding the file of a content that goes into the trash again, and remembers where it lies.
func (t *tx) excludeFile(key int64) error {
	var root, path []byte
	err := t.row("SELECT d.path, f.path FROM file f JOIN folder d ON d.key = f.folder WHERE f.content = ? AND f.excluded = 0", key).Scan(&root, &path)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := t.exec("UPDATE content SET kept_path = ? WHERE key = ?", joinPath(string(root), path), key); err != nil {
		return err
	}
	_, err = t.exec("UPDATE file SET excluded = 1 WHERE content = ?", key)
	return err
}
