package engine

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/answer"
	"github.com/sheafdocs/sheaf/engine/internal/query"
)

// Search returns the passages that match, best first. Invalid for an empty query or one over 10,000 code points;
// NotFound for a workspace that the actor may not know of.
func (e *Engine) Search(ctx context.Context, r catalog.SearchRequest) (catalog.SearchResult, error) {
	return e.search(ctx, r, e.searcher.Search)
}

// SearchAsTyped is Search for a query that is still being typed: its last word may be the beginning of one.
func (e *Engine) SearchAsTyped(ctx context.Context, r catalog.SearchRequest) (catalog.SearchResult, error) {
	return e.search(ctx, r, e.searcher.SearchAsTyped)
}

// search narrows a request to what the actor may read.
func (e *Engine) search(
	ctx context.Context, r catalog.SearchRequest, with func(context.Context, catalog.SearchRequest) (catalog.SearchResult, error),
) (catalog.SearchResult, error) {
	scope, err := e.readable(ctx, r.Scope)
	if err != nil {
		return catalog.SearchResult{}, err
	}
	r.Scope = scope
	defer e.line.Searching()()
	return with(ctx, r)
}

// Ask answers a question from the documents in scope. Errors as Search; documents that hold no answer are none, and
// neither is a language model that fails: quoted sentences answer instead, with a warning.
func (e *Engine) Ask(ctx context.Context, q catalog.Question) (catalog.Answer, error) {
	return e.AskAsWritten(ctx, q, nil)
}

// AskAsWritten is Ask that tells what a language model writes while it writes, before it is checked: what counts is the
// answer. told may end it with an error; it is not called when no language model is set.
func (e *Engine) AskAsWritten(ctx context.Context, q catalog.Question, told func(piece string) error) (catalog.Answer, error) {
	started := e.options.Now()
	scope, err := e.readable(ctx, q.Scope)
	if err != nil {
		return catalog.Answer{}, err
	}
	q.Scope = scope
	defer e.line.Searching()()
	asked, traits := query.SplitFields(q.Text)
	if counting, ok := answer.ReadCounting(asked); ok {
		q.Traits = append(q.Traits, traits...)
		return e.count(ctx, q, counting, started)
	}
	evidence, err := e.searcher.Evidence(ctx, q, answer.PassagesWanted)
	if err != nil {
		return catalog.Answer{}, err
	}
	a, err := e.write(ctx, q, evidence.Hits, told)
	if err != nil {
		return catalog.Answer{}, err
	}
	a.AnalyzedDocumentCount = evidence.Admitted
	a.Warnings = append(a.Warnings, evidence.Warnings...)
	a.TookMs = float64(e.options.Now().Sub(started).Microseconds()) / 1000
	return a, nil
}

// count answers a question about the documents themselves by going through all of them.
func (e *Engine) count(ctx context.Context, q catalog.Question, c answer.Counting, started time.Time) (catalog.Answer, error) {
	a, err := answer.Count(ctx, e.store, e.searcher.Originals, q.Text, c, q.Scope)
	a.TookMs = float64(e.options.Now().Sub(started).Microseconds()) / 1000
	return a, err
}
