package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// house is an engine with people in it.
type house struct {
	*enginetest.Engine
	t         *testing.T
	workspace catalog.Workspace // the local owner's
}

func newHouse(t *testing.T) *house {
	t.Helper()
	e := start(t)
	list, err := e.Workspaces(e.Owner())
	if err != nil {
		t.Fatal(err)
	}
	return &house{e, t, list[0]}
}

// user makes a user and returns a context of a token.
func (h *house) user(email string, standing catalog.OrganizationRole, abilities ...string) (catalog.User, context.Context) {
	h.t.Helper()
	u, err := h.AddUser(h.Owner(), email, standing)
	if err != nil {
		h.t.Fatal(err)
	}
	return u, h.as(engine.TokenSpec{UserEmail: email, Abilities: abilities})
}

// as makes a token and returns a context of its actor.
func (h *house) as(spec engine.TokenSpec) context.Context {
	h.t.Helper()
	_, secret, err := h.CreateToken(h.Owner(), spec)
	if err != nil {
		h.t.Fatal(err)
	}
	actor, err := h.Authenticate(h.Owner(), secret)
	if err != nil {
		h.t.Fatal(err)
	}
	return catalog.WithActor(h.t.Context(), actor)
}

// member lets a new user into the workspace.
func (h *house) member(email string, role catalog.Role) (catalog.User, context.Context) {
	h.t.Helper()
	u, ctx := h.user(email, catalog.OrganizationMember)
	if _, err := h.AddMember(h.Owner(), h.workspace.ID, engine.MemberSpec{UserID: u.ID, Role: role}); err != nil {
		h.t.Fatal(err)
	}
	return u, ctx
}

func codes(t *testing.T, want map[string]catalog.Code, got map[string]error) {
	t.Helper()
	for name, err := range got {
		if catalog.CodeOf(err) != want[name] {
			t.Errorf("%s: %v, want %q", name, err, want[name])
		}
	}
	if len(want) != len(got) {
		t.Errorf("%d are wanted, %d were tried", len(want), len(got))
	}
}

func TestWhoDecidesAboutUsersTokensAndTheDevice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, admin := h.user("admin@example.org", catalog.OrganizationOwner, "admin")
	_, reader := h.user("reader@example.org", catalog.OrganizationOwner, "workspaces-read")
	_, internal := h.user("internal@example.org", catalog.OrganizationInternal, "*")
	_, member := h.user("member@example.org", catalog.OrganizationMember, "*")
	narrow := h.as(engine.TokenSpec{Abilities: []string{"*"}, WorkspaceID: h.workspace.ID})
	for name, caller := range map[string]struct {
		ctx  context.Context
		want catalog.Code
	}{
		"the local owner":         {h.Owner(), ""},
		"the owner's token":       {h.as(engine.TokenSpec{}), ""},
		"another owner's token":   {admin, ""},
		"without admin":           {reader, catalog.Denied},
		"an internal user":        {internal, catalog.Denied},
		"a member":                {member, catalog.Denied},
		"a token for a workspace": {narrow, catalog.Denied},
		"nobody":                  {context.Background(), catalog.Unauthenticated},
	} {
		user, err := h.AddUser(caller.ctx, strings.ReplaceAll(name, " ", "-")+"@made.example", "")
		if err != nil {
			user.ID = "nobody"
		}
		token, _, tokenErr := h.CreateToken(caller.ctx, engine.TokenSpec{})
		for what, err := range map[string]error{
			"adds users":     err,
			"lists users":    second(h.Users(caller.ctx)),
			"finds users":    second(h.User(caller.ctx, h.LocalOwner().Email)),
			"makes tokens":   tokenErr,
			"lists tokens":   second(h.Tokens(caller.ctx)),
			"lists folders":  second(h.Folders(caller.ctx)),
			"asks a doctor":  second(h.Doctor(caller.ctx)),
			"changes users":  second(h.ChangeUser(caller.ctx, user.ID, catalog.OrganizationInternal)),
			"removes users":  h.RemoveUser(caller.ctx, user.ID),
			"revokes tokens": h.RevokeToken(caller.ctx, token.ID),
		} {
			if catalog.CodeOf(err) != caller.want && (caller.want != "" || catalog.CodeOf(err) != catalog.NotFound) {
				t.Errorf("%s %s: %v, want %q", name, what, err, caller.want)
			}
		}
	}
}

