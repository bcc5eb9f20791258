package peer

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// retryBytes is how often an item whose bytes are elsewhere is offered again.
const retryBytes = 15 * time.Minute

// push sends what is dirty until nothing is left that can travel. sent is how many items the hub has taken.
func (f *feed) push(ctx context.Context) (sent int, err error) {
	if now := f.Now(); now.Sub(f.waited) >= retryBytes {
		clear(f.waiting)
		f.waited = now
	}
	tried := map[string]bool{} // items about which something was done in this push: once is enough
	for after := int64(0); ; {
		batch, err := f.batch(ctx, after)
		if err != nil || len(batch.items) == 0 {
			return sent, err
		}
		if err := f.sendAhead(ctx, batch); err != nil {
			return sent, err
		}
		before := len(tried)
		taken, err := f.offer(ctx, batch, tried)
		sent += taken
		if err != nil {
			return sent, err
		}
		if len(tried) == before { // what is written again meanwhile comes later; the rest of the last commit is still to go
			after = batch.items[len(batch.items)-1].Seq - 1
		}
	}
}

// sendAhead hands over the bytes that a batch names, so that it need not be pushed twice. What goes wrong here goes wrong
// again where the hub asks for them, and concerns only the items that it asks for.
func (f *feed) sendAhead(ctx context.Context, b batch) error {
	if f.Bytes == nil {
		return nil
	}
	var named []string
	for _, item := range b.items {
		for _, v := range item.Versions {
			if v.Blob != "" {
				named = append(named, v.Blob)
			}
		}
	}
	slices.Sort(named)
	if named = slices.Compact(named); len(named) == 0 {
		return nil
	}
	if _, err := f.Bytes.Send(ctx, f.Feed, named); err != nil {
		f.Log.DebugContext(ctx, "bytes could not be sent ahead of their items", "error", err)
	}
	return ctx.Err()
}

// batch is a number of dirty items as they were in one view, with the seq of each.
type batch struct {
	items   []catalog.Item
	seqs    map[string]int64
	counter int64 // the last that this device had issued then
}

// maxBatch bounds the body of a push, as estimated; one item of any size goes alone.
const maxBatch = protocol.MaxBody / 4

// batch gathers dirty items later than a seq that have not been acknowledged, refused or found to lack their bytes in
// just this state.
func (f *feed) batch(ctx context.Context, after int64) (b batch, err error) {
	b.seqs = map[string]int64{}
	err = f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) error {
		standing, _, err := asides(view)
		if err != nil {
			return err
		}
		size := 0
		for seq := after; ; {
			items, err := view.Dirty(seq, f.PushItems)
			if err != nil {
				return err
			}
			for _, item := range items {
				seq = item.Seq
				if _, refused := standing[item.ID]; refused || f.travelled(item) {
					continue
				}
				if size += sizeOf(item); len(b.items) == f.PushItems || len(b.items) > 0 && size > maxBatch {
					return nil
				}
				b.items = append(b.items, item)
				b.seqs[item.ID] = item.Seq
			}
			if len(items) < f.PushItems {
				return nil
			}
		}
	})
	if err != nil {
		return b, err
	}
	device, err := f.Store.Device(ctx)
	b.counter = device.Counter
	return b, err
}

// travelled reports whether an item need not be sent in this state.
func (f *feed) travelled(item catalog.Item) bool {
	for _, seqs := range []map[string]int64{f.acked, f.waiting, f.held} {
		if seq, ok := seqs[item.ID]; ok && seq == item.Seq {
			return true
		}
	}
	return false
}

// sizeOf estimates an item's length as JSON.
func sizeOf(item catalog.Item) int {
	n := 200 + 60*len(item.Vector) + 160*len(item.Versions)
	for name, r := range item.Fields {
		n += 120 + len(name) + len(r.Value)
	}
	return n
}

