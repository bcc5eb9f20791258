// Package blob keeps bytes by their SHA-256: those of uploads and those fetched from a remote. Originals in watched
// folders stay where they are and never come here.
//
// Up to SmallLimit bytes go into the database, where a batch of them costs one fsync; larger ones are files under
// blobs/aa/, named by their hash. A blob is written to a temporary file, hashed on the way, flushed, and then renamed:
// under a name stand exactly the bytes that hash to it, whatever happened in between. A crash leaves temporary files
// only, which opening sweeps. The package starts no goroutine.
package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// SmallLimit is the size in bytes up to which a blob lives in the database.
const SmallLimit = catalog.SmallBlob

const temporary = ".partial-"

// Small keeps small blobs. The store does.
type Small interface {
	PutSmall(ctx context.Context, sha256 string, data []byte) error
	// Small returns a blob; ok is false when there is none.
	Small(ctx context.Context, sha256 string) (data []byte, ok bool, err error)
	DeleteSmall(ctx context.Context, sha256 string) error
}

// Blobs is the blob store of one data directory. Its methods may be called from any goroutine.
type Blobs struct {
	dir      string
	small    Small
	partials partials
}

// Open makes dir when it is absent and removes what a crash left behind.
func Open(dir string, small Small) (*Blobs, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, catalog.WrapError(catalog.Unavailable, "The folder "+dir+" cannot be made. Check its permissions.", err)
	}
	left, err := filepath.Glob(filepath.Join(escapeGlob(dir), temporary+"*"))
	if err != nil {
		return nil, err
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return &Blobs{dir: dir, small: small}, nil
}

func escapeGlob(path string) string {
	if os.PathSeparator == '\\' {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// Put stores what r gives until its end and returns its hash and size in bytes. An error of r, or the end of ctx, leaves
// nothing behind. Storing the same bytes again changes nothing.
func (b *Blobs) Put(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	staged, err := b.Stage(ctx, r)
	if err != nil {
		return "", 0, err
	}
	defer staged.Drop()
	return staged.SHA256, staged.Size, staged.Keep(ctx)
}

// Staged are bytes that have arrived whole and are no blob yet. Keep makes them one; Drop forgets them, and does nothing
// after Keep. One of the two must be called.
type Staged struct {
	SHA256 string
	Size   int64
	Head   []byte // how they begin, SmallLimit bytes at most: all of a small one
	blobs  *Blobs
	file   string // temporary file of a large one
}

// Stage takes in what r gives until its end, in memory up to SmallLimit and beyond it on disk. An error of r, or the end
// of ctx, leaves nothing behind.
func (b *Blobs) Stage(ctx context.Context, r io.Reader) (*Staged, error) {
	r = &contextReader{ctx, r}
	var head bytes.Buffer
	size, err := io.Copy(&head, io.LimitReader(r, SmallLimit+1))
	if err != nil {
		return nil, err
	}
	s := &Staged{blobs: b, Size: size, Head: head.Bytes()[:min(size, SmallLimit)]}
	if size > SmallLimit {
		return s, s.takeFile(io.MultiReader(&head, r))
	}
	sum := sha256.Sum256(s.Head)
	s.SHA256 = hex.EncodeToString(sum[:])
	return s, nil
}

func (s *Staged) takeFile(r io.Reader) error {
	f, err := os.CreateTemp(s.blobs.dir, temporary)
	if err != nil {
		return unwritable(s.blobs.dir, err)
	}
	s.file = f.Name()
	h := sha256.New()
	disk := &disk{File: f}
	if s.Size, err = io.Copy(io.MultiWriter(disk, h), r); err == nil {
		disk.err = f.Sync()
	}
	s.SHA256 = hex.EncodeToString(h.Sum(nil))
	if disk.err = errors.Join(disk.err, f.Close()); disk.err != nil {
		err = unwritable(s.blobs.dir, disk.err)
	}
	if err != nil {
		s.Drop()
	}
	return err
}

// disk remembers that it was the file that failed, and not whoever sends.
type disk struct {
	*os.File
	err error
}

func (d *disk) Write(p []byte) (n int, err error) {
	n, err = d.File.Write(p)
	d.err = err
	return n, err
}

// Keep makes the bytes a blob: they are durable when it returns.
func (s *Staged) Keep(ctx context.Context) error {
	if s.Size <= SmallLimit {
		return s.blobs.small.PutSmall(ctx, s.SHA256, s.Head)
	}
	path := s.blobs.path(s.SHA256)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return unwritable(s.blobs.dir, err)
	}
	if err := os.Rename(s.file, path); err != nil {
		return unwritable(s.blobs.dir, err)
	}
	s.file = ""
	return errors.Join(syncDir(filepath.Dir(path)), syncDir(s.blobs.dir))
}

// Drop forgets the bytes.
func (s *Staged) Drop() {
	if s.file != "" {
		_ = os.Remove(s.file) // opening the blob store sweeps it
		s.file = ""
	}
}

func unwritable(dir string, err error) error {
	if isFull(err) {
		return catalog.WrapError(catalog.Unavailable, "The disk that holds "+dir+" is full. Free some space; nothing was lost.", errors.Join(catalog.ErrDiskFull, err))
	}
	return catalog.WrapError(catalog.Unavailable, "The bytes cannot be stored in "+dir+". Check its permissions and free space.", err)
}

// syncDir makes a rename durable. Where directories cannot be flushed the system does it by itself.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // Windows refuses
	return f.Close()
}

