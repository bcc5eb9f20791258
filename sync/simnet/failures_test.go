package simnet

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// Failures that other systems had, each told as a story. What is said in brackets is where it was reported.

// [nextcloud/desktop 1015] A server that was put back from a backup made clients delete, or overwrite with old versions.
func TestServerRestoredFromBackup(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(one, "kept", "edited", "deleted")
	b.sync(one, two)
	backup := b.hub.store.Backup()
	b.create(two, "new")
	b.edit(one, "edited", "edited later")
	b.delete(one, "deleted")
	b.settle()
	b.hub.store.Restore(backup)
	b.startHub()
	b.create(one, "newer")
	b.settle()
	b.shows("kept", "bytes of kept")
	b.shows("edited", "edited later")
	b.shows("deleted")
	b.shows("new", "bytes of new")
	b.shows("newer", "bytes of newer")
}

// A client's database that is put back from a backup goes on under a name of its own, deletes nothing and loses nothing.
func TestClientDatabaseRestored(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(one, "a")
	b.sync(one, two)
	before, _ := one.store.Device(t.Context())
	backup := one.store.Backup()
	b.create(one, "b")
	b.edit(one, "a", "a later")
	b.sync(one, two)
	one.store.Restore(backup)
	b.start(one)
	b.edit(one, "a", "a after the restore")
	b.settle()
	after, _ := one.store.Device(t.Context())
	if before.ID == after.ID {
		t.Error("the device goes on under its old name")
	}
	b.shows("a", "a after the restore", "a later")
	b.shows("b", "bytes of b")
}

// Two copies of one data directory that both go on are two devices from then on.
func TestClientDatabaseCloned(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, twin := b.clients[0], b.clients[1]
	b.create(one, "a", "x")
	b.sync(one)
	twin.store.Restore(one.store.Backup())
	twin.user = one.user
	b.start(twin)
	b.edit(one, "a", "a by one")
	b.edit(twin, "a", "a by the twin")
	b.edit(twin, "x", "x by the twin")
	b.create(one, "b")
	b.settle()
	b.shows("a", "a by one", "a by the twin")
	b.shows("x", "x by the twin")
	b.shows("b", "bytes of b")
	first, _ := one.store.Device(t.Context())
	second, _ := twin.store.Device(t.Context())
	if first.ID == second.ID {
		t.Error("two devices write under one name")
	}
}

// A clone that is connected all the time is found out by its next request, not by its next start.
func TestCloneIsFoundOutWhileConnected(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, twin := b.clients[0], b.clients[1]
	b.create(one, "a")
	b.sync(one)
	twin.store.Restore(one.store.Backup())
	twin.user = one.user
	b.start(twin)
	b.sync(one, twin) // both have said hello, and the receipt fits
	b.edit(one, "a", "a by one")
	b.edit(twin, "a", "a by the twin")
	b.sync(one)
	b.settle()
	b.shows("a", "a by one", "a by the twin")
}

// [ours, seed 2223] Two copies had nothing in common with the hub but pushes of theirs that had never arrived.
func TestCloneBeforeAnythingWasSent(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, twin := b.clients[0], b.clients[1]
	b.create(one, "a")
	twin.store.Restore(one.store.Backup())
	twin.user = one.user
	twin.blobs["bytes of a"] = true
	b.start(twin)
	b.edit(twin, "a", "a by the twin")
	b.edit(one, "a", "a by one")
	b.intercept = func(m message) *response {
		if isPush(m) {
			return answering(http.StatusServiceUnavailable, ``)
		}
		return nil
	}
	for range 3 {
		_, _ = b.try(one), b.try(twin)
		b.set(one, "a", "title", "1")
	}
	b.intercept = nil
	b.sync(twin)
	b.settle()
	b.shows("a", "a by one", "a by the twin")
}

