package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// DeleteContent puts a content into the trash. A file in a watched folder stays where it is and is excluded: scans do
// not add it again until its bytes change. A part is left out of its container.
func (s *Store) DeleteContent(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		var container sql.NullInt64
		var part sql.NullString
		if err := t.row("SELECT key, root, part FROM content WHERE id = ? AND deleted_at IS NULL", id).Scan(&key, &container, &part); err != nil {
			return notFound(err, "There is no such document.")
		}
		if container.Valid {
			return t.leaveOut(container.Int64, part.String, true)
		}
		if err := t.excludeFile(key); err != nil {
			return err
		}
		return t.trash(key)
	})
}

// trash takes a live content out of everything that answers; text and passages stay for a restoration.
func (t *tx) trash(key int64) error {
	if err := t.hide(key); err != nil {
		return err
	}
	var id string
	if err := t.row("SELECT id FROM content WHERE key = ?", key).Scan(&id); err != nil {
		return err
	}
	return t.itemDeleted(id)
}

func (t *tx) hide(key int64) error {
	parts, err := t.setDeleted(key, t.now.Unix())
	if err != nil {
		return err
	}
	if parts > 0 {
		if err := t.hideParts(key); err != nil {
			return err
		}
	}
	t.index("DELETE FROM name_text WHERE rowid = ?", key)
	ids, err := t.passageIDs(key)
	if err != nil {
		return err
	}
	return t.unindex(ids)
}

// setDeleted marks a content as deleted at a time, or as live for nil, and returns how many parts it has.
func (t *tx) setDeleted(key int64, at any) (parts int, err error) {
	var workspace int64
	var id string
	err = t.row("UPDATE content SET deleted_at = ? WHERE key = ? RETURNING parts, workspace, (SELECT id FROM workspace WHERE key = content.workspace)", at, key).
		Scan(&parts, &workspace, &id)
	if err != nil {
		return 0, err
	}
	t.contentChanged(key)
	t.workspaceChanged(id)
	t.revise(workspace)
	return parts, nil
}

