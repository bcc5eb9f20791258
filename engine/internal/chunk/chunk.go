// Package chunk cuts documents into passages, the unit of retrieval. It is pure: no I/O, no state, no goroutines.
//
// A passage is a stretch of one page of about 200 tokens, cut where the document has a border: at a heading always, else
// between blocks, else between sentences, and only in a sentence that is longer than a passage may be between words or,
// in scripts without spaces, between code points. Where a long paragraph is cut, the next passage repeats the sentence
// before the cut, so that what refers back is understood.
//
// Invariants, for any document: a passage's Text is exactly the code points Start to End of its page's text; passages
// of a page are in order; every letter of a page lies in a passage; none is blank or longer than 1,600 code points.
package chunk

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Sizes are weights: a letter of a script with spaces weighs 1, one that is nearly a word weighs more (see weigh).
const (
	target  = 900  // of a passage
	limit   = 1600 // of a passage, never exceeded
	whole   = 1200 // a document up to this is one passage
	least   = 150  // a lighter passage joins its neighbour
	overlap = 250  // a heavier sentence is not repeated

	maxContext = 300 // code points
	separator  = " › "
)

// Split returns the passages of a document in reading order.
func Split(doc catalog.Document) []catalog.Passage {
	var out []catalog.Passage
	trail := trail{title: strings.Join(strings.Fields(doc.Title), " ")}
	for _, page := range doc.Pages {
		units := unitsOf(page)
		if len(doc.Pages) == 1 && isSmall(units) {
			return wholePage(page, units, trail)
		}
		p := packer{text: page.Text, trail: &trail}
		for _, u := range units {
			p.add(u)
		}
		p.close()
		for _, piece := range joinLight(p.pieces) {
			out = append(out, passage(page, piece))
		}
	}
	return out
}

// wholePage is a small document in one passage.
func wholePage(page catalog.Page, units []unit, t trail) []catalog.Passage {
	if len(units) == 0 {
		return nil
	}
	if u := units[0]; u.level > 0 {
		t.enter(u.level, page.Text[u.start.byte:u.end.byte])
	}
	return []catalog.Passage{passage(page, piece{start: units[0].start, end: units[len(units)-1].end, context: t.String()})}
}

func passage(page catalog.Page, p piece) catalog.Passage {
	return catalog.Passage{
		Page:    page.Number,
		Span:    catalog.Span{Start: p.start.point, End: p.end.point},
		Text:    page.Text[p.start.byte:p.end.byte],
		Context: p.context,
	}
}

// piece is a passage to be.
type piece struct {
	start, end mark
	weight     int
	context    string
	heading    int // level of the heading that it begins with, or 0
}

// packer fills pieces with units one after another.
type packer struct {
	text   string
	trail  *trail
	pieces []piece
	now    piece
	bare   bool // now holds nothing but headings
}

func (p *packer) add(u unit) {
	if u.level > 0 {
		if !p.bare {
			p.close()
		}
		p.trail.enter(u.level, p.text[u.start.byte:u.end.byte])
		if p.with(u) > limit {
			p.close()
		}
		if u.weight <= limit {
			p.extend(u)
			p.bare = true
			p.now.context = p.trail.String()
			if p.now.heading == 0 {
				p.now.heading = u.level
			}
			return
		}
	}
	switch {
	case p.with(u) <= target:
	case u.weight <= target && !p.bare:
		p.close()
	case u.weight > target || p.with(u) > limit:
		p.divide(u)
		return
	}
	p.extend(u)
}

func (p *packer) extend(u unit) {
	if p.now.weight == 0 {
		p.now = piece{start: u.start, end: u.start, context: p.trail.String()}
	}
	p.now.weight = p.with(u)
	p.now.end = u.end
	p.bare = false
}

// with is the weight of the present piece once u is in it, together with the white space between them.
func (p *packer) with(u unit) int {
	if p.now.weight == 0 {
		return u.weight
	}
	return p.now.weight + u.start.point - p.now.end.point + u.weight
}

// divide adds a unit that is too heavy sentence by sentence.
func (p *packer) divide(u unit) {
	if !p.bare && p.now.weight > least {
		p.close()
	}
	var last unit
	for s := range sentencesOf(p.text, u) {
		if p.now.weight > 0 && p.with(s) > target {
			p.close()
			if last.weight > 0 && last.weight <= overlap && s.end.point-last.start.point <= target && last.weight+s.weight < target {
				p.extend(last)
			}
		}
		p.extend(s)
		last = s
	}
}

func (p *packer) close() {
	if p.now.weight > 0 {
		p.pieces = append(p.pieces, p.now)
	}
	p.now, p.bare = piece{}, false
}

// joinLight appends a piece that is too light to stand alone to the one before it, or the first to the one after it.
func joinLight(pieces []piece) []piece {
	out := pieces[:0]
	for _, next := range pieces {
		if n := len(out); n > 0 && (next.weight < least || out[n-1].weight < least) && spanWeight(out[n-1], next) <= limit {
			before := &out[n-1]
			if before.weight < least && next.weight >= least && (before.heading == 0 || next.heading >= before.heading) {
				before.context = next.context
			}
			before.weight = spanWeight(*before, next)
			before.end = next.end
			continue
		}
		out = append(out, next)
	}
	return out
}

// spanWeight is an upper bound of the weight of two neighbours and what lies between them.
func spanWeight(a, b piece) int {
	return a.weight + b.weight + max(0, b.start.point-a.end.point)
}
