package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/blob"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
	"github.com/sheafdocs/sheaf/engine/internal/store"
)

// Bytes are the bytes of an engine's documents as synchronisation sees them, by hash and within the reach of a
// workspace: those in the blob store, and those in watched folders where they lie. It asks no policy; the hub does, in
// front of it.
type Bytes struct{ e *Engine }

// Bytes returns them.
func (e *Engine) Bytes() *Bytes { return &Bytes{e} }

// fetchedSize is the size up to which a document is fetched to be indexed.
const fetchedSize = 64 << 20

// Missing returns those of the hashes whose bytes a workspace does not have here.
func (b *Bytes) Missing(ctx context.Context, workspaceID string, hashes []string) ([]string, error) {
	return b.e.store.Unreached(ctx, workspaceID, hashes)
}

// Open opens bytes for reading. NotFound when they are not here; Conflict when the file that had them has changed: it
// has been captured anew.
func (b *Bytes) Open(ctx context.Context, workspaceID, hash string) (catalog.OpenBlob, error) {
	stored, format, err := b.e.store.Reached(ctx, workspaceID, hash)
	if err != nil {
		return catalog.OpenBlob{}, err
	}
	if stored {
		opened, err := b.openStored(ctx, hash, format)
		if catalog.CodeOf(err) != catalog.NotFound {
			return opened, err
		}
	}
	return b.openFile(ctx, workspaceID, hash)
}

func (b *Bytes) openStored(ctx context.Context, hash, format string) (opened catalog.OpenBlob, err error) {
	r, err := b.e.blobs.Open(ctx, hash)
	if err != nil {
		return opened, err
	}
	size, err := r.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = r.Seek(0, io.SeekStart)
	}
	if err != nil {
		r.Close()
		return opened, err
	}
	return catalog.OpenBlob{ReadSeekCloser: r, Blob: catalog.Blob{SHA256: hash, Size: size, Format: format}, Still: func() error { return nil }}, nil
}

// openFile opens a file of a watched folder that is as it was when its bytes were captured.
func (b *Bytes) openFile(ctx context.Context, workspaceID, hash string) (opened catalog.OpenBlob, err error) {
	files, err := b.e.store.FilesOf(ctx, workspaceID, hash)
	if err != nil {
		return opened, err
	}
	err = catalog.Errorf(catalog.NotFound, "The bytes of this document are not here.")
	for _, f := range files {
		path := filepath.Join(f.Folder.Path, filepath.FromSlash(f.Stat.Path))
		if f.Folder.State == catalog.FolderOffline {
			err = catalog.Errorf(catalog.Unavailable, "The folder of %s is not connected now.", filepath.Base(path))
			continue
		}
		file, openErr := openUnchanged(path, f.Stat)
		if openErr == nil {
			return catalog.OpenBlob{
				ReadSeekCloser: file, Blob: catalog.Blob{SHA256: hash, Size: f.Stat.Size, Format: f.Format},
				Still: func() error { return unchanged(file, path, f.Stat) },
			}, nil
		}
		if err = openErr; catalog.CodeOf(err) == catalog.Conflict {
			if captureErr := b.capture(ctx, f, path); captureErr != nil {
				return opened, captureErr
			}
		}
	}
	return opened, err
}

// openUnchanged opens a file. Conflict when it is another than it was, Unavailable when it cannot be opened.
func openUnchanged(path string, was catalog.FileStat) (*os.File, error) {
	f, err := ingest.OpenRegular(path)
	if err != nil {
		return nil, catalog.WrapError(catalog.Unavailable, "The file "+filepath.Base(path)+" cannot be opened now.", err)
	}
	if err := unchanged(f, path, was); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// unchanged looks at the open file and at what lies under its name: a file that grows and one that was replaced are
// both another.
func unchanged(f *os.File, path string, was catalog.FileStat) error {
	open, err := f.Stat()
	if err != nil {
		return err
	}
	named, err := os.Lstat(path)
	if err != nil || !os.SameFile(open, named) || open.Size() != was.Size || open.ModTime().UnixNano() != was.ModTime {
		return catalog.Errorf(catalog.Conflict, "The file %s has changed since it was read. It is read again.", filepath.Base(path))
	}
	return nil
}

// capture takes in a file anew.
func (b *Bytes) capture(ctx context.Context, f store.FileOf, path string) error {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil // the watcher will say that it is gone
	}
	stat := f.Stat
	stat.Size, stat.ModTime = info.Size(), info.ModTime().UnixNano()
	return b.e.line.Capture(ctx, f.Folder, []catalog.FileStat{stat})
}

