package extract

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const mimeODS = "application/vnd.oasis.opendocument.spreadsheet"

var formatODS = format{mimeODS, readODS}

// readODS reads an OpenDocument spreadsheet, one page a sheet. The file keeps beside every value the text that it is
// shown as.
func readODS(in *input) (catalog.Document, error) {
	a, w, err := openODF(in)
	if err != nil {
		return catalog.Document{}, err
	}
	s := ods{in: in, archive: a, sheets: sheets{w: w}}
	whole := a.stream("content.xml", maxSheet, s.token)
	if !whole {
		w.doc.Warnings = append(w.doc.Warnings, "The document is damaged; it was read as far as possible.")
	}
	if s.open {
		s.endSheet()
	}
	s.sheets.finish()
	return w.document(mimeODS), nil
}

// ods is the reading of the tables of one file.
type ods struct {
	in      *input
	archive *archive
	sheets  sheets
	open    bool // a sheet is
	done    bool // the sheet has as many rows as are read
	row     []string
	line    int // of the row, from 0
	repeat  int // of the row
	column  int
	columns int // that the cell stands for
	cell    strings.Builder
	value   string // of a cell without a text
	inCell  bool
	inText  int
	remark  strings.Builder
	where   string
	depth   int // within a comment
	shape   int // within a shape outside of cells
	skip    int
}

func (s *ods) token(t xml.Token) bool {
	switch e := t.(type) {
	case xml.StartElement:
		if s.skip > 0 || hiddenInODS(e.Name.Local) {
			s.skip++
			return true
		}
		s.start(e)
	case xml.EndElement:
		if s.skip > 0 {
			s.skip--
			return true
		}
		s.end(e.Name.Local)
	case xml.CharData:
		if s.skip == 0 && s.inText > 0 {
			s.write(string(e))
		}
	}
	return !s.sheets.w.full
}

func hiddenInODS(name string) bool {
	switch name {
	case "tracked-changes", "creator", "date", "date-string", "desc", "content-validations", "label-ranges", "named-expressions", "forms", "sequence-decls":
		return true
	}
	return false
}

func (s *ods) write(text string) {
	switch {
	case s.depth > 0 || s.shape > 0:
		s.remark.WriteString(text)
	case s.inCell:
		s.cell.WriteString(text)
	}
}

func (s *ods) start(e xml.StartElement) {
	switch e.Name.Local {
	case "table":
		if !s.open {
			s.open, s.done, s.line = true, false, 0
			s.sheets.begin(attribute(e, "name"))
		}
	case "table-row":
		s.row, s.column, s.repeat = s.row[:0], 0, repeated(e, "number-rows-repeated")
	case "table-cell", "covered-table-cell":
		s.inCell = true
		s.cell.Reset()
		s.columns = repeated(e, "number-columns-repeated")
		s.value = attribute(e, "string-value")
	case "annotation":
		s.depth++
		s.where = cellName(s.line, s.column)
	case "shapes", "frame", "custom-shape", "rect", "ellipse", "caption":
		s.shape++
	case "p", "h":
		s.inText++
	case "s":
		s.write(strings.Repeat(" ", min(repeated(e, "c"), 100)))
	case "tab", "line-break":
		s.write(" ")
	case "object", "object-ole":
		s.sheets.note("", objectText(s.in, s.archive, attribute(e, "href")))
	}
}

// repeated is how often an element stands for itself.
func repeated(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func (s *ods) end(name string) {
	switch name {
	case "p", "h":
		s.inText = max(0, s.inText-1)
		s.write("\n")
	case "annotation":
		s.depth = max(0, s.depth-1)
		s.sheets.note(s.where, s.remark.String())
		s.remark.Reset()
	case "shapes", "frame", "custom-shape", "rect", "ellipse", "caption":
		if s.shape = max(0, s.shape-1); s.shape == 0 && s.depth == 0 {
			s.sheets.note("", s.remark.String())
			s.remark.Reset()
		}
	case "table-cell", "covered-table-cell":
		s.endCell()
	case "table-row":
		s.endRow()
	case "table":
		if s.shape == 0 && !s.inCell {
			s.endSheet()
		}
	}
}

func (s *ods) endCell() {
	s.inCell = false
	text := orElse(strings.TrimSpace(s.cell.String()), s.value)
	if text == "" {
		s.column = min(s.column+s.columns, maxColumns)
		return
	}
	for range min(s.columns, maxColumns-s.column) {
		s.row = setCell(s.row, s.column, text)
		s.column++
	}
}

func (s *ods) endRow() {
	s.line += s.repeat
	if filled(s.row) == 0 {
		return
	}
	for range s.repeat {
		if s.done {
			return
		}
		s.done = !s.sheets.row(s.row)
	}
}

func (s *ods) endSheet() {
	s.open = false
	s.sheets.end()
}
