package query

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// Weights say how the arms are put together. docs/QUALITY.md has the measurements behind the defaults.
type Weights struct {
	Vector  float64 // share of the vector arm, 0 to 1; the keyword arm has the rest
	Foreign float64 // the same for a question that is not English, of which the built-in model understands little
	Name    float64 // added to the passages of a content whose name has all words of the query, less for some of them
	Floor   float64 // cosine below which a passage that shares no word with the query is no hit
}

// DefaultWeights are those measured best over the development sets together.
var DefaultWeights = Weights{Vector: 0.45, Foreign: 0.25, Name: 0.1, Floor: 0.15}

func (s *Searcher) weights() Weights {
	if s.Weights == (Weights{}) {
		return DefaultWeights
	}
	return s.Weights
}

// nameOnly is the score of a content that has all words of the query in its name and none in its text.
const nameOnly = 0.5

// ranked is a passage with what every arm said about it. A name-only content without text has no passage.
type ranked struct {
	catalog.StoredPassage
	score   float64 // 0 to 1
	keyword float64 // BM25, 0 when the arm did not see it
	vector  float64 // cosine, 0 when the arm took no part
}

// scale maps scores to 0..1 by the best of them and the worst of the first depth. Where an arm found fewer, the worst
// is what the arm gives to anything: 0 for the keyword arm.
type scale struct{ low, high float64 }

func scaleOf(list []catalog.Scored, floor float64) scale {
	if len(list) == 0 {
		return scale{}
	}
	low := floor
	if len(list) >= depth {
		low = list[depth-1].Score
	}
	return scale{low: low, high: list[0].Score}
}

func (s scale) of(score float64) float64 {
	if s.high <= s.low {
		if score >= s.high && s.high != 0 {
			return 1
		}
		return 0
	}
	return (score - s.low) / (s.high - s.low)
}

// fuse puts the arms' passages into one order by the weighted sum of their scaled scores, best first, ties by passage.
// A passage that only the keyword arm proposed has its true cosine, below the vector arm's worst if need be; one that
// only the vector arm proposed has 0 for the keyword arm, which is what a passage without any of the words would have.
func (s *Searcher) fuse(ctx context.Context, f *finding, a answers, admit *catalog.ContentSet, floor float64) error {
	list, err := s.candidates(ctx, a, admit)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(r ranked) bool {
		return r.keyword == 0 && !f.parsed.admits(r.StoredPassage)
	})
	w := s.weights()
	share := w.Vector
	switch {
	case a.question == nil:
		share = 0
	case len(a.keyword) == 0:
		share = 1
	case !f.parsed.english:
		share = w.Foreign
	}
	keyword, vector := scaleOf(a.keyword, 0), scaleOf(a.vector, lowest(a.vector))
	for i, r := range list {
		k, v := max(0, keyword.of(r.keyword)), vector.of(r.vector)
		list[i].score = (1-share)*k + share*v
	}
	list = slices.DeleteFunc(list, func(r ranked) bool { return r.keyword == 0 && r.vector < floor })
	list, err = s.addNames(ctx, f.parsed, list, a.names, w.Name)
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Text, b.Text), cmp.Compare(a.ID, b.ID), cmp.Compare(a.ContentKey, b.ContentKey))
	})
	for i := range list {
		list[i].score = min(1, max(0, list[i].score))
	}
	f.ranked = list
	f.total = total(list, a.documents)
	return nil
}

func lowest(list []catalog.Scored) float64 {
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1].Score
}

// candidates reads the union of what the arms proposed, with both scores.
func (s *Searcher) candidates(ctx context.Context, a answers, admit *catalog.ContentSet) ([]ranked, error) {
	keyword := make(map[int64]float64, len(a.keyword))
	vector := make(map[int64]float64, len(a.vector)+len(a.keyword))
	var ids, unseen []int64
	for _, h := range a.vector {
		vector[h.PassageID] = h.Score
		ids = append(ids, h.PassageID)
	}
	for _, h := range a.keyword {
		keyword[h.PassageID] = h.Score
		if _, both := vector[h.PassageID]; !both {
			ids = append(ids, h.PassageID)
			unseen = append(unseen, h.PassageID)
		}
	}
	if a.question != nil && len(unseen) > 0 {
		cosines, err := s.Vectors.Similarities(a.question, unseen)
		if err != nil {
			return nil, fmt.Errorf("compare with the question: %w", err)
		}
		least := lowest(a.vector)
		for i, c := range cosines {
			if math.IsNaN(c) {
				c = least
			}
			vector[unseen[i]] = c
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	passages, err := s.Corpus.Passages(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read passages: %w", err)
	}
	list := make([]ranked, 0, len(passages))
	for _, p := range passages {
		if admit.Has(p.ContentKey) {
			list = append(list, ranked{StoredPassage: p, keyword: keyword[p.ID], vector: vector[p.ID]})
		}
	}
	return list, nil
}

// addNames lifts the passages of contents whose names match, and adds contents that only their names bring in.
func (s *Searcher) addNames(ctx context.Context, p Parsed, list []ranked, names []catalog.Scored, weight float64) ([]ranked, error) {
	if len(names) == 0 || weight == 0 {
		return list, nil
	}
	keys := make([]int64, len(names))
	for i, n := range names {
		keys[i] = n.ContentKey
	}
	contents, err := s.Corpus.Contents(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read contents: %w", err)
	}
	share := make(map[int64]float64, len(contents))
	for _, c := range contents {
		share[c.Key] = p.coverage(c.FileName)
	}
	seen := map[int64]bool{}
	for i, r := range list {
		seen[r.ContentKey] = true
		list[i].score += weight * share[r.ContentKey] * share[r.ContentKey]
	}
	keys = slices.DeleteFunc(keys, func(key int64) bool { _, live := share[key]; return seen[key] || !live })
	if len(keys) == 0 {
		return list, nil
	}
	first, err := s.Corpus.FirstPassages(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read first passages: %w", err)
	}
	for _, key := range keys {
		f, ok := first[key]
		if !ok {
			f = catalog.StoredPassage{ContentKey: key, Passage: catalog.Passage{Page: 1}}
		}
		list = append(list, ranked{StoredPassage: f, score: nameOnly * share[key] * share[key]})
	}
	return list, nil
}

// coverage is the share of the query's words that occur in a name.
func (p Parsed) coverage(name string) float64 {
	if len(p.stems) == 0 {
		return 0
	}
	in := map[string]bool{}
	for _, w := range words.Split(name) {
		if p.stems[w.Stem] {
			in[w.Stem] = true
		}
	}
	return float64(len(in)) / float64(len(p.stems))
}

// total counts the documents that match: those of the keyword arm and, in the list, those that only meaning or a name
// brought in.
func total(list []ranked, keywordDocuments int) int {
	byKeyword, others := map[int64]bool{}, map[int64]bool{}
	for _, r := range list {
		if r.keyword != 0 {
			byKeyword[r.ContentKey] = true
		}
	}
	for _, r := range list {
		if !byKeyword[r.ContentKey] {
			others[r.ContentKey] = true
		}
	}
	return max(keywordDocuments, len(byKeyword)) + len(others)
}

// diversify keeps the first most passages of every document, in order.
func diversify(list []ranked, most int) []ranked {
	count := map[int64]int{}
	var kept []ranked
	for _, r := range list {
		if count[r.ContentKey]++; count[r.ContentKey] <= most {
			kept = append(kept, r)
		}
	}
	return kept
}
