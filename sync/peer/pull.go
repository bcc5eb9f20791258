package peer

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/merge"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// The notes of a feed.
const (
	cursorNote = "cursor" // everything up to here is applied
	pullNote   = "pull"   // the run of pages that is under way
	heldNote   = "held:"  // an item that came and that the store does not take, by id
)

// run is a run of pages that is under way. Its pages are staged; it is done when the last one is.
type run struct {
	Snapshot bool           `json:"snapshot,omitempty"`
	After    catalog.Cursor `json:"after"`
	Start    catalog.Cursor `json:"start"`
	Seen     catalog.Cursor `json:"seen"`
	Done     bool           `json:"done,omitempty"`
	Next     catalog.Cursor `json:"next"`   // of the last page
	Proven   bool           `json:"proven"` // by the last page
}

func cursor(view catalog.ItemView) (c catalog.Cursor, err error) {
	_, err = readNote(view, cursorNote, &c)
	return c, err
}

// readNote reads a note as JSON; ok is false when there is none.
func readNote(view catalog.ItemView, name string, into any) (ok bool, err error) {
	note, err := view.Note(name)
	if err != nil || note == "" {
		return false, err
	}
	return true, catalog.WrapError(catalog.Corrupt, "What was kept of a synchronisation is damaged. Run sheaf doctor.", json.Unmarshal([]byte(note), into))
}

func writeNote(tx catalog.ItemTx, name string, value any) error {
	note, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return tx.SetNote(name, string(note))
}

// question is what to ask now: the only question whose answer is taken.
func question(view catalog.ItemView) (q protocol.Question, under run, err error) {
	if q.Old, err = cursor(view); err != nil {
		return q, under, err
	}
	under.Snapshot = q.Old.Seq == 0 // the first is a snapshot too
	running, err := readNote(view, pullNote, &under)
	if err != nil {
		return q, under, err
	}
	q.Snapshot, q.After, q.Start, q.Seen = under.Snapshot, under.After, under.Start, under.Seen
	if !q.Snapshot && (!running || under.After.Seq == 0) {
		q.After = q.Old
	}
	return q, under, nil
}

// pull takes what the hub has, page by page, and applies it.
func (f *feed) pull(ctx context.Context) error {
	for resets := 0; ; {
		var q protocol.Question
		var under run
		err := f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) (err error) {
			q, under, err = question(view)
			return err
		})
		if err != nil {
			return err
		}
		if under.Done { // staged before a crash, or waiting for a person
			if err := f.finish(ctx); err != nil || f.asked != nil {
				return err
			}
			continue
		}
		more, reset, err := f.turn(ctx, q)
		if err != nil || !more {
			return err
		}
		if reset {
			if resets++; resets > mostResets {
				return catalog.Errorf(catalog.Unavailable, "The remote does not let the feed be taken from the beginning.")
			}
		}
	}
}

// mostResets bounds how often one pull begins anew: each time the hub was put back, or buried something, meanwhile.
const mostResets = 10

// turn asks for a page and takes it.
func (f *feed) turn(ctx context.Context, q protocol.Question) (more, reset bool, err error) {
	asked := q
	asked.Identity, asked.Limit = f.identity, f.PageItems
	var page protocol.Page
	err = f.remote.call(ctx, http.MethodGet, path(f.Remote, ""), asked.Values(), nil, &page)
	if statusOf(err) == http.StatusGone {
		page, err = protocol.Page{Reset: true}, nil
	}
	if err != nil {
		return false, false, err
	}
	for n := range page.Items {
		page.Items[n].WorkspaceID = f.Local
	}
	if !f.Rules.Keep(replica.CursorLast) && !page.Reset && !page.More {
		q.Old = page.Next
		if err := f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error { return writeNote(tx, cursorNote, page.Next) }); err != nil {
			return false, false, err
		}
	}
	applied, err := f.take(ctx, q, page)
	if err != nil || f.asked != nil {
		return false, false, err
	}
	return !applied || page.More, page.Reset, nil
}

