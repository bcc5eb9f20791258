package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
	"github.com/sheafdocs/sheaf/engine/internal/store"
	"github.com/sheafdocs/sheaf/engine/internal/watch"
)

const (
	mirrorTrash   = ".sheaf-trash" // in the mirror, by day; hidden, so that no scan looks into it
	mirrorPartial = ".sheaf-part"  // in the mirror too: files that are being written
	mostNumbers   = 10_000         // choices of a name before giving up
)

// errChanged is a file that is not what was captured: a person has been at it, and the watcher will take it in.
var errChanged = errors.New("mirror: the file is another than it was captured as")

func (m *mirroring) absolute(file string) string {
	return filepath.Join(m.folder.Path, filepath.FromSlash(file))
}

// write puts a document's bytes into its file, or into a new one.
func (m *mirroring) write(ctx context.Context, entry store.MirrorEntry) error {
	part, err := m.part(ctx, entry.SHA256)
	if err != nil {
		return err
	}
	defer os.Remove(part) // after the rename nothing is there any more
	m.mirrors.files.Lock()
	defer m.mirrors.files.Unlock()
	if !m.there() {
		return nil
	}
	file := entry.File.Path
	if file != "" {
		if err := m.still(ctx, entry.File, entry.FileHash); err != nil {
			return ignoreChanged(err)
		}
		err = os.Rename(part, m.absolute(file))
	} else {
		file, err = m.place(ctx, part, fileName(entry.Name, runtime.GOOS), entry)
	}
	if err != nil {
		return unwritten(m.folder.Path, err)
	}
	return m.note(ctx, entry, file)
}

func ignoreChanged(err error) error {
	if errors.Is(err, errChanged) {
		return nil
	}
	return err
}

// note records a file as a document's, after its directory is on disk.
func (m *mirroring) note(ctx context.Context, entry store.MirrorEntry, file string) error {
	if err := flushDir(filepath.Dir(m.absolute(file))); err != nil {
		return unwritten(m.folder.Path, err)
	}
	stat, err := watch.StatNow(m.absolute(file))
	if err != nil {
		return err
	}
	stat.Path = file
	unused, err := m.store.MirrorWritten(ctx, m.folder.ID, entry, stat)
	if err != nil {
		return err
	}
	m.taken[catalog.FoldCase(file)] = entry.Key
	m.line.Wake()
	if unused {
		return m.removeUnused(ctx, entry.SHA256)
	}
	return nil
}

// part writes bytes to a file in a hidden directory of the mirror. They are on disk, and are what they should be, when it
// returns.
func (m *mirroring) part(ctx context.Context, hash string) (name string, err error) {
	blob, err := m.Bytes().Open(ctx, m.folder.WorkspaceID, hash)
	if err != nil {
		return "", err
	}
	defer blob.Close()
	name = m.absolute(path.Join(mirrorPartial, hash))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return "", unwritten(m.folder.Path, err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return "", unwritten(m.folder.Path, err)
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, sum), &ending{ctx, blob})
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil && hex.EncodeToString(sum.Sum(nil)) != hash {
		err = catalog.Errorf(catalog.Corrupt, "The stored bytes of a document are damaged.")
	}
	if err != nil {
		return "", errors.Join(unwritten(m.folder.Path, err), os.Remove(name))
	}
	return name, nil
}

// ending stops reading when its context ends.
type ending struct {
	ctx context.Context
	r   io.Reader
}

func (e *ending) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.r.Read(p)
}

func unwritten(dir string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if coded, ok := errors.AsType[*catalog.Error](err); ok {
		return coded
	}
	return catalog.WrapError(catalog.Unavailable, "The folder "+dir+" cannot be written to. Check its permissions and free space.", err)
}

// place gives a file that is being written the first name that is free, without ever taking the place of another file. One
// that has the same bytes is taken for the document's.
func (m *mirroring) place(ctx context.Context, part, name string, entry store.MirrorEntry) (file string, err error) {
	for n := 1; n <= mostNumbers; n++ {
		file = numbered(name, n)
		if _, taken := m.taken[catalog.FoldCase(file)]; taken {
			continue
		}
		err = moveNew(part, m.absolute(file))
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
		if entry.Key != 0 && m.hasBytes(ctx, file, entry.SHA256) {
			return file, nil
		}
		m.taken[catalog.FoldCase(file)] = 0
	}
	return "", catalog.Errorf(catalog.Conflict, "There are too many files called %s in %s.", name, m.folder.Path)
}

// moveNew renames a file to a name that nothing has; fs.ErrExist when something does. A second link cannot take the place
// of a file; where there are no links, a look just before has to do.
func moveNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(from, to)
}

