// Package index finds the passages whose vectors lie closest to a question's.
//
// It holds the vectors of one model (one fingerprint) and nothing else: what is here is derived and is loaded from the
// store in one stream. The vectors stand in one array outside the Go heap that grows by chunks and never moves; a slot
// of it belongs to a passage, and a slot that was freed is used again. A filter becomes a set of contents and so of
// slots, before anything is ranked.
//
// Two arms do the ranking, and one contract test holds them to the same answer: up to SmallSet admitted passages a
// chromem-go collection whose documents are slices of the array, above that a scan of the array on all cores. Both
// only propose candidates; the final scores are dot products summed in float64 in one fixed order, so that equal
// vectors tie exactly and ties go to the smaller passage id, on every machine.
//
// An Index is safe for concurrent use. Searches share a read lock, writers hold the lock for one small batch at a time,
// so that a search waits at most for one batch and one earlier search. The goroutines of a search end with it.
package index

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	// SmallSet is the number of admitted passages up to which a search goes through chromem-go.
	SmallSet = 5000
	// batch is how many vectors a writer adds under one hold of the lock.
	batch = 256
	// free marks a slot that no passage owns; content keys are never negative.
	free = int64(-1)
)

// Index is the vectors of one model in memory.
type Index struct {
	dimensions int

	mu        sync.RWMutex
	array     array
	passages  []int64         // slot -> passage id
	contents  []int64         // slot -> content key, or free
	slots     map[int64]int32 // passage id -> slot
	freeSlots []int32
	changes   uint64 // grows with every change; tells a kept collection that it is stale
	closed    bool

	collections keptCollection
}

// New makes an empty index for vectors of the given length.
func New(dimensions int) (*Index, error) {
	if dimensions < 1 || dimensions > 1<<14 {
		return nil, catalog.Errorf(catalog.Invalid, "A vector index cannot have %d dimensions.", dimensions)
	}
	return &Index{
		dimensions: dimensions,
		array:      array{dimensions: dimensions},
		slots:      make(map[int64]int32),
	}, nil
}

// Close gives the array back. Searches that come later answer Unavailable; closing twice does nothing.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	x.passages, x.contents, x.freeSlots = nil, nil, nil
	x.slots = make(map[int64]int32)
	x.collections.drop()
	return x.array.release()
}

// Len returns the number of vectors.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.slots)
}

// Dimensions returns the length of every vector.
func (x *Index) Dimensions() int { return x.dimensions }

// Add takes vectors in; one of a passage that is here already replaces the old one. A vector that cannot be ranked
// (wrong length, zero, not finite) makes the whole call Invalid before anything is added.
func (x *Index) Add(ctx context.Context, list []catalog.VectorOf) error {
	for _, v := range list {
		if err := x.check(v.PassageID, v.ContentKey, v.Vector); err != nil {
			return err
		}
	}
	for len(list) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(batch, len(list))
		if err := x.addBatch(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

func (x *Index) addBatch(list []catalog.VectorOf) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return errClosed
	}
	x.changes++
	for _, v := range list {
		slot, err := x.slotFor(v.PassageID)
		if err != nil {
			return err
		}
		x.contents[slot] = v.ContentKey
		normalise(x.array.at(slot), v.Vector)
	}
	return nil
}

// slotFor returns the passage's slot, a freed one, or a new one at the end.
func (x *Index) slotFor(passage int64) (int32, error) {
	if slot, ok := x.slots[passage]; ok {
		return slot, nil
	}
	var slot int32
	if n := len(x.freeSlots); n > 0 {
		slot = x.freeSlots[n-1]
		x.freeSlots = x.freeSlots[:n-1]
	} else {
		if len(x.passages) == math.MaxInt32 {
			return 0, catalog.Errorf(catalog.TooLarge, "The vector index is full at %d passages.", len(x.passages))
		}
		slot = int32(len(x.passages))
		if err := x.array.grow(int(slot) + 1); err != nil {
			return 0, catalog.WrapError(catalog.Unavailable, "There is not enough memory for the vector index.", err)
		}
		x.passages = append(x.passages, 0)
		x.contents = append(x.contents, free)
	}
	x.passages[slot] = passage
	x.slots[passage] = slot
	return slot, nil
}

