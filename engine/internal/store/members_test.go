package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func anyRole(catalog.Role) error { return nil }

func (f *fixture) user(email string) catalog.User {
	f.t.Helper()
	return must(f.AddUser(f.ctx, email, catalog.OrganizationMember))(f.t)
}

func (f *fixture) join(u catalog.User, role catalog.Role) {
	f.t.Helper()
	must(f.AddMember(f.ctx, f.workspace.ID, u.ID, role))(f.t)
}

// roles spells the members of the workspace.
func (f *fixture) roles() string {
	f.t.Helper()
	var all []string
	for _, m := range must(f.Members(f.ctx, f.workspace.ID))(f.t) {
		all = append(all, m.Email+"="+string(m.Role))
	}
	return strings.ReplaceAll(strings.Join(all, " "), f.owner.Email, "me")
}

func (f *fixture) version() int {
	f.t.Helper()
	var version int
	check(f.t, f.readRow(f.ctx, "SELECT version FROM workspace WHERE id = ?", f.workspace.ID).Scan(&version))
	return version
}

func TestMembers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada, bob := f.user("ada@example.org"), f.user("bob@example.org")
	f.join(ada, catalog.RoleEditor)
	f.clean()
	f.wait(time.Minute)
	made := must(f.AddMember(f.ctx, f.workspace.ID, "BOB@example.org", catalog.RoleViewer))(t)
	if made != (catalog.Member{UserID: bob.ID, Email: "bob@example.org", Role: catalog.RoleViewer, CreatedAt: f.time()}) {
		t.Errorf("a new member is %+v", made)
	}
	item := f.journalled(memberID(f.workspace.ID, bob.ID))
	if item.Kind != catalog.KindMember || !item.Dirty || item.Fields["user"].Value != jsonText(bob.ID) || item.Fields["role"].Value != `"VIEWER"` {
		t.Errorf("the membership is journalled as %+v", item)
	}
	if got := f.roles(); got != "me=OWNER ada@example.org=EDITOR bob@example.org=VIEWER" {
		t.Errorf("members are %s", got)
	}
	if _, err := f.AddMember(f.ctx, f.workspace.ID, bob.ID, catalog.RoleAdmin); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("again: %v", err)
	}
	if _, err := f.AddMember(f.ctx, f.workspace.ID, "nobody", catalog.RoleAdmin); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("an unknown user: %v", err)
	}
	if _, err := f.AddMember(f.ctx, "nowhere", bob.ID, catalog.RoleAdmin); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("an unknown workspace: %v", err)
	}
	changed := must(f.ChangeMember(f.ctx, f.workspace.ID, bob.ID, catalog.RoleAdmin, anyRole))(t)
	if changed.Role != catalog.RoleAdmin || must(f.Role(f.ctx, f.workspace.ID, bob.ID))(t) != catalog.RoleAdmin ||
		f.journalled(item.ID).Fields["role"].Value != `"ADMIN"` {
		t.Errorf("the changed member is %+v", changed)
	}
	check(t, f.RemoveMember(f.ctx, f.workspace.ID, bob.ID, anyRole))
	if item := f.journalled(item.ID); !item.Deleted() {
		t.Errorf("the membership that ended is %+v", item)
	}
	for name, err := range map[string]error{
		"gone":    f.RemoveMember(f.ctx, f.workspace.ID, bob.ID, anyRole),
		"unknown": f.RemoveMember(f.ctx, f.workspace.ID, "nobody", anyRole),
	} {
		if catalog.CodeOf(err) != catalog.NotFound || !strings.Contains(err.Error(), "no member") {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.join(bob, catalog.RoleViewer)
	if item := f.journalled(item.ID); item.Deleted() || item.Fields["role"].Value != `"VIEWER"` {
		t.Errorf("the membership that began again is %+v", item)
	}
	check(t, f.Check(f.ctx))
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := f.user("ada@example.org")
	f.join(ada, catalog.RoleAdmin)
	demote := func(id string) error {
		_, err := f.ChangeMember(f.ctx, f.workspace.ID, id, catalog.RoleEditor, anyRole)
		return err
	}
	for name, err := range map[string]error{
		"demoted": demote(f.owner.UserID),
		"removed": f.RemoveMember(f.ctx, f.workspace.ID, f.owner.UserID, anyRole),
	} {
		if catalog.CodeOf(err) != catalog.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(f.ChangeMember(f.ctx, f.workspace.ID, f.owner.UserID, catalog.RoleOwner, anyRole))(t) // no change is no demotion
	must(f.ChangeMember(f.ctx, f.workspace.ID, ada.ID, catalog.RoleOwner, anyRole))(t)
	check(t, demote(f.owner.UserID))
	if err := demote(ada.ID); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("the other one, now the last: %v", err)
	}
	if got := f.roles(); got != "me=EDITOR ada@example.org=OWNER" {
		t.Errorf("members are %s", got)
	}
	if w := must(f.Workspace(f.ctx, f.workspace.ID, f.owner.UserID))(t); w.OwnerID != ada.ID || w.Role != catalog.RoleEditor {
		t.Errorf("the workspace is %+v", w)
	}
}

func TestARoleIsCheckedWhereItIsChanged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := f.user("ada@example.org")
	f.join(ada, catalog.RoleOwner)
	refuse := func(present catalog.Role) error {
		if present != catalog.RoleOwner {
			t.Errorf("asked about %q", present)
		}
		return catalog.Errorf(catalog.Denied, "no")
	}
	if _, err := f.ChangeMember(f.ctx, f.workspace.ID, ada.ID, catalog.RoleViewer, refuse); catalog.CodeOf(err) != catalog.Denied {
		t.Errorf("changed: %v", err)
	}
	if err := f.RemoveMember(f.ctx, f.workspace.ID, ada.ID, refuse); catalog.CodeOf(err) != catalog.Denied {
		t.Errorf("removed: %v", err)
	}
	if got := f.roles(); got != "me=OWNER ada@example.org=OWNER" {
		t.Errorf("members are %s", got)
	}
}

