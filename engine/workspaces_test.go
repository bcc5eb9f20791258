package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// opened is an engine on dir that does not run, and a context of its owner.
func opened(t *testing.T, dir string) (*Engine, context.Context) {
	t.Helper()
	e, err := Open(t.Context(), Options{DataDir: dir, NoModel: true})
	if err != nil {
		t.Fatal(err)
	}
	return e, catalog.WithActor(t.Context(), e.LocalOwner())
}

// holds reports whether the bytes of a document are in the blob store.
func (e *Engine) holds(t *testing.T, c catalog.Content) bool {
	t.Helper()
	has, err := e.blobs.Has(t.Context(), c.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return has
}

func TestADeletedWorkspaceTakesItsBytesAlong(t *testing.T) {
	t.Parallel()
	e, ctx := opened(t, t.TempDir())
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	w, err := e.CreateWorkspace(ctx, WorkspaceSpec{Name: "Doomed"})
	if err != nil {
		t.Fatal(err)
	}
	put := func(workspace, text string) catalog.Content {
		t.Helper()
		c, err := e.Import(ctx, workspace, "n.txt", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	large := strings.Repeat("A page about medlars. ", 10_000) // over 64 KiB: a file among the blobs
	own, ownLarge, trashed := put(w.ID, "small"), put(w.ID, large), put(w.ID, "in the trash")
	shared, sharedLarge := put(w.ID, "both have it"), put(w.ID, large+"And so do others.")
	put("", "both have it")
	put("", large+"And so do others.")
	if err := e.DeleteContent(ctx, trashed.ID); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "own.txt")
	if err := os.WriteFile(file, []byte("A person's own file."), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.AddFolder(ctx, FolderSpec{Path: dir, WorkspaceID: w.ID}); err != nil {
		t.Fatal(err)
	}

	if err := e.DeleteWorkspace(ctx, w.ID); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]catalog.Content{"small": own, "large": ownLarge, "trashed": trashed} {
		if e.holds(t, c) {
			t.Errorf("the bytes of the %s document are still there", name)
		}
	}
	for name, c := range map[string]catalog.Content{"small": shared, "large": sharedLarge} {
		if !e.holds(t, c) {
			t.Errorf("the bytes of the %s document that another workspace has are gone", name)
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "A person's own file." {
		t.Errorf("the file in the watched folder: %q, %v", text, err)
	}
	if _, added, err := e.AddFolder(ctx, FolderSpec{Path: dir}); err != nil || !added {
		t.Errorf("its folder in another workspace: added %v, %v", added, err)
	}
	if err := e.DeleteWorkspace(ctx, w.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("deleted again: %v", err)
	}
}

func TestADeletionThatWasCutOffGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e, ctx := opened(t, dir)
	var doomed []catalog.Content
	for range 2 {
		w, err := e.CreateWorkspace(ctx, WorkspaceSpec{Name: "Doomed"})
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.Import(ctx, w.ID, "n.txt", strings.NewReader("bytes of "+w.ID))
		if err != nil {
			t.Fatal(err)
		}
		doomed = append(doomed, c)
	}
	if err := e.store.DeleteWorkspace(ctx, doomed[0].WorkspaceID); err != nil { // and then the power goes
		t.Fatal(err)
	}
	if !e.holds(t, doomed[0]) {
		t.Fatal("nothing was left to do")
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}

	e, ctx = opened(t, dir)
	if e.holds(t, doomed[0]) {
		t.Error("opening did not finish the deletion")
	}
	run, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- e.Run(run) }()
	defer func() {
		stop()
		if err := errors.Join(<-ended, e.Close()); err != nil {
			t.Error(err)
		}
	}()
	<-e.running
	if err := e.store.DeleteWorkspace(ctx, doomed[1].WorkspaceID); err != nil { // and then the caller hangs up
		t.Fatal(err)
	}
	e.purgeSoon()
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for e.holds(t, doomed[1]) {
		select {
		case <-ticker.C:
		case <-patience.C:
			t.Fatal("the background did not finish the deletion")
		}
	}
}
