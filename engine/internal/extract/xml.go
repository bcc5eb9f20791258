package extract

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readXML reads the text of elements in reading order, whatever the vocabulary: an element without elements is a line,
// the lines of a record are a paragraph, elements called title are headings. Entities that the file defines are not
// expanded. Flat office documents and spreadsheets of 2003 are read as what they are.
func readXML(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxText)
	if err != nil {
		return catalog.Document{}, err
	}
	text := decode(data, xmlCharset(data, in.head))
	w := &writer{}
	w.cutAfter(in, maxText)
	var whole bool
	root := rootOf(text)
	switch root {
	case "wordDocument":
		d := docx{w: w, styles: map[string]int{}, notes: map[string]string{}}
		whole = eachXML(text, w, d.token)
		d.finish()
		w.title(d.heading)
	case "document":
		d := odt{w: w, breaking: map[string]bool{}}
		whole = eachXML(text, w, d.token)
		d.finish()
		w.title(d.heading)
		if strings.TrimSpace(w.text.String()) == "" && len(w.doc.Pages) < 2 {
			w = &writer{} // another vocabulary with a root of that name
			whole = readElements(w, in, text)
		}
	case "Workbook":
		s := sheetXML{w: w, rows: rows{w: w}}
		whole = eachXML(text, w, s.token)
		s.rows.end()
	case "html":
		return readHTML(in)
	default:
		whole = readElements(w, in, text)
	}
	if !whole && w.used == 0 && strings.TrimSpace(w.text.String()) == "" {
		return readText(in)
	}
	if !whole {
		w.warn("This file is not well-formed; it was read as far as possible.")
	}
	return w.document(orElse(xmlTypes[root], "application/xml")), nil
}

// xmlTypes are the vocabularies with a type of their own, by their root.
var xmlTypes = map[string]string{"rss": "application/rss+xml", "feed": "application/atom+xml", "svg": "image/svg+xml"}

func readElements(w *writer, in *input, text string) bool {
	x := xmlText{w: w, in: in}
	whole := eachXML(text, w, x.token)
	x.endLine()
	x.flush()
	return whole
}

var declaredEncoding = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// xmlCharset trusts a byte-order mark and valid UTF-8 over what the file declares.
func xmlCharset(data, head []byte) string {
	name := charsetOf(head)
	if name == "utf-8" || strings.HasPrefix(name, "utf-16") {
		return name
	}
	if m := declaredEncoding.FindSubmatch(data[:min(len(data), 512)]); m != nil && encodingOf(string(m[1])) != nil {
		return string(m[1])
	}
	return name
}

// eachXML calls do for every token and tells whether the text is well-formed to its end.
func eachXML(text string, w *writer, do func(xml.Token)) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it has been decoded
	for !w.full {
		token, err := d.RawToken()
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		do(token)
	}
	return true
}

// rootOf is the local name of the first element.
func rootOf(text string) string {
	root := ""
	w := &writer{}
	eachXML(text, w, func(t xml.Token) {
		if e, ok := t.(xml.StartElement); ok {
			root, w.full = e.Name.Local, true
		}
	})
	return root
}

// xmlText is where in the file the reader is.
type xmlText struct {
	w     *writer
	in    *input
	open  []xmlElement
	line  strings.Builder // text since the last boundary
	lines strings.Builder // of the block being read
	gap   bool            // a boundary lies between line and what comes
}

type xmlElement struct {
	name   string
	parent bool // has elements within
	mixed  bool // has text of its own beside them
}

func (x *xmlText) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		x.start(e)
	case xml.EndElement:
		x.end()
	case xml.CharData:
		x.words(string(e))
	}
}

func (x *xmlText) top() *xmlElement {
	if len(x.open) == 0 {
		return &xmlElement{}
	}
	return &x.open[len(x.open)-1]
}

func (x *xmlText) start(e xml.StartElement) {
	top := x.top()
	top.parent = true
	if top.name != "" && strings.TrimSpace(x.line.String()) != "" && !x.gap {
		top.mixed = true
	}
	if !top.mixed && !isInline(e.Name.Local) {
		x.endLine()
	}
	if len(x.open) == 0 {
		x.w.property("language", attribute(e, "lang"))
	}
	if len(x.open) < 10_000 {
		x.open = append(x.open, xmlElement{name: e.Name.Local, mixed: top.mixed})
	}
	for _, a := range e.Attr {
		if isProse(a) {
			x.words(a.Value)
			x.gap = true
		}
	}
}

func (x *xmlText) end() {
	if len(x.open) == 0 {
		return
	}
	e := *x.top()
	x.open = x.open[:len(x.open)-1]
	if x.top().mixed || isInline(e.name) {
		return
	}
	if isTitle(e.name) && !e.parent {
		x.endTitle()
		return
	}
	x.gap = true
	if e.parent {
		x.endLine()
		x.flush()
	}
}

