// Package replicatest is the contract of a data directory as synchronisation sees it: what every store must do, in SQLite or
// in memory, so that rules proven over one hold over the other. It is for tests.
package replicatest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// Store is all that hub and peer need of a data directory, but accounts.
type Store interface {
	replica.Store
	Device(ctx context.Context) (catalog.Device, error)
	NewDevice(ctx context.Context) error
	SetClock(ctx context.Context, offset time.Duration) error
}

// Directory is a data directory under test. Its feeds may hold items of its own already.
type Directory struct {
	Store Store
	// Feed and Other are feeds of two workspaces, Person that of a person, User that person's id.
	Feed, Other, Person, User string
	// Wait moves the clock that the store goes by; Now reads it.
	Wait func(time.Duration)
	Now  func() time.Time
	// PutBlob brings bytes into the reach of a feed, SetRole makes a user a member of a workspace.
	PutBlob func(feed, sha256 string)
	SetRole func(feed, userID string, role catalog.Role)
}

// Run holds stores that open makes to the contract. Each test has one of its own.
func Run(t *testing.T, open func(t *testing.T) Directory) {
	for name, test := range map[string]func(*bench){
		"an item comes back as it was put":        (*bench).itemComesBack,
		"one seq a transaction, and whole pages":  (*bench).wholePages,
		"many items take several seqs":            (*bench).severalSeqs,
		"dirty items in the order of changes":     (*bench).dirtyItems,
		"a failed transaction leaves nothing":     (*bench).failureLeavesNothing,
		"a transaction reads what it wrote":       (*bench).readsOwnWrites,
		"an item is of one feed and one kind":     (*bench).oneFeedOneKind,
		"a grave keeps the context":               (*bench).graves,
		"the floor is a commit of its own":        (*bench).floor,
		"cursors of commits":                      (*bench).cursors,
		"pages of a pull are staged":              (*bench).staging,
		"notes":                                   (*bench).notes,
		"kinds, tombstones, categories in use":    (*bench).lists,
		"bytes are in the reach of one feed":      (*bench).reach,
		"roles":                                   (*bench).roles,
		"dots and stamps only grow":               (*bench).clock,
		"a device that goes on under a new id":    (*bench).newDevice,
		"a clock that is corrected":               (*bench).correctedClock,
		"a person's feed is a feed":               (*bench).personFeed,
		"a feed that is not here":                 (*bench).noFeed,
		"unknown kinds and fields are kept":       (*bench).unknownThings,
		"what is live follows the items":          (*bench).live,
		"the same state put twice is one content": (*bench).putTwice,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(&bench{T: t, Directory: open(t)})
		})
	}
}

// bench is one test of one directory.
type bench struct {
	*testing.T
	Directory
	made int
}

func (b *bench) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func value[T any](v T, err error) func(*bench) T {
	return func(b *bench) T {
		b.Helper()
		b.check(err)
		return v
	}
}

func (b *bench) update(change func(tx catalog.ItemTx)) {
	b.Helper()
	b.check(b.Store.UpdateItems(b.Context(), b.Feed, func(tx catalog.ItemTx) error { change(tx); return nil }))
}

func (b *bench) view(look func(v catalog.ItemView)) {
	b.Helper()
	b.check(b.Store.ViewItems(b.Context(), b.Feed, func(v catalog.ItemView) error { look(v); return nil }))
}

// head is the seq of the last commit.
func (b *bench) head() (seq int64) {
	b.Helper()
	b.view(func(v catalog.ItemView) { seq = value(v.Head())(b).Seq })
	return seq
}

// item makes an item of the feed that nobody has yet, written by another device.
func (b *bench) item(kind catalog.ItemKind) catalog.Item {
	b.made++
	id := fmt.Sprintf("019a0000-0000-7000-8000-%012x", b.made)
	stamp := catalog.Stamp{Time: b.Now().UnixMilli()<<16 + int64(b.made), Device: "other"}
	blob := ""
	if kind == catalog.KindContent {
		blob = fmt.Sprintf("%064x", b.made)
	}
	return catalog.Item{ID: id, Kind: kind, WorkspaceID: b.Feed}.
		Write(catalog.Dot{Device: "other", Counter: b.Now().UnixMilli() + int64(b.made)}, blob, nil).
		Set("fileName", fmt.Sprintf(`"%d.txt"`, b.made), stamp).Set("name", fmt.Sprintf(`"n%d"`, b.made), stamp)
}

