package classify

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func sketchOfText(text string) catalog.Sketch {
	return SketchOf(catalog.Document{Pages: []catalog.Page{{Number: 1, Text: text}}})
}

// shared is the true share of runs that two texts have in common.
func shared(a, b string) float64 {
	runs := func(text string) map[string]bool {
		words := slices.Collect(eachWord(fold(text)))
		set := map[string]bool{}
		for i := 0; i+runLength <= len(words); i++ {
			set[strings.Join(words[i:i+runLength], " ")] = true
		}
		return set
	}
	x, y := runs(a), runs(b)
	both := 0
	for run := range x {
		if y[run] {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

func share(a, b catalog.Sketch) bool {
	return slices.ContainsFunc(a.Bands, func(band int64) bool { return slices.Contains(b.Bands, band) })
}

// essay makes a text of so many words out of the labelled set.
func essay(t testing.TB, r *rand.Rand, n int) []string {
	var words []string
	set := theSet(t).training
	for len(words) < n {
		words = append(words, strings.Fields(set[r.IntN(len(set))].opening().Text)...)
	}
	return words[:n]
}

func TestLikenessOfEditedCopies(t *testing.T) {
	t.Parallel()
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 1))
	worst, missed, near := 0.0, 0, 0
	for range 200 {
		original := essay(t, r, 150+r.IntN(600))
		copied := slices.Clone(original)
		for range r.IntN(1 + len(copied)/20) {
			switch at := r.IntN(len(copied)); r.IntN(3) {
			case 0:
				copied[at] = "otherwise"
			case 1:
				copied = slices.Delete(copied, at, at+1)
			default:
				copied = slices.Insert(copied, at, "moreover")
			}
		}
		a, b := strings.Join(original, " "), strings.Join(copied, "\n")
		x, y := sketchOfText(a), sketchOfText(b)
		is, said := shared(a, b), Likeness(x.Minima, y.Minima)
		worst = max(worst, math.Abs(is-said))
		if is >= 0.6 {
			near++
			if said < Near || !share(x, y) {
				missed++
			}
		}
	}
	if worst > 0.2 || missed > near/50 || near < 100 {
		t.Errorf("seed %d: likeness is off by up to %.2f, and %d of %d edited copies were missed", seed, worst, missed, near)
	}
}

func TestSketchIgnoresLayout(t *testing.T) {
	t.Parallel()
	words := essay(t, rand.New(rand.NewPCG(1, 1)), 200)
	a := sketchOfText(strings.Join(words, " "))
	b := sketchOfText(strings.ToUpper(strings.Join(words, ",\n\n")))
	pages := SketchOf(catalog.Document{Pages: []catalog.Page{{Text: strings.Join(words[:70], " ")}, {Text: strings.Join(words[70:], " ")}}})
	if Likeness(a.Minima, b.Minima) != 1 || Likeness(a.Minima, pages.Minima) != 1 || !slices.Equal(a.Bands, b.Bands) {
		t.Error("the same words in another layout are not the same")
	}
	if short := sketchOfText("Thank you for your letter of yesterday, which we have received today."); short.Minima != nil || short.Bands != nil {
		t.Error("a text of a few words has a sketch")
	}
	if Likeness(nil, a.Minima) != 0 || Likeness(a.Minima, a.Minima[4:]) != 0 {
		t.Error("what is no sketch is like one")
	}
}

// TestNoFalsePairs compares every document of the labelled set with every other: all of them are different.
func TestNoFalsePairs(t *testing.T) {
	t.Parallel()
	set := theSet(t)
	all := slices.Concat(set.training, set.heldOut)
	sketches := make([]catalog.Sketch, len(all))
	for i, d := range all {
		sketches[i] = SketchOf(catalog.Document{Pages: d.pages()})
	}
	for i := range all {
		for j := range i {
			if l := Likeness(sketches[i].Minima, sketches[j].Minima); l >= Near {
				t.Errorf("%s and %s are alike by %.2f", all[i].ID, all[j].ID, l)
			}
		}
	}
}

// BenchmarkSketch is of a page of 500 words.
func BenchmarkSketch(b *testing.B) {
	d := catalog.Document{Pages: []catalog.Page{{Number: 1, Text: strings.Join(essay(b, rand.New(rand.NewPCG(1, 1)), 500), " ")}}}
	for b.Loop() {
		SketchOf(d)
	}
}
