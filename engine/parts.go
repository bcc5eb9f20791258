package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
)

// partBytes has the bytes of a document taken out of the one that it lies in, by a child: whatever parses them is not
// this process. They are in a file that nobody else sees and that is gone when it is closed.
func (e *Engine) partBytes(ctx context.Context, part catalog.Content) (io.ReadSeekCloser, error) {
	container, err := e.store.Content(ctx, part.RootID)
	if err != nil {
		return nil, err
	}
	original, _, err := e.Original(ctx, container.ID)
	if err != nil {
		return nil, err
	}
	defer original.Close()
	f, ok := asFile(original)
	if !ok {
		if f, err = e.blobs.OpenFile(ctx, container.SHA256); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	info, err := f.Stat()
	if err != nil {
		return nil, catalog.WrapError(catalog.Unavailable, "The file "+container.FileName+" cannot be opened.", err)
	}
	if _, err := e.scanner.pass(ctx, f, info.Size(), false); err != nil {
		return nil, err
	}
	data, err := e.pool.Part(ctx, f, extract.Want{Name: container.FileName, Size: info.Size(), Open: true}, part.Part)
	if catalog.CodeOf(err) == catalog.NotFound {
		return nil, changedContainer(part, container, err)
	}
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != part.SHA256 {
		return nil, changedContainer(part, container, nil)
	}
	return passing(e.options.DataDir, data)
}

// changedContainer is the error for bytes that are no longer those that were read.
func changedContainer(part, container catalog.Content, cause error) error {
	return &catalog.Error{Code: catalog.Unavailable, Err: cause,
		Message: "The file " + container.FileName + " has changed, so " + part.FileName + " cannot be taken out of it before it has been read again."}
}

// passingFile is a file that is gone when it is closed.
type passingFile struct{ *os.File }

// Close removes the file; where an open file can be removed it has had no name since it was made.
func (p passingFile) Close() error {
	err := p.File.Close()
	if gone := os.Remove(p.Name()); err == nil && !errors.Is(gone, os.ErrNotExist) {
		err = gone
	}
	return err
}

// passing keeps bytes in a file for as long as it is open.
func passing(dir string, data []byte) (passingFile, error) {
	full := func(err error) error {
		return catalog.WrapError(catalog.Unavailable, "There is no room to take this document out of the one that it lies in.", err)
	}
	f, err := os.CreateTemp(dir, "part-*")
	if err != nil {
		return passingFile{}, full(err)
	}
	_ = os.Remove(f.Name()) // some systems do not remove what is open: Close does
	p := passingFile{f}
	if _, err = f.Write(data); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return passingFile{}, full(errors.Join(err, p.Close()))
	}
	return p, nil
}

// asFile is an original as a file, where it is one.
func asFile(original io.Reader) (*os.File, bool) {
	if p, ok := original.(passingFile); ok {
		return p.File, true
	}
	f, ok := original.(*os.File)
	return f, ok
}