func TestEmailAddresses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, good := range []string{"ada@example.org", " b@c ", "o'neil+tag@sub.example.org", "jürgen@müller.example"} {
		if u, err := h.AddUser(h.Owner(), good, ""); err != nil || u.Email != strings.TrimSpace(good) || u.Role != catalog.OrganizationMember {
			t.Errorf("%q: %+v, %v", good, u, err)
		}
	}
	for _, bad := range []string{"", " ", "ada", "@example.org", "ada@", "Ada <ada2@example.org>", "ada2@example.org (Ada)", "a@b, c@d", "a b@c",
		"a\x00b@c", "a\n@c", "\xff@c", strings.Repeat("a", 250) + "@b.org"} {
		if _, err := h.AddUser(h.Owner(), bad, ""); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := h.AddUser(h.Owner(), "x@y", "emperor"); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("an unknown role: %v", err)
	}
}

func TestATokensWorkspaceIsOneOfItsUsers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, ada := h.user("ada@example.org", catalog.OrganizationMember)
	own, err := h.CreateWorkspace(ada, engine.WorkspaceSpec{Name: "Ada's"})
	if err != nil {
		t.Fatal(err)
	}
	token := func(spec engine.TokenSpec) error { return third(h.CreateToken(h.Owner(), spec)) }
	codes(t, map[string]catalog.Code{"by id": "", "by name": "", "of the local owner": catalog.NotFound, "hers for the owner": catalog.NotFound,
		"unknown user": catalog.NotFound, "long name": catalog.Invalid, "negative": catalog.Invalid},
		map[string]error{
			"by id":              token(engine.TokenSpec{UserEmail: "ADA@example.org", WorkspaceID: own.ID}),
			"by name":            token(engine.TokenSpec{UserEmail: "ada@example.org", WorkspaceID: "ada's"}),
			"of the local owner": token(engine.TokenSpec{UserEmail: "ada@example.org", WorkspaceID: h.workspace.ID}),
			"hers for the owner": token(engine.TokenSpec{WorkspaceID: own.ID}),
			"unknown user":       token(engine.TokenSpec{UserEmail: "bob@example.org"}),
			"long name":          token(engine.TokenSpec{Name: strings.Repeat("n", 256)}),
			"negative":           token(engine.TokenSpec{Expires: -time.Second}),
		})
	narrow := h.as(engine.TokenSpec{UserEmail: "ada@example.org", WorkspaceID: own.ID})
	if w, err := h.ResolveWorkspace(narrow, ""); err != nil || w.ID != own.ID {
		t.Errorf("what is meant where nothing is said: %+v, %v", w, err)
	}
	if _, err := h.CreateWorkspace(narrow, engine.WorkspaceSpec{Name: "Another"}); catalog.CodeOf(err) != catalog.Denied {
		t.Errorf("a token for one workspace makes another: %v", err)
	}
}

func TestAUserWithoutAWorkspace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, ada := h.user("ada@example.org", catalog.OrganizationMember)
	if _, err := h.Import(ada, "", "n.txt", strings.NewReader("x")); catalog.CodeOf(err) != catalog.NotFound || !strings.Contains(err.Error(), "no workspace yet") {
		t.Errorf("an import: %v", err)
	}
	if r, err := h.Search(ada, catalog.SearchRequest{Query: "anything"}); err != nil || r.Total != 0 {
		t.Errorf("a search: %+v, %v", r, err)
	}
	first, err := h.CreateWorkspace(ada, engine.WorkspaceSpec{Name: "First"})
	if err != nil || !first.IsDefault || first.Role != catalog.RoleOwner {
		t.Fatalf("the first workspace: %+v, %v", first, err)
	}
	if c, err := h.Import(ada, "", "n.txt", strings.NewReader("x")); err != nil || c.WorkspaceID != first.ID {
		t.Errorf("an import: %+v, %v", c, err)
	}
}

