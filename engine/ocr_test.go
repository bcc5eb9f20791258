package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// A scanned page is found by its words and cited by its number, and the document says how it was read.
func TestScannedPagesAreFoundAtTheirPage(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed")
	}
	data, err := os.ReadFile(filepath.Join(enginetest.Root(), "engine", "internal", "extract", "testdata", "scanned.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "scanned.pdf"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	e := enginetest.Start(t, engine.Options{NoModel: true, Assets: enginetest.Assets(t)})
	e.Watch(dir)
	for query, page := range map[string]int{"week-end hours by heart": 1, "pier scanned": 2, "cafés and nothing else": 4} {
		if hits := e.Find(query); len(hits) == 0 || hits[0].Page != page {
			t.Errorf("%q: %+v", query, hits)
		}
	}
	detail, err := e.ContentDetail(e.Owner(), byName(t, e, "scanned.pdf").ID)
	if err != nil || detail.ReadByOCR != "1, 4" || len(detail.Warnings) != 0 {
		t.Errorf("read by OCR %q, warnings %q, %v", detail.ReadByOCR, detail.Warnings, err)
	}
}
