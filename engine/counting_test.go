package engine_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// countedCorpus writes files of words that occur in some of them, in other forms and across line ends, and returns their
// texts by name. Every third file is long, so that its text has many passages and pages of its own.
func countedCorpus(t *testing.T, rng *rand.Rand, dir string, n int) map[string]string {
	t.Helper()
	vocabulary := strings.Fields("saffron Saffron saffrons copper COPPER rust rusts rusting blue whale whales Ghent treaty Lovelace Ada heat pump pumps Straße café 4711 3.5 well-known 北京大学 the of and in")
	files := map[string]string{}
	for i := range n {
		var b strings.Builder
		length := 20 + rng.IntN(40)
		if i%3 == 0 {
			length = 900
		}
		some := rng.Perm(len(vocabulary))[:1+rng.IntN(6)]
		for j := range length {
			switch {
			case rng.IntN(25) == 0:
				b.WriteString(vocabulary[some[rng.IntN(len(some))]])
			default:
				fmt.Fprintf(&b, "filler%d", rng.IntN(500))
			}
			b.WriteString([]string{" ", " ", " ", "\n", ". ", ", "}[(j+rng.IntN(6))%6])
		}
		files[fmt.Sprintf("d%03d.txt", i)] = b.String()
	}
	enginetest.WriteFiles(t, dir, files)
	return files
}

// mentioning are the names of the files that have a phrase, by going through them with a regular expression.
func mentioning(files map[string]string, phrase string) map[string]bool {
	var parts []string
	for _, word := range regexp.MustCompile(`[\s-]+`).Split(phrase, -1) {
		parts = append(parts, regexp.QuoteMeta(word))
	}
	pattern := `(?i)(^|[^\pL\pN.]|\.[^\pN])` + strings.Join(parts, `[^\pL\pN]+`) + `($|[^\pL\pN.]|\.([^\pN]|$))`
	if strings.Contains(phrase, "北") {
		pattern = regexp.QuoteMeta(phrase)
	}
	form := regexp.MustCompile(pattern)
	found := map[string]bool{}
	for name, text := range files {
		if form.MatchString(" " + text + " ") {
			found[name] = true
		}
	}
	return found
}

// TestCountsAgreeWithAScan asks 500 questions about a corpus and compares every number and every list with going through
// the files.
func TestCountsAgreeWithAScan(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 11))
	e := start(t)
	dir := t.TempDir()
	files := countedCorpus(t, rng, dir, 240)
	e.Watch(dir)
	phrases := strings.Split("saffron|copper|rust|blue whale|whale blue|Ghent|Ada Lovelace|heat pump|the of|café|4711|3.5|well-known|北京大学|nowhere|filler7|filler71|in", "|")
	by := map[string]map[string]bool{}
	for _, phrase := range phrases {
		by[phrase] = mentioning(files, phrase)
	}
	for i := range 500 {
		first, second := phrases[rng.IntN(len(phrases))], phrases[rng.IntN(len(phrases))]
		has, other := by[first], by[second]
		want := map[string]bool{}
		var question string
		for name := range files {
			switch i % 5 {
			case 0, 1:
				question = fmt.Sprintf([]string{"How many documents mention “%s”?", "List all documents that mention \"%s\"."}[i%2], first)
				want[name] = has[name]
			case 2:
				question = fmt.Sprintf("Which documents mention “%s” and “%s”?", first, second)
				want[name] = has[name] && other[name]
			case 3:
				question = fmt.Sprintf("How many files contain “%s” or “%s”", first, second)
				want[name] = has[name] || other[name]
			case 4:
				question = fmt.Sprintf("List the documents that do not mention “%s”.", first)
				want[name] = !has[name]
			}
		}
		var expected []string
		for name := range want {
			if want[name] {
				expected = append(expected, name)
			}
		}
		slices.Sort(expected)
		a, err := e.Ask(e.Owner(), catalog.Question{Text: question})
		if err != nil || !a.Answered || a.AnalyzedDocumentCount != len(files) {
			t.Fatalf("%s: answered %v of %d, %v", question, a.Answered, a.AnalyzedDocumentCount, err)
		}
		if !strings.HasPrefix(a.Response, fmt.Sprintf("%d of 240 documents ", len(expected))) {
			t.Fatalf("%s\n%s\nwant %d: %v", question, a.Response, len(expected), expected)
		}
		var named []string
		for _, c := range a.CitedContent {
			named = append(named, c.FileName)
			page, err := e.Page(e.Owner(), c.ID, c.Citation.Page)
			if err != nil || string([]rune(page.Text)[c.Citation.Start:c.Citation.End]) != c.Citation.Quote {
				t.Fatalf("%s: the quote %q is not where it is said to be, %v", question, c.Citation.Quote, err)
			}
		}
		slices.Sort(named)
		if listed := i%5 != 0 && i%5 != 3 && strings.HasPrefix(question, "List") || i%5 == 2; listed && !slices.Equal(named, expected) {
			t.Fatalf("%s\nnames %v\nwant  %v", question, named, expected)
		}
	}
}

func TestHowManyDocumentsThereAre(t *testing.T) {
	t.Parallel()
	e := start(t)
	e.Watch(garden(t))
	a, err := e.Ask(e.Owner(), catalog.Question{Text: "How many documents do I have?"})
	if err != nil || !strings.HasPrefix(a.Response, "There are 3 documents") || len(a.CitedContent) != 3 {
		t.Errorf("%q with %d named, %v", a.Response, len(a.CitedContent), err)
	}
	a, err = e.Ask(e.Owner(), catalog.Question{Text: "Wie viele Dokumente erwähnen Veilchenblau?"})
	if err != nil || !strings.HasPrefix(a.Response, "1 of 3 documents mentions “Veilchenblau”:\n- roses.md 【0】") {
		t.Errorf("%q, %v", a.Response, err)
	}
}
