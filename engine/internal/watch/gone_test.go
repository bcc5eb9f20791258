package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestRootAwayKeepsEverything(t *testing.T) {
	t.Parallel()
	parent := tempRoot(t)
	root := filepath.Join(parent, "disk")
	for i := range 80 {
		writeFile(t, filepath.Join(root, fmt.Sprintf("d%d/%d.txt", i%7, i)), "x")
	}
	c := newCorpus(root)
	w := watching(t, c, nil)
	c.await(t, "80 files", func() bool { return len(c.paths()) == 80 })
	c.awaitState(t, catalog.FolderWatching)

	rename(t, root, filepath.Join(parent, "elsewhere"))
	if s := c.awaitState(t, catalog.FolderOffline); !strings.Contains(s.Reason, root) {
		t.Errorf("reason: %q", s.Reason)
	}
	check(t, w)
	if err := os.Mkdir(root, 0o755); err != nil { // an empty mount point
		t.Fatal(err)
	}
	check(t, w)
	if s := c.state(); s.State != catalog.FolderOffline || s.AwaitGone != 80 {
		t.Errorf("an empty mount point: %+v", s)
	}
	if err := os.Remove(root); err != nil {
		t.Fatal(err)
	}
	rename(t, filepath.Join(parent, "elsewhere"), root)
	c.awaitState(t, catalog.FolderWatching)
	if len(c.deleted)+len(c.ignored) > 0 || len(c.paths()) != 80 || c.next != 80 {
		t.Errorf("after coming back: %d known, %d made, deleted %q", len(c.paths()), c.next, c.deleted)
	}
	writeFile(t, filepath.Join(root, "d0/new.txt"), "x")
	c.await(t, "81 files", func() bool { return len(c.paths()) == 81 })
}

func TestNewlyEmptyFolderIsKept(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for i := range 3 {
		writeFile(t, filepath.Join(root, fmt.Sprintf("%d.txt", i)), "x")
	}
	c := newCorpus(root)
	w := watching(t, c, nil)
	c.awaitPaths(t, "0.txt", "1.txt", "2.txt")
	c.awaitState(t, catalog.FolderWatching)
	for i := range 3 {
		os.Remove(filepath.Join(root, fmt.Sprintf("%d.txt", i)))
	}
	c.awaitState(t, catalog.FolderOffline)
	if len(c.deleted) > 0 {
		t.Fatalf("deleted %q", c.deleted)
	}
	if err := w.Confirm(t.Context(), "f", true); err != nil {
		t.Fatal(err)
	}
	c.awaitPaths(t)
	c.awaitState(t, catalog.FolderWatching)
	if err := w.Confirm(t.Context(), "f", true); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a second answer: %v", err)
	}
}

func TestAnotherDiskIsNotTheFolder(t *testing.T) {
	t.Parallel()
	onLinux(t)
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "a"), "a")
	old := catalog.FileStat{Path: "a", Size: 99, ModTime: 1}
	c := newCorpus(root)
	c.files["a"] = catalog.File{FileStat: old}
	watching(t, c, func(_ *Options, f *catalog.Folder) { f.Device = 1 << 40 })
	c.awaitState(t, catalog.FolderOffline)

	// The same files under another device number are the same disk, plugged in again.
	s, err := lstat(filepath.Join(root, "a"))
	if err != nil {
		t.Fatal(err)
	}
	s.Path = "a"
	c.mu.Lock()
	c.files["a"] = catalog.File{FileStat: s.FileStat}
	c.mu.Unlock()
	if got := c.awaitState(t, catalog.FolderWatching); got.Device == 1<<40 || got.Device == 0 {
		t.Errorf("device %d", got.Device)
	}
}

func TestListingErrorIsNoDeletion(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for _, p := range []string{"open/a", "private/b", "private/deep/c", "z"} {
		writeFile(t, filepath.Join(root, p), "x")
	}
	c := newCorpus(root)
	failing := make(chan error, 1)
	failing <- nil
	w := watching(t, c, func(o *Options, _ *catalog.Folder) {
		o.openDir = func(path string) (*os.File, error) {
			err := <-failing
			failing <- err
			if err != nil && filepath.Base(path) == "private" {
				return nil, &os.PathError{Op: "open", Path: path, Err: err}
			}
			return openDir(path)
		}
	})
	all := []string{"open/a", "private/b", "private/deep/c", "z"}
	c.awaitPaths(t, all...)
	for _, err := range []error{syscall.EACCES, syscall.EIO} {
		<-failing
		failing <- err
		check(t, w)
		check(t, w)
		if !slices.Equal(c.paths(), all) {
			t.Errorf("%v: known %q", err, c.paths())
		}
		if s := c.state(); s.State != catalog.FolderWatching || !strings.Contains(s.Reason, "private") {
			t.Errorf("%v: %+v", err, s)
		}
	}
	<-failing
	failing <- nil
	check(t, w)
	if s := c.state(); s.Reason != "" {
		t.Errorf("readable again: %+v", s)
	}
	<-failing
	failing <- syscall.EIO
	check(t, w)
	os.RemoveAll(filepath.Join(root, "private"))
	check(t, w) // what is gone is gone, readable before or not
	c.awaitPaths(t, "open/a", "z")
}

func TestBulkDeletionAsks(t *testing.T) {
	t.Parallel()
	for _, trash := range []bool{true, false} {
		t.Run(fmt.Sprintf("trash %t", trash), func(t *testing.T) {
			t.Parallel()
			root := tempRoot(t)
			for i := range 200 {
				writeFile(t, filepath.Join(root, fmt.Sprintf("d%d/%d.txt", i%4, i)), "x")
			}
			c := newCorpus(root)
			w := watching(t, c, nil)
			c.await(t, "200 files", func() bool { return len(c.paths()) == 200 })
			// A renamed directory is no deletion, however many files it holds.
			rename(t, filepath.Join(root, "d0"), filepath.Join(root, "e0"))
			rename(t, filepath.Join(root, "d1"), filepath.Join(root, "e0", "e1"))
			check(t, w)
			if s := c.state(); s.State != catalog.FolderWatching || c.next != 200 {
				t.Fatalf("after renaming: %+v, %d made", s, c.next)
			}
			// Half of them leave in one step: one after the other, the first ones would be too few to ask about.
			rename(t, filepath.Join(root, "e0"), filepath.Join(tempRoot(t), "elsewhere"))
			c.await(t, "asking for all that is gone", func() bool {
				s := c.state()
				return s.State == catalog.FolderAsking && s.AwaitGone == 100
			})
			check(t, w)
			if len(c.deleted) > 0 || c.state().State != catalog.FolderAsking {
				t.Fatalf("deleted %d without an answer, state %s", len(c.deleted), c.state().State)
			}
			if err := w.Confirm(t.Context(), "f", trash); err != nil {
				t.Fatal(err)
			}
			check(t, w)
			if want := map[bool]int{true: 100, false: 200}[trash]; len(c.paths()) != want {
				t.Errorf("%d known, want %d", len(c.paths()), want)
			}
			if want := map[bool]int{true: 0, false: 100}[trash]; len(c.kept) != want {
				t.Errorf("%d kept, want %d", len(c.kept), want)
			}
			c.awaitState(t, catalog.FolderWatching)
		})
	}
}
