package engine

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
)

// shownText is how much of a version's text is shown, in code points.
const shownText = 20_000

// ConflictTexts is Conflict with the texts of all versions, as far as their bytes are here and can be read.
func (e *Engine) ConflictTexts(ctx context.Context, contentID string) (catalog.DocumentConflict, error) {
	one, err := e.Conflict(ctx, contentID)
	if err != nil {
		return one, err
	}
	content, err := e.content(ctx, contentID, catalog.ActionRead)
	if err != nil {
		return one, err
	}
	for i := range one.Versions {
		v := &one.Versions[i]
		text, err := e.textOf(ctx, content, *v)
		if ctx.Err() != nil {
			return one, ctx.Err()
		}
		if err == nil { // what cannot be read is shown without
			v.Text = text
		}
	}
	return one, nil
}

// textOf reads the text of a version as reading it in would.
func (e *Engine) textOf(ctx context.Context, c catalog.Content, v catalog.ConflictVersion) (string, error) {
	f, err := e.versionFile(ctx, c, v)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	want := extract.Want{Name: c.FileName, Size: info.Size()}
	r, err := e.pool.Extract(ctx, f, want)
	if errors.Is(err, extract.ErrSlow) {
		r, err = e.pool.ExtractSlow(ctx, f, want)
	}
	if err != nil {
		return "", err
	}
	if r.SHA256 != v.SHA256 {
		return "", errors.New("engine: the file has other bytes than the version")
	}
	var text strings.Builder
	for _, p := range r.Document.Pages {
		if text.Len() > 0 {
			text.WriteString("\n\n")
		}
		text.WriteString(p.Text)
	}
	letters := []rune(text.String())
	return string(letters[:min(len(letters), shownText)]), nil
}

// versionFile opens the bytes of a version: those of the blob store, those of the file that the document lies in, which
// whoever reads them must compare, or else those of the remote, which are fetched.
func (e *Engine) versionFile(ctx context.Context, c catalog.Content, v catalog.ConflictVersion) (*os.File, error) {
	f, err := e.blobs.OpenFile(ctx, v.SHA256)
	switch fetcher := e.fetcher(); {
	case catalog.CodeOf(err) != catalog.NotFound:
		return f, err
	case v.Here && c.Path != "" && !e.offline.holds(c.Path):
		return ingest.OpenRegular(c.Path)
	case fetcher == nil:
		return nil, errNotHere
	default:
		if err := fetcher.FetchBlob(ctx, c.WorkspaceID, catalog.Blob{SHA256: v.SHA256, Size: -1, Format: c.FileFormat}); err != nil {
			return nil, err
		}
	}
	return e.blobs.OpenFile(ctx, v.SHA256)
}
