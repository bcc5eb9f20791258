package ingest

import (
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestHandTakesNothingTwice checks the moment between a query and its answer: what was committed in it is not read again.
func TestHandTakesNothingTwice(t *testing.T) {
	t.Parallel()
	waiting := func(keys ...int64) func(int) ([]catalog.Pending, error) {
		return func(int) (list []catalog.Pending, err error) {
			for _, key := range keys {
				list = append(list, catalog.Pending{Content: catalog.Content{Key: key}})
			}
			return list, nil
		}
	}
	h := newHand()
	first, err := h.take(waiting(1, 2))
	if err != nil || len(first) != 2 {
		t.Fatalf("first = %v, %v", first, err)
	}
	second, err := h.take(func(inHand int) ([]catalog.Pending, error) {
		if inHand != 2 {
			t.Errorf("in hand: %d", inHand)
		}
		h.release(1) // its text was committed after the query had looked
		return waiting(1, 2, 3)(inHand)
	})
	if err != nil || len(second) != 1 || second[0].Content.Key != 3 {
		t.Errorf("second = %v, %v; want only 3", second, err)
	}
	third, err := h.take(waiting(1))
	if err != nil || len(third) != 1 {
		t.Errorf("what waits again is not taken again: %v, %v", third, err)
	}
}
