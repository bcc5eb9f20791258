package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/derived"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
)

// picturesLimit is how many bytes of pictures are kept.
const picturesLimit = 512 << 20

// DerivativeSpec says which picture of a document is wanted.
type DerivativeSpec = catalog.DerivativeSpec

// Derivative returns a picture of one page of a content, made now or kept from before. It is always one of the bytes as
// they are now. Invalid for a spec that cannot be, NotFound for a page that is not there, Unsupported with the reason when
// there is no picture of this content, Unavailable when its bytes are not here now. What goes wrong here says nothing
// about the content: it stays as it is.
func (e *Engine) Derivative(ctx context.Context, contentID string, spec DerivativeSpec) (catalog.Derivative, error) {
	spec, err := spec.Complete()
	if err != nil {
		return catalog.Derivative{}, err
	}
	original, content, err := e.Original(ctx, contentID)
	if err != nil {
		return catalog.Derivative{}, err
	}
	defer original.Close()
	if content.SHA256 == "" { // the file has changed since it was read: only whoever draws it learns its hash
		return e.draw(ctx, original, content, spec)
	}
	key := pictureKey(content.SHA256, spec)
	if data, ok := e.pictures.Get(key); ok {
		return derivative(content, spec, data), nil
	}
	done, err := e.pictures.Begin(ctx, key)
	if err != nil {
		return catalog.Derivative{}, err
	}
	defer done()
	if data, ok := e.pictures.Get(key); ok { // somebody else has just made it
		return derivative(content, spec, data), nil
	}
	return e.draw(ctx, original, content, spec)
}

func pictureKey(hash string, s DerivativeSpec) derived.Key {
	return derived.Key{SHA256: hash, Of: fmt.Sprintf("page %d %s size %d by %s", s.Page, s.Form, s.Size, extract.RenderConfig())}
}

// draw has a picture made, and keeps it under the hash of the bytes that it was made of.
func (e *Engine) draw(ctx context.Context, original io.Reader, content catalog.Content, spec DerivativeSpec) (catalog.Derivative, error) {
	f, ok := asFile(original)
	if !ok {
		var err error
		if f, err = e.blobs.OpenFile(ctx, content.SHA256); err != nil {
			return catalog.Derivative{}, err
		}
		defer f.Close()
	}
	info, err := f.Stat()
	if err != nil {
		return catalog.Derivative{}, catalog.WrapError(catalog.Unavailable, "The file "+content.FileName+" cannot be opened.", err)
	}
	ctx = extract.WithPasswords(ctx, func() []string { return e.passwords.of(content.ID) })
	if _, err := e.scanner.pass(ctx, f, info.Size(), false); err != nil {
		return catalog.Derivative{}, err
	}
	picture, err := e.pool.Picture(ctx, f, content.FileName, info.Size(), spec)
	if err != nil {
		return catalog.Derivative{}, err
	}
	if content.Source != catalog.SourceFolder && picture.SHA256 != content.SHA256 {
		return catalog.Derivative{}, catalog.Errorf(catalog.Corrupt, "The stored bytes of %s are damaged.", content.FileName)
	}
	if err := e.pictures.Put(pictureKey(picture.SHA256, spec), picture.Bytes); err != nil {
		e.options.Log.Warn("a picture could not be kept; it is made again when it is asked for", "error", err)
	}
	return derivative(content, spec, picture.Bytes), nil
}

func derivative(content catalog.Content, spec DerivativeSpec, data []byte) catalog.Derivative {
	sum := sha256.Sum256(data)
	stem := strings.TrimSuffix(content.FileName, filepath.Ext(content.FileName))
	endings := map[catalog.DerivativeForm]string{catalog.FormJPEG: ".jpg", catalog.FormTIFF: ".tif"}
	return catalog.Derivative{
		Bytes: data, MediaType: spec.Form.MediaType(), SHA256: hex.EncodeToString(sum[:]),
		FileName: fmt.Sprintf("%s-page-%d%s", stem, spec.Page, endings[spec.Form]),
	}
}

// derive makes the picture of a page ahead of need, as thumbnails want it.
func (e *Engine) derive(ctx context.Context, contentID string, page int) error {
	_, err := e.Derivative(ctx, contentID, DerivativeSpec{Page: page})
	return err
}

// purgePictures removes the pictures of bytes that no document has any more.
func (e *Engine) purgePictures(ctx context.Context) error {
	var gone []string
	for _, hash := range e.pictures.Documents() {
		known, err := e.store.BytesKnown(ctx, hash)
		if err != nil {
			return err
		}
		if !known {
			gone = append(gone, hash)
		}
	}
	e.pictures.Forget(gone...)
	return nil
}
