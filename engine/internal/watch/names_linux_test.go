package watch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// caseless looks at files as on a file system that ignores case: any spelling finds what is there.
func caseless(root string) func(path string) (stat, error) {
	return func(path string) (stat, error) {
		rel, err := filepath.Rel(root, path)
		if err != nil || rel == "." {
			return lstat(path)
		}
		at := root
		for part := range strings.SplitSeq(rel, "/") {
			names, err := readNames(at)
			if err != nil {
				return stat{}, err
			}
			i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, part) })
			if i < 0 {
				return stat{}, os.ErrNotExist
			}
			at = filepath.Join(at, names[i])
		}
		return lstat(at)
	}
}

// TestNamesThatDifferInCase: where the system ignores case, a name that changed only in its case is a renamed file; the
// name that it had is gone, though the system still finds it.
func TestNamesThatDifferInCase(t *testing.T) {
	t.Parallel()
	for _, scan := range []bool{true, false} {
		t.Run(fmt.Sprintf("scan %t", scan), func(t *testing.T) {
			t.Parallel()
			root := tempRoot(t)
			for _, p := range []string{"read.txt", "Dir/a.txt", "other.txt"} {
				writeFile(t, filepath.Join(root, p), p)
			}
			c := newCorpus(root)
			w := watching(t, c, func(o *Options, _ *catalog.Folder) { o.lstat = caseless(root) })
			c.awaitPaths(t, "Dir/a.txt", "other.txt", "read.txt")
			before := []string{c.content("read.txt"), c.content("Dir/a.txt")}
			c.awaitState(t, catalog.FolderWatching)
			rename(t, filepath.Join(root, "read.txt"), filepath.Join(root, "READ.txt"))
			rename(t, filepath.Join(root, "Dir"), filepath.Join(root, "dir"))
			if scan {
				check(t, w)
			}
			c.awaitPaths(t, "READ.txt", "dir/a.txt", "other.txt")
			if after := []string{c.content("READ.txt"), c.content("dir/a.txt")}; !slices.Equal(before, after) || len(c.deleted) > 0 {
				t.Errorf("contents %q became %q, deleted %q", before, after, c.deleted)
			}
			check(t, w)
			c.awaitPaths(t, "READ.txt", "dir/a.txt", "other.txt")
		})
	}
}

// TestNamesThatClash: where case counts, two names that differ in it are two files. When such a folder is moved to where
// it does not, one of them is left.
func TestNamesThatClash(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "notes.txt"), "one")
	writeFile(t, filepath.Join(root, "NOTES.txt"), "the other")
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	now := &clock{now: time.Now().Add(time.Hour)}
	f.clock = func() time.Time { return now.now }
	f.rescan = true
	step(t, f)
	if got := c.paths(); !slices.Equal(got, []string{"NOTES.txt", "notes.txt"}) {
		t.Fatalf("known: %q", got)
	}
	f.lstat = caseless(root)
	os.Remove(filepath.Join(root, "notes.txt"))
	f.rescan = true
	step(t, f)
	now.advance(f.ConfirmAfter)
	step(t, f)
	if got := c.paths(); !slices.Equal(got, []string{"NOTES.txt"}) || !slices.Equal(c.deleted, []string{"notes.txt"}) {
		t.Errorf("known: %q, deleted %q", got, c.deleted)
	}
}

