package hub

import (
	"net/http"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// page answers what has changed in a feed. The receipt is looked at after the items were read: a copy of the device that
// has pushed by then has moved it on, so what it wrote is never taken for this device's own.
func (h *Hub) page(w http.ResponseWriter, r request) error {
	q, err := protocol.ParseQuestion(r.URL.Query())
	if err != nil {
		return err
	}
	var page protocol.Page
	err = h.Store.ViewItems(r.Context(), r.feed, func(view catalog.ItemView) error {
		err := h.mayRead(view, r, q.Old)
		if err == nil {
			page, err = h.turn(view, q)
		}
		return err
	})
	if err == nil {
		err = h.Store.ViewItems(r.Context(), catalog.AccountFeed(r.actor.UserID), func(view catalog.ItemView) error { return h.identify(view, q.Identity) })
	}
	if err != nil {
		return err
	}
	page.Now = h.Now().UnixMilli()
	return h.reply(w, r, page)
}

// turn makes a page, or says that the feed has to be taken anew.
//
// A page's cursor is no true prefix of the feed: what changed later has moved behind it. So a run of pages stands only
// while every head that one of its pages was answered at is in the history (the last of them stands for all), and a
// snapshot only while no tombstone was buried since its first page: the item would stay standing there.
func (h *Hub) turn(view catalog.ItemView, q protocol.Question) (page protocol.Page, err error) {
	reset, err := h.mustReset(view, q)
	if err != nil || reset {
		return protocol.Page{Reset: reset}, err
	}
	if page.Proven, err = h.holds(view, q.Old); err != nil {
		return page, err
	}
	if !h.Rules.Keep(replica.ProofRule) {
		page.Proven = true
	}
	head, err := view.Head()
	if err != nil {
		return page, err
	}
	page.Start = q.Start
	if first(q) {
		page.Start = head
	}
	if page.Items, err = view.Since(q.After.Seq, q.Limit); err != nil {
		return page, err
	}
	if !h.Rules.Keep(replica.WholeCommits) && len(page.Items) > q.Limit {
		page.Items = page.Items[:q.Limit]
	}
	page.Next, page.Head = head, head
	if len(page.Items) < q.Limit {
		return page, nil
	}
	if last := page.Items[len(page.Items)-1].Seq; last < head.Seq {
		page.More = true
		page.Next, _, err = view.At(last)
	}
	return page, err
}

// first reports whether a question begins a run of pages.
func first(q protocol.Question) bool { return q.Start == (catalog.Cursor{}) }

func (h *Hub) mustReset(view catalog.ItemView, q protocol.Question) (bool, error) {
	held, err := h.holds(view, q.After)
	if err != nil || !held {
		return true, err
	}
	for _, head := range []catalog.Cursor{q.Start, q.Seen} {
		if first(q) || !h.Rules.Keep(replica.StartRule) {
			break
		}
		if held, err = h.holds(view, head); err != nil || !held {
			return true, err
		}
	}
	floor, err := view.Floor()
	if err != nil {
		return false, err
	}
	if q.Snapshot {
		return !first(q) && q.Start.Seq < floor && h.Rules.Keep(replica.SnapshotFloor), nil
	}
	return q.After.Seq < floor && h.Rules.Keep(replica.FloorRule), nil
}

// holds reports whether a cursor is of this history. The beginning is of every history.
func (h *Hub) holds(view catalog.ItemView, c catalog.Cursor) (bool, error) {
	if c.Seq == 0 {
		return true, nil
	}
	at, known, err := view.At(c.Seq)
	if !h.Rules.Keep(replica.TokenRule) {
		head, err := view.Head()
		return c.Epoch == head.Epoch && c.Seq <= head.Seq, err
	}
	return known && at == c, err
}
