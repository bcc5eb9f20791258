package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// xlsxSheet is the reading of one sheet, token by token.
type xlsxSheet struct {
	x      *xlsx
	row    []string
	column int // of the cell being read; -1 before the first of a row
	kind   string
	style  int
	value  strings.Builder // <v>
	inV    bool
	text   cellText // <is>
	header strings.Builder
	inPage bool // in a header or footer of printed pages
}

// token takes one token; false when no more are wanted.
func (s *xlsxSheet) token(t xml.Token) bool {
	switch e := t.(type) {
	case xml.StartElement:
		s.start(e)
	case xml.EndElement:
		s.text.token(t)
		return s.end(e.Name.Local)
	case xml.CharData:
		switch {
		case s.inV:
			s.value.Write(e)
		case s.inPage:
			s.header.Write(e)
		}
	}
	s.text.token(t)
	return true
}

func (s *xlsxSheet) start(e xml.StartElement) {
	switch e.Name.Local {
	case "row":
		s.row, s.column = s.row[:0], -1
	case "c":
		s.column++
		if reference := attribute(e, "r"); reference != "" {
			if column := columnOf(reference); column >= 0 {
				s.column = column
			}
		}
		s.kind = attribute(e, "t")
		s.style, _ = strconv.Atoi(attribute(e, "s"))
		s.value.Reset()
		s.text.take()
	case "v":
		s.inV = true
	case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
		s.inPage = true
		s.header.Reset()
	}
}

func (s *xlsxSheet) end(name string) bool {
	switch name {
	case "v":
		s.inV = false
	case "c":
		if text := s.cell(); text != "" {
			s.row = setCell(s.row, s.column, text)
			s.x.sheets.beyond = s.x.sheets.beyond || s.column >= maxColumns
		}
	case "row":
		more := s.x.sheets.row(s.row)
		s.row = s.row[:0]
		return more
	case "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
		s.inPage = false
		s.x.sheets.note("", headerText(s.header.String()))
	}
	return true
}

// cell is what the cell that has been read shows.
func (s *xlsxSheet) cell() string {
	value := s.value.String()
	switch s.kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && i >= 0 && i < len(s.x.strings) {
			return s.x.strings[i]
		}
		return ""
	case "inlineStr":
		return s.text.take()
	case "str", "e":
		return withControls(value)
	case "b":
		if value == "" {
			return ""
		}
		return truth(strings.TrimSpace(value) == "1")
	case "d":
		return isoDate(value)
	}
	number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil {
		return value + s.text.take()
	}
	format := 0
	if s.style >= 0 && s.style < len(s.x.styles) {
		format = s.x.styles[s.style]
	}
	return s.x.formats.show(number, format)
}
