package extract

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// pptSlide is a slide as the document lists it, with its text as far as that is kept there.
type pptSlide struct {
	number uint32 // in the directory
	id     uint32
	texts  []pptText
}

type pptText struct {
	kind int // title, body, notes, …
	text string
}

func (p *ppt) read() {
	document := p.atomAt(p.places[p.root])
	if document.kind != pptDocument {
		p.readAll()
		return
	}
	footers := p.readLists(document)
	read := map[uint32]bool{}
	for _, s := range p.lists[slidesOfShow] {
		if p.slides.w.full || read[s.number] {
			continue
		}
		read[s.number] = true
		p.slides.begin()
		p.footers = footers
		p.slide(s)
		p.slides.end()
	}
}

// readLists reads the lists of slides, masters, notes and embedded documents, and returns the footers of all slides.
func (p *ppt) readLists(document pptAtom) (footers []string) {
	eachAtom(document.body, func(a pptAtom) bool {
		switch a.kind {
		case pptList:
			p.lists[a.instance] = append(p.lists[a.instance], listed(a.body)...)
		case pptFooters:
			if a.instance == 3 { // of slides, not of notes
				footers = footersOf(a.body)
			}
		case pptObjects:
			walk(a.body, 0, func(a pptAtom) bool {
				if a.kind == pptObject && len(a.body) >= 20 {
					p.objects[little.Uint32(a.body[8:])] = little.Uint32(a.body[16:])
				}
				return true
			})
		}
		return true
	})
	return footers
}

func listed(b []byte) []pptSlide {
	var found []pptSlide
	var kind int
	eachAtom(b, func(a pptAtom) bool {
		switch {
		case a.kind == pptListed && len(a.body) >= 16:
			found = append(found, pptSlide{number: little.Uint32(a.body), id: little.Uint32(a.body[12:])})
		case a.kind == pptTextKind && len(a.body) >= 4:
			kind = int(little.Uint32(a.body))
			if n := len(found) - 1; n >= 0 {
				found[n].texts = append(found[n].texts, pptText{kind: kind})
			}
		case a.kind == pptUnits || a.kind == pptBytes:
			if n := len(found) - 1; n >= 0 && len(found[n].texts) > 0 {
				found[n].texts[len(found[n].texts)-1].text = textOf(a)
			}
		}
		return true
	})
	return found
}

func textOf(a pptAtom) string {
	if a.kind == pptBytes {
		return fromLatin(a.body)
	}
	return fromUTF16(a.body)
}

// stringsOf are the texts directly in a container.
func stringsOf(b []byte) []string {
	var found []string
	eachAtom(b, func(a pptAtom) bool {
		if a.kind == pptString {
			found = append(found, fromUTF16(a.body))
		}
		return true
	})
	return found
}

// footersOf are the date and the footer of a slide, where they are shown.
func footersOf(b []byte) []string {
	const date, footer, dateText, footerText = 4, 0x20, 0, 2
	flags := uint16(0)
	var found []string
	eachAtom(b, func(a pptAtom) bool {
		switch {
		case a.kind == 4058 && len(a.body) >= 4:
			flags = little.Uint16(a.body[2:])
		case a.kind == pptString && (a.instance == dateText && flags&date != 0 || a.instance == footerText && flags&footer != 0):
			found = append(found, fromUTF16(a.body))
		}
		return true
	})
	return found
}

// Kinds of texts.
const (
	kindTitle, kindBody, kindNotes, kindOther, kindCenteredTitle = 0, 1, 2, 4, 6
)

// slide writes one slide: the texts of its shapes, which may be kept in the list, what its master shows, its footers,
// then its notes and comments.
func (p *ppt) slide(s pptSlide) {
	where, known := p.places[s.number]
	slide := p.atomAt(where)
	if !known || !slide.container {
		slide.body = nil
	}
	used := make([]bool, len(s.texts))
	p.shapes(slide.body, s.texts, used, func(shape pptShown) {
		for _, t := range shape.texts {
			p.write(t)
		}
		p.object(shape.object)
	})
	for i, t := range s.texts {
		if !used[i] {
			p.write(t)
		}
	}
	about := p.about(slide)
	if about.ofMaster {
		p.master(about.master)
	}
	for _, text := range p.footers {
		p.slides.paragraph(readable(text))
	}
	for _, n := range p.lists[slidesOfNotes] {
		if n.id == about.notes && n.id != 0 {
			p.notes(n)
		}
	}
}

// pptAbout is what a slide says about itself: its master, whether it shows what stands there, and its notes.
type pptAbout struct {
	master, notes uint32
	ofMaster      bool
}

