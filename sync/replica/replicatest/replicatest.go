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

func (b *bench) floor() {
	b.put(b.item("later"))
	start := b.head()
	b.update(func(tx catalog.ItemTx) {
		b.check(tx.Put(b.item("later"), catalog.OriginRemote))
		b.check(tx.SetFloor(start))
		b.check(tx.Put(b.item("later"), catalog.OriginRemote))
	})
	b.view(func(v catalog.ItemView) {
		if floor := value(v.Floor())(b); floor != start {
			b.Errorf("the floor is %d", floor)
		}
		head := value(v.Head())(b)
		if head.Seq < start+2 {
			b.Errorf("the head is %d after %d: raising the floor took no seq", head.Seq, start)
		}
		items := value(v.Since(start, 10))(b)
		if len(items) != 2 || items[0].Seq == items[1].Seq && head.Seq == items[0].Seq {
			b.Errorf("the items are at %d and %d, the head at %d", items[0].Seq, items[1].Seq, head.Seq)
		}
	})
}

func (b *bench) cursors() {
	b.Wait(time.Second)
	before := b.Now()
	b.Wait(time.Hour)
	b.put(b.item("later"))
	first := b.head()
	b.Wait(time.Hour)
	b.put(b.item("later"))
	b.view(func(v catalog.ItemView) {
		head := value(v.Head())(b)
		one, ok, err := v.At(first)
		b.check(err)
		if !ok || one.Seq != first || one.Epoch == "" || one.Token == "" || one.Token == head.Token || one.Epoch != head.Epoch {
			b.Errorf("the cursors are %+v and %+v", one, head)
		}
		again, ok, err := v.At(head.Seq)
		if b.check(err); !ok || again != head {
			b.Errorf("the head is %+v and %+v", head, again)
		}
		if _, ok, err := v.At(head.Seq + 1); ok || err != nil {
			b.Errorf("a commit to come: %v, %v", ok, err)
		}
		for at, want := range map[time.Time]int64{before: first - 1, b.Now().Add(-time.Minute): first, b.Now(): head.Seq} {
			if seq := value(v.Before(at))(b); seq != want {
				b.Errorf("before %v: %d, want %d", at, seq, want)
			}
		}
	})
}

func (b *bench) staging() {
	here := []catalog.Item{b.item("later"), b.item(catalog.KindContent), b.item("later")}
	here[1] = here[1].Delete(here[1].Dots())
	b.put(here...)
	there := []catalog.Item{b.item("later"), b.item("later")}
	changed := there[0].Set("x", "1", catalog.Stamp{Time: 1, Device: "d"})
	b.update(func(tx catalog.ItemTx) { b.check(tx.Stage([]catalog.Item{there[1], there[0]})) })
	b.update(func(tx catalog.ItemTx) { b.check(tx.Stage([]catalog.Item{here[2], changed})) })
	b.view(func(v catalog.ItemView) {
		b.same("staged", value(v.Staged("", 10))(b), here[2], changed, there[1])
		b.same("the first of them", value(v.Staged("", 1))(b), here[2])
		b.same("behind it", value(v.Staged(here[2].ID, 10))(b), changed, there[1])
		var mine []catalog.Item
		for _, item := range value(v.Unstaged("", 1000))(b) {
			if slices.Contains(ids(here), item.ID) {
				mine = append(mine, item)
			}
		}
		b.same("not staged", mine, here[0], here[1])
		b.same("behind the first", value(v.Unstaged(here[0].ID, 1))(b), here[1])
	})
	b.check(b.Store.ViewItems(b.Context(), b.Other, func(v catalog.ItemView) error {
		if n := len(value(v.Staged("", 10))(b)); n > 0 {
			b.Errorf("%d are staged on another feed", n)
		}
		return nil
	}))
	b.update(func(tx catalog.ItemTx) { b.check(tx.ClearStage()) })
	b.view(func(v catalog.ItemView) { b.same("staged in the end", value(v.Staged("", 10))(b)) })
}

func (b *bench) notes() {
	b.update(func(tx catalog.ItemTx) {
		for name, text := range map[string]string{"a:1": "x", "a:2": "y", "a": "z", "b:1": "w", "a:é": "v"} {
			b.check(tx.SetNote(name, text))
		}
		b.check(tx.SetNote("a:1", "again"))
		b.check(tx.SetNote("b:1", ""))
		b.check(tx.SetNote("never", ""))
	})
	b.view(func(v catalog.ItemView) {
		if got := value(v.Notes("a:"))(b); !maps.Equal(got, map[string]string{"a:1": "again", "a:2": "y", "a:é": "v"}) {
			b.Errorf("notes are %v", got)
		}
		if value(v.Note("b:1"))(b) != "" || value(v.Note("a"))(b) != "z" || len(value(v.Notes("b"))(b)) > 0 {
			b.Error("a removed note is there, or another is not")
		}
	})
}

