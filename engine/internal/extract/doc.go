package extract

import (
	"strings"
	"unicode/utf16"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readDOC reads a binary Word document: paragraphs, headings by style, lists, tables row by row, pages at the breaks
// that the author made. Footnotes, endnotes and comments follow the page that refers to them, page headers and footers
// the first page, text boxes the last. Deleted and hidden text and the codes of fields are left out.
func readDOC(in *input) (catalog.Document, error) {
	c, err := openContainer(in)
	if err != nil {
		return catalog.Document{}, err
	}
	f, err := openWord(c)
	if err != nil {
		return catalog.Document{}, err
	}
	w := &writer{}
	oleProperties(w, c)
	d := newDoc(w, f)
	d.read()
	w.title(d.heading)
	return w.document(mimeDOC), nil
}

// doc is the reading of one file.
type doc struct {
	w       *writer
	file    *wordFile
	notes   map[int]string // by the place in the text that refers to them
	pending []string       // notes of the present page
	heading string         // the first

	para    paragraph
	rows    rows
	cells   []string
	cell    strings.Builder
	inTable bool
}

func newDoc(w *writer, f *wordFile) *doc {
	d := &doc{w: w, file: f, rows: rows{w: w}, notes: map[int]string{}}
	d.hideFieldCodes()
	return d
}

// hideFieldCodes marks the instructions of fields, which stand between a beginning and a separator; the result that
// follows is shown. A field without an end hides nothing.
func (d *doc) hideFieldCodes() {
	const begin, separator, end = 0x13, 0x14, 0x15
	const deepest = 100
	type field struct{ from, separator int }
	var open []field
	marks := d.file.marks
	for i, c := range d.file.chars {
		switch top := len(open) - 1; {
		case c == begin && len(open) < deepest:
			open = append(open, field{i, 0})
		case c == separator && top >= 0 && open[top].separator == 0:
			open[top].separator = i
		case c == end && top >= 0:
			marks[open[top].from] |= markOpens
			marks[orElse(open[top].separator, i)] |= markCloses
			open = open[:top]
		}
	}
	depth := 0
	for i, m := range marks {
		if m&markOpens != 0 {
			depth++
		}
		if depth > 0 {
			marks[i] |= markHidden
		}
		if m&markCloses != 0 {
			depth--
		}
	}
}

func (d *doc) read() {
	f, s := d.file, d.file.stories
	from := min(s.body, len(f.chars))
	if from == 0 {
		from = len(f.chars)
	}
	at := from
	next := func(n int) (start, end int) {
		start = at
		at = min(at+n, len(f.chars))
		return start, at
	}
	d.readNotes(next(s.notes))
	headersFrom, headersTo := next(s.headers)
	next(s.macros)
	d.readComments(next(s.comments))
	d.readEndnotes(next(s.endnotes))
	d.readHeaders(headersFrom, headersTo)
	boxesFrom, boxesTo := next(s.boxes)
	headerFrom, headerTo := next(s.headerBoxes)
	d.body(0, from)
	d.finish()
	d.plain(boxesFrom, boxesTo)
	d.plain(headerFrom, headerTo)
}

// Tables in the header of the file: where notes are referred to, and where their texts begin.
const (
	notesAt, noteTextsAt       = 0xaa, 0xb2
	commentsAt, commentTextsAt = 0xba, 0xc2
	endnotesAt, endnoteTextsAt = 0x20a, 0x212
	headersAt                  = 0xf2
	oldNotesAt, oldNoteTextsAt = 0x68, 0x70
	oldHeadersAt               = 0xb0
)

func (d *doc) readNotes(from, to int) {
	if d.file.old {
		d.refer(d.file.places(oldNotesAt, 2), d.file.places(oldNoteTextsAt, 0), from, to)
		return
	}
	d.refer(d.file.places(notesAt, 2), d.file.places(noteTextsAt, 0), from, to)
}

func (d *doc) readEndnotes(from, to int) {
	if d.file.old {
		d.rest(from, to)
		return
	}
	d.refer(d.file.places(endnotesAt, 2), d.file.places(endnoteTextsAt, 0), from, to)
}

func (d *doc) readComments(from, to int) {
	if d.file.old {
		d.rest(from, to)
		return
	}
	d.refer(d.file.places(commentsAt, 30), d.file.places(commentTextsAt, 0), from, to)
}

// refer keeps the text of each note for the place that refers to it. Texts that no place refers to are written with
// the first page.
func (d *doc) refer(places, texts []int, from, to int) {
	for i := range min(len(places), len(texts)-1) {
		start, end := from+max(0, texts[i]), from+max(0, texts[i+1])
		if text := d.text(start, min(end, to)); text != "" {
			d.notes[places[i]] = strings.TrimSpace(d.notes[places[i]] + "\n" + text)
		}
	}
	if len(places) == 0 || len(texts) == 0 {
		d.rest(from, to)
	}
}

func (d *doc) rest(from, to int) {
	if text := d.text(from, to); text != "" {
		d.pending = append(d.pending, text)
	}
}

// readHeaders keeps page headers and footers, each text once. The first six are the lines above notes.
func (d *doc) readHeaders(from, to int) {
	at, skipped := headersAt, 6
	if d.file.old {
		at, skipped = oldHeadersAt, 0
	}
	places := d.file.places(at, 0)
	seen := map[string]bool{}
	for i := skipped; i+1 < len(places); i++ {
		text := d.text(from+max(0, places[i]), min(to, from+max(0, places[i+1])))
		if text != "" && !seen[text] {
			seen[text] = true
			d.pending = append(d.pending, text)
		}
	}
}

// text is a stretch without structure.
func (d *doc) text(from, to int) string {
	var b strings.Builder
	for i := max(0, from); i < min(to, len(d.file.chars)); i++ {
		if s := d.shown(i); s != "" {
			b.WriteString(s)
		} else if c := d.file.chars[i]; c == '\r' || c == 7 || c == '\f' {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSpace(b.String())
}

func (d *doc) plain(from, to int) {
	for p := range strings.SplitSeq(d.text(from, to), "\n") {
		d.w.block(catalog.BlockParagraph, 0, p)
	}
}

// shown is what a person sees of a character; empty for those that end or stand for something.
func (d *doc) shown(i int) string {
	c := d.file.chars[i]
	if d.file.marks[i]&markHidden != 0 {
		return ""
	}
	switch {
	case c >= 0xd800 && c < 0xdc00 && i+1 < len(d.file.chars):
		return string(utf16.DecodeRune(c, d.file.chars[i+1]))
	case c >= 0xdc00 && c < 0xe000:
		return ""
	case c == '\v' || c == 0x0e:
		return "\n"
	case c == 0x1e:
		return "-"
	case c == '\t' || c >= ' ' && c != '(':
		return string(c)
	case c == '(' && d.file.marks[i]&markSpecial == 0: // a special one is a symbol of another font
		return "("
	}
	return ""
}

func (d *doc) body(from, to int) {
	for i := from; i < to && !d.w.full; i++ {
		if note := d.notes[i]; note != "" {
			d.pending = append(d.pending, note)
			delete(d.notes, i)
		}
		switch d.file.chars[i] {
		case '\r', 7:
			d.endParagraph(i)
		case '\f':
			d.endParagraph(i)
			d.breakPage()
		default:
			d.para.text.WriteString(d.shown(i))
		}
	}
}

// endParagraph ends the paragraph, cell or row whose last character is at that place.
func (d *doc) endParagraph(at int) {
	p := d.file.paper(at)
	cellEnd := d.file.chars[at] == 7
	if cellEnd && !p.known {
		// nothing says which are the ends of rows: two ends one after the other
		p.table = true
		p.rowEnd = len(d.cells) > 0 && d.para.text.Len() == 0 && d.cell.Len() == 0
	}
	switch {
	case p.rowEnd && (cellEnd || p.table):
		d.endRow(p.header)
	case cellEnd:
		d.inTable = true
		d.cells = append(d.cells, d.cell.String()+d.para.text.String())
		d.cell.Reset()
	case p.table:
		d.inTable = true
		d.cell.WriteString(d.para.text.String())
		d.cell.WriteByte(' ')
	default:
		d.endTable()
		d.writeParagraph(p)
	}
	d.para = paragraph{}
}

func (d *doc) writeParagraph(p wordPaper) {
	text := d.para.text.String()
	if p.newPage && (d.w.runes > 0) {
		d.breakPage()
	}
	kind := catalog.BlockParagraph
	switch {
	case p.level > 0:
		kind, text = catalog.BlockHeading, spaced(text)
		d.heading = orElse(d.heading, text)
	case p.list:
		kind = catalog.BlockListItem
	}
	d.w.block(kind, p.level, text)
}

func (d *doc) endRow(header bool) {
	d.inTable = true
	if strings.TrimSpace(d.cell.String()) != "" {
		d.cells = append(d.cells, d.cell.String())
	}
	d.cell.Reset()
	d.rows.add(d.cells, d.rows.seen == 0 && (header || looksLikeHeader(d.cells)))
	d.cells = d.cells[:0]
}

func (d *doc) endTable() {
	if !d.inTable {
		return
	}
	if len(d.cells) > 0 || d.cell.Len() > 0 {
		d.endRow(false)
	}
	d.rows.end()
	d.rows, d.inTable = rows{w: d.w}, false
}

func (d *doc) breakPage() {
	d.endTable()
	d.writeNotes()
	d.w.breakPage()
}

func (d *doc) writeNotes() {
	for _, n := range d.pending {
		d.w.block(catalog.BlockParagraph, 0, n)
	}
	d.pending = nil
}

func (d *doc) finish() {
	d.endTable()
	d.w.block(catalog.BlockParagraph, 0, d.para.text.String())
	d.writeNotes()
}
