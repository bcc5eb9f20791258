package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const selectPassage = "SELECT p.id, p.content, p.ordinal, p.page, p.start_at, p.end_at, p.context, p.text FROM passage p"

func scanPassage(row scanner) (p catalog.StoredPassage, err error) {
	err = row.Scan(&p.ID, &p.ContentKey, &p.Ordinal, &p.Page, &p.Start, &p.End, &p.Context, &p.Text)
	return p, err
}

// Passages returns passages by their ids, in the order of the ids; those that are gone are left out.
func (s *Store) Passages(ctx context.Context, ids []int64) ([]catalog.StoredPassage, error) {
	found := make(map[int64]catalog.StoredPassage, len(ids))
	for part := range slices.Chunk(ids, 500) {
		err := s.readOnce(ctx, func(row scanner) error {
			p, err := scanPassage(row)
			found[p.ID] = p
			return err
		}, selectPassage+" WHERE p.id IN ("+joinKeys(part)+") AND "+liveContent)
		if err != nil {
			return nil, err
		}
	}
	list := make([]catalog.StoredPassage, 0, len(ids))
	for _, id := range ids {
		if p, ok := found[id]; ok {
			list = append(list, p)
		}
	}
	return list, nil
}

// FirstPassages returns the first passage of each live content that has one, by content key.
func (s *Store) FirstPassages(ctx context.Context, contentKeys []int64) (map[int64]catalog.StoredPassage, error) {
	found := make(map[int64]catalog.StoredPassage, len(contentKeys))
	for part := range slices.Chunk(contentKeys, 500) {
		err := s.readOnce(ctx, func(row scanner) error {
			p, err := scanPassage(row)
			found[p.ContentKey] = p
			return err
		}, selectPassage+" WHERE p.content IN ("+joinKeys(part)+") AND p.ordinal = 0 AND "+liveContent)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Text returns exactly that stretch of the stored text of a page. NotFound when the page is not there or is shorter.
func (s *Store) Text(ctx context.Context, contentKey int64, page int, span catalog.Span) (string, error) {
	var text string
	var length int
	err := s.readRow(ctx, "SELECT substr(text, ? + 1, ?), length(text) FROM page WHERE content = ? AND number = ?",
		span.Start, span.End-span.Start, contentKey, page).Scan(&text, &length)
	if err != nil {
		return "", s.fault(notFound(err, "There is no such page."))
	}
	if span.Start < 0 || span.End < span.Start || span.End > length {
		return "", catalog.Errorf(catalog.NotFound, "The page has no text there.")
	}
	return text, nil
}

// Page returns the stored text of one page of a live content, from 1. NotFound when there is none.
func (s *Store) Page(ctx context.Context, contentID string, number int) (catalog.Page, error) {
	p := catalog.Page{Number: number}
	var blocks sql.NullString
	err := s.readRow(ctx, `SELECT g.text, g.blocks FROM content c JOIN workspace w ON w.key = c.workspace JOIN page g ON g.content = c.key
		WHERE c.id = ? AND g.number = ? AND c.deleted_at IS NULL AND w.deleted_at IS NULL`, contentID, number).Scan(&p.Text, &blocks)
	if err != nil {
		return p, s.fault(notFound(err, "The document has no such page."))
	}
	if blocks.Valid {
		err = json.Unmarshal([]byte(blocks.String), &p.Blocks)
	}
	return p, err
}
