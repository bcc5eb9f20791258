package measure

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/app/measure/bombs"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// fewBombs are one or two of each kind, such as a child is done with in a moment. PDFs are not among them: making their reader
// ready takes longer than all of these.
var fewBombs = []string{
	"deflate.zip", "deflate.docx", "nested-20.zip", "nested.gz", "quine.zip", "quine.gz", "deep.json", "deep.xml", "deep.rtf",
	"rows.csv", "line.txt", "deep.eml", "claims-100000-pixels-a-side.png", "claims-8-exabytes.tar", "claims-entries.zip", "packed-header.7z",
}

// TestBombsEndWithAReason reads a few bombs, smaller than the measurement's, in real children beside an ordinary folder: so
// small that much of it may be read whole. SHEAF_BOMBS=1 reads every kind, which takes minutes. How long searches take meanwhile is for
// the measurement: a machine that runs tests has other things to do.
func TestBombsEndWithAReason(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the memory of processes can be measured on Linux only")
	}
	list := bombs.Named(fewBombs...)
	if len(list) != len(fewBombs) {
		t.Fatalf("%d bombs of %d", len(list), len(fewBombs))
	}
	if os.Getenv("SHEAF_BOMBS") != "" {
		list = bombs.All()
	}
	o := keywordsOnly()
	o.Engine.Assets = assetsForBombs()
	o.Dir = folderOf(t, map[string]string{
		"harbour.txt": "The harbour opens in spring, when the ice has gone and the first boats come back to their berths.",
		"orchard.md":  "# The orchard\n\nApples are picked in autumn, pears a little earlier, and plums whenever somebody climbs the tree.",
	})
	folder := t.TempDir()
	results, err := o.bombard(t.Context(), folder, list, bombs.Small)
	if results == nil {
		t.Fatal(err)
	}
	for _, line := range results.(lines) {
		switch r := line.(type) {
		case bombResult:
			t.Logf("%s: %s %s", r.Bomb, r.Outcome, r.Reason)
			if !r.Held && r.Outcome != "whole" && (o.Engine.Assets != "" || !strings.HasSuffix(r.Bomb, ".pdf")) {
				t.Errorf("%s ended %s: %q", r.Bomb, r.Outcome, r.Reason)
			}
		case bombsResult:
			if r.ParentAbove >= r.ParentLimit || r.Child >= r.ChildLimit || r.Bombs != len(list) || r.Searches == 0 {
				said, _ := json.Marshal(r)
				t.Errorf("%s", said)
			}
		}
	}
}

// assetsForBombs is where the PDF reader lies, or empty: bombs that are no PDF are read without.
func assetsForBombs() string {
	for _, dir := range []string{os.Getenv("SHEAF_MODELS"), filepath.Join(enginetest.Root(), "build", "bin")} {
		if dir != "" && isFile(filepath.Join(dir, "lib", "pdfium.wasm")) {
			return dir
		}
	}
	return ""
}
