package cli

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestAnOptionHasOneKindEverywhere(t *testing.T) {
	t.Parallel()
	commands := table()
	union := allOptions(commands)
	for _, c := range commands {
		optionsOf(c).VisitAll(func(f *pflag.Flag) {
			known := union.Lookup(f.Name)
			if known.Value.Type() != f.Value.Type() || known.Shorthand != f.Shorthand {
				t.Errorf("--%s of %q is another kind of option than elsewhere", f.Name, c.name)
			}
		})
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	for _, c := range table() {
		if c.run == nil || c.summary == "" || !strings.Contains(c.about, "Example") || !strings.Contains(c.about, "sheaf "+c.name) {
			t.Errorf("%q lacks its function, its summary or an example", c.name)
		}
	}
}

func TestOptionsStandAnywhere(t *testing.T) {
	t.Parallel()
	p := &Program{Env: func(string) string { return "" }}
	for _, line := range []string{
		"--data /d search water meter --limit 3 --json",
		"--limit 3 search --json water --data /d meter",
		"search water meter --json --limit=3 --data=/d",
		"--json --data /d --limit 3 search -- water meter",
		"--json --data /d --limit 3 -- search water meter",
	} {
		c, err := p.parse(strings.Fields(line))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if c.command.name != "search" || !c.json || c.options.number("limit") != 3 || c.cfg.DataDir != "/d" || strings.Join(c.args, " ") != "water meter" {
			t.Errorf("%s: %s %v %v", line, c.command.name, c.args, c.cfg)
		}
	}
	c, err := p.parse([]string{"--data", "/d", "search", "--", "--limit"})
	if err != nil || c.args[0] != "--limit" {
		t.Errorf("after --: %v %v", c, err)
	}
}

func TestTheWindowIsTheDesktopsDefault(t *testing.T) {
	t.Parallel()
	var got config.Config
	p := &Program{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Env: func(string) string { return "" }, Version: "1.2",
		Window: func(c config.Config) int { got = c; return 7 }}
	if code := p.Run(t.Context(), []string{"--data", "/d"}); code != 7 || got.DataDir != "/d" || got.Version != "1.2" {
		t.Errorf("code %d with %+v", code, got)
	}
	if code := p.Run(t.Context(), []string{"version"}); code != 0 {
		t.Errorf("a command beside the window: %d", code)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for want, errs := range map[int][]error{
		exitDone:     {nil},
		exitFailed:   {errors.New("x"), catalog.Errorf(catalog.Conflict, ""), catalog.Errorf(catalog.Corrupt, ""), catalog.Errorf(catalog.Unavailable, ""), context.Canceled},
		exitUsage:    {usage("x"), catalog.Errorf(catalog.Invalid, ""), catalog.Errorf(catalog.TooLarge, ""), catalog.Errorf(catalog.NeedsConsent, "")},
		exitPending:  {context.DeadlineExceeded},
		exitNotFound: {catalog.Errorf(catalog.NotFound, "")},
		exitDenied:   {catalog.Errorf(catalog.Denied, ""), catalog.Errorf(catalog.Unauthenticated, "")},
	} {
		for _, err := range errs {
			if got := exitCode(err); got != want {
				t.Errorf("%v: %d, want %d", err, got, want)
			}
		}
	}
}

func TestNothingReachesATerminalRaw(t *testing.T) {
	t.Parallel()
	hostile := "a\x1b[31mb\x07\u009b\u202ec\nd\xff\x7f"
	if got := clean(hostile); got != "a\uFFFD[31mb\uFFFD\uFFFD\uFFFDc d\uFFFD\uFFFD" {
		t.Errorf("clean: %q", got)
	}
	if got := cleanText("a\n\tb\x1b"); got != "a\n\tb\uFFFD" {
		t.Errorf("cleanText: %q", got)
	}
	var b bytes.Buffer
	if err := writeJSON(&b, map[string]string{"name": "a\u009b\u202e\x7f<ü>\x1b"}, false); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != `{"name":"a\u009b\u202e\u007f<ü>\u001b"}`+"\n" {
		t.Errorf("JSON: %s", got)
	}
}

func TestMarksThatDoNotFitAreLeftAlone(t *testing.T) {
	t.Parallel()
	c := &call{Program: &Program{Out: &bytes.Buffer{}, Env: func(string) string { return "" }}}
	marks := []catalog.Span{{Start: 0, End: 2}, {Start: 1, End: 3}, {Start: -1, End: 2}, {Start: 2, End: 99}, {Start: 3, End: 3}}
	if got := c.marked("Äpfel\nund Birnen", marks); got != "Äpfel und Birnen" {
		t.Error(got)
	}
}

func TestDurations(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Duration{"30s": 30 * time.Second, "10m": 10 * time.Minute, "90d": 90 * 24 * time.Hour, "2w": 14 * 24 * time.Hour, "0s": 0} {
		if got, err := duration("x", in); err != nil || got != want {
			t.Errorf("%s: %v %v", in, got, err)
		}
	}
	for _, in := range []string{"", "d", "-1d", "-3s", "1.5d", "soon", "999999d", "10"} {
		if got, err := duration("x", in); err == nil {
			t.Errorf("%q is taken as %v", in, got)
		}
	}
}
