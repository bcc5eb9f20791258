package check

import (
	"bufio"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// topLevel is all that may stand at the top of the repository: the house's rooms, and what tools insist on finding there.
var topLevel = strings.Fields(`
	app frontend sync engine build docs
	main.go go.mod go.sum wails.json README.md Makefile LICENSE CHANGELOG.md`)

// The most lines a file may have; tests are lists of cases and may be longer.
const longestFile, longestTest = 500, 700

func TestLayoutTopLevel(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(topLevel, e.Name()) {
			t.Errorf("%s does not belong at the top level; docs/ARCHITECTURE.md says where things go", e.Name())
		}
	}
}

// TestLayoutFileLength keeps one subject a file: generated files apart, none is longer than these limits.
func TestLayoutFileLength(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && notSource(d.Name()) {
			return fs.SkipDir
		}
		generated := strings.Contains(name, "generated") || strings.Contains(name, ".gen.") || strings.Contains(name, "_gen.")
		if d.IsDir() || generated || !slices.Contains([]string{".go", ".ts", ".tsx", ".py"}, path.Ext(name)) {
			return nil
		}
		most := longestFile
		if strings.Contains(path.Base(name), "_test.") || strings.Contains(path.Base(name), ".test.") {
			most = longestTest
		}
		if n, err := countLines(root, name); err != nil || n > most {
			t.Errorf("%s has %d lines (%v); split it by subject, %d is the most", name, n, err, most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func countLines(root fs.FS, name string) (int, error) {
	f, err := root.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, lines := 0, bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		n++
	}
	return n, lines.Err()
}
