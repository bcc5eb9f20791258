package watch

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

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

func TestEndlesslyWrittenFilesAreHeldBack(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	log, saved := heat{}, heat{}
	handed := 0
	for range 600 { // a line a second
		now = now.Add(time.Second)
		if !now.Before(log.coolAt("log")) {
			log.add("log", 10<<20, now)
			handed++
		}
	}
	if handed > 25 {
		t.Errorf("a log was handed on %d times in ten minutes", handed)
	}
	for range 500 { // a small file, twice a second
		now = now.Add(time.Second / 2)
		if now.Before(saved.coolAt("text")) {
			t.Fatal("a small file that is saved is held back")
		}
		saved.add("text", 20<<10, now)
	}
	log.forget(now.Add(time.Hour))
	if len(log) > 0 {
		t.Error("cold files are remembered")
	}
}
