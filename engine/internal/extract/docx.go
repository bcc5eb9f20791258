package extract

import (
	"bytes"
	"encoding/xml"
	"path"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readDOCX reads the parts of a Word document that a reader sees: paragraphs, headings by their style, lists, tables row
// by row, text boxes, and footnotes and endnotes at the end of the page that refers to them. Pages are the ones that
// Word noted when it last laid the document out, and breaks that the author made; without either there is one page.
func readDOCX(in *input) (catalog.Document, error) {
	a, err := openArchive(in)
	if err != nil {
		return catalog.Document{}, err
	}
	body, err := a.part(mainPart(a))
	if err != nil {
		return catalog.Document{}, err
	}
	if body == nil {
		return catalog.Document{}, errMalformed
	}
	w := &writer{}
	if core, err := a.part("docProps/core.xml"); err == nil {
		metadata(w, core)
	}
	d := docx{w: w, styles: headingStyles(a), notes: map[string]string{}}
	for _, kind := range []string{"footnote", "endnote"} {
		if part, err := a.part("word/" + kind + "s.xml"); err == nil && part != nil {
			d.readNotes(kind, part)
		}
	}
	whole := eachToken(body, d.token)
	d.finish()
	if !whole {
		w.doc.Warnings = append(w.doc.Warnings, "The document is damaged; it was read as far as possible.")
	}
	w.title(d.heading)
	return w.document(mimeDOCX), nil
}

// mainPart is where the relations of the package say the text is.
func mainPart(a *archive) string {
	found := "word/document.xml"
	rels, err := a.part("_rels/.rels")
	if err != nil || rels == nil {
		return found
	}
	eachToken(rels, func(t xml.Token) {
		if e, ok := t.(xml.StartElement); ok && strings.HasSuffix(attribute(e, "Type"), "/officeDocument") {
			found = strings.TrimPrefix(path.Clean("/"+attribute(e, "Target")), "/")
		}
	})
	return found
}

// headingStyles maps the ids of paragraph styles to heading levels: by their outline level, by their name, or by the
// style that they are based on.
func headingStyles(a *archive) map[string]int {
	levels, based := map[string]int{}, map[string]string{}
	part, err := a.part("word/styles.xml")
	if err != nil {
		return levels
	}
	id := ""
	eachToken(part, func(t xml.Token) {
		e, ok := t.(xml.StartElement)
		if !ok {
			return
		}
		switch e.Name.Local {
		case "style":
			id = attribute(e, "styleId")
		case "name":
			if level := levelByName(attribute(e, "val")); level > 0 && levels[id] == 0 {
				levels[id] = level
			}
		case "basedOn":
			based[id] = attribute(e, "val")
		case "outlineLvl":
			if n, err := strconv.Atoi(attribute(e, "val")); err == nil && n >= 0 && n < 9 {
				levels[id] = min(n+1, 6)
			}
		}
	})
	for id := range based {
		at := id
		for range 10 {
			if levels[at] > 0 {
				levels[id] = levels[at]
				break
			}
			at = based[at]
		}
	}
	return levels
}

func levelByName(name string) int {
	name = strings.ToLower(name)
	if name == "title" {
		return 1
	}
	if n, ok := strings.CutPrefix(name, "heading "); ok {
		if level, err := strconv.Atoi(n); err == nil && level > 0 {
			return min(level, 6)
		}
	}
	return 0
}

// docx reads the tokens of one part.
type docx struct {
	w       *writer
	styles  map[string]int
	notes   map[string]string // "footnote" or "endnote" and id, to text
	pending []string          // notes referred to on this page
	heading string            // the first

	para   paragraph
	outer  []paragraph // paragraphs around the present one: it is in a text box
	inText int
	skip   int // depth within an element whose text is not shown
	broke  bool

	tables int
	rows   rows
	cells  []string
	cell   strings.Builder
	header bool
}

type paragraph struct {
	text  bytes.Buffer
	kind  catalog.BlockKind
	level int
}

func (d *docx) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		if d.skip > 0 || hiddenInDOCX(e.Name.Local) {
			d.skip++
			return
		}
		d.start(e)
	case xml.EndElement:
		if d.skip > 0 {
			d.skip--
			return
		}
		d.end(e.Name.Local)
	case xml.CharData:
		if d.skip == 0 && d.inText > 0 {
			d.para.text.Write(e)
		}
	}
}

// hiddenInDOCX: the second copy of drawings for old programs, deleted text, field codes.
func hiddenInDOCX(name string) bool {
	switch name {
	case "Fallback", "del", "delText", "moveFrom", "instrText", "pPrChange", "rPrChange":
		return true
	}
	return false
}

