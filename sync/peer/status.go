package peer

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// Status is how things stand.
func (p *Peer) Status() catalog.PeerSync {
	p.mu.Lock()
	defer p.mu.Unlock()
	status := p.status
	status.Feeds = maps.Clone(p.status.Feeds)
	return status
}

// tell changes the status and reports it.
func (p *Peer) tell(change func(*catalog.PeerSync)) {
	p.mu.Lock()
	change(&p.status)
	status := p.status
	status.Feeds = maps.Clone(p.status.Feeds)
	p.mu.Unlock()
	if p.Report != nil {
		p.Report(status)
	}
}

// record adds a line to the history.
func (p *Peer) record(entry catalog.SyncEntry) {
	if p.Record == nil {
		return
	}
	entry.At, entry.RemoteID = p.Now(), p.Remote.ID
	p.Record(entry)
}

// note counts an item in a line of the history; contents only, because they are what people call documents.
func note(entry *catalog.SyncEntry, item catalog.Item) {
	if item.Kind != catalog.KindContent {
		return
	}
	entry.Count++
	if len(entry.Names) < fewNames {
		entry.Names = append(entry.Names, nameOf(item))
	}
}

// sent records items that the hub has taken.
func (f *feed) sent(items []catalog.Item) {
	entry := catalog.SyncEntry{Kind: catalog.EntrySent, WorkspaceID: f.Local}
	for _, item := range items {
		note(&entry, item)
	}
	if entry.Count > 0 {
		f.record(entry)
	}
}

// tellFeed says how a feed stands after a round, or at its beginning.
func (f *feed) tellFeed(ctx context.Context, state catalog.SyncState, problem string) {
	before := f.Status().Feeds[f.Local]
	now := catalog.FeedSync{State: state, Problem: problem, LastSuccess: before.LastSuccess, Agreement: before.Agreement}
	if err := f.look(ctx, &now); err != nil {
		f.Log.ErrorContext(ctx, "how a feed stands cannot be read", "feed", f.Local, "error", err)
	}
	if state == catalog.SyncAgreed {
		at := f.Now()
		now.LastSuccess = &at
		now.Agreement = &catalog.SyncAgreement{Digest: f.seen.Digest, Seq: f.seen.Head.Seq, At: at}
	}
	f.tell(func(s *catalog.PeerSync) { s.Feeds[f.Local] = now })
}

// look reads what waits from the store.
func (f *feed) look(ctx context.Context, now *catalog.FeedSync) error {
	now.SetAside, now.Questions = []catalog.SetAside{}, f.questions()
	return f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) (err error) {
		if now.Out.Items, err = countDirty(view); err != nil {
			return err
		}
		standing, _, err := asides(view)
		if err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(standing)) {
			a := standing[id]
			f.addAside(view, now, id, codes[a.Code], a.Reason, time.UnixMilli(a.Since))
		}
		for _, id := range slices.Sorted(maps.Keys(f.waiting)) {
			if item, ok, err := view.Item(id); err != nil || !ok || !item.Dirty || item.Seq != f.waiting[id] {
				continue
			}
			f.addAside(view, now, id, catalog.Unavailable, "Its bytes are on another device, or nowhere any more. It is sent when they are here.", f.waited)
		}
		if f.kept {
			for _, id := range slices.Sorted(maps.Keys(f.held)) {
				f.addAside(view, now, id, catalog.NeedsConsent, "It is one of many deletions that were not agreed to. Restore it, or try again to be asked again.", f.waited)
			}
		}
		held, err := view.Notes(heldNote)
		for _, name := range slices.Sorted(maps.Keys(held)) {
			f.addAside(view, now, name[len(heldNote):], catalog.Unsupported, "This version cannot take it in. Update Sheaf.", f.Now())
		}
		return err
	})
}

func (f *feed) addAside(view catalog.ItemView, now *catalog.FeedSync, id string, code catalog.Code, reason string, since time.Time) {
	item, _, err := view.Item(id)
	if err != nil { // it is named by its id then
		item = catalog.Item{}
	}
	item.ID = id
	now.SetAside = append(now.SetAside, catalog.SetAside{
		ItemID: id, Kind: item.Kind, WorkspaceID: f.Local, Name: nameOf(item), Code: code, Reason: reason, Since: since.UTC(),
	})
}

// codes are those of refusals, for people.
var codes = map[protocol.Refused]catalog.Code{
	protocol.Malformed: catalog.Invalid, protocol.NotAllowed: catalog.Denied, protocol.TooLarge: catalog.TooLarge,
	protocol.ElsewhereItem: catalog.Conflict, protocol.ClockAhead: catalog.Invalid,
}

func (f *feed) questions() []catalog.SyncQuestion {
	list := []catalog.SyncQuestion{}
	if b := f.asked; b != nil {
		list = append(list, catalog.SyncQuestion{
			ID: f.inID(), Kind: catalog.AskDeletionsIn, WorkspaceID: f.Local, Count: b.count, Of: b.of, Names: b.names, At: f.Now().UTC(),
		})
	}
	if len(f.held) > 0 && !f.kept {
		list = append(list, catalog.SyncQuestion{
			ID: f.outID(), Kind: catalog.AskDeletionsOut, WorkspaceID: f.Local, Count: len(f.held), Of: f.asking.of, Names: f.asking.names, At: f.Now().UTC(),
		})
	}
	return list
}

// stateOf is the state that an error leaves a feed or a remote in.
func stateOf(err error) catalog.SyncState {
	switch {
	case err == nil:
		return catalog.SyncAgreed
	case statusOf(err) == http.StatusUnauthorized:
		return catalog.SyncDenied
	case statusOf(err) == http.StatusUpgradeRequired:
		return catalog.SyncIncompatible
	case statusOf(err) == http.StatusTooManyRequests, statusOf(err) >= http.StatusInternalServerError:
		return catalog.SyncOffline
	}
	switch catalog.CodeOf(err) {
	case catalog.Denied:
		return catalog.SyncRevoked
	case catalog.NeedsConsent:
		return catalog.SyncAsking
	case catalog.Unavailable:
		return catalog.SyncOffline
	}
	return catalog.SyncFailed
}