// TestPathsBeyondWhatOneCallTakes: files at the end of more than 4,096 bytes of path are found, noticed when they change and
// go, and the folder says that it looks after them by scanning.
func TestPathsBeyondWhatOneCallTakes(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	top, err := os.OpenRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	dir := strings.Join(slices.Repeat([]string{strings.Repeat("d", 240)}, 20), "/")
	write := func(name, text string) {
		t.Helper()
		if err := top.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := top.WriteFile(dir+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.txt", "a")
	write("b.log", "b")
	write(".gitignore", "*.log\n")
	writeFile(t, filepath.Join(root, "shallow.txt"), "s")
	c := newCorpus(root)
	w := watching(t, c, nil)
	c.awaitPaths(t, dir+"/a.txt", "shallow.txt")
	if s := c.awaitState(t, catalog.FolderPolling); s.Reason != deepSentence {
		t.Errorf("reason: %q", s.Reason)
	}
	write("c.txt", "c")
	if err := top.Remove(dir + "/a.txt"); err != nil {
		t.Fatal(err)
	}
	check(t, w)
	c.awaitPaths(t, dir+"/c.txt", "shallow.txt")
	writeFile(t, filepath.Join(root, "noticed.txt"), "n") // what can be watched still is
	c.awaitPaths(t, dir+"/c.txt", "noticed.txt", "shallow.txt")
	if _, err := StatNow(filepath.Join(root, dir, "c.txt")); err != nil {
		t.Error(err)
	}
	if n, more := CountFiles(t.Context(), root, 100); n != 3 || more {
		t.Errorf("%d files are counted, more %t", n, more)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.report.PollAfter == 0 || len(c.missed) > 0 {
		t.Errorf("looked through again after %v, missed %v", c.report.PollAfter, c.missed)
	}
}

// TestFilesAndDirectoriesChangePlaces: a directory becomes a file of its name and a directory again.
func TestFilesAndDirectoriesChangePlaces(t *testing.T) {
	t.Parallel()
	for _, scan := range []bool{true, false} {
		t.Run(fmt.Sprintf("scan %t", scan), func(t *testing.T) {
			t.Parallel()
			root := tempRoot(t)
			writeFile(t, filepath.Join(root, "x/a.txt"), "a")
			writeFile(t, filepath.Join(root, "x/deep/b.txt"), "b")
			writeFile(t, filepath.Join(root, "keep.txt"), "k")
			c := newCorpus(root)
			w := watching(t, c, nil)
			settle := func(want ...string) {
				t.Helper()
				if scan {
					check(t, w)
				}
				c.awaitPaths(t, want...)
			}
			settle("keep.txt", "x/a.txt", "x/deep/b.txt")
			for range 3 {
				os.RemoveAll(filepath.Join(root, "x"))
				writeFile(t, filepath.Join(root, "x"), "a file now")
				settle("keep.txt", "x")
				os.Remove(filepath.Join(root, "x"))
				writeFile(t, filepath.Join(root, "x/a.txt"), "a")
				writeFile(t, filepath.Join(root, "x/deep/c.txt"), "c")
				settle("keep.txt", "x/a.txt", "x/deep/c.txt")
			}
		})
	}
}

// TestALogIsHandedOnRarely: a file that grows for ever is handed on ever more rarely, at most once a minute in the end.
func TestALogIsHandedOnRarely(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	path := filepath.Join(root, "program.log")
	writeFile(t, path, strings.Repeat("a line\n", 1<<20))
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	now := &clock{now: time.Now()}
	f.clock = func() time.Time { return now.now }
	f.rescan = true
	step(t, f)
	log, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var handed []time.Time
	for range 3600 { // a line a second for an hour
		log.WriteString("another line\n")
		now.advance(500 * time.Millisecond)
		os.Chtimes(path, time.Time{}, now.now)
		now.advance(500 * time.Millisecond)
		taken := c.taken
		if err := f.look(context.Background(), map[string]fsnotify.Op{"program.log": 0}); err != nil {
			t.Fatal(err)
		}
		step(t, f)
		if c.taken > taken {
			handed = append(handed, now.now)
		}
	}
	if len(handed) > 80 || len(handed) < 50 {
		t.Errorf("a log was handed on %d times in an hour", len(handed))
	}
	for i := len(handed) - 20; i < len(handed); i++ {
		if gap := handed[i].Sub(handed[i-1]); gap < coldest {
			t.Errorf("handed on again after %v", gap)
		}
	}
}
