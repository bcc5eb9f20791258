package classify

import (
	"hash/fnv"
	"math"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// OpeningLength is how much of a document tells its kind: code points from its beginning. What a document is stands at
// its top; the rest is what it is about.
const OpeningLength = 3000

// What counts beside the text itself: names and the first lines say more than the rest.
const (
	nameWeight  = 2
	titleWeight = 2
	headWeight  = 1   // beside the weight that the head has as text
	headLength  = 120 // code points, or up to the first empty line
)

// A document is two vectors: its notions, and its words hashed to so many places. Two words in one place do no harm at
// this size, and the vectors of a category need no dictionary of their own.
const wordPlaces = 1 << 15

// features are how often what occurs in a document, with weights. Each list is ascending.
type features struct {
	notions []count
	words   []count
}

type count struct {
	place int32
	times float32
}

// featuresOf counts what tells a document's kind.
func featuresOf(o catalog.Opening) features {
	c := counter{notions: map[int32]float32{}, words: map[int32]float32{}, lexicon: office()}
	text := firstCodePoints(o.Text, OpeningLength)
	c.count(text, 1)
	c.count(head(text), headWeight)
	c.count(o.Title, titleWeight)
	c.count(strings.TrimSuffix(o.FileName, path.Ext(o.FileName)), nameWeight)
	return c.features()
}

// seedOf counts what a category says of itself: its name twice, its description and its fields' keys once.
func seedOf(category catalog.Category) features {
	c := counter{notions: map[int32]float32{}, words: map[int32]float32{}, lexicon: office()}
	c.count(category.Name, 2)
	c.count(firstCodePoints(category.Description, OpeningLength), 1)
	for _, f := range category.Fields {
		c.count(spaceKey(f.Key), 1)
	}
	return c.features()
}

type counter struct {
	notions, words map[int32]float32
	lexicon        *lexicon
	found          []notion
}

func (c *counter) count(text string, weight float32) {
	for word := range eachWord(fold(text)) {
		if strings.ContainsFunc(word, unicode.IsDigit) {
			c.words[placeOf("#"+string(rune('0'+min(len(word), 9))))] += weight // that there is a number of such a length
			continue
		}
		c.found = c.lexicon.of(word, c.found[:0])
		for _, n := range c.found {
			c.notions[int32(n)] += weight
		}
		c.words[placeOf(word)] += weight
	}
}

func (c *counter) features() features { return features{ascending(c.notions), ascending(c.words)} }

func ascending(counts map[int32]float32) []count {
	list := make([]count, 0, len(counts))
	for place, times := range counts {
		list = append(list, count{place, times})
	}
	slices.SortFunc(list, func(a, b count) int { return int(a.place - b.place) })
	return list
}

func placeOf(word string) int32 {
	h := fnv.New32a()
	h.Write([]byte(word))
	return int32(h.Sum32() % wordPlaces)
}

// fold is the form in which words are compared.
func fold(text string) string { return strings.ToLower(norm.NFC.String(text)) }

// eachWord yields the runs of letters and digits.
func eachWord(text string) func(func(string) bool) {
	return strings.FieldsFuncSeq(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '§' && r != '°'
	})
}

// spaceKey cuts a field's key into words: "dueDate", "due_date" and "Due Date" are one.
func spaceKey(key string) string {
	var b strings.Builder
	var before rune
	for _, r := range key {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		if r == '_' || r == '-' || r == '.' {
			r = ' '
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// head is the beginning of a text, where its kind is named.
func head(text string) string {
	text = firstCodePoints(text, headLength)
	if paragraph, _, cut := strings.Cut(text, "\n\n"); cut {
		return paragraph
	}
	return text
}

func firstCodePoints(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for at := range text {
		if n == 0 {
			return text[:at]
		}
		n--
	}
	return text
}

// weigher knows how much it means that a document has something: the fewer others have it, the more.
type weigher struct {
	documents float64
	notions   []float64 // in how many documents
	words     []float64
}

// priorDocuments is how many documents the lexicon's shares count as.
const priorDocuments = 20

func newWeigher() *weigher {
	w := &weigher{documents: priorDocuments, notions: make([]float64, len(office().names)), words: make([]float64, wordPlaces)}
	for i, share := range office().shares {
		w.notions[i] = share * priorDocuments
	}
	return w
}

func (w *weigher) add(f features) {
	w.documents++
	for _, c := range f.notions {
		w.notions[c.place]++
	}
	for _, c := range f.words {
		w.words[c.place]++
	}
}

// rarityFloor keeps what every document has from meaning nothing at all.
const rarityFloor = 0.5

// weighed is a list of counts as a vector of length 1, in the manner of tf-idf. mass is the square of the length that it
// had: how much there is to go by.
func (w *weigher) weighed(list []count, among []float64) (vector []count, mass float64) {
	vector = make([]count, len(list))
	sum := 0.0
	for i, c := range list {
		x := math.Log1p(float64(c.times)) * (rarityFloor + math.Log((w.documents+1)/(max(among[c.place], 1)+1)))
		vector[i] = count{c.place, float32(x)}
		sum += x * x
	}
	if sum > 0 {
		length := float32(math.Sqrt(sum))
		for i := range vector {
			vector[i].times /= length
		}
	}
	return vector, sum
}
