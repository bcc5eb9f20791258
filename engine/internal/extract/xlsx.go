package extract

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	mimeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	maxSheet = 256 << 20 // bytes a sheet unpacks to; it is never held at once
)

var formatXLSX = format{mimeXLSX, readXLSX}

// readXLSX reads an Excel workbook, one page a sheet in the order of the tabs, hidden ones too. Sheets are read row by
// row as they unpack.
func readXLSX(in *input) (catalog.Document, error) {
	a, err := openArchive(in)
	if err != nil {
		return catalog.Document{}, err
	}
	main := mainPart(a, "xl/workbook.xml")
	if strings.HasSuffix(strings.ToLower(main), ".bin") {
		return readXLSB(a, main)
	}
	workbook, err := a.part(main)
	if err != nil {
		return catalog.Document{}, err
	}
	if workbook == nil {
		return catalog.Document{}, errMalformed
	}
	w := &writer{}
	officeProperties(w, a)
	x := xlsx{archive: a, sheets: sheets{w: w}, formats: numberFormats{codes: map[int]string{}}}
	relations := a.relations(main)
	x.readStyles(ofKind(relations, "styles"))
	x.readStrings(ofKind(relations, "sharedStrings"))
	read := map[string]bool{}
	for _, tab := range x.tabs(workbook) {
		part := relations[tab.id].target
		if w.full || read[part] && part != "" {
			continue
		}
		read[part] = true
		x.sheet(tab.name, part)
	}
	x.sheets.finish()
	return w.document(mimeXLSX), nil
}

// xlsx is the reading of one workbook.
type xlsx struct {
	archive *archive
	sheets  sheets
	formats numberFormats
	styles  []int // number formats of the styles of cells
	strings []string
}

type xlsxTab struct{ name, id string }

func (x *xlsx) tabs(workbook []byte) []xlsxTab {
	var tabs []xlsxTab
	more := 0
	whole := eachToken(workbook, func(t xml.Token) {
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "workbookPr":
			v := attribute(e, "date1904")
			x.formats.from1904 = v == "1" || v == "true"
		case e.Name.Local == "sheet" && len(tabs) < maxPages:
			tabs = append(tabs, xlsxTab{attribute(e, "name"), attribute(e, "id")})
		case e.Name.Local == "sheet":
			more++
		}
	})
	if more > 0 {
		x.sheets.w.warn("Only the first %d of %d sheets were read.", maxPages, maxPages+more)
	}
	if !whole {
		x.damaged()
	}
	return tabs
}

func (x *xlsx) damaged() {
	const warning = "The document is damaged; it was read as far as possible."
	if n := len(x.sheets.w.doc.Warnings); n == 0 || x.sheets.w.doc.Warnings[n-1] != warning {
		x.sheets.w.doc.Warnings = append(x.sheets.w.doc.Warnings, warning)
	}
}

// readStyles reads the formats of numbers.
func (x *xlsx) readStyles(parts []string) {
	for _, part := range parts {
		data, err := x.archive.part(part)
		if err != nil {
			x.damaged()
			continue
		}
		inCells := false
		eachToken(data, func(t xml.Token) {
			switch e := t.(type) {
			case xml.StartElement:
				switch e.Name.Local {
				case "numFmt":
					if id, err := strconv.Atoi(attribute(e, "numFmtId")); err == nil {
						x.formats.codes[id] = attribute(e, "formatCode")
					}
				case "cellXfs":
					inCells = true
				case "xf":
					if inCells {
						id, _ := strconv.Atoi(attribute(e, "numFmtId"))
						x.styles = append(x.styles, id)
					}
				}
			case xml.EndElement:
				if e.Name.Local == "cellXfs" {
					inCells = false
				}
			}
		})
	}
}

// readStrings reads the texts that cells refer to.
func (x *xlsx) readStrings(parts []string) {
	for _, part := range parts {
		text := cellText{element: "t"}
		size := 0
		whole := x.archive.stream(part, maxSheet, func(t xml.Token) bool {
			if end, ok := t.(xml.EndElement); ok && end.Name.Local == "si" {
				s := text.take()
				size += len(s)
				x.strings = append(x.strings, s)
				return size < 2*maxText
			}
			text.token(t)
			return true
		})
		if !whole {
			x.damaged()
		}
	}
}

// cellText gathers the text of a cell: that of its runs, without the phonetic one beside Japanese.
type cellText struct {
	element string // that holds text
	b       strings.Builder
	in      int
	sound   int
}

func (c *cellText) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case c.element:
			c.in++
		case "rPh":
			c.sound++
		}
	case xml.EndElement:
		switch e.Name.Local {
		case c.element:
			c.in = max(0, c.in-1)
		case "rPh":
			c.sound = max(0, c.sound-1)
		}
	case xml.CharData:
		if c.in > 0 && c.sound == 0 {
			c.b.Write(e)
		}
	}
}

func (c *cellText) take() string {
	s := c.b.String()
	c.b.Reset()
	c.in, c.sound = 0, 0
	return withControls(s)
}

// withControls replaces _x000D_ and its like, with which the format writes characters that XML does not allow.
func withControls(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && s[i+6] == '_' {
			b.WriteRune(rune(n))
			s = s[i+7:]
			continue
		}
		b.WriteString("_x")
		s = s[i+2:]
	}
}

// sheet reads one sheet and what is drawn over it.
func (x *xlsx) sheet(name, part string) {
	x.sheets.begin(name)
	s := xlsxSheet{x: x, column: -1, text: cellText{element: "t"}}
	if !x.archive.stream(part, maxSheet, s.token) {
		x.damaged()
	}
	if len(s.row) > 0 {
		x.sheets.row(s.row)
	}
	relations := x.archive.relations(part)
	x.comments(relations)
	for _, drawing := range ofKind(relations, "drawing") {
		drawnTexts(x.archive, drawing, func(text string) { x.sheets.note("", text) })
	}
	x.sheets.end()
}

// comments reads those of a sheet. A discussion is kept whole, and once more as a comment for older programs.
func (x *xlsx) comments(relations map[string]relation) {
	for kind, element := range map[string]string{"threadedComment": "text", "comments": "t"} {
		for _, part := range ofKind(relations, kind) {
			data, err := x.archive.part(part)
			if err != nil {
				continue
			}
			where, text := "", cellText{element: element}
			eachToken(data, func(t xml.Token) {
				switch e := t.(type) {
				case xml.StartElement:
					if reference := attribute(e, "ref"); reference != "" {
						where = reference
					}
				case xml.EndElement:
					if name := e.Name.Local; name == "comment" || name == "threadedComment" {
						if s := text.take(); !strings.HasPrefix(s, "[Threaded comment]") {
							x.sheets.note(where, s)
						}
					}
				}
				text.token(t)
			})
		}
	}
}