// Recapture is told that what Open gave did not hash to its name: the files that had the bytes are captured again.
func (b *Bytes) Recapture(ctx context.Context, workspaceID, hash string) error {
	files, err := b.e.store.FilesOf(ctx, workspaceID, hash)
	for _, f := range files {
		if err != nil {
			break
		}
		err = b.capture(ctx, f, filepath.Join(f.Folder.Path, filepath.FromSlash(f.Stat.Path)))
	}
	return err
}

// StoreSmall keeps small blobs for a workspace in one commit. Corrupt, and none kept, when one does not hash to its name.
func (b *Bytes) StoreSmall(ctx context.Context, workspaceID string, batch []catalog.BlobBytes) error {
	for _, one := range batch {
		if sum := sha256.Sum256(one.Bytes); hex.EncodeToString(sum[:]) != one.SHA256 || len(one.Bytes) > catalog.SmallBlob {
			return catalog.Errorf(catalog.Corrupt, "The bytes are not those that were announced: their SHA-256 is %x and not %s.", sum, one.SHA256)
		}
	}
	b.e.uploads.Lock()
	defer b.e.uploads.Unlock()
	if err := b.e.store.HoldSmall(ctx, workspaceID, batch); err != nil {
		return err
	}
	b.e.line.Wake()
	return nil
}

// Received returns how many bytes of a blob that is still arriving are here.
func (b *Bytes) Received(_ context.Context, workspaceID, hash string) (int64, error) {
	if err := arrivable(workspaceID, hash); err != nil {
		return 0, err
	}
	return b.e.blobs.Arrived(blob.Arriving{Under: workspaceID, SHA256: hash})
}

// Receive continues a blob at offset and returns how much of it is here; at its full size it has been checked and kept.
func (b *Bytes) Receive(ctx context.Context, workspaceID string, what catalog.Blob, offset int64, r io.Reader) (int64, error) {
	if err := arrivable(workspaceID, what.SHA256); err != nil {
		return 0, err
	}
	if offset == 0 && what.Size <= catalog.SmallBlob {
		return b.receiveSmall(ctx, workspaceID, what, r)
	}
	have, whole, err := b.e.blobs.Continue(ctx, blob.Arriving{Under: workspaceID, SHA256: what.SHA256}, what.Size, offset, r)
	if err != nil || whole == nil {
		return have, err
	}
	ctx = context.WithoutCancel(ctx) // what is whole is kept, whether or not its sender still waits for an answer
	b.e.uploads.Lock()
	defer b.e.uploads.Unlock()
	if err := whole.Keep(ctx); err != nil {
		return have, err // what has arrived stays, and is kept when it is continued at its end
	}
	defer whole.Drop()
	if err := b.e.store.BlobsArrived(ctx, workspaceID, []store.Blob{{SHA256: what.SHA256, Size: what.Size}}); err != nil {
		return have, err
	}
	b.e.line.Wake()
	return have, nil
}

// receiveSmall spares a file for what the database keeps.
func (b *Bytes) receiveSmall(ctx context.Context, workspaceID string, what catalog.Blob, r io.Reader) (int64, error) {
	var all bytes.Buffer
	if _, err := io.Copy(&all, io.LimitReader(r, what.Size+1)); err != nil {
		return 0, err
	}
	switch size := int64(all.Len()); {
	case size > what.Size:
		return 0, catalog.Errorf(catalog.TooLarge, "More bytes came than were announced.")
	case size < what.Size:
		return 0, nil
	}
	err := b.StoreSmall(ctx, workspaceID, []catalog.BlobBytes{{SHA256: what.SHA256, Bytes: all.Bytes()}})
	if err != nil {
		return 0, err
	}
	return what.Size, nil
}