// offer pushes a batch and does what the answer asks for. A batch that is refused as a whole, by the hub or by something
// between, is halved until the item is found that is meant.
func (f *feed) offer(ctx context.Context, b batch, tried map[string]bool) (taken int, err error) {
	answer, err := f.send(ctx, b)
	switch status := statusOf(err); {
	case status == http.StatusBadRequest, status == http.StatusForbidden, status == http.StatusRequestEntityTooLarge, status == http.StatusUnprocessableEntity:
		return f.halve(ctx, b, tried, err)
	case err != nil:
		return 0, err
	}
	return f.taken(ctx, b, answer, tried)
}

func (f *feed) halve(ctx context.Context, b batch, tried map[string]bool, cause error) (taken int, err error) {
	if statusOf(cause) == http.StatusForbidden && f.denied(ctx) {
		return 0, cause
	}
	if len(b.items) == 1 {
		return 0, f.setAside(ctx, []protocol.Refusal{refusalOf(b.items[0], cause)}, b.seqs)
	}
	for _, half := range [][]catalog.Item{b.items[:len(b.items)/2], b.items[len(b.items)/2:]} {
		n, err := f.offer(ctx, batch{items: half, seqs: b.seqs, counter: b.counter}, tried)
		taken += n
		if err != nil {
			return taken, err
		}
	}
	return taken, nil
}

// denied reports whether the whole feed is refused, not just what was pushed.
func (f *feed) denied(ctx context.Context) bool {
	err := f.remote.call(ctx, http.MethodGet, path(f.Remote, "/head"), nil, nil, &protocol.Head{})
	return statusOf(err) == http.StatusForbidden
}

// refusalOf is the reason of a refusal that came as a status.
func refusalOf(item catalog.Item, cause error) protocol.Refusal {
	code := protocol.Malformed
	switch statusOf(cause) {
	case http.StatusForbidden:
		code = protocol.NotAllowed
	case http.StatusRequestEntityTooLarge:
		code = protocol.TooLarge
	}
	reason := "The remote refuses it."
	if failed, ok := errors.AsType[*Failed](cause); ok {
		reason = failed.Message
	}
	return protocol.Refusal{ID: item.ID, Code: code, Reason: reason}
}

// send pushes a batch. Its receipt is kept before it is sent, and after what it holds was read: whoever has the receipt
// from a copy of this store has what was pushed with it.
func (f *feed) send(ctx context.Context, b batch) (answer protocol.Pushed, err error) {
	next, err := f.nextReceipt(ctx, b.counter)
	if err != nil {
		return answer, err
	}
	push := protocol.Push{Identity: f.identity, Next: next, Consent: f.consent, Items: slices.Clone(b.items)}
	for n := range push.Items {
		push.Items[n].WorkspaceID = f.Remote
	}
	err = f.remote.call(ctx, http.MethodPost, path(f.Remote, ""), nil, push, &answer)
	if err == nil {
		f.identity.Receipt = answer.Receipt
	}
	return answer, err
}

func (f *feed) nextReceipt(ctx context.Context, counter int64) (string, error) {
	l, err := f.left(ctx)
	if err != nil {
		return "", err
	}
	random, err := f.random()
	if err != nil {
		return "", err
	}
	l.Device = f.identity.Device
	for n := range l.Receipts {
		l.Receipts[n].Taken = l.Receipts[n].Taken || l.Receipts[n].Text == f.identity.Receipt
	}
	next := protocol.NextReceipt(f.identity.Receipt, random)
	l.Receipts = append(l.Receipts, receipt{Text: next, Counter: counter})
	return next, f.keepLeft(ctx, l)
}

// taken goes through the answer to a push.
func (f *feed) taken(ctx context.Context, b batch, answer protocol.Pushed, tried map[string]bool) (taken int, err error) {
	refused := make(map[string]protocol.Refused, len(answer.Refused))
	for _, r := range answer.Refused {
		refused[r.ID] = r.Code
	}
	var acked []catalog.Item
	for _, item := range b.items {
		if _, no := refused[item.ID]; !no {
			f.acked[item.ID] = b.seqs[item.ID]
			acked = append(acked, item)
			if f.consent > 0 && item.Deleted() {
				f.consent--
			}
		}
	}
	f.sent(acked)
	if err := f.cleanByAck(ctx, acked); err != nil {
		return len(acked), err
	}
	if len(answer.Refused) == 0 {
		return len(acked), nil
	}
	return len(acked), f.refused(ctx, b, answer, tried)
}