// take stages a page, or applies the run that it ends. An answer to another question than the present one is dropped: it
// came late, and what it says of absence is of another moment.
func (f *feed) take(ctx context.Context, q protocol.Question, page protocol.Page) (applied bool, err error) {
	var a *applying
	for unfit := map[string]bool{}; ; {
		err = f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
			a = nil
			present, under, err := question(tx)
			if err != nil {
				return err
			}
			if present != q && f.Rules.Keep(replica.AskedOnly) {
				return nil
			}
			if page.Reset {
				return reset(tx)
			}
			under.Snapshot, under.Proven = q.Snapshot, page.Proven
			if page.More {
				under.After, under.Start, under.Seen = page.Next, page.Start, page.Head
			} else {
				under.Done, under.Next = true, page.Next
			}
			if err := tx.Stage(page.Items); err != nil {
				return err
			}
			if page.More {
				return writeNote(tx, pullNote, under)
			}
			a = f.applying(tx, under, unfit)
			return a.run()
		})
		if !keepAside(err, unfit) {
			break
		}
	}
	if err != nil || a == nil {
		return false, err
	}
	return f.applied(ctx, a), nil
}

// finish applies a run that is wholly staged.
func (f *feed) finish(ctx context.Context) error {
	var a *applying
	var err error
	for unfit := map[string]bool{}; ; {
		err = f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
			_, under, err := question(tx)
			if err != nil || !under.Done {
				return err
			}
			a = f.applying(tx, under, unfit)
			return a.run()
		})
		if !keepAside(err, unfit) {
			break
		}
	}
	if err == nil && a != nil {
		f.applied(ctx, a)
	}
	return err
}

// reset begins a snapshot.
func reset(tx catalog.ItemTx) error {
	if err := tx.ClearStage(); err != nil {
		return err
	}
	return writeNote(tx, pullNote, run{Snapshot: true})
}

// restart takes the whole feed anew.
func (f *feed) restart(ctx context.Context) error { return f.Store.UpdateItems(ctx, f.Local, reset) }

// applying is a staged run on its way into the replica: items, cursor and clock in one transaction.
type applying struct {
	*feed
	tx       catalog.ItemTx
	under    run
	unfit    map[string]bool // items that the store does not take
	yes, no  bool            // a person's answer about the deletions
	bulk     bulk
	held     map[string]string // notes of items that the store did not take before
	restored bool              // the hub does not know where this device was
	got      catalog.SyncEntry
	deleted  catalog.SyncEntry
	clashed  catalog.SyncEntry
}

func (f *feed) applying(tx catalog.ItemTx, under run, unfit map[string]bool) *applying {
	a := &applying{feed: f, tx: tx, under: under, unfit: unfit}
	a.yes, a.no = f.answered(f.inID())
	return a
}

const applyBatch = 500

func (a *applying) run() error {
	asks, err := a.mustAsk()
	if err != nil {
		return err
	}
	if asks {
		return writeNote(a.tx, pullNote, a.under)
	}
	a.bulk = bulk{}
	before, err := cursor(a.tx)
	if err != nil {
		return err
	}
	a.restored = a.under.Snapshot && !a.under.Proven && before.Seq > 0
	if a.held, err = a.tx.Notes(heldNote); err != nil {
		return err
	}
	if err := eachOf(a.tx.Staged, a.one); err != nil {
		return err
	}
	if a.under.Snapshot {
		if err := eachOf(a.tx.Unstaged, a.absent); err != nil {
			return err
		}
	}
	if err := a.tx.ClearStage(); err != nil {
		return err
	}
	if err := a.tx.SetNote(pullNote, ""); err != nil {
		return err
	}
	return writeNote(a.tx, cursorNote, a.under.Next)
}

// eachOf goes through a list that is read in pages by id.
func eachOf(page func(after string, limit int) ([]catalog.Item, error), each func(catalog.Item) error) error {
	for after := ""; ; {
		items, err := page(after, applyBatch)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := each(item); err != nil {
				return err
			}
			after = item.ID
		}
		if len(items) < applyBatch {
			return nil
		}
	}
}