func (b *bench) put(items ...catalog.Item) {
	b.Helper()
	b.update(func(tx catalog.ItemTx) {
		for _, item := range items {
			b.check(tx.Put(item, catalog.OriginRemote))
		}
	})
}

func ids(items []catalog.Item) []string {
	var list []string
	for _, item := range items {
		list = append(list, item.ID)
	}
	return list
}

func (b *bench) same(what string, got []catalog.Item, want ...catalog.Item) {
	b.Helper()
	if !slices.Equal(ids(got), ids(want)) {
		b.Fatalf("%s: %v, want %v", what, ids(got), ids(want))
	}
	for i := range want {
		if !catalog.SameState(got[i], want[i]) || got[i].Kind != want[i].Kind || got[i].WorkspaceID != want[i].WorkspaceID {
			b.Fatalf("%s: item %d is %+v, want %+v", what, i, got[i], want[i])
		}
	}
}

func (b *bench) itemComesBack() {
	item := b.item(catalog.KindContent).Set("metadata.größe", `{"a":[1,"x",null]}`, catalog.Stamp{Time: 77, Device: "third"}).
		Set("gone", "", catalog.Stamp{Time: 78, Device: "third"})
	item = item.Write(catalog.Dot{Device: "third", Counter: 5}, fmt.Sprintf("%064x", 99), nil)
	item.Vector["fourth"] = 9
	b.put(item)
	b.view(func(v catalog.ItemView) {
		got, ok, err := v.Item(item.ID)
		b.check(err)
		if !ok || got.Dirty || got.Seq != value(v.Head())(b).Seq {
			b.Fatalf("the item is %+v, %v", got, ok)
		}
		b.same("the item", []catalog.Item{got}, item)
		if _, ok, err := v.Item("019a0000-0000-7000-8000-ffffffffffff"); ok || err != nil {
			b.Errorf("an item that nobody has: %v, %v", ok, err)
		}
	})
}

func (b *bench) wholePages() {
	start := b.head()
	one, two, three := b.item("later"), b.item("later"), b.item("later")
	b.put(one, two)
	b.put(three)
	b.view(func(v catalog.ItemView) {
		b.same("a page of one", value(v.Since(start, 1))(b), one, two)
		b.same("a page of two", value(v.Since(start, 2))(b), one, two)
		b.same("a page of three", value(v.Since(start, 3))(b), one, two, three)
		b.same("the second commit", value(v.Since(start+1, 10))(b), three)
		b.same("behind the end", value(v.Since(start+2, 10))(b))
	})
	b.put(one)
	b.view(func(v catalog.ItemView) {
		b.same("after one has changed", value(v.Since(start, 10))(b), two, three, one)
	})
}

func (b *bench) severalSeqs() {
	start := b.head()
	b.update(func(tx catalog.ItemTx) {
		for range catalog.MaxCommitItems + 5 {
			b.check(tx.Put(b.item("later"), catalog.OriginRemote))
		}
	})
	b.view(func(v catalog.ItemView) {
		if n := len(value(v.Since(start, 1))(b)); n != catalog.MaxCommitItems {
			b.Errorf("the first commit has %d items", n)
		}
		if n := len(value(v.Since(start+1, 1))(b)); n != 5 {
			b.Errorf("the second commit has %d items", n)
		}
		if head := value(v.Head())(b); head.Seq != start+2 || head.Token == "" {
			b.Errorf("the head is %+v after %d", head, start)
		}
	})
}

func (b *bench) dirtyItems() {
	start := b.head()
	clean, given, local := b.item("later"), b.item("later"), b.item("later")
	given.Dirty = true
	b.put(clean, given)
	b.update(func(tx catalog.ItemTx) { b.check(tx.Put(local, catalog.OriginLocal)) })
	b.view(func(v catalog.ItemView) {
		b.same("dirty items", value(v.Dirty(start, 10))(b), given, local)
		b.same("the first", value(v.Dirty(start, 1))(b), given)
		b.same("later ones", value(v.Dirty(start+1, 10))(b), local)
		for _, item := range value(v.Dirty(start, 10))(b) {
			if !item.Dirty {
				b.Errorf("%s does not say that it is dirty", item.ID)
			}
		}
	})
	given.Dirty = false
	b.put(given)
	b.view(func(v catalog.ItemView) { b.same("after one was seen", value(v.Dirty(start, 10))(b), local) })
}

