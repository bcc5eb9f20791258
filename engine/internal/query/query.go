// Package query is the reading line: what a person typed in, ranked passages out.
//
//	parse -> keyword arm and vector arm side by side -> fuse -> prove against the originals -> hits
//
// Filters apply before ranking in both arms, so that a narrow filter never comes back empty because of what it cut off.
// When the vector arm is not ready or fails, the keyword arm answers alone and a warning says so; only the keyword arm's
// own failure is an error. Everything shown has been checked against its original a moment ago, within a fixed budget.
//
// A Searcher holds no state of its own and is safe for concurrent use; the goroutines of a call end with it.
package query

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Corpus is what the reading line needs of the store. Greater scores are better.
type Corpus interface {
	// Admit resolves a scope to the contents it admits and their number; the nil set means all live contents.
	Admit(ctx context.Context, scope catalog.Scope) (*catalog.ContentSet, int, error)
	// Keyword returns the n best passages, best first.
	Keyword(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope, n int) ([]catalog.Scored, error)
	// KeywordDocuments counts the contents that have a matching passage.
	KeywordDocuments(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope) (int, error)
	// Names returns the n contents whose names or metadata match best; PassageID is not set.
	Names(ctx context.Context, q catalog.KeywordQuery, scope catalog.Scope, n int) ([]catalog.Scored, error)
	// Passages returns those of ids that still exist, in any order.
	Passages(ctx context.Context, ids []int64) ([]catalog.StoredPassage, error)
	// FirstPassages returns the first passage of each content that has one, by content key.
	FirstPassages(ctx context.Context, contentKeys []int64) (map[int64]catalog.StoredPassage, error)
	// Latest returns the n contents of a scope that were changed last, latest first.
	Latest(ctx context.Context, scope catalog.Scope, n int) ([]int64, error)
	// Contents returns those of keys that are live, in any order.
	Contents(ctx context.Context, keys []int64) ([]catalog.Content, error)
}

// Vectors is the index of the active model. Unavailable, with a sentence for people, while it is not ready.
type Vectors interface {
	Search(ctx context.Context, vector []float32, k int, admit *catalog.ContentSet) ([]catalog.Scored, error)
	// Similarities returns the cosine with each passage, NaN for one without a vector.
	Similarities(vector []float32, passageIDs []int64) ([]float64, error)
}

// Embedder makes the vector of a question. Unavailable, with a sentence for people, while it is not ready.
type Embedder interface {
	EmbedQuery(ctx context.Context, text string) ([]float32, error)
}

// Originals says how contents, by key, relate to their originals now. It answers for as many as it can until ctx ends;
// a content that is missing in the answer was not reached.
type Originals interface {
	States(ctx context.Context, contents []catalog.Content) map[int64]catalog.HitState
}

const (
	defaultLimit = 10
	maxLimit     = 100
	maxOffset    = 10_000
	// perDocument is how many passages of one document a result shows.
	perDocument = 3
	// depth is how many passages each arm proposes; their scores are scaled over that many.
	depth = 100
	// namesDepth is how many contents may come in by their names.
	namesDepth = 20
	// provingBudget is the time that all originals together may take.
	provingBudget = 20 * time.Millisecond
)

// Searcher answers search requests.
type Searcher struct {
	Corpus    Corpus
	Vectors   Vectors  // nil: keyword search only
	Embedder  Embedder // nil: keyword search only
	Originals Originals
	Now       func() time.Time // nil: the real clock
	Weights   Weights          // zero: DefaultWeights
}

// Search returns a page of hits, best first. Invalid for a query without anything to look for, one that is too long, or
// a limit or offset out of range.
func (s *Searcher) Search(ctx context.Context, r catalog.SearchRequest) (catalog.SearchResult, error) {
	return s.search(ctx, r, false)
}

// SearchAsTyped is Search for a query that is still being typed: its last word may be the beginning of one.
func (s *Searcher) SearchAsTyped(ctx context.Context, r catalog.SearchRequest) (catalog.SearchResult, error) {
	return s.search(ctx, r, true)
}

func (s *Searcher) search(ctx context.Context, r catalog.SearchRequest, typing bool) (catalog.SearchResult, error) {
	started := s.now()
	if err := checkPage(&r); err != nil {
		return catalog.SearchResult{}, err
	}
	floor := s.weights().Floor
	if r.Arms != catalog.ArmsBoth {
		floor = noFloor
	}
	found, err := s.find(ctx, r, typing, floor)
	if err != nil {
		return catalog.SearchResult{}, err
	}
	list := diversify(found.ranked, perDocument)
	page := list[min(r.Offset, len(list)):min(r.Offset+r.Limit, len(list))]
	hits, err := s.hits(ctx, found.parsed, page)
	if err != nil {
		return catalog.SearchResult{}, err
	}
	for i := range hits {
		hits[i].Rank = r.Offset + i + 1
	}
	return catalog.SearchResult{
		Query:    r.Query,
		Total:    found.total,
		TookMs:   float64(s.now().Sub(started).Microseconds()) / 1000,
		Hits:     hits,
		Warnings: found.warnings,
	}, nil
}