// mustAsk counts the contents that this run would delete here.
func (a *applying) mustAsk() (bool, error) {
	if a.yes || a.no || !a.Rules.Keep(replica.BulkRule) {
		return false, nil
	}
	count := func(item catalog.Item) {
		a.bulk.count++
		if len(a.bulk.names) < fewNames {
			a.bulk.names = append(a.bulk.names, nameOf(item))
		}
	}
	err := eachOf(a.tx.Staged, func(theirs catalog.Item) error {
		if !theirs.Deleted() || theirs.Kind != catalog.KindContent {
			return nil
		}
		ours, known, err := a.tx.Item(theirs.ID)
		if err == nil && known && !ours.Deleted() && a.Rules.Join(ours, theirs).Deleted() {
			count(ours)
		}
		return err
	})
	if err != nil {
		return false, err
	}
	if a.under.Snapshot && a.under.Proven {
		err = eachOf(a.tx.Unstaged, func(ours catalog.Item) error {
			if !ours.Deleted() && !ours.Dirty && ours.Kind == catalog.KindContent {
				count(ours)
			}
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	a.bulk.of, err = a.tx.Live()
	return protocol.IsBulk(a.bulk.count, a.bulk.of), err
}

// one joins an item that came.
func (a *applying) one(theirs catalog.Item) error {
	ours, known, err := a.tx.Item(theirs.ID)
	if catalog.CodeOf(err) == catalog.Conflict {
		return a.keep(theirs)
	}
	if err != nil {
		return err
	}
	if a.unfit[theirs.ID] {
		return a.keep(theirs)
	}
	if a.held[heldNote+theirs.ID] != "" {
		if err := a.tx.SetNote(heldNote+theirs.ID, ""); err != nil {
			return err
		}
	}
	joined := merge.Received(a.Rules.Join, pointer(ours, known), theirs)
	if known && !ours.Deleted() && joined.Deleted() {
		if a.no && theirs.Kind == catalog.KindContent {
			return a.put(revived(a.tx, joined, ours), catalog.OriginLocal)
		}
		note(&a.deleted, ours)
	}
	if !a.Rules.Keep(replica.KeepDeletions) && joined.Deleted() && !joined.Dirty {
		return a.tx.Bury(theirs.ID)
	}
	if known && joined.Dirty == ours.Dirty && catalog.SameState(joined, ours) {
		return nil
	}
	if !joined.Deleted() {
		note(&a.got, joined)
	}
	if len(joined.Versions) > 1 && len(joined.Versions) > len(ours.Versions) {
		note(&a.clashed, joined)
	}
	return a.put(joined, catalog.OriginRemote)
}

func pointer(item catalog.Item, known bool) *catalog.Item {
	if !known {
		return nil
	}
	return &item
}

// absent decides about an item that a snapshot lacks. The hub buried it if it had all that this device has applied, which
// is proven, and this device had nothing to add. In every other case the hub has lost it, or never had it: it is offered
// again, deletions too, and a grave answers if it had been deleted.
func (a *applying) absent(ours catalog.Item) error {
	if a.isBuried(ours) {
		if ours.Deleted() {
			return nil
		}
		if a.no && ours.Kind == catalog.KindContent {
			return a.put(revived(a.tx, ours.Delete(ours.Dots()), ours), catalog.OriginLocal)
		}
		note(&a.deleted, ours)
		ours = ours.Delete(ours.Dots())
		ours.Dirty = false
		return a.put(ours, catalog.OriginRemote)
	}
	if ours.Dirty || !a.isOffered(ours) {
		return nil
	}
	ours.Dirty = true
	return a.put(ours, catalog.OriginRemote)
}

func (a *applying) isBuried(ours catalog.Item) bool {
	if !a.Rules.Keep(replica.OfferAbsent) && !ours.Dirty {
		return true
	}
	return a.under.Proven && (!ours.Dirty || !a.Rules.Keep(replica.CleanAbsence))
}

// isOffered reports whether an item that is clean is offered again; all are.
func (a *applying) isOffered(ours catalog.Item) bool {
	if ours.Deleted() && !a.Rules.Keep(replica.OfferDeletions) {
		return false
	}
	return a.Rules.Keep(replica.OfferOthers) || ours.Vector[a.identity.Device] > 0
}

// revived is what a person keeps although it was deleted: written again with the bytes that it had here.
func revived(tx catalog.ItemTx, joined, ours catalog.Item) catalog.Item {
	v, _ := ours.Current()
	return joined.Write(tx.Dot(), v.Blob, nil)
}

// put keeps an item; one that the store does not take, for a reason that lies in the item, is kept as a note by another
// attempt: the cursor never passes what is not here.
func (a *applying) put(item catalog.Item, origin catalog.Origin) error {
	err := a.tx.Put(item, origin)
	switch catalog.CodeOf(err) {
	case catalog.Invalid, catalog.Conflict, catalog.TooLarge, catalog.Unsupported:
		return unkept{item.ID, err}
	}
	return err
}

// keep remembers an item that the store does not take, as it came.
func (a *applying) keep(theirs catalog.Item) error {
	return writeNote(a.tx, heldNote+theirs.ID, theirs)
}