// words adds text. Text of its own after an element within makes its element one of mixed content: what seemed to be
// lines was one.
func (x *xmlText) words(s string) {
	if strings.TrimSpace(s) == "" {
		if s != "" && !x.gap && x.line.Len() > 0 {
			x.line.WriteByte(' ')
		}
		return
	}
	top := x.top()
	if isMarkup(top.name, s) {
		x.page(s)
		return
	}
	if x.gap && top.parent {
		top.mixed, x.gap = true, false
	} else if x.gap {
		x.endLine()
	}
	x.line.WriteString(s)
}

// endLine ends a line; a long one is a paragraph.
func (x *xmlText) endLine() {
	x.gap = false
	line := spaced(clean(x.line.String()))
	x.line.Reset()
	if line == "" || isEncoded(line) {
		return
	}
	if len(line) > 100 {
		x.flush()
	}
	x.lines.WriteString(line)
	x.lines.WriteByte('\n')
	if len(line) > 100 || x.lines.Len() > 2000 {
		x.flush()
	}
}

func (x *xmlText) flush() {
	x.w.block(catalog.BlockParagraph, 0, x.lines.String())
	x.lines.Reset()
}

func (x *xmlText) endTitle() {
	title := spaced(clean(x.line.String()))
	x.line.Reset()
	x.gap = false
	x.flush()
	x.w.block(catalog.BlockHeading, min(max(len(x.open), 1), 6), title)
	if len(x.open) <= 3 {
		x.w.title(title)
	}
}

// page adds a piece of HTML, as feeds carry it in their text.
func (x *xmlText) page(s string) {
	x.endLine()
	x.flush()
	inner := inputOf("feed.html", []byte(s), nil)
	if doc, err := readHTML(inner); err == nil {
		for _, page := range doc.Pages {
			x.w.paste(page, 2)
		}
	}
}

// isInline knows elements within a line of text in the usual vocabularies for documents.
func isInline(name string) bool {
	switch strings.ToLower(name) {
	case "a", "b", "i", "u", "s", "em", "strong", "span", "sub", "sup", "tt", "code", "font", "small", "big", "abbr", "q",
		"emphasis", "link", "ulink", "xref", "literal", "quote", "phrase", "foreignphrase", "citation", "ext-link", "bold",
		"italic", "hi", "ref", "persname", "placename", "tspan", "style", "strikethrough", "r", "t":
		return true
	}
	return false
}

func isTitle(name string) bool {
	switch strings.ToLower(name) {
	case "title", "head", "heading", "headline", "h1", "h2", "h3", "h4", "h5", "h6":
		return true
	}
	return false
}

// isMarkup: the elements of feeds whose text is HTML.
func isMarkup(name, s string) bool {
	switch name {
	case "description", "summary", "content", "encoded", "subtitle":
		return strings.Contains(s, "</") || strings.Contains(s, "/>") || strings.Contains(s, "<p>") || strings.Contains(s, "<br>")
	}
	return false
}

// isProse picks attributes that people read: those named so, and those of several words.
func isProse(a xml.Attr) bool {
	switch a.Name.Local {
	case "schemaLocation", "style", "class", "d", "points", "transform", "viewBox", "content-type", "pattern", "select", "test", "match":
		return false
	case "title", "alt", "label", "summary", "description", "caption", "tooltip", "comment":
		return len(a.Value) > 1
	}
	if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
		return false
	}
	words := strings.Fields(a.Value)
	for _, word := range words {
		if strings.IndexFunc(word, unicode.IsLetter) < 0 || strings.ContainsAny(word, ":=/{}#_;()") {
			return false
		}
	}
	return len(words) >= 3
}

// isEncoded recognises bytes written as letters.
func isEncoded(line string) bool {
	return len(line) > 200 && len(line)/(strings.Count(line, " ")+1) > 50 && strings.IndexFunc(line, func(r rune) bool { return r > 127 }) < 0
}

// sheetXML reads a spreadsheet of Excel 2003: a page a sheet, a line a row.
type sheetXML struct {
	w     *writer
	rows  rows
	cells []string
	data  bool
	title bool
}

func (s *sheetXML) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "Worksheet":
			if s.title {
				s.rows.end()
				s.w.breakPage()
			}
			s.rows, s.title = rows{w: s.w}, true
			s.w.block(catalog.BlockHeading, 1, attribute(e, "Name"))
		case "Row":
			s.cells = s.cells[:0]
		case "Cell":
			s.cells = append(s.cells, "")
		case "Data", "Comment":
			s.data = true
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "Data", "Comment":
			s.data = false
		case "Row":
			s.rows.add(s.cells, s.rows.seen == 0 && looksLikeHeader(s.cells))
		}
	case xml.CharData:
		if n := len(s.cells); s.data && n > 0 {
			s.cells[n-1] += string(e)
		}
	}
}
