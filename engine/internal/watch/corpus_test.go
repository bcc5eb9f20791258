package watch

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// corpus takes changes in the way the engine does: a new file whose old path is gone is the same document under
// another name. It is both Known and Handler.
type corpus struct {
	root string

	mu       sync.Mutex
	files    map[string]catalog.File
	inodes   map[uint64]string // the last path of each
	states   []State
	deleted  []string // handed on as gone while known under that name
	ignored  []string
	kept     []string
	report   catalog.ScanReport
	reports  int
	missed   []catalog.MissedEvent
	taken    int // files handed on
	lookups  int
	failures int // calls that are to fail yet
	next     int
	busy     bool
	changed  chan struct{}
}

func newCorpus(root string) *corpus {
	return &corpus{root: root, files: map[string]catalog.File{}, inodes: map[uint64]string{}, changed: make(chan struct{})}
}

func (c *corpus) Files(ctx context.Context, folderID string, yield func(catalog.File) error) error {
	c.mu.Lock()
	c.lookups++
	files := slices.Collect(maps.Values(c.files))
	c.mu.Unlock()
	for _, f := range files {
		if err := yield(f); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (c *corpus) Changes(ctx context.Context, ch Changes) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy {
		panic("two calls at once")
	}
	if c.failures > 0 {
		c.failures--
		return fmt.Errorf("injected failure")
	}
	for _, s := range ch.Seen {
		c.taken++
		c.take(s)
	}
	for _, p := range ch.Gone {
		if _, ok := c.files[p]; ok {
			c.deleted = append(c.deleted, p)
			delete(c.files, p)
		}
	}
	for _, p := range ch.Ignored {
		c.ignored = append(c.ignored, p)
		delete(c.files, p)
	}
	c.kept = append(c.kept, ch.Kept...)
	c.wake()
	return nil
}

func (c *corpus) take(s catalog.FileStat) {
	f, ok := c.files[s.Path]
	if !ok {
		path := c.inodes[s.Inode]
		if old, known := c.files[path]; known && old.Inode == s.Inode && old.Birth == s.Birth {
			if _, err := os.Lstat(filepath.Join(c.root, path)); os.IsNotExist(err) {
				f, ok = old, true
				delete(c.files, path)
			}
		}
	}
	if !ok {
		c.next++
		f.ContentID = fmt.Sprint(c.next)
	}
	f.FileStat = s
	c.files[s.Path] = f
	c.inodes[s.Inode] = s.Path
}

func (c *corpus) State(ctx context.Context, s State) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.states = append(c.states, s)
	c.wake()
	return nil
}

// Scanned keeps the last list and adds up what was missed.
func (c *corpus) Scanned(_ context.Context, _ string, r catalog.ScanReport) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Skipped == nil {
		r.Skipped = c.report.Skipped
	}
	c.missed = append(c.missed, r.Missed...)
	c.report = r
	c.reports++
	c.wake()
	return nil
}

// skipped says of every name that was left out why.
func (c *corpus) skipped() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	why := map[string]string{}
	for _, k := range c.report.Skipped {
		why[k.Path] = string(k.Reason) + ": " + k.Detail
	}
	return why
}

func (c *corpus) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *corpus) paths() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.files))
}

func (c *corpus) state() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.states) == 0 {
		return State{}
	}
	return c.states[len(c.states)-1]
}

func (c *corpus) content(path string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.files[path].ContentID
}

// await waits until ok, which is called after every change, is true.
func (c *corpus) await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		c.mu.Lock()
		changed := c.changed
		c.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("waited too long until %s; state %+v, %d files", what, c.state(), len(c.paths()))
		}
	}
}

func (c *corpus) awaitPaths(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	c.await(t, fmt.Sprintf("the paths are %q and not %q", want, c.paths()), func() bool { return slices.Equal(c.paths(), want) })
}

func (c *corpus) awaitState(t *testing.T, want catalog.FolderState) State {
	t.Helper()
	c.await(t, "the state is "+string(want), func() bool { return c.state().State == want })
	return c.state()
}

func quickOptions(c *corpus) Options {
	return Options{
		Known: c, Handler: c, Logger: slog.New(slog.DiscardHandler),
		Debounce: 20 * time.Millisecond, MaxDelay: 200 * time.Millisecond, ConfirmAfter: 100 * time.Millisecond,
		rootInterval: 30 * time.Millisecond, retryAfter: time.Millisecond, patience: 5 * time.Second,
	}
}

// watching starts a watcher over a folder and stops it at the end of the test.
func watching(t *testing.T, c *corpus, change func(*Options, *catalog.Folder)) *Watcher {
	t.Helper()
	o := quickOptions(c)
	folder := catalog.Folder{ID: "f", Path: c.root, State: catalog.FolderWatching}
	if change != nil {
		change(&o, &folder)
	}
	w := New(o)
	w.Set([]catalog.Folder{folder})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return w
}

func check(t *testing.T, w *Watcher) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := w.Check(ctx, "f"); err != nil {
		t.Fatal(err)
	}
}

func tempRoot(t testing.TB) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, "/") {
		return
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func onLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("uses what only Linux has")
	}
}
