package store

import (
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestUsers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := must(f.AddUser(f.ctx, "Ada@Example.org", catalog.OrganizationInternal))(t)
	if ada.Email != "Ada@Example.org" || ada.Role != catalog.OrganizationInternal || !catalog.ValidID(ada.ID) ||
		ada.OrganizationID != f.workspace.Organization || !ada.CreatedAt.Equal(f.time()) {
		t.Errorf("a new user is %+v", ada)
	}
	for _, ref := range []string{ada.ID, "ada@example.ORG"} {
		if got := must(f.Store.User(f.ctx, ref))(t); got != ada {
			t.Errorf("%s is %+v", ref, got)
		}
	}
	for _, taken := range []string{"ada@example.org", "ADA@EXAMPLE.ORG", strings.ToUpper(f.owner.Email)} {
		if _, err := f.AddUser(f.ctx, taken, catalog.OrganizationMember); catalog.CodeOf(err) != catalog.Conflict {
			t.Errorf("%s: %v", taken, err)
		}
	}
	changed := must(f.ChangeUser(f.ctx, ada.ID, catalog.OrganizationOwner))(t)
	if changed.Role != catalog.OrganizationOwner || must(f.Store.User(f.ctx, ada.ID))(t) != changed {
		t.Errorf("the changed user is %+v", changed)
	}
	if list := must(f.Users(f.ctx))(t); len(list) != 2 || list[0].ID != f.owner.UserID || list[0].Role != catalog.OrganizationOwner || list[1].ID != ada.ID {
		t.Errorf("users are %+v", list)
	}
	if list := must(f.Workspaces(f.ctx, ada.ID))(t); len(list) != 0 {
		t.Errorf("a new user has %+v", list)
	}
	for name, err := range map[string]error{
		"the local owner":          f.RemoveUser(f.ctx, f.owner.UserID),
		"the local owner's role":   second(f.ChangeUser(f.ctx, f.owner.UserID, catalog.OrganizationMember)),
		"by address, just as much": f.RemoveUser(f.ctx, f.owner.Email),
	} {
		if catalog.CodeOf(err) != catalog.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, ref := range []string{"", "nobody", "nobody@example.org"} {
		if err := f.RemoveUser(f.ctx, ref); catalog.CodeOf(err) != catalog.NotFound {
			t.Errorf("%q: %v", ref, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestRemovedUser(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := f.user("ada@example.org")
	f.join(ada, catalog.RoleEditor)
	own := must(f.CreateWorkspace(f.ctx, ada.ID, WorkspaceSpec{Name: "Ada's own"}))(t)
	_, secret, err := f.CreateToken(f.ctx, TokenSpec{UserEmail: "ADA@example.org", Abilities: []string{"*"}})
	check(t, err)
	if a := must(f.TokenActor(f.ctx, secret))(t); a.UserID != ada.ID || a.Standing != catalog.OrganizationMember {
		t.Errorf("the actor is %+v", a)
	}
	err = f.RemoveUser(f.ctx, ada.ID)
	if catalog.CodeOf(err) != catalog.Conflict || !strings.Contains(err.Error(), `"Ada's own"`) || strings.Contains(err.Error(), f.workspace.Name) {
		t.Fatalf("the only owner of a workspace: %v", err)
	}
	if must(f.Role(f.ctx, f.workspace.ID, ada.ID))(t) != catalog.RoleEditor || second(f.TokenActor(f.ctx, secret)) != nil {
		t.Error("a refused removal removed something")
	}
	check(t, f.DeleteWorkspace(f.ctx, own.ID))
	f.clean()
	before := f.version()
	check(t, f.RemoveUser(f.ctx, ada.ID))
	if item := f.journalled(memberID(f.workspace.ID, ada.ID)); !item.Deleted() || !item.Dirty || f.version() != before+1 {
		t.Errorf("the membership is %+v, the version %d after %d", item, f.version(), before)
	}
	for name, err := range map[string]error{
		"token":     second(f.TokenActor(f.ctx, secret)),
		"new token": second3(f.CreateToken(f.ctx, TokenSpec{UserEmail: ada.Email})),
		"again":     f.RemoveUser(f.ctx, ada.ID),
		"workspace": second(f.CreateWorkspace(f.ctx, ada.ID, WorkspaceSpec{Name: "Late"})),
		"member":    second(f.AddMember(f.ctx, f.workspace.ID, ada.ID, catalog.RoleViewer)),
		"look-up":   second(f.Store.User(f.ctx, ada.Email)),
	} {
		if want := map[bool]catalog.Code{true: catalog.Unauthenticated, false: catalog.NotFound}[name == "token"]; catalog.CodeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := f.roles(); got != "me=OWNER" {
		t.Errorf("members are %s", got)
	}

	back := must(f.AddUser(f.ctx, "Ada@example.org", catalog.OrganizationInternal))(t)
	if back.ID != ada.ID || back.Email != "Ada@example.org" || back.Role != catalog.OrganizationInternal {
		t.Errorf("brought back as %+v, was %+v", back, ada)
	}
	if _, err := f.TokenActor(f.ctx, secret); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("a token of before: %v", err)
	}
	if list := must(f.Workspaces(f.ctx, ada.ID))(t); len(list) != 0 {
		t.Errorf("memberships of before: %+v", list)
	}
	f.join(back, catalog.RoleViewer)
	if list := must(f.Workspaces(f.ctx, ada.ID))(t); len(list) != 1 || !list[0].IsDefault {
		t.Errorf("the first workspace joined is %+v", list)
	}
	check(t, f.Check(f.ctx))
}

func second3[T, U any](_ T, _ U, err error) error { return err }

func TestTheDefaultFallsToTheOldest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ada := f.user("ada@example.org")
	first := must(f.CreateWorkspace(f.ctx, ada.ID, WorkspaceSpec{Name: "First", Description: "d", Icon: "i", Color: "c"}))(t)
	if first.Version != 1 || first.Description != "d" || first.Icon != "i" || first.Color != "c" || first.OwnerID != ada.ID || !first.IsDefault {
		t.Errorf("the first workspace is %+v", first)
	}
	f.join(ada, catalog.RoleViewer)
	must(f.CreateWorkspace(f.ctx, ada.ID, WorkspaceSpec{Name: "Third"}))(t)
	check(t, f.DeleteWorkspace(f.ctx, first.ID))
	list := must(f.Workspaces(f.ctx, ada.ID))(t)
	if len(list) != 2 || list[0].ID != f.workspace.ID || !list[0].IsDefault || list[1].IsDefault {
		t.Errorf("left are %+v", list)
	}
}