// [Joplin 883] The target was emptied, and every client emptied itself.
func TestTargetEmptied(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	empty := b.hub.store.Backup()
	b.create(b.clients[0], numbered("n", 80)...)
	b.settle()
	b.hub.store.Restore(empty)
	b.startHub()
	b.settle()
	for _, r := range b.replicas() {
		if n := len(b.shown(r)); n != 80 {
			t.Errorf("%d documents are left", n)
		}
	}
	if q := b.status(b.clients[1]).Questions; len(q) != 0 {
		t.Errorf("questions: %+v", q)
	}
}

// A hub that has lost the workspace altogether gets it again.
func TestWorkspaceGoneFromTheHub(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	b.create(b.clients[0], "a")
	b.settle()
	b.hub.store = inMemory("hub", b.now, b.random)
	b.hub.store.Open(catalog.AccountFeed(b.clients[0].user))
	b.startHub()
	b.settle()
	b.shows("a", "bytes of a")
}

// [syncthing 1075] A device that was away for long brought deleted files back.
func TestOldDeviceBringsNothingBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, old := b.clients[0], b.clients[1]
	b.create(one, "gone", "here", "edited")
	b.settle()
	b.delete(one, "gone", "edited")
	b.sync(one)
	b.time = b.time.Add(181 * 24 * time.Hour)
	if err := b.hub.handler.Collect(t.Context(), workspace); err != nil {
		t.Fatal(err)
	}
	if _, there := b.item(b.hub.store, "gone"); there {
		t.Fatal("the tombstone was not buried")
	}
	b.set(old, "gone", "title", `"new title"`) // a field does not revive
	b.edit(old, "edited", "edited meanwhile")  // bytes that the deletion had not seen do
	b.settle()
	b.shows("gone")
	b.shows("here", "bytes of here")
	b.shows("edited", "edited meanwhile")
}

// [ours, seed 1507] A run of pages goes on at a newer head than it began at, and the hub is put back to between the two:
// what had moved behind the newer head stands where the run has passed.
func TestHubPutBackWithinARunOfPages(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	for _, ids := range [][]string{{"a"}, {"b"}, {"c", "d"}} { // one commit each
		b.create(one, ids...)
		b.sync(one)
	}
	backup := b.hub.store.Backup()
	two.session.peer.PageItems = 1
	pages := 0
	b.intercept = func(m message) *response {
		if !isPull(m) || m.url.Query().Get("device") != two.name {
			return nil
		}
		switch pages++; pages {
		case 3: // c moves behind the head that the run began at, and the page of its old commit is answered without it
			b.edit(one, "c", "c later")
			b.sync(one)
		case 4:
			b.hub.store.Restore(backup)
		}
		return nil
	}
	_ = b.try(two)
	b.intercept = nil
	if pages < 4 {
		t.Errorf("only %d pages", pages)
	}
	two.session.peer.PageItems = 100
	if err := b.try(two); err != nil {
		t.Error(err)
	}
	if got := b.blobs(two.store, "c"); len(got) != 1 {
		t.Errorf("c shows %q", got)
	}
	b.settle()
	b.shows("c", "c later")
}

// [rclone bisync] A listing that failed in the middle, or said nothing, was taken for deletions.
func TestFailedListingDeletesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	b.create(b.clients[0], "a", "b", "c")
	b.settle()
	two := b.clients[1]
	for _, answer := range []*response{
		answering(http.StatusOK, ``), answering(http.StatusOK, `{"items":[`), answering(http.StatusOK, `<html>`),
		answering(http.StatusInternalServerError, `{}`), answering(http.StatusBadGateway, `nothing`),
		answering(http.StatusGone, ``), // the feed is taken anew, and the next page fails
	} {
		first := true
		b.intercept = func(m message) *response {
			if !isPull(m) {
				return nil
			}
			if first {
				first = false
				return answer
			}
			return answering(http.StatusServiceUnavailable, ``)
		}
		if err := b.try(two); err == nil {
			t.Errorf("status %d, body %q: the round ended well", answer.status, answer.body.String())
		}
		if n := len(b.shown(two.store)); n != 3 {
			t.Fatalf("%d documents are left", n)
		}
	}
	b.intercept = nil
	b.settle()
}

