package engine

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// mostConflicts is how many documents in conflict are listed.
const mostConflicts = 500

// Conflicts lists the documents in scope that have several versions, written without knowledge of each other, and how many
// there are in all.
func (e *Engine) Conflicts(ctx context.Context, scope catalog.Scope) ([]catalog.DocumentConflict, int, error) {
	scope, err := e.readable(ctx, scope)
	if err != nil {
		return nil, 0, err
	}
	return e.store.Conflicts(ctx, scope.Workspaces, mostConflicts)
}

// Conflict returns the versions of a document in conflict, the one that answers first. NotFound when it is in none.
func (e *Engine) Conflict(ctx context.Context, contentID string) (catalog.DocumentConflict, error) {
	content, err := e.content(ctx, contentID, catalog.ActionRead)
	if err != nil {
		return catalog.DocumentConflict{}, err
	}
	return e.store.Conflict(ctx, content.ID)
}

// ResolveConflict ends a conflict. With KeepVersion the version named stays and the others go; with KeepBoth the one that
// answers stays and every other becomes a document of its own, which are returned. NotFound when there is no conflict,
// Conflict when the document has no such version any more or, where seen says which the person was shown, others beside
// those; Invalid for a choice that is none.
func (e *Engine) ResolveConflict(ctx context.Context, contentID string, choice catalog.ConflictChoice, version catalog.Dot, seen ...catalog.Dot) ([]catalog.Content, error) {
	content, err := e.content(ctx, contentID, catalog.ActionWriteContents)
	if err != nil {
		return nil, err
	}
	if choice != catalog.KeepVersion && choice != catalog.KeepBoth {
		return nil, wrongField("choice", "must be version or both")
	}
	actor, _ := catalog.ActorFrom(ctx)
	ids, err := e.store.ResolveConflict(ctx, content.ID, e.userOf(actor), choice, version, seen...)
	if err != nil {
		return nil, err
	}
	e.line.Wake()
	if err := e.recordResolved(ctx, content); err != nil {
		return nil, err
	}
	made := make([]catalog.Content, len(ids))
	for i, id := range ids {
		if made[i], err = e.store.Content(ctx, id); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// recordResolved writes the line of the diary.
func (e *Engine) recordResolved(ctx context.Context, c catalog.Content) error {
	remoteID, _, err := e.store.RemoteOf(ctx, c.WorkspaceID)
	if err != nil || remoteID == "" {
		return err
	}
	return e.store.Record(ctx, catalog.SyncEntry{Kind: catalog.EntryResolved, RemoteID: remoteID, WorkspaceID: c.WorkspaceID, Count: 1, Names: []string{c.FileName}})
}
