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

// TestBombsEndWithAReason reads every bomb, smaller than the measurement's, in real children beside an ordinary folder: so
// small that much of it may be read whole. How long searches take meanwhile is for the measurement: a machine that runs tests has other things to do.
func TestBombsEndWithAReason(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the memory of processes can be measured on Linux only")
	}
	if os.Getenv("SHEAF_BOMBS") == "" {
		t.Skip("set SHEAF_BOMBS=1 to read every bomb: how long that takes on an idle machine has not been measured yet")
	}
	o := keywordsOnly()
	o.Engine.Assets = assetsForBombs()
	o.Dir = folderOf(t, map[string]string{
		"harbour.txt": "The harbour opens in spring, when the ice has gone and the first boats come back to their berths.",
		"orchard.md":  "# The orchard\n\nApples are picked in autumn, pears a little earlier, and plums whenever somebody climbs the tree.",
	})
	folder := t.TempDir()
	before := processorTime()
	results, err := o.bombard(t.Context(), folder, bombs.Small)
	if results == nil {
		t.Fatal(err)
	}
	t.Logf("%v of processor time", processorTime()-before)
	for _, line := range results.(lines) {
		switch r := line.(type) {
		case bombResult:
			if !r.Held && r.Outcome != "whole" && (o.Engine.Assets != "" || !strings.HasSuffix(r.Bomb, ".pdf")) {
				t.Errorf("%s ended %s: %q", r.Bomb, r.Outcome, r.Reason)
			}
		case bombsResult:
			if r.ParentAbove >= r.ParentLimit || r.Child >= r.ChildLimit || r.Bombs != len(bombs.All()) || r.Searches == 0 {
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
