package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

func start(t *testing.T) *enginetest.Engine {
	t.Helper()
	return enginetest.Start(t, engine.Options{NoModel: true})
}

// garden is a folder with three small documents.
func garden(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	enginetest.WriteFiles(t, dir, map[string]string{
		"roses.md":        "# Roses\n\nThe rambler by the gate is called Veilchenblau and flowers in June.",
		"beds/onions.txt": "Onions went into the long bed on the fourth of March.",
		"tools.html":      "<title>Tools</title><h1>Tools</h1><p>The billhook hangs behind the shed door.</p>",
	})
	return dir
}

func names(hits []catalog.Hit) string {
	list := make([]string, len(hits))
	for i, h := range hits {
		list[i] = h.FileName
	}
	return strings.Join(list, " ")
}

func TestFolderBecomesSearchable(t *testing.T) {
	t.Parallel()
	e := start(t)
	folder := e.Watch(garden(t))
	hits := e.Find("billhook")
	if names(hits) != "tools.html" {
		t.Fatalf("billhook is in %q", names(hits))
	}
	hit := hits[0]
	if hit.State != catalog.HitCurrent || hit.Page != 1 || !strings.Contains(hit.Snippet, "billhook") || len(hit.Marks) == 0 {
		t.Errorf("hit = %+v", hit)
	}
	page, err := e.Page(e.Owner(), hit.ContentID, hit.Page)
	if err != nil {
		t.Fatal(err)
	}
	if got := string([]rune(page.Text)[hit.Start:hit.End]); !strings.Contains(got, "billhook") {
		t.Errorf("the stored page from %d to %d says %q", hit.Start, hit.End, got)
	}
	again, added, err := e.AddFolder(e.Owner(), engine.FolderSpec{Path: folder.Path})
	if err != nil || added || again.ID != folder.ID {
		t.Errorf("adding again: %v, added %v, id %s for %s", err, added, again.ID, folder.ID)
	}
}

func TestEditDeleteAndReturn(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := garden(t)
	e.Watch(dir)
	before := e.Find("onions")[0].ContentID

	enginetest.WriteFiles(t, dir, map[string]string{"beds/onions.txt": "Shallots replaced them in April, and did well."})
	e.Settle()
	if got := e.Find("fourth of March"); len(got) != 0 {
		t.Errorf("the old text is still found in %q", names(got))
	}
	if hits := e.Find("shallots"); len(hits) != 1 || hits[0].ContentID != before {
		t.Errorf("the edited document is %+v, want content %s", hits, before)
	}
	if err := os.Remove(filepath.Join(dir, "beds/onions.txt")); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if got := e.Find("shallots"); len(got) != 0 {
		t.Errorf("a deleted file is still found: %+v", got)
	}
}

func TestRenameKeepsIdentity(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := garden(t)
	e.Watch(dir)
	before := e.Find("Veilchenblau")[0].ContentID
	if err := os.MkdirAll(filepath.Join(dir, "flowers"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "roses.md"), filepath.Join(dir, "flowers", "ramblers.md")); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	hits := e.Find("Veilchenblau")
	if len(hits) != 1 || hits[0].ContentID != before || hits[0].FileName != "ramblers.md" || hits[0].State != catalog.HitCurrent {
		t.Errorf("after the rename: %+v, want content %s", hits, before)
	}
}

func TestVanishedRootKeepsEverything(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := filepath.Join(t.TempDir(), "stick")
	if err := os.Rename(garden(t), dir); err != nil {
		t.Fatal(err)
	}
	folder := e.Watch(dir)
	if err := os.Rename(dir, dir+"-unplugged"); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	e.Eventually("the folder is offline", func() bool { return e.FolderState(folder.ID) == catalog.FolderOffline })
	if hits := e.Find("billhook"); len(hits) != 1 || hits[0].State != catalog.HitOffline {
		t.Errorf("while unplugged: %+v", hits)
	}
	if err := os.Rename(dir+"-unplugged", dir); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if hits := e.Find("billhook"); len(hits) != 1 || hits[0].State != catalog.HitCurrent {
		t.Errorf("after its return: %+v", hits)
	}
}

func TestDeletedContentStaysOutUntilItsBytesChange(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := garden(t)
	e.Watch(dir)
	id := e.Find("billhook")[0].ContentID
	if err := e.DeleteContent(e.Owner(), id); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if hits := e.Find("billhook"); len(hits) != 0 {
		t.Fatalf("a deleted document is found: %+v", hits)
	}
	if _, err := os.Stat(filepath.Join(dir, "tools.html")); err != nil {
		t.Fatalf("the person's file was touched: %v", err)
	}
	if err := e.RestoreContent(e.Owner(), id); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if hits := e.Find("billhook"); len(hits) != 1 || hits[0].ContentID != id {
		t.Fatalf("after restoring: %+v", hits)
	}
	if err := e.DeleteContent(e.Owner(), id); err != nil {
		t.Fatal(err)
	}
	enginetest.WriteFiles(t, dir, map[string]string{"tools.html": "<p>The billhook was sharpened.</p>"})
	e.Settle()
	if hits := e.Find("billhook"); len(hits) != 1 {
		t.Errorf("new bytes were not taken in: %+v", hits)
	}
}

func TestUnreadableFileSaysSoAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	e := start(t)
	dir := garden(t)
	secret := filepath.Join(dir, "roses.md")
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	e.Watch(dir)
	status, err := e.Status(e.Owner())
	if err != nil {
		t.Fatal(err)
	}
	if status.Documents.Failed != 1 || !strings.Contains(status.Documents.Failures[0].Error, "permission") {
		t.Errorf("documents = %+v", status.Documents)
	}
	if names(e.Find("billhook")) != "tools.html" {
		t.Error("its neighbour is not found")
	}
	if err := os.Chmod(secret, 0o600); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if names(e.Find("Veilchenblau")) != "roses.md" {
		t.Error("it is not found after its permissions were changed")
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	e := start(t)
	content, err := e.Import(e.Owner(), "", "../../etc/letter.txt", strings.NewReader("Dear Odette, the kiln is fixed."))
	if err != nil {
		t.Fatal(err)
	}
	if content.FileName != "letter.txt" || content.Source != catalog.SourceUpload {
		t.Errorf("content = %+v", content)
	}
	e.Settle()
	if hits := e.Find("kiln"); len(hits) != 1 || hits[0].State != catalog.HitCurrent {
		t.Errorf("hits = %+v", hits)
	}
	original, _, err := e.Original(e.Owner(), content.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer original.Close()
	buffer := make([]byte, 64)
	n, _ := original.Read(buffer)
	if string(buffer[:n]) != "Dear Odette, the kiln is fixed." {
		t.Errorf("original = %q", buffer[:n])
	}
}

func TestReindexGivesTheSameResults(t *testing.T) {
	t.Parallel()
	e := start(t)
	e.Watch(garden(t))
	before := e.Find("the")
	if err := e.Reindex(e.Owner()); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	after := e.Find("the")
	if names(before) != names(after) {
		t.Errorf("before %q, after %q", names(before), names(after))
	}
}

func TestWrongInput(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := garden(t)
	e.Watch(dir)
	search := func(text string) error {
		_, err := e.Search(e.Owner(), catalog.SearchRequest{Query: text})
		return err
	}
	add := func(path string) error {
		_, _, err := e.AddFolder(e.Owner(), engine.FolderSpec{Path: path})
		return err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		err  error
		want catalog.Code
	}{
		"no such folder":      {add(filepath.Join(dir, "nowhere")), catalog.NotFound},
		"a file":              {add(filepath.Join(dir, "roses.md")), catalog.Invalid},
		"inside another":      {add(filepath.Join(dir, "beds")), catalog.Invalid},
		"around another":      {add(filepath.Dir(dir)), catalog.Invalid},
		"a home directory":    {add(home), catalog.NeedsConsent},
		"empty query":         {search("  "), catalog.Invalid},
		"10 MB query":         {search(strings.Repeat("long ", 2<<20)), catalog.Invalid},
		"unknown document":    {second(e.Content(e.Owner(), "nonsense")), catalog.NotFound},
		"blank workspace":     {second(e.CreateWorkspace(e.Owner(), engine.WorkspaceSpec{Name: " "})), catalog.Invalid},
		"no actor":            {second(e.Workspaces(context.Background())), catalog.Unauthenticated},
		"unknown token":       {second(e.Authenticate(context.Background(), "guess")), catalog.Unauthenticated},
		"no such ability":     {third(e.CreateToken(e.Owner(), engine.TokenSpec{Abilities: []string{"fly"}})), catalog.Invalid},
		"page past the end":   {second(e.Page(e.Owner(), e.Find("billhook")[0].ContentID, 2)), catalog.NotFound},
		"unknown folder":      {e.RemoveFolder(e.Owner(), "nonsense", false), catalog.NotFound},
		"nameless upload":     {second(e.Import(e.Owner(), "", "/", strings.NewReader("x"))), catalog.Invalid},
		"workspace not there": {second(e.ResolveWorkspace(e.Owner(), "Nowhere")), catalog.NotFound},
	} {
		if got := catalog.CodeOf(c.err); got != c.want {
			t.Errorf("%s: code %q (%v), want %q", name, got, c.err, c.want)
		}
		if message := catalog.MessageOf(c.err); len(message) > 500 || strings.Contains(message, "\n") {
			t.Errorf("%s: the sentence is %q", name, message)
		}
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func TestOneOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true})
	_, err := engine.Open(t.Context(), engine.Options{DataDir: dir})
	if catalog.CodeOf(err) != catalog.Conflict || !errors.Is(err, engine.ErrBusy) {
		t.Fatalf("second owner: %v", err)
	}
	e.Stop()
	enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true}).Stop()
}

func TestCorruptDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true}).Stop()
	damaged := []byte(strings.Repeat("this is no database. ", 1000))
	if err := os.WriteFile(filepath.Join(dir, "sheaf.db"), damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := engine.Open(t.Context(), engine.Options{DataDir: dir})
	if catalog.CodeOf(err) != catalog.Corrupt || !strings.Contains(catalog.MessageOf(err), dir) {
		t.Errorf("open: %v", err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "sheaf.db"))
	if err != nil || string(kept) != string(damaged) {
		t.Errorf("the damaged file was changed (%v)", err)
	}
}
