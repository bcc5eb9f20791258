package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

// captureBatch is how many files one transaction records: the journal allows 1,000 items a commit.
const captureBatch = 500

// Capture records files that a scan or a notification found new or different. Bytes are hashed where they lie and never
// copied; a file that changes while it is hashed is left for the notification that its change will bring.
func (l *Line) Capture(ctx context.Context, folder catalog.Folder, seen []catalog.FileStat) error {
	l.capturing.Add(1)
	defer func() {
		l.capturing.Add(-1)
		wake(l.texts)
	}()
	for len(seen) > 0 {
		n := min(len(seen), captureBatch)
		if err := l.captureSome(ctx, folder, seen[:n]); err != nil {
			return err
		}
		seen = seen[n:]
		l.taken.Store(true)
		wake(l.texts)
		l.Changed("contents", folder.ID)
	}
	return nil
}

// Gone records files that have left the disk; their contents go to the trash.
func (l *Line) Gone(ctx context.Context, folder catalog.Folder, paths []string) error {
	for len(paths) > 0 {
		n := min(len(paths), captureBatch)
		if _, err := l.Store.FilesGone(ctx, folder.ID, paths[:n]); err != nil {
			return err
		}
		paths = paths[n:]
		l.Changed("contents", folder.ID)
	}
	return nil
}

