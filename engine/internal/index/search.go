package index

import (
	"cmp"
	"context"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// spare is how many candidates beyond k an arm proposes first, so that rounding in its own scores cannot push a
// passage out of the result.
const spare = 16

// blur is more than the scores of the two arms, summed in float32, can differ from the exact ones.
const blur = 1e-5

// candidate is a slot that an arm proposes, with its own, rounded score.
type candidate struct {
	slot  int32
	score float32
}

// arm proposes the n best of the admitted slots, best first.
type arm func(ctx context.Context, question []float32, n int) ([]candidate, error)

// Search returns the k passages closest to the vector among the contents in admit, closest first, ties by passage id;
// the nil set admits all. The score is the cosine. Invalid for a vector that cannot be ranked or k below 1.
func (x *Index) Search(ctx context.Context, vector []float32, k int, admit *catalog.ContentSet) ([]catalog.Scored, error) {
	if err := x.check(0, 0, vector); err != nil {
		return nil, err
	}
	if k < 1 {
		return nil, catalog.Errorf(catalog.Invalid, "A search for %d passages finds nothing: ask for at least one.", k)
	}
	question := make([]float32, x.dimensions)
	normalise(question, vector)

	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, errClosed
	}
	slots, few := x.admitted(admit)
	if !few {
		return x.rank(ctx, question, k, len(x.slots), x.scan(admit))
	}
	if len(slots) == 0 {
		return nil, ctx.Err()
	}
	propose, err := x.collection(ctx, admit, slots)
	if err != nil {
		return nil, err
	}
	return x.rank(ctx, question, k, len(slots), propose)
}

// admitted lists the slots of the contents in admit when there are no more than SmallSet; few is false otherwise.
func (x *Index) admitted(admit *catalog.ContentSet) (slots []int32, few bool) {
	if admit == nil && len(x.slots) > SmallSet {
		return nil, false
	}
	for slot, key := range x.contents {
		if key == free || !admit.Has(key) {
			continue
		}
		if len(slots) == SmallSet {
			return nil, false
		}
		slots = append(slots, int32(slot))
	}
	return slots, true
}

// rank takes candidates from an arm, scores them exactly and returns the best k. When the arm's last proposal is so
// close to the k-th that rounding may have cut off a better one, it asks for more.
func (x *Index) rank(ctx context.Context, question []float32, k, admitted int, propose arm) ([]catalog.Scored, error) {
	for n := min(k+spare, admitted); ; n = min(4*n, admitted) {
		list, err := propose(ctx, question, n)
		if err != nil {
			return nil, err
		}
		if n < admitted && len(list) == n && float64(list[k-1].score-list[n-1].score) < blur {
			continue
		}
		found := make([]catalog.Scored, len(list))
		for i, c := range list {
			found[i] = catalog.Scored{
				PassageID:  x.passages[c.slot],
				ContentKey: x.contents[c.slot],
				Score:      exact(question, x.array.at(c.slot)),
			}
		}
		slices.SortFunc(found, func(a, b catalog.Scored) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.PassageID, b.PassageID))
		})
		return found[:min(k, len(found))], nil
	}
}
