// Package replica is what both ends of synchronisation share: the store that they stand on, the rules that they follow
// and the digest by which they know that they agree.
//
// A replica is a set of items, each a small CRDT (package catalog), on feeds: one a workspace and one a person. The
// store keeps items and knows no rules; hub and peer know the rules and keep nothing beyond the store but what a crash
// may take.
package replica

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Store is a data directory as synchronisation sees it. Errors that are no catalog.Error mean that nothing can be kept.
type Store interface {
	// ViewItems gives view one consistent state of a feed; UpdateItems runs change as one write transaction, kept whole
	// or not at all. NotFound for a feed that is not here.
	ViewItems(ctx context.Context, feed string, view func(catalog.ItemView) error) error
	UpdateItems(ctx context.Context, feed string, change func(catalog.ItemTx) error) error
}
