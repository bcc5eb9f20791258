package query

import (
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func scores(list ...float64) (s []catalog.Scored) {
	for i, v := range list {
		s = append(s, catalog.Scored{PassageID: int64(i), Score: v})
	}
	return s
}

func TestScale(t *testing.T) {
	t.Parallel()
	long := make([]float64, depth+50)
	for i := range long {
		long[i] = float64(2*depth - i)
	}
	deep := scaleOf(scores(long...), 0)
	few := scaleOf(scores(8, 4), 0)
	for name, c := range map[string]struct {
		scale       scale
		score, want float64
	}{
		"best": {few, 8, 1}, "half of the best of few": {few, 4, 0.5}, "nothing among few": {few, 0, 0},
		"rank 100": {deep, long[depth-1], 0}, "beyond rank 100": {deep, long[depth-1] - 99, -1},
		"empty": {scale{}, 0, 0}, "all equal": {scale{3, 3}, 3, 1}, "below all equal": {scale{3, 3}, 2, 0},
	} {
		if got := c.scale.of(c.score); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWeightsDecideBetweenTheArms(t *testing.T) {
	t.Parallel()
	c := newCorpus(t)
	c.add(t, "a", "w", "saffron saffron saffron")
	c.add(t, "b", "w", "the price of safr and affron in ron")
	s := searcher(c)
	for want, w := range map[string]Weights{"a": {Vector: 0.01, Foreign: 0.01}, "b": {Vector: 1, Foreign: 1}} {
		s.Weights = w
		r := search(t, s, catalog.SearchRequest{Query: "saffron pricing of iron"})
		if len(r.Hits) != 2 || r.Total != 2 || r.Hits[0].FileName != want {
			t.Errorf("share %v: %d hits, total %d, %s first, want %s", w.Vector, len(r.Hits), r.Total, r.Hits[0].FileName, want)
		}
	}
}

// TestNonsenseFindsNothing checks that a passage which shares neither a word nor a meaning with the query is no hit, and
// that the vector arm alone still ranks everything for measurement.
func TestNonsenseFindsNothing(t *testing.T) {
	t.Parallel()
	c := newCorpus(t)
	c.add(t, "a", "w", "saffron")
	s := searcher(c)
	s.Weights = Weights{Vector: 0.5, Foreign: 0.5, Floor: 2}
	if r := search(t, s, catalog.SearchRequest{Query: "xyzzy"}); len(r.Hits) != 0 || r.Total != 0 {
		t.Errorf("nonsense: %d hits, total %d", len(r.Hits), r.Total)
	}
	if r := search(t, s, catalog.SearchRequest{Query: "saffron"}); len(r.Hits) != 1 {
		t.Errorf("a word that is there: %d hits", len(r.Hits))
	}
	if r := search(t, s, catalog.SearchRequest{Query: "xyzzy", Arms: catalog.ArmsVector}); len(r.Hits) != 1 {
		t.Errorf("the vector arm alone: %d hits", len(r.Hits))
	}
}

func TestDiversifyKeepsOrder(t *testing.T) {
	t.Parallel()
	var list []ranked
	for i := range 9 {
		list = append(list, ranked{StoredPassage: catalog.StoredPassage{ID: int64(i), ContentKey: int64(i % 2)}})
	}
	last := int64(-1)
	kept := diversify(list, 3)
	for _, r := range kept {
		if r.ID <= last {
			t.Fatal("order lost")
		}
		last = r.ID
	}
	if len(kept) != 6 {
		t.Fatalf("%d kept", len(kept))
	}
}

func TestTotalCountsEachDocumentOnce(t *testing.T) {
	t.Parallel()
	list := []ranked{
		{StoredPassage: catalog.StoredPassage{ContentKey: 1}, keyword: 2}, {StoredPassage: catalog.StoredPassage{ContentKey: 1}},
		{StoredPassage: catalog.StoredPassage{ContentKey: 2}}, {StoredPassage: catalog.StoredPassage{ContentKey: 2}},
	}
	if got := total(list, 40); got != 41 {
		t.Errorf("total %d, want 41", got)
	}
	if got := total(list, 0); got != 2 {
		t.Errorf("total %d, want 2", got)
	}
}