// still looks freshly at a file: errChanged unless its state and every byte are as they were captured.
func (m *mirroring) still(ctx context.Context, was catalog.FileStat, hash string) error {
	now, err := watch.StatNow(m.absolute(was.Path))
	if code := catalog.CodeOf(err); code == catalog.NotFound || code == catalog.Unsupported {
		return errChanged
	}
	if err != nil {
		return err
	}
	if !now.SameBytes(was) || !m.hasBytes(ctx, was.Path, hash) {
		return errChanged
	}
	return nil
}

func (m *mirroring) hasBytes(ctx context.Context, file, hash string) bool {
	f, err := ingest.OpenRegular(m.absolute(file))
	if err != nil {
		return false
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, &ending{ctx, f})
	want, bad := hex.DecodeString(hash)
	return err == nil && bad == nil && bytes.Equal(sum.Sum(nil), want)
}

// rename gives a document's file the name that the document has now. A name that differs only in its case is another
// name, also where both mean the same file.
func (m *mirroring) rename(ctx context.Context, entry store.MirrorEntry) error {
	m.mirrors.files.Lock()
	defer m.mirrors.files.Unlock()
	if !m.there() {
		return nil
	}
	if err := m.still(ctx, entry.File, entry.FileHash); err != nil {
		return ignoreChanged(err)
	}
	from := entry.File.Path
	for n := 1; n <= mostNumbers; n++ {
		to := path.Join(path.Dir(from), numbered(fileName(entry.Name, runtime.GOOS), n))
		if owner, taken := m.taken[catalog.FoldCase(to)]; taken && owner != entry.Key {
			continue
		}
		err := m.move(from, to)
		if errors.Is(err, fs.ErrExist) {
			m.taken[catalog.FoldCase(to)] = 0
			continue
		}
		if err != nil {
			return unwritten(m.folder.Path, err)
		}
		delete(m.taken, catalog.FoldCase(from))
		m.taken[catalog.FoldCase(to)] = entry.Key
		return m.store.MirrorMoved(ctx, m.folder.ID, from, to)
	}
	return nil
}

func (m *mirroring) move(from, to string) error {
	old, err := os.Lstat(m.absolute(from))
	if err != nil {
		return err
	}
	if there, err := os.Lstat(m.absolute(to)); err == nil && os.SameFile(old, there) {
		return os.Rename(m.absolute(from), m.absolute(to)) // the same file by another case
	}
	return moveNew(m.absolute(from), m.absolute(to))
}

// copyVersion writes a version in conflict beside the document's file.
func (m *mirroring) copyVersion(ctx context.Context, v store.MirrorVersion) error {
	part, err := m.part(ctx, v.Blob)
	if catalog.CodeOf(err) == catalog.NotFound {
		return nil // it comes
	}
	if err != nil {
		return err
	}
	defer os.Remove(part)
	m.mirrors.files.Lock()
	defer m.mirrors.files.Unlock()
	if !m.there() {
		return nil
	}
	file, err := m.place(ctx, part, fileName(copyName(v), runtime.GOOS), store.MirrorEntry{})
	if err != nil {
		return unwritten(m.folder.Path, err)
	}
	stat, err := watch.StatNow(m.absolute(file))
	if err != nil {
		return err
	}
	stat.Path = file
	return m.store.MirrorCopied(ctx, m.folder.ID, v.Key, v.Blob, stat)
}

// discard moves a file that is exactly what was captured to the trash in the mirror. One that a person has changed stays,
// and becomes a document again.
func (m *mirroring) discard(ctx context.Context, file catalog.FileStat, hash string) error {
	m.mirrors.files.Lock()
	defer m.mirrors.files.Unlock()
	if !m.there() {
		return nil
	}
	if _, err := os.Lstat(m.absolute(file.Path)); errors.Is(err, fs.ErrNotExist) {
		return m.store.MirrorCleared(ctx, m.folder.ID, file.Path)
	}
	if err := m.still(ctx, file, hash); err != nil {
		return ignoreChanged(err)
	}
	if err := m.moveToTrash(file.Path); err != nil {
		return unwritten(m.folder.Path, err)
	}
	return m.store.MirrorCleared(ctx, m.folder.ID, file.Path)
}

func (m *mirroring) moveToTrash(file string) error {
	dir := filepath.Join(m.folder.Path, mirrorTrash, m.options.Now().Format(time.DateOnly))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for n := 1; ; n++ {
		err := moveNew(m.absolute(file), filepath.Join(dir, numbered(path.Base(file), n)))
		if !errors.Is(err, fs.ErrExist) || n == mostNumbers {
			return err
		}
	}
}

// sweep removes what a crash left half written: nobody else writes there.
func (m *mirroring) sweep() error {
	return unwritten(m.folder.Path, os.RemoveAll(m.absolute(mirrorPartial)))
}

// flushDir makes a rename durable. Where directories cannot be flushed the system does it by itself.
func flushDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // Windows refuses
	return f.Close()
}
