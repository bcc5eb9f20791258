package engine

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestAChangedOriginalHasNoHash(t *testing.T) {
	t.Parallel()
	e, _, ctx, _ := shelf(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(path, []byte("quinces"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	workspace, err := e.ResolveWorkspace(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := e.store.AddFolder(ctx, catalog.Folder{Path: dir, WorkspaceID: workspace.ID, AddedBy: e.LocalOwner().UserID})
	if err != nil {
		t.Fatal(err)
	}
	hash := "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	if err := e.store.Capture(ctx, folder, []catalog.Captured{{Kind: catalog.CaptureNew, SHA256: hash, Format: "text/plain",
		Stat: catalog.FileStat{Path: "notes.txt", Size: info.Size(), ModTime: info.ModTime().UnixNano(), Inode: 1, Birth: 1}}}); err != nil {
		t.Fatal(err)
	}
	file, err := e.store.File(ctx, folder.ID, "notes.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := func() string {
		t.Helper()
		bytes, content, err := e.Original(ctx, file.ContentID)
		if err != nil {
			t.Fatal(err)
		}
		bytes.Close()
		return content.SHA256
	}
	if got := known(); got != hash {
		t.Errorf("as it was read: %q", got)
	}
	if err := os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := known(); got != "" {
		t.Errorf("after a change: %q", got)
	}
	link := shareOf(t, e, ctx, file.ContentID, time.Hour)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if code := servedBy(t, e, link); code != catalog.Unavailable {
		t.Errorf("without the file: %q", code)
	}
}
