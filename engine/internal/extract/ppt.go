package extract

import (
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readPPT reads a binary PowerPoint presentation, one page a slide in the order of the show. Slides are found through
// the directory of what was saved last; a file without one is read from beginning to end.
func readPPT(in *input) (catalog.Document, error) {
	c, err := openContainer(in)
	if err != nil {
		return catalog.Document{}, err
	}
	folder := ""
	if !c.has("PowerPoint Document") {
		folder = "PP97_DUALSTORAGE/" // beside a copy for PowerPoint 95
	}
	data, err := c.stream(folder + "PowerPoint Document")
	if err != nil {
		return catalog.Document{}, err
	}
	user, err := c.stream(folder + "Current User")
	if err != nil {
		return catalog.Document{}, err
	}
	w := &writer{}
	oleProperties(w, c)
	p := newPPT(w, in, data)
	if err := p.directory(user); err != nil {
		return catalog.Document{}, err
	}
	p.read()
	p.slides.finish()
	return w.document(mimePPT), nil
}

// ppt is the reading of one file, a tree of atoms.
type ppt struct {
	in      *input
	data    []byte
	places  map[uint32]int // where what the directory numbers lies
	root    uint32         // number of the document
	slides  slides
	lists   map[int][]pptSlide
	objects map[uint32]uint32 // documents on slides: their numbers in the directory
	footers []string          // of the slide being read
}

func newPPT(w *writer, in *input, data []byte) *ppt {
	return &ppt{in: in, data: data, slides: slides{w: w}, places: map[uint32]int{}, lists: map[int][]pptSlide{}, objects: map[uint32]uint32{}}
}

// Kinds of atoms.
const (
	pptDocument, pptSlideAtom                    = 1000, 1007
	pptList, pptListed                           = 4080, 1011
	pptDrawing, pptTextBox                       = 1036, 0xf00d
	pptTextKind, pptUnits, pptBytes, pptRefer    = 3999, 4000, 4008, 3998
	pptString, pptFooters                        = 4026, 4057
	pptEdit, pptDirectory, pptComment            = 4085, 6002, 12000
	pptBinary                                    = 5003
	pptShape, pptShapeData                       = 0xf004, 0xf011
	pptPlaceholder, pptObjectRefer               = 3011, 3009
	pptObjects, pptObject, pptStorage            = 1033, 4035, 4113
	slidesOfShow, slidesOfMasters, slidesOfNotes = 0, 1, 2
)

// pptAtom is one node of the tree: its children are in its body when it is a container.
type pptAtom struct {
	kind      int
	instance  int
	container bool
	body      []byte
}

// eachAtom calls do for the atoms in b, one after the other, until it returns false.
func eachAtom(b []byte, do func(pptAtom) bool) {
	for len(b) >= 8 {
		head, n := int(little.Uint16(b)), little.Uint32(b[4:])
		a := pptAtom{kind: int(little.Uint16(b[2:])), instance: head >> 4, container: head&0xf == 0xf}
		b = b[8:]
		a.body = b[:min(uint64(n), uint64(len(b)))]
		b = b[len(a.body):]
		if !do(a) {
			return
		}
	}
}

// walk calls do for every atom beneath b, parents first; false leaves out what is beneath an atom.
func walk(b []byte, depth int, do func(pptAtom) bool) {
	const deepest = 40
	eachAtom(b, func(a pptAtom) bool {
		if do(a) && a.container && depth < deepest {
			walk(a.body, depth+1, do)
		}
		return true
	})
}

// directory follows the saves from the last one back. The number of an object leads to where its newest form lies.
func (p *ppt) directory(user []byte) error {
	const encrypted = 0xf3d1c4df
	if len(user) < 20 {
		return nil
	}
	if little.Uint32(user[12:]) == encrypted {
		return errEncrypted
	}
	at := int(little.Uint32(user[16:]))
	for range 10_000 {
		edit := p.atomAt(at)
		if edit.kind != pptEdit || len(edit.body) < 20 {
			return nil
		}
		if len(edit.body) >= 32 && p.root == 0 && little.Uint32(edit.body[28:]) != 0 {
			return errEncrypted
		}
		p.root = orElse(p.root, little.Uint32(edit.body[16:]))
		p.persisted(p.atomAt(int(little.Uint32(edit.body[12:]))))
		before := int(little.Uint32(edit.body[8:]))
		if before == 0 || before >= at {
			return nil
		}
		at = before
	}
	return nil
}

func (p *ppt) atomAt(at int) (found pptAtom) {
	eachAtom(cut(p.data, at), func(a pptAtom) bool {
		found = a
		return false
	})
	return found
}

// persisted reads one directory: runs of places, each with the number of the first.
func (p *ppt) persisted(directory pptAtom) {
	if directory.kind != pptDirectory {
		return
	}
	for b := directory.body; len(b) >= 4; {
		head := little.Uint32(b)
		b = b[4:]
		number, n := head&0xfffff, min(int(head>>20), len(b)/4)
		for i := range n {
			if _, newer := p.places[number+uint32(i)]; !newer {
				p.places[number+uint32(i)] = int(little.Uint32(b[4*i:]))
			}
		}
		b = b[4*n:]
	}
}
