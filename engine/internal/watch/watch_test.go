package watch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestChangesArriveWhileWatching(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "a.txt"), "a")
	writeFile(t, filepath.Join(root, "d/b.txt"), "b")
	c := newCorpus(root)
	watching(t, c, nil)
	c.awaitPaths(t, "a.txt", "d/b.txt")
	c.awaitState(t, catalog.FolderWatching)

	writeFile(t, filepath.Join(root, "new/deep/er/c.txt"), "c")
	c.awaitPaths(t, "a.txt", "d/b.txt", "new/deep/er/c.txt")
	writeFile(t, filepath.Join(root, "new/deep/er/d.txt"), "d") // the new directory is watched too
	c.awaitPaths(t, "a.txt", "d/b.txt", "new/deep/er/c.txt", "new/deep/er/d.txt")

	before := c.content("a.txt")
	rename(t, filepath.Join(root, "a.txt"), filepath.Join(root, "d/renamed.txt"))
	c.awaitPaths(t, "d/b.txt", "d/renamed.txt", "new/deep/er/c.txt", "new/deep/er/d.txt")
	if got := c.content("d/renamed.txt"); got != before {
		t.Errorf("a renamed file is content %s, was %s", got, before)
	}

	before = c.content("new/deep/er/c.txt")
	rename(t, filepath.Join(root, "new"), filepath.Join(root, "moved"))
	c.awaitPaths(t, "d/b.txt", "d/renamed.txt", "moved/deep/er/c.txt", "moved/deep/er/d.txt")
	if got := c.content("moved/deep/er/c.txt"); got != before {
		t.Errorf("a file in a renamed directory is content %s, was %s", got, before)
	}
	writeFile(t, filepath.Join(root, "moved/deep/er/e.txt"), "e") // and is watched under its new name
	c.awaitPaths(t, "d/b.txt", "d/renamed.txt", "moved/deep/er/c.txt", "moved/deep/er/d.txt", "moved/deep/er/e.txt")

	if err := os.Remove(filepath.Join(root, "d/b.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "moved/deep")); err != nil {
		t.Fatal(err)
	}
	c.awaitPaths(t, "d/renamed.txt")
}

func TestSaveByRenameIsTheSameFile(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	path := filepath.Join(root, "report.txt")
	writeFile(t, path, "one")
	c := newCorpus(root)
	watching(t, c, nil)
	c.awaitPaths(t, "report.txt")
	before := c.content("report.txt")
	writeFile(t, filepath.Join(root, "report.txt~x.tmp"), "two, longer")
	rename(t, filepath.Join(root, "report.txt~x.tmp"), path)
	c.await(t, "the new size is known", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.files["report.txt"].Size == int64(len("two, longer"))
	})
	if got := c.content("report.txt"); got != before {
		t.Errorf("content %s became %s", before, got)
	}
	if len(c.deleted) > 0 {
		t.Errorf("deleted %q", c.deleted)
	}
}

// A directory is renamed, another takes its old name, and files go on changing in both.
func TestRenamedDirectoriesChangePlaces(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for _, p := range []string{"a/x/1", "a/x/2", "b/x/3"} {
		writeFile(t, filepath.Join(root, p), p)
	}
	c := newCorpus(root)
	watching(t, c, nil)
	c.awaitPaths(t, "a/x/1", "a/x/2", "b/x/3")
	rename(t, filepath.Join(root, "a"), filepath.Join(root, "t"))
	rename(t, filepath.Join(root, "b"), filepath.Join(root, "a"))
	rename(t, filepath.Join(root, "t"), filepath.Join(root, "b"))
	c.awaitPaths(t, "a/x/3", "b/x/1", "b/x/2")
	writeFile(t, filepath.Join(root, "a/x/4"), "4")
	writeFile(t, filepath.Join(root, "b/x/5"), "5")
	c.awaitPaths(t, "a/x/3", "a/x/4", "b/x/1", "b/x/2", "b/x/5")
}

