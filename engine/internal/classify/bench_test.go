package classify

import (
	"fmt"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// many are so many openings: those of the set again and again, each a little different and as long as openings are.
func many(b *testing.B, n int) []catalog.Opening {
	set := theSet(b)
	list := make([]catalog.Opening, n)
	for i := range list {
		d, other := set.training[i%len(set.training)], set.training[(i*7+1)%len(set.training)]
		o := d.opening()
		for len(o.Text) < OpeningLength {
			o.Text += fmt.Sprintf("\n%d %s", i, other.opening().Text)
		}
		list[i] = o
	}
	return list
}

func BenchmarkLearn10000(b *testing.B) {
	set := theSet(b)
	openings := many(b, 10_000)
	for b.Loop() {
		examples := make([]Example, len(openings))
		for i, o := range openings {
			examples[i] = NewExample(o, set.training[i%len(set.training)].Category)
		}
		Learn(set.categories, examples)
	}
}

func BenchmarkJudge(b *testing.B) {
	set := theSet(b)
	openings := many(b, 1000)
	examples := make([]Example, len(openings))
	for i, o := range openings {
		examples[i] = NewExample(o, set.training[i%len(set.training)].Category)
	}
	kinds := Learn(set.categories, examples)
	i := 0
	for b.Loop() {
		kinds.Judge(openings[i%len(openings)])
		i++
	}
}

func BenchmarkFields(b *testing.B) {
	set := theSet(b)
	i := 0
	for b.Loop() {
		d := set.training[i%len(set.training)]
		Fields(set.categories[i%len(set.categories)], catalog.Document{Pages: d.pages()})
		i++
	}
}
