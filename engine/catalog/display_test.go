package catalog

import "testing"

func TestNothingMisleadingIsShown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Größe 漢字 🐝":             "Größe 漢字 🐝",
		"a\x1b[31mb\x07":         "a\uFFFD[31mb\uFFFD",
		"a\u009b\u202eb\u2028c":  "a\uFFFD\uFFFDb\uFFFDc",
		"a\nb\tc\rd":             "a b c d",
		"a\xffb":                 "a\uFFFDb",
		"a\U000E0041b\U000E007F": "a\uFFFDb\uFFFD",
	} {
		if got := PlainLine(in); got != want {
			t.Errorf("%q is shown as %q", in, got)
		}
	}
	if got := PlainText("a\n\tb\rc\x1b"); got != "a\n\tb\uFFFDc\uFFFD" {
		t.Errorf("%q", got)
	}
}