func TestNoFileOfABurstIsMissed(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	c := newCorpus(root)
	watching(t, c, nil)
	c.awaitState(t, catalog.FolderWatching)
	const files = 20_000
	for i := range files {
		path := filepath.Join(root, fmt.Sprintf("d%02d/e%02d/f%d/%d.txt", i%37, i%53, i%3, i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c.await(t, "all files are known", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.files) == files
	})
}

// Whatever is done to a tree, in the end exactly what lies there is known, without any full scan.
func TestRandomHistoriesConverge(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	root := tempRoot(t)
	c := newCorpus(root)
	writeFile(t, filepath.Join(root, "keep.txt"), "keep")
	w := watching(t, c, nil)
	c.awaitState(t, catalog.FolderWatching)
	name := func() string {
		parts := make([]string, 1+random.IntN(3))
		for i := range parts {
			parts[i] = string(rune('a' + random.IntN(4)))
		}
		return filepath.Join(root, strings.Join(parts, "/"))
	}
	for range 12 {
		for range 40 {
			switch p := name(); random.IntN(6) {
			case 0, 1, 2:
				os.MkdirAll(p, 0o755)
				os.WriteFile(filepath.Join(p, fmt.Sprintf("%d.txt", random.IntN(5))), []byte("x"), 0o644)
			case 3:
				os.Rename(p, name())
			case 4:
				os.Rename(filepath.Join(p, fmt.Sprintf("%d.txt", random.IntN(5))), filepath.Join(name(), fmt.Sprintf("%d.txt", random.IntN(5))))
			case 5:
				os.RemoveAll(p)
			}
		}
		var want []string
		filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				rel, _ := filepath.Rel(root, path)
				want = append(want, rel)
			}
			return nil
		})
		slices.Sort(want)
		c.await(t, fmt.Sprintf("%q is known", want), func() bool {
			if c.state().State == catalog.FolderAsking { // many at once: yes, they may go
				w.Confirm(t.Context(), "f", true)
			}
			return slices.Equal(c.paths(), want)
		})
	}
}

func TestLostNotificationsCauseAScan(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "d/a.txt"), "a")
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	later := time.Now().Add(time.Hour) // every file is still
	f.clock = func() time.Time { return later }
	f.rescan = true
	step(t, f)
	if got := c.paths(); !slices.Equal(got, []string{"d/a.txt"}) {
		t.Fatalf("known: %q", got)
	}
	writeFile(t, filepath.Join(root, "d/b.txt"), "b")
	rename(t, filepath.Join(root, "d"), filepath.Join(root, "e"))
	old := f.notes
	f.notes.take()
	f.notes.lose()
	step(t, f)
	if f.notes == old || f.notes == nil {
		t.Error("the notifier that lost something is still in use")
	}
	if got, want := c.paths(), []string{"e/a.txt", "e/b.txt"}; !slices.Equal(got, want) {
		t.Errorf("after the scan %q is known, want %q", got, want)
	}
}

// singleStep makes a folder whose loop the test steps itself.
func singleStep(t *testing.T, c *corpus) (f *folder, stop func()) {
	t.Helper()
	o := quickOptions(c)
	o.setDefaults()
	f = newFolder(&o, catalog.Folder{ID: "f", Path: c.root})
	return f, f.stopNotifying
}