func (b *bench) lists() {
	category, project := b.item(catalog.KindCategory), b.item(catalog.KindProject)
	user := catalog.Item{ID: catalog.DerivedID("test", b.Feed), Kind: catalog.KindCategory, WorkspaceID: b.Feed}.Write(catalog.Dot{Device: "o", Counter: 3}, "", nil)
	gone := user.Delete(user.Dots())
	content := b.item(catalog.KindContent).Set("categoryId", `"`+category.ID+`"`, catalog.Stamp{Time: 2, Device: "o"})
	b.put(category, project, gone, content)
	b.view(func(v catalog.ItemView) {
		b.same("categories", value(v.OfKind(catalog.KindCategory))(b), category)
		b.same("projects", value(v.OfKind(catalog.KindProject))(b), project)
		b.same("tombstones", value(v.Tombstones(b.head(), 10))(b), gone)
		if !value(v.InUse(category.ID))(b) || value(v.InUse(project.ID))(b) {
			b.Error("the category of a live content is not in use, or something else is")
		}
	})
	b.put(content.Delete(content.Dots()))
	b.view(func(v catalog.ItemView) {
		if value(v.InUse(category.ID))(b) {
			b.Error("the category of a deleted content is in use")
		}
		b.same("the first tombstone", value(v.Tombstones(b.head(), 1))(b), gone)
		b.same("tombstones up to before", value(v.Tombstones(b.head()-1, 10))(b), gone)
	})
}

func (b *bench) reach() {
	hash := fmt.Sprintf("%064x", 4711)
	has := func(feed string) (has bool) {
		b.check(b.Store.ViewItems(b.Context(), feed, func(v catalog.ItemView) (err error) { has, err = v.HasBlob(hash); return err }))
		return has
	}
	if has(b.Feed) {
		b.Error("bytes that nobody sent are there")
	}
	b.PutBlob(b.Feed, hash)
	if !has(b.Feed) || has(b.Other) || has(b.Person) {
		b.Error("a hash proves possession elsewhere, or not where the bytes were sent")
	}
}

func (b *bench) roles() {
	b.SetRole(b.Feed, b.User, catalog.RoleEditor)
	role := func(feed, user string) (role catalog.Role) {
		b.check(b.Store.ViewItems(b.Context(), feed, func(v catalog.ItemView) (err error) { role, err = v.Role(user); return err }))
		return role
	}
	for _, c := range []struct {
		feed, user string
		want       catalog.Role
	}{{b.Feed, b.User, catalog.RoleEditor}, {b.Other, b.User, catalog.RoleNone}, {b.Person, b.User, catalog.RoleOwner}, {b.Feed, "nobody", catalog.RoleNone}, {b.Person, "nobody", catalog.RoleNone}} {
		if got := role(c.feed, c.user); got != c.want {
			b.Errorf("%s is %q in %s, want %q", c.user, got, c.feed, c.want)
		}
	}
}

func (b *bench) clock() {
	device := value(b.Store.Device(b.Context()))(b)
	var dots []catalog.Dot
	var stamps []catalog.Stamp
	take := func() {
		b.update(func(tx catalog.ItemTx) {
			dots, stamps = append(dots, tx.Dot(), tx.Dot()), append(stamps, tx.Stamp(), tx.Stamp())
		})
	}
	take()
	seen := catalog.Stamp{Time: (b.Now().UnixMilli() + 60_000) << 16, Device: "other"}
	b.put(b.item("later").Set("x", "1", seen))
	take()
	b.Wait(time.Hour)
	take()
	for i, d := range dots {
		if d.Device != device.ID || i > 0 && d.Counter <= dots[i-1].Counter {
			b.Errorf("dots are %v", dots)
		}
	}
	for i, s := range stamps {
		if s.Device != device.ID || i > 0 && s.Time <= stamps[i-1].Time {
			b.Errorf("stamps are %v", stamps)
		}
	}
	if stamps[2].Compare(seen) <= 0 {
		b.Error("the clock did not move past a stamp that was seen")
	}
	if last := dots[len(dots)-1].Counter; last < b.Now().UnixMilli() || value(b.Store.Device(b.Context()))(b).Counter != last {
		b.Errorf("the last counter is %d", last)
	}
}