func (b *bench) failureLeavesNothing() {
	item, gone := b.item("later"), errors.New("the power went")
	start := b.head()
	err := b.Store.UpdateItems(b.Context(), b.Feed, func(tx catalog.ItemTx) error {
		b.check(tx.Put(item, catalog.OriginLocal))
		b.check(tx.SetNote("note", "x"))
		b.check(tx.Stage([]catalog.Item{item}))
		b.check(tx.SetFloor(1))
		return gone
	})
	if !errors.Is(err, gone) {
		b.Fatalf("the error is %v", err)
	}
	b.view(func(v catalog.ItemView) {
		_, there, err := v.Item(item.ID)
		b.check(err)
		if there || value(v.Note("note"))(b) != "" || len(value(v.Staged("", 10))(b)) > 0 || value(v.Floor())(b) != 0 || value(v.Head())(b).Seq != start {
			b.Error("a failed transaction has left something")
		}
	})
}

func (b *bench) readsOwnWrites() {
	item := b.item("later")
	b.update(func(tx catalog.ItemTx) {
		start := value(tx.Head())(b).Seq
		b.check(tx.Put(item, catalog.OriginLocal))
		got, ok, err := tx.Item(item.ID)
		b.check(err)
		if !ok || !got.Dirty {
			b.Errorf("within its transaction the item is %+v, %v", got, ok)
		}
		b.same("the feed", value(tx.Since(start, 10))(b), item)
		b.check(tx.SetNote("n", "1"))
		b.check(tx.Stage([]catalog.Item{item}))
		if value(tx.Note("n"))(b) != "1" || len(value(tx.Staged("", 5))(b)) != 1 {
			b.Error("notes and pages are not read in their own transaction")
		}
	})
}

func (b *bench) oneFeedOneKind() {
	item := b.item("later")
	b.put(item)
	elsewhere := item
	elsewhere.WorkspaceID = b.Other
	err := b.Store.UpdateItems(b.Context(), b.Other, func(tx catalog.ItemTx) error {
		if _, _, err := tx.Item(item.ID); catalog.CodeOf(err) != catalog.Conflict {
			b.Errorf("looking for it elsewhere: %v", err)
		}
		return tx.Put(elsewhere, catalog.OriginRemote)
	})
	if catalog.CodeOf(err) != catalog.Conflict {
		b.Errorf("putting it elsewhere: %v", err)
	}
	other := item
	other.Kind = "another"
	err = b.Store.UpdateItems(b.Context(), b.Feed, func(tx catalog.ItemTx) error { return tx.Put(other, catalog.OriginRemote) })
	if catalog.CodeOf(err) != catalog.Invalid {
		b.Errorf("putting it as something else: %v", err)
	}
	err = b.Store.UpdateItems(b.Context(), b.Feed, func(tx catalog.ItemTx) error { return tx.Put(elsewhere, catalog.OriginRemote) })
	if catalog.CodeOf(err) != catalog.Invalid {
		b.Errorf("putting an item of another feed: %v", err)
	}
}

func (b *bench) graves() {
	item := b.item(catalog.KindContent)
	item = item.Delete(item.Dots())
	b.put(item)
	start := b.head()
	b.update(func(tx catalog.ItemTx) {
		b.check(tx.Bury(item.ID))
		b.check(tx.Bury("019a0000-0000-7000-8000-ffffffffffff")) // never seen
	})
	b.view(func(v catalog.ItemView) {
		if _, ok, err := v.Item(item.ID); ok || err != nil {
			b.Errorf("a buried item: %v, %v", ok, err)
		}
		vector, buried, err := v.Grave(item.ID)
		b.check(err)
		if !buried || !maps.Equal(vector, item.Vector) {
			b.Errorf("the grave holds %v, %v", vector, buried)
		}
		if _, buried, err := v.Grave("019a0000-0000-7000-8000-ffffffffffff"); buried || err != nil {
			b.Errorf("the grave of nobody: %v, %v", buried, err)
		}
		b.same("the feed", value(v.Since(start-1, 10))(b))
		b.same("tombstones", value(v.Tombstones(start, 10))(b))
	})
	b.put(item)
	b.view(func(v catalog.ItemView) {
		if _, buried, err := v.Grave(item.ID); buried || err != nil {
			b.Errorf("after it was put again its grave is there: %v, %v", buried, err)
		}
		b.same("tombstones", value(v.Tombstones(start+5, 10))(b), item)
	})
}
