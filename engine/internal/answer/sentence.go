package answer

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// sentence is a sentence of a passage.
type sentence struct {
	Features
	hit    catalog.Hit
	first  int          // rank of its passage, from 0
	span   catalog.Span // in the text of the page
	text   string       // exactly as it stands there
	shown  string       // in one line
	words  []words.Word
	before []words.Word // of the sentence before it in its passage
	score  float64
	echo   bool // a heading or the like that says nothing beyond the question
}

// longest is the length in code points up to which a stretch can be a sentence; tables and lists without full stops
// are cut at line ends beyond it.
const longest = 600

// collect splits the passages into sentences. Passages overlap: a sentence that was seen is not taken again.
func collect(hits []catalog.Hit) []sentence {
	type place struct {
		key         int64
		page, start int
	}
	seen := map[place]bool{}
	var list []sentence
	for rank, h := range hits {
		var before []words.Word
		for _, cut := range split(h.Passage) {
			span := catalog.Span{Start: h.Start + cut.Start, End: h.Start + cut.End}
			split := words.Split(cut.text)
			at := place{h.ContentKey, h.Page, span.Start}
			if !seen[at] && len(split) > 1 {
				seen[at] = true
				list = append(list, sentence{
					hit: h, first: rank, span: span, text: cut.text,
					shown: strings.Join(strings.Fields(cut.text), " "), words: split, before: before,
				})
			}
			before = split
		}
	}
	return list
}

// stretch is a piece of a passage, in code points.
type stretch struct {
	catalog.Span
	text string
}

// split cuts a passage into sentences by Unicode's rules (UAX 29), after lines that were only wrapped have been joined,
// and mends what those rules cannot know: abbreviations and initials end no sentence.
func split(passage string) []stretch {
	if !utf8.ValidString(passage) {
		return nil
	}
	joined := unwrap(passage)
	var cuts []stretch
	position, started := 0, 0
	var open strings.Builder
	closeAt := func(end int) {
		if open.Len() > 0 {
			cuts = append(cuts, stretch{catalog.Span{Start: started, End: end}, open.String()})
			open.Reset()
		}
	}
	tokens := sentences.FromString(joined)
	for tokens.Next() {
		s := tokens.Value()
		if open.Len() == 0 {
			started = position
		}
		open.WriteString(s)
		position += utf8.RuneCountInString(s)
		if !unfinished(s) {
			closeAt(position)
		}
	}
	closeAt(position)
	runes := []rune(passage)
	list := make([]stretch, 0, len(cuts))
	for _, c := range cuts {
		list = append(list, trim(runes, c.Span)...)
	}
	return list
}

// unwrap makes the line breaks of wrapped text spaces, one for one: those inside a paragraph whose line before is about
// as long as lines are and does not end a sentence. Records, a line each, stay apart.
func unwrap(text string) string {
	runes := []rune(text)
	lineStart := 0
	for i, r := range runes {
		if r != '\n' {
			continue
		}
		length := i - lineStart
		line, rest := runes[lineStart:i], runes[i+1:]
		lineStart = i + 1
		if i == 0 || i+1 == len(runes) || runes[i-1] == '\n' || runes[i+1] == '\n' || isRecord(line) || isRecord(rest) {
			continue
		}
		next := runes[i+1]
		if unicode.IsLower(next) || length >= 40 && !strings.ContainsRune(".!?:;", runes[i-1]) && !strings.ContainsRune("-*#|>•", next) {
			runes[i] = ' '
		}
	}
	return string(runes)
}

// isRecord reports whether text starts with a line that is a row of a table or an entry of data: "Name: x · Amount: 3",
// "hottestDay.celsius: 33.4".
func isRecord(text []rune) bool {
	if end := slices.Index(text, '\n'); end >= 0 {
		text = text[:end]
	}
	line := string(text)
	key, _, entry := strings.Cut(line, ": ")
	return entry && key != "" && !strings.ContainsRune(key, ' ') || strings.Contains(line, " · ")
}

// abbreviations end with a full stop that ends no sentence, folded.
var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "st": true, "sr": true, "jr": true, "vs": true,
	"no": true, "nos": true, "fig": true, "eq": true, "vol": true, "pp": true, "ca": true, "cf": true, "approx": true,
	"gen": true, "col": true, "lt": true, "sgt": true, "capt": true, "rev": true, "hon": true, "gov": true, "sen": true,
	"rep": true, "inc": true, "ltd": true, "co": true, "corp": true, "u.s": true, "e.g": true, "i.e": true, "bzw": true,
	"nr": true, "z.b": true, "d.h": true, "mt": true, "ft": true, "al": true, "dept": true, "est": true, "jan": true,
	"feb": true, "aug": true, "sept": true, "oct": true, "nov": true, "dec": true,
}

// unfinished reports whether a cut ends in an abbreviation or an initial.
func unfinished(s string) bool {
	if strings.HasSuffix(s, "\n") {
		return false
	}
	body, ok := strings.CutSuffix(strings.TrimRightFunc(s, unicode.IsSpace), ".")
	if !ok {
		return false
	}
	last := body[strings.LastIndexFunc(body, func(r rune) bool { return unicode.IsSpace(r) || r == '(' })+1:]
	if utf8.RuneCountInString(last) == 1 && unicode.IsUpper([]rune(last)[0]) {
		return true
	}
	return abbreviations[strings.ToLower(last)]
}

// trim takes space and a list's bullet off a span and cuts one that is too long at its line ends.
func trim(runes []rune, s catalog.Span) []stretch {
	for s.Start < s.End && unicode.IsSpace(runes[s.Start]) {
		s.Start++
	}
	if s.End-s.Start > 2 && strings.ContainsRune("-*+•–", runes[s.Start]) && runes[s.Start+1] == ' ' {
		s.Start += 2
	}
	for s.End > s.Start && unicode.IsSpace(runes[s.End-1]) {
		s.End--
	}
	if s.Start == s.End {
		return nil
	}
	if s.End-s.Start > longest {
		if i := slices.Index(runes[s.Start:s.End], '\n'); i > 0 {
			first := trim(runes, catalog.Span{Start: s.Start, End: s.Start + i})
			return append(first, trim(runes, catalog.Span{Start: s.Start + i, End: s.End})...)
		}
	}
	return []stretch{{s, string(runes[s.Start:s.End])}}
}

// sortByScore puts the best first; ties go to the better passage and then to the earlier sentence.
func sortByScore(list []sentence) {
	slices.SortStableFunc(list, func(a, b sentence) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.first, b.first), cmp.Compare(a.span.Start, b.span.Start))
	})
}
