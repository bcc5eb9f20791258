package extract

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples are the documents in testdata.
func samples(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.*")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	return slices.DeleteFunc(paths, func(p string) bool { return filepath.Ext(p) == ".py" || filepath.Base(p)[0] == '.' })
}

// holdsPDF tells which samples need the PDF reader: Apple's documents have a preview in them.
func holdsPDF(path string) bool {
	return filepath.Ext(path) == ".pdf" || filepath.Ext(path) == ".pages"
}

func newPDFReader(t testing.TB) *pdfReader {
	r := &pdfReader{assets: assets(), cache: filepath.Join(os.TempDir(), "sheaf-test-extract-cache"), compiles: true}
	t.Cleanup(r.close)
	return r
}

func TestGoldenDocuments(t *testing.T) {
	t.Parallel()
	for _, path := range samples(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if holdsPDF(path) {
				needPDF(t)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := readDocument(inputOf(filepath.Base(path), data, newPDFReader(t)))
			got := rendered(doc, err)
			checkDocument(t, doc)
			golden := filepath.Join("testdata", "golden", filepath.Base(path)+".golden")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("differs from %s:\n%s", golden, got)
			}
		})
	}
}

// rendered shows a document for a person to check.
func rendered(doc catalog.Document, err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "error: %s: %s\n", catalog.CodeOf(err), catalog.MessageOf(err))
		return b.String()
	}
	fmt.Fprintf(&b, "format: %s\ntitle: %s\n", doc.Format, doc.Title)
	for _, k := range slices.Sorted(maps.Keys(doc.Properties)) {
		fmt.Fprintf(&b, "%s: %s\n", k, doc.Properties[k])
	}
	for _, w := range doc.Warnings {
		if strings.HasPrefix(w, "This picture is found by its name.") {
			w = "no words" // why depends on whether this machine recognises them
		}
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	for _, p := range doc.Pages {
		points := []rune(p.Text)
		fmt.Fprintf(&b, "--- page %d: %d code points\n%q\n", p.Number, len(points), p.Text)
		for _, block := range p.Blocks {
			fmt.Fprintf(&b, "%s %d %d-%d %q\n", block.Kind, block.Level, block.Start, block.End, string(points[block.Start:block.End]))
		}
	}
	for _, p := range doc.Parts {
		fmt.Fprintf(&b, "=== part %s %q, %d bytes\n", p.Key, p.Name, p.Size)
		var failed error
		if p.Failure != "" {
			failed = catalog.Errorf(catalog.Unsupported, "%s", p.Failure)
		}
		b.WriteString(rendered(p.Document, failed))
	}
	return b.String()
}

// checkDocument holds a document to what catalog promises of every document.
func checkDocument(t testing.TB, doc catalog.Document) {
	t.Helper()
	for i, p := range doc.Pages {
		if p.Number != i+1 {
			t.Fatalf("page %d is numbered %d", i+1, p.Number)
		}
		if !utf8.ValidString(p.Text) || clean(p.Text) != p.Text {
			t.Fatalf("page %d: text is not clean", p.Number)
		}
		at, n := 0, utf8.RuneCountInString(p.Text)
		for _, b := range p.Blocks {
			if b.Start < at || b.End < b.Start || b.End > n {
				t.Fatalf("page %d: block %+v after %d of %d", p.Number, b, at, n)
			}
			at = b.End
		}
	}
	for _, p := range doc.Parts {
		checkDocument(t, p.Document)
	}
	for k, v := range doc.Properties {
		if !utf8.ValidString(k) || !utf8.ValidString(v) {
			t.Fatalf("property %q", k)
		}
	}
	if frame := appendResult(nil, [32]byte{}, doc); len(doc.Pages) > 0 {
		if _, err := decodeResult(frame[5:]); err != nil {
			t.Fatalf("does not survive the wire: %v", err)
		}
	}
}
