package extract

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readODT reads the body of an OpenDocument text: headings by outline level, lists, tables row by row, notes and
// comments at the end of their page, page headers and footers after the first, each text once. Pages are those that the
// program noted when it last laid the text out (soft page breaks) and those that a paragraph's style asks for; without
// either there is one page.
func readODT(in *input) (catalog.Document, error) {
	a, w, err := openODF(in)
	if err != nil {
		return catalog.Document{}, err
	}
	body, err := a.part("content.xml")
	if err != nil {
		return catalog.Document{}, err
	}
	d := odt{w: w, in: in, archive: a, breaking: map[string]bool{}}
	if styles, err := a.part("styles.xml"); err == nil {
		d.notes = pageHeaders(styles)
	}
	whole := eachToken(body, d.token)
	d.finish()
	if !whole {
		w.doc.Warnings = append(w.doc.Warnings, "The document is damaged; it was read as far as possible.")
	}
	w.title(d.heading)
	return w.document(mimeODT), nil
}

// pageHeaders are the headers and footers of pages, each text once.
func pageHeaders(styles []byte) []string {
	var texts []string
	seen := map[string]bool{"": true}
	depth, para := 0, 0
	var b strings.Builder
	eachToken(styles, func(t xml.Token) {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "header", "footer", "header-left", "footer-left", "header-first", "footer-first":
				depth++
			case "p", "h":
				para++
			case "s", "tab", "line-break":
				b.WriteByte(' ')
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "header", "footer", "header-left", "footer-left", "header-first", "footer-first":
				depth = max(0, depth-1)
				if text := strings.TrimSpace(b.String()); !seen[text] {
					seen[text] = true
					texts = append(texts, text)
				}
				b.Reset()
			case "p", "h":
				para = max(0, para-1)
				b.WriteByte('\n')
			}
		case xml.CharData:
			if depth > 0 && para > 0 {
				b.Write(e)
			}
		}
	})
	return texts
}

type odt struct {
	w        *writer
	in       *input
	archive  *archive
	breaking map[string]bool // automatic styles that begin a new page
	style    string          // being defined
	heading  string          // the first
	body     bool

	para    paragraph
	open    int // paragraphs open, one within another
	lists   int
	skip    int // depth within an element whose text is not shown
	note    int // depth within the body of a note
	notes   []string
	current strings.Builder // the note being read

	tables int
	rows   rows
	cells  []string
	cell   strings.Builder
	head   bool // in the rows that are the table's header
}

func (d *odt) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		if d.skip > 0 || hiddenInODT(e.Name) {
			d.skip++
			return
		}
		if !d.body {
			d.styles(e)
			return
		}
		d.start(e)
	case xml.EndElement:
		if d.skip > 0 {
			d.skip--
			return
		}
		if d.body {
			d.end(e.Name.Local)
		}
	case xml.CharData:
		if d.body && d.skip == 0 && d.open > 0 {
			d.words(string(e))
		}
	}
}

func hiddenInODT(n xml.Name) bool {
	switch n.Local {
	case "tracked-changes", "note-citation", "sequence-decls", "creator-initials", "date-string", "ruby-text", "forms", "desc", "index-source", "table-of-content-source":
		return true
	case "title":
		return n.Space == "svg"
	case "date", "creator":
		return n.Space == "dc"
	}
	return false
}

// styles notes which automatic styles break the page.
func (d *odt) styles(e xml.StartElement) {
	switch e.Name.Local {
	case "body":
		d.body = true
	case "style":
		d.style = attribute(e, "name")
	case "paragraph-properties":
		if attribute(e, "break-before") == "page" {
			d.breaking[d.style] = true
		}
	}
}

