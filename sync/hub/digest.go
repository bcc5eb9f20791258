package hub

import (
	"net/http"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// digests are those of the heads that were asked for last, by feed.
type digests struct {
	mu   sync.Mutex
	kept map[string]protocol.Digest
}

func (h *Hub) digest(w http.ResponseWriter, r request) error {
	var told protocol.Digest
	err := h.Store.ViewItems(r.Context(), r.feed, func(view catalog.ItemView) (err error) {
		if err = h.mayRead(view, r, catalog.Cursor{}); err != nil {
			return err
		}
		if told.Head, err = view.Head(); err != nil {
			return err
		}
		if kept, ok := h.digests.of(r.feed, told.Head); ok {
			told = kept
			return nil
		}
		told.Digest, told.Items, err = replica.Digest(view)
		return err
	})
	if err != nil {
		return err
	}
	h.digests.keep(r.feed, told)
	return h.reply(w, r, told)
}

func (d *digests) of(feed string, head catalog.Cursor) (protocol.Digest, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	kept, ok := d.kept[feed]
	return kept, ok && kept.Head == head
}

func (d *digests) keep(feed string, told protocol.Digest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept[feed] = told
}
