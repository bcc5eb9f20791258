package peer

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/merge"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// asideNote is an item that the hub refuses, by id.
const asideNote = "aside:"

// aside is a refusal that stands until the item changes, or a person tries again.
type aside struct {
	Code   protocol.Refused `json:"code"`
	Reason string           `json:"reason"`
	Seq    int64            `json:"seq"`   // of the item as it was refused
	Since  int64            `json:"since"` // Unix milliseconds
}

// unkept is an item that the store does not take, for a reason that lies in the item.
type unkept struct {
	id string
	error
}

func (u unkept) Unwrap() error { return u.error }

// keepAside reports whether a transaction failed by one item alone, and notes which: it is run again without that item.
func keepAside(err error, unfit map[string]bool) bool {
	broken, item := errors.AsType[unkept](err)
	if item && !unfit[broken.id] {
		unfit[broken.id] = true
		return true
	}
	return false
}

// setAside keeps refusals.
func (f *feed) setAside(ctx context.Context, refused []protocol.Refusal, seqs map[string]int64) error {
	if len(refused) == 0 || !f.Rules.Keep(replica.AsideRule) {
		return nil
	}
	err := f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
		for _, r := range refused {
			err := writeNote(tx, asideNote+r.ID, aside{Code: r.Code, Reason: r.Reason, Seq: seqs[r.ID], Since: f.Now().UnixMilli()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		f.record(catalog.SyncEntry{Kind: catalog.EntrySetAside, WorkspaceID: f.Local, Count: len(refused), Detail: refused[0].Reason})
	}
	return err
}

// asides are the refusals that still stand: their items are dirty and have not changed since. stale are the others.
func asides(view catalog.ItemView) (standing map[string]aside, stale []string, err error) {
	notes, err := view.Notes(asideNote)
	if err != nil {
		return nil, nil, err
	}
	standing = make(map[string]aside, len(notes))
	for _, name := range slices.Sorted(maps.Keys(notes)) {
		id := strings.TrimPrefix(name, asideNote)
		var a aside
		if err := json.Unmarshal([]byte(notes[name]), &a); err != nil {
			stale = append(stale, name)
			continue
		}
		item, known, err := view.Item(id)
		if err != nil {
			return nil, nil, err
		}
		if known && item.Dirty && item.Seq == a.Seq {
			standing[id] = a
		} else {
			stale = append(stale, name)
		}
	}
	return standing, stale, nil
}

// tryAgain forgets refusals, all or those that no longer stand, and tries what the store did not take once more.
func (f *feed) tryAgain(ctx context.Context, all bool) error {
	return f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
		standing, stale, err := asides(tx)
		if err != nil {
			return err
		}
		if all {
			for id := range standing {
				stale = append(stale, asideNote+id)
			}
		}
		for _, name := range stale {
			if err := tx.SetNote(name, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeHeld tries what the store did not take once more, each item by itself: the program may have learned it since.
func (f *feed) takeHeld(ctx context.Context) error {
	var notes map[string]string
	err := f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) (err error) {
		notes, err = view.Notes(heldNote)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(notes)) {
		var theirs catalog.Item
		if json.Unmarshal([]byte(notes[name]), &theirs) != nil {
			continue
		}
		theirs.WorkspaceID = f.Local
		err := f.Store.UpdateItems(ctx, f.Local, func(tx catalog.ItemTx) error {
			ours, known, err := tx.Item(theirs.ID)
			if err != nil {
				return unkept{theirs.ID, err}
			}
			if err := tx.Put(merge.Received(f.Rules.Join, pointer(ours, known), theirs), catalog.OriginRemote); err != nil {
				return unkept{theirs.ID, err}
			}
			return tx.SetNote(name, "")
		})
		if _, still := errors.AsType[unkept](err); err != nil && !still {
			return err
		}
	}
	return nil
}
