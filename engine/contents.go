package engine

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
)

// Content returns one content.
func (e *Engine) Content(ctx context.Context, id string) (catalog.Content, error) {
	return e.content(ctx, id, catalog.ActionRead)
}

// content returns a content on which the actor may act. One in a workspace that the actor may not know of is as
// unknown as one that does not exist.
func (e *Engine) content(ctx context.Context, id string, action catalog.Action) (catalog.Content, error) {
	unknown := catalog.Errorf(catalog.NotFound, "There is no document %s.", strings.ToValidUTF8(id, "\uFFFD"))
	if !catalog.ValidID(id) {
		return catalog.Content{}, unknown
	}
	reading := e.reading()
	content, err := e.store.Content(ctx, id)
	if catalog.CodeOf(err) == catalog.NotFound {
		return catalog.Content{}, unknown
	}
	if err != nil {
		return catalog.Content{}, err
	}
	if err := e.may(ctx, content.WorkspaceID, action); catalog.CodeOf(err) == catalog.NotFound {
		return catalog.Content{}, unknown
	} else if err != nil {
		return catalog.Content{}, err
	}
	return reading.told(content), nil
}

// Contents lists contents and how many there are in all.
func (e *Engine) Contents(ctx context.Context, q catalog.ContentQuery) (list []catalog.Content, total int, err error) {
	if q.Scope, err = e.readable(ctx, q.Scope); err != nil {
		return nil, 0, err
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	if q.Limit < 1 || q.Limit > 1000 || q.Offset < 0 {
		return nil, 0, catalog.Errorf(catalog.Invalid, "limit must be from 1 to 1000 and offset not negative.")
	}
	reading := e.reading()
	q.Reading = reading.keys()
	list, total, err = e.store.ListContents(ctx, q)
	reading.tell(list)
	return list, total, err
}

// Page returns the stored text of one page, from 1. NotFound when there is no such page.
func (e *Engine) Page(ctx context.Context, contentID string, number int) (catalog.Page, error) {
	content, err := e.Content(ctx, contentID)
	if err != nil {
		return catalog.Page{}, err
	}
	return e.store.Page(ctx, content.ID, number)
}

// Original opens the bytes of a content where they lie. The content's SHA256 is empty when the file has changed since it
// was read: nobody knows the hash of these bytes yet. What only the remote has is fetched first. Unavailable when the
// bytes are not here now.
func (e *Engine) Original(ctx context.Context, id string) (io.ReadSeekCloser, catalog.Content, error) {
	content, err := e.Content(ctx, id)
	if err != nil {
		return nil, content, err
	}
	if content.Part != "" {
		bytes, err := e.partBytes(ctx, content)
		return bytes, content, err
	}
	if content.Source != catalog.SourceFolder {
		bytes, err := e.openStored(ctx, content)
		return bytes, content, err
	}
	if e.offline.holds(content.Path) {
		return nil, content, catalog.Errorf(catalog.Unavailable, "The folder of %s is not connected now.", content.FileName)
	}
	f, err := ingest.OpenRegular(content.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, content, catalog.WrapError(catalog.Unavailable, "The file "+content.FileName+" is no longer where it was.", err)
	case errors.Is(err, os.ErrPermission):
		return nil, content, catalog.WrapError(catalog.Unavailable, "Sheaf may not read "+content.FileName+".", err)
	case err != nil:
		return nil, content, err
	}
	if info, err := f.Stat(); err != nil || hasChanged(info, content) {
		content.SHA256 = ""
	}
	return f, content, nil
}

// Retry reads a failed content again at once.
func (e *Engine) Retry(ctx context.Context, id string) error {
	if _, err := e.content(ctx, id, catalog.ActionWriteContents); err != nil {
		return err
	}
	if err := e.store.Retry(ctx, id); err != nil {
		return err
	}
	e.line.Wake()
	return nil
}

// RetryAll reads every failed content again that the query selects, and returns how many there are.
func (e *Engine) RetryAll(ctx context.Context, q catalog.FailureQuery) (int, error) {
	if _, err := owner(ctx); err != nil {
		return 0, err
	}
	n, err := e.store.RetryAll(ctx, q)
	if err == nil {
		e.line.Wake()
	}
	return n, err
}

// StopReading ends the reading of a content, which counts as failed from then on: it is read again when its bytes change,
// or by Retry. Conflict when it is not being read and not about to be.
func (e *Engine) StopReading(ctx context.Context, id string) error {
	content, err := e.content(ctx, id, catalog.ActionWriteContents)
	if err != nil {
		return err
	}
	if !e.line.Stop(content.Key) {
		return catalog.Errorf(catalog.Conflict, "%s is not being read now.", content.FileName)
	}
	return nil
}

// DeleteContent trashes a content; a file in a watched folder stays and is excluded until its bytes change.
func (e *Engine) DeleteContent(ctx context.Context, id string) error {
	if _, err := e.content(ctx, id, catalog.ActionWriteContents); err != nil {
		return err
	}
	return e.store.DeleteContent(ctx, id)
}

// RestoreContent takes a content out of the trash.
func (e *Engine) RestoreContent(ctx context.Context, id string) error {
	workspace, err := e.store.TrashedIn(ctx, id)
	if err != nil {
		return err
	}
	if err := e.may(ctx, workspace, catalog.ActionWriteContents); err != nil {
		return err
	}
	if err := e.store.RestoreContent(ctx, id); err != nil {
		return err
	}
	e.line.Wake()
	return nil
}

// ContentQuery selects contents for a listing.
type ContentQuery = catalog.ContentQuery
