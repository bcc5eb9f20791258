package simnet

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestInvariants says where each of the twelve of docs/PROTOCOL.md is held: by every history of TestSeeds, and here once
// by itself. The third is held by package merge, the last by the tests of bytes and mirrored files.
func TestInvariants(t *testing.T) {
	t.Parallel()
	for name, holds := range map[string]func(*testing.T){
		"1 all replicas converge":                     convergence,
		"2 nothing is lost, nothing comes back":       TestEditOfTheWinnerKeepsTheOther,
		"4 the cursor never passes what is not here":  cursorPassesNothing,
		"5 clean means seen through the feed":         cleanByTheFeed,
		"6 no live item points at missing bytes":      bytesFirst,
		"7 a crash at any write leaves a right state": TestFailureAtEachWrite,
		"8 absence is no deletion without proof":      TestTargetEmptied,
		"9 a role is asked when it is committed":      TestRoleIsAskedWhenItIsCommitted,
		"10 a poison item delays only itself":         TestPoisonItemDelaysOnlyItself,
		"11 bulk deletion stops and asks":             TestBulkDeletionThatComesIsDeclined,
	} {
		t.Run(name, holds)
	}
}

func convergence(t *testing.T) {
	t.Parallel()
	b := newBench(t, 4)
	for n, c := range b.clients {
		b.create(c, numbered(fmt.Sprint("by", n, "-"), 5)...)
	}
	b.settle()
	for n, c := range b.clients {
		b.edit(c, "by0-000", fmt.Sprint("edit ", n))
		b.set(c, "by1-001", "title", fmt.Sprint(n))
		b.delete(c, fmt.Sprintf("by%d-002", (n+1)%4))
	}
	b.settle()
	b.shows("by0-000", "edit 0", "edit 1", "edit 2", "edit 3")
	b.shows("by2-002")
}

// cursorPassesNothing looks after every request at what the cursor claims.
func cursorPassesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	for n := range 6 {
		b.create(one, numbered(fmt.Sprint("c", n, "-"), 4)...)
		b.sync(one)
	}
	two.session.peer.PageItems = 2
	looked := 0
	b.intercept = func(message) *response {
		var at catalog.Cursor
		_ = two.store.ViewItems(context.Background(), workspace, func(view catalog.ItemView) error {
			note, err := view.Note("cursor")
			if err == nil && note != "" {
				_, err = fmt.Sscanf(note[strings.Index(note, `"seq":`):], `"seq":%d`, &at.Seq)
			}
			return err
		})
		for _, item := range b.itemsOf(b.hub.store) {
			if _, here := b.item(two.store, item.ID); item.Seq <= at.Seq && !here {
				t.Errorf("the cursor is %d, and %s of %d is not here", at.Seq, item.ID, item.Seq)
			}
		}
		looked++
		return nil
	}
	b.sync(two)
	b.intercept = nil
	if looked < 5 {
		t.Errorf("only %d requests", looked)
	}
}

// cleanByTheFeed stops a round between the answer to a push and the next page.
func cleanByTheFeed(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	one := b.clients[0]
	b.create(one, "a")
	pushed := false
	b.intercept = func(m message) *response {
		if isPull(m) && pushed {
			return answering(503, `{"code":"unavailable","message":"Later."}`)
		}
		pushed = pushed || isPush(m) && b.hubHas("bytes of a")
		return nil
	}
	_ = b.try(one)
	if got := b.blobs(b.hub.store, "a"); len(got) != 1 {
		t.Fatal("the push did not arrive")
	}
	if item, _ := b.item(one.store, "a"); !item.Dirty {
		t.Error("an acknowledgement has made it clean")
	}
	b.intercept = nil
	b.sync(one)
	if item, _ := b.item(one.store, "a"); item.Dirty {
		t.Error("the feed has not made it clean")
	}
}

// bytesFirst looks at the hub after every request: no item is there before its bytes.
func bytesFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	b.intercept = func(message) *response {
		for v := range b.liveOf(b.hub.store) {
			if !b.hubHas(v.Blob) {
				t.Errorf("the hub has an item with %s and not its bytes", v.Blob)
			}
		}
		return nil
	}
	b.create(b.clients[0], numbered("n", 10)...)
	delete(b.clients[0].blobs, "bytes of n004")
	if err := b.try(b.clients[0]); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("an item without bytes: %v", err)
	}
	if n := len(b.liveOf(b.hub.store)); n != 9 {
		t.Errorf("%d items came across", n)
	}
	b.intercept = nil
}

// TestMalformedItemsAreRefused pushes what no right peer would.
func TestMalformedItemsAreRefused(t *testing.T) {
	t.Parallel()
	dot := catalog.Dot{Device: "d", Counter: 5}
	good := catalog.Item{ID: "x", Kind: "later"}.Write(dot, "", nil)
	for name, spoil := range map[string]func(*catalog.Item){
		"no id":                       func(i *catalog.Item) { i.ID = "" },
		"a long id":                   func(i *catalog.Item) { i.ID = strings.Repeat("x", 500) },
		"no kind":                     func(i *catalog.Item) { i.Kind = "" },
		"a dot that it does not know": func(i *catalog.Item) { i.Vector = catalog.Vector{"d": 4} },
		"a version twice":             func(i *catalog.Item) { i.Versions = append(i.Versions, i.Versions...) },
		"a counter that is none":      func(i *catalog.Item) { i.Versions[0].Counter = 0 },
		"a device without a name":     func(i *catalog.Item) { i.Versions[0].Device = "" },
		"more fields than there may be": func(i *catalog.Item) {
			i.Fields = map[string]catalog.Register{}
			for n := range 1001 {
				i.Fields[fmt.Sprint(n)] = catalog.Register{Value: "1"}
			}
		},
	} {
		b := newBench(t, 1)
		item := good.Clone()
		spoil(&item)
		item.WorkspaceID = workspace
		b.update(b.clients[0].store, func(tx catalog.ItemTx) { b.put(tx, item) })
		err := b.try(b.clients[0])
		if aside := b.status(b.clients[0]).SetAside; err == nil || len(aside) != 1 {
			t.Errorf("%s: %v, set aside %+v", name, err, aside)
		}
		if n := len(b.itemsOf(b.hub.store)); n != 0 {
			t.Errorf("%s: the hub has taken it", name)
		}
	}
}
