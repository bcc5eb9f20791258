package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	base := tempRoot(t)
	home := filepath.Join(base, "home")
	for _, p := range []string{"home/docs/sub/a.txt", "home/pics/b.txt", "home/.local/share/sheaf/x", "home/visible/sheaf/x", "docs2/c"} {
		writeFile(t, filepath.Join(base, p), "x")
	}
	if err := os.Symlink(filepath.Join(home, "pics"), filepath.Join(base, "link")); err != nil {
		t.Fatal(err)
	}
	in := func(p string) string { return filepath.Join(base, p) }
	existing := []catalog.Folder{{ID: "1", Path: in("home/docs")}}
	data := in("home/.local/share/sheaf")
	for _, c := range []struct {
		name, path string
		consent    bool
		reserved   string
		want       string
		code       catalog.Code
	}{
		{"plain", in("home/pics"), false, data, in("home/pics"), ""},
		{"through a link", in("link"), false, data, in("home/pics"), ""},
		{"not clean", in("home/pics/../pics/."), false, data, in("home/pics"), ""},
		{"again", in("home/docs"), false, data, in("home/docs"), ""},
		{"name begins alike", in("docs2"), false, data, in("docs2"), ""},
		{"none", in("home/none"), false, data, "", catalog.NotFound},
		{"a file", in("home/pics/b.txt"), false, data, "", catalog.Invalid},
		{"beneath a file", in("home/pics/b.txt/c"), false, data, "", catalog.Invalid},
		{"empty", "", false, data, "", catalog.Invalid},
		{"inside", in("home/docs/sub"), true, data, "", catalog.Invalid},
		{"around", base, true, data, "", catalog.Invalid},
		{"the data directory", data, true, data, "", catalog.Invalid},
		{"in the data directory", in("home/visible/sheaf"), true, in("home/visible"), "", catalog.Invalid},
		{"around a visible data directory", in("home/visible"), true, in("home/visible/sheaf"), "", catalog.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Validate(c.path, existing, home, c.consent, c.reserved)
			if got != c.want || catalog.CodeOf(err) != c.code {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && !strings.HasSuffix(catalog.MessageOf(err), ".") {
				t.Errorf("not a sentence: %q", catalog.MessageOf(err))
			}
		})
	}
	for _, path := range []string{home, "/"} {
		if _, err := Validate(path, nil, home, false, data); catalog.CodeOf(err) != catalog.NeedsConsent {
			t.Errorf("%s: %v", path, err)
		}
	}
	if got, err := Validate(home, nil, home, true, data); got != home || err != nil {
		t.Errorf("a home directory with consent: %q, %v", got, err)
	}
}

func TestCountFiles(t *testing.T) {
	t.Parallel()
	root := tempRoot(t)
	for i := range 30 {
		writeFile(t, filepath.Join(root, fmt.Sprintf("d%d/%d.txt", i%3, i)), "x")
		writeFile(t, filepath.Join(root, fmt.Sprintf("node_modules/%d.js", i)), "x")
	}
	if n, more := CountFiles(t.Context(), root, 100); n != 30 || more {
		t.Errorf("%d, %t", n, more)
	}
	if n, more := CountFiles(t.Context(), root, 15); n != 15 || !more {
		t.Errorf("bounded: %d, %t", n, more)
	}
}