func step(t *testing.T, f *folder) {
	t.Helper()
	if err := f.step(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// clock is a time that only the test moves.
type clock struct{ now time.Time }

func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

func TestHalfWrittenFilesWait(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	time0 := &clock{now: time.Now()}
	f.clock = func() time.Time { return time0.now }
	f.Debounce, f.MaxDelay = 150*time.Millisecond, 2*time.Second
	path := filepath.Join(root, "film.txt")
	grow := func() {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		file.WriteString("more ")
		file.Close()
		os.Chtimes(path, time.Time{}, time0.now)
	}
	f.rescan = true
	for range 20 {
		grow()
		step(t, f)
		if len(c.paths()) != 0 {
			t.Fatal("a growing file was handed on")
		}
		time0.advance(2 * time.Second)
	}
	step(t, f)
	if got := c.paths(); !slices.Equal(got, []string{"film.txt"}) {
		t.Errorf("a file that has become still is not handed on: %q", got)
	}
	// A time ahead of the clock is no reason to wait for ever.
	writeFile(t, filepath.Join(root, "future.txt"), "x")
	os.Chtimes(filepath.Join(root, "future.txt"), time.Time{}, time0.now.AddDate(73, 0, 0))
	f.rescan = true
	step(t, f)
	time0.advance(f.Debounce)
	step(t, f)
	if !slices.Contains(c.paths(), "future.txt") {
		t.Error("a file from the future is not handed on")
	}
}

func TestAbsenceIsConfirmed(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "a"), "a")
	writeFile(t, filepath.Join(root, "b"), "b")
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	time0 := &clock{now: time.Now().Add(time.Hour)}
	f.clock = func() time.Time { return time0.now }
	f.ConfirmAfter = 2 * time.Second
	f.rescan = true
	step(t, f)
	for _, p := range []string{"a", "b"} {
		rename(t, filepath.Join(root, p), filepath.Join(root, "."+p))
	}
	writeFile(t, filepath.Join(root, "c"), "c")
	f.rescan = true
	step(t, f)
	rename(t, filepath.Join(root, ".a"), filepath.Join(root, "a"))
	time0.advance(1900 * time.Millisecond)
	step(t, f)
	if len(c.deleted) > 0 {
		t.Fatalf("deleted too soon: %q", c.deleted)
	}
	time0.advance(200 * time.Millisecond)
	step(t, f)
	if !slices.Equal(c.deleted, []string{"b"}) {
		t.Errorf("deleted %q; a came back, b did not", c.deleted)
	}
}

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
			rename(t, filepath.Join(root, "d1"), filepath.Join(root, "e1"))
			check(t, w)
			if s := c.state(); s.State != catalog.FolderWatching || c.next != 200 {
				t.Fatalf("after renaming: %+v, %d made", s, c.next)
			}
			os.RemoveAll(filepath.Join(root, "e0"))
			os.RemoveAll(filepath.Join(root, "e1"))
			if s := c.awaitState(t, catalog.FolderAsking); s.AwaitGone != 100 {
				t.Errorf("asking for %d", s.AwaitGone)
			}
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

func TestManySmallDisappearancesAreAGreatOne(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	var d departures
	for i := range 2 {
		if d.tooMany(now, 25, 100-25*i) {
			t.Fatalf("round %d stops", i)
		}
		d.add(now, 25, 100-25*i)
		now = now.Add(10 * time.Second)
	}
	if !d.tooMany(now, 1, 50) {
		t.Error("51 of 100 within half a minute do not stop")
	}
	if d.tooMany(now.Add(bulkWindow), 1, 50) {
		t.Error("an old disappearance still counts")
	}
}

func TestNewRulesTakeContentsAway(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for _, p := range []string{"a.txt", "b.log", "d/c.log", "d/d.txt"} {
		writeFile(t, filepath.Join(root, p), "x")
	}
	c := newCorpus(root)
	watching(t, c, nil)
	c.awaitPaths(t, "a.txt", "b.log", "d/c.log", "d/d.txt")
	c.awaitState(t, catalog.FolderWatching)
	writeFile(t, filepath.Join(root, ".gitignore"), "*.log\n")
	c.awaitPaths(t, "a.txt", "d/d.txt")
	writeFile(t, filepath.Join(root, "d/.sheafignore"), "!c.log\n")
	c.awaitPaths(t, "a.txt", "d/c.log", "d/d.txt")
	if len(c.deleted) > 0 || len(c.ignored) != 2 {
		t.Errorf("deleted %q, ignored %q", c.deleted, c.ignored)
	}
	writeFile(t, filepath.Join(root, "d/CACHEDIR.TAG"), cacheTagText)
	c.awaitPaths(t, "a.txt")
	os.Remove(filepath.Join(root, "d/CACHEDIR.TAG"))
	c.awaitPaths(t, "a.txt", "d/c.log", "d/d.txt")
}

func TestWatchLimitFallsBackToPolling(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for i := range 10 {
		writeFile(t, filepath.Join(root, fmt.Sprintf("d%d/a.txt", i)), "x")
	}
	c := newCorpus(root)
	watching(t, c, func(o *Options, _ *catalog.Folder) {
		o.PollInterval = 50 * time.Millisecond
		o.addWatch = func(add func(string) error, path string) error {
			if strings.HasSuffix(path, "7") {
				return os.NewSyscallError("inotify_add_watch", syscall.ENOSPC)
			}
			return add(path)
		}
	})
	s := c.awaitState(t, catalog.FolderPolling)
	if !strings.Contains(s.Reason, "fs.inotify.max_user_watches") {
		t.Errorf("reason: %q", s.Reason)
	}
	c.await(t, "all files are known", func() bool { return len(c.paths()) == 10 })
	writeFile(t, filepath.Join(root, "d7/b.txt"), "x")
	os.Remove(filepath.Join(root, "d7/a.txt"))
	c.await(t, "polling finds changes", func() bool {
		return slices.Contains(c.paths(), "d7/b.txt") && !slices.Contains(c.paths(), "d7/a.txt")
	})
}

