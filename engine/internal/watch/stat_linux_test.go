package watch

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestStrangeEntries(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	outside := tempRoot(t)
	writeFile(t, filepath.Join(outside, "secret.txt"), "x")
	writeFile(t, filepath.Join(root, "d/plain.txt"), "x")
	raw := "caf\xe9.txt" // Latin-1, no UTF-8
	writeFile(t, filepath.Join(root, raw), "x")
	writeFile(t, filepath.Join(root, "new\nline.txt"), "x")
	for _, link := range [][2]string{{root, "loop"}, {"..", "d/up"}, {outside, "out"}, {"plain.txt", "d/alias"}, {"nowhere", "dangling"}} {
		if err := os.Symlink(link[0], filepath.Join(root, link[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(createFile(t, filepath.Join(root, "cloud.pdf")), 1<<20); err != nil { // size without blocks
		t.Fatal(err)
	}
	c := newCorpus(root)
	w := watching(t, c, nil)
	want := []string{raw, "d/plain.txt", "new\nline.txt"}
	c.awaitPaths(t, want...)
	s := c.awaitState(t, catalog.FolderWatching)
	if s.Skipped != 7 || s.CloudOnly != 1 || !strings.Contains(s.Reason, "cloud") {
		t.Errorf("%+v", s)
	}
	// A directory that is replaced by a link to its like is gone.
	rename(t, filepath.Join(root, "d"), filepath.Join(outside, "d"))
	if err := os.Symlink(filepath.Join(outside, "d"), filepath.Join(root, "d")); err != nil {
		t.Fatal(err)
	}
	c.awaitPaths(t, raw, "new\nline.txt")
	// A document whose bytes were moved to the cloud is kept.
	if err := os.Truncate(createFile(t, filepath.Join(root, raw)), 1<<20); err != nil {
		t.Fatal(err)
	}
	check(t, w)
	c.awaitPaths(t, raw, "new\nline.txt")
}

func createFile(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	return path
}

func TestStatNow(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	path := filepath.Join(root, "a.txt")
	writeFile(t, path, "four")
	os.Symlink(path, filepath.Join(root, "link"))
	syscall.Mkfifo(filepath.Join(root, "pipe"), 0o644)
	s, err := StatNow(path)
	info, _ := os.Lstat(path)
	sys := info.Sys().(*syscall.Stat_t)
	if err != nil || s.Size != 4 || s.Inode != sys.Ino || s.ModTime != info.ModTime().UnixNano() {
		t.Errorf("%+v, %v", s, err)
	}
	for name, code := range map[string]catalog.Code{"none": catalog.NotFound, "a.txt/b": catalog.NotFound,
		"link": catalog.Unsupported, "pipe": catalog.Unsupported, ".": catalog.Unsupported} {
		if _, err := StatNow(filepath.Join(root, name)); catalog.CodeOf(err) != code {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir, err := openDir(root)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	at, err := statAt(dir, root, "a.txt")
	plain, plainErr := plainLstat(path)
	if err != nil || plainErr != nil || at.FileStat != s || at.device != sys.Dev || plain.device != at.device || !plain.SameBytes(s) {
		t.Errorf("%+v and %+v, %v %v", at, plain, err, plainErr)
	}
}
