// Package words splits text into words and says when two of them are forms of one.
//
// It serves snippets, marks and the choice of sentences: places where passages that were already found are read again.
// The keyword tables have their own splitting inside the store. Everything here is pure; offsets are code points.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Word is a run of letters and digits, or one pair of characters of a script without spaces.
type Word struct {
	Text  string // as it stands
	Stem  string // folded and without its ending; equal stems are forms of one word
	Start int    // in code points
	End   int
}

// Split returns the words of text in order. A run of Chinese, Japanese, Korean or Thai gives every pair of neighbours
// (one character when it stands alone), so that words of such scripts overlap.
func Split(text string) []Word {
	var list []Word
	start, startByte, position := -1, 0, 0
	flush := func(end, endByte int) {
		if start >= 0 {
			raw := text[startByte:endByte]
			list = append(list, Word{Text: raw, Stem: Stem(Fold(raw)), Start: start, End: end})
			start = -1
		}
	}
	var run []rune
	pairs := func(end int) {
		first := end - len(run)
		if len(run) == 1 {
			list = append(list, Word{Text: string(run), Stem: string(run), Start: first, End: end})
		}
		for i := 1; i < len(run); i++ {
			s := string(run[i-1 : i+1])
			list = append(list, Word{Text: s, Stem: s, Start: first + i - 1, End: first + i + 1})
		}
		run = run[:0]
	}
	for i, r := range text {
		switch {
		case Unspaced(r):
			flush(position, i)
			run = append(run, r)
		case partOfWord(r) || start >= 0 && joins(r, text[i:]):
			pairs(position)
			if start < 0 {
				start, startByte = position, i
			}
		default:
			flush(position, i)
			pairs(position)
		}
		position++
	}
	flush(position, len(text))
	pairs(position)
	return list
}

func partOfWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// joins reports whether r, at the start of rest, belongs to a number around it: 1,234 and 3.5.
func joins(r rune, rest string) bool {
	return (r == ',' || r == '.') && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9'
}

// Unspaced reports whether r belongs to a script that is written without spaces between words.
func Unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

// Fold lowers s and takes its diacritics off.
func Fold(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