// Discard forgets what has arrived of a blob that is not whole.
func (b *Bytes) Discard(_ context.Context, workspaceID, hash string) error {
	if err := arrivable(workspaceID, hash); err != nil {
		return err
	}
	return b.e.blobs.Abandon(blob.Arriving{Under: workspaceID, SHA256: hash})
}

// arrivable keeps anything but an id and a hash from becoming part of a path.
func arrivable(workspaceID, hash string) error {
	if !catalog.ValidID(workspaceID) || !catalog.ValidHash(hash) {
		return catalog.Errorf(catalog.Invalid, "Bytes are named by their SHA-256 in lower-case hex.")
	}
	return nil
}

// Wanted returns blobs that this device means to have and has not, small before large: those that the workspace's mode
// asks for, as far as the cache has room.
func (b *Bytes) Wanted(ctx context.Context, workspaceID string, limit int) ([]catalog.Blob, error) {
	mode, err := b.e.store.BytesMode(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	if mirrored, err := b.e.store.Mirrored(ctx, workspaceID); err != nil {
		return nil, err
	} else if mirrored {
		mode = catalog.SyncPinned
	}
	list, err := b.e.store.Wanted(ctx, workspaceID, mode, fetchedSize, limit)
	switch {
	case err != nil:
		return nil, err
	case mode == catalog.SyncIndex && len(list) > 0:
		return b.fitting(ctx, list)
	case mode == catalog.SyncPinned && len(list) < limit:
		beside, err := b.e.store.BlobsBeside(ctx, workspaceID, limit-len(list))
		for _, hash := range beside {
			list = append(list, catalog.Blob{SHA256: hash, Size: -1})
		}
		return list, err
	}
	return list, nil
}

// fitting makes room in the cache and returns as many blobs as find some.
func (b *Bytes) fitting(ctx context.Context, list []catalog.Blob) ([]catalog.Blob, error) {
	cached, err := b.e.store.Cached(ctx)
	if err != nil {
		return nil, err
	}
	var asked int64
	for _, blob := range list {
		asked += blob.Size
	}
	if over := cached + asked - b.e.options.Cache; over > 0 {
		if cached, err = b.evict(ctx, over); err != nil {
			return nil, err
		}
	}
	for i, blob := range list {
		if cached += blob.Size; cached > b.e.options.Cache {
			return list[:i], nil
		}
	}
	return list, nil
}

// evict drops what was used longest ago and returns how much is left.
func (b *Bytes) evict(ctx context.Context, size int64) (left int64, err error) {
	unused, err := b.e.store.Evict(ctx, size)
	for _, hash := range unused {
		if err == nil {
			err = b.e.removeUnused(ctx, hash)
		}
	}
	if err != nil {
		return 0, err
	}
	return b.e.store.Cached(ctx)
}

// arrivingKept is how long an upload waits to be continued.
const arrivingKept = 7 * 24 * time.Hour

// releaseBytes removes bytes that synchronisation brought and nothing names, and what was never sent to its end.
func (e *Engine) releaseBytes(ctx context.Context) error {
	unused, err := e.store.ForgetReach(ctx)
	for _, hash := range unused {
		if err == nil {
			err = e.removeUnused(ctx, hash)
		}
	}
	if err != nil {
		return err
	}
	old := e.options.Now().Add(-arrivingKept)
	stranded, err := e.blobs.Large(old)
	for _, hash := range stranded { // a crash between a blob and what needs it; nearly always there are none
		if err == nil {
			err = e.removeUnused(ctx, hash)
		}
	}
	if err != nil {
		return err
	}
	return e.blobs.AbandonOld(old)
}

// BytesMode returns what this device keeps of the bytes of a workspace that has a remote; empty when it has none.
func (e *Engine) BytesMode(ctx context.Context, workspaceID string) (catalog.SyncMode, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return "", err
	}
	return e.store.BytesMode(ctx, workspaceID)
}

// SetBytesMode changes it for this device; empty when the workspace has no remote any more: everything that is here then
// stays.
func (e *Engine) SetBytesMode(ctx context.Context, workspaceID string, mode catalog.SyncMode) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	switch mode {
	case "", catalog.SyncIndex, catalog.SyncPinned, catalog.SyncNames:
		return e.store.SetBytesMode(ctx, workspaceID, mode)
	}
	return wrongField("mode", "must be index, pinned or names")
}
