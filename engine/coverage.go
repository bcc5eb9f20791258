package engine

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// groupsShown is how many reasons of failure are told.
const groupsShown = 100

// FileStates returns a page of the files of watched folders, each with its state and the reason, and how many there are
// in all. Invalid for a page out of range.
func (e *Engine) FileStates(ctx context.Context, q catalog.FileQuery) (list []catalog.FileEntry, total int, err error) {
	if _, err := owner(ctx); err != nil {
		return nil, 0, err
	}
	if err := checkPage(q.Limit, q.Offset); err != nil {
		return nil, 0, err
	}
	if q.Folder != "" {
		if _, err := e.store.Folder(ctx, q.Folder); err != nil {
			return nil, 0, err
		}
	}
	q.Reading = e.reading().keys()
	return e.store.FileStates(ctx, q)
}

// Coverage says what became of everything in a watched folder.
func (e *Engine) Coverage(ctx context.Context, folderID string) (catalog.Coverage, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Coverage{}, err
	}
	return e.store.Coverage(ctx, folderID)
}

// MissedEvents returns a page of the changes in a folder that only a scan found, newest first, and how many are listed in
// all. Invalid for a page out of range.
func (e *Engine) MissedEvents(ctx context.Context, folderID string, limit, offset int) ([]catalog.MissedEntry, int, error) {
	if _, err := e.folder(ctx, folderID); err != nil {
		return nil, 0, err
	}
	if err := checkPage(limit, offset); err != nil {
		return nil, 0, err
	}
	return e.store.MissedEvents(ctx, folderID, limit, offset)
}

// FailureGroups returns the reasons for which documents could not be read, the commonest first.
func (e *Engine) FailureGroups(ctx context.Context) ([]catalog.FailureGroup, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.FailureGroups(ctx, "", groupsShown)
}

func checkPage(limit, offset int) error {
	if limit < 1 || limit > 1000 || offset < 0 {
		return catalog.Errorf(catalog.Invalid, "limit must be from 1 to 1000 and offset not negative.")
	}
	return nil
}
