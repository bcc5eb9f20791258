package query

import (
	"context"
	"fmt"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// onlyFields reports whether a query has field words and nothing else to look for.
func (p Parsed) onlyFields() bool { return len(p.Traits) > 0 && len(p.Keyword.Terms) == 0 }

// browse answers a query of field words alone: the documents that have them, latest first, each with its beginning.
func (s *Searcher) browse(ctx context.Context, f *finding, r catalog.SearchRequest) error {
	keys, err := s.Corpus.Latest(ctx, r.Scope, r.Offset+r.Limit)
	if err != nil {
		return fmt.Errorf("list the latest documents: %w", err)
	}
	first, err := s.Corpus.FirstPassages(ctx, keys)
	if err != nil {
		return fmt.Errorf("read first passages: %w", err)
	}
	for i, key := range keys {
		passage, ok := first[key]
		if !ok {
			passage = catalog.StoredPassage{ContentKey: key, Passage: catalog.Passage{Page: 1}}
		}
		f.ranked = append(f.ranked, ranked{StoredPassage: passage, score: 1 / float64(1+i)})
	}
	f.total = f.admitted
	return nil
}
