package extract

import (
	"encoding/xml"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const mimePPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

var formatPPTX = format{mimePPTX, readPPTX}

// readPPTX reads a PowerPoint presentation, one page a slide in the order of the show, hidden ones too: its shapes, the
// charts, diagrams and documents on it, what stands on its layout and its master and is not the prompt of a placeholder,
// the notes of the speaker and the comments.
func readPPTX(in *input) (catalog.Document, error) {
	a, err := openArchive(in)
	if err != nil {
		return catalog.Document{}, err
	}
	main := mainPart(a, "ppt/presentation.xml")
	presentation, err := a.part(main)
	if err != nil {
		return catalog.Document{}, err
	}
	if presentation == nil {
		return catalog.Document{}, errMalformed
	}
	w := &writer{}
	officeProperties(w, a)
	p := pptx{in: in, archive: a, slides: slides{w: w}, layouts: map[string][]string{}}
	read := map[string]bool{}
	for _, part := range slideParts(a, main, presentation) {
		if w.full || read[part] {
			continue
		}
		read[part] = true
		p.slide(part)
	}
	p.slides.finish()
	return w.document(mimePPTX), nil
}

// slideParts are the slides in the order of the show; without a list, in the order of their numbers.
func slideParts(a *archive, main string, presentation []byte) []string {
	relations := a.relations(main)
	var parts []string
	eachToken(presentation, func(t xml.Token) {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "sldId" {
			if r := relations[relationID(e)]; r.target != "" && len(parts) <= maxPages {
				parts = append(parts, r.target)
			}
		}
	})
	if len(parts) > 0 {
		return parts
	}
	for _, name := range slices.SortedFunc(maps.Keys(a.parts), byNumber) {
		if path.Dir(name) == "ppt/slides" && strings.HasSuffix(name, ".xml") {
			parts = append(parts, name)
		}
	}
	return parts
}

// relationID is the id of an element in the namespace of relations, which may have another id too.
func relationID(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// byNumber puts slide2.xml before slide10.xml.
func byNumber(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

type pptx struct {
	in      *input
	archive *archive
	slides  slides
	layouts map[string][]string // texts of each layout and of its master
}

func (p *pptx) slide(part string) {
	p.slides.begin()
	s := newShapes(p)
	data, err := p.archive.part(part)
	if err != nil || data == nil || !eachToken(data, s.token) {
		p.slides.w.doc.Warnings = append(p.slides.w.doc.Warnings, "A slide is damaged; it was read as far as possible.")
	}
	s.rows.end()
	relations := p.archive.relations(part)
	attachedTexts(p.archive, relations, p.slides.paragraph)
	embeddedTexts(p.in, p.archive, relations, p.slides.paragraph)
	for _, layout := range ofKind(relations, "slideLayout") {
		for _, text := range p.layout(layout) {
			p.slides.paragraph(text)
		}
	}
	for _, notes := range ofKind(relations, "notesSlide") {
		p.attached(notes, func(s *shapes) { s.notes = true })
	}
	for _, comments := range ofKind(relations, "comments") {
		p.comments(comments)
	}
	p.slides.end()
}

// attached reads the shapes of another part.
func (p *pptx) attached(part string, set func(*shapes)) {
	if data, err := p.archive.part(part); err == nil {
		s := newShapes(p)
		set(s)
		eachToken(data, s.token)
	}
}

// layout is what stands on a layout and on the master that it is made from.
func (p *pptx) layout(part string) []string {
	texts, known := p.layouts[part]
	if known {
		return texts
	}
	p.layouts[part] = nil
	p.attached(part, func(s *shapes) { s.fixed = func(text string) { texts = append(texts, text) } })
	for _, master := range ofKind(p.archive.relations(part), "slideMaster") {
		texts = append(texts, p.layout(master)...)
	}
	p.layouts[part] = texts
	return texts
}

// comments reads those of a slide, in the form of old programs and of new ones.
func (p *pptx) comments(part string) {
	data, err := p.archive.part(part)
	if err != nil {
		return
	}
	simpleElements(data, func(name, text string, _ xml.StartElement) {
		if name == "text" {
			p.slides.note(text)
		}
	})
	drawnParagraphs(data, p.slides.note)
}

// shapes reads the shapes of one part, token by token.
type shapes struct {
	p     *pptx
	notes bool              // the part is the notes of a slide
	fixed func(text string) // takes what is no prompt, where the part is a layout or a master

	skip   int
	holder string // kind of the placeholder; empty in any other shape
	inText int
	text   strings.Builder
	lines  []string // paragraphs of the shape
	tables int
	rows   rows
	cells  []string
	header bool
}

func newShapes(p *pptx) *shapes { return &shapes{p: p, rows: rows{w: p.slides.body}} }

func (s *shapes) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		if s.skip > 0 || e.Name.Local == "Fallback" {
			s.skip++
			return
		}
		if e.Name.Local == "fld" && attribute(e, "type") == "slidenum" {
			s.text.WriteString(strconv.Itoa(s.p.slides.count)) // what the file keeps of it is often a mark
			s.skip++
			return
		}
		s.start(e)
	case xml.EndElement:
		if s.skip > 0 {
			s.skip--
			return
		}
		s.end(e.Name.Local)
	case xml.CharData:
		if s.inText > 0 && s.skip == 0 {
			s.text.Write(e)
		}
	}
}

func (s *shapes) start(e xml.StartElement) {
	switch e.Name.Local {
	case "sp", "cxnSp", "pic":
		s.holder = ""
	case "ph":
		s.holder = orElse(attribute(e, "type"), "body")
	case "t":
		s.inText++
	case "br", "tab":
		s.text.WriteByte('\n')
	case "tbl":
		if s.tables++; s.tables == 1 {
			s.rows = rows{w: s.p.slides.body}
			s.header = false
		}
	case "tblPr":
		s.header = attribute(e, "firstRow") == "1"
	}
}

func (s *shapes) end(name string) {
	switch name {
	case "t":
		s.inText = max(0, s.inText-1)
	case "p":
		s.lines = append(s.lines, s.text.String())
		s.text.Reset()
	case "sp":
		s.endShape()
	case "tc":
		s.cells = append(s.cells, strings.Join(s.lines, " "))
		s.lines = nil
	case "tr":
		s.endRow()
	case "tbl":
		if s.tables--; s.tables == 0 {
			s.rows.end()
		}
		s.tables = max(0, s.tables)
	}
}

func (s *shapes) endRow() {
	switch {
	case s.fixed != nil:
		s.fixed(strings.Join(s.cells, cellGap))
	default:
		s.rows.add(s.cells, s.rows.seen == 0 && (s.header || looksLikeHeader(s.cells)))
	}
	s.cells = s.cells[:0]
}

// endShape writes the paragraphs of a shape to where its placeholder says they belong.
func (s *shapes) endShape() {
	lines := s.lines
	s.lines = nil
	text := strings.Join(lines, "\n")
	switch {
	case s.fixed != nil:
		if s.holder == "" {
			s.fixed(text)
		}
	case s.notes:
		if s.holder != "hdr" && s.holder != "ftr" && s.holder != "dt" && s.holder != "sldNum" && s.holder != "sldImg" {
			s.p.slides.note(text)
		}
	case s.holder == "title" || s.holder == "ctrTitle":
		s.p.slides.titled(text)
	default:
		s.write(lines)
	}
	s.holder = ""
}

// write writes paragraphs; several in the placeholder for text are a list.
func (s *shapes) write(lines []string) {
	kind := catalog.BlockParagraph
	if (s.holder == "body" || s.holder == "obj") && filled(lines) > 1 {
		kind = catalog.BlockListItem
	}
	for _, line := range lines {
		s.p.slides.body.block(kind, 0, line)
	}
}
