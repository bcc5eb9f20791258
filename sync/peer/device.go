package peer

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// left is what this device has left behind at the remote: under which id, and the receipts of its pushes, newest last, each
// with the last counter that had been issued by then. A push whose answer never came is among them.
type left struct {
	Device   string    `json:"device"`
	Receipts []receipt `json:"receipts"`
}

type receipt struct {
	Text    string `json:"text"`
	Counter int64  `json:"counter"`
	Taken   bool   `json:"taken,omitempty"` // the hub has said so
}

func (l left) newest() string {
	if len(l.Receipts) == 0 {
		return ""
	}
	return l.Receipts[len(l.Receipts)-1].Text
}

// counter is the one that goes with a receipt; for one that is not remembered that of the newest that the hub has taken. A
// push that may never have arrived says nothing about what others share.
func (l left) counter(text string) (counter int64) {
	for _, r := range l.Receipts {
		if r.Text == text {
			return r.Counter
		}
		if r.Taken {
			counter = r.Counter
		}
	}
	return counter
}

func (p *Peer) leftName() string { return "receipts:" + p.Remote.ID }

func (p *Peer) left(ctx context.Context) (l left, err error) {
	var note string
	err = p.Store.ViewItems(ctx, p.Person, func(view catalog.ItemView) (err error) {
		note, err = view.Note(p.leftName())
		return err
	})
	if err != nil || note == "" {
		return l, err
	}
	return l, catalog.WrapError(catalog.Corrupt, "What was remembered of the remote is damaged. Run sheaf doctor.", json.Unmarshal([]byte(note), &l))
}

func (p *Peer) keepLeft(ctx context.Context, l left) error {
	l.Receipts = l.Receipts[max(0, len(l.Receipts)-protocol.MaxReceipts):]
	note, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return p.Store.UpdateItems(ctx, p.Person, func(tx catalog.ItemTx) error { return tx.SetNote(p.leftName(), string(note)) })
}

// hello makes sure that nobody else goes on under this device's name. A data directory that was copied, or put back from
// a backup, holds receipts that the hub has seen followed by others: it takes a new identity, and what it wrote since the
// last receipt that both know is written again under that, because the other one has used the same names for other things.
func (p *Peer) hello(ctx context.Context, feeds []Feed) error {
	device, err := p.Store.Device(ctx)
	if err != nil {
		return err
	}
	l, err := p.left(ctx)
	if err != nil {
		return err
	}
	if l.Device == "" { // kept before anything else: after a crash nobody else would know under which id it had written
		l.Device = device.ID
		if err := p.keepLeft(ctx, l); err != nil {
			return err
		}
	}
	welcome, err := p.greet(ctx, l)
	if err != nil {
		return err
	}
	if now, err := p.left(ctx); err != nil || now.newest() != l.newest() {
		return cmp.Or(err, errAgain) // another program on this store has pushed meanwhile
	}
	if welcome.NewDevice && l.Device == device.ID {
		if err := p.Store.NewDevice(ctx); err != nil {
			return err
		}
		if device, err = p.Store.Device(ctx); err != nil {
			return err
		}
		p.record(catalog.SyncEntry{Kind: catalog.EntryNewDevice})
	}
	if l.Device != device.ID { // just now, before a crash, or for another remote
		since := welcome.Receipt
		if welcome.NewDevice {
			since = welcome.Since
		}
		if err := p.restamp(ctx, feeds, l.Device, l.counter(since)); err != nil {
			return err
		}
		l = left{Device: device.ID}
		if err := p.keepLeft(ctx, l); err != nil {
			return err
		}
		if welcome, err = p.greet(ctx, l); err != nil {
			return err
		}
	}
	p.identity = protocol.Identity{Device: device.ID, Receipt: welcome.Receipt}
	return nil
}

func (p *Peer) greet(ctx context.Context, l left) (welcome protocol.Welcome, err error) {
	hello := protocol.Hello{Device: l.Device, Receipts: []string{}}
	for _, r := range l.Receipts {
		hello.Receipts = append(hello.Receipts, r.Text)
	}
	err = p.remote.call(ctx, http.MethodPost, "/hello", nil, hello, &welcome)
	return welcome, err
}

// restampBatch is how many items are looked at in one transaction.
const restampBatch = 500

// restamp writes again, under this device, what an earlier identity wrote after a counter. Their context forgets those
// writes: what the hub knows by the same names is somebody else's. The feed is taken anew then, because what the hub has
// shown of these items is more than they know now.
func (p *Peer) restamp(ctx context.Context, feeds []Feed, old string, since int64) error {
	if !p.Rules.Keep(replica.RestampRule) {
		return nil
	}
	for _, f := range feeds {
		var head catalog.Cursor
		err := p.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) (err error) {
			head, err = view.Head()
			return err
		})
		if err == nil {
			err = p.Store.UpdateItems(ctx, f.Local, reset)
		}
		for seq := int64(0); err == nil && seq < head.Seq; { // what is written again moves behind head
			err = p.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
				seq, err = restampSome(tx, seq, head.Seq, old, since)
				return err
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func restampSome(tx catalog.ItemTx, seq, last int64, old string, since int64) (next int64, err error) {
	items, err := tx.Since(seq, restampBatch)
	if err != nil || len(items) == 0 {
		return last, err
	}
	for _, item := range items {
		next = item.Seq
		if item.Vector[old] <= since || item.Seq > last {
			continue
		}
		if err := tx.Put(restamped(tx, item, old, since), catalog.OriginLocal); err != nil {
			return next, err
		}
	}
	return next, nil
}

func restamped(tx catalog.ItemTx, item catalog.Item, old string, since int64) catalog.Item {
	versions := item.Versions
	item = item.Clone()
	item.Versions = nil
	if item.Vector[old] = since; since == 0 {
		delete(item.Vector, old)
	}
	for _, v := range versions {
		if v.Device == old && v.Counter > since {
			item = item.Write(tx.Dot(), v.Blob, nil)
		} else {
			item = item.Keep(v)
		}
	}
	return item
}

// setClock corrects this device's stamps when its clock is so far from the hub's that they would be refused, or lose to
// everybody's.
func (p *Peer) setClock(ctx context.Context, now int64) error {
	device, err := p.Store.Device(ctx)
	if err != nil || now == 0 || (p.offset(now)-device.Offset).Abs() < time.Minute {
		return err
	}
	p.Log.WarnContext(ctx, "the clock of this machine is not the remote's", "offset", p.offset(now))
	return p.resetClock(ctx, now)
}

// resetClock makes stamps go by the hub's time again, whatever was read before.
func (p *Peer) resetClock(ctx context.Context, now int64) error {
	return p.Store.SetClock(ctx, p.offset(now))
}

// offset is what the hub's clock is ahead; little enough is nothing.
func (p *Peer) offset(now int64) time.Duration {
	offset := time.UnixMilli(now).Sub(p.Now()).Round(time.Second)
	if offset.Abs() <= protocol.MaxAhead/2 {
		return 0
	}
	return offset
}

// random is something that nobody else has.
func (p *Peer) random() (string, error) {
	var b [12]byte
	_, err := io.ReadFull(p.Random, b[:])
	return hex.EncodeToString(b[:]), err
}
