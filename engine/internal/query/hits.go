package query

import (
	"context"
	"fmt"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// hits dresses ranked passages for showing and proves them: contents that are gone are left out, and every hit says how
// it stands to its original.
func (s *Searcher) hits(ctx context.Context, p Parsed, list []ranked) ([]catalog.Hit, error) {
	hits := make([]catalog.Hit, 0, len(list))
	if len(list) == 0 {
		return hits, nil
	}
	var keys []int64
	seen := map[int64]bool{}
	for _, r := range list {
		if !seen[r.ContentKey] {
			seen[r.ContentKey] = true
			keys = append(keys, r.ContentKey)
		}
	}
	contents, err := s.Corpus.Contents(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read contents: %w", err)
	}
	states := s.prove(ctx, contents)
	byKey := make(map[int64]catalog.Content, len(contents))
	for _, c := range contents {
		byKey[c.Key] = c
	}
	for _, r := range list {
		content, live := byKey[r.ContentKey]
		if !live {
			continue
		}
		hits = append(hits, hit(p, r, content, states[r.ContentKey]))
	}
	return hits, nil
}

func hit(p Parsed, r ranked, c catalog.Content, state catalog.HitState) catalog.Hit {
	snippet, marks := Snippet(r.Text, p.stems)
	return catalog.Hit{
		ContentID:   c.ID,
		WorkspaceID: c.WorkspaceID,
		FileName:    c.FileName,
		ParentID:    c.ParentID,
		PartOf:      c.PartOf,
		FileFormat:  c.FileFormat,
		Path:        c.Path,
		Page:        r.Page,
		Start:       r.Start,
		End:         r.End,
		Snippet:     snippet,
		Marks:       marks,
		Context:     r.Context,
		Score:       r.score,
		State:       state,
		Passage:     r.Text,
		ContentKey:  r.ContentKey,
		Vector:      r.vector,
		Keyword:     r.keyword,
	}
}

// prove asks for the state of every content within the budget. One that was not reached is offline: nothing is served
// as current that was not seen to be.
func (s *Searcher) prove(ctx context.Context, contents []catalog.Content) map[int64]catalog.HitState {
	ctx, cancel := context.WithTimeout(ctx, provingBudget)
	defer cancel()
	known := s.Originals.States(ctx, contents)
	states := make(map[int64]catalog.HitState, len(contents))
	for _, c := range contents {
		state, ok := known[c.Key]
		if !ok {
			state = catalog.HitOffline
		}
		states[c.Key] = state
	}
	return states
}