func (t *tx) passageIDs(content int64) (ids []int64, err error) {
	err = t.rows(func(row scanner) error {
		var id int64
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, "SELECT id FROM passage WHERE content = ? ORDER BY ordinal", content)
	return ids, err
}

// unindex drops the keyword rows and vectors of passages.
func (t *tx) unindex(ids []int64) error {
	for _, id := range ids {
		t.index("DELETE FROM passage_text WHERE rowid = ?", id)
		if _, err := t.exec("DELETE FROM vector WHERE passage = ?", id); err != nil {
			return err
		}
	}
	t.changed.Unindexed = append(t.changed.Unindexed, ids...)
	return nil
}

// TrashedIn returns the workspace that a content in the trash belongs to. NotFound when it is not there.
func (s *Store) TrashedIn(ctx context.Context, id string) (workspaceID string, err error) {
	err = s.readRow(ctx, `SELECT w.id FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.id = ? AND c.deleted_at IS NOT NULL AND w.deleted_at IS NULL`, id).Scan(&workspaceID)
	if err != nil {
		return "", s.fault(notFound(err, "There is no such document in the trash."))
	}
	return workspaceID, nil
}

// RestoreContent takes a content out of the trash with the text that it had, wherever it was deleted: a new version lives
// again everywhere. NotFound when it is not there.
func (s *Store) RestoreContent(ctx context.Context, id string) error {
	err := s.write(ctx, func(t *tx) error {
		var key int64
		var hash []byte
		var container sql.NullInt64
		var part sql.NullString
		err := t.row(`SELECT c.key, c.sha256, c.root, c.part FROM content c JOIN workspace w ON w.key = c.workspace
			WHERE c.id = ? AND c.deleted_at IS NOT NULL AND w.deleted_at IS NULL`, id).Scan(&key, &hash, &container, &part)
		if err != nil {
			return notFound(err, "There is no such document in the trash.")
		}
		if container.Valid {
			return t.leaveOut(container.Int64, part.String, false)
		}
		if _, err := t.exec("UPDATE file SET excluded = 0 WHERE content = ?", key); err != nil {
			return err
		}
		if err := t.show(key); err != nil {
			return err
		}
		return t.itemRestored(key, id, hashText(hash))
	})
	s.forgetVectorMarks()
	return err
}

// show is the way back from hide.
func (t *tx) show(key int64) error {
	var hidden int64
	var stored sql.NullString
	if err := t.row("SELECT deleted_at, left_out FROM content WHERE key = ?", key).Scan(&hidden, &stored); err != nil {
		return err
	}
	parts, err := t.setDeleted(key, nil)
	if err != nil {
		return err
	}
	if parts > 0 {
		leftOut, err := readPaths(stored)
		if err != nil {
			return err
		}
		if err := t.showParts(key, hidden, leftOut); err != nil {
			return err
		}
	}
	if err := t.describe(key); err != nil {
		return err
	}
	return t.indexPassages(key)
}

// indexPassages writes the keyword rows of a content's stored passages.
func (t *tx) indexPassages(key int64) error {
	type row struct {
		id            int64
		context, text string
	}
	var list []row
	err := t.rows(func(r scanner) error {
		var p row
		err := r.Scan(&p.id, &p.context, &p.text)
		list = append(list, p)
		return err
	}, "SELECT id, context, text FROM passage WHERE content = ? ORDER BY ordinal", key)
	if err != nil {
		return err
	}
	for _, p := range list {
		t.index("DELETE FROM passage_text WHERE rowid = ?", p.id)
		t.index(insertPassageText, p.id, splitScripts(p.context), splitScripts(p.text))
	}
	return nil
}

const (
	insertPassageText = "INSERT INTO passage_text (rowid, title, body) VALUES (?, ?, ?)"
	insertName        = "INSERT INTO name_text (rowid, name, metadata) VALUES (?, ?, ?)"
)

// describe writes anew what follows from a content's name, category and metadata: its version string and its row of the
// name index, which holds the file name, metadata keys and values and the category's name. One in the trash has no row.
func (t *tx) describe(key int64) error {
	var name string
	var metadata, version, category, fields sql.NullString
	var live bool
	err := t.row(`SELECT c.name, c.metadata, c.version_string, c.deleted_at IS NULL, g.name, g.fields
		FROM content c LEFT JOIN category g ON g.id = c.category AND g.workspace = c.workspace WHERE c.key = ?`, key).
		Scan(&name, &metadata, &version, &live, &category, &fields)
	if err != nil {
		return err
	}
	values, err := readValues(metadata)
	if err != nil {
		return err
	}
	if now, err := versionString(category, fields, values); err != nil {
		return err
	} else if now != version.String {
		if _, err := t.exec("UPDATE content SET version_string = nullif(?, '') WHERE key = ?", now, key); err != nil {
			return err
		}
	}
	t.index("DELETE FROM name_text WHERE rowid = ?", key)
	if live {
		t.index(insertName, key, splitScripts(name), splitScripts(metadataText(values, category.String)))
	}
	return nil
}

// versionString is catalog.Category.VersionString of a stored category; none when there is no category.
func versionString(name, fields sql.NullString, metadata map[string]any) (string, error) {
	if !name.Valid {
		return "", nil
	}
	c := catalog.Category{Name: name.String}
	err := json.Unmarshal([]byte(fields.String), &c.Fields)
	return c.VersionString(metadata), err
}

// metadataText is what can be searched of metadata, its keys and its values, and the category's name.
func metadataText(metadata map[string]any, category string) string {
	words := []string{category}
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		words = append(words, key)
		switch v := metadata[key].(type) {
		case string:
			words = append(words, v)
		default:
			words = append(words, jsonText(v))
		}
	}
	return strings.Join(words, "\n")
}

// trashSlice is how many documents one transaction removes from the trash.
const trashSlice = 200

// EmptyTrash removes what was put into the trash before a time, for good, and returns the hashes of uploads whose bytes
// nothing needs any more. Tombstones stay in the journal, and excluded files stay excluded.
func (s *Store) EmptyTrash(ctx context.Context, before time.Time) (unused []string, err error) {
	for {
		removed := 0
		err := s.write(ctx, func(t *tx) error {
			type trashed struct {
				key    int64
				hash   []byte
				source catalog.Source
			}
			var list []trashed
			err := t.rows(func(row scanner) error {
				var c trashed
				err := row.Scan(&c.key, &c.hash, &c.source)
				list = append(list, c)
				return err
			}, "SELECT key, sha256, source FROM content WHERE deleted_at < ? ORDER BY deleted_at LIMIT ?", before.Unix(), trashSlice)
			if err != nil {
				return err
			}
			removed = len(list)
			for _, c := range list {
				if err := t.removeForGood(c.key); err != nil {
					return err
				}
				if c.source != catalog.SourceFolder {
					unused = append(unused, hashText(c.hash))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if removed < trashSlice {
			break
		}
	}
	var failed error
	unused = slices.DeleteFunc(unused, func(hash string) bool {
		used, err := s.BlobUsed(ctx, hash)
		failed = errors.Join(failed, err)
		return used || err != nil
	})
	return unused, failed
}

// removeForGood deletes a content that is in the trash, and so in no index.
func (t *tx) removeForGood(key int64) error {
	if err := t.dropSketch(key); err != nil {
		return err
	}
	for _, query := range []string{
		"UPDATE file SET content = NULL WHERE content = ?",
		"DELETE FROM passage WHERE content = ?",
		"DELETE FROM page WHERE content = ?",
		"DELETE FROM content WHERE key = ?",
	} {
		if _, err := t.exec(query, key); err != nil {
			return err
		}
	}
	return nil
}