func TestLimitsOfAWorkspace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	most := engine.WorkspaceSpec{Name: strings.Repeat("ü", 255), Description: strings.Repeat("ü", 1000), Icon: strings.Repeat("🏗", 50), Color: strings.Repeat("ü", 20)}
	w, err := h.CreateWorkspace(h.Owner(), most)
	if err != nil || w.Name != most.Name || w.Description != most.Description || w.Icon != most.Icon || w.Color != most.Color {
		t.Fatalf("at its limits: %+v, %v", w, err)
	}
	over := engine.WorkspaceSpec{Name: most.Name + "x", Description: most.Description + "x", Icon: most.Icon + "x", Color: most.Color + "x"}
	named := func(err error) string {
		if err == nil {
			return "nothing"
		}
		e, ok := err.(*catalog.Error)
		if !ok || e.Code != catalog.Invalid {
			return err.Error()
		}
		var names []string
		for _, f := range e.Fields {
			names = append(names, f.Field)
		}
		return strings.Join(names, " ")
	}
	change := func(name, description, icon, color string) catalog.WorkspaceChange {
		return catalog.WorkspaceChange{Name: &name, Description: &description, Icon: &icon, Color: &color}
	}
	for want, err := range map[string]error{
		"name description icon color": second(h.CreateWorkspace(h.Owner(), over)),
		"name description":            second(h.CreateWorkspace(h.Owner(), engine.WorkspaceSpec{Name: "\t ", Description: "a\x00b"})),
		"icon color":                  second(h.UpdateWorkspace(h.Owner(), w.ID, change("n", "", over.Icon, "\xff"))),
		"name icon":                   second(h.UpdateWorkspace(h.Owner(), w.ID, change("", "", "\x00", ""))),
	} {
		if got := named(err); got != want {
			t.Errorf("wrong are %s, want %s", got, want)
		}
	}
	w, err = h.UpdateWorkspace(h.Owner(), w.ID, change(" Trimmed ", "", "", ""))
	if err != nil || w.Name != "Trimmed" || w.Description+w.Icon+w.Color != "" {
		t.Errorf("cleared: %+v, %v", w, err)
	}
}

