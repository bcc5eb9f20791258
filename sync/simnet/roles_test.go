package simnet

import (
	"fmt"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Somebody whose role was taken away keeps what was written meanwhile, visibly, and it travels when the role is back.
func TestRoleIsAskedWhenItIsCommitted(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one, two := b.clients[0], b.clients[1]
	b.create(one, "a")
	b.settle()
	b.create(one, "b")
	b.hub.store.SetRole(workspace, one.user, catalog.RoleViewer)
	if err := b.try(one); err == nil {
		t.Error("a viewer's round ended well")
	}
	if s := b.status(one).SetAside; len(s) != 1 || s[0].Code != catalog.Denied {
		t.Errorf("set aside: %+v", s)
	}
	if got := b.blobs(b.hub.store, "b"); len(got) != 0 {
		t.Error("the hub took it")
	}
	b.create(two, "c")
	b.sync(two)
	_ = b.try(one)
	if got := b.blobs(one.store, "c"); len(got) != 1 {
		t.Error("a viewer does not see what is new")
	}
	b.hub.store.SetRole(workspace, one.user, catalog.RoleEditor)
	one.session.peer.Retry(workspace)
	b.settle()
	b.shows("b", "bytes of b")
}

// Membership that has ended is told from a hub that was put back to a time before it.
func TestRevocationNeedsProof(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2)
	one := b.clients[0]
	young := b.hub.store.Backup()
	b.create(one, "a")
	b.settle()
	revoked := 0
	b.onRevoked = func() { revoked++ }
	b.hub.store.Restore(young)
	b.hub.store.SetRole(workspace, one.user, catalog.RoleNone)
	b.startHub()
	if err := b.try(one); err == nil || revoked != 0 || b.status(one).State != catalog.SyncRevoked {
		t.Errorf("%v, %d, %s", err, revoked, b.status(one).State)
	}
	b.hub.store.SetRole(workspace, one.user, catalog.RoleEditor)
	b.settle()
	b.hub.store.SetRole(workspace, one.user, catalog.RoleNone)
	if err := b.try(one); err == nil || revoked != 1 {
		t.Errorf("%v, revoked %d times", err, revoked)
	}
}

// A category that was deleted while a document got it lives again.
func TestCategoryInUseLivesAgain(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"the deletion", "the document"} {
		b := newBench(t, 2)
		one, two := b.clients[0], b.clients[1]
		b.update(one.store, func(tx catalog.ItemTx) {
			item := catalog.Item{ID: "category", Kind: catalog.KindCategory, WorkspaceID: workspace}
			b.put(tx, item.Write(tx.Dot(), "", nil).Set("name", `"Licence"`, tx.Stamp()))
		})
		b.create(one, "a")
		b.settle()
		b.delete(one, "category")
		b.set(two, "a", "categoryId", `"category"`)
		if first == "the deletion" {
			b.sync(one, two)
		} else {
			b.sync(two, one)
		}
		b.settle()
		if item, _ := b.item(one.store, "category"); item.Deleted() || item.Fields["name"].Value != `"Licence"` {
			t.Errorf("first %s: the category is %+v", first, item)
		}
	}
}

// A workspace whose last owner has gone gets another.
func TestLastOwnerHasAnHeir(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	one := b.clients[0]
	b.hub.store.SetRole(workspace, one.user, catalog.RoleOwner)
	b.update(one.store, func(tx catalog.ItemTx) {
		for n, role := range []catalog.Role{catalog.RoleOwner, catalog.RoleEditor, catalog.RoleAdmin, catalog.RoleAdmin} {
			item := catalog.Item{ID: fmt.Sprint("m", n), Kind: catalog.KindMember, WorkspaceID: workspace}.Write(tx.Dot(), "", nil)
			stamp := tx.Stamp()
			b.put(tx, item.Set("user", fmt.Sprintf(`"p%d"`, n), stamp).Set("role", `"`+string(role)+`"`, stamp).Set("createdAt", fmt.Sprint(10-n), stamp))
		}
	})
	b.settle()
	b.delete(one, "m0")
	b.settle()
	if item, _ := b.item(one.store, "m3"); item.Fields["role"].Value != `"OWNER"` {
		t.Errorf("the oldest admin is %s", item.Fields["role"].Value)
	}
}

// Only an owner decides about owners, whatever an admin's program pushes.
func TestAdminMakesNoOwner(t *testing.T) {
	t.Parallel()
	b := newBench(t, 1)
	one := b.clients[0]
	b.hub.store.SetRole(workspace, one.user, catalog.RoleAdmin)
	b.update(one.store, func(tx catalog.ItemTx) {
		item := catalog.Item{ID: "m", Kind: catalog.KindMember, WorkspaceID: workspace}.Write(tx.Dot(), "", nil)
		b.put(tx, item.Set("role", `"OWNER"`, tx.Stamp()))
	})
	if err := b.try(one); err == nil || len(b.status(one).SetAside) != 1 {
		t.Errorf("%v, set aside %+v", err, b.status(one).SetAside)
	}
	if item, there := b.item(b.hub.store, "m"); there {
		t.Errorf("the hub has %+v", item)
	}
}