// cleanByAck is what the protocol never does: an acknowledgement says that the hub has joined an item, not what came out.
func (f *feed) cleanByAck(ctx context.Context, acked []catalog.Item) error {
	if f.Rules.Keep(replica.CleanByFeed) || len(acked) == 0 {
		return nil
	}
	return f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
		for _, was := range acked {
			item, ok, err := tx.Item(was.ID)
			if err != nil {
				return err
			}
			if ok && item.Seq == was.Seq {
				item.Dirty = false
				if err := tx.Put(item, catalog.OriginRemote); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// refused does what can be done about items that were not taken: new stamps, bytes, a question. The rest is set aside.
func (f *feed) refused(ctx context.Context, b batch, answer protocol.Pushed, tried map[string]bool) error {
	var aside []protocol.Refusal
	var ahead, lacks []string
	asks := false
	for _, r := range answer.Refused {
		switch r.Code {
		case protocol.ClockAhead:
			if stamped := "stamped " + r.ID; tried[stamped] {
				aside = append(aside, r)
			} else {
				tried[stamped] = true
				ahead = append(ahead, r.ID)
			}
		case protocol.LacksBytes:
			lacks = append(lacks, r.ID)
		case protocol.NeedsConsent:
			f.held[r.ID] = b.seqs[r.ID]
			asks = true
		default:
			aside = append(aside, r)
		}
	}
	if err := f.setAside(ctx, aside, b.seqs); err != nil {
		return err
	}
	if err := f.stampAgain(ctx, ahead, answer.Now); err != nil {
		return err
	}
	if asks {
		if err := f.ask(ctx, b); err != nil {
			return err
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	return f.sendBytes(ctx, b, lacks, answer.Wanted, tried)
}

// sendBytes hands over what the hub wants. Items whose bytes are on another device wait for that; so do those that the
// hub still misses bytes of after they were sent.
func (f *feed) sendBytes(ctx context.Context, b batch, items, wanted []string, tried map[string]bool) error {
	absent := wanted
	if f.Bytes != nil {
		var err error
		if absent, err = f.Bytes.Send(ctx, f.Feed, wanted); err != nil {
			return err
		}
	}
	for _, item := range b.items {
		if !slices.Contains(items, item.ID) {
			continue
		}
		if tried[item.ID] || slices.ContainsFunc(item.Versions, func(v catalog.Version) bool { return slices.Contains(absent, v.Blob) }) {
			f.waiting[item.ID] = b.seqs[item.ID]
		}
		tried[item.ID] = true
	}
	return nil
}

// stampAgain gives fields whose stamps are ahead of the hub's time new ones, after this device's clock was corrected.
func (f *feed) stampAgain(ctx context.Context, ids []string, now int64) error {
	if len(ids) == 0 {
		return nil
	}
	if err := f.resetClock(ctx, now); err != nil {
		return err
	}
	limit := time.UnixMilli(now).Add(protocol.MaxAhead).UnixMilli()
	return f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
		for _, id := range ids {
			item, ok, err := tx.Item(id)
			if err != nil || !ok {
				return err
			}
			if err := tx.Put(stampedAgain(item, limit, tx.Stamp()), catalog.OriginLocal); err != nil {
				return err
			}
		}
		return nil
	})
}

func stampedAgain(item catalog.Item, limit int64, stamp catalog.Stamp) catalog.Item {
	item = item.Clone()
	for name, r := range item.Fields {
		if r.Stamp.UnixMilli() > limit {
			r.Stamp = stamp
			item.Fields[name] = r
		}
	}
	return item
}

// nameOf is what an item is called, for people; its id when it has no name.
func nameOf(item catalog.Item) string {
	for _, field := range []string{"fileName", "name"} {
		var name string
		if json.Unmarshal([]byte(item.Fields[field].Value), &name) == nil && name != "" {
			return name
		}
	}
	return item.ID
}
