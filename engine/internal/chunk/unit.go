package chunk

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// mark is a place in a page's text, counted both ways.
type mark struct{ byte, point int }

// unit is a stretch of text that is not cut if it can be helped: a block, or a sentence of one. It neither begins nor
// ends with white space and is not empty.
type unit struct {
	start, end mark
	weight     int
	level      int // of a heading, else 0
}

// unitsOf returns the blocks of a page, and the paragraphs of whatever no block covers.
func unitsOf(page catalog.Page) []unit {
	units := make([]unit, 0, len(page.Blocks)+1)
	var at mark
	for _, b := range page.Blocks {
		start := advance(page.Text, at, b.Start)
		units = appendLoose(units, page.Text, at, start)
		at = advance(page.Text, start, b.End)
		level := 0
		if b.Kind == catalog.BlockHeading {
			level = max(1, b.Level)
		}
		units = appendUnit(units, page.Text, start, at, level)
	}
	end := advance(page.Text, at, len(page.Text))
	return appendLoose(units, page.Text, at, end)
}

// appendLoose adds the stretches between empty lines.
func appendLoose(units []unit, text string, from, to mark) []unit {
	for from.byte < to.byte {
		gap := strings.Index(text[from.byte:to.byte], "\n\n")
		if gap < 0 {
			return appendUnit(units, text, from, to, 0)
		}
		end := mark{from.byte + gap, from.point + utf8.RuneCountInString(text[from.byte:from.byte+gap])}
		units = appendUnit(units, text, from, end, 0)
		from = mark{end.byte + 2, end.point + 2}
	}
	return units
}

func appendUnit(units []unit, text string, from, to mark, level int) []unit {
	u, ok := trimmed(text, from, to)
	if !ok {
		return units
	}
	u.level = level
	return append(units, u)
}

// trimmed is the unit between two marks without the white space around it; false when there is nothing else.
func trimmed(text string, from, to mark) (unit, bool) {
	s := text[from.byte:to.byte]
	inner := strings.TrimLeftFunc(s, unicode.IsSpace)
	if inner == "" {
		return unit{}, false
	}
	cut := s[:len(s)-len(inner)]
	start := mark{from.byte + len(cut), from.point + utf8.RuneCountInString(cut)}
	inner = strings.TrimRightFunc(inner, unicode.IsSpace)
	points, weight := measure(inner)
	return unit{start: start, end: mark{start.byte + len(inner), start.point + points}, weight: weight}, true
}

// advance moves on to the code point numbered point, or to the end of the text.
func advance(text string, at mark, point int) mark {
	for at.point < point && at.byte < len(text) {
		if text[at.byte] < utf8.RuneSelf {
			at.byte++
		} else {
			_, n := utf8.DecodeRuneInString(text[at.byte:])
			at.byte += n
		}
		at.point++
	}
	return at
}

func measure(s string) (points, weight int) {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			points++
			weight++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		points++
		weight += weigh(r)
	}
	return points, weight
}

// weigh is how much of a token a letter is, in quarters or so: tokenizers make one of four letters of an alphabet, of
// two of the scripts of South-East Asia, and of each of China, Japan and Korea.
func weigh(r rune) int {
	switch {
	case r < 0x0900:
		return 1
	case r < 0x1e00:
		return 2
	case r < 0x2e80:
		return 1
	}
	return 3
}

// isSmall reports whether all units together, with what is between them, make one passage.
func isSmall(units []unit) bool {
	if len(units) == 0 {
		return true
	}
	n := 0
	for _, u := range units {
		n += u.weight
	}
	return n <= whole && units[len(units)-1].end.point-units[0].start.point <= limit
}

// sentencesOf yields the sentences of a unit (UAX 29), with line ends taken for spaces: lines are often wrapped in the
// middle of one. A sentence heavier than a passage may be comes in parts.
func sentencesOf(text string, u unit) iter.Seq[unit] {
	return func(yield func(unit) bool) {
		unwrapped := strings.ReplaceAll(text[u.start.byte:u.end.byte], "\n", " ") // as many bytes
		at := u.start
		found := sentences.FromString(unwrapped)
		for found.Next() {
			s := found.Value()
			end := mark{at.byte + len(s), at.point + utf8.RuneCountInString(s)}
			for part := range parts(text, at, end) {
				if !yield(part) {
					return
				}
			}
			at = end
		}
	}
}

// parts cuts a sentence into units that are no heavier than target: after a space if there is one in the second half,
// else anywhere but before a mark that combines with the letter before it.
func parts(text string, from, to mark) iter.Seq[unit] {
	return func(yield func(unit) bool) {
		if to.byte-from.byte <= target { // nothing weighs more than its bytes
			if u, ok := trimmed(text, from, to); ok {
				yield(u)
			}
			return
		}
		for from.byte < to.byte {
			end := cut(text, from, to)
			if u, ok := trimmed(text, from, end); ok && !yield(u) {
				return
			}
			from = end
		}
	}
}

func cut(text string, from, to mark) mark {
	at, weight := from, 0
	var space, letter mark
	for at.byte < to.byte {
		r, n := utf8.DecodeRuneInString(text[at.byte:])
		if weight+weigh(r) > target {
			switch {
			case space.byte > 0:
				return space
			case letter.byte > 0:
				return letter
			}
			return at
		}
		if weight > target/2 && !unicode.Is(unicode.M, r) && r != 0x200d {
			letter = at
		}
		weight += weigh(r)
		at = mark{at.byte + n, at.point + 1}
		if weight > target/2 && unicode.IsSpace(r) {
			space = at
		}
	}
	return to
}
