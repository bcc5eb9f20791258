package engine

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Unsynced counts what of a workspace its remote has not shown yet, and the documents that have two versions.
func (e *Engine) Unsynced(ctx context.Context, workspaceID string) (catalog.SyncAmount, int, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.SyncAmount{}, 0, err
	}
	return e.store.Unsynced(ctx, workspaceID)
}

// AllWorkspaces lists the ids of every workspace of this data directory, whoever its members are.
func (e *Engine) AllWorkspaces(ctx context.Context) ([]string, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.AllWorkspaces(ctx)
}
