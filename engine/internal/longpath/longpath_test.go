package longpath

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// deep makes a file at the end of a path of more than length bytes and returns the path.
func deep(t *testing.T, length int) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	rel := filepath.Join(slices.Repeat([]string{strings.Repeat("d", 200)}, length/200+1)...)
	if err := root.MkdirAll(rel, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := root.WriteFile(filepath.Join(rel, "a.txt"), []byte("deep"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := root.Symlink("a.txt", filepath.Join(rel, "link")); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, rel, "a.txt")
}

func TestFilesAtAnyDepth(t *testing.T) {
	t.Parallel()
	for _, length := range []int{1, 2000, 9000} {
		path := deep(t, length)
		info, err := Lstat(path)
		if err != nil || info.Size() != 4 || info.Name() != "a.txt" {
			t.Errorf("%d bytes of path: %v, %v", len(path), info, err)
		}
		f, err := Open(path, os.O_RDONLY)
		if err != nil {
			t.Fatalf("%d bytes of path: %v", len(path), err)
		}
		text, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(text) != "deep" {
			t.Errorf("%d bytes of path: %q, %v", len(path), text, err)
		}
		if info, err := Lstat(filepath.Join(filepath.Dir(path), "link")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("a link is followed: %v, %v", info, err)
		}
		for _, missing := range []string{path + "x", filepath.Join(filepath.Dir(path), "none", "b.txt")} {
			if _, err := Lstat(missing); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("what is not there: %v", err)
			}
			if _, err := Open(missing, os.O_RDONLY); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("what is not there is opened: %v", err)
			}
		}
	}
}
