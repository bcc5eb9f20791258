package store

import (
	"context"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// classSQL is catalog.ClassOf in SQL.
const classSQL = `CASE lower(substr(c.format, 1, instr(c.format, '/'))) WHEN 'audio/' THEN 'audio' WHEN 'video/' THEN 'video' WHEN 'image/' THEN 'image' ELSE 'doc' END`

// orderSQL says what each field of an order is in SQL; the functions are in handle.go.
var orderSQL = map[catalog.OrderField]string{
	catalog.ByPublicID:          "public_id(c.id)",
	catalog.ByPublicWorkspaceID: "(SELECT public_id(id) FROM workspace WHERE key = c.workspace)",
	catalog.ByClass:             classSQL,
	catalog.ByStem:              "file_stem(c.name)",
	catalog.ByExtension:         "file_extension(c.name)",
	catalog.BySize:              "c.size",
	catalog.ByItemCount:         "max(c.pages, 1)",
	catalog.ByFormat:            "c.format",
	catalog.ByCreated:           "c.created_at",
	catalog.ByUpdated:           "c.updated_at",
}

// List returns a page of live contents and how many there are in all. Invalid for an order that does not exist.
func (s *Store) List(ctx context.Context, l catalog.Listing) ([]catalog.Content, int, error) {
	order, err := listingOrder(l.Order)
	if err != nil {
		return nil, 0, err
	}
	where, err := s.admitted(ctx, l.Scope)
	if err != nil {
		return nil, 0, err
	}
	if len(l.Classes) > 0 {
		classes := make([]any, len(l.Classes))
		for i, class := range l.Classes {
			classes[i] = class
		}
		where.add(classSQL+" IN ("+placeholders(len(classes))+")", classes...)
	}
	var total int
	err = s.readOnce(ctx, func(row scanner) error { return row.Scan(&total) },
		"SELECT count(*) FROM content c WHERE "+where.sql(), where.args...)
	if err != nil {
		return nil, 0, err
	}
	var keys []int64
	err = s.readOnce(ctx, func(row scanner) error {
		var key int64
		err := row.Scan(&key)
		keys = append(keys, key)
		return err
	}, "SELECT c.key FROM content c WHERE "+where.sql()+" ORDER BY "+order+" LIMIT ? OFFSET ?", append(slices.Clone(where.args), l.Limit, l.Offset)...)
	if err != nil {
		return nil, 0, err
	}
	list, err := s.Contents(ctx, keys)
	return list, total, err
}

// listingOrder is the ORDER BY of a listing. Ids begin with the time at which they were made, so they break ties by age.
func listingOrder(order []catalog.Order) (string, error) {
	terms := make([]string, 0, len(order)+1)
	for _, o := range order {
		term, known := orderSQL[o.By]
		if !known {
			return "", catalog.Errorf(catalog.Invalid, "Documents cannot be ordered by %q.", string(o.By))
		}
		terms = append(terms, directed(term, o.Descending))
	}
	terms = append(terms, directed("c.id", len(order) > 0 && order[0].Descending))
	return strings.Join(terms, ", "), nil
}

func directed(term string, descending bool) string {
	if descending {
		return term + " DESC"
	}
	return term
}