func (b *Blobs) path(hash string) string { return filepath.Join(b.dir, hash[:2], hash) }

var errMissing = catalog.Errorf(catalog.NotFound, "The bytes of this document are not here.")

// Open returns the bytes with a hash. NotFound when they are not here.
func (b *Blobs) Open(ctx context.Context, hash string) (io.ReadSeekCloser, error) {
	if !catalog.ValidHash(hash) {
		return nil, errMissing
	}
	data, ok, err := b.small.Small(ctx, hash)
	if err != nil {
		return nil, err
	}
	if ok {
		return memory{bytes.NewReader(data)}, nil
	}
	f, err := os.Open(b.path(hash))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errMissing
	}
	if err != nil {
		return nil, catalog.WrapError(catalog.Unavailable, "The stored bytes of this document cannot be opened.", err)
	}
	return f, nil
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// OpenFile returns the bytes with a hash as an open file, which a child process can be given. Small ones are written to
// a temporary file that has no name any more where the system allows it.
func (b *Blobs) OpenFile(ctx context.Context, hash string) (*os.File, error) {
	r, err := b.Open(ctx, hash)
	if err != nil {
		return nil, err
	}
	if f, ok := r.(*os.File); ok {
		return f, nil
	}
	f, err := os.CreateTemp(b.dir, temporary)
	if err != nil {
		return nil, unwritable(b.dir, err)
	}
	_ = os.Remove(f.Name()) // Windows refuses; opening the blob store sweeps it
	_, err = io.Copy(f, r)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, unwritable(b.dir, err)
	}
	return f, nil
}

// Has reports whether the bytes with a hash are here.
func (b *Blobs) Has(ctx context.Context, hash string) (bool, error) {
	r, err := b.Open(ctx, hash)
	if catalog.CodeOf(err) == catalog.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, r.Close()
}

// Large returns the hashes of blobs that are files and came before a time.
func (b *Blobs) Large(before time.Time) (hashes []string, err error) {
	files, err := filepath.Glob(filepath.Join(escapeGlob(b.dir), "??", "*"))
	for _, name := range files {
		info, statErr := os.Stat(name)
		if statErr == nil && catalog.ValidHash(filepath.Base(name)) && info.ModTime().Before(before) {
			hashes = append(hashes, filepath.Base(name))
		}
	}
	return hashes, err
}

// Delete removes the bytes with a hash; when there are none it does nothing.
func (b *Blobs) Delete(ctx context.Context, hash string) error {
	if !catalog.ValidHash(hash) {
		return nil
	}
	if err := b.small.DeleteSmall(ctx, hash); err != nil {
		return err
	}
	if err := os.Remove(b.path(hash)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return catalog.WrapError(catalog.Unavailable, "The stored bytes of a document cannot be removed.", err)
	}
	return nil
}

// contextReader stops reading when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
