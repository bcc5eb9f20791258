package query

import (
	"strings"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/words"
)

// snippetLength is how many code points of a passage a hit shows.
const snippetLength = 240

// Snippet cuts the stretch of text that holds the most different matching words, on word borders, with line breaks made
// spaces, and marks those words in it.
func Snippet(text string, stems map[string]bool) (string, []catalog.Span) {
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	var matches []words.Word
	for _, w := range words.Split(string(runes)) {
		if stems[w.Stem] {
			matches = append(matches, w)
		}
	}
	start, end := window(runes, matches)
	start, end = toBorders(runes, start, end)
	var marks []catalog.Span
	for _, m := range matches {
		if m.Start < start || m.End > end {
			continue
		}
		if n := len(marks); n > 0 && m.Start-start <= marks[n-1].End {
			marks[n-1].End = max(marks[n-1].End, m.End-start)
			continue
		}
		marks = append(marks, catalog.Span{Start: m.Start - start, End: m.End - start})
	}
	cut := make([]rune, end-start)
	for i, r := range runes[start:end] {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			r = ' '
		}
		cut[i] = r
	}
	return string(cut), marks
}

// window returns where the best stretch of snippetLength code points lies: most different words, then most words, then
// first. It begins a little before its first match, so that the match can be read in its sentence.
func window(runes []rune, matches []words.Word) (start, end int) {
	if len(runes) <= snippetLength {
		return 0, len(runes)
	}
	best := 0
	inside := map[string]int{}
	for first, last := 0, 0; first < len(matches); first++ {
		for last < len(matches) && matches[last].End-matches[first].Start <= snippetLength {
			inside[matches[last].Stem]++
			last++
		}
		if value := 100*len(inside) + min(99, last-first); value > best {
			best = value
			slack := snippetLength - (matches[last-1].End - matches[first].Start)
			start = max(0, matches[first].Start-min(slack/2, snippetLength/4))
		}
		if stem := matches[first].Stem; inside[stem] > 1 {
			inside[stem]--
		} else {
			delete(inside, stem)
		}
	}
	start = min(start, len(runes)-snippetLength)
	return start, start + snippetLength
}

// toBorders moves the ends of a stretch inward to word borders and off spaces.
func toBorders(runes []rune, start, end int) (int, int) {
	const longest = 40 // a longer word is cut
	inWord := func(i int) bool {
		return i > 0 && i < len(runes) && wordRune(runes[i-1]) && wordRune(runes[i])
	}
	s, e := start, end
	for s < end && inWord(s) && s-start < longest {
		s++
	}
	if inWord(s) {
		s = start
	}
	for e > s && inWord(e) && end-e < longest {
		e--
	}
	if inWord(e) {
		e = end
	}
	for s < e && unicode.IsSpace(runes[s]) {
		s++
	}
	for e > s && unicode.IsSpace(runes[e-1]) {
		e--
	}
	return s, e
}

func wordRune(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !words.Unspaced(r)
}
