package extract

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Limits of a spreadsheet, beyond those of every document.
const (
	maxRows    = 100_000    // rows a sheet
	maxColumns = 16_384     // columns a row; no program has more
	maxCells   = 20_000_000 // places looked at, empty ones too
)

// sheets writes the sheets of a workbook, one page each: the name as heading, every row so that it can be read alone,
// then what lies over the cells (comments, text boxes, titles of charts).
type sheets struct {
	w      *writer
	name   string
	rows   rows
	count  int      // sheets so far
	lines  int      // rows of the sheet so far, without blank ones
	cells  int      // places of the workbook so far
	beyond bool     // a cell lies in a column that no program has
	titled bool     // a row with several cells has been seen
	names  []string // the header, which may have another row
	notes  []string
}

// begin starts the next sheet.
func (s *sheets) begin(name string) {
	if s.count > 0 {
		s.w.breakPage()
	}
	s.count++
	s.name, s.lines, s.titled, s.names = spaced(name), 0, false, nil
	s.rows = rows{w: s.w}
	s.w.block(catalog.BlockHeading, 1, s.name)
}

// row writes one row of cells; false means that no more are taken. The first row with several cells is the header when
// it looks like names of columns, and the next one with it when it looks like more of them; what stands alone above is
// a title.
func (s *sheets) row(cells []string) bool {
	if s.w.full {
		return false
	}
	if filled(cells) == 0 {
		return true
	}
	if s.lines++; s.lines > maxRows || s.cells+len(cells) > maxCells {
		s.w.doc.Warnings = append(s.w.doc.Warnings, fmt.Sprintf("Only the first %d rows of the sheet %s were read.", s.lines-1, s.name))
		s.cells = 0
		return false
	}
	s.cells += len(cells)
	switch {
	case s.names != nil && looksLikeSheetHeader(cells) && filled(cells) >= filled(s.names):
		s.names = joinedNames(s.names, cells)
	case s.names != nil:
		s.addNames()
		s.rows.add(cells, false)
	case !s.titled && filled(cells) > 1 && looksLikeSheetHeader(cells):
		s.titled, s.names = true, slices.Clone(cells)
	default:
		s.titled = s.titled || filled(cells) > 1
		s.rows.add(cells, false)
	}
	return true
}

func (s *sheets) addNames() {
	if s.names != nil {
		s.rows.add(s.names, true)
		s.names = nil
	}
}

// joinedNames makes one header of two rows.
func joinedNames(above, below []string) []string {
	names := make([]string, max(len(above), len(below)))
	copy(names, above)
	for i, c := range below {
		names[i] = spaced(names[i] + " " + c)
	}
	return names
}

// note keeps what is written after the rows; where may name the cell that it belongs to.
func (s *sheets) note(where, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if where != "" {
		text = where + ": " + text
	}
	s.notes = append(s.notes, text)
}

func (s *sheets) end() {
	s.addNames()
	s.rows.end()
	for _, n := range s.notes {
		s.w.block(catalog.BlockParagraph, 0, n)
	}
	s.notes = s.notes[:0]
}

func (s *sheets) finish() {
	if s.beyond {
		s.w.warn("Only the first %d columns were read.", maxColumns)
	}
	if s.count > 0 {
		s.w.property("sheets", fmt.Sprint(s.count))
	}
}

// looksLikeSheetHeader is looksLikeHeader for rows with gaps, and with years among the names.
func looksLikeSheetHeader(cells []string) bool {
	names := slices.Clone(cells)
	names = slices.DeleteFunc(names, func(c string) bool { return strings.TrimSpace(c) == "" })
	words := 0
	for i, c := range names {
		if c = strings.TrimSpace(c); isYear(c) {
			names[i] = "year " + c
		} else {
			words++
		}
	}
	return words > 0 && looksLikeHeader(names)
}

func isYear(s string) bool {
	return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20")) && strings.Trim(s, "0123456789") == ""
}

// columnName is the letters of a column counted from 0.
func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// columnOf reads the letters of a reference such as AB12; -1 when there are none.
func columnOf(reference string) int {
	column := 0
	for i := 0; i < len(reference) && i < 4; i++ {
		c := reference[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		column = column*26 + int(c-'a') + 1
	}
	return min(column, maxColumns) - 1
}

// setCell sets the cell of a column, with empty ones before it where needed.
func setCell(cells []string, column int, text string) []string {
	if column < 0 || column >= maxColumns {
		return cells
	}
	for len(cells) <= column {
		cells = append(cells, "")
	}
	cells[column] = text
	return cells
}

// headerText is the text of a page header without its codes: &L, &"Arial", &12, &P and the like.
func headerText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '&' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == '&':
			b.WriteByte('&')
		case c == '"':
			if end := strings.IndexByte(s[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case c >= '0' && c <= '9':
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				i++
			}
		case c == 'K':
			i = min(i+6, len(s))
		default:
			b.WriteByte(' ')
		}
	}
	return spaced(b.String())
}

// fromRK unpacks a number that was packed into four bytes.
func fromRK(n uint32) float64 {
	var v float64
	if n&2 != 0 {
		v = float64(int32(n) >> 2)
	} else {
		v = math.Float64frombits(uint64(n&^3) << 32)
	}
	if n&1 != 0 {
		v /= 100
	}
	return v
}

var errorTexts = map[byte]string{0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

func truth(b bool) string { return map[bool]string{true: "TRUE", false: "FALSE"}[b] }

func cellName(row, column int) string { return columnName(column) + strconv.Itoa(row+1) }
