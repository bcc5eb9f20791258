package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// fixture is a store with a clock that a test moves, one workspace and one folder.
type fixture struct {
	*Store
	t         testing.TB
	dir       string
	ctx       context.Context
	owner     catalog.Actor
	workspace catalog.Workspace
	folder    catalog.Folder

	mu      sync.Mutex
	now     time.Time
	changes []catalog.ChangeSet
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), ctx: context.Background(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	f.open()
	t.Cleanup(func() { f.Store.Close() })
	f.owner = must(f.LocalOwner(f.ctx))(t)
	f.workspace = must(f.Workspaces(f.ctx, f.owner.UserID))(t)[0]
	f.folder = must(f.AddFolder(f.ctx, catalog.Folder{Path: "/home/ada/papers", WorkspaceID: f.workspace.ID, AddedBy: f.owner.UserID}))(t)
	return f
}

func (f *fixture) open() {
	f.t.Helper()
	s, err := Open(f.ctx, f.dir, Options{
		Now:    f.time,
		Random: rand.NewChaCha8([32]byte{1, byte(len(f.changes))}),
		Changed: func(c catalog.ChangeSet) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.changes = append(f.changes, c)
		},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.Store = s
}

func (f *fixture) time() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) wait(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func newFile(path, text string) catalog.Captured {
	return catalog.Captured{Kind: catalog.CaptureNew, SHA256: hashOf(text), Format: "text/plain",
		Stat: catalog.FileStat{Path: path, Size: int64(len(text)), ModTime: 1, Inode: 7, Birth: 1}}
}

// put captures a file and commits its text as one page and one passage a paragraph.
func (f *fixture) put(path string, paragraphs ...string) catalog.Content {
	f.t.Helper()
	text := ""
	for _, p := range paragraphs {
		text += p + "\n"
	}
	check(f.t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile(path, text)}))
	file := must(f.File(f.ctx, f.folder.ID, path))(f.t)
	c := must(f.Content(f.ctx, file.ContentID))(f.t)
	check(f.t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v1", paragraphs...)}))
	return must(f.Content(f.ctx, file.ContentID))(f.t)
}

func extracted(c catalog.Content, config string, paragraphs ...string) catalog.Extracted {
	e := catalog.Extracted{ContentKey: c.Key, SHA256: c.SHA256, Config: config}
	text, at := "", 0
	for _, p := range paragraphs {
		n := len([]rune(p))
		e.Passages = append(e.Passages, catalog.Passage{Page: 1, Span: catalog.Span{Start: at, End: at + n}, Text: p, Context: c.FileName})
		text += p + "\n"
		at += n + 1
	}
	e.Document = catalog.Document{Format: "text/plain", Title: c.FileName, Pages: []catalog.Page{{Number: 1, Text: text}}}
	return e
}

func (f *fixture) scope() catalog.Scope { return catalog.Scope{Workspaces: []string{f.workspace.ID}} }

// find returns the names of the documents that terms find, best first.
func (f *fixture) find(q catalog.KeywordQuery) []string {
	f.t.Helper()
	names := []string{}
	for _, hit := range must(f.Keyword(f.ctx, q, f.scope(), 100))(f.t) {
		for _, c := range must(f.Contents(f.ctx, []int64{hit.ContentKey}))(f.t) {
			names = append(names, c.FileName)
		}
	}
	return names
}

func words(terms ...string) catalog.KeywordQuery { return catalog.KeywordQuery{Terms: terms} }

func TestCapturedFileIsSearchable(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("notes/swallow.txt", "The African swallow is non-migratory.", "Coconuts do migrate.")
	if c.Status != catalog.StatusProcessed || c.PageCount != 1 || c.Path != "/home/ada/papers/notes/swallow.txt" || c.FileName != "swallow.txt" {
		t.Errorf("content is %+v", c)
	}
	if got := f.find(words("migrating", "swallows")); len(got) != 2 {
		t.Errorf("found %v", got)
	}
	n := must(f.KeywordDocuments(f.ctx, words("migrate"), f.scope()))(t)
	if n != 1 {
		t.Errorf("%d documents match, want 1", n)
	}
	if got := must(f.Names(f.ctx, words("swallow"), f.scope(), 10))(t); len(got) != 1 || got[0].ContentKey != c.Key {
		t.Errorf("by name found %v", got)
	}
	if text := must(f.Text(f.ctx, c.Key, 1, catalog.Span{Start: 4, End: 11}))(t); text != "African" {
		t.Errorf("text is %q", text)
	}
	check(t, f.Check(f.ctx))
}

func TestReopenKeepsEverything(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "persistent words")
	device, epoch := f.DeviceID(), f.epoch
	check(t, f.Close())
	f.open()
	if f.DeviceID() != device || f.epoch != epoch {
		t.Error("the identity changed")
	}
	if got := must(f.Content(f.ctx, c.ID))(t); got.SHA256 != c.SHA256 {
		t.Errorf("content is %+v", got)
	}
	if len(f.find(words("persistent"))) != 1 {
		t.Error("keyword rows are gone")
	}
}

func TestStatusCounts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("a.txt", "one", "two")
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("b.txt", "b"), newFile("c.txt", "c")}))
	c := must(f.StatusCounts(f.ctx, "v1", "m"))(t)
	want := fmt.Sprint(3, 2, 0, 2, 0, 2)
	if got := fmt.Sprint(c.Documents.Total, c.Documents.Pending, c.Documents.Failed, c.Passages, c.Vectors.Ready, c.Vectors.Pending); got != want {
		t.Errorf("counts %s, want %s", got, want)
	}
	folder := must(f.Folder(f.ctx, f.folder.ID))(t)
	if folder.Files != 3 || folder.Pending != 2 {
		t.Errorf("folder has %d files, %d pending", folder.Files, folder.Pending)
	}
	folder.State = catalog.FolderOffline
	check(t, f.UpdateFolder(f.ctx, folder))
	if c := must(f.StatusCounts(f.ctx, "v1", "m"))(t); c.Documents.Pending != 0 || c.Documents.Total != 3 {
		t.Errorf("offline: %+v", c.Documents)
	}
	if list, _, err := f.PendingText(f.ctx, "v1", 10); err != nil || len(list) != 0 {
		t.Errorf("offline folder has %d waiting, %v", len(list), err)
	}
}
