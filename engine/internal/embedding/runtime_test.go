package embedding

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestBadLibrary runs itself in a process of its own, because a process loads the runtime once: the first library is
// no library, the second is the real one.
func TestBadLibrary(t *testing.T) {
	t.Parallel()
	assets := realAssets(t)
	const marker = "SHEAF_TEST_BAD_LIBRARY"
	if os.Getenv(marker) == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBadLibrary$")
		child.Env = append(os.Environ(), marker+"=1")
		if said, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, said)
		}
		return
	}
	bad := Assets{Library: filepath.Join(t.TempDir(), libraryName()), Model: assets.Model}
	if err := os.WriteFile(bad.Library, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	model, err := Open(bad)
	if err != nil {
		t.Fatal(err)
	}
	_, err = model.EmbedQuery(t.Context(), "text")
	if catalog.CodeOf(err) != catalog.Unavailable || !strings.Contains(catalog.MessageOf(err), bad.Library) {
		t.Errorf("not a library: %v", err)
	}
	good, err := Open(assets)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := good.EmbedQuery(t.Context(), "text"); err != nil {
		t.Errorf("the real library after a bad one: %v", err)
	}
	if err := good.Close(); err != nil {
		t.Error(err)
	}
}