// Load adds every vector that each yields, little-endian float32 one after the other. A vector that cannot be ranked is
// left out and counted: it is derived, and one bad row must not keep the others from being found. The error is each's
// own or the context's.
func (x *Index) Load(ctx context.Context, each func(yield func(passageID, contentKey int64, vector []byte) error) error) (skipped int, err error) {
	list := make([]catalog.VectorOf, 0, batch)
	room := make([]float32, batch*x.dimensions)
	flush := func() error {
		err := x.addBatch(list)
		list = list[:0]
		if err != nil {
			return err
		}
		return ctx.Err()
	}
	err = each(func(passageID, contentKey int64, b []byte) error {
		if len(b) != 4*x.dimensions {
			skipped++
			return nil
		}
		v := room[len(list)*x.dimensions:][:x.dimensions:x.dimensions]
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		if x.check(passageID, contentKey, v) != nil {
			skipped++
			return nil
		}
		list = append(list, catalog.VectorOf{PassageID: passageID, ContentKey: contentKey, Vector: v})
		if len(list) == batch {
			return flush()
		}
		return nil
	})
	if err != nil {
		return skipped, fmt.Errorf("load vectors: %w", err)
	}
	return skipped, flush()
}

// RemovePassages drops the vectors of passages; unknown ones are ignored.
func (x *Index) RemovePassages(ids ...int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.changes++
	for _, id := range ids {
		if slot, ok := x.slots[id]; ok {
			x.freeSlot(slot)
		}
	}
}

// RemoveContents drops every vector of the contents; unknown ones are ignored.
func (x *Index) RemoveContents(keys ...int64) {
	if len(keys) == 0 {
		return
	}
	gone := make(map[int64]bool, len(keys))
	for _, k := range keys {
		gone[k] = k >= 0
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.changes++
	for slot, key := range x.contents {
		if gone[key] {
			x.freeSlot(int32(slot))
		}
	}
}

func (x *Index) freeSlot(slot int32) {
	delete(x.slots, x.passages[slot])
	x.contents[slot] = free
	x.freeSlots = append(x.freeSlots, slot)
}

// Similarities returns the cosine of the vector with each passage's, in the order of ids; a passage without a vector
// has NaN.
func (x *Index) Similarities(vector []float32, ids []int64) ([]float64, error) {
	if err := x.check(0, 0, vector); err != nil {
		return nil, err
	}
	question := make([]float32, x.dimensions)
	normalise(question, vector)
	x.mu.RLock()
	defer x.mu.RUnlock()
	list := make([]float64, len(ids))
	for i, id := range ids {
		list[i] = math.NaN()
		if slot, ok := x.slots[id]; ok {
			list[i] = exact(question, x.array.at(slot))
		}
	}
	return list, nil
}

var errClosed = catalog.Errorf(catalog.Unavailable, "The vector index is closed.")

func (x *Index) check(passage, content int64, v []float32) error {
	switch sum := squares(v); {
	case content < 0:
		return catalog.Errorf(catalog.Invalid, "Passage %d has the content key %d, which is negative.", passage, content)
	case len(v) != x.dimensions:
		return catalog.Errorf(catalog.Invalid, "The vector of passage %d has %d dimensions where %d are expected.", passage, len(v), x.dimensions)
	case sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0):
		return catalog.Errorf(catalog.Invalid, "The vector of passage %d is zero or not finite.", passage)
	}
	return nil
}

func squares(v []float32) (sum float64) {
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	return sum
}

// normalise writes v scaled to length 1 to dst.
func normalise(dst, v []float32) {
	length := math.Sqrt(squares(v))
	for i, f := range v {
		dst[i] = float32(float64(f) / length)
	}
}

// exact is the dot product in float64, in one order.
func exact(a, b []float32) (sum float64) {
	b = b[:len(a)]
	for i, f := range a {
		sum += float64(f) * float64(b[i])
	}
	return sum
}
