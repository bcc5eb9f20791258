package words

import (
	"strings"
)

// Finder finds a word or a phrase in texts as it stands there: whole words, in that order, one after the other, whatever
// their case and their diacritics. What stands between the words (spaces, line ends, a hyphen) does not matter. In scripts
// without spaces the characters decide.
type Finder struct {
	folded []string // of the words
	plain  string   // folded text, for scripts without spaces; else empty
}

// NewFinder makes a finder; ok is false when phrase has no word.
func NewFinder(phrase string) (f Finder, ok bool) {
	if strings.ContainsFunc(phrase, Unspaced) {
		f.plain = strings.Join(strings.Fields(Fold(phrase)), " ")
	}
	for _, w := range Split(phrase) {
		f.folded = append(f.folded, Fold(w.Text))
	}
	return f, len(f.folded) > 0
}

// Find returns where the phrase first occurs in text, in code points.
func (f Finder) Find(text string) (start, end int, ok bool) {
	if f.plain != "" {
		return f.findPlain(text)
	}
	if !f.mayOccur(text) {
		return 0, 0, false
	}
	list := Split(text)
	for i := 0; i+len(f.folded) <= len(list); i++ {
		j := 0
		for j < len(f.folded) && Fold(list[i+j].Text) == f.folded[j] {
			j++
		}
		if j == len(f.folded) {
			return list[i].Start, list[i+j-1].End, true
		}
	}
	return 0, 0, false
}

// mayOccur rules most texts out at the price of one pass: the first word is not in them, whole or in part.
func (f Finder) mayOccur(text string) bool { return strings.Contains(Fold(text), f.folded[0]) }

func (f Finder) findPlain(text string) (start, end int, ok bool) {
	wanted := []rune(f.plain)
	folded := make([]rune, 0, len(text))
	place := make([]int, 0, len(text)) // of each folded character, in text
	position := 0
	for _, r := range text {
		for _, part := range Fold(string(r)) {
			folded, place = append(folded, part), append(place, position)
		}
		position++
	}
	for i := 0; i+len(wanted) <= len(folded); i++ {
		j := 0
		for j < len(wanted) && folded[i+j] == wanted[j] {
			j++
		}
		if j == len(wanted) {
			return place[i], place[i+j-1] + 1, true
		}
	}
	return 0, 0, false
}