// Evidence is what an answer is made of.
type Evidence struct {
	Hits     []catalog.Hit // best first, as many of one document as rank
	Admitted int           // contents in scope
	Warnings []string
}

// Evidence returns the n best passages for a question, however many of one document and however far off: what decides
// whether they answer it compares them with each other. Errors as Search.
func (s *Searcher) Evidence(ctx context.Context, q catalog.Question, n int) (Evidence, error) {
	found, err := s.find(ctx, catalog.SearchRequest{Scope: q.Scope, Query: q.Text, Limit: n}, false, noFloor)
	if err != nil {
		return Evidence{}, err
	}
	hits, err := s.hits(ctx, found.parsed, found.ranked[:min(n, len(found.ranked))])
	for i := range hits {
		hits[i].Rank = i + 1
	}
	return Evidence{Hits: hits, Admitted: found.admitted, Warnings: found.warnings}, err
}

func checkPage(r *catalog.SearchRequest) error {
	if r.Limit == 0 {
		r.Limit = defaultLimit
	}
	if r.Limit < 1 || r.Limit > maxLimit {
		return catalog.Errorf(catalog.Invalid, "A result holds 1 to %d hits, not %d.", maxLimit, r.Limit)
	}
	if r.Offset < 0 || r.Offset > maxOffset {
		return catalog.Errorf(catalog.Invalid, "A result starts at hit 0 to %d, not %d.", maxOffset, r.Offset)
	}
	return nil
}

// finding is a ranked list before it is cut into a page.
type finding struct {
	parsed   Parsed
	admitted int
	ranked   []ranked
	total    int
	warnings []string
}

// noFloor lets passages in that share neither a word nor a meaning with the query.
const noFloor = -1

func (s *Searcher) find(ctx context.Context, r catalog.SearchRequest, typing bool, floor float64) (finding, error) {
	parsed, err := Parse(r.Query, typing)
	if err != nil {
		return finding{}, err
	}
	r.Traits = append(slices.Clone(r.Traits), parsed.Traits...)
	admit, admitted, err := s.Corpus.Admit(ctx, r.Scope)
	if err != nil {
		return finding{}, fmt.Errorf("resolve the scope: %w", err)
	}
	f := finding{parsed: parsed, admitted: admitted, warnings: parsed.Wrong}
	if admitted == 0 {
		return f, nil
	}
	if parsed.onlyFields() {
		return f, s.browse(ctx, &f, r)
	}
	said, err := s.ask(ctx, parsed, r, admit)
	if err != nil {
		return finding{}, err
	}
	f.warnings = append(f.warnings, said.warnings...)
	if err := s.fuse(ctx, &f, said, admit, floor); err != nil {
		return finding{}, err
	}
	return f, nil
}

// answers are what the arms said.
type answers struct {
	keyword   []catalog.Scored
	documents int // contents that the keyword arm matches
	names     []catalog.Scored
	vector    []catalog.Scored
	question  []float32 // nil when the vector arm took no part
	warnings  []string
}

// ask puts the question to the arms side by side.
func (s *Searcher) ask(ctx context.Context, p Parsed, r catalog.SearchRequest, admit *catalog.ContentSet) (answers, error) {
	var a answers
	var vectorErr error
	n := max(depth, 2*(r.Offset+r.Limit))
	group, armCtx := errgroup.WithContext(ctx)
	if r.Arms != catalog.ArmsVector {
		group.Go(func() (err error) {
			a.keyword, err = s.Corpus.Keyword(armCtx, p.Keyword, r.Scope, n)
			if err != nil || len(a.keyword) == 0 {
				return err
			}
			a.documents, err = s.Corpus.KeywordDocuments(armCtx, p.Keyword, r.Scope)
			return err
		})
	}
	if r.Arms == catalog.ArmsBoth {
		group.Go(func() (err error) {
			a.names, err = s.Corpus.Names(armCtx, p.Keyword, r.Scope, namesDepth)
			return err
		})
	}
	if r.Arms != catalog.ArmsKeyword {
		group.Go(func() error {
			a.question, a.vector, vectorErr = s.askVectors(armCtx, p.Meaning, n, admit)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return answers{}, fmt.Errorf("search by keyword: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return answers{}, err
	}
	if vectorErr != nil {
		a.question, a.vector = nil, nil
		a.warnings = append(a.warnings, "Meaning search took no part, results are by keyword only. "+catalog.MessageOf(vectorErr))
	}
	return a, nil
}

func (s *Searcher) askVectors(ctx context.Context, text string, n int, admit *catalog.ContentSet) ([]float32, []catalog.Scored, error) {
	if s.Vectors == nil || s.Embedder == nil {
		return nil, nil, catalog.Errorf(catalog.Unavailable, "No embedding model is active.")
	}
	question, err := s.Embedder.EmbedQuery(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	found, err := s.Vectors.Search(ctx, question, n, admit)
	return question, found, err
}

func (s *Searcher) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}
