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

// A rename that is taken back is seen both times, though the old name was captured once.
func TestRenameThereAndBack(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for _, p := range []string{"d/a.txt", "d/b.txt", "c.txt"} {
		writeFile(t, filepath.Join(root, p), p)
	}
	c := newCorpus(root)
	w := watching(t, c, func(o *Options, _ *catalog.Folder) { o.ConfirmAfter = 2 * time.Second })
	c.awaitPaths(t, "c.txt", "d/a.txt", "d/b.txt")
	for range 3 {
		for _, names := range [][2]string{{"d", "e"}, {"c.txt", "f.txt"}} {
			rename(t, filepath.Join(root, names[0]), filepath.Join(root, names[1]))
		}
		c.awaitPaths(t, "e/a.txt", "e/b.txt", "f.txt")
		for _, names := range [][2]string{{"e", "d"}, {"f.txt", "c.txt"}} {
			rename(t, filepath.Join(root, names[0]), filepath.Join(root, names[1]))
		}
		c.awaitPaths(t, "c.txt", "d/a.txt", "d/b.txt")
	}
	check(t, w)
	if len(c.deleted) > 0 || c.next != 3 {
		t.Errorf("deleted %q, %d made of 3", c.deleted, c.next)
	}
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
		c.await(t, "what lies there is known", func() bool {
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
