package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// FuzzParse holds that no command line panics and that every refusal is one line.
func FuzzParse(f *testing.F) {
	for _, line := range []string{"", "search -- x", "--data /d folder add . --ignore a --ignore b", "-h", "help folder add", "--version", "-w", "--limit=", "search --filter {"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		p := &Program{Env: func(string) string { return "" }}
		if _, err := p.parse(strings.Split(line, " ")); err != nil {
			if s := clean(err.Error()); s == "" || strings.ContainsAny(s, "\n\x1b") {
				t.Errorf("%q: %q", line, s)
			}
		}
	})
}

// FuzzClean holds that cleaning keeps the number of code points and leaves nothing a terminal acts on.
func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31m\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || catalog.Reorders(r) }) {
			t.Errorf("%q is left as %q", s, got)
		}
		if utf8.ValidString(s) && utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("%q has lost its offsets: %q", s, got)
		}
	})
}