func (p *ppt) about(slide pptAtom) (about pptAbout) {
	walk(slide.body, 0, func(a pptAtom) bool {
		switch a.kind {
		case pptSlideAtom:
			if len(a.body) >= 22 {
				about = pptAbout{little.Uint32(a.body[12:]), little.Uint32(a.body[16:]), a.body[20]&1 != 0}
			}
		case pptFooters:
			p.footers = footersOf(a.body)
		case pptBinary:
			walk(a.body, 0, p.comment)
		}
		return a.kind != pptDrawing
	})
	return about
}

// master writes what stands on a master outside of placeholders, which hold only prompts.
func (p *ppt) master(id uint32) {
	for _, m := range p.lists[slidesOfMasters] {
		where, known := p.places[m.number]
		if m.id != id || !known {
			continue
		}
		p.shapes(p.atomAt(where).body, nil, nil, func(shape pptShown) {
			for _, t := range shape.texts {
				if !shape.placeholder {
					p.write(pptText{text: t.text, kind: kindOther})
				}
			}
		})
	}
}

// object writes the text of a document that lies on the slide.
func (p *ppt) object(id uint32) {
	where, known := p.places[p.objects[id]]
	if !known || id == 0 {
		return
	}
	storage := p.atomAt(where)
	if storage.kind != pptStorage {
		return
	}
	data := storage.body
	if storage.instance == 1 {
		data = inflated(data)
	}
	p.slides.paragraph(embeddedText(p.in, "object", data))
}

// comment writes a comment: its author and its text.
func (p *ppt) comment(a pptAtom) bool {
	if a.kind == pptComment {
		texts := stringsOf(a.body)
		p.slides.note(strings.Join(texts[:min(len(texts), 2)], ": "))
	}
	return true
}

func (p *ppt) notes(n pptSlide) {
	where, known := p.places[n.number]
	if !known {
		return
	}
	p.shapes(p.atomAt(where).body, n.texts, make([]bool, len(n.texts)), func(shape pptShown) {
		for _, t := range shape.texts {
			if t.kind == kindNotes || t.kind == kindBody || t.kind == kindOther {
				p.slides.note(readable(t.text))
			}
		}
	})
}

// pptShown is what a shape shows: texts, or a document.
type pptShown struct {
	texts       []pptText
	placeholder bool
	object      uint32
}

// shapes calls do for every shape of a slide. Texts that the list of slides keeps are taken from there, each once.
func (p *ppt) shapes(b []byte, listed []pptText, used []bool, do func(pptShown)) {
	walk(b, 0, func(a pptAtom) bool {
		if a.kind != pptShape {
			return true
		}
		var shown pptShown
		walk(a.body, 0, func(a pptAtom) bool {
			switch {
			case a.kind == pptPlaceholder:
				shown.placeholder = true
			case a.kind == pptObjectRefer && len(a.body) >= 4:
				shown.object = little.Uint32(a.body)
			case a.kind == pptTextBox:
				shown.texts = append(shown.texts, boxTexts(a.body, listed, used)...)
			}
			return a.kind == pptShapeData
		})
		do(shown)
		return false
	})
}

// boxTexts are the texts in a text box.
func boxTexts(b []byte, listed []pptText, used []bool) []pptText {
	var texts []pptText
	kind := kindOther
	eachAtom(b, func(a pptAtom) bool {
		switch {
		case a.kind == pptTextKind && len(a.body) >= 4:
			kind = int(little.Uint32(a.body))
		case a.kind == pptUnits || a.kind == pptBytes:
			texts = append(texts, pptText{kind, textOf(a)})
		case a.kind == pptRefer && len(a.body) >= 4:
			if i := little.Uint32(a.body); uint64(i) < uint64(len(listed)) && !used[i] {
				used[i] = true
				texts = append(texts, listed[i])
			}
		}
		return true
	})
	return texts
}

func (p *ppt) write(t pptText) {
	text := readable(t.text)
	switch {
	case strings.Trim(text, "*") == "": // the place of a number or a date
	case t.kind == kindTitle || t.kind == kindCenteredTitle:
		p.slides.titled(text)
	default:
		lines := strings.Split(text, "\n")
		kind := catalog.BlockParagraph
		if t.kind == kindBody && filled(lines) > 1 {
			kind = catalog.BlockListItem
		}
		for _, line := range lines {
			p.slides.body.block(kind, 0, line)
		}
	}
}

// readable has lines that end as ours do.
func readable(s string) string { return strings.TrimSpace(clean(s)) }

// readAll writes every text of a file whose directory is lost, on one page.
func (p *ppt) readAll() {
	p.slides.begin()
	kind := kindOther
	walk(p.data, 0, func(a pptAtom) bool {
		switch a.kind {
		case pptTextKind:
			if len(a.body) >= 4 {
				kind = int(little.Uint32(a.body))
			}
		case pptUnits, pptBytes:
			if kind == kindTitle || kind == kindCenteredTitle {
				kind = kindBody
			}
			p.write(pptText{kind, textOf(a)})
		}
		return a.kind != 1016 // masters hold prompts
	})
	p.slides.end()
}
