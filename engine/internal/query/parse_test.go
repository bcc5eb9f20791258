package query

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct{ terms, phrases, excluded string }{
		"How many points did the Panthers defense surrender?": {terms: "points|Panthers|defense|surrender"},
		`the "atomic number" of oxygen`:                       {terms: "atomic|number|oxygen", phrases: "atomic number"},
		`budget -draft -"old version"`:                        {terms: "budget", excluded: "draft|old version"},
		"well-known 3.5-inch":                                 {terms: "well|known|3.5|inch"},
		"5 - 3":                                               {terms: "5|3"},
		"Wie viele Punkte gab die Verteidigung ab?":           {terms: "Punkte|Verteidigung|ab"},
		"who is the who":                                      {terms: "who|is|the"},
		"北京大学 在哪里":                                            {terms: "北京大学|在哪里"},
		"run Run RUN":                                         {terms: "run"},
		`"unbalanced quote`:                                   {terms: "unbalanced|quote"},
	} {
		p, err := Parse(query, false)
		if err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		k := p.Keyword
		if got := strings.Join(k.Terms, "|"); got != want.terms {
			t.Errorf("%q: terms %s, want %s", query, got, want.terms)
		}
		if got := strings.Join(k.Phrases, "|"); got != want.phrases {
			t.Errorf("%q: phrases %s, want %s", query, got, want.phrases)
		}
		if got := strings.Join(k.Excluded, "|"); got != want.excluded {
			t.Errorf("%q: excluded %s, want %s", query, got, want.excluded)
		}
	}
}

func TestTheLastWordMayBeUnfinished(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{"panth": true, "the panth": true, "panth ": false, `"panth"`: false, "panthers of": false} {
		if p, err := Parse(query, true); err != nil || p.Keyword.Prefix != want {
			t.Errorf("%q: prefix %v, %v", query, p.Keyword.Prefix, err)
		}
		if p, err := Parse(query, false); err != nil || p.Keyword.Prefix {
			t.Errorf("%q: a finished query asks for a prefix, %v", query, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a "b c" -d`, "-\"", "““”", "北京 -x", "\x00\xff", strings.Repeat("a ", 200)} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, query string, typing bool) {
		p, err := Parse(query, typing)
		if err != nil {
			return
		}
		all := slices.Concat(p.Keyword.Terms, p.Keyword.Phrases, p.Keyword.Excluded, []string{p.Meaning})
		for _, s := range all {
			if s == "" || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("%q gives the part %q", query, s)
			}
		}
		if len(p.Keyword.Terms) > maxTerms || len(p.Keyword.Phrases) > maxPhrases || len(p.Keyword.Excluded) > maxPhrases {
			t.Fatalf("%q gives too much", query)
		}
		Snippet(query, p.stems)
	})
}

func FuzzSnippet(f *testing.F) {
	f.Add("The Panthers defense gave up 308 points", "panthers")
	f.Fuzz(func(t *testing.T, text, query string) {
		p, err := Parse(query, false)
		if err != nil {
			return
		}
		snippet, marks := Snippet(text, p.stems)
		n := utf8.RuneCountInString(snippet)
		if n > snippetLength {
			t.Fatalf("%d code points", n)
		}
		for _, m := range marks {
			if m.Start < 0 || m.Start >= m.End || m.End > n {
				t.Fatalf("mark %v in %d", m, n)
			}
		}
	})
}