// [PowerSync] One upload that the server refuses blocked all that came after it.
func TestPoisonItemDelaysOnlyItself(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadRequest, http.StatusForbidden, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity} {
		b := newBench(t, 2)
		one, two := b.clients[0], b.clients[1]
		b.create(one, append(numbered("n", 20), "poison")...)
		poisoned := func(m message) *response {
			if isPush(m) && strings.Contains(string(m.body), "bytes of poison") {
				return answering(status, `{"code":"invalid","message":"No."}`)
			}
			return nil
		}
		b.intercept = poisoned
		if err := b.try(one); err == nil {
			t.Errorf("%d: the round says that both sides agree", status)
		}
		b.sync(two)
		if n := len(b.shown(two.store)); n != 20 {
			t.Errorf("%d: %d documents came across", status, n)
		}
		aside := b.status(one).SetAside
		if len(aside) != 1 || aside[0].ItemID != "poison" || aside[0].Name != "poison" || aside[0].Reason != "No." {
			t.Fatalf("%d: set aside: %+v", status, aside)
		}
		pushes := 0
		b.intercept = func(m message) *response {
			if isPush(m) {
				pushes++
			}
			return poisoned(m)
		}
		b.start(one) // it is remembered
		_ = b.try(one)
		if pushes != 0 {
			t.Errorf("%d: it was pushed %d times more", status, pushes)
		}
		b.intercept = nil
		one.session.peer.Retry(workspace)
		b.sync(one, two)
		b.shows("poison", "bytes of poison")
		if aside := b.status(one).SetAside; len(aside) != 0 {
			t.Errorf("%d: still set aside: %+v", status, aside)
		}
	}
}

// A poison item is tried again by itself once it has changed.
func TestPoisonItemThatChangesIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	one := b.clients[0]
	b.create(one, "poison")
	b.set(one, "poison", "large", `"`+strings.Repeat("x", protocol.MaxItem)+`"`)
	if err := b.try(one); err == nil || len(b.status(one).SetAside) != 1 || b.status(one).SetAside[0].Code != catalog.TooLarge {
		t.Fatalf("%v, set aside: %+v", err, b.status(one).SetAside)
	}
	b.set(one, "poison", "large", `"small"`)
	b.settle()
}

// An item that the local store does not take is kept beside it, and what comes with it is applied.
func TestPulledItemThatTheStoreRefusesIsKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	other := catalog.AccountFeed(two.user) // has an item of the same id
	err := two.store.UpdateItems(t.Context(), other, func(tx catalog.ItemTx) error {
		return tx.Put(catalog.Item{ID: "odd", Kind: "later", WorkspaceID: other}.Write(tx.Dot(), "", nil), catalog.OriginLocal)
	})
	if err != nil {
		t.Fatal(err)
	}
	b.create(one, "odd", "a")
	b.sync(one)
	_ = b.try(two)
	if got := b.blobs(two.store, "a"); len(got) != 1 {
		t.Error("what came with it was not applied")
	}
	if !slices.ContainsFunc(b.status(two).SetAside, func(s catalog.SetAside) bool { return s.ItemID == "odd" && s.Code == catalog.Unsupported }) {
		t.Errorf("set aside: %+v", b.status(two).SetAside)
	}
}

// A clock in 2099 made every edit win for ever, or made them all poison.
func TestClockIn2099(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(two, "a")
	b.settle()
	one.skew = 73 * 365 * 24 * time.Hour
	b.create(one, "b")
	b.set(one, "a", "title", `"from the future"`)
	b.settle()
	if item, _ := b.item(b.hub.store, "a"); item.Fields["title"].Value != `"from the future"` || item.Fields["title"].Stamp.UnixMilli() > b.now().Add(protocol.MaxAhead).UnixMilli() {
		t.Errorf("the hub has %+v", item.Fields["title"])
	}
	b.time = b.time.Add(time.Hour)
	b.set(two, "a", "title", `"from now"`)
	b.settle()
	one.skew = 0 // somebody has put the clock right
	b.time = b.time.Add(time.Hour)
	b.sync(one)
	b.set(one, "a", "title", `"the last"`)
	b.settle()
	if item, _ := b.item(two.store, "a"); item.Fields["title"].Value != `"the last"` {
		t.Errorf("the last edit lost to %s", item.Fields["title"].Value)
	}
}