func (d *docx) start(e xml.StartElement) {
	switch e.Name.Local {
	case "p":
		d.outer = append(d.outer, d.para)
		d.para = paragraph{kind: catalog.BlockParagraph}
	case "t":
		d.inText++
	case "pStyle":
		d.para.setLevel(d.styles[attribute(e, "val")])
	case "outlineLvl":
		if n, err := strconv.Atoi(attribute(e, "val")); err == nil && n >= 0 && n < 9 {
			d.para.setLevel(min(n+1, 6))
		}
	case "numPr":
		if d.para.kind == catalog.BlockParagraph {
			d.para.kind = catalog.BlockListItem
		}
	case "tab":
		d.para.text.WriteByte('\t')
	case "br":
		if attribute(e, "type") == "page" {
			d.breakPage()
			d.broke = true
			return
		}
		d.para.text.WriteByte('\n')
	case "cr":
		d.para.text.WriteByte('\n')
	case "noBreakHyphen":
		d.para.text.WriteByte('-')
	case "lastRenderedPageBreak":
		if !d.broke || d.w.runes > 0 || strings.TrimSpace(d.para.text.String()) != "" {
			d.breakPage()
		}
		d.broke = false
	case "footnoteReference", "endnoteReference":
		key := strings.TrimSuffix(e.Name.Local, "Reference") + attribute(e, "id")
		if note := d.notes[key]; note != "" {
			d.pending = append(d.pending, note)
			delete(d.notes, key)
		}
	case "tbl":
		if d.tables++; d.tables == 1 {
			d.rows = rows{w: d.w}
		}
	case "tblHeader":
		d.header = attribute(e, "val") != "0" && attribute(e, "val") != "false"
	}
}

func (p *paragraph) setLevel(level int) {
	if level > 0 {
		p.kind, p.level = catalog.BlockHeading, level
	}
}

func (d *docx) end(name string) {
	switch name {
	case "p":
		if len(d.outer) > 0 {
			d.endParagraph()
			d.para = d.outer[len(d.outer)-1]
			d.outer = d.outer[:len(d.outer)-1]
		}
	case "t":
		d.inText = max(0, d.inText-1)
	case "tc":
		if d.tables == 1 {
			d.cells = append(d.cells, d.cell.String())
			d.cell.Reset()
		}
	case "tr":
		if d.tables == 1 {
			first := d.rows.seen == 0 && (d.header || looksLikeHeader(d.cells))
			d.rows.add(d.cells, first)
			d.cells, d.header = d.cells[:0], false
		}
	case "tbl":
		if d.tables--; d.tables == 0 {
			d.rows.end()
		}
		d.tables = max(0, d.tables)
	}
}

func (d *docx) endParagraph() {
	text := d.para.text.String()
	if d.tables > 0 {
		d.cell.WriteString(text)
		d.cell.WriteByte(' ')
		return
	}
	if d.para.kind == catalog.BlockHeading {
		text = spaced(text)
		if d.heading == "" {
			d.heading = text
		}
	}
	d.w.block(d.para.kind, d.para.level, text)
}

// breakPage ends the page in the middle of the paragraph. In a table it waits: a row is never split.
func (d *docx) breakPage() {
	if d.tables > 0 {
		return
	}
	d.w.block(d.para.kind, d.para.level, d.para.text.String())
	d.para = paragraph{kind: d.para.kind, level: d.para.level}
	d.writeNotes()
	d.w.breakPage()
}

func (d *docx) writeNotes() {
	for _, n := range d.pending {
		d.w.block(catalog.BlockParagraph, 0, n)
	}
	d.pending = nil
}

func (d *docx) finish() {
	for len(d.outer) > 0 {
		d.end("p")
	}
	if d.cell.Len() > 0 || len(d.cells) > 0 {
		d.rows.add(append(d.cells, d.cell.String()), false)
	}
	d.writeNotes()
}

// readNotes collects the text of each note of one kind.
func (d *docx) readNotes(kind string, part []byte) {
	id, depth := "", 0
	var text strings.Builder
	eachToken(part, func(t xml.Token) {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case kind:
				id = attribute(e, "id")
				text.Reset()
			case "t":
				depth++
			case "tab", "br":
				text.WriteByte(' ')
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				depth = max(0, depth-1)
			case "p":
				text.WriteByte('\n')
			case kind:
				d.notes[kind+id] = strings.TrimSpace(text.String())
			}
		case xml.CharData:
			if depth > 0 {
				text.Write(e)
			}
		}
	})
}
