package classify

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// sheet is a page cut into lines and cells. Places in it are bytes.
type sheet struct {
	number int
	text   string
	lines  []span
}

// span is a half-open range of bytes.
type span struct{ start, end int }

// maxSheet is how much of one page is looked at, in bytes. What a document states of itself does not begin behind that.
const maxSheet = 32 << 10

// maxSheets is how many pages are: the first ones, and the last.
const maxSheets = 10

func sheetsOf(pages []catalog.Page) []*sheet {
	if len(pages) > maxSheets {
		pages = append(pages[:maxSheets-1:maxSheets-1], pages[len(pages)-1])
	}
	list := make([]*sheet, len(pages))
	for i, p := range pages {
		s := &sheet{number: p.Number, text: p.Text}
		if len(s.text) > maxSheet {
			s.text = strings.ToValidUTF8(s.text[:maxSheet], "")
		}
		at := 0
		for line := range strings.SplitSeq(s.text, "\n") {
			s.lines = append(s.lines, span{at, at + len(line)})
			at += len(line) + 1
		}
		list[i] = s
	}
	return list
}

// codePoints is a span as the rest of the program counts.
func (s *sheet) codePoints(at span) catalog.Span {
	start := utf8.RuneCountInString(s.text[:at.start])
	return catalog.Span{Start: start, End: start + utf8.RuneCountInString(s.text[at.start:at.end])}
}

// lineAt is the number of the line that holds a place.
func (s *sheet) lineAt(place int) int {
	low, high := 0, len(s.lines)-1
	for low < high {
		if middle := (low + high + 1) / 2; s.lines[middle].start <= place {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// cellGap parts the cells of a line: what tables are written with, and the wide gaps of a layout.
var cellGap = regexp.MustCompile(` · | \| |\t+| {2,}`)

// label is what stands around a value and may say what it is.
type label struct {
	before string // in its cell, or in the cell before; as it stands
	after  string // in its cell
	above  string // the line above, when the value begins its line
	alone  bool   // nothing else stands in its line
}

// maxLabel is how far around a value a label is looked for, in bytes.
const maxLabel = 200

// labels finds the labels of values of one kind, which are in their order: a label ends at the value before.
func (s *sheet) labels(values []span) []label {
	list := make([]label, len(values))
	for i, v := range values {
		before, after := 0, len(s.text)
		if i > 0 {
			before = values[i-1].end
		}
		if i+1 < len(values) {
			after = values[i+1].start
		}
		list[i] = s.labelOf(v, span{before, after}, values)
	}
	return list
}

// labelOf finds the label of a value between its neighbours.
func (s *sheet) labelOf(value, between span, others []span) label {
	number := s.lineAt(value.start)
	line := s.lines[number]
	from, to := max(line.start, between.start, value.start-maxLabel), min(line.end, between.end, value.end+maxLabel)
	var l label
	l.before = lastCell(strings.ToValidUTF8(s.text[from:value.start], ""))
	l.after = strings.ToValidUTF8(s.text[value.end:to], "")
	if gap := cellGap.FindStringIndex(l.after); gap != nil {
		l.after = l.after[:gap[0]]
	}
	begins := value.start-line.start <= maxLabel && bare(s.text[line.start:value.start]) == ""
	l.alone = begins && line.end-value.end <= maxLabel && bare(s.text[value.end:line.end]) == ""
	if begins {
		l.above = s.above(number, others)
	}
	return l
}

// overhead is the end of the line above, folded, of a value that nothing stands before.
func (l label) overhead() string {
	if bare(l.before) != "" {
		return ""
	}
	return tail(l.above)
}

// above is the line over one, without the empty lines between; empty when it holds a value itself.
func (s *sheet) above(number int, others []span) string {
	for up := number - 1; up >= 0 && up >= number-2; up-- {
		line := s.lines[up]
		if strings.TrimSpace(s.text[line.start:line.end]) == "" {
			continue
		}
		if meets(others, line) || line.end-line.start > maxLabel {
			return ""
		}
		return s.text[line.start:line.end]
	}
	return ""
}

// lastCell is the last cell of text with something in it, and the cells before it when it is no more than a sign.
func lastCell(text string) string {
	cells := cellGap.Split(text, -1)
	for i := len(cells) - 1; i >= 0; i-- {
		if bare(cells[i]) != "" {
			return cells[i]
		}
	}
	return ""
}

// bare is text without white space and the signs around labels.
func bare(text string) string { return strings.Trim(text, " \t\u00a0:.,;-–—|·*#>()_=€$£") }

// tail is the end of a label, folded: what says what comes next.
func tail(text string) string {
	text = fold(strings.Join(strings.Fields(strings.ReplaceAll(text, "**", "")), " "))
	if len(text) > 80 {
		text = text[len(text)-80:]
		if _, rest, cut := strings.Cut(text, " "); cut {
			text = rest
		}
	}
	return text
}
