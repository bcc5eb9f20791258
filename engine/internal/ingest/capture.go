package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// captureBatch is how many files one transaction records: the journal allows 1,000 items a commit.
const captureBatch = 500

// Capture records files that a scan or a notification found new or different. Bytes are hashed where they lie and never
// copied; a file that changes while it is hashed is left for the notification that its change will bring.
func (l *Line) Capture(ctx context.Context, folder catalog.Folder, seen []catalog.FileStat) error {
	for len(seen) > 0 {
		n := min(len(seen), captureBatch)
		if err := l.captureSome(ctx, folder, seen[:n]); err != nil {
			return err
		}
		seen = seen[n:]
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
	decisions := make([]*catalog.Captured, len(seen))
	group, workCtx := errgroup.WithContext(ctx)
	group.SetLimit(min(runtime.NumCPU(), 4))
	for i, stat := range seen {
		group.Go(func() (err error) {
			decisions[i], err = l.decide(workCtx, folder, stat)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	list := make([]catalog.Captured, 0, len(decisions))
	claimed := map[string]bool{} // old paths already given to a rename of this batch
	for _, d := range decisions {
		switch {
		case d == nil:
			continue
		case d.Kind == catalog.CaptureRenamed && claimed[d.OldPath]:
			d.Kind, d.ContentID, d.OldPath = catalog.CaptureNew, "", ""
		case d.Kind == catalog.CaptureRenamed:
			claimed[d.OldPath] = true
		}
		list = append(list, *d)
	}
	if len(list) == 0 {
		return nil
	}
	return l.Store.Capture(ctx, folder, list)
}

// decide says what happened to one file, or nil when there is nothing to record.
func (l *Line) decide(ctx context.Context, folder catalog.Folder, stat catalog.FileStat) (*catalog.Captured, error) {
	hash, ok := hashFile(ctx, filepath.Join(folder.Path, filepath.FromSlash(stat.Path)), stat.Size)
	if !ok {
		return nil, ctx.Err()
	}
	d := &catalog.Captured{Kind: catalog.CaptureNew, Stat: stat, SHA256: hash, Format: FormatByName(stat.Path)}
	known, err := l.Store.File(ctx, folder.ID, stat.Path)
	switch {
	case err == nil && known.SHA256 == hash && known.SameBytes(stat):
		return nil, nil
	case err == nil && known.SHA256 == hash:
		d.Kind, d.ContentID = catalog.CaptureTouched, known.ContentID
		return d, nil
	case err == nil && known.ContentID != "":
		d.Kind, d.ContentID = catalog.CaptureRevised, known.ContentID
		return d, nil
	case err == nil: // excluded until its bytes change, and now they have
		return d, nil
	case catalog.CodeOf(err) != catalog.NotFound:
		return nil, err
	}
	old, found, err := l.renamedFrom(ctx, folder, stat, hash)
	if err != nil {
		return nil, err
	}
	if found {
		d.Kind, d.OldPath, d.ContentID = catalog.CaptureRenamed, old.Path, old.ContentID
	}
	return d, nil
}

// renamedFrom finds the captured file that this one was: its old path is gone, and either inode and birth time are the
// same, or size and hash are. Both paths present is a copy.
func (l *Line) renamedFrom(ctx context.Context, folder catalog.Folder, stat catalog.FileStat, hash string) (catalog.File, bool, error) {
	var candidates []catalog.File
	if stat.Inode != 0 && stat.Birth != 0 {
		same, err := l.Store.FilesByInode(ctx, folder.ID, stat.Inode)
		if err != nil {
			return catalog.File{}, false, err
		}
		for _, f := range same {
			if f.Birth == stat.Birth {
				candidates = append(candidates, f)
			}
		}
	}
	if stat.Size > 0 && hash != "" {
		same, err := l.Store.FilesByHash(ctx, folder.ID, hash)
		if err != nil {
			return catalog.File{}, false, err
		}
		candidates = append(candidates, same...)
	}
	for _, old := range candidates {
		if old.Path == stat.Path || old.ContentID == "" {
			continue
		}
		if isGone(folder, old, stat) {
			return old, true, nil
		}
	}
	return catalog.File{}, false, nil
}

// isGone reports whether nothing lies at the old path any more. Where the system ignores case, a name that changed only
// in its case still finds the file under its new one.
func isGone(folder catalog.Folder, old catalog.File, now catalog.FileStat) bool {
	_, err := os.Lstat(filepath.Join(folder.Path, filepath.FromSlash(old.Path)))
	return os.IsNotExist(err) || ignoresCase && err == nil && strings.EqualFold(old.Path, now.Path)
}

const ignoresCase = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

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
func OpenRegular(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = catalog.Errorf(catalog.Unsupported, "%s is not a regular file.", path.Base(filepath.ToSlash(name)))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
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
