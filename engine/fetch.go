package engine

import (
	"context"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Limits of a fetch.
const (
	maxFetchPage  = 100
	maxFetchQuery = 10_000 // code points
)

// CountContents counts the contents of a workspace, exactly.
func (e *Engine) CountContents(ctx context.Context, q catalog.CountQuery) (int, error) {
	if err := e.may(ctx, q.WorkspaceID, catalog.ActionRead); err != nil {
		return 0, err
	}
	return e.store.CountContents(ctx, q)
}

// FetchContents returns a page of the contents of a workspace. Invalid for a limit that is not from 1 to 100, a query over
// 10,000 code points, and a cursor that is no content of the workspace.
func (e *Engine) FetchContents(ctx context.Context, q catalog.FetchQuery) (catalog.FetchPage, error) {
	if err := e.may(ctx, q.WorkspaceID, catalog.ActionRead); err != nil {
		return catalog.FetchPage{}, err
	}
	var wrong []catalog.FieldError
	if q.Limit < 1 || q.Limit > maxFetchPage {
		wrong = append(wrong, catalog.FieldError{Field: "pageSize", Message: "must be a whole number from 1 to 100"})
	}
	if utf8.RuneCountInString(q.Query) > maxFetchQuery {
		wrong = append(wrong, catalog.FieldError{Field: "query", Message: "must not be longer than 10,000 characters"})
	}
	if err := catalog.InvalidFields(wrong); err != nil {
		return catalog.FetchPage{}, err
	}
	return e.store.Fetch(ctx, q)
}

// UpdateContent changes what is present in change. Invalid names everything that is wrong with it; an empty change leaves
// the content as it is.
func (e *Engine) UpdateContent(ctx context.Context, id string, change catalog.ContentChange) (catalog.Content, error) {
	content, err := e.content(ctx, id, catalog.ActionWriteContents)
	if err != nil || change.Empty() {
		return content, err
	}
	if err := e.store.UpdateContent(ctx, id, change); err != nil {
		return catalog.Content{}, err
	}
	return e.store.Content(ctx, id)
}
