package store

import (
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	anAccount   = "01970000-0000-7000-8000-00000000acc0"
	aWorkspace  = "01970000-0000-7000-8000-000000000055"
	anotherUser = "01970000-0000-7000-8000-00000000acc1"
)

// remoteWorkspace is a workspace of a remote that has come here.
func (f *fixture) remoteWorkspace() *faraway {
	f.t.Helper()
	check(f.t, f.KeepWorkspace(f.ctx, aWorkspace, "Theirs", anAccount))
	e := f.faraway()
	e.pull(e.item(catalog.KindWorkspace, aWorkspace, aWorkspace, "", map[string]any{"name": "Theirs"}),
		e.item(catalog.KindMember, aWorkspace, memberID(aWorkspace, anotherUser), "", map[string]any{"user": anotherUser, "email": "eve@remote", "role": "OWNER", "createdAt": 5}),
		e.item(catalog.KindMember, aWorkspace, memberID(aWorkspace, anAccount), "", map[string]any{"user": anAccount, "email": "me@remote", "role": "EDITOR", "createdAt": 6}))
	f.workspace = must(f.Workspace(f.ctx, aWorkspace, f.owner.UserID))(f.t)
	return e
}

func TestTheLocalOwnerIsWhoTheRemoteSays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	check(t, f.KeepWorkspace(f.ctx, aWorkspace, "Theirs", anAccount))
	if list := must(f.Workspaces(f.ctx, f.owner.UserID))(t); len(list) != 1 {
		t.Errorf("an empty one is seen: %+v", list)
	}
	f.remoteWorkspace()
	if f.workspace.Name != "Theirs" || f.workspace.Role != catalog.RoleEditor || f.workspace.OwnerID != anotherUser || f.workspace.IsDefault {
		t.Errorf("the workspace is %+v", f.workspace)
	}
	members := must(f.Members(f.ctx, aWorkspace))(t)
	if len(members) != 2 || members[0].UserID != anotherUser || members[1].UserID != anAccount || members[1].Email != "me@remote" || members[1].Role != catalog.RoleEditor {
		t.Errorf("members are %+v", members)
	}
	if users := must(f.Users(f.ctx))(t); len(users) != 1 {
		t.Errorf("users are %+v", users)
	}
	c := must(f.CreateUpload(f.ctx, aWorkspace, f.owner.UserID, "n.txt", "text/plain", hashOf("n"), 1))(t)
	if c.AddedBy != anAccount {
		t.Errorf("added by %s", c.AddedBy)
	}
	folder := must(f.AddFolder(f.ctx, catalog.Folder{Path: "/home/ada/theirs", WorkspaceID: aWorkspace, AddedBy: f.owner.UserID}))(t)
	check(t, f.Capture(f.ctx, folder, []catalog.Captured{newFile("a.txt", "a")}))
	captured := must(f.Content(f.ctx, must(f.File(f.ctx, folder.ID, "a.txt"))(t).ContentID))(t)
	if captured.AddedBy != anAccount {
		t.Errorf("captured by %s", captured.AddedBy)
	}
	// Removed over there: nothing of it is seen here any more.
	gone := f.journalled(memberID(aWorkspace, anAccount))
	f.faraway().pull(gone.Delete(gone.Dots()))
	if role := must(f.Role(f.ctx, aWorkspace, f.owner.UserID))(t); role != catalog.RoleNone {
		t.Errorf("the role is %s", role)
	}
	check(t, f.Check(f.ctx))
}

func TestSharingAWorkspace(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "mine")
	check(t, f.ShareWorkspace(f.ctx, f.workspace.ID, anAccount, "me@remote"))
	check(t, f.ShareWorkspace(f.ctx, f.workspace.ID, anAccount, "me@remote")) // twice changes nothing
	if err := f.ShareWorkspace(f.ctx, f.workspace.ID, anotherUser, "x"); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("sharing it with a second remote: %v", err)
	}
	if err := f.KeepWorkspace(f.ctx, f.workspace.ID, "x", anotherUser); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("keeping it from a second remote: %v", err)
	}
	if w := must(f.Workspace(f.ctx, f.workspace.ID, f.owner.UserID))(t); w.Role != catalog.RoleOwner || w.OwnerID != anAccount {
		t.Errorf("the workspace is %+v", w)
	}
	if !f.journalled(memberID(f.workspace.ID, f.owner.UserID)).Deleted() || f.journalled(memberID(f.workspace.ID, anAccount)).Deleted() {
		t.Error("the memberships did not go over")
	}
	check(t, f.KeepAlone(f.ctx, f.workspace.ID))
	if w := must(f.Workspace(f.ctx, f.workspace.ID, f.owner.UserID))(t); w.Role != catalog.RoleOwner || w.OwnerID != f.owner.UserID {
		t.Errorf("alone the workspace is %+v", w)
	}
	if members := must(f.Members(f.ctx, f.workspace.ID))(t); len(members) != 1 || members[0].UserID != f.owner.UserID {
		t.Errorf("members are %+v", members)
	}
	if got := must(f.Content(f.ctx, c.ID))(t); got.SHA256 != c.SHA256 {
		t.Errorf("the content is %+v", got)
	}
	check(t, f.Check(f.ctx))
}

