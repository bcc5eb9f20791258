package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// byPerson is the condition of content c for having a category that a person gave it.
const byPerson = "c.category IS NOT NULL AND json_extract(ifnull(c.inference, '{}'), '$.categoryId') IS NULL"

// filed are the columns of a catalog.Filed.
const filed = "c.key, CASE WHEN " + byPerson + " THEN c.category ELSE '' END, ifnull(c.text_of, '') || char(10) || c.name"

func scanFiled(row scanner) (f catalog.Filed, err error) {
	err = row.Scan(&f.Key, &f.CategoryID, &f.Version)
	return f, err
}

// Sample returns live contents of a workspace to learn from: of each category at most perCategory that a person gave it,
// and at most others that have text, whatever they are; the newest of each. None comes twice.
func (s *Store) Sample(ctx context.Context, workspaceID string, perCategory, others int) ([]catalog.Filed, error) {
	categories, err := s.Categories(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	var list []catalog.Filed
	seen := map[int64]bool{}
	take := func(row scanner) error {
		f, err := scanFiled(row)
		if !seen[f.Key] {
			seen[f.Key] = true
			list = append(list, f)
		}
		return err
	}
	for _, c := range categories {
		err := s.read(ctx, take, `SELECT `+filed+` FROM content c INDEXED BY content_category WHERE c.workspace = (SELECT key FROM workspace WHERE id = ?) AND c.category = ?
			AND c.deleted_at IS NULL AND `+byPerson+` ORDER BY c.created_at DESC, c.key DESC LIMIT ?`, workspaceID, c.ID, perCategory)
		if err != nil {
			return nil, err
		}
	}
	err = s.read(ctx, take, `SELECT `+filed+` FROM content c INDEXED BY content_created WHERE c.workspace = (SELECT key FROM workspace WHERE id = ?)
		AND c.deleted_at IS NULL AND c.text_of IS NOT NULL AND NOT (`+byPerson+`) ORDER BY c.created_at DESC, c.key DESC LIMIT ?`, workspaceID, others)
	return list, err
}

// Filed returns how live contents of a workspace are filed, by their keys; others are left out.
func (s *Store) Filed(ctx context.Context, workspaceID string, keys []int64) (map[int64]catalog.Filed, error) {
	found := make(map[int64]catalog.Filed, len(keys))
	for part := range slices.Chunk(keys, 500) {
		err := s.readOnce(ctx, func(row scanner) error {
			f, err := scanFiled(row)
			found[f.Key] = f
			return err
		}, "SELECT "+filed+" FROM content c WHERE c.key IN ("+joinKeys(part)+") AND c.deleted_at IS NULL AND c.workspace = (SELECT key FROM workspace WHERE id = ?)", workspaceID)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// openingPages is how many pages of a content its opening is taken from.
const openingPages = 5

// Openings returns the beginnings of contents by their keys: of each of the first pages at most so many code points.
func (s *Store) Openings(ctx context.Context, keys []int64, length int) (map[int64]catalog.Opening, error) {
	found := make(map[int64]catalog.Opening, len(keys))
	for part := range slices.Chunk(keys, 500) {
		err := s.readOnce(ctx, func(row scanner) error {
			var key int64
			var o catalog.Opening
			err := row.Scan(&key, &o.FileName, &o.Title, &o.Text)
			found[key] = o
			return err
		}, `SELECT c.key, c.name, c.title, ifnull((SELECT group_concat(text, char(10)) FROM
			(SELECT substr(text, 1, ?) AS text FROM page WHERE content = c.key ORDER BY number LIMIT ?)), '') FROM content c WHERE c.key IN (`+joinKeys(part)+`)`,
			length, openingPages)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Document returns the stored text of a live content with what its file says of itself; warnings are not kept. One that
// has not been read has no pages. NotFound when it has gone.
func (s *Store) Document(ctx context.Context, contentID string) (d catalog.Document, err error) {
	var key int64
	var properties sql.NullString
	err = s.readRow(ctx, `SELECT c.key, c.format, c.title, c.properties FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.id = ? AND c.deleted_at IS NULL AND w.deleted_at IS NULL`, contentID).Scan(&key, &d.Format, &d.Title, &properties)
	if err != nil {
		return d, s.fault(notFound(err, "There is no such document."))
	}
	if properties.Valid {
		if err := json.Unmarshal([]byte(properties.String), &d.Properties); err != nil {
			return d, err
		}
	}
	err = s.read(ctx, func(row scanner) error {
		var p catalog.Page
		var blocks sql.NullString
		if err := row.Scan(&p.Number, &p.Text, &blocks); err != nil {
			return err
		}
		if blocks.Valid {
			if err := json.Unmarshal([]byte(blocks.String), &p.Blocks); err != nil {
				return err
			}
		}
		d.Pages = append(d.Pages, p)
		return nil
	}, "SELECT number, text, blocks FROM page WHERE content = ? ORDER BY number", key)
	return d, err
}