func (l *Line) captureSome(ctx context.Context, folder catalog.Folder, seen []catalog.FileStat) error {
	if err := l.hold(ctx, 0); err != nil {
		return err
	}
	found, err := l.hashAll(ctx, folder, seen)
	if err != nil || len(found) == 0 {
		return err
	}
	before, err := l.recall(ctx, folder, found)
	if err != nil {
		return err
	}
	list := make([]catalog.Captured, 0, len(found))
	for _, f := range found {
		if decision, any := before.decide(folder, f); any {
			list = append(list, decision)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return l.Store.Capture(ctx, folder, list)
}

// hashed is a file with the hash of its bytes; empty when they may not be read.
type hashed struct {
	catalog.FileStat
	hash string
}

// hashAll hashes files, side by side as far as the budget lets it, and leaves out those that are gone or changing.
func (l *Line) hashAll(ctx context.Context, folder catalog.Folder, seen []catalog.FileStat) ([]hashed, error) {
	list := make([]hashed, len(seen))
	usable := make([]bool, len(seen))
	var group errgroup.Group
	group.SetLimit(min(runtime.NumCPU(), 4))
	for i, stat := range seen {
		end, err := l.taking.begin(ctx, false)
		if err != nil {
			return nil, errors.Join(err, group.Wait())
		}
		group.Go(func() error {
			defer end()
			hash, ok := hashFile(ctx, filepath.Join(folder.Path, filepath.FromSlash(stat.Path)), stat.Size)
			list[i], usable[i] = hashed{stat, hash}, ok
			return ctx.Err()
		})
	}
	err := group.Wait()
	kept := list[:0]
	for i, f := range list {
		if usable[i] {
			kept = append(kept, f)
		}
	}
	return kept, err
}

// memory is what the store knows of the files of one batch, and of files that they may have been.
type memory struct {
	at      map[string]catalog.File
	byHash  map[string][]catalog.File
	byInode map[uint64][]catalog.File
	claimed map[string]bool // old paths already given to a rename of this batch
	lstat   func(path string) (os.FileInfo, error)
}

// recall asks the store about a batch: what lies at its paths, and for new paths what has the same bytes or inode.
func (l *Line) recall(ctx context.Context, folder catalog.Folder, found []hashed) (memory, error) {
	m := memory{lstat: l.lstat, at: map[string]catalog.File{}, byHash: map[string][]catalog.File{}, byInode: map[uint64][]catalog.File{}, claimed: map[string]bool{}}
	paths := make([]string, len(found))
	for i, f := range found {
		paths[i] = f.Path
	}
	known, err := l.Store.FilesAt(ctx, folder.ID, paths)
	if err != nil {
		return m, err
	}
	for _, f := range known {
		m.at[f.Path] = f
	}
	var hashes []string
	var inodes []uint64
	for _, f := range found {
		if _, ok := m.at[f.Path]; ok {
			continue
		}
		if f.Size > 0 && f.hash != "" {
			hashes = append(hashes, f.hash)
		}
		if f.Inode != 0 && f.Birth != 0 {
			inodes = append(inodes, f.Inode)
		}
	}
	same, err := l.Store.FilesByHash(ctx, folder.ID, hashes)
	if err != nil {
		return m, err
	}
	for _, f := range same {
		m.byHash[f.SHA256] = append(m.byHash[f.SHA256], f)
	}
	same, err = l.Store.FilesByInode(ctx, folder.ID, inodes)
	for _, f := range same {
		m.byInode[f.Inode] = append(m.byInode[f.Inode], f)
	}
	return m, err
}

// decide says what happened to a file; any is false when there is nothing to record.
func (m memory) decide(folder catalog.Folder, f hashed) (decision catalog.Captured, any bool) {
	format := FormatByName(f.Path)
	decision = catalog.Captured{Kind: catalog.CaptureNew, Stat: f.FileStat, SHA256: f.hash, Format: format, Effort: effortOf(format, f.Size)}
	known, ok := m.at[f.Path]
	switch {
	case ok && known.SHA256 == f.hash && known.SameBytes(f.FileStat):
		return decision, false
	case ok && known.SHA256 == f.hash:
		decision.Kind, decision.ContentID = catalog.CaptureTouched, known.ContentID
	case ok && known.ContentID != "":
		decision.Kind, decision.ContentID = catalog.CaptureRevised, known.ContentID
	case ok: // excluded until its bytes change, and now they have
	default:
		if old, renamed := m.renamedFrom(folder, f); renamed {
			decision.Kind, decision.OldPath, decision.ContentID = catalog.CaptureRenamed, old.Path, old.ContentID
			m.claimed[old.Path] = true
		}
	}
	return decision, true
}

// renamedFrom finds the captured file that this one was: its old path is gone, and either inode and birth time are the
// same, or size and hash are. Both paths present is a copy.
func (m memory) renamedFrom(folder catalog.Folder, f hashed) (catalog.File, bool) {
	for _, old := range m.byInode[f.Inode] {
		if old.Birth == f.Birth && m.wasHere(folder, old, f) {
			return old, true
		}
	}
	for _, old := range m.byHash[f.hash] {
		if m.wasHere(folder, old, f) {
			return old, true
		}
	}
	return catalog.File{}, false
}

func (m memory) wasHere(folder catalog.Folder, old catalog.File, f hashed) bool {
	return old.Path != f.Path && old.ContentID != "" && !m.claimed[old.Path] && m.isGone(folder, old, f.FileStat)
}

// isGone reports whether nothing lies at the old path any more. On a file system that ignores case, a name that changed
// only in its case still finds the file under its new one: there the listing of the directory decides.
func (m memory) isGone(folder catalog.Folder, old catalog.File, now catalog.FileStat) bool {
	_, err := m.lstat(filepath.Join(folder.Path, filepath.FromSlash(old.Path)))
	return os.IsNotExist(err) || err == nil && strings.EqualFold(old.Path, now.Path) && !isListed(folder.Path, old.Path)
}

// isListed reports whether rel and the directories above it are listed under exactly these names. Where that cannot be
// told it is taken to be so.
func isListed(root, rel string) bool {
	for ; rel != "."; rel = path.Dir(rel) {
		names, err := readNames(filepath.Join(root, filepath.FromSlash(path.Dir(rel))))
		if err == nil && !slices.Contains(names, path.Base(rel)) {
			return false
		}
	}
	return true
}

func readNames(dir string) ([]string, error) {
	d, err := longpath.Open(dir, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

// hashFile returns the SHA-256 of a regular file in lower-case hex. A file that may not be read has the empty hash: it
// becomes a document that says so. ok is false when the file is gone, is no regular file, or changed under our eyes.
func hashFile(ctx context.Context, name string, size int64) (hash string, ok bool) {
	f, err := OpenRegular(name)
	if os.IsPermission(err) {
		return "", true
	}
	if err != nil {
		return "", false
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, &contextReader{ctx: ctx, r: f})
	if err != nil || n != size {
		return "", false
	}
	return hex.EncodeToString(h.Sum(nil)), true
}

// OpenRegular opens a file for reading without following a link at its end and without waiting on a pipe.
//
// What is no regular file is not opened at all: to open a device may already do something. Should one take a file's place
// in the moment between, it is opened without waiting and closed unread.
func OpenRegular(name string) (*os.File, error) {
	f, _, err := openRegular(name)
	return f, err
}

func openRegular(name string) (*os.File, os.FileInfo, error) {
	info, err := longpath.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(name)
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := longpath.Open(name, os.O_RDONLY|openFlags)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
		err = notRegular(name)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

func notRegular(name string) error {
	return catalog.Errorf(catalog.Unsupported, "%s is not a regular file.", path.Base(filepath.ToSlash(name)))
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