func TestLeavingAWorkspaceDeletesNothingThere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if err := f.LeaveWorkspace(f.ctx, f.workspace.ID); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("leaving one of this device alone: %v", err)
	}
	e := f.remoteWorkspace()
	item := e.content("01970000-0000-7000-8000-000000000001", "far.txt", "far", nil)
	e.pull(item)
	check(t, f.UpdateItems(f.ctx, aWorkspace, func(tx catalog.ItemTx) error { return tx.SetNote("cursor", "5") }))
	check(t, f.BlobsArrived(f.ctx, aWorkspace, []Blob{{hashOf("far"), 3}, {hashOf("loose"), 5}}))
	check(t, f.LeaveWorkspace(f.ctx, aWorkspace))
	if list := must(f.Workspaces(f.ctx, f.owner.UserID))(t); len(list) != 1 {
		t.Errorf("workspaces are %+v", list)
	}
	if err := f.KeepWorkspace(f.ctx, aWorkspace, "Theirs", anAccount); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("kept again before it was removed: %v", err)
	}
	dropped := map[string]bool{}
	check(t, f.PurgeWorkspaces(f.ctx, func(hash string) error { dropped[hash] = true; return nil }))
	if !dropped[hashOf("far")] || !dropped[hashOf("loose")] || len(dropped) != 2 {
		t.Errorf("dropped are %v", dropped)
	}
	check(t, f.Check(f.ctx))
	f.remoteWorkspace()
	f.faraway().pull(item)
	if c := must(f.Content(f.ctx, item.ID))(t); !c.Remote {
		t.Errorf("kept again the content is %+v", c)
	}
	check(t, f.ViewItems(f.ctx, aWorkspace, func(v catalog.ItemView) error {
		if must(v.Note("cursor"))(t) != "" {
			t.Error("the cursor of before is still there")
		}
		return nil
	}))
	check(t, f.Check(f.ctx))
}

func TestWhatWasNotSentIsRescued(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.remoteWorkspace()
	sent := e.content("01970000-0000-7000-8000-000000000001", "far.txt", "far", nil)
	e.pull(sent)
	folder := must(f.AddFolder(f.ctx, catalog.Folder{Path: "/home/ada/theirs", WorkspaceID: aWorkspace, AddedBy: f.owner.UserID}))(t)
	check(t, f.Capture(f.ctx, folder, []catalog.Captured{newFile("own.txt", "own")}))
	f.clean()
	must(f.CreateUpload(f.ctx, aWorkspace, f.owner.UserID, "unsent.txt", "text/plain", hashOf("unsent"), 6))(t)
	must(f.CreateUpload(f.ctx, aWorkspace, f.owner.UserID, "unsent too.txt", "text/plain", hashOf("unsent too"), 6))(t)
	id, n, err := f.RescueWorkspace(f.ctx, aWorkspace)
	check(t, err)
	if n != 3 || id == "" {
		t.Fatalf("rescued %d documents to %q", n, id)
	}
	if again, n, err := f.RescueWorkspace(f.ctx, aWorkspace); err != nil || again != id || n != 3 {
		t.Errorf("a second time: %q, %d, %v", again, n, err)
	}
	check(t, f.LeaveWorkspace(f.ctx, aWorkspace))
	check(t, f.PurgeWorkspaces(f.ctx, func(hash string) error {
		if hash != hashOf("far") {
			t.Errorf("the bytes %s are dropped", hash)
		}
		return nil
	}))
	w := must(f.Workspace(f.ctx, id, f.owner.UserID))(t)
	if w.Name != "Theirs (rescued)" || w.Role != catalog.RoleOwner || w.DocumentCount != 3 {
		t.Errorf("the rescued workspace is %+v", w)
	}
	list, total, err := f.ListContents(f.ctx, catalog.ContentQuery{Scope: catalog.Scope{Workspaces: []string{id}}, Limit: 10, Sort: "name"})
	check(t, err)
	if total != 3 || list[0].FileName != "own.txt" || list[0].Path == "" {
		t.Errorf("rescued are %+v", list)
	}
	for _, c := range list {
		if item := f.journalled(c.ID); !item.Dirty || item.WorkspaceID != id {
			t.Errorf("a rescued document is journalled as %+v", item)
		}
	}
	check(t, f.Check(f.ctx))
}

func TestAccountsAndWorkspacesOfDevices(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := f.user("ada@example.org")
	a := must(f.Account(f.ctx, ada.ID))(t)
	if a.Email != ada.Email || len(a.Workspaces) != 0 {
		t.Errorf("the account is %+v", a)
	}
	check(t, f.AddWorkspace(f.ctx, aWorkspace, "Hers", ada.ID))
	if err := f.AddWorkspace(f.ctx, aWorkspace, "Hers", ada.ID); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a second time: %v", err)
	}
	a = must(f.Account(f.ctx, ada.ID))(t)
	if len(a.Workspaces) != 1 || a.Workspaces[0] != (catalog.RemoteWorkspace{ID: aWorkspace, Name: "Hers", Role: catalog.RoleOwner}) {
		t.Errorf("the account is %+v", a)
	}
	// Changed here before the device has sent the workspace's own item.
	check(t, f.UpdateWorkspace(f.ctx, aWorkspace, catalog.WorkspaceChange{Name: new("Ours")}))
	e := f.faraway()
	f.wait(time.Second)
	own := e.item(catalog.KindWorkspace, aWorkspace, aWorkspace, "", map[string]any{"name": "Sent"})
	e.pull(own)
	if w := must(f.Workspace(f.ctx, aWorkspace, ada.ID))(t); w.Name != "Sent" {
		t.Errorf("the workspace is %+v", w)
	}
	if _, err := f.Account(f.ctx, "nobody"); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("the account of nobody: %v", err)
	}
	check(t, f.Check(f.ctx))
}
