package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestRenamedInCase: where the system ignores case it still finds the name that a file had; only the listing tells that
// the file has another now. Where case counts, both are files.
func TestRenamedInCase(t *testing.T) {
	t.Parallel()
	folder := catalog.Folder{Path: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(folder.Path, "dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dir/NOTES.txt", "both.txt", "BOTH.txt"} {
		if err := os.WriteFile(filepath.Join(folder.Path, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m := memory{claimed: map[string]bool{}, lstat: func(path string) (os.FileInfo, error) {
		return os.Lstat(filepath.Join(folder.Path, "dir/NOTES.txt")) // whatever the spelling
	}}
	for _, c := range []struct {
		old, now string
		renamed  bool
	}{
		{"dir/notes.txt", "dir/NOTES.txt", true},
		{"Dir/NOTES.txt", "dir/NOTES.txt", true},
		{"both.txt", "BOTH.txt", false},
		{"elsewhere.txt", "dir/NOTES.txt", false},
	} {
		old := catalog.File{FileStat: catalog.FileStat{Path: c.old, Inode: 7, Birth: 1}, SHA256: strings.Repeat("a", 64), ContentID: "c"}
		m.byInode = map[uint64][]catalog.File{7: {old}}
		now := hashed{FileStat: catalog.FileStat{Path: c.now, Inode: 7, Birth: 1}, hash: old.SHA256}
		if _, renamed := m.renamedFrom(folder, now); renamed != c.renamed {
			t.Errorf("%s became %s: a rename %v, want %v", c.old, c.now, renamed, c.renamed)
		}
	}
}
