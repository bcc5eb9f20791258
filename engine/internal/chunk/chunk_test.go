package chunk

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// check holds the passages of a document to the promises of the package.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, doc catalog.Document) []catalog.Passage {
	t.Helper()
	passages := Split(doc)
	pages := map[int][]rune{}
	covered := map[int][]bool{}
	for _, p := range doc.Pages {
		pages[p.Number] = []rune(p.Text)
		covered[p.Number] = make([]bool, len(pages[p.Number]))
	}
	page, start := 0, 0
	for i, p := range passages {
		text := pages[p.Page]
		if p.Start < 0 || p.End > len(text) || p.Start >= p.End || string(text[p.Start:p.End]) != p.Text {
			t.Fatalf("passage %d: span %v of page %d is not its text %q", i, p.Span, p.Page, p.Text)
		}
		if strings.TrimSpace(p.Text) == "" || p.End-p.Start > limit {
			t.Fatalf("passage %d is blank or too long: %d", i, p.End-p.Start)
		}
		if p.Page < page || p.Page == page && p.Start <= start {
			t.Fatalf("passage %d is out of order", i)
		}
		page, start = p.Page, p.Start
		if utf8.RuneCountInString(p.Context) > maxContext {
			t.Fatalf("passage %d: long context", i)
		}
		for k := p.Start; k < p.End; k++ {
			covered[p.Page][k] = true
		}
	}
	for n, marks := range covered {
		for k, in := range marks {
			if !in && !unicode.IsSpace(pages[n][k]) {
				t.Fatalf("page %d: code point %d %q lies in no passage", n, k, pages[n][k])
			}
		}
	}
	return passages
}