// The limit may also be reached when a directory appears later.
func TestWatchLimitReachedLater(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "a.txt"), "x")
	c := newCorpus(root)
	watching(t, c, func(o *Options, _ *catalog.Folder) {
		o.PollInterval = 50 * time.Millisecond
		o.addWatch = func(add func(string) error, path string) error {
			if strings.HasSuffix(path, "full") {
				return os.NewSyscallError("inotify_add_watch", syscall.ENOSPC)
			}
			return add(path)
		}
	})
	c.awaitState(t, catalog.FolderWatching)
	writeFile(t, filepath.Join(root, "full/b.txt"), "x")
	c.awaitState(t, catalog.FolderPolling)
	c.awaitPaths(t, "a.txt", "full/b.txt")
}

func TestCheckTakesInWhatLiesThere(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	c := newCorpus(root)
	c.failures = 3 // the handler recovers
	w := watching(t, c, func(o *Options, _ *catalog.Folder) { o.Debounce = 100 * time.Millisecond })
	for i := range 30 {
		path := filepath.Join(root, fmt.Sprintf("%d.txt", i))
		writeFile(t, path, "x")
		check(t, w)
		if !slices.Contains(c.paths(), filepath.Base(path)) {
			t.Fatalf("%s is not known after a check", path)
		}
		if i%10 == 9 {
			os.Remove(path)
			check(t, w)
			if slices.Contains(c.paths(), filepath.Base(path)) {
				t.Fatalf("%s is known after it was deleted and checked", path)
			}
		}
	}
	taken := c.taken
	check(t, w)
	if c.taken != taken {
		t.Errorf("unchanged files were handed on again: %d", c.taken-taken)
	}
}

func TestSetChangesWhatIsWatched(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "a.txt"), "x")
	writeFile(t, filepath.Join(root, "b.md"), "x")
	c := newCorpus(root)
	w := watching(t, c, nil)
	c.awaitPaths(t, "a.txt", "b.md")
	folder := catalog.Folder{ID: "f", Path: root}
	folder.Ignore = []string{"*.md"}
	w.Set([]catalog.Folder{folder})
	c.awaitPaths(t, "a.txt")
	folder.State = catalog.FolderPaused
	w.Set([]catalog.Folder{folder})
	check(t, w) // paused: nothing is looked at
	writeFile(t, filepath.Join(root, "c.txt"), "x")
	check(t, w)
	if len(c.paths()) != 1 {
		t.Errorf("a paused folder was scanned: %q", c.paths())
	}
	w.Set(nil)
	if err := w.Check(t.Context(), "f"); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("check of a removed folder: %v", err)
	}
	folder.State = catalog.FolderWatching
	w.Set([]catalog.Folder{folder})
	c.awaitPaths(t, "a.txt", "c.txt")
}

func TestCheckEndsWithTheWatcher(t *testing.T) {
	t.Parallel()
	c := newCorpus(tempRoot(t))
	w := New(quickOptions(c))
	w.Set([]catalog.Folder{{ID: "f", Path: c.root}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Check(ctx, "f"); !errors.Is(err, context.Canceled) {
		t.Errorf("before Run, with an ended context: %v", err)
	}
	if err := w.Run(ctx); err != nil {
		t.Error(err)
	}
	if err := w.Check(t.Context(), "f"); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("after Run: %v", err)
	}
}

func TestEndlesslyWrittenFilesAreHeldBack(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	log, saved := heat{}, heat{}
	handed := 0
	for range 600 { // a line a second
		now = now.Add(time.Second)
		if !now.Before(log.coolAt("log")) {
			log.add("log", now)
			handed++
		}
	}
	if handed > 25 {
		t.Errorf("a log was handed on %d times in ten minutes", handed)
	}
	for range 100 { // a save every four seconds
		now = now.Add(4 * time.Second)
		if now.Before(saved.coolAt("text")) {
			t.Fatal("a file that a person saves is held back")
		}
		saved.add("text", now)
	}
	log.forget(now.Add(time.Hour))
	if len(log) > 0 {
		t.Error("cold files are remembered")
	}
}
