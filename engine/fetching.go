package engine

import (
	"context"
	"io"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Fetcher brings bytes of a workspace from its remote. When it returns nil they are in the blob store. Unavailable when
// the remote cannot be reached, NotFound when the workspace has none or the remote lacks them.
type Fetcher interface {
	FetchBlob(ctx context.Context, workspaceID string, what catalog.Blob) error
}

// fetching is who brings bytes that are not here: nobody until somebody is connected.
type fetching struct {
	mu      sync.Mutex
	fetcher Fetcher
}

// SetFetcher says who brings bytes that are not here; nil: nobody.
func (e *Engine) SetFetcher(f Fetcher) {
	e.fetching.mu.Lock()
	defer e.fetching.mu.Unlock()
	e.fetching.fetcher = f
}

func (e *Engine) fetcher() Fetcher {
	e.fetching.mu.Lock()
	defer e.fetching.mu.Unlock()
	return e.fetching.fetcher
}

// openStored opens bytes of the blob store, those of a remote after they have come.
func (e *Engine) openStored(ctx context.Context, content catalog.Content) (io.ReadSeekCloser, error) {
	bytes, err := e.blobs.Open(ctx, content.SHA256)
	if catalog.CodeOf(err) == catalog.NotFound {
		if err = e.fetchBytes(ctx, content); err == nil {
			bytes, err = e.blobs.Open(ctx, content.SHA256)
		}
	}
	switch catalog.CodeOf(err) {
	case "":
		return bytes, e.store.Used(ctx, content.WorkspaceID, content.SHA256)
	case catalog.NotFound:
		err = catalog.WrapError(catalog.Unavailable, "The bytes of "+content.FileName+" are not here now.", err)
	}
	return nil, err
}

// fetchBytes brings the bytes of a content from the remote.
func (e *Engine) fetchBytes(ctx context.Context, content catalog.Content) error {
	fetcher := e.fetcher()
	if fetcher == nil {
		return errNotHere
	}
	err := fetcher.FetchBlob(ctx, content.WorkspaceID, catalog.Blob{SHA256: content.SHA256, Size: content.Size, Format: content.FileFormat})
	if catalog.CodeOf(err) == catalog.Unavailable {
		return catalog.WrapError(catalog.Unavailable, content.FileName+" is only on the remote, which cannot be reached. Try again when you are online.", err)
	}
	return err
}

var errNotHere = catalog.Errorf(catalog.NotFound, "The bytes of this document are not here.")
