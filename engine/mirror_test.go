package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// mirrored is an engine with a mirror of its default workspace, and a remote that the test plays.
type mirrored struct {
	*Engine
	t         *testing.T
	ctx       context.Context
	workspace string
	dir       string
	folder    catalog.Folder
	counter   int64
}

// far is how the other device is called.
const far = "f00dcafe-0000-7000-8000-000000000000"

func mirror(t *testing.T, files map[string]string) *mirrored {
	t.Helper()
	e, _ := opened(t, t.TempDir())
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := e.store.Check(context.Background()); err != nil {
			t.Error(err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	m := &mirrored{Engine: e, t: t, ctx: catalog.WithActor(ctx, e.LocalOwner()), dir: t.TempDir(), counter: time.Now().UnixMilli()}
	w, err := e.ResolveWorkspace(m.ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	m.workspace = w.ID
	for name, text := range files {
		m.write(name, text)
	}
	if m.folder, _, err = e.AddFolder(m.ctx, FolderSpec{Path: m.dir, Mirror: true, Consent: true}); err != nil {
		t.Fatal(err)
	}
	m.until("the first scan", func() bool {
		f, err := e.store.Folder(m.ctx, m.folder.ID)
		return err == nil && !f.LastScan.IsZero()
	})
	return m
}

func (m *mirrored) until(what string, holds func() bool) {
	m.t.Helper()
	ticker, end := time.NewTicker(20*time.Millisecond), time.After(40*time.Second)
	defer ticker.Stop()
	for !holds() {
		select {
		case <-ticker.C:
		case <-end:
			m.t.Fatalf("in vain: %s; there are %v", what, m.files())
		}
	}
}

func (m *mirrored) write(name, text string) {
	m.t.Helper()
	name = filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

// files are those of the mirror with their text, without the trash.
func (m *mirrored) files() map[string]string {
	m.t.Helper()
	found := map[string]string{}
	list, err := os.ReadDir(m.dir)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, entry := range list {
		if entry.Type().IsRegular() {
			text, _ := os.ReadFile(filepath.Join(m.dir, entry.Name())) // one that is being replaced has none
			found[entry.Name()] = string(text)
		}
	}
	return found
}

func (m *mirrored) shows(want map[string]string) {
	m.t.Helper()
	m.until(fmt.Sprint("the mirror shows ", want), func() bool { return maps.Equal(m.files(), want) })
}

// documents are the texts of the workspace's documents by their names, each once.
func (m *mirrored) documents() (names []string) {
	m.t.Helper()
	list, _, err := m.Contents(m.ctx, ContentQuery{Limit: 1000, Sort: "name"})
	if err != nil {
		m.t.Fatal(err)
	}
	for _, c := range list {
		names = append(names, c.FileName)
	}
	return names
}

func (m *mirrored) item(id string) (item catalog.Item) {
	m.t.Helper()
	err := m.store.ViewItems(m.ctx, m.workspace, func(v catalog.ItemView) (err error) {
		item, _, err = v.Item(id)
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return item
}

// pull brings a document's revision from the other device: one that has seen what seen has. Its bytes come too.
func (m *mirrored) pull(id, name, text string, seen catalog.Item) catalog.Item {
	m.t.Helper()
	hash := m.bring(text)
	m.counter++
	item := seen
	if item.ID == "" {
		item = catalog.Item{ID: id, Kind: catalog.KindContent, WorkspaceID: m.workspace}
	}
	item = item.Write(catalog.Dot{Device: far, Counter: m.counter}, hash, item.Dots())
	stamp := catalog.Stamp{Time: m.counter << 16, Device: far}
	item = item.Set("fileName", fmt.Sprintf("%q", name), stamp)
	item = item.Set("bytes", fmt.Sprintf(`{"format":"text/plain","size":%d}`, len(text)), stamp)
	item = item.Set("made", `{"source":"folder","createdAt":1700000000}`, stamp)
	m.put(item)
	return item
}

func (m *mirrored) bring(text string) (hash string) {
	m.t.Helper()
	sum := sha256.Sum256([]byte(text))
	hash = hex.EncodeToString(sum[:])
	if err := m.Bytes().StoreSmall(m.ctx, m.workspace, []catalog.BlobBytes{{SHA256: hash, Bytes: []byte(text)}}); err != nil {
		m.t.Fatal(err)
	}
	return hash
}

// put joins what came with what is here, as a peer does.
func (m *mirrored) put(item catalog.Item) {
	m.t.Helper()
	err := m.store.UpdateItems(m.ctx, m.workspace, func(tx catalog.ItemTx) error {
		ours, known, err := tx.Item(item.ID)
		if err != nil {
			return err
		}
		theirs := item
		if known {
			item = catalog.Join(ours, item)
		}
		item.Dirty = !catalog.SameState(item, theirs)
		return tx.Put(item, catalog.OriginRemote)
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *mirrored) id() string {
	m.counter++
	return catalog.NewID(time.UnixMilli(m.counter), strings.NewReader(strings.Repeat(fmt.Sprint(m.counter), 10)))
}

func (m *mirrored) trash() (names []string) {
	m.t.Helper()
	found, err := filepath.Glob(filepath.Join(m.dir, mirrorTrash, "*", "*"))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, name := range found {
		names = append(names, filepath.Base(name))
	}
	return names
}

// TestMirrorFollowsAndIsFollowed takes a document through its life from both sides.
func TestMirrorFollowsAndIsFollowed(t *testing.T) {
	t.Parallel()
	m := mirror(t, nil)
	id := m.id()
	m.pull(id, "plan.txt", "first", catalog.Item{})
	m.shows(map[string]string{"plan.txt": "first"})
	m.pull(id, "plan.txt", "second", m.item(id))
	m.shows(map[string]string{"plan.txt": "second"})
	m.pull(id, "Plan.txt", "second", m.item(id)) // only the case
	m.shows(map[string]string{"Plan.txt": "second"})
	m.pull(id, "the plan.txt", "third", m.item(id))
	m.shows(map[string]string{"the plan.txt": "third"})
	if err := m.CheckFolder(m.ctx, m.folder.ID); err != nil {
		t.Fatal(err)
	}
	if m.item(id).Dirty || len(m.documents()) != 1 {
		t.Errorf("what was mirrored was captured: %+v, %v", m.item(id), m.documents())
	}
	if stored, err := m.blobs.Has(m.ctx, m.item(id).Versions[0].Blob); err != nil || stored {
		t.Errorf("the bytes are kept twice, %v", err)
	}
	m.write("the plan.txt", "fourth, by hand")
	m.until("the edit is a revision", func() bool { i := m.item(id); return i.Dirty && i.Versions[0].Device == m.store.DeviceID() })
	if err := os.Rename(filepath.Join(m.dir, "the plan.txt"), filepath.Join(m.dir, "renamed.txt")); err != nil {
		t.Fatal(err)
	}
	m.until("the new name is known", func() bool { return slices.Equal(m.documents(), []string{"renamed.txt"}) })
	m.shows(map[string]string{"renamed.txt": "fourth, by hand"})
	m.write("new.txt", "made here")
	m.until("a new document", func() bool { return slices.Equal(m.documents(), []string{"new.txt", "renamed.txt"}) })
	deleted := m.item(id)
	m.put(deleted.Delete(deleted.Dots()))
	m.shows(map[string]string{"new.txt": "made here"})
	if got := m.trash(); !slices.Equal(got, []string{"renamed.txt"}) {
		t.Errorf("the trash has %v", got)
	}
	m.pull(m.id(), "stays.txt", "so that the folder is not empty", catalog.Item{})
	m.until("the last one", func() bool { return len(m.files()) == 2 })
	if err := os.Remove(filepath.Join(m.dir, "new.txt")); err != nil {
		t.Fatal(err)
	}
	m.until("a deletion here is one there", func() bool { return slices.Equal(m.documents(), []string{"stays.txt"}) })
}

// TestMirrorNeverWritesOverAPerson edits a file in the moment in which another revision comes.
func TestMirrorNeverWritesOverAPerson(t *testing.T) {
	t.Parallel()
	m := mirror(t, map[string]string{"mine.txt": "somebody's own"})
	id := m.id()
	before := m.pull(id, "doc.txt", "as both know it", catalog.Item{})
	m.shows(map[string]string{"doc.txt": "as both know it", "mine.txt": "somebody's own"})
	m.mirrors.files.Lock() // nothing is captured and nothing is mirrored until both have happened
	m.write("doc.txt", "as the person has it now")
	m.pull(id, "doc.txt", "as the other has it", before)
	m.mirrors.files.Unlock()
	m.until("both versions live", func() bool { return len(m.item(id).Versions) == 2 })
	var other string
	m.until("both stand side by side", func() bool {
		files := m.files()
		for name := range files {
			if strings.HasPrefix(name, "doc (conflict ") {
				other = name
			}
		}
		return len(files) == 3 && len(map[string]bool{files["doc.txt"]: true, files[other]: true, "as the person has it now": true, "as the other has it": true}) == 2
	})
	if got := m.documents(); len(got) != 2 {
		t.Errorf("documents %v", got)
	}
	resolved := m.item(id)
	m.pull(id, "doc.txt", "as they agreed", resolved)
	m.shows(map[string]string{"doc.txt": "as they agreed", "mine.txt": "somebody's own"})
	if got := m.trash(); !slices.Equal(got, []string{other}) {
		t.Errorf("the trash has %v and not %s", got, other)
	}
	m.pull(m.id(), "mine.txt", "another's own", catalog.Item{})
	m.shows(map[string]string{"doc.txt": "as they agreed", "mine.txt": "somebody's own", "mine (2).txt": "another's own"})
}

func TestMirrorKeepsAnEditThatADeletionHadNotSeen(t *testing.T) {
	t.Parallel()
	m := mirror(t, nil)
	id := m.id()
	m.pull(id, "doc.txt", "before", catalog.Item{})
	m.shows(map[string]string{"doc.txt": "before"})
	before := m.item(id)
	m.mirrors.files.Lock()
	m.write("doc.txt", "edited meanwhile")
	m.put(before.Delete(before.Dots()))
	m.mirrors.files.Unlock()
	m.until("the edit is a document", func() bool { return slices.Equal(m.documents(), []string{"doc.txt"}) })
	m.shows(map[string]string{"doc.txt": "edited meanwhile"})
}

func TestMirrorNames(t *testing.T) {
	t.Parallel()
	m := mirror(t, nil)
	long := strings.Repeat("ü", 200) + ".txt"
	for i, name := range []string{"A.txt", "a.txt", "../../escape.txt", ".profile", "..", "draft~", long, "dir/file.txt", "x.tmp"} {
		m.pull(m.id(), name, fmt.Sprint(i), catalog.Item{})
	}
	m.until("every document has a file", func() bool { return len(m.files()) == 9 })
	files := m.files()
	for _, name := range []string{"A.txt", "a (2).txt", "_.profile"} {
		if _, ok := files[name]; !ok {
			t.Errorf("no %s among %v", name, slices.Sorted(maps.Keys(files)))
		}
	}
	if err := m.CheckFolder(m.ctx, m.folder.ID); err != nil {
		t.Fatal(err)
	}
	if n := len(m.documents()); n != 9 || len(m.files()) != 9 {
		t.Errorf("%d documents, files %v", n, m.files())
	}
	up, err := filepath.Glob(filepath.Join(filepath.Dir(m.dir), "escape*"))
	if err != nil || len(up) > 0 {
		t.Errorf("outside: %v, %v", up, err)
	}
}

func TestFileNamesOfOtherSystems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ system, name, want string }{
		{"windows", "CON.txt", "_CON.txt"},
		{"windows", "com1", "_com1"},
		{"windows", "what? why: <x>.md", "what_ why_ _x_.md"},
		{"windows", "ends with a dot.", "ends with a dot_"},
		{"darwin", "10:30.txt", "10_30.txt"},
		{"linux", "10:30 CON.", "10:30 CON."},
		{"linux", "a/b\x00c", "a_b_c"},
		{"linux", "", "_"},
		{"linux", "..", "_.."},
		{"linux", "Thumbs.db", "_Thumbs.db"},
	} {
		if got := fileName(c.name, c.system); got != c.want {
			t.Errorf("%s: %q is called %q, want %q", c.system, c.name, got, c.want)
		}
	}
}

// TestMirrorAfterACrash finds files that were written and not noted: they are the documents', and not new ones.
func TestMirrorAfterACrash(t *testing.T) {
	t.Parallel()
	m := mirror(t, nil)
	m.mirrors.files.Lock()
	id, other := m.id(), m.id()
	before := m.pull(id, "doc.txt", "one", catalog.Item{})
	m.pull(other, "other.txt", "two", catalog.Item{})
	m.write("doc.txt", "one")
	m.write("other.txt", "two, which a person has put there")
	m.mirrors.files.Unlock()
	m.until("all is settled", func() bool { return len(m.documents()) == 3 && len(m.files()) == 3 })
	if i := m.item(id); i.Dirty || len(i.Versions) != 1 {
		t.Errorf("the document was captured anew: %+v", i)
	}
	m.shows(map[string]string{"doc.txt": "one", "other.txt": "two, which a person has put there", "other (2).txt": "two"})
	m.mirrors.files.Lock()
	m.pull(id, "doc.txt", "three", before)
	m.write("doc.txt", "three") // the rename happened, the note did not
	m.mirrors.files.Unlock()
	m.until("the revision is known", func() bool {
		f, err := m.store.File(m.ctx, m.folder.ID, "doc.txt")
		return err == nil && f.SHA256 == m.item(id).Versions[0].Blob
	})
	if i := m.item(id); i.Dirty || len(i.Versions) != 1 {
		t.Errorf("the revision was captured again: %+v", i)
	}
}

// TestMirrorThatWasEmptied takes no absence for a deletion, and writes nothing into what may be somebody else's folder.
func TestMirrorThatWasEmptied(t *testing.T) {
	t.Parallel()
	m := mirror(t, nil)
	for i := range 5 {
		m.pull(m.id(), fmt.Sprintf("%d.txt", i), fmt.Sprint("text ", i), catalog.Item{})
	}
	m.until("all are there", func() bool { return len(m.files()) == 5 })
	away := m.dir + "-away"
	if err := os.Rename(m.dir, away); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(m.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	m.until("the folder counts as away", func() bool {
		f, err := m.store.Folder(m.ctx, m.folder.ID)
		return err == nil && f.State == catalog.FolderOffline
	})
	m.pull(m.id(), "late.txt", "late", catalog.Item{})
	if err := m.mirrorAll(m.ctx); err != nil {
		t.Fatal(err)
	}
	if len(m.files()) != 0 || len(m.documents()) != 6 {
		t.Errorf("files %v, documents %v", m.files(), m.documents())
	}
	if err := os.Remove(m.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(away, m.dir); err != nil {
		t.Fatal(err)
	}
	if err := m.CheckFolder(m.ctx, m.folder.ID); err != nil {
		t.Fatal(err)
	}
	m.until("all are there again, and the late one", func() bool { return len(m.files()) == 6 })
}

// TestMirrorFollowsNoLinks leaves what lies behind a link alone, and a rule of the folder deletes nothing elsewhere.
func TestMirrorFollowsNoLinks(t *testing.T) {
	t.Parallel()
	m := mirror(t, nil)
	outside := filepath.Join(t.TempDir(), "outside.txt")
	if err := os.WriteFile(outside, []byte("not to be touched"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(m.dir, "doc.txt")); err != nil {
		t.Skip("this system makes no links:", err)
	}
	if err := os.Symlink(m.dir, filepath.Join(m.dir, "loop")); err != nil {
		t.Fatal(err)
	}
	id := m.id()
	m.pull(id, "doc.txt", "one", catalog.Item{})
	m.shows(map[string]string{"doc (2).txt": "one"})
	if text, err := os.ReadFile(outside); err != nil || string(text) != "not to be touched" {
		t.Errorf("outside: %q, %v", text, err)
	}
	m.write(".sheafignore", "doc*\n")
	if err := m.CheckFolder(m.ctx, m.folder.ID); err != nil {
		t.Fatal(err)
	}
	if got := m.documents(); !slices.Equal(got, []string{"doc.txt"}) {
		t.Errorf("a rule of this folder has changed the workspace: %v", got)
	}
}

// TestMirrorEnds keeps the files and the workspace, and refuses while something has not been sent.
func TestMirrorEnds(t *testing.T) {
	t.Parallel()
	m := mirror(t, nil)
	id := m.id()
	m.pull(id, "doc.txt", "one", catalog.Item{})
	m.shows(map[string]string{"doc.txt": "one"})
	m.write("doc.txt", "two")
	m.until("the edit is known", func() bool { return m.item(id).Dirty })
	if err := m.RemoveFolder(m.ctx, m.folder.ID, false); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("with unsent changes: %v", err)
	}
	sent := m.item(id)
	sent.Dirty = false
	if err := m.store.UpdateItems(m.ctx, m.workspace, func(tx catalog.ItemTx) error { return tx.Put(sent, catalog.OriginRemote) }); err != nil {
		t.Fatal(err)
	}
	if err := m.RemoveFolder(m.ctx, m.folder.ID, false); err != nil {
		t.Fatal(err)
	}
	c, err := m.Content(m.ctx, id)
	if err != nil || !c.Remote || m.item(id).Deleted() {
		t.Errorf("afterwards: %+v, %v", c, err)
	}
	m.shows(map[string]string{"doc.txt": "two"})
}