func TestMembersByRole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, asOwner := h.member("owner@example.org", catalog.RoleOwner)
	admin, asAdmin := h.member("admin@example.org", catalog.RoleAdmin)
	editor, asEditor := h.member("editor@example.org", catalog.RoleEditor)
	viewer, asViewer := h.member("viewer@example.org", catalog.RoleViewer)
	guest, asGuest := h.user("guest@example.org", catalog.OrganizationInternal)
	id := h.workspace.ID
	add := func(ctx context.Context, role catalog.Role) error {
		return second(h.AddMember(ctx, id, engine.MemberSpec{Email: " GUEST@example.org ", Role: role}))
	}
	change := func(ctx context.Context, userID string, role catalog.Role) error {
		return second(h.ChangeMember(ctx, id, userID, role))
	}
	codes(t, map[string]catalog.Code{
		"a viewer lists": "", "a guest lists": catalog.NotFound, "nobody lists": catalog.Unauthenticated,
		"a guest joins": catalog.NotFound, "a viewer adds": catalog.Denied, "an editor adds": catalog.Denied, "an admin adds an owner": catalog.Denied,
		"an admin makes an owner": catalog.Denied, "an admin demotes an owner": catalog.Denied, "an admin removes an owner": catalog.Denied,
		"an editor changes": catalog.Denied, "an editor removes": catalog.Denied, "a guest is changed": catalog.NotFound, "a guest is removed": catalog.NotFound,
		"no id": catalog.NotFound, "an address": catalog.NotFound, "no role": catalog.Invalid, "an unknown user": catalog.Invalid, "an address for an id": catalog.Invalid,
		"an id for an address": catalog.Invalid, "two users": catalog.Invalid, "no user": catalog.Invalid, "a workspace that is not there": catalog.NotFound,
	}, map[string]error{
		"a viewer lists":                second(h.Members(asViewer, id)),
		"a guest lists":                 second(h.Members(asGuest, id)),
		"nobody lists":                  second(h.Members(t.Context(), id)),
		"a guest joins":                 add(asGuest, catalog.RoleViewer),
		"a viewer adds":                 add(asViewer, catalog.RoleViewer),
		"an editor adds":                add(asEditor, catalog.RoleViewer),
		"an admin adds an owner":        add(asAdmin, catalog.RoleOwner),
		"an admin makes an owner":       change(asAdmin, editor.ID, catalog.RoleOwner),
		"an admin demotes an owner":     change(asAdmin, owner.ID, catalog.RoleViewer),
		"an admin removes an owner":     h.RemoveMember(asAdmin, id, owner.ID),
		"an editor changes":             change(asEditor, viewer.ID, catalog.RoleEditor),
		"an editor removes":             h.RemoveMember(asEditor, id, viewer.ID),
		"a guest is changed":            change(asAdmin, guest.ID, catalog.RoleEditor),
		"a guest is removed":            h.RemoveMember(asAdmin, id, guest.ID),
		"no id":                         change(asAdmin, "x", catalog.RoleEditor),
		"an address":                    change(asAdmin, editor.Email, catalog.RoleViewer),
		"no role":                       change(asAdmin, editor.ID, ""),
		"an unknown user":               second(h.AddMember(asAdmin, id, engine.MemberSpec{Email: "none@example.org", Role: catalog.RoleViewer})),
		"an address for an id":          second(h.AddMember(asAdmin, id, engine.MemberSpec{UserID: guest.Email, Role: catalog.RoleViewer})),
		"an id for an address":          second(h.AddMember(asAdmin, id, engine.MemberSpec{Email: guest.ID, Role: catalog.RoleViewer})),
		"two users":                     second(h.AddMember(asAdmin, id, engine.MemberSpec{UserID: guest.ID, Email: editor.Email, Role: catalog.RoleViewer})),
		"no user":                       second(h.AddMember(asAdmin, id, engine.MemberSpec{Role: catalog.RoleViewer})),
		"a workspace that is not there": second(h.AddMember(asAdmin, "x", engine.MemberSpec{UserID: guest.ID, Role: catalog.RoleViewer})),
	})
	for name, err := range map[string]error{
		"an admin adds":             add(asAdmin, catalog.RoleAdmin),
		"an admin changes":          change(asAdmin, guest.ID, catalog.RoleViewer),
		"an admin removes":          h.RemoveMember(asAdmin, id, guest.ID),
		"an owner makes an owner":   change(asOwner, admin.ID, catalog.RoleOwner),
		"an owner demotes an owner": change(asOwner, admin.ID, catalog.RoleAdmin),
		"a viewer leaves":           h.RemoveMember(asViewer, id, viewer.ID),
		"an owner leaves":           h.RemoveMember(asOwner, id, owner.ID),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.RemoveMember(asViewer, id, viewer.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("left again: %v", err)
	}
	if err := h.RemoveMember(h.Owner(), id, h.LocalOwner().UserID); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("the last owner leaves: %v", err)
	}
	if _, err := h.UpdateWorkspace(h.Owner(), id, catalog.WorkspaceChange{IsArchived: new(true)}); err != nil {
		t.Fatal(err)
	}
	codes(t, map[string]catalog.Code{"added": catalog.Conflict, "changed": catalog.Conflict, "removed": catalog.Conflict, "left": catalog.Conflict, "listed": ""},
		map[string]error{
			"added": add(h.Owner(), catalog.RoleViewer), "changed": change(h.Owner(), editor.ID, catalog.RoleViewer),
			"removed": h.RemoveMember(h.Owner(), id, editor.ID), "left": h.RemoveMember(asEditor, id, editor.ID), "listed": second(h.Members(asEditor, id)),
		})
}

