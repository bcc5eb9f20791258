package engine

import (
	"cmp"
	"context"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/classify"
)

// ContentDetail returns one content with where its automatic values came from. Errors as Content.
func (e *Engine) ContentDetail(ctx context.Context, id string) (catalog.ContentDetail, error) {
	content, err := e.Content(ctx, id)
	if err != nil {
		return catalog.ContentDetail{}, err
	}
	inferred, err := e.store.Inferred(ctx, content)
	if err != nil {
		return catalog.ContentDetail{}, err
	}
	recognised, err := e.store.RecognisedPages(ctx, content.Key)
	return catalog.ContentDetail{Content: content, Inferred: inferred, ReadByOCR: recognised}, err
}

// mostAlike is how many near-duplicates are answered.
const mostAlike = 100

// Related returns what the content's workspace has that is like it: the same bytes, nearly the same text, other versions.
// Errors as Content.
func (e *Engine) Related(ctx context.Context, id string) (r catalog.Related, err error) {
	content, err := e.Content(ctx, id)
	if err != nil {
		return r, err
	}
	if r.Duplicates, err = e.store.Duplicates(ctx, content); err != nil {
		return r, err
	}
	if r.NearDuplicates, err = e.nearDuplicates(ctx, content); err != nil {
		return r, err
	}
	r.Versions, err = e.store.Versions(ctx, content)
	return r, err
}

// nearDuplicates are the contents with other bytes and nearly the same text, the most alike first.
func (e *Engine) nearDuplicates(ctx context.Context, content catalog.Content) ([]catalog.RelatedContent, error) {
	minima, others, err := e.store.Alike(ctx, content)
	if err != nil {
		return nil, err
	}
	list := []catalog.RelatedContent{}
	for _, other := range others {
		if other.Similarity = classify.Likeness(minima, other.Minima); other.Similarity >= classify.Near {
			list = append(list, other.RelatedContent)
		}
	}
	slices.SortFunc(list, func(a, b catalog.RelatedContent) int {
		return cmp.Or(cmp.Compare(b.Similarity, a.Similarity), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.ContentID, b.ContentID))
	})
	return list[:min(len(list), mostAlike)], nil
}
