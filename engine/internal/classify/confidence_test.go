package classify

import (
	"math"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestConfidencesAreMeasured holds the confidence of every way to what the training half shows.
func TestConfidencesAreMeasured(t *testing.T) {
	t.Parallel()
	set := theSet(t)
	type seen struct{ right, all int }
	counts := map[string]seen{}
	for _, d := range set.training {
		if d.Category == "" {
			continue
		}
		r := newReading(catalog.Document{Pages: d.pages()})
		for _, f := range set.category(t, d.Category).Fields {
			best, by, ok := r.best(r.candidates(wantOf(f)))
			if !ok || best.Confidence < by.confidence {
				continue // nothing, or made doubtful
			}
			n := counts[by.id]
			n.all++
			if sameValue(best.Value, d.Fields[f.Key]) {
				n.right++
			}
			counts[by.id] = n
		}
	}
	for _, by := range ways {
		n := counts[by.id]
		want := min(float64(n.right+1)/float64(n.all+2), 0.95)
		if by != byProperty && math.Abs(by.confidence-want) > 0.005 {
			t.Errorf("%q says %.2f, and is right in %d of %d: it should say %.2f", by.id, by.confidence, n.right, n.all, want)
		}
	}
}