func (b *bench) newDevice() {
	before := value(b.Store.Device(b.Context()))(b)
	item := b.item("later")
	b.update(func(tx catalog.ItemTx) {
		item = item.Write(tx.Dot(), "", nil)
		b.check(tx.Put(item, catalog.OriginLocal))
	})
	b.check(b.Store.NewDevice(b.Context()))
	after := value(b.Store.Device(b.Context()))(b)
	if after.ID == before.ID || after.ID == "" {
		b.Fatalf("the device is %q after %q", after.ID, before.ID)
	}
	b.update(func(tx catalog.ItemTx) {
		got, _, err := tx.Item(item.ID)
		b.check(err)
		b.same("what was written before", []catalog.Item{got}, item)
		if d := tx.Dot(); d.Device != after.ID || tx.Stamp().Device != after.ID || d.Counter <= item.Vector[before.ID] {
			b.Errorf("the next dot is %+v after %d", d, item.Vector[before.ID])
		}
	})
}

func (b *bench) correctedClock() {
	b.put(b.item("later").Set("x", "1", catalog.Stamp{Time: b.Now().AddDate(70, 0, 0).UnixMilli() << 16, Device: "mad"}))
	b.check(b.Store.SetClock(b.Context(), -time.Hour))
	if d := value(b.Store.Device(b.Context()))(b); d.Offset != -time.Hour {
		b.Errorf("the offset is %v", d.Offset)
	}
	b.update(func(tx catalog.ItemTx) {
		if at := time.UnixMilli(tx.Stamp().UnixMilli()); at.Sub(b.Now().Add(-time.Hour)).Abs() > time.Second {
			b.Errorf("it is %v, and the stamp says %v", b.Now(), at)
		}
	})
}

func (b *bench) personFeed() {
	agent := b.item(catalog.KindAgent)
	agent.WorkspaceID = b.Person
	b.check(b.Store.UpdateItems(b.Context(), b.Person, func(tx catalog.ItemTx) error { return tx.Put(agent, catalog.OriginLocal) }))
	b.check(b.Store.ViewItems(b.Context(), b.Person, func(v catalog.ItemView) error {
		head := value(v.Head())(b)
		got := value(v.Since(head.Seq-1, 10))(b)
		b.same("the feed of a person", got, agent)
		return nil
	}))
	b.view(func(v catalog.ItemView) {
		if _, _, err := v.Item(agent.ID); catalog.CodeOf(err) != catalog.Conflict {
			b.Errorf("a person's item on a workspace's feed: %v", err)
		}
	})
}

func (b *bench) noFeed() {
	for _, feed := range []string{"", "nothing", catalog.AccountFeed("nobody")} {
		err := b.Store.ViewItems(b.Context(), feed, func(catalog.ItemView) error { return nil })
		if catalog.CodeOf(err) != catalog.NotFound {
			b.Errorf("looking at %q: %v", feed, err)
		}
		err = b.Store.UpdateItems(b.Context(), feed, func(catalog.ItemTx) error { return nil })
		if catalog.CodeOf(err) != catalog.NotFound {
			b.Errorf("writing to %q: %v", feed, err)
		}
	}
}

func (b *bench) unknownThings() {
	stamp := catalog.Stamp{Time: b.Now().UnixMilli() << 16, Device: "newer"}
	strange, content := b.item("hologram"), b.item(catalog.KindContent)
	content = content.Set("mood", `{"of":"tomorrow"}`, stamp).Set("bytes", `"not what it was"`, stamp).Set("made", "[]", stamp).Set("fileName", "17", stamp).Set("metadata.", `{}`, stamp)
	category := b.item(catalog.KindCategory).Set("fields", `{"other":1}`, stamp).Set("name", "null", stamp)
	b.put(strange, content, category)
	b.view(func(v catalog.ItemView) {
		for _, want := range []catalog.Item{strange, content, category} {
			got, _, err := v.Item(want.ID)
			b.check(err)
			b.same("kept", []catalog.Item{got}, want)
		}
	})
}

func (b *bench) live() {
	var before int
	b.view(func(v catalog.ItemView) { before = value(v.Live())(b) })
	one, two := b.item(catalog.KindContent), b.item(catalog.KindContent)
	b.put(one, two, b.item(catalog.KindProject))
	b.view(func(v catalog.ItemView) {
		if n := value(v.Live())(b); n != before+2 {
			b.Errorf("%d contents live, want %d", n, before+2)
		}
	})
	b.put(one.Delete(one.Dots()))
	b.update(func(tx catalog.ItemTx) { b.check(tx.Bury(two.ID)) })
	b.view(func(v catalog.ItemView) {
		if n := value(v.Live())(b); n != before {
			b.Errorf("%d contents live in the end, want %d", n, before)
		}
	})
}

func (b *bench) putTwice() {
	item := b.item(catalog.KindContent)
	b.put(item)
	b.put(item)
	b.put(item.Delete(item.Dots()))
	b.put(item)
	b.view(func(v catalog.ItemView) {
		got, _, err := v.Item(item.ID)
		b.check(err)
		b.same("in the end", []catalog.Item{got}, item)
	})
}
