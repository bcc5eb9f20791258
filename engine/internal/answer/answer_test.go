package answer

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pages is a Corpus: page texts by content key, one page each.
type pages map[int64]string

func (p pages) Text(_ context.Context, key int64, page int, span catalog.Span) (string, error) {
	text, ok := p[key]
	runes := []rune(text)
	if !ok || page != 1 || span.Start < 0 || span.End > len(runes) || span.Start > span.End {
		return "", catalog.Errorf(catalog.NotFound, "There is no such text.")
	}
	return string(runes[span.Start:span.End]), nil
}

func (p pages) Contents(_ context.Context, keys []int64) (list []catalog.Content, err error) {
	for _, key := range keys {
		if _, ok := p[key]; ok {
			list = append(list, catalog.Content{ID: string(rune('a' + key)), Key: key, FileName: "file"})
		}
	}
	return list, nil
}

// hit makes a hit of the page's stretch from start on.
func hit(p pages, key int64, start, end int, score float64) catalog.Hit {
	return catalog.Hit{
		ContentID: string(rune('a' + key)), ContentKey: key, Page: 1, Start: start, End: end, Score: score,
		Passage: string([]rune(p[key])[start:end]), State: catalog.HitCurrent,
	}
}

func whole(p pages, key int64, score float64) catalog.Hit {
	return hit(p, key, 0, utf8.RuneCountInString(p[key]), score)
}

const football = `The 2015 season ended well. The Panthers defense gave up just 308 points, ranking sixth in the league.
Kuechly led the team in tackles with 118. Dr. J. Smith watched from the stand. Nobody else did.`

const oxygen = `Oxygen was discovered in 1774 by Joseph Priestley. It has the symbol O and atomic number 8.`

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// checkAnswer holds an answer to what is true of every answer.
func checkAnswer(t interface{ Fatalf(string, ...any) }, p pages, a catalog.Answer) {
	if a.Answered != (len(a.CitedContent) > 0) || a.Mode != Mode || a.CitedContent == nil || a.Nearest == nil {
		t.Fatalf("answered %v with %d citations in mode %q", a.Answered, len(a.CitedContent), a.Mode)
	}
	if !a.Answered && a.Response != noAnswer {
		t.Fatalf("no answer says %q", a.Response)
	}
	for i, c := range a.CitedContent {
		stored, err := p.Text(context.Background(), c.Key, c.Citation.Page, catalog.Span{Start: c.Citation.Start, End: c.Citation.End})
		if err != nil || stored != c.Citation.Quote || c.Citation.Number != i {
			t.Fatalf("citation %+v, stored %q, %v", c.Citation, stored, err)
		}
		if shown := strings.Join(strings.Fields(c.Citation.Quote), " "); !strings.Contains(a.Response, shown) {
			t.Fatalf("%q is not in %q", shown, a.Response)
		}
	}
	if strings.Count(a.Response, "【") != len(a.CitedContent) {
		t.Fatalf("%d citations in %q", len(a.CitedContent), a.Response)
	}
}

func TestAnswersWithTheSentenceThatSaysIt(t *testing.T) {
	t.Parallel()
	p := pages{0: football, 1: oxygen}
	a := &Answerer{Corpus: p, Log: quiet()}
	for question, want := range map[string]string{
		"How many points did the Panthers defense surrender?": "308",
		"Who discovered oxygen?":                              "Priestley",
		"What is the atomic number of oxygen?":                "number 8",
	} {
		got, err := a.Answer(t.Context(), question, []catalog.Hit{whole(p, 0, 1), whole(p, 1, 0.9)})
		if err != nil {
			t.Fatal(err)
		}
		checkAnswer(t, p, got)
		if !strings.Contains(got.Response, want) || len(got.Nearest) != 2 {
			t.Errorf("%s %s", question, got.Response)
		}
	}
}

func TestDeclinesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	p := pages{0: football, 1: oxygen}
	a := &Answerer{Corpus: p, Log: quiet()}
	for _, question := range []string{"Where did the emperor of Ethiopia spend his exile?", "How do I cancel my gym membership contract?"} {
		got, err := a.Answer(t.Context(), question, []catalog.Hit{whole(p, 1, 0.2), whole(p, 0, 0.1)})
		if err != nil {
			t.Fatal(err)
		}
		checkAnswer(t, p, got)
		if got.Answered || len(got.Nearest) != 2 {
			t.Errorf("%s %s", question, got.Response)
		}
	}
	for name, hits := range map[string][]catalog.Hit{"none": nil, "without text": {{ContentKey: 1, Page: 1}}} {
		got, err := a.Answer(t.Context(), "Who discovered oxygen?", hits)
		if err != nil || got.Answered {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		checkAnswer(t, p, got)
	}
}

func TestASentenceThatMovedIsNotQuoted(t *testing.T) {
	t.Parallel()
	p := pages{0: football, 1: oxygen}
	hits := []catalog.Hit{whole(p, 1, 1), whole(p, 0, 0.5)}
	p[1] = "New words at the front. " + oxygen
	got, err := (&Answerer{Corpus: p, Log: quiet()}).Answer(t.Context(), "Who discovered oxygen?", hits)
	if err != nil {
		t.Fatal(err)
	}
	checkAnswer(t, p, got)
	if strings.Contains(got.Response, "Priestley") {
		t.Errorf("a moved sentence was quoted: %s", got.Response)
	}
	delete(p, 1)
	if got, err = (&Answerer{Corpus: p, Log: quiet()}).Answer(t.Context(), "Who discovered oxygen?", hits[:1]); err != nil || got.Answered {
		t.Errorf("a deleted content answered: %+v, %v", got, err)
	}
}

// failing is an Embedder that cannot.
type failing struct{}

func (failing) EmbedQuery(context.Context, string) ([]float32, error) { return nil, errors.New("no") }
func (failing) EmbedPassages(context.Context, []string) ([][]float32, error) {
	return nil, errors.New("no")
}

func TestWithoutAModelWordsHaveToDo(t *testing.T) {
	t.Parallel()
	p := pages{1: oxygen}
	got, err := (&Answerer{Corpus: p, Embedder: failing{}, Log: quiet()}).Answer(t.Context(), "Who discovered oxygen?", []catalog.Hit{whole(p, 1, 1)})
	if err != nil || !got.Answered {
		t.Fatalf("%+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&Answerer{Corpus: p, Embedder: failing{}}).Answer(ctx, "Who discovered oxygen?", []catalog.Hit{whole(p, 1, 1)}); err == nil {
		t.Fatal("a cancelled question was answered")
	}
}

func TestOverlappingPassagesAreQuotedOnce(t *testing.T) {
	t.Parallel()
	p := pages{0: football}
	hits := []catalog.Hit{whole(p, 0, 1), hit(p, 0, 28, utf8.RuneCountInString(football), 0.9)}
	got, err := (&Answerer{Corpus: p, Log: quiet()}).Answer(t.Context(), "How many points did the Panthers defense give up?", hits)
	if err != nil {
		t.Fatal(err)
	}
	checkAnswer(t, p, got)
	if strings.Count(got.Response, "308") != 1 {
		t.Errorf("%s", got.Response)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"One. Two! Three?":                                                        "One.|Two!|Three?",
		"Dr. Smith met J. K. Rowling. They talked.":                               "Dr. Smith met J. K. Rowling.|They talked.",
		"The U.S. Army came in Jan. 1944. It left.":                               "The U.S. Army came in Jan. 1944.|It left.",
		"It costs 3.50 in all. Fine.":                                             "It costs 3.50 in all.|Fine.",
		"# Heading\n\nBody text.":                                                 "# Heading|Body text.",
		"a wrapped line that goes\non in lower case. End.":                        "a wrapped line that goes\non in lower case.|End.",
		"A wrapped line that is long enough to be one by\nIts length alone. End.": "A wrapped line that is long enough to be one by\nIts length alone.|End.",
		"- one\n- two": "one|two",
		"hottest.date: 07-12\nhottest.celsius: 33.4":                                    "hottest.date: 07-12|hottest.celsius: 33.4",
		"Fee: key for the shed · Amount: 15 pounds\nFee: half plot · Amount: 40 pounds": "Fee: key for the shed · Amount: 15 pounds|Fee: half plot · Amount: 40 pounds",
		"他是谁。她不知道。":                                                                     "他是谁。|她不知道。",
		"":                                                                              "",
		" \n ":                                                                          "",
		"bad \xff":                                                                      "",
	} {
		var got []string
		for _, s := range split(text) {
			got = append(got, s.text)
			if r := []rune(text); string(r[s.Start:s.End]) != s.text {
				t.Errorf("%q: %q is not at %v", text, s.text, s.Span)
			}
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q splits into %q, want %q", text, s, want)
		}
	}
}

func TestQuestionsAskForKinds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]kind{
		"How many points?": number, "Who won?": person, "When was it?": date, "In what year did it end?": date, "Where is it?": place,
		"Why?": anything, "Wie viele Punkte?": number, "Wann war das?": date, "Combien de points ?": number, "": anything,
		"¿Cuántos puntos?": number, "他什么时候来": date,
	} {
		if got := read(text).kind; got != want {
			t.Errorf("%q asks for %d, want %d", text, got, want)
		}
	}
}

