package desktop

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestNoDisplay(t *testing.T) {
	t.Parallel()
	env := func(set string) func(string) string {
		return func(name string) string {
			if name == set {
				return ":0"
			}
			return ""
		}
	}
	if noDisplay("linux", env("")) == "" {
		t.Error("Linux without a display must say so")
	}
	for _, c := range []struct{ goos, set string }{{"linux", "DISPLAY"}, {"linux", "WAYLAND_DISPLAY"}, {"darwin", ""}, {"windows", ""}} {
		if said := noDisplay(c.goos, env(c.set)); said != "" {
			t.Errorf("%s with %q: %s", c.goos, c.set, said)
		}
	}
}

func TestSizeIsRemembered(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	want := size{Width: 1000, Height: 700, Maximised: true}
	if err := saveSize(dir, want); err != nil {
		t.Fatal(err)
	}
	if got := loadSize(dir); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestUnusableSizeGivesTheFirstOne(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "{", `{"width":10,"height":10}`, `{"width":-1,"height":900}`, `{"width":9999999,"height":900}`, `[]`} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "window.json"), []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := loadSize(dir); got != (size{Width: 1280, Height: 860}) {
			t.Errorf("%q gave %+v", raw, got)
		}
	}
}

func TestOpenCommand(t *testing.T) {
	t.Parallel()
	for goos, want := range map[string][]string{
		"linux":   {"xdg-open", "/a/$(x) b.pdf"},
		"darwin":  {"open", "--", "/a/$(x) b.pdf"},
		"windows": {"rundll32.exe", "url.dll,FileProtocolHandler", "/a/$(x) b.pdf"},
	} {
		got, err := openCommand(goos, "/a/$(x) b.pdf")
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", goos, got, err)
		}
	}
	for _, name := range []string{"/a/invoice.pdf.desktop", "/a/setup.EXE", "/a/run.sh"} {
		if got, err := openCommand("linux", name); catalog.CodeOf(err) != catalog.Denied {
			t.Errorf("%s would be opened with %q (%v)", name, got, err)
		}
	}
}

func TestShowCommand(t *testing.T) {
	t.Parallel()
	if got := showCommand("linux", "/a/b c/d.txt"); !slices.Equal(got, []string{"xdg-open", "/a/b c"}) {
		t.Errorf("%q", got)
	}
}
