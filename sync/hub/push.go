package hub

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// push joins the states of items. It needs no cursor: a join only adds, and nothing that was deleted is forgotten, so a
// push that comes late, twice or from before a restore undoes nothing.
func (h *Hub) push(w http.ResponseWriter, r request) error {
	var push protocol.Push
	if err := read(w, r, &push); err != nil {
		return err
	}
	if push.Device == "" || push.Next == "" {
		return catalog.Errorf(catalog.Invalid, "A push names its device and the receipt that it leaves behind.")
	}
	if len(push.Items) > protocol.MaxPushItems {
		return catalog.Errorf(catalog.TooLarge, "A push has at most %d items.", protocol.MaxPushItems)
	}
	err := h.Store.ViewItems(r.Context(), r.feed, func(view catalog.ItemView) error { return h.mayRead(view, r, catalog.Cursor{}) })
	if err == nil {
		err = h.take(r.Context(), r.actor.UserID, push)
	}
	if err != nil {
		return err
	}
	m, err := h.join(r, push)
	if err != nil {
		return err
	}
	if m.changed {
		h.Changed(r.Context(), r.feed)
	}
	slices.Sort(m.wanted)
	return h.reply(w, r, protocol.Pushed{
		Now: h.Now().UnixMilli(), Receipt: push.Next, Wanted: slices.Compact(m.wanted), Refused: m.refused,
	})
}

// join takes a push in as one transaction. An item that the store cannot keep is left out and the rest tried again: a
// transaction is kept whole or not at all.
func (h *Hub) join(r request, push protocol.Push) (*joining, error) {
	unfit := map[string]protocol.Refusal{}
	for {
		m := &joining{hub: h, request: r, push: push, unfit: unfit, wanted: []string{}, refused: []protocol.Refusal{}}
		err := h.Store.UpdateItems(r.Context(), r.feed, m.run)
		broken, item := errors.AsType[unkept](err)
		if !item {
			return m, err
		}
		unfit[broken.id] = protocol.Refusal{ID: broken.id, Code: protocol.Malformed, Reason: catalog.MessageOf(broken.error)}
	}
}

// unkept is an item that the store does not take, for a reason that lies in the item.
type unkept struct {
	id string
	error
}

func (u unkept) Unwrap() error { return u.error }

// joining is one push on its way into a feed.
type joining struct {
	hub     *Hub
	tx      catalog.ItemTx
	request request
	role    catalog.Role
	push    protocol.Push
	unfit   map[string]protocol.Refusal
	bulk    bulk
	changed bool
	after   after
	wanted  []string
	refused []protocol.Refusal
}

func (m *joining) run(tx catalog.ItemTx) (err error) {
	m.tx = tx
	if m.role, err = tx.Role(m.request.actor.UserID); err != nil {
		return err
	}
	if err = m.bulk.begin(tx, m.push, m.hub.Now()); err != nil {
		return err
	}
	for _, item := range m.push.Items {
		item.WorkspaceID = m.request.feed
		if err := m.one(item); err != nil {
			return err
		}
	}
	if err := m.bulk.end(tx); err != nil {
		return err
	}
	return m.settle()
}

// one joins an item or refuses it.
func (m *joining) one(item catalog.Item) error {
	if refusal, ok := m.unfit[item.ID]; ok {
		m.refused = append(m.refused, refusal)
		return nil
	}
	if code, reason := malformed(item); reason != "" {
		m.refuse(item, code, reason)
		return nil
	}
	present, known, err := m.tx.Item(item.ID)
	if catalog.CodeOf(err) == catalog.Conflict {
		m.refuse(item, protocol.ElsewhereItem, catalog.MessageOf(err))
		return nil
	}
	if err != nil {
		return err
	}
	buried := false
	if !known {
		if present, buried, err = m.grave(item); err != nil {
			return err
		}
	}
	result := item
	if known || buried {
		result = m.hub.Rules.Join(present, item)
	}
	if known && catalog.SameState(result, present) {
		return nil
	}
	if buried && result.Deleted() && !m.hub.Rules.Keep(replica.GraveShown) {
		return nil
	}
	if refused, err := m.refusal(present, item, result, known); err != nil || refused {
		return err
	}
	return m.put(present, result)
}

