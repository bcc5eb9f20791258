package store

import (
	"context"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Having returns the keys of the contents in scope whose text has every one of the words, or a form of it, whichever
// passages they stand in; without words, of all that have text. What was changed last comes first.
func (s *Store) Having(ctx context.Context, scope catalog.Scope, words []string) ([]int64, error) {
	var common map[int64]bool
	for _, word := range slices.Compact(slices.Sorted(slices.Values(words))) {
		match := phraseExpression(word)
		if match == "" {
			continue // a mark, which the index does not hold
		}
		from, args, err := s.matching(ctx, match, scope)
		if err != nil {
			return nil, err
		}
		having := map[int64]bool{}
		err = s.readOnce(ctx, func(row scanner) error {
			var key int64
			err := row.Scan(&key)
			if common == nil || common[key] {
				having[key] = true
			}
			return err
		}, "SELECT p.content FROM (SELECT t.rowid AS id FROM "+from+") k CROSS JOIN passage p ON p.id = k.id", args...)
		if err != nil {
			return nil, err
		}
		common = having
	}
	a, err := s.admitted(ctx, scope)
	if err != nil {
		return nil, err
	}
	var keys []int64
	err = s.readOnce(ctx, func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		if common == nil || common[key] {
			keys = append(keys, key)
		}
		return err
	}, "SELECT c.key FROM content c WHERE c.text_of IS NOT NULL AND "+a.sql()+" ORDER BY "+changedAt+" DESC, c.id", a.args...)
	return keys, err
}

// EachPage calls each for the text of the stored pages of contents, one content after the other, pages ascending, until it returns
// false for that content.
func (s *Store) EachPage(ctx context.Context, keys []int64, each func(key int64, page catalog.Page) (more bool)) error {
	for part := range slices.Chunk(keys, 200) {
		done := map[int64]bool{}
		err := s.readOnce(ctx, func(row scanner) error {
			var key int64
			var page catalog.Page
			if err := row.Scan(&key, &page.Number, &page.Text); err != nil || done[key] {
				return err
			}
			done[key] = !each(key, page)
			return nil
		}, "SELECT content, number, text FROM page WHERE content IN ("+joinKeys(part)+") ORDER BY content, number")
		if err != nil {
			return err
		}
	}
	return nil
}

// Unread returns how many contents in scope wait to be read and how many could not be.
func (s *Store) Unread(ctx context.Context, scope catalog.Scope) (waiting, failed int, err error) {
	a, err := s.admitted(ctx, scope)
	if err != nil {
		return 0, 0, err
	}
	err = s.readRow(ctx, "SELECT count(*) FILTER (WHERE c.failure IS NULL AND c.stale = 1 AND c.remote = 0), count(*) FILTER (WHERE c.failure IS NOT NULL) FROM content c WHERE "+a.sql(), a.args...).
		Scan(&waiting, &failed)
	return waiting, failed, s.fault(err)
}
