package query

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
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

func TestFieldWords(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct{ terms, traits string }{
		`rent type:pdf in:"tax papers" after:2024-02`: {"rent", `type:pdf|in:"tax papers"|after:2024-02-01`},
		"-type:IMAGE invoice Before:2023":             {"invoice", "-type:image|before:2023-01-01"},
		"in:letters":                                  {"", "in:letters"},
		"at 10:30 re:invent http://example.org":       {"10|30|invent|http|example|org", ""},
		`the word "type:pdf"`:                         {"word|type|pdf", ""},
		"rent after:soon":                             {"rent", ""},
		"rent type:":                                  {"rent", ""},
	} {
		p, err := Parse(query, false)
		if err != nil {
			t.Errorf("%q: %v", query, err)
			continue
		}
		var traits []string
		for _, trait := range p.Traits {
			traits = append(traits, trait.String())
		}
		if got := strings.Join(traits, "|"); got != want.traits {
			t.Errorf("%q: fields %s, want %s", query, got, want.traits)
		}
		if got := strings.Join(p.Keyword.Terms, "|"); got != want.terms {
			t.Errorf("%q: terms %s, want %s", query, got, want.terms)
		}
		if wrong := strings.Contains(query, "soon"); wrong != (len(p.Wrong) == 1) {
			t.Errorf("%q: said %q", query, p.Wrong)
		}
	}
	if p, err := Parse("rent after:20", true); err != nil || len(p.Wrong) > 0 {
		t.Errorf("a date that is still being typed: %v, %v", p.Wrong, err)
	}
}

// TestFieldWordsAloneListTheLatest checks that a query without a word shows every document that has its traits.
func TestFieldWordsAloneListTheLatest(t *testing.T) {
	t.Parallel()
	c := newCorpus(t)
	c.add(t, "older", "w", "one", "two")
	c.add(t, "newer", "w", "three")
	r := search(t, searcher(c), catalog.SearchRequest{Query: "type:pdf"})
	if r.Total != 2 || len(r.Hits) != 2 || r.Hits[0].FileName != "newer" || r.Hits[1].Passage != "one" {
		t.Errorf("got %d of %d: %+v", len(r.Hits), r.Total, r.Hits)
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
