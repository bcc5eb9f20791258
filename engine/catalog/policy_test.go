package catalog

import "testing"

// TestPolicy holds every cell of the policy: which role may do what, and what may be done to an archived workspace.
func TestPolicy(t *testing.T) {
	t.Parallel()
	const yes, no = true, false
	matrix := map[Action]struct{ viewer, editor, admin, owner, archived bool }{
		ActionRead:            {viewer: yes, editor: yes, admin: yes, owner: yes, archived: yes},
		ActionWriteContents:   {viewer: no, editor: yes, admin: yes, owner: yes, archived: no},
		ActionWriteOntology:   {viewer: no, editor: yes, admin: yes, owner: yes, archived: no},
		ActionWriteProjects:   {viewer: no, editor: yes, admin: yes, owner: yes, archived: no},
		ActionWriteSessions:   {viewer: no, editor: yes, admin: yes, owner: yes, archived: no},
		ActionManageFolders:   {viewer: no, editor: no, admin: yes, owner: yes, archived: yes},
		ActionManageMembers:   {viewer: no, editor: no, admin: yes, owner: yes, archived: no},
		ActionManageWorkspace: {viewer: no, editor: no, admin: yes, owner: yes, archived: yes},
		ActionDeleteWorkspace: {viewer: no, editor: no, admin: no, owner: yes, archived: yes},
		"fly":                 {},
		"":                    {},
	}
	for action, row := range matrix {
		for role, want := range map[Role]bool{
			RoleViewer: row.viewer, RoleEditor: row.editor, RoleAdmin: row.admin, RoleOwner: row.owner,
			RoleNone: no, "SUPREME": no, "owner": no,
		} {
			if got := Can(role, action); got != want {
				t.Errorf("%q may %q: %v, want %v", role, action, got, want)
			}
		}
		if got := AllowedWhenArchived(action); got != row.archived {
			t.Errorf("%q of an archived workspace: %v, want %v", action, got, row.archived)
		}
	}
	for action := range policy {
		if _, ok := matrix[action]; !ok {
			t.Errorf("the matrix lacks %q", action)
		}
	}
}

// TestOnlyOwnersDecideAboutOwners holds every cell of CanGrant: who may turn which role into which.
func TestOnlyOwnersDecideAboutOwners(t *testing.T) {
	t.Parallel()
	all := append([]Role{RoleNone}, Roles...)
	for _, actor := range append([]Role{"SUPREME"}, all...) {
		for _, present := range all {
			for _, next := range all {
				want := actor == RoleOwner || actor == RoleAdmin && present != RoleOwner && next != RoleOwner
				if got := CanGrant(actor, present, next); got != want {
					t.Errorf("%q may turn %q into %q: %v, want %v", actor, present, next, got, want)
				}
			}
		}
	}
}

func TestWhoSeesTheWholeOrganization(t *testing.T) {
	t.Parallel()
	for role, want := range map[OrganizationRole]bool{OrganizationOwner: true, OrganizationInternal: true, OrganizationMember: false, "": false, "OWNER": false} {
		if got := role.SeesWholeOrganization(); got != want {
			t.Errorf("%q: %v, want %v", role, got, want)
		}
	}
}
