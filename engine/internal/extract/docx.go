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
// by row, text boxes, and at the end of the page that refers to them footnotes, endnotes, comments, charts and diagrams.
// Page headers and footers follow the first page, each text once. Pages are the ones that Word noted when it last laid
// the document out, and breaks that the author made; without either there is one page.
func readDOCX(in *input) (catalog.Document, error) {
	a, err := openArchive(in)
	if err != nil {
		return catalog.Document{}, err
	}
	main := mainPart(a, "word/document.xml")
	body, err := a.part(main)
	if err != nil {
		return catalog.Document{}, err
	}
	if body == nil {
		return catalog.Document{}, errMalformed
	}
	w := &writer{}
	officeProperties(w, a)
	d := docx{w: w, styles: map[string]int{}, notes: map[string]string{}}
	d.readParts(in, a, main)
	whole := eachToken(body, d.token)
	embeddedTexts(in, a, a.relations(main), func(text string) { d.pending = append(d.pending, text) })
	d.finish()
	if !whole {
		w.doc.Warnings = append(w.doc.Warnings, "The document is damaged; it was read as far as possible.")
	}
	w.title(d.heading)
	return w.document(mimeDOCX), nil
}

// noteKinds are the elements of notes by the kind of the part that holds them.
var noteKinds = map[string]string{"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}

// readParts reads what the main part refers to.
func (d *docx) readParts(in *input, a *archive, main string) {
	relations := a.relations(main)
	for _, kind := range []string{"styles", "footnotes", "endnotes", "comments"} {
		if len(ofKind(relations, kind)) == 0 {
			relations[kind] = relation{resolved(main, kind+".xml"), kind}
		}
	}
	seen := map[string]bool{"": true}
	for _, id := range sortedIDs(relations) {
		r := relations[id]
		part, err := a.part(r.target)
		if err != nil {
			d.w.warn("A part of this document was left out: %s", catalog.MessageOf(err))
		}
		if err != nil || part == nil {
			continue
		}
		switch r.kind {
		case "styles":
			d.styles = headingStyles(part)
		case "footnotes", "endnotes", "comments":
			d.readNotes(noteKinds[r.kind], part)
		case "header", "footer":
			if text := plainPart(part); !seen[text] {
				seen[text] = true
				d.pending = append(d.pending, text)
			}
		case "aFChunk":
			d.notes["drawing"+id] = embeddedText(in, path.Base(r.target), part)
		case "chart", "chartEx", "diagramData":
			var lines []string
			attachedTexts(a, map[string]relation{id: r}, func(text string) { lines = append(lines, text) })
			d.notes["drawing"+id] = strings.TrimSpace(strings.Join(lines, "\n"))
		}
	}
}

// plainPart is the text of a part without structure.
func plainPart(part []byte) string {
	d := docx{w: &writer{}}
	eachToken(part, d.token)
	d.finish()
	return d.w.text.String()
}

// headingStyles maps the ids of paragraph styles to heading levels: by their outline level, by their name, or by the
// style that they are based on.
func headingStyles(part []byte) map[string]int {
	levels, based := map[string]int{}, map[string]string{}
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
			} else {
				levels[id] = noLevel
			}
		}
	})
	for id := range based {
		at := id
		for range 10 {
			if levels[at] != 0 {
				levels[id] = levels[at]
				break
			}
			at = based[at]
		}
	}
	return levels
}

const noLevel = -1 // text, although the style is based on that of a heading

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
	notes   map[string]string // "footnote", "endnote", "comment" or "drawing" and id, to text
	pending []string          // what is written at the end of this page
	heading string            // the first

	para   paragraph
	outer  []paragraph // paragraphs around the present one: it is in a text box
	inText int
	inRun  bool
	unseen bool // the run is hidden
	skip   int  // depth within an element whose text is not shown
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
		if d.skip == 0 && d.inText > 0 && !d.unseen {
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
	case "footnoteReference", "endnoteReference", "commentReference":
		d.refer(strings.TrimSuffix(e.Name.Local, "Reference") + attribute(e, "id"))
	case "chart", "altChunk":
		d.refer("drawing" + attribute(e, "id"))
	case "relIds":
		d.refer("drawing" + attribute(e, "dm"))
	case "r":
		d.inRun = true
	case "vanish":
		v := attribute(e, "val")
		d.unseen = d.inRun && v != "0" && v != "false"
	case "sym":
		d.symbol(attribute(e, "font"), attribute(e, "char"))
	case "tbl":
		if d.tables++; d.tables == 1 {
			d.rows = rows{w: d.w}
		}
	case "tblHeader":
		d.header = attribute(e, "val") != "0" && attribute(e, "val") != "false"
	}
}

// refer has a note written at the end of the page.
func (d *docx) refer(key string) {
	if note := d.notes[key]; note != "" {
		d.pending = append(d.pending, note)
		delete(d.notes, key)
	}
}

// symbol writes a character of the font Symbol; those of other fonts of pictures say nothing.
func (d *docx) symbol(font, char string) {
	if n, err := strconv.ParseUint(char, 16, 16); err == nil && font == "Symbol" {
		d.para.text.WriteString(fromSymbol([]byte{byte(n)}))
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
	case "r":
		d.inRun, d.unseen = false, false
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
