package hub

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// collectBatch is how many tombstones are buried in one transaction.
const collectBatch = 1000

// Collect buries the tombstones of a feed that are older than their life and raises its floor to the last commit of that
// age: the floor goes up with the first batch, and a tombstone below it that a crash has left standing does no harm. Whoever
// owns the hub calls it daily for each feed that this data directory is the hub of; a feed that is pulled from elsewhere is
// left alone.
func (h *Hub) Collect(ctx context.Context, feed string) error {
	before := h.Now().Add(-h.Life)
	for more := true; more; {
		err := h.Store.UpdateItems(ctx, feed, func(tx catalog.ItemTx) (err error) {
			more, err = bury(tx, before)
			return err
		})
		if err != nil {
			return err
		}
	}
	h.Changed(ctx, feed)
	return nil
}

func bury(tx catalog.ItemTx, before time.Time) (more bool, err error) {
	through, err := tx.Before(before)
	if err != nil {
		return false, err
	}
	floor, err := tx.Floor()
	if err != nil {
		return false, err
	}
	graves, err := tx.Tombstones(through, collectBatch)
	if err != nil {
		return false, err
	}
	for _, item := range graves {
		if err := tx.Bury(item.ID); err != nil {
			return false, err
		}
	}
	if through > floor && len(graves) > 0 {
		err = tx.SetFloor(through)
	}
	return len(graves) == collectBatch, err
}
