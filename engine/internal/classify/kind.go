package classify

import (
	"cmp"
	"math"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Example is a document to learn from.
type Example struct {
	CategoryID string // that a person gave it; empty: none, it only tells what is common
	features   features
}

// NewExample makes an example of a document.
func NewExample(o catalog.Opening, categoryID string) Example {
	return Example{categoryID, featuresOf(o)}
}

// Kinds tells the categories of one workspace apart. It never changes, and may be asked from any goroutine.
type Kinds struct {
	weigher *weigher
	kinds   []kind
	rest    centroid // of all documents, whatever they are: what a category has to be nearer than
}

// kind is a category with what its documents have in common.
type kind struct {
	category catalog.Category
	examples int
	centroid
}

// centroid is the middle of documents: sums of their vectors, and the lengths of those sums.
type centroid struct {
	notions, words             []float32
	notionsLength, wordsLength float64
}

func newCentroid() centroid {
	return centroid{notions: make([]float32, len(office().names)), words: make([]float32, wordPlaces)}
}

// Learn makes Kinds of categories and examples. What a category says of itself counts as one example of it.
func Learn(categories []catalog.Category, examples []Example) *Kinds {
	seeds := make([]features, len(categories))
	for i, c := range categories {
		seeds[i] = seedOf(c)
	}
	return learn(categories, seeds, examples)
}

func learn(categories []catalog.Category, seeds []features, examples []Example) *Kinds {
	k := &Kinds{weigher: newWeigher(), rest: newCentroid()}
	at := map[string]int{}
	for i, c := range categories {
		k.weigher.add(seeds[i])
		at[c.ID] = i
		k.kinds = append(k.kinds, kind{category: c, centroid: newCentroid()})
	}
	for _, e := range examples {
		k.weigher.add(e.features)
	}
	for i := range k.kinds {
		k.kinds[i].add(k.weigher, seeds[i])
	}
	for _, e := range examples {
		k.rest.add(k.weigher, e.features)
		if i, known := at[e.CategoryID]; known {
			k.kinds[i].add(k.weigher, e.features)
			k.kinds[i].examples++
		}
	}
	k.rest.close()
	for i := range k.kinds {
		k.kinds[i].close()
	}
	return k
}

func (c *centroid) add(w *weigher, f features) {
	vector, _ := w.weighed(f.notions, w.notions)
	for _, x := range vector {
		c.notions[x.place] += x.times
	}
	vector, _ = w.weighed(f.words, w.words)
	for _, x := range vector {
		c.words[x.place] += x.times
	}
}

func (c *centroid) close() {
	c.notionsLength, c.wordsLength = length(c.notions), length(c.words)
}

func length(vector []float32) float64 {
	sum := 0.0
	for _, x := range vector {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

// sketched is a document as it is held against centroids.
type sketched struct {
	notions, words []count
	told           float64 // 0 to 1: how far its notions are to be trusted
}

// trustedMass is the mass of notions at which their cosine counts half: a likeness in two or three notions says little.
const trustedMass = 20

func (w *weigher) sketch(f features) sketched {
	notions, mass := w.weighed(f.notions, w.notions)
	words, _ := w.weighed(f.words, w.words)
	return sketched{notions, words, mass / (mass + trustedMass)}
}

// like is the likeness of a document to a centroid, 0 to 1: the mean of the cosines of notions and of words.
func (c *centroid) like(d sketched) float64 {
	return (d.told*cosine(d.notions, c.notions, c.notionsLength) + cosine(d.words, c.words, c.wordsLength)) / 2
}

func cosine(vector []count, centroid []float32, length float64) float64 {
	if length == 0 {
		return 0
	}
	sum := 0.0
	for _, x := range vector {
		sum += float64(x.times) * float64(centroid[x.place])
	}
	return sum / length
}

// FewExamples is the number of examples below which a category is judged by little more than what it says of itself, and
// has to be surer.
const FewExamples = 3

// The confidence below which a document is left without a category.
const (
	Bar    = 0.80
	FewBar = 0.90
)

// needed is the confidence that is asked of a category with so many examples.
func needed(examples int) float64 {
	if examples < FewExamples {
		return FewBar
	}
	return Bar
}

// Judge says what a document seems to be.
func (k *Kinds) Judge(o catalog.Opening) catalog.Verdict {
	s := k.stand(featuresOf(o))
	if s.best < 0 {
		return catalog.Verdict{}
	}
	nearest := k.kinds[s.best]
	return catalog.Verdict{Category: nearest.category, Confidence: s.confidence(), Needed: needed(nearest.examples), Examples: nearest.examples}
}

// standing is how near a document is to the nearest category, and to the nearest of everything else.
type standing struct {
	best        int // -1: no category
	first, next float64
	examples    int
}

func (k *Kinds) stand(f features) standing {
	document := k.weigher.sketch(f)
	likes := make([]float64, len(k.kinds))
	order := make([]int, len(k.kinds))
	for i := range k.kinds {
		likes[i], order[i] = k.kinds[i].like(document), i
	}
	s := standing{best: -1, next: k.rest.like(document)}
	if len(order) == 0 {
		return s
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(likes[b], likes[a]) })
	s.best, s.first, s.examples = order[0], likes[order[0]], k.kinds[order[0]].examples
	if len(order) > 1 {
		s.next = max(s.next, likes[order[1]])
	}
	return s
}

// confidence is a logistic function of the nearest category's lead, of its likeness and of the number of its examples,
// fitted to the half of the labelled set that is not held out (docs/QUALITY.md).
func (s standing) confidence() float64 {
	z := -2.65 + 6.44*(s.first-s.next) + 23.94*s.first - 0.62*math.Log1p(float64(min(s.examples, 8)))
	return 1 / (1 + math.Exp(-z))
}