func (d *odt) start(e xml.StartElement) {
	switch e.Name.Local {
	case "p", "h":
		d.open++
		if d.note > 0 || d.tables > 0 || d.open > 1 {
			return
		}
		if d.breaking[attribute(e, "style-name")] && (d.w.runes > 0 || len(d.w.doc.Pages) > 1) {
			d.breakPage()
		}
		d.para = paragraph{kind: catalog.BlockParagraph}
		if d.lists > 0 {
			d.para.kind = catalog.BlockListItem
		}
		if e.Name.Local == "h" {
			level, _ := strconv.Atoi(attribute(e, "outline-level"))
			d.para.setLevel(min(max(level, 1), 6))
		}
	case "list":
		d.lists++
	case "s":
		n, _ := strconv.Atoi(attribute(e, "c"))
		d.write(strings.Repeat(" ", min(max(n, 1), 100)))
	case "tab":
		d.write("\t")
	case "line-break":
		d.write("\n")
	case "soft-page-break":
		if d.tables == 0 && d.note == 0 {
			d.breakPage()
		}
	case "note-body", "annotation":
		d.note++
	case "object", "object-ole":
		if text := objectText(d.in, d.archive, attribute(e, "href")); text != "" {
			d.notes = append(d.notes, text)
		}
	case "table":
		if d.tables++; d.tables == 1 {
			d.rows = rows{w: d.w}
		}
	case "table-header-rows":
		d.head = true
	}
}

func (d *odt) end(name string) {
	switch name {
	case "p", "h":
		d.open = max(0, d.open-1)
		switch {
		case d.note > 0:
			d.current.WriteByte('\n')
		case d.tables > 0:
			d.cell.WriteByte(' ')
		case d.open == 0:
			d.endParagraph()
		default:
			d.write("\n")
		}
	case "list":
		d.lists = max(0, d.lists-1)
	case "note-body", "annotation":
		if d.note--; d.note <= 0 {
			d.note = 0
			d.notes = append(d.notes, d.current.String())
			d.current.Reset()
		}
	case "table-cell":
		if d.tables == 1 {
			d.cells = append(d.cells, d.cell.String())
			d.cell.Reset()
		}
	case "table-row":
		if d.tables == 1 {
			first := d.rows.seen == 0 && (d.head || looksLikeHeader(d.cells))
			d.rows.add(d.cells, first)
			d.cells = d.cells[:0]
		}
	case "table-header-rows":
		d.head = false
	case "table":
		if d.tables--; d.tables == 0 {
			d.rows.end()
		}
		d.tables = max(0, d.tables)
	case "body":
		d.body = false
	}
}

// words writes text as OpenDocument means it: runs of white space are one space, more are written as elements.
func (d *odt) words(s string) {
	if strings.ContainsAny(s, "\n\t\r") || strings.Contains(s, "  ") {
		tidy := spaced(s)
		if s[0] == ' ' || s[0] == '\n' || s[0] == '\t' {
			tidy = " " + tidy
		}
		if last := s[len(s)-1]; tidy != " " && (last == ' ' || last == '\n' || last == '\t') {
			tidy += " "
		}
		s = tidy
	}
	d.write(s)
}

func (d *odt) write(s string) {
	switch {
	case d.note > 0:
		d.current.WriteString(s)
	case d.tables > 0:
		d.cell.WriteString(s)
	default:
		d.para.text.WriteString(s)
	}
}

func (d *odt) endParagraph() {
	text := d.para.text.String()
	if d.para.kind == catalog.BlockHeading {
		text = spaced(text)
		if d.heading == "" {
			d.heading = text
		}
	}
	d.w.block(d.para.kind, d.para.level, text)
	d.para = paragraph{kind: catalog.BlockParagraph}
}

// breakPage ends the page, in the middle of a paragraph if need be.
func (d *odt) breakPage() {
	d.w.block(d.para.kind, d.para.level, d.para.text.String())
	d.para = paragraph{kind: d.para.kind, level: d.para.level}
	d.writeNotes()
	d.w.breakPage()
}

func (d *odt) writeNotes() {
	for _, n := range d.notes {
		d.w.block(catalog.BlockParagraph, 0, n)
	}
	d.notes = nil
}

func (d *odt) finish() {
	if d.cell.Len() > 0 || len(d.cells) > 0 {
		d.rows.add(append(d.cells, d.cell.String()), false)
	}
	d.endParagraph()
	d.writeNotes()
}
