package classify

import (
	"cmp"
	"slices"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// FieldBar is the confidence below which a value is not assigned.
const FieldBar = 0.80

// Fields finds values for a category's fields, at most one each, in the order of the fields. What is below FieldBar is
// among them: who assigns looks.
func Fields(category catalog.Category, d catalog.Document) []catalog.Finding {
	r := newReading(d)
	var list []catalog.Finding
	for _, f := range category.Fields {
		w := wantOf(f)
		candidates := r.candidates(w)
		candidates = append(candidates, r.properties(w)...)
		if best, _, ok := r.best(candidates); ok {
			list = append(list, catalog.Finding{Key: f.Key, Found: best})
		}
	}
	return list
}

// way is how a value was come by. Its confidence is the share of right values among the n of the training half that are
// read this way, no better one being there, drawn towards one half where there are few: (right + 1) / (n + 2), and at most 0.95. A test holds them
// to it.
type way struct {
	id         string
	name       string // what people are told
	confidence float64
}

// byAbove is a label in the line above, for every type.
var byAbove = way{"above", "label above", 0.90}

// byName is a label that has the field's own words, for every type.
var byName = way{"name", "label", 0.95}

// ways are all of them, the best first.
var ways = []way{
	idByChecksum, idByPattern, idByLabel, phoneByLabel, sumByCue, dateByCue, byName, nameByCue, nameByBirth, nameByRole,
	sumByWeak, byAbove, dateByVerb, dateByOnly, dateByRange, dateByPlace, dateByHead, dateByFirst, byProperty,
	nameByTitle, phoneByLook, dateByChance,
}

func rank(w way) int {
	return slices.IndexFunc(ways, func(other way) bool { return other.id == w.id })
}

// candidate is a value that may be the one that a field asks for.
type candidate struct {
	value any
	way
	strength float64 // among candidates of one way
	sheet    *sheet  // nil: a property
	span
}

// best is the candidate of the best way, then of the greatest strength, then the first. Another value that is as good makes
// it doubtful.
func (r *reading) best(list []candidate) (found catalog.Found, by way, ok bool) {
	if len(list) == 0 {
		return found, by, false
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(rank(a.way), rank(b.way)), cmp.Compare(b.strength, a.strength))
	})
	c := list[0]
	found = catalog.Found{Value: c.value, Confidence: c.confidence, Method: c.name}
	if c.sheet != nil {
		found.Page, found.Span, found.Quote = c.sheet.number, c.sheet.codePoints(c.span), c.sheet.text[c.start:c.end]
	}
	for _, other := range list[1:] {
		if other.value != c.value && other.id == c.id && other.strength == c.strength {
			found.Confidence *= rivalled
			break
		}
	}
	return found, c.way, true
}

// rivalled is what is left of a confidence when another value has as much for it.
const rivalled = 0.6

// reading is a document with everything in it that can be a value.
type reading struct {
	document catalog.Document
	sheets   []*sheet
	dates    []dated
	taken    [][]span // the places of the dates of each sheet
	oneDate  bool     // all dates are the same
	sums     []sum
	codes    func() []coded
}

func newReading(d catalog.Document) *reading {
	r := &reading{document: d, sheets: sheetsOf(d.Pages)}
	o := orderIn(r.sheets)
	for _, s := range r.sheets {
		dates := datesIn(s, o)
		r.dates = append(r.dates, dates...)
		r.taken = append(r.taken, spansOf(dates, func(d dated) span { return d.span }))
		r.sums = append(r.sums, sumsIn(s, dates)...)
	}
	r.codes = sync.OnceValue(func() (list []coded) {
		for i, s := range r.sheets {
			list = append(list, codesIn(s, r.taken[i])...)
		}
		return list
	})
	r.oneDate = !slices.ContainsFunc(r.dates, func(d dated) bool { return d.iso != r.dates[0].iso })
	return r
}

func (r *reading) candidates(w want) []candidate {
	switch w.Type {
	case catalog.FieldDate:
		return r.dateCandidates(w)
	case catalog.FieldNumber:
		return r.sumCandidates(w)
	case catalog.FieldBoolean:
		return r.flagCandidates(w)
	}
	if w.ids != nil {
		return r.idCandidates(w)
	}
	list := r.textCandidates(w)
	if w.persons != nil {
		list = append(list, r.personCandidates(w.persons)...)
	}
	return list
}
