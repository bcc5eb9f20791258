package query

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// meaning stands for model and index: the similarity of two texts is the share of letter triples they have in common.
type meaning struct {
	corpus *corpus
	err    error
	// text of the last question; tests with a meaning ask one question at a time
	question string
}

func (m *meaning) EmbedQuery(_ context.Context, text string) ([]float32, error) {
	m.question = text
	return []float32{1}, m.err
}

func (m *meaning) similarity(p catalog.StoredPassage) float64 {
	triples := func(s string) map[string]bool {
		set := map[string]bool{}
		for i := 0; i+3 <= len(s); i++ {
			set[strings.ToLower(s[i:i+3])] = true
		}
		return set
	}
	a, b := triples(m.question), triples(p.Text)
	n := 0
	for t := range a {
		if b[t] {
			n++
		}
	}
	return float64(n) / float64(1+len(a))
}

func (m *meaning) Search(_ context.Context, _ []float32, k int, admit *catalog.ContentSet) ([]catalog.Scored, error) {
	var list []catalog.Scored
	for _, p := range m.corpus.passages {
		if admit.Has(p.ContentKey) {
			list = append(list, catalog.Scored{PassageID: p.ID, ContentKey: p.ContentKey, Score: m.similarity(p)})
		}
	}
	for i := range list { // best first
		for j := i; j > 0 && list[j].Score > list[j-1].Score; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list[:min(k, len(list))], nil
}

func (m *meaning) Similarities(_ []float32, ids []int64) ([]float64, error) {
	list := make([]float64, len(ids))
	for i, id := range ids {
		list[i] = m.similarity(m.corpus.passages[id])
	}
	return list, nil
}

func searcher(c *corpus) *Searcher {
	m := &meaning{corpus: c}
	return &Searcher{Corpus: c, Vectors: m, Embedder: m, Originals: c}
}

func library(t testing.TB) *corpus {
	c := newCorpus(t)
	c.add(t, "football.md", "sport", "The Panthers defense gave up just 308 points, ranking sixth in the league.",
		"Kuechly led the team in tackles and intercepted four passes.", "The defense had 24 interceptions.",
		"A defense wins championships, they say of the Panthers.", "The Panthers line featured veteran defensive end Jared Allen.")
	c.add(t, "kitchen notes.txt", "home", "Let the dough rest overnight.", "Bake the bread at 230 degrees for forty minutes.")
	c.add(t, "tax 2023 receipts.pdf", "home", "Sum of all deductible items: 1,204 EUR.")
	c.add(t, "holiday.jpg", "home")
	c.add(t, "oxygen.html", "science", "Oxygen has the symbol O and atomic number 8.", "The element oxygen supports combustion.")
	return c
}

func search(t testing.TB, s *Searcher, r catalog.SearchRequest) catalog.SearchResult {
	t.Helper()
	result, err := s.Search(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestBestHitFirstWithItsPlace(t *testing.T) {
	t.Parallel()
	s := searcher(library(t))
	r := search(t, s, catalog.SearchRequest{Query: "How many points did the Panthers defense surrender?"})
	first := r.Hits[0]
	if first.FileName != "football.md" || !strings.Contains(first.Passage, "308") || first.Rank != 1 || first.Page != 1 ||
		first.End-first.Start != utf8.RuneCountInString(first.Passage) || first.State != catalog.HitCurrent || len(first.Marks) == 0 {
		t.Fatalf("first hit is %+v", first)
	}
	if r.Total < 1 || r.Total > 5 {
		t.Fatalf("total is %d", r.Total)
	}
}

func TestAtMostThreePassagesOfADocument(t *testing.T) {
	t.Parallel()
	s := searcher(library(t))
	count := map[string]int{}
	for _, h := range search(t, s, catalog.SearchRequest{Query: "panthers defense team", Limit: 100}).Hits {
		count[h.ContentID]++
	}
	if count["content-0"] != perDocument {
		t.Fatalf("passages a document: %v", count)
	}
	e, err := s.Evidence(t.Context(), catalog.Question{Text: "panthers defense team"}, 20)
	if err != nil {
		t.Fatal(err)
	}
	of := 0
	for _, h := range e.Hits {
		if h.ContentID == "content-0" {
			of++
		}
	}
	if of <= perDocument || e.Admitted != 5 {
		t.Fatalf("evidence has %d passages of the document; %d contents admitted", of, e.Admitted)
	}
}

func TestAFileIsFoundByItsName(t *testing.T) {
	t.Parallel()
	s := searcher(library(t))
	for query, want := range map[string]string{"holiday": "holiday.jpg", "tax receipts": "tax 2023 receipts.pdf", "kitchen notes": "kitchen notes.txt"} {
		if r := search(t, s, catalog.SearchRequest{Query: query}); len(r.Hits) == 0 || r.Hits[0].FileName != want {
			t.Errorf("%q finds %+v first", query, r.Hits)
		}
	}
}

func TestMeaningThatFailsIsAWarning(t *testing.T) {
	t.Parallel()
	c := library(t)
	s := searcher(c)
	s.Embedder = &meaning{corpus: c, err: catalog.Errorf(catalog.Unavailable, "The model is still loading.")}
	r := search(t, s, catalog.SearchRequest{Query: "oxygen"})
	if len(r.Hits) == 0 || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "still loading") {
		t.Fatalf("%+v", r)
	}
	s.Vectors, s.Embedder = nil, nil
	if r := search(t, s, catalog.SearchRequest{Query: "oxygen"}); len(r.Hits) == 0 || len(r.Warnings) != 1 {
		t.Fatalf("%+v", r)
	}
	s.Embedder = &meaning{err: errors.New("onnx: boom at 0x1234")}
	s.Vectors = &meaning{corpus: c}
	if r := search(t, s, catalog.SearchRequest{Query: "oxygen"}); strings.Contains(r.Warnings[0], "0x1234") {
		t.Fatalf("internal text in %q", r.Warnings[0])
	}
}

func TestPhrasesAndExclusionsHoldInBothArms(t *testing.T) {
	t.Parallel()
	s := searcher(library(t))
	for _, h := range search(t, s, catalog.SearchRequest{Query: `panthers -championships`}).Hits {
		if strings.Contains(h.Passage, "championships") {
			t.Errorf("an excluded passage came back: %q", h.Passage)
		}
	}
	r := search(t, s, catalog.SearchRequest{Query: `"panthers line"`})
	if len(r.Hits) != 1 || !strings.Contains(r.Hits[0].Passage, "Panthers line") {
		t.Errorf("phrase: %+v", r.Hits)
	}
}

func TestWhatIsGoneIsNotShown(t *testing.T) {
	t.Parallel()
	c := library(t)
	c.gone[0] = true
	for _, h := range search(t, searcher(c), catalog.SearchRequest{Query: "panthers defense", Limit: 100}).Hits {
		if h.ContentID == "content-0" {
			t.Fatal("a deleted content was shown")
		}
	}
}

// blind reaches no original in time.
type blind struct{}

func (blind) States(ctx context.Context, _ []catalog.Content) map[int64]catalog.HitState {
	<-ctx.Done()
	return nil
}

func TestAnOriginalThatWasNotReachedIsNotCurrent(t *testing.T) {
	t.Parallel()
	s := searcher(library(t))
	s.Originals = blind{}
	for _, h := range search(t, s, catalog.SearchRequest{Query: "oxygen"}).Hits {
		if h.State != catalog.HitOffline {
			t.Errorf("state is %q", h.State)
		}
	}
}

func TestPagesContinue(t *testing.T) {
	t.Parallel()
	c := newCorpus(t)
	for i := range 60 {
		c.add(t, fmt.Sprintf("f%d", i), "w", strings.Repeat("common ", i%7+1)+fmt.Sprint("word", i))
	}
	s := searcher(c)
	var paged []string
	for offset := 0; offset < 60; offset += 7 {
		for i, h := range search(t, s, catalog.SearchRequest{Query: "common", Limit: 7, Offset: offset}).Hits {
			if h.Rank != offset+i+1 {
				t.Fatalf("rank %d at %d", h.Rank, offset+i)
			}
			paged = append(paged, h.ContentID)
		}
	}
	var whole []string
	r := search(t, s, catalog.SearchRequest{Query: "common", Limit: 100})
	for _, h := range r.Hits {
		whole = append(whole, h.ContentID)
	}
	if strings.Join(paged, " ") != strings.Join(whole, " ") || r.Total != 60 {
		t.Fatalf("total %d\n%v\n%v", r.Total, paged, whole)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := searcher(library(t))
	for name, r := range map[string]catalog.SearchRequest{
		"empty":          {Query: ""},
		"blank":          {Query: " \t\n"},
		"ten megabytes":  {Query: strings.Repeat("panthers ", 10<<20/9)},
		"too long":       {Query: strings.Repeat("a", maxQuery+1)},
		"punctuation":    {Query: `"'()*:^-+~!?`},
		"only excluded":  {Query: "-panthers -defense"},
		"NUL":            {Query: "\x00\x00"},
		"invalid UTF-8":  {Query: "\xff\xfe\xff"},
		"limit":          {Query: "oxygen", Limit: 101},
		"negative limit": {Query: "oxygen", Limit: -1},
		"offset":         {Query: "oxygen", Offset: -1},
	} {
		_, err := s.Search(t.Context(), r)
		if catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m := catalog.MessageOf(err); len(m) > 200 || strings.Contains(m, "\n") || !strings.HasSuffix(m, ".") {
			t.Errorf("%s: not one sentence: %q", name, m)
		}
	}
}

func TestHostileQueriesAreJustWords(t *testing.T) {
	t.Parallel()
	s := searcher(library(t))
	for _, query := range []string{
		`oxygen"`, `"oxygen`, `oxygen AND OR NOT`, `title:oxygen`, `oxygen NEAR(a b, 2)`, `{oxygen} ^oxygen*`, `oxygen'; DROP TABLE x;--`,
		"oxy\x00gen oxygen", "oxygen \xff\xfe", `oxygen """`, `-"" oxygen`, `oxygen -`, `oxygen --`, `"" oxygen`, `“oxygen”`, `„oxygen“`,
		strings.Repeat("oxygen ", 1000), strings.Repeat(`"oxygen" `, 100), "oxygen " + strings.Repeat("-zzz ", 200), "oxygen\u202e\u200b",
	} {
		if r := search(t, s, catalog.SearchRequest{Query: query}); len(r.Hits) == 0 || r.Hits[0].FileName != "oxygen.html" {
			t.Errorf("%.40q finds %d hits", query, len(r.Hits))
		}
	}
	for _, query := range []string{"the of and", "how many", "a"} {
		search(t, s, catalog.SearchRequest{Query: query})
	}
}

func TestCancelledSearch(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := searcher(library(t)).Search(ctx, catalog.SearchRequest{Query: "oxygen"}); err == nil {
		t.Fatal("a cancelled search answered")
	}
}

// Whatever is asked: sorted, at most three a document, inside the filter, marks inside the snippet and on its words.
func TestEveryResultKeepsTheRules(t *testing.T) {
	t.Parallel()
	vocabulary := strings.Fields("panther defense oxygen dough bread team number league atom pass line sum item end rest")
	c := newCorpus(t)
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 120).Draw(t, "text"), " ")
	})
	for i := range 40 {
		c.add(t, fmt.Sprintf("%s %d.txt", vocabulary[i%len(vocabulary)], i), fmt.Sprint("w", i%3), rapid.SliceOfN(text, 0, 6).Example(i)...)
	}
	s := searcher(c)
	rapid.Check(t, func(t *rapid.T) {
		r := catalog.SearchRequest{
			Query:  strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 6).Draw(t, "query"), " "),
			Limit:  rapid.IntRange(1, 100).Draw(t, "limit"),
			Offset: rapid.IntRange(0, 30).Draw(t, "offset"),
			Arms:   rapid.SampledFrom([]catalog.Arms{catalog.ArmsBoth, catalog.ArmsKeyword, catalog.ArmsVector}).Draw(t, "arms"),
		}
		r.Workspaces = rapid.SampledFrom([][]string{nil, {"w0"}, {"w1", "w2"}, {"nowhere"}}).Draw(t, "workspaces")
		result, err := s.Search(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		count, documents := map[string]int{}, map[string]bool{}
		for i, h := range result.Hits {
			count[h.ContentID]++
			documents[h.ContentID] = true
			snippet := []rune(h.Snippet)
			switch {
			case i > 0 && h.Score > result.Hits[i-1].Score:
				t.Fatal("not sorted")
			case h.Score < 0 || h.Score > 1:
				t.Fatalf("score %v", h.Score)
			case count[h.ContentID] > perDocument:
				t.Fatal("too many of one document")
			case len(r.Workspaces) > 0 && !strings.Contains(strings.Join(r.Workspaces, " "), h.WorkspaceID):
				t.Fatalf("%s leaked through the filter", h.WorkspaceID)
			case len(snippet) > snippetLength:
				t.Fatalf("snippet of %d", len(snippet))
			}
			for j, m := range h.Marks {
				if m.Start < 0 || m.End > len(snippet) || m.Start >= m.End || j > 0 && m.Start < h.Marks[j-1].End {
					t.Fatalf("marks %v in %d", h.Marks, len(snippet))
				}
				if !strings.Contains(r.Query, words.Fold(string(snippet[m.Start:m.End]))) {
					t.Fatalf("marked %q for %q", string(snippet[m.Start:m.End]), r.Query)
				}
			}
		}
		if result.Total < len(documents) {
			t.Fatalf("total %d, shown %d", result.Total, len(documents))
		}
	})
}
