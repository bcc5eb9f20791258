package watch

import (
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestEveryNameThatIsLeftOutSaysWhy(t *testing.T) {
	t.Parallel()
	onLinux(t)
	root := tempRoot(t)
	for name, text := range map[string]string{
		"a.txt": "a", ".gitignore": "*.log\n", "b.log": "b", "d/.sheafignore": "drafts/\n", "d/drafts/x.txt": "x", "d/y.txt": "y",
		"own.bak": "o", "node_modules/m.js": "m", "cache/CACHEDIR.TAG": cacheTagText, "film.part": "f", "private/p.txt": "p",
	} {
		writeFile(t, filepath.Join(root, name), text)
	}
	if err := os.Symlink(root, filepath.Join(root, "loop")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", filepath.Join(root, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := os.Truncate(createFile(t, filepath.Join(root, "cloud.pdf")), 1<<20); err != nil {
		t.Fatal(err)
	}
	c := newCorpus(root)
	w := watching(t, c, func(o *Options, f *catalog.Folder) {
		f.Ignore = []string{"*.bak"}
		o.openDir = func(path string) (*os.File, error) {
			if filepath.Base(path) == "private" {
				return nil, &os.PathError{Op: "open", Path: path, Err: syscall.EACCES}
			}
			return openDir(path)
		}
	})
	c.awaitPaths(t, "a.txt", "d/y.txt")
	check(t, w)
	want := map[string]string{
		".gitignore": "rule: by default: hidden names", "b.log": "rule: *.log in .gitignore", "d/.sheafignore": "rule: by default: hidden names",
		"d/drafts": "rule: drafts/ in d/.sheafignore", "own.bak": "rule: *.bak of this folder", "node_modules": "rule: by default: directories that programs fill",
		"cache": "cache: its contents mark it as a cache", "film.part": "rule: by default: unfinished and temporary files",
		"loop": "link: a symbolic link", "pipe": "special: a named pipe", "socket": "special: a socket", "cloud.pdf": "cloud: kept in the cloud only",
		"private": "unreadable: no permission",
	}
	if got := c.skipped(); !maps.Equal(got, want) {
		t.Errorf("left out are\n%v\nwant\n%v", got, want)
	}
	c.mu.Lock()
	report, reports := c.report, c.reports
	c.mu.Unlock()
	by := fmt.Sprint(report.SkippedBy)
	if report.Seen != len(want)+2 || by != "map[cache:1 cloud:1 link:1 rule:7 special:2 unreadable:1]" || report.PollAfter != 0 {
		t.Errorf("seen %d, by reason %s, again after %v", report.Seen, by, report.PollAfter)
	}
	check(t, w) // nothing new, nothing told
	writeFile(t, filepath.Join(root, "c.log"), "c")
	check(t, w)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reports != reports+1 || len(c.report.Skipped) != len(want)+1 {
		t.Errorf("%d reports more, %d names", c.reports-reports, len(c.report.Skipped))
	}
	if len(c.missed) > 0 {
		t.Errorf("missed %v", c.missed)
	}
}

// quietly changes a folder while nothing tells of it.
func quietly(t *testing.T, f *folder, change func()) {
	t.Helper()
	watched := f.notes.watch.WatchList()
	for _, dir := range watched {
		if err := f.notes.watch.Remove(dir); err != nil {
			t.Fatal(err)
		}
	}
	change()
	for _, dir := range watched {
		if err := f.notes.watch.Add(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// awaitMark waits until a notification has named rel.
func awaitMark(t *testing.T, f *folder, rel string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		f.notes.mu.Lock()
		_, marked := f.notes.marked[rel]
		f.notes.mu.Unlock()
		if marked {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("nothing tells of %s", rel)
		}
	}
}

func TestMissedEventsAreCounted(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for _, p := range []string{"changed.txt", "gone.txt", "d/kept.txt"} {
		writeFile(t, filepath.Join(root, p), p)
	}
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	now := &clock{now: time.Now().Add(time.Hour)} // every file is still
	f.clock = func() time.Time { return now.now }
	scan := func() {
		t.Helper()
		f.rescan = true
		step(t, f)
		now.advance(f.ConfirmAfter)
		step(t, f)
		now.advance(f.MaxDelay + 5*f.ConfirmAfter)
		step(t, f)
	}
	scan()
	if len(c.missed) > 0 {
		t.Fatalf("the first scan missed %v", c.missed)
	}
	quietly(t, f, func() {
		writeFile(t, filepath.Join(root, "changed.txt"), "another text")
		writeFile(t, filepath.Join(root, "d/added.txt"), "a")
		os.Remove(filepath.Join(root, "gone.txt"))
	})
	scan()
	var missed []string
	for _, m := range c.missed {
		missed = append(missed, m.Change+" "+m.Path)
	}
	if want := []string{"changed changed.txt", "added d/added.txt", "gone gone.txt"}; !slices.Equal(missed, want) {
		t.Errorf("missed %q, want %q", missed, want)
	}
	if got, want := c.paths(), []string{"changed.txt", "d/added.txt", "d/kept.txt"}; !slices.Equal(got, want) {
		t.Errorf("known are %q, want %q", got, want)
	}

	// What the system tells of is not missed, however late it is looked at; nor is what a new rule brings.
	c.missed = nil
	writeFile(t, filepath.Join(root, "d/told.txt"), "t")
	writeFile(t, filepath.Join(root, "new/told.txt"), "t")
	awaitMark(t, f, "d/told.txt")
	scan()
	quietly(t, f, func() { writeFile(t, filepath.Join(root, "x.part"), "x") })
	scan()
	writeFile(t, filepath.Join(root, ".sheafignore"), "!*.part\n")
	awaitMark(t, f, ".sheafignore")
	scan()
	scan()
	if got := len(c.paths()); len(c.missed) > 0 || got != 6 {
		t.Errorf("missed %v, %d known", c.missed, got)
	}

	// What an overflow of the queue swallows is.
	quietly(t, f, func() { writeFile(t, filepath.Join(root, "swallowed.txt"), "s") })
	f.notes.lose()
	scan()
	if len(c.missed) != 1 || c.missed[0].Path != "swallowed.txt" {
		t.Errorf("after an overflow missed %v", c.missed)
	}
}

func TestPollingAdaptsToWhatItFinds(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "a.txt"), "a")
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	now := &clock{now: time.Now().Add(time.Hour)}
	f.clock = func() time.Time { return now.now }
	f.PollInterval = time.Minute
	f.kindOf = func(path string) string {
		if path == root {
			return "NFS"
		}
		return ""
	}
	f.rescan = true
	step(t, f)
	if f.finding.Load() {
		t.Error("after a scan files are still being found")
	}
	if f.state.State != catalog.FolderPolling || c.report.PollAfter != time.Minute {
		t.Fatalf("%+v, again after %v", f.state, c.report.PollAfter)
	}
	for range 20 {
		now.advance(f.pollAfter())
		step(t, f)
	}
	if got := c.report.PollAfter; got != rarest*time.Minute {
		t.Errorf("a folder at rest is looked through every %v", got)
	}
	for i := range 20 {
		writeFile(t, filepath.Join(root, fmt.Sprintf("%d.txt", i)), "x")
		now.advance(f.pollAfter())
		step(t, f)
	}
	if got := c.report.PollAfter; got != time.Minute/soonest || len(c.paths()) != 21 {
		t.Errorf("a folder that changes is looked through every %v, %d files are known", got, len(c.paths()))
	}
	f.adapt(time.Minute)
	if f.pollAfter() != scanShare*time.Minute {
		t.Errorf("a scan of a minute is made again after %v", f.pollAfter())
	}
}

func TestNetworkMountWithinAFolderIsPolled(t *testing.T) {
	t.Parallel()
	onLinux(t)
	root := tempRoot(t)
	writeFile(t, filepath.Join(root, "far/a.txt"), "a")
	c := newCorpus(root)
	f, stop := singleStep(t, c)
	defer stop()
	later := time.Now().Add(time.Hour)
	f.clock = func() time.Time { return later }
	f.kindOf = func(path string) string {
		if filepath.Base(path) == "far" {
			return "SMB"
		}
		return ""
	}
	f.rescan = true
	step(t, f)
	f.state.Device++ // as if far lay on another device
	f.mounted = ""
	if err := f.takeListing(t.Context(), listing{dir: "far", rules: &rules{}, device: f.state.Device - 1}); err != nil {
		t.Fatal(err)
	}
	if f.judge(); f.state.State != catalog.FolderPolling || !f.polls() {
		t.Errorf("%+v", f.state)
	}
}