func TestAnyDocument(t *testing.T) {
	t.Parallel()
	word := rapid.OneOf(
		rapid.StringMatching(`[a-zé]{1,12}|[一-龥]{1,30}|[ก-๙]{1,20}|[A-Z][a-z]{2,6}[.!?]|\x{301}{3}`),
		rapid.SampledFrom([]string{strings.Repeat("a", 1700), strings.Repeat(" \n\t", 600)}),
	)
	rapid.Check(t, func(t *rapid.T) {
		doc := catalog.Document{Title: rapid.StringN(0, 400, -1).Draw(t, "title")}
		doc.Title = strings.ToValidUTF8(doc.Title, "")
		for n := range rapid.IntRange(0, 3).Draw(t, "pages") {
			page := catalog.Page{Number: n + 1}
			points := 0
			for range rapid.IntRange(0, 12).Draw(t, "blocks") {
				text := strings.Join(rapid.SliceOfN(word, 0, 300).Draw(t, "words"), rapid.SampledFrom([]string{" ", "\n", ""}).Draw(t, "gap"))
				kind := rapid.SampledFrom([]catalog.BlockKind{catalog.BlockParagraph, catalog.BlockHeading, catalog.BlockTableRow}).Draw(t, "kind")
				length := utf8.RuneCountInString(text)
				if rapid.Bool().Draw(t, "marked") {
					page.Blocks = append(page.Blocks, catalog.Block{Kind: kind, Level: rapid.IntRange(0, 6).Draw(t, "level"), Span: catalog.Span{Start: points, End: points + length}})
				}
				end := rapid.SampledFrom([]string{"\n\n", "\n", " "}).Draw(t, "end")
				page.Text += text + end
				points += length + len(end)
			}
			doc.Pages = append(doc.Pages, page)
		}
		check(t, doc)
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("Title\n\nOne. Two three.\n\n一二三", 0, 5, 30)
	f.Add(strings.Repeat("word ", 500), 3, 400, 1000)
	f.Fuzz(func(t *testing.T, text string, a, b, c int) {
		text = strings.ToValidUTF8(text, "�")
		n := utf8.RuneCountInString(text)
		page := catalog.Page{Number: 1, Text: text}
		if 0 <= a && a <= b && b <= c && c <= n {
			page.Blocks = []catalog.Block{{Kind: catalog.BlockHeading, Level: 2, Span: catalog.Span{Start: a, End: b}}, {Kind: catalog.BlockParagraph, Span: catalog.Span{Start: b, End: c}}}
		}
		check(t, catalog.Document{Title: "t", Pages: []catalog.Page{page}})
	})
}

// build makes a one-page document of blocks, each "# heading", "## heading" or a paragraph.
func build(title string, blocks ...string) catalog.Document {
	page := catalog.Page{Number: 1}
	at := 0
	for _, text := range blocks {
		b := catalog.Block{Kind: catalog.BlockParagraph}
		if trimmed := strings.TrimLeft(text, "#"); trimmed != text {
			b.Kind, b.Level = catalog.BlockHeading, len(text)-len(trimmed)
			text = strings.TrimSpace(trimmed)
		}
		b.Start, b.End = at, at+utf8.RuneCountInString(text)
		page.Blocks = append(page.Blocks, b)
		page.Text += text + "\n\n"
		at = b.End + 2
	}
	return catalog.Document{Title: title, Pages: []catalog.Page{page}}
}

func prose(words int) string {
	var b strings.Builder
	for i := range words {
		fmt.Fprintf(&b, "word%d", i)
		if i%9 == 8 {
			b.WriteString(". The")
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String()) + "."
}

func TestHeadingsStartPassagesAndGoIntoContext(t *testing.T) {
	t.Parallel()
	doc := build("Guide", "# Guide", prose(60), "## Setup", prose(70), "### Linux", prose(70), "## Use", prose(70))
	got := check(t, doc)
	want := []string{"Guide", "Guide › Setup", "Guide › Setup › Linux", "Guide › Use"}
	if len(got) != len(want) {
		t.Fatalf("%d passages", len(got))
	}
	for i, p := range got {
		if p.Context != want[i] {
			t.Errorf("passage %d: context %q, want %q", i, p.Context, want[i])
		}
	}
	if !strings.HasPrefix(got[2].Text, "Linux\n\n") {
		t.Errorf("heading is not in its passage: %q", got[2].Text[:20])
	}
}

func TestSmallDocumentIsOnePassage(t *testing.T) {
	t.Parallel()
	got := check(t, build("tar", "# tar", "Archiving utility.", "- Create:", "tar cf a b", "## More", "See tar(1)."))
	if len(got) != 1 || got[0].Context != "tar" {
		t.Fatalf("%+v", got)
	}
}

func TestLongParagraphOverlapsByOneSentence(t *testing.T) {
	t.Parallel()
	got := check(t, build("", prose(600)))
	if len(got) < 4 {
		t.Fatalf("%d passages", len(got))
	}
	for i := 1; i < len(got); i++ {
		shared := got[i-1].End - got[i].Start
		if shared < 10 || shared > overlap {
			t.Errorf("passages %d and %d share %d code points", i-1, i, shared)
		}
		if !strings.HasSuffix(strings.TrimSpace(got[i-1].Text), ".") {
			t.Errorf("passage %d does not end with a sentence", i-1)
		}
	}
}

func TestHardWrappedSentencesStayWhole(t *testing.T) {
	t.Parallel()
	var lines []string
	for i, w := range strings.Fields(prose(600)) {
		if i%8 == 7 {
			w += "\n"
		} else {
			w += " "
		}
		lines = append(lines, w)
	}
	for i, p := range check(t, build("", strings.TrimSpace(strings.Join(lines, "")))) {
		if !strings.HasSuffix(p.Text, ".") {
			t.Errorf("passage %d ends within a sentence: …%q", i, p.Text[len(p.Text)-20:])
		}
	}
}

func TestNoSpacesIsCutByCodePoints(t *testing.T) {
	t.Parallel()
	got := check(t, build("", strings.Repeat("没有空格的文字", 300)))
	for _, p := range got {
		if p.End-p.Start > limit/3 {
			t.Errorf("%d code points", p.End-p.Start)
		}
	}
}

func TestLightPassagesJoin(t *testing.T) {
	t.Parallel()
	got := check(t, build("FAQ", prose(150), "## Why?", "Yes.", "## How?", "No.", prose(150), "## End", "Bye."))
	for i, p := range got {
		if len(p.Text) < least {
			t.Errorf("passage %d is only %q", i, p.Text)
		}
	}
}

func TestPagesAreNeverCrossed(t *testing.T) {
	t.Parallel()
	doc := build("", prose(30))
	second := build("", prose(40)).Pages[0]
	second.Number = 2
	doc.Pages = append(doc.Pages, second, catalog.Page{Number: 3})
	if got := check(t, doc); len(got) != 2 || got[1].Page != 2 {
		t.Fatalf("%+v", got)
	}
}

func BenchmarkSplit(b *testing.B) {
	var blocks []string
	for i := range 200 {
		if i%10 == 0 {
			blocks = append(blocks, "## Heading")
		}
		blocks = append(blocks, prose(40+i*2))
	}
	doc := build("Title", blocks...)
	b.SetBytes(int64(len(doc.Pages[0].Text)))
	for b.Loop() {
		Split(doc)
	}
}
