package index

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/philippgille/chromem-go"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// keptCollection remembers the collection over everything, which a person without filters asks again and again.
type keptCollection struct {
	mu      sync.Mutex
	whole   *chromem.Collection
	changes uint64
}

func (c *keptCollection) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.whole = nil
}

// collection returns the arm that ranks the given slots by chromem-go. Its documents have neither content nor metadata
// and their embeddings are slices of the array: chromem keeps a normalised embedding as it is. The caller holds the
// read lock until the arm is no longer used.
func (x *Index) collection(ctx context.Context, admit *catalog.ContentSet, slots []int32) (arm, error) {
	if admit != nil {
		c, err := x.fill(ctx, slots)
		return ask(c), err
	}
	kept := &x.collections
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if kept.whole == nil || kept.changes != x.changes {
		c, err := x.fill(ctx, slots)
		if err != nil {
			return nil, err
		}
		kept.whole, kept.changes = c, x.changes
	}
	return ask(kept.whole), nil
}

func (x *Index) fill(ctx context.Context, slots []int32) (*chromem.Collection, error) {
	c, err := chromem.NewDB().CreateCollection("passages", nil, refuseText)
	if err != nil {
		return nil, fmt.Errorf("make a collection: %w", err)
	}
	for i, slot := range slots {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d := chromem.Document{ID: strconv.Itoa(int(slot)), Embedding: x.array.at(slot)}
		if err := c.AddDocument(ctx, d); err != nil {
			return nil, fmt.Errorf("fill a collection: %w", err)
		}
	}
	return c, nil
}

// refuseText stands where chromem would otherwise call a model over the network.
func refuseText(context.Context, string) ([]float32, error) {
	return nil, catalog.Errorf(catalog.Internal, "The vector index takes vectors only.")
}

// ask makes an arm of a collection. The where arguments are nil: anything else would compare or delete by metadata.
func ask(c *chromem.Collection) arm {
	return func(ctx context.Context, question []float32, n int) ([]candidate, error) {
		results, err := c.QueryEmbedding(ctx, question, n, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("ask a collection: %w", err)
		}
		list := make([]candidate, len(results))
		for i, r := range results {
			slot, err := strconv.ParseInt(r.ID, 10, 32)
			if err != nil {
				return nil, fmt.Errorf("read a collection's id: %w", err)
			}
			list[i] = candidate{slot: int32(slot), score: r.Similarity}
		}
		return list, nil
	}
}