// TestVersionGrowsOnceACommit goes through everything that changes a workspace, and through what does not count.
func TestVersionGrowsOnceACommit(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := f.user("ada@example.org")
	if v := f.version(); v != 1 {
		t.Fatalf("a new workspace has version %d", v)
	}
	var content catalog.Content
	update := func(c catalog.WorkspaceChange) func() error {
		return func() error { return f.UpdateWorkspace(f.ctx, f.workspace.ID, c) }
	}
	role := func(role catalog.Role) func() error {
		return func() error {
			_, err := f.ChangeMember(f.ctx, f.workspace.ID, ada.ID, role, anyRole)
			return err
		}
	}
	for _, step := range []struct {
		name   string
		change func() error
		grows  int
		own    bool // the workspace's own fields change, and so its time
	}{
		{"three files in one commit", func() error {
			return f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("a.txt", "a"), newFile("b.txt", "b"), newFile("c.txt", "c")})
		}, 1, false},
		{"an upload", func() (err error) {
			content, err = f.CreateUpload(f.ctx, f.workspace.ID, f.owner.UserID, "n.txt", "text/plain", hashOf("n"), 1)
			return err
		}, 1, false},
		{"text", func() error { return f.CommitText(f.ctx, []catalog.Extracted{extracted(content, "v1", "n")}) }, 0, false},
		{"metadata", func() error {
			return f.UpdateContent(f.ctx, content.ID, catalog.ContentChange{Metadata: map[string]any{"k": "v"}})
		}, 0, false},
		{"other bytes", func() error { return f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("a.txt", "aa")}) }, 0, false},
		{"the trash", func() error { return f.DeleteContent(f.ctx, content.ID) }, 1, false},
		{"restored", func() error { return f.RestoreContent(f.ctx, content.ID) }, 1, false},
		{"two files gone", func() error { _, err := f.FilesGone(f.ctx, f.folder.ID, []string{"a.txt", "b.txt"}); return err }, 1, false},
		{"a folder removed", func() error { return f.RemoveFolder(f.ctx, f.folder.ID, false) }, 1, false},
		{"a name and a description", update(catalog.WorkspaceChange{Name: new("Other"), Description: new("of ours")}), 1, true},
		{"the same again", update(catalog.WorkspaceChange{Name: new("Other"), Description: new("of ours")}), 0, false},
		{"an icon", update(catalog.WorkspaceChange{Icon: new("🪴")}), 0, true},
		{"archived", update(catalog.WorkspaceChange{IsArchived: new(true)}), 0, true},
		{"nothing", update(catalog.WorkspaceChange{}), 0, false},
		{"a member", func() error { _, err := f.AddMember(f.ctx, f.workspace.ID, ada.ID, catalog.RoleViewer); return err }, 1, false},
		{"a role", role(catalog.RoleEditor), 1, false},
		{"the same role", role(catalog.RoleEditor), 0, false},
		{"a member gone", func() error { return f.RemoveMember(f.ctx, f.workspace.ID, ada.ID, anyRole) }, 1, false},
		{"a refusal", func() error {
			if err := f.RemoveMember(f.ctx, f.workspace.ID, f.owner.UserID, anyRole); err == nil {
				return fmt.Errorf("the last owner left")
			}
			return nil
		}, 0, false},
	} {
		f.wait(time.Minute)
		before, workspace := f.version(), must(f.Workspace(f.ctx, f.workspace.ID, f.owner.UserID))(t)
		if err := step.change(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if grew := f.version() - before; grew != step.grows {
			t.Errorf("%s: the version grew by %d, want %d", step.name, grew, step.grows)
		}
		after := must(f.Workspace(f.ctx, f.workspace.ID, f.owner.UserID))(t)
		if changed := !after.UpdatedAt.Equal(workspace.UpdatedAt); changed != step.own || changed && !after.UpdatedAt.Equal(f.time()) {
			t.Errorf("%s: updated at %v, before %v", step.name, after.UpdatedAt, workspace.UpdatedAt)
		}
	}
	check(t, f.Check(f.ctx))
}

