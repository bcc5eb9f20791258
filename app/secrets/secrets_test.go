package secrets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// contract is what both ways of keeping must do.
func contract(t *testing.T, b *Box) {
	if _, err := b.Get("a"); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("nothing was kept: %v", err)
	}
	for name, secret := range map[string]string{"a": "shf_one", "b": "shf_two"} {
		if err := b.Put(name, secret); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Put("a", "shf_three"); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get("a"); got != "shf_three" || err != nil {
		t.Errorf("a is %q, %v", got, err)
	}
	if err := b.Drop("a"); err != nil {
		t.Fatal(err)
	}
	if err := b.Drop("a"); err != nil {
		t.Errorf("dropping it again: %v", err)
	}
	if _, err := b.Get("a"); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("after dropping: %v", err)
	}
	if got, err := b.Get("b"); got != "shf_two" || err != nil {
		t.Errorf("b is %q, %v", got, err)
	}
}

func TestTheFileIsPrivateAndGoesWhenItIsEmpty(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := Open(dir, false)
	contract(t, b)
	info, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file: %v %v", info, err)
	}
	if again, err := Open(dir, false).Get("b"); again != "shf_two" || err != nil {
		t.Errorf("opened again: %q %v", again, err)
	}
	if err := b.Drop("b"); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestADamagedFileIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := Open(dir, false)
	if err := b.Put("a", "shf_one"); catalog.CodeOf(err) != catalog.Unavailable || strings.Contains(err.Error(), "shf_one") {
		t.Errorf("putting: %v", err)
	}
	if _, err := b.Get("a"); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("getting: %v", err)
	}
}

// TestTheKeyring is not parallel: the library's stand-in for a keyring is one for the whole process.
func TestTheKeyring(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := &Box{path: filepath.Join(dir, fileName), ring: true}
	contract(t, b)
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("files beside the keyring: %v", left)
	}
	keyring.MockInitWithError(os.ErrPermission)
	if err := b.Put("c", "shf_four"); err != nil {
		t.Errorf("a keyring that refuses: %v", err)
	}
	if got, err := b.Get("c"); got != "shf_four" || err != nil {
		t.Errorf("c is %q, %v", got, err)
	}
}
