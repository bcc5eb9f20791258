package extract

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Documents that Office programs keep in one file of XML.
var (
	formatWordXML  = format{"application/msword", readWordXML}
	formatExcelXML = format{mimeXLS, readExcelXML}
)

// detectOfficeXML knows them by the instruction that they begin with.
func detectOfficeXML(head []byte) (format, bool) {
	start := bytes.ToLower(head[:min(len(head), 1024)])
	switch {
	case !bytes.Contains(start, []byte("<?xml")):
	case bytes.Contains(start, []byte(`progid="word.document"`)), bytes.Contains(start, []byte("office/word/2003/wordml")):
		return formatWordXML, true
	case bytes.Contains(start, []byte(`progid="excel.sheet"`)), bytes.Contains(start, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return formatExcelXML, true
	}
	return format{}, false
}

// ownProperties is the stretch of a file that holds what the document states about itself.
func ownProperties(data []byte) []byte {
	for _, name := range []string{"DocumentProperties", "coreProperties"} {
		from, to := bytes.Index(data, []byte(name)), bytes.LastIndex(data, []byte(name))
		if from >= 0 && to > from {
			return data[from:to]
		}
	}
	return nil
}

// readWordXML reads Word's XML of 2003, and packages of parts in one file, whose parts follow one another. Its elements
// are those of a DOCX.
func readWordXML(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxWhole)
	if err != nil {
		return catalog.Document{}, err
	}
	w := &writer{}
	metadata(w, ownProperties(data))
	d := docx{w: w, styles: headingStyles(data), notes: map[string]string{}}
	if !eachToken(data, d.token) {
		w.doc.Warnings = append(w.doc.Warnings, "The document is damaged; it was read as far as possible.")
	}
	d.finish()
	w.cutAfter(in, maxWhole)
	w.title(d.heading)
	return w.document(""), nil
}

// readExcelXML reads Excel's XML of 2003, one page a sheet.
func readExcelXML(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxWhole)
	if err != nil {
		return catalog.Document{}, err
	}
	w := &writer{}
	metadata(w, ownProperties(data))
	x := excelXML{sheets: sheets{w: w}, column: -1}
	if !eachToken(data, x.token) {
		w.doc.Warnings = append(w.doc.Warnings, "The document is damaged; it was read as far as possible.")
	}
	if x.open {
		x.sheets.end()
	}
	x.sheets.finish()
	w.cutAfter(in, maxWhole)
	return w.document(""), nil
}

// excelXML is the reading of one file.
type excelXML struct {
	sheets  sheets
	open    bool
	done    bool // as many rows of the sheet as are wanted have been read
	row     []string
	line    int
	column  int
	kind    string // of the value being read; empty outside of one
	comment bool
	text    strings.Builder
}

func (x *excelXML) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		x.start(e)
	case xml.EndElement:
		x.end(e.Name.Local)
	case xml.CharData:
		if x.kind != "" {
			x.text.Write(e)
		}
	}
}

func (x *excelXML) start(e xml.StartElement) {
	switch e.Name.Local {
	case "Worksheet":
		x.open, x.done, x.line = true, false, 0
		x.sheets.begin(attribute(e, "Name"))
	case "Row":
		x.row, x.column = x.row[:0], -1
		if n, err := strconv.Atoi(attribute(e, "Index")); err == nil {
			x.line = n - 1
		}
	case "Cell":
		x.column++
		if n, err := strconv.Atoi(attribute(e, "Index")); err == nil {
			x.column = n - 1
		}
	case "Comment":
		x.comment = true
	case "Data":
		x.kind = orElse(attribute(e, "Type"), "String")
		x.text.Reset()
	}
}

func (x *excelXML) end(name string) {
	switch name {
	case "Data":
		x.value()
		x.kind = ""
	case "Comment":
		x.comment = false
	case "Row":
		if x.open && !x.done {
			x.done = !x.sheets.row(x.row)
		}
		x.line++
	case "Worksheet":
		if x.open {
			x.sheets.end()
		}
		x.open = false
	}
}

// value takes the text of a cell, or of the comment on it.
func (x *excelXML) value() {
	text := x.text.String()
	if x.comment {
		x.sheets.note(cellName(x.line, max(0, x.column)), text)
		return
	}
	switch x.kind {
	case "Number":
		text = shortNumber(text)
	case "DateTime":
		text = isoDate(text)
	case "Boolean":
		text = truth(text == "1")
	}
	x.row = setCell(x.row, x.column, text)
}
