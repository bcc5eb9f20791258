package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// BenchmarkRescan is a full scan of 20,000 unchanged files in 400 directories, watches and ignore rules included.
func BenchmarkRescan(b *testing.B) {
	root := tempRoot(b)
	writeFile(b, filepath.Join(root, ".gitignore"), "*.log\n/build/\n!keep.log\n")
	for i := range 20_000 {
		path := filepath.Join(root, fmt.Sprintf("d%02d/e%02d/%d.txt", i%20, i/20%20, i))
		if i < 400 {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				b.Fatal(err)
			}
		}
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	c := newCorpus(root)
	o := quickOptions(c)
	o.setDefaults()
	later := time.Now().Add(time.Hour)
	o.clock = func() time.Time { return later }
	f := newFolder(&o, catalog.Folder{ID: "f", Path: root})
	defer f.stopNotifying()
	f.rescan = true
	if err := f.step(b.Context()); err != nil {
		b.Fatal(err)
	}
	taken := c.taken
	b.ReportAllocs()
	for b.Loop() {
		f.rescan = true
		if err := f.step(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	if len(c.files) != 20_000 || c.taken != taken {
		b.Fatalf("%d files known, %d handed on anew", len(c.files), c.taken-taken)
	}
}
