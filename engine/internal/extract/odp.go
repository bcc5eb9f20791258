package extract

import (
	"encoding/xml"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	mimeODP = "application/vnd.oasis.opendocument.presentation"
	mimeODG = "application/vnd.oasis.opendocument.graphics"
)

var (
	formatODP = format{mimeODP, readODP}
	formatODG = format{mimeODG, readODP}
)

// readODP reads an OpenDocument presentation or drawing, one page a slide, with what stands on its master
// page outside of placeholders.
func readODP(in *input) (catalog.Document, error) {
	a, w, err := openODF(in)
	if err != nil {
		return catalog.Document{}, err
	}
	body, err := a.part("content.xml")
	if err != nil {
		return catalog.Document{}, err
	}
	p := odp{in: in, archive: a, slides: slides{w: w}, masters: map[string][]string{}, declared: map[string]string{}}
	if styles, err := a.part("styles.xml"); err == nil {
		eachToken(styles, p.master)
	}
	p.reset()
	if !eachToken(body, p.token) {
		w.doc.Warnings = append(w.doc.Warnings, "The document is damaged; it was read as far as possible.")
	}
	p.endPage()
	p.slides.finish()
	return w.document(""), nil
}

// odp is the reading of one file.
type odp struct {
	in       *input
	archive  *archive
	slides   slides
	masters  map[string][]string // texts by the name of the master page
	declared map[string]string   // footers by their name
	name     string              // of the master page or the footer being read

	open    bool // a page is
	footers []string
	skip    int
	notes   int    // depth within the notes
	class   string // of the frame being read: title, subtitle, outline, notes, date-time, footer, …
	prompt  bool   // the frame's placeholder is empty
	depth   int    // paragraphs open
	lists   int
	text    strings.Builder
	tables  int
	rows    rows
	cells   []string
	cell    strings.Builder
}

func (p *odp) reset() {
	p.skip, p.depth, p.lists, p.tables = 0, 0, 0, 0
	p.class, p.prompt, p.name = "", false, ""
	p.text.Reset()
}

// master gathers the texts of master pages.
func (p *odp) master(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "master-page":
			p.reset()
			p.name = attribute(e, "name")
		case "notes":
			p.skip++
		case "p", "h":
			p.depth++
		default:
			p.frame(e)
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "master-page":
			p.name = ""
		case "notes":
			p.skip = max(0, p.skip-1)
		case "p", "h":
			p.depth = max(0, p.depth-1)
			if p.name != "" && p.skip == 0 && p.class == "" && p.depth == 0 {
				p.masters[p.name] = append(p.masters[p.name], p.text.String())
			}
			p.text.Reset()
		case "frame", "custom-shape":
			p.class = ""
		}
	case xml.CharData:
		if p.depth > 0 {
			p.text.Write(e)
		}
	}
}

// frame notes what a shape is for.
func (p *odp) frame(e xml.StartElement) {
	switch e.Name.Local {
	case "frame", "custom-shape", "rect", "ellipse", "text-box":
		if class := attribute(e, "class"); class != "" {
			p.class, p.prompt = class, attribute(e, "placeholder") == "true"
		}
	}
}

func (p *odp) token(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		if p.skip > 0 || hiddenInODP(e.Name) {
			p.skip++
			return
		}
		p.start(e)
	case xml.EndElement:
		if p.skip > 0 {
			p.skip--
			return
		}
		p.end(e.Name.Local)
	case xml.CharData:
		switch {
		case p.skip > 0:
		case p.name != "":
			p.declared[p.name] += string(e)
		case p.depth > 0:
			p.text.Write(e)
		}
	}
}

func hiddenInODP(n xml.Name) bool {
	switch n.Local {
	case "page-number", "date-string", "sequence-decls", "forms", "tracked-changes":
		return true
	case "title", "desc":
		return n.Space == "svg"
	case "date", "creator":
		return n.Space == "dc"
	}
	return false
}

func (p *odp) start(e xml.StartElement) {
	switch e.Name.Local {
	case "page":
		p.endPage()
		p.reset()
		p.slides.begin()
		p.open = true
		p.footers = []string{p.declared[attribute(e, "use-date-time-name")], p.declared[attribute(e, "use-footer-name")]}
		p.footers = append(p.footers, p.masters[attribute(e, "master-page-name")]...)
	case "footer-decl", "date-time-decl":
		p.name = attribute(e, "name")
	case "notes":
		p.notes++
	case "list":
		p.lists++
	case "p", "h":
		p.depth++
	case "s", "tab":
		p.text.WriteByte(' ')
	case "line-break":
		p.text.WriteByte('\n')
	case "table":
		if p.tables++; p.tables == 1 && p.open {
			p.rows = rows{w: p.slides.body}
		}
	case "object", "object-ole":
		if p.open {
			p.slides.paragraph(objectText(p.in, p.archive, attribute(e, "href")))
		}
	default:
		p.frame(e)
	}
}

func (p *odp) end(name string) {
	switch name {
	case "p", "h":
		if p.depth = max(0, p.depth-1); p.depth == 0 {
			p.endParagraph()
		}
	case "footer-decl", "date-time-decl":
		p.name = ""
	case "list":
		p.lists = max(0, p.lists-1)
	case "notes":
		p.notes = max(0, p.notes-1)
	case "table-cell":
		if p.tables == 1 {
			p.cells = append(p.cells, p.cell.String())
			p.cell.Reset()
		}
	case "table-row":
		if p.tables == 1 && p.open {
			p.rows.add(p.cells, p.rows.seen == 0 && looksLikeHeader(p.cells))
			p.cells = p.cells[:0]
		}
	case "table":
		if p.tables--; p.tables == 0 && p.open {
			p.rows.end()
		}
		p.tables = max(0, p.tables)
	case "frame", "custom-shape", "rect", "ellipse":
		p.class, p.prompt = "", false
	case "page":
		p.endPage()
	}
}

func (p *odp) endParagraph() {
	text := p.text.String()
	p.text.Reset()
	switch {
	case !p.open || p.prompt:
	case p.tables > 0:
		p.cell.WriteString(text + " ")
	case p.notes > 0:
		p.slides.note(text)
	case p.class == "title":
		p.slides.titled(text)
	case p.lists > 0:
		p.slides.body.block(catalog.BlockListItem, 0, text)
	default:
		p.slides.body.block(catalog.BlockParagraph, 0, text)
	}
}

func (p *odp) endPage() {
	if !p.open {
		return
	}
	for _, text := range p.footers {
		p.slides.paragraph(text)
	}
	p.slides.end()
	p.open = false
}
