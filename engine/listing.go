package engine

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// List returns a page of contents in an order of one's choice, and how many there are in all. Invalid for a page out of
// range; NotFound for a workspace that the actor may not know of.
func (e *Engine) List(ctx context.Context, l catalog.Listing) (list []catalog.Content, total int, err error) {
	if l.Scope, err = e.readable(ctx, l.Scope); err != nil {
		return nil, 0, err
	}
	if l.Limit < 1 || l.Limit > 1000 || l.Offset < 0 {
		return nil, 0, catalog.Errorf(catalog.Invalid, "A page holds 1 to 1000 documents and begins at 0 or later.")
	}
	reading := e.reading()
	list, total, err = e.store.List(ctx, l)
	reading.tell(list)
	return list, total, err
}