// grave is what is left of a buried item: its id and causal context.
func (m *joining) grave(item catalog.Item) (present catalog.Item, buried bool, err error) {
	present = catalog.Item{ID: item.ID, Kind: item.Kind, WorkspaceID: item.WorkspaceID}
	if !m.hub.Rules.Keep(replica.GraveRule) {
		return present, false, nil
	}
	present.Vector, buried, err = m.tx.Grave(item.ID)
	return present, buried, err
}

// refusal holds a result against roles, clock, bytes and the number of deletions, in this order.
func (m *joining) refusal(present, item, result catalog.Item, known bool) (bool, error) {
	if known && present.Kind != item.Kind {
		m.refuse(item, protocol.Malformed, "It says that it is something else than it was.")
		return true, nil
	}
	if reason := forbidden(m.role, present, result); reason != "" && m.hub.Rules.Keep(replica.RoleRule) {
		m.refuse(item, protocol.NotAllowed, reason)
		return true, nil
	}
	if ahead(present, item, m.hub.Now()) && m.hub.Rules.Keep(replica.StampRule) {
		m.refuse(item, protocol.ClockAhead, "It was changed at a time that has not come yet. The clock of the device that wrote it is wrong.")
		return true, nil
	}
	missing, err := m.missing(present, result)
	if err != nil {
		return false, err
	}
	if len(missing) > 0 {
		m.wanted = append(m.wanted, missing...)
		m.refuse(item, protocol.LacksBytes, "Its bytes have not been sent yet.")
		return true, nil
	}
	if !present.Deleted() && result.Deleted() && result.Kind == catalog.KindContent && m.hub.Rules.Keep(replica.BulkRule) && !m.bulk.admits() {
		m.refuse(item, protocol.NeedsConsent, "It is one of many deletions. Somebody has to agree to them.")
		return true, nil
	}
	return false, nil
}

// missing are the blobs of new versions that nobody has sent.
func (m *joining) missing(present, result catalog.Item) (hashes []string, err error) {
	if !m.hub.Rules.Keep(replica.BlobRule) {
		return nil, nil
	}
	for _, v := range result.Versions {
		if v.Blob == "" || slices.Contains(present.Versions, v) {
			continue
		}
		has, err := m.tx.HasBlob(v.Blob)
		if err != nil {
			return nil, err
		}
		if !has {
			hashes = append(hashes, v.Blob)
		}
	}
	return hashes, nil
}

// put keeps a result. It is dirty: a hub that is itself a peer of another one has something to offer there.
func (m *joining) put(present, result catalog.Item) error {
	result.Dirty = true
	err := m.tx.Put(result, catalog.OriginRemote)
	switch catalog.CodeOf(err) {
	case "":
		m.changed = true
		m.after.note(present, result)
		return nil
	case catalog.Invalid, catalog.Conflict, catalog.TooLarge, catalog.Unsupported:
		return unkept{result.ID, err}
	}
	return err
}

func (m *joining) refuse(item catalog.Item, code protocol.Refused, reason string) {
	m.refused = append(m.refused, protocol.Refusal{ID: item.ID, Code: code, Reason: reason})
}

// maxIDs and maxParts bound what an item is made of, so that no item makes a page too large.
const (
	maxID    = 200
	maxParts = 1000
)

// malformed says what is wrong with an item by itself.
func malformed(item catalog.Item) (code protocol.Refused, reason string) {
	switch {
	case item.ID == "" || len(item.ID) > maxID || item.Kind == "" || len(item.Kind) > maxID:
		return protocol.Malformed, "It lacks an id or a kind."
	case len(item.Versions) > maxParts || len(item.Fields) > maxParts || len(item.Vector) > maxParts:
		return protocol.TooLarge, "It has too many versions, fields or devices."
	}
	for n, v := range item.Versions {
		if v.Device == "" || v.Counter <= 0 || !item.Vector.Knows(v.Dot) || slices.Contains(item.Dots()[:n], v.Dot) {
			return protocol.Malformed, "It has a version that its own context does not know, or one twice."
		}
	}
	text, err := json.Marshal(item)
	if err != nil || len(text) > protocol.MaxItem {
		return protocol.TooLarge, "It is too large."
	}
	return "", ""
}

// Changed tells those who wait that a feed has something new: after a push, and after a change that the hub's own people
// have made.
func (h *Hub) Changed(ctx context.Context, feed string) {
	h.waiting.mu.Lock()
	defer h.waiting.mu.Unlock()
	for c := range h.waiting.feeds[feed] {
		select {
		case c <- struct{}{}:
		default: // it has been told and has not looked yet
		}
	}
}
