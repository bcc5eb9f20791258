package engine

import (
	"context"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/watch"
)

// folderHandler hands what the watcher saw to the writing line.
type folderHandler struct{ e *Engine }

// Changes takes in what is new before what is gone: the old half of a rename is recognised by its new half. A folder
// that was removed meanwhile has nothing to take in.
func (h folderHandler) Changes(ctx context.Context, c watch.Changes) error {
	folder, err := h.e.store.Folder(ctx, c.FolderID)
	if catalog.CodeOf(err) == catalog.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if folder.Mirror {
		h.e.mirrors.files.Lock()
		defer h.e.mirrors.files.Unlock()
		c.Kept, c.Ignored = slices.Concat(c.Kept, c.Ignored), nil // a rule says what is shown here, not what the workspace has
	}
	if err := h.e.line.Capture(ctx, folder, c.Seen); err != nil {
		return err
	}
	if err := h.e.line.Gone(ctx, folder, slices.Concat(c.Gone, c.Ignored)); err != nil {
		return err
	}
	return h.e.store.ForgetFiles(ctx, c.FolderID, c.Kept)
}

// State records what a folder is doing.
func (h folderHandler) State(ctx context.Context, s watch.State) error {
	h.e.folderChanges.Lock()
	defer h.e.folderChanges.Unlock()
	folder, err := h.e.store.Folder(ctx, s.FolderID)
	if catalog.CodeOf(err) == catalog.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if folder.State == catalog.FolderPaused { // paused while the scan was under way
		return nil
	}
	folder.State, folder.Reason, folder.Device = s.State, s.Reason, s.Device
	folder.Skipped, folder.AwaitGone, folder.LastScan = s.Skipped, s.AwaitGone, s.LastScan
	if err := h.e.store.UpdateFolder(ctx, folder); err != nil {
		return err
	}
	h.e.offline.mark(folder)
	return nil
}

// Scanned records what a scan came upon beside documents. A folder that was removed meanwhile has nothing to record.
func (h folderHandler) Scanned(ctx context.Context, folderID string, r catalog.ScanReport) error {
	err := h.e.store.SaveScan(ctx, folderID, r)
	if catalog.CodeOf(err) == catalog.NotFound {
		return nil
	}
	return err
}
