package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// saveSketch makes a content's sketch another one; the zero one is none.
func (t *tx) saveSketch(key int64, sketch catalog.Sketch) error {
	if err := t.dropSketch(key); err != nil || len(sketch.Minima) == 0 {
		return err
	}
	bands := make([]byte, 0, 8*len(sketch.Bands))
	for _, band := range sketch.Bands {
		bands = binary.LittleEndian.AppendUint64(bands, uint64(band))
		if _, err := t.exec("INSERT INTO sketch_band (band, content) VALUES (?, ?) ON CONFLICT DO NOTHING", band, key); err != nil {
			return err
		}
	}
	_, err := t.exec("INSERT INTO sketch (content, minima, bands) VALUES (?, ?, ?)", key, sketch.Minima, bands)
	return err
}

// dropSketch removes the sketch of a content, if it has one.
func (t *tx) dropSketch(key int64) error {
	var bands []byte
	err := t.row("SELECT bands FROM sketch WHERE content = ?", key).Scan(&bands)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, band := range bandsOf(bands) {
		if _, err := t.exec("DELETE FROM sketch_band WHERE band = ? AND content = ?", band, key); err != nil {
			return err
		}
	}
	_, err = t.exec("DELETE FROM sketch WHERE content = ?", key)
	return err
}

func bandsOf(stored []byte) []int64 {
	bands := make([]int64, 0, len(stored)/8)
	for ; len(stored) >= 8; stored = stored[8:] {
		bands = append(bands, int64(binary.LittleEndian.Uint64(stored)))
	}
	return bands
}

// relatedList is how many related contents of one sort are answered.
const relatedList = 100

const (
	relatedColumns = "c.key, c.id, c.name, c.created_at, d.path, f.path, c.kept_path"
	relatedTables  = `content c LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder`
)

// scanRelated reads relatedColumns, and more that follow them.
func scanRelated(row scanner, more ...any) (r catalog.RelatedContent, err error) {
	var key, created int64
	var root, path, kept []byte
	err = row.Scan(append([]any{&key, &r.ContentID, &r.FileName, &created, &root, &path, &kept}, more...)...)
	r.CreatedAt, r.Path = time.Unix(created, 0).UTC(), string(kept)
	if path != nil {
		r.Path = string(joinPath(string(root), path))
	}
	return r, err
}

// Duplicates returns the other live contents of a content's workspace that have its bytes, newest first. Empty files are
// nobody's duplicates.
func (s *Store) Duplicates(ctx context.Context, c catalog.Content) ([]catalog.RelatedContent, error) {
	list := []catalog.RelatedContent{}
	if c.Size == 0 || c.SHA256 == "" {
		return list, nil
	}
	err := s.read(ctx, func(row scanner) error {
		r, err := scanRelated(row)
		r.Similarity = 1
		list = append(list, r)
		return err
	}, `SELECT `+relatedColumns+` FROM (SELECT key FROM content INDEXED BY content_bytes WHERE workspace = (SELECT key FROM workspace WHERE id = ?) AND sha256 = ?
		AND deleted_at IS NULL AND key <> ? ORDER BY created_at DESC, key DESC LIMIT ?) k CROSS JOIN `+relatedTables+` WHERE c.key = k.key ORDER BY c.created_at DESC, c.key DESC`,
		c.WorkspaceID, hashBytes(c.SHA256), c.Key, relatedList)
	return list, err
}

// Versions returns the other live contents that share a content's version string, newest first.
func (s *Store) Versions(ctx context.Context, c catalog.Content) ([]catalog.RelatedContent, error) {
	list := []catalog.RelatedContent{}
	if c.VersionString == "" {
		return list, nil
	}
	err := s.read(ctx, func(row scanner) error {
		r, err := scanRelated(row)
		list = append(list, r)
		return err
	}, `SELECT `+relatedColumns+` FROM (SELECT key FROM content INDEXED BY content_version WHERE workspace = (SELECT key FROM workspace WHERE id = ?) AND version_string = ?
		AND deleted_at IS NULL AND key <> ? ORDER BY created_at DESC, key DESC LIMIT ?) k CROSS JOIN `+relatedTables+` WHERE c.key = k.key ORDER BY c.created_at DESC, c.key DESC`,
		c.WorkspaceID, c.VersionString, c.Key, relatedList)
	return list, err
}

// Sketched is another content with its sketch.
type Sketched struct {
	catalog.RelatedContent
	Minima []byte
}

// Alike returns the sketch of a content, and those live contents of its workspace with other bytes whose sketches share a
// band with it, each once; nothing when it has none.
func (s *Store) Alike(ctx context.Context, c catalog.Content) (minima []byte, list []Sketched, err error) {
	var bands []byte
	err = s.readRow(ctx, "SELECT minima, bands FROM sketch WHERE content = ?", c.Key).Scan(&minima, &bands)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, s.fault(err)
	}
	err = s.readOnce(ctx, func(row scanner) error {
		var other Sketched
		var err error
		other.RelatedContent, err = scanRelated(row, &other.Minima)
		list = append(list, other)
		return err
	}, `SELECT `+relatedColumns+`, s.minima FROM (SELECT DISTINCT content FROM sketch_band WHERE band IN (`+joinKeys(bandsOf(bands))+`)) b
		CROSS JOIN sketch s ON s.content = b.content CROSS JOIN `+relatedTables+`
		WHERE c.key = b.content AND c.workspace = (SELECT key FROM workspace WHERE id = ?) AND c.deleted_at IS NULL AND c.key <> ? AND c.sha256 <> ?`,
		c.WorkspaceID, c.Key, hashBytes(c.SHA256))
	return minima, list, err
}
