package engine

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Provenance returns what is known of a content beside itself. NotFound for one that the actor may not know of.
func (e *Engine) Provenance(ctx context.Context, contentID string) (catalog.Provenance, error) {
	content, err := e.content(ctx, contentID, catalog.ActionRead)
	if err != nil {
		return catalog.Provenance{}, err
	}
	return e.store.Provenance(ctx, content)
}