// TestOnlyDocumentSetsShowTheWholeOrganization holds that what internal users and owners see beyond their memberships is the
// document sets and nothing else.
func TestOnlyDocumentSetsShowTheWholeOrganization(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, ada := h.user("ada@example.org", catalog.OrganizationMember)
	hers, err := h.CreateWorkspace(ada, engine.WorkspaceSpec{Name: "Ada's", Description: "of hers"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Import(ada, hers.ID, "quince.txt", strings.NewReader("A quince is not a medlar."))
	if err != nil {
		t.Fatal(err)
	}
	h.Settle()
	_, internal := h.user("internal@example.org", catalog.OrganizationInternal)
	_, member := h.user("member@example.org", catalog.OrganizationMember)
	names := func(ctx context.Context) string {
		t.Helper()
		sets, err := h.DocumentSets(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, s := range sets {
			all = append(all, s.Name)
		}
		return strings.Join(all, ", ")
	}
	for name, test := range map[string]struct {
		ctx   context.Context
		sets  string
		hers  catalog.Code
		alien catalog.Code // of a workspace that is not theirs
	}{
		"the local owner": {h.Owner(), "My documents, Ada's", "", ""},
		"internal":        {internal, "My documents, Ada's", "", ""},
		"a member":        {member, "", catalog.Denied, catalog.Denied},
		"ada":             {ada, "Ada's", "", catalog.Denied},
		"for one alone":   {h.as(engine.TokenSpec{WorkspaceID: h.workspace.ID}), "My documents", catalog.Denied, ""},
	} {
		if got := names(test.ctx); got != test.sets {
			t.Errorf("%s sees %s, want %s", name, got, test.sets)
		}
		set, users, documents, err := h.DocumentSet(test.ctx, hers.ID)
		if catalog.CodeOf(err) != test.hers {
			t.Errorf("%s: %v, want %q", name, err, test.hers)
		}
		if err == nil && (set.Details != "of hers" || set.Version != 2 || len(users) != 1 || users[0].Email != "ada@example.org" ||
			len(documents) != 1 || documents[0].ID != c.ID || documents[0].AddedBy != "ada@example.org" || documents[0].Status != catalog.StatusProcessed) {
			t.Errorf("%s sees %+v, %+v, %+v", name, set, users, documents)
		}
		if _, _, _, err := h.DocumentSet(test.ctx, h.workspace.ID); catalog.CodeOf(err) != test.alien {
			t.Errorf("%s: %v, want %q", name, err, test.alien)
		}
		if _, _, _, err := h.DocumentSet(test.ctx, "nothing"); catalog.CodeOf(err) != catalog.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, ctx := range []context.Context{h.Owner(), internal} {
		for what, err := range map[string]error{
			"the workspace": second(h.Workspace(ctx, hers.ID)), "the dataspace": second(h.Dataspace(ctx, hers.DataspaceID)),
			"the document": second(h.Content(ctx, c.ID)), "its page": second(h.Page(ctx, c.ID, 1)), "its original": third(h.Original(ctx, c.ID)),
			"the members": second(h.Members(ctx, hers.ID)), "its name": second(h.UpdateWorkspace(ctx, hers.ID, catalog.WorkspaceChange{Name: new("Mine")})),
			"its deletion": h.DeleteWorkspace(ctx, hers.ID), "its trash": h.DeleteContent(ctx, c.ID),
		} {
			if catalog.CodeOf(err) != catalog.NotFound {
				t.Errorf("%s of somebody else: %v", what, err)
			}
		}
		if r, err := h.Search(ctx, catalog.SearchRequest{Query: "quince"}); err != nil || r.Total != 0 {
			t.Errorf("a search finds %+v, %v", r, err)
		}
	}
}

// TestWatchingPausesWhereTheLocalOwnerHasLeft archives a workspace that the local owner has left.
func TestWatchingPausesWhereTheLocalOwnerHasLeft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	dir := garden(t)
	h.Watch(dir)
	_, ada := h.member("ada@example.org", catalog.RoleOwner)
	if err := h.RemoveMember(h.Owner(), h.workspace.ID, h.LocalOwner().UserID); err != nil {
		t.Fatal(err)
	}
	archive := func(archived bool) {
		t.Helper()
		if _, err := h.UpdateWorkspace(ada, h.workspace.ID, catalog.WorkspaceChange{IsArchived: &archived}); err != nil {
			t.Fatal(err)
		}
	}
	count := func() int {
		t.Helper()
		h.Settle()
		w, err := h.Workspace(ada, h.workspace.ID)
		if err != nil {
			t.Fatal(err)
		}
		return w.DocumentCount
	}
	archive(true)
	enginetest.WriteFiles(t, dir, map[string]string{"new.txt": "A new file."})
	if n := count(); n != 3 {
		t.Errorf("archived, there are %d documents", n)
	}
	archive(false)
	if n := count(); n != 4 {
		t.Errorf("un-archived, there are %d documents", n)
	}
}