// Whatever the documents and the question: quotes equal the stored text.
func TestEveryCitationIsTheStoredText(t *testing.T) {
	t.Parallel()
	word := rapid.OneOf(rapid.SampledFrom(strings.Fields("oxygen Panthers 308 points. who? defense\n\n gave\n up 1774 北京。 é e\u0301 Dr. \u2028 \u200b ﬁ")), rapid.StringN(0, 8, 30))
	rapid.Check(t, func(t *rapid.T) {
		p := pages{}
		var hits []catalog.Hit
		for key := range int64(rapid.IntRange(0, 4).Draw(t, "documents")) {
			p[key] = strings.ToValidUTF8(strings.Join(rapid.SliceOfN(word, 1, 60).Draw(t, "text"), " "), "")
			n := utf8.RuneCountInString(p[key])
			start := rapid.IntRange(0, n).Draw(t, "start")
			hits = append(hits, hit(p, key, start, rapid.IntRange(start, n).Draw(t, "end"), 0.5))
		}
		a := &Answerer{Corpus: p, Log: quiet(), Weights: DefaultWeights}
		a.Weights.Wording.Decline = 0
		got, err := a.Answer(context.Background(), rapid.SampledFrom([]string{"Who gave 308 points?", "oxygen", "北京", "?"}).Draw(t, "question"), hits)
		if err != nil {
			t.Fatal(err)
		}
		checkAnswer(t, p, got)
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("One. Two\nthree.\n\nDr. X")
	f.Fuzz(func(t *testing.T, text string) {
		runes, last := []rune(text), 0
		for _, s := range split(text) {
			if s.Start < last || s.End <= s.Start || s.End > len(runes) || string(runes[s.Start:s.End]) != s.text {
				t.Fatalf("%q: %+v", text, s)
			}
			last = s.End
		}
	})
}

// TestAnswerSkipsHeadingsThatEchoTheQuestion: such a heading takes no place from a sentence that says something, but is
// better than nothing.
func TestAnswerSkipsHeadingsThatEchoTheQuestion(t *testing.T) {
	t.Parallel()
	p := pages{1: "A second rain water tank\n\nThe second tank for rain water costs 1,860 pounds.", 2: "A second rain water tank"}
	a := &Answerer{Corpus: p, Log: quiet()}
	for key, want := range map[int64]string{1: "The second tank for rain water costs 1,860 pounds.", 2: "A second rain water tank"} {
		assessed, err := a.Assess(t.Context(), "What does the second rain water tank cost?", []catalog.Hit{whole(p, key, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if got := assessed.chosen(); len(got) != 1 || got[0].shown != want {
			t.Errorf("%+v; want only %q", got, want)
		}
	}
}
