package extract

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// What the places of a page's characters tell of its lines and words.

const (
	sameLine = 0.35 // of a letter's height: baselines that close are one line
	wordGap  = 0.15 // of a letter's height: a gap that wide lies between words
	nearby   = 2    // of a letter's height: a gap that wide lies between columns
)

// isTornApart reports whether so many words of a text are single letters that it was probably put together wrongly.
func isTornApart(text string) bool {
	words, single := 0, 0
	for word := range strings.FieldsSeq(text) {
		words++
		if r := []rune(word[:min(len(word), 8)]); len(r) == 1 && unicode.IsLetter(r[0]) && !wide(r[0]) {
			single++
		}
	}
	return single >= 8 && single*8 > words
}

// linesOf splits a page's characters at its line ends. pdfium ends a line too often beside marks, which are drawn a
// little higher or lower than their letters, and where a line is not level.
func linesOf(list []glyph) [][]glyph {
	var lines [][]glyph
	var line []glyph
	for i := 0; i < len(list); i++ {
		if !isLineEnd(list[i]) {
			line = append(line, list[i])
			continue
		}
		end := list[i]
		for i+1 < len(list) && isLineEnd(list[i+1]) {
			i++
		}
		if len(line) > 0 && i+1 < len(list) && end.generated && isOneLine(line[len(line)-1], list[i+1]) {
			if a, b := line[len(line)-1], list[i+1]; b.along-a.end > wordGap*max(a.height, b.height) {
				line = append(line, glyph{r: ' ', generated: true})
			}
			continue
		}
		lines, line = append(lines, line), nil
	}
	return append(lines, line)
}

func isLineEnd(g glyph) bool { return g.r == '\r' || g.r == '\n' }

// isOneLine reports whether two characters with a line end between them stand on one line after all.
func isOneLine(a, b glyph) bool {
	if a.generated || b.generated {
		return false
	}
	level := math.Abs(math.Sin(a.angle)) < 0.01
	if level && !unicode.IsMark(a.r) && !unicode.IsMark(b.r) || math.Abs(a.angle-b.angle) > 0.01 {
		return false
	}
	height := max(a.height, b.height)
	return math.Abs(a.across-b.across) <= sameLine*height && math.Abs(b.along-a.end) <= nearby*height
}

// closedUp is a line without the spaces that pdfium has put between the letters of words that are spaced out.
func closedUp(line []glyph) []glyph {
	gaps := gapsOf(line)
	if len(gaps) < 4 {
		return line
	}
	slices.Sort(gaps)
	usual := gaps[len(gaps)/2]
	var closed []glyph
	for i, g := range line {
		if gap, ok := gapAt(line, i); ok && gap <= usual+wordGap {
			continue
		}
		closed = append(closed, g)
	}
	return closed
}

// gapsOf are the widths of the spaces that pdfium has put into a line, when they stand between most of its letters.
func gapsOf(line []glyph) []float64 {
	var gaps []float64
	letters := 0
	for i, g := range line {
		if gap, ok := gapAt(line, i); ok {
			gaps = append(gaps, gap)
		}
		if !g.generated && g.r != ' ' {
			letters++
		}
	}
	if len(gaps)*10 < letters*6 {
		return nil
	}
	return gaps
}

// gapAt is how wide a space is that pdfium has put between two letters, in letters' heights.
func gapAt(line []glyph, i int) (float64, bool) {
	if !line[i].generated || line[i].r != ' ' || i == 0 || i+1 == len(line) {
		return 0, false
	}
	a, b := line[i-1], line[i+1]
	if a.generated || b.generated || a.r == ' ' || b.r == ' ' {
		return 0, false
	}
	return (b.along - a.end) / max(a.height, b.height, 0.01), true
}

// inReadingOrder turns the stretches of a line around that run from right to left and were given in the order of sight.
func inReadingOrder(line []glyph) []glyph {
	for from := 0; from < len(line); from++ {
		if !isRightToLeft(line[from].r) {
			continue
		}
		to := from + 1 // after the last letter of the stretch
		for i := to; i < len(line) && !isLeftToRight(line[i].r); i++ {
			if isRightToLeft(line[i].r) || unicode.IsMark(line[i].r) {
				to = i + 1
			}
		}
		if stretch := line[from:to]; runsRightwards(stretch) {
			turn(stretch)
		}
		from = to - 1
	}
	return line
}

func isRightToLeft(r rune) bool {
	if r < 0x590 {
		return false
	}
	p, _ := bidi.LookupString(string(r))
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

func isLeftToRight(r rune) bool {
	p, _ := bidi.LookupString(string(r))
	return p.Class() == bidi.L
}

// runsRightwards: most letters stand to the right of the one before.
func runsRightwards(stretch []glyph) bool {
	steps, last := 0, -1
	for i, g := range stretch {
		if !isRightToLeft(g.r) {
			continue
		}
		if last >= 0 {
			switch before := stretch[last]; {
			case g.along > before.along:
				steps++
			case g.along < before.along:
				steps--
			}
		}
		last = i
	}
	return steps > 0
}

// turn reverses a stretch. Numbers and what one glyph stands for keep their order.
func turn(stretch []glyph) {
	slices.Reverse(stretch)
	for from := 0; from < len(stretch); {
		to := from + 1
		for to < len(stretch) && belongTogether(stretch[to-1], stretch[to]) {
			to++
		}
		slices.Reverse(stretch[from:to])
		from = to
	}
}

func belongTogether(a, b glyph) bool {
	if a.generated || b.generated {
		return false
	}
	return unicode.IsDigit(a.r) && unicode.IsDigit(b.r) || a.along == b.along && a.across == b.across
}