// [ours, seed 244] A device with a clock in 2099 has much to send: each item that it touches moves its clock ahead again.
func TestClockIn2099WithMuchToSend(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one := b.clients[0]
	one.skew = 73 * 365 * 24 * time.Hour
	b.create(one, numbered("n", 30)...)
	one.session.peer.PushItems = 7
	b.settle()
	b.set(one, "n003", "title", `"x"`)
	b.settle()
	for _, item := range b.itemsOf(b.hub.store) {
		for name, r := range item.Fields {
			if r.Stamp.UnixMilli() > b.now().Add(protocol.MaxAhead).UnixMilli() {
				t.Errorf("%s of %s is ahead", name, item.ID)
			}
		}
	}
}

// A clock that lags behind does not make its edits lose for ever.
func TestClockADayBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	one.skew = -24 * time.Hour
	b.create(two, "a")
	b.settle()
	b.set(two, "a", "title", `"first"`)
	b.settle()
	b.set(one, "a", "title", `"second"`)
	b.settle()
	if item, _ := b.item(two.store, "a"); item.Fields["title"].Value != `"second"` {
		t.Errorf("the title is %s", item.Fields["title"].Value)
	}
}

// A token that expires in the middle stops the round and loses nothing; with another one it goes on.
func TestTokenExpiresMidway(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(one, "a")
	b.intercept = func(m message) *response {
		if isPush(m) && m.header.Get("Authorization") == "Bearer "+one.user {
			return answering(http.StatusUnauthorized, `{"code":"unauthenticated","message":"The token has expired."}`)
		}
		return nil
	}
	if err := b.try(one); err == nil {
		t.Fatal("the round ended well")
	}
	if s := b.status(one); s.State != catalog.SyncDenied || len(s.SetAside) != 0 || s.Out.Items != 1 {
		t.Errorf("status %+v", s)
	}
	b.intercept = nil
	b.sync(one, two)
	b.shows("a", "bytes of a")
}

// Two devices take in the same bytes: two documents, one blob, and neither is lost.
func TestTwoDevicesUploadTheSameBlob(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	for n, c := range b.clients {
		b.create(c, fmt.Sprint("doc", n))
		b.edit(c, fmt.Sprint("doc", n), "the same")
	}
	b.settle()
	b.shows("doc0", "the same")
	b.shows("doc1", "the same")
	b.edit(b.clients[0], "doc0", "another")
	b.settle()
	b.shows("doc1", "the same")
}

// [seafile 2875] A rename on one device brought the previous bytes back on the other.
func TestRenameDoesNotBringPreviousBytesBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(one, "a")
	b.settle()
	b.edit(one, "a", "new bytes")
	b.set(two, "a", "fileName", `"renamed"`)
	b.sync(two)
	b.settle()
	b.shows("a", "new bytes")
	if item, _ := b.item(one.store, "a"); item.Fields["fileName"].Value != `"renamed"` {
		t.Errorf("the name is %s", item.Fields["fileName"].Value)
	}
}

// [ours] With conflict copies as items of their own, editing the winner took the untouched copy along.
func TestEditOfTheWinnerKeepsTheOther(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(one, "a")
	b.settle()
	b.edit(one, "a", "A")
	b.edit(two, "a", "B")
	b.settle()
	b.shows("a", "A", "B")
	item, _ := b.item(two.store, "a")
	v := item.Versions[slices.IndexFunc(item.Versions, func(v catalog.Version) bool { return v.Blob == "A" })]
	b.update(two.store, func(tx catalog.ItemTx) { b.put(tx, item.Write(tx.Dot(), "A2", []catalog.Dot{v.Dot})) })
	two.blobs["A2"] = true
	b.settle()
	b.shows("a", "A2", "B")
	b.edit(one, "a", "both")
	b.settle()
	b.shows("a", "both")
}

