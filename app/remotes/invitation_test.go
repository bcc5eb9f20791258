package remotes

import (
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestAnInvitationSurvivesAMail(t *testing.T) {
	t.Parallel()
	made := invitation{URL: "https://sheaf.example.org:7450", Token: "shf_secret", Pin: strings.Repeat("ab", 32)}
	text := made.String()
	if strings.Contains(text, "shf_secret") {
		t.Error("the token can be read over somebody's shoulder")
	}
	folded := " " + text[:20] + "\r\n  " + text[20:60] + "\n" + text[60:] + "\n"
	if got, err := parseInvitation(folded); got != made || err != nil {
		t.Errorf("read %+v, %v", got, err)
	}
	for _, broken := range []string{"", "sheaf-invite-", text[:len(text)-3], text[1:], text[:40] + "A" + text[41:], "https://sheaf.example.org"} {
		if broken == text {
			continue
		}
		if got, err := parseInvitation(broken); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q is %+v, %v", broken, got, err)
		}
	}
}

func TestAddressesThatMaySendAToken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		insecure bool
		want     string // empty: refused
	}{
		{"https://Sheaf.Example.org:7450/", false, "https://sheaf.example.org:7450"},
		{"https://example.org/sheaf/", false, "https://example.org/sheaf"},
		{"http://127.0.0.1:7450", false, "http://127.0.0.1:7450"},
		{"http://[::1]:7450", false, "http://[::1]:7450"},
		{"http://localhost:7450", false, "http://localhost:7450"},
		{"http://192.168.1.5:7450", false, ""},
		{"http://192.168.1.5:7450", true, "http://192.168.1.5:7450"},
		{"http://127.0.0.1.example.org", false, ""},
		{"https://user:pass@example.org", false, ""},
		{"ftp://example.org", false, ""},
		{"example.org", false, ""},
		{"", false, ""},
	} {
		got, err := plainURL(c.text, c.insecure)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q (insecure %v): %q, %v", c.text, c.insecure, got, err)
		}
	}
}

func TestAPinIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	want := strings.Repeat("a0", 32)
	for _, text := range []string{want, strings.ToUpper(want), strings.TrimSuffix(strings.Repeat("A0:", 32), ":"), strings.Repeat("a0a0 ", 16)} {
		if got, err := plainPin(text); got != want || err != nil {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	if _, err := plainPin("a0"); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("a short one: %v", err)
	}
}
