package bombs

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

// TestQuines: what they unpack to is what they are.
func TestQuines(t *testing.T) {
	t.Parallel()
	g, err := gzip.NewReader(strings.NewReader(gzipQuine()))
	if err != nil {
		t.Fatal(err)
	}
	if inner, err := io.ReadAll(g); err != nil || string(inner) != gzipQuine() {
		t.Errorf("gzip: %v, %d bytes of %d", err, len(inner), len(gzipQuine()))
	}
	z, err := zip.NewReader(strings.NewReader(zipQuine), int64(len(zipQuine)))
	if err != nil || len(z.File) != 1 {
		t.Fatal(err)
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if inner, err := io.ReadAll(f); err != nil || string(inner) != zipQuine {
		t.Errorf("zip: %v, %d bytes", err, len(inner))
	}
}

// TestBombsAreWhatTheySay writes each bomb twice: it is the same both times, small, and has a name of its own.
func TestBombsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	tiny := Size{Packed: 3 << 20, Line: 64 << 10, Depth: 50, Pages: 30, Rows: 10_000, Wide: 500, Side: 50, Inner: 3}
	names := map[string]bool{}
	for _, b := range All() {
		var first, second bytes.Buffer
		if err := b.Write(&first, tiny); err != nil {
			t.Errorf("%s: %v", b.Name, err)
		}
		if err := b.Write(&second, tiny); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s is not the same twice: %v", b.Name, err)
		}
		if first.Len() == 0 || names[b.Name] {
			t.Errorf("%s: %d bytes, or a name that another has", b.Name, first.Len())
		}
		names[b.Name] = true
	}
}

// TestPackedContent reads back what was packed block by block.
func TestPackedContent(t *testing.T) {
	t.Parallel()
	c := contentOf("head ", "block ", " tail", 3<<20)
	var b bytes.Buffer
	if err := writeZip(&b, part{name: "a", long: c}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	inner, err := io.ReadAll(f)
	if err != nil || int64(len(inner)) != c.size() || !bytes.HasPrefix(inner, []byte("head block block")) || !bytes.HasSuffix(inner, []byte("block  tail")) {
		t.Errorf("%v, %d bytes of %d", err, len(inner), c.size())
	}
}