// [CouchDB, PostgreSQL sequences] A commit that became visible late was passed by the cursor. A page holds whole commits,
// and its cursor is that of the last one.
func TestPageHoldsWholeCommits(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	for n := range 5 {
		b.create(one, numbered(fmt.Sprint("c", n, "-"), 7)...)
		b.sync(one)
	}
	two.session.peer.PageItems = 3
	b.sync(two)
	if n := len(b.shown(two.store)); n != 35 {
		t.Errorf("%d documents came across", n)
	}
}

// Disk full, or any other failure, at each write of a round in turn: nothing is half done, and the next round ends well.
func TestFailureAtEachWrite(t *testing.T) {
	t.Parallel()
	for n := range 200 {
		b := newBench(t, 2)
		one, two := b.clients[0], b.clients[1]
		b.create(one, "a", "b")
		b.sync(one)
		b.create(two, "c")
		b.delete(one, "b")
		b.edit(one, "a", "later")
		b.sync(one)
		left := n
		two.session.disk = func(string) error {
			if left--; left == -1 {
				return catalog.Errorf(catalog.Unavailable, "The disk is full.")
			}
			return nil
		}
		err := b.try(two)
		two.session.disk = nil
		b.settle()
		b.shows("a", "later")
		b.shows("b")
		b.shows("c", "bytes of c")
		if err == nil && left >= 0 {
			if n < 10 {
				t.Errorf("a round has only %d writes", n)
			}
			return // every write has failed once
		}
	}
	t.Error("a round has no end of writes")
}

// Bytes that are nowhere keep their item back, visibly, and nothing else.
func TestBytesOnDemandAfterARestore(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	empty := b.hub.store.Backup()
	b.create(one, "a", "b")
	b.settle()
	delete(one.blobs, "bytes of a")
	delete(two.blobs, "bytes of a")
	b.hub.store.Restore(empty)
	b.startHub()
	for range 3 {
		_, _ = b.try(one), b.try(two)
	}
	if got := b.blobs(b.hub.store, "b"); len(got) != 1 {
		t.Error("an item with bytes was held back")
	}
	s := b.status(one)
	if s.State != catalog.SyncWaiting || len(s.SetAside) != 1 || s.SetAside[0].ItemID != "a" || s.SetAside[0].Code != catalog.Unavailable {
		t.Errorf("status %+v", s)
	}
	if got := b.blobs(one.store, "a"); len(got) != 1 {
		t.Error("the item is gone")
	}
	two.blobs["bytes of a"] = true // somebody finds them
	two.session.peer.Retry(workspace)
	one.session.peer.Retry(workspace)
	b.settle()
	b.shows("a", "bytes of a")
}

// What a later version adds is a field or a kind, and passes through programs that do not know them.
func TestUnknownFieldsAndKindsSurvive(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.update(one.store, func(tx catalog.ItemTx) {
		item := catalog.Item{ID: "new", Kind: "hologram", WorkspaceID: workspace}
		b.put(tx, item.Write(tx.Dot(), "", nil).Set("colours.3", `{"deep":[1,{"er":null}]}`, tx.Stamp()))
	})
	b.settle()
	b.set(two, "new", "name", `"x"`)
	b.settle()
	got, _ := b.item(one.store, "new")
	if got.Kind != "hologram" || got.Fields["colours.3"].Value != `{"deep":[1,{"er":null}]}` || got.Fields["name"].Value != `"x"` {
		t.Errorf("it came back as %+v", got)
	}
}

// Late and double deliveries, down to a push from before a restore, change nothing that is not there anyway.
func TestOldPushUndoesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one := b.clients[0]
	var pushes []message
	b.intercept = func(m message) *response {
		if isPush(m) {
			pushes = append(pushes, m)
		}
		return nil
	}
	b.create(one, "a")
	b.settle()
	b.edit(one, "a", "later")
	b.settle()
	b.delete(one, "a")
	b.settle()
	b.hub.handler.Rules.Without |= replica.ReceiptRule // as if each carried the present receipt
	for _, m := range slices.Backward(pushes) {
		b.deliver(m)
	}
	b.settle()
	b.shows("a")
}
