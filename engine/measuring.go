package engine

import (
	"bytes"
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/store"
)

// Populate makes n contents of the same few bytes in a workspace, 250 a transaction, as spec describes each. It is for
// measurements: only the descriptions differ.
func (e *Engine) Populate(ctx context.Context, workspaceID string, n int, spec func(i int) ContentSpec) error {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteContents); err != nil {
		return err
	}
	hash, size, err := e.blobs.Put(ctx, bytes.NewReader([]byte("measured\n")))
	if err != nil {
		return err
	}
	actor, _ := catalog.ActorFrom(ctx)
	const slice = 250 // as watched folders are taken in
	for at := 0; at < n; at += slice {
		list := make([]store.NewContent, 0, slice)
		for i := at; i < min(at+slice, n); i++ {
			s := spec(i)
			list = append(list, store.NewContent{WorkspaceID: workspaceID, UserID: e.userOf(actor), Name: s.FileName, Format: s.FileFormat, SHA256: hash, Size: size,
				CategoryID: s.CategoryID, Metadata: s.Metadata})
		}
		if err := e.store.CreateContents(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

// Replayed runs call and returns a function that runs again what the answers of its fetches and counts are made of: the
// queries, on the same connections, and nothing else. It is for measurements.
func (e *Engine) Replayed(ctx context.Context, call func(context.Context) error) (again func(context.Context) error, err error) {
	var statements []store.Statement
	if err := call(store.Recording(ctx, &statements)); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return e.store.Replay(ctx, statements) }, nil
}