// TestACommitCountsWithOneStatement holds that taking files in pays one statement a commit for the version, not one a file.
func TestACommitCountsWithOneStatement(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var list []catalog.Captured
	for i := range 50 {
		list = append(list, newFile(fmt.Sprint(i, ".txt"), fmt.Sprint(i)))
	}
	updates := 0
	f.failing = func(query string) error {
		if strings.Contains(query, "version = version + 1") {
			updates++
		}
		return nil
	}
	check(t, f.Capture(f.ctx, f.folder, list))
	f.failing = nil
	if updates != 1 {
		t.Errorf("%d statements for 50 files", updates)
	}
}

func TestPulledMembersAndNames(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada, gone := f.user("ada@example.org"), f.user("gone@example.org")
	check(t, f.RemoveUser(f.ctx, gone.ID))
	stamp := catalog.Stamp{Time: (f.time().UnixMilli() + 100) << 16, Device: "0196-other"}
	since := time.Date(2020, 5, 1, 0, 0, 0, 0, time.UTC)
	pull := func(item catalog.Item) {
		t.Helper()
		check(t, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error { return tx.Put(item, catalog.OriginRemote) }))
	}
	member := func(id, role string) catalog.Item {
		stamp.Time++
		return catalog.Item{ID: memberID(f.workspace.ID, id), Kind: catalog.KindMember, WorkspaceID: f.workspace.ID}.
			Write(catalog.Dot{Device: stamp.Device, Counter: stamp.Time}, "", nil).
			Set("user", jsonText(id), stamp).Set("role", role, stamp).Set("createdAt", jsonText(since.Unix()), stamp)
	}
	before := f.version()
	joined := member(ada.ID, `"EDITOR"`)
	pull(joined)
	pull(member(gone.ID, `"OWNER"`))
	stranger := "01960000-0000-7000-8000-00000000abcd"
	card := member(stranger, `"ADMIN"`).Set("email", `"eve@example.org"`, stamp)
	pull(card)
	list := must(f.Members(f.ctx, f.workspace.ID))(t)
	if len(list) != 3 || list[0] != (catalog.Member{UserID: stranger, Email: "eve@example.org", Role: catalog.RoleAdmin, CreatedAt: since}) ||
		list[1] != (catalog.Member{UserID: ada.ID, Email: ada.Email, Role: catalog.RoleEditor, CreatedAt: since}) {
		t.Errorf("members are %+v", list)
	}
	if users := must(f.Users(f.ctx))(t); len(users) != 2 {
		t.Errorf("a card became an account: %+v", users)
	}
	any := func(catalog.Role) error { return nil }
	if m := must(f.ChangeMember(f.ctx, f.workspace.ID, stranger, catalog.RoleViewer, any))(t); m.Role != catalog.RoleViewer || m.Email != "eve@example.org" {
		t.Errorf("the changed member is %+v", m)
	}
	check(t, f.RemoveMember(f.ctx, f.workspace.ID, stranger, any))
	if list := must(f.Members(f.ctx, f.workspace.ID))(t); len(list) != 2 || !f.journalled(card.ID).Deleted() || !f.journalled(card.ID).Dirty {
		t.Errorf("after the removal members are %+v", list)
	}
	if grew := f.version() - before; grew != 4 {
		t.Errorf("the version grew by %d", grew)
	}
	pull(member(ada.ID, `"EMPEROR"`))
	if role := must(f.Role(f.ctx, f.workspace.ID, ada.ID))(t); role != catalog.RoleViewer {
		t.Errorf("a role of a newer program is %q", role)
	}
	pull(joined.Delete(joined.Dots()))
	if got := f.roles(); got != "me=OWNER" {
		t.Errorf("members are %s", got)
	}
	before = f.version()
	pull(f.journalled(f.workspace.ID).Set("name", `"Theirs"`, stamp).Set("icon", `"🌱"`, stamp))
	if w := must(f.Workspace(f.ctx, f.workspace.ID, f.owner.UserID))(t); w.Name != "Theirs" || w.Icon != "🌱" || w.Version != before+1 {
		t.Errorf("the workspace is %+v, version %d before", w, before)
	}
	check(t, f.Check(f.ctx))
}
