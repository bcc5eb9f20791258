package engine

import (
	"context"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Members lists who belongs to a workspace, in the order of joining.
func (e *Engine) Members(ctx context.Context, workspaceID string) ([]catalog.Member, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return nil, err
	}
	return e.store.Members(ctx, workspaceID)
}

// MemberSpec describes a member to add.
type MemberSpec struct {
	UserID string // this or Email, or both of one user
	Email  string // case ignored
	Role   catalog.Role
}

// Check returns Invalid naming every field that is missing or wrong.
func (s MemberSpec) Check() error {
	var wrong wrongFields
	if s.UserID == "" && s.Email == "" {
		wrong.add("userId", "must be given, or email in its place")
	}
	wrong.checkRole(s.Role)
	return wrong.err()
}

func (w *wrongFields) checkRole(role catalog.Role) {
	if !slices.Contains(catalog.Roles, role) {
		w.add("role", "must be OWNER, ADMIN, EDITOR or VIEWER")
	}
}

// CheckRole returns Invalid for a role that no member can have.
func CheckRole(role catalog.Role) error {
	var wrong wrongFields
	wrong.checkRole(role)
	return wrong.err()
}

// AddMember lets a user of the organization into a workspace. Invalid for one that does not exist, Conflict for one who is
// a member, Denied for an ADMIN who would make an OWNER.
func (e *Engine) AddMember(ctx context.Context, workspaceID string, spec MemberSpec) (catalog.Member, error) {
	check, err := e.granting(ctx, workspaceID, spec.Role)
	if err != nil {
		return catalog.Member{}, err
	}
	if err := spec.Check(); err != nil {
		return catalog.Member{}, err
	}
	if err := check(catalog.RoleNone); err != nil {
		return catalog.Member{}, err
	}
	user, err := e.userToAdd(ctx, spec)
	if err != nil {
		return catalog.Member{}, err
	}
	return e.store.AddMember(ctx, workspaceID, user.ID, spec.Role)
}

// userToAdd finds the one user that a spec names.
func (e *Engine) userToAdd(ctx context.Context, spec MemberSpec) (found catalog.User, err error) {
	for _, by := range []struct{ field, ref string }{{"userId", spec.UserID}, {"email", strings.TrimSpace(spec.Email)}} {
		if by.ref == "" {
			continue
		}
		user, err := e.store.User(ctx, by.ref)
		switch {
		case catalog.CodeOf(err) == catalog.NotFound, err == nil && (user.ID == by.ref) != (by.field == "userId"):
			return found, wrongField(by.field, "names no user of this organization")
		case err != nil:
			return found, err
		case found.ID != "" && found.ID != user.ID:
			return found, wrongField(by.field, "is the address of another user than userId names")
		}
		found = user
	}
	return found, nil
}

// ChangeMember gives a member another role. NotFound for a user who is no member, Conflict when it would leave no OWNER,
// Denied for an ADMIN where an OWNER is concerned.
func (e *Engine) ChangeMember(ctx context.Context, workspaceID, userID string, role catalog.Role) (catalog.Member, error) {
	check, err := e.granting(ctx, workspaceID, role)
	if err != nil {
		return catalog.Member{}, err
	}
	if err := CheckRole(role); err != nil {
		return catalog.Member{}, err
	}
	if err := knownMember(userID); err != nil {
		return catalog.Member{}, err
	}
	return e.store.ChangeMember(ctx, workspaceID, userID, role, check)
}

// RemoveMember takes a member out of a workspace. Removing oneself is leaving, which every role may. Errors as
// ChangeMember.
func (e *Engine) RemoveMember(ctx context.Context, workspaceID, userID string) error {
	actor, err := caller(ctx)
	if err != nil {
		return err
	}
	if userID == e.userOf(actor) {
		return e.leave(ctx, workspaceID, userID)
	}
	check, err := e.granting(ctx, workspaceID, catalog.RoleNone)
	if err != nil {
		return err
	}
	if err := knownMember(userID); err != nil {
		return err
	}
	return e.store.RemoveMember(ctx, workspaceID, userID, check)
}

func (e *Engine) leave(ctx context.Context, workspaceID, userID string) error {
	if err := e.may(ctx, workspaceID, catalog.ActionRead); err != nil {
		return err
	}
	if err := e.unlessArchived(ctx, workspaceID); err != nil {
		return err
	}
	return e.store.RemoveMember(ctx, workspaceID, userID, func(catalog.Role) error { return nil })
}

// granting returns a check of whether the actor may turn a member's present role into the given one.
func (e *Engine) granting(ctx context.Context, workspaceID string, role catalog.Role) (func(catalog.Role) error, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionManageMembers); err != nil {
		return nil, err
	}
	actor, _ := catalog.ActorFrom(ctx)
	own, err := e.roleOf(ctx, actor, workspaceID)
	return func(present catalog.Role) error {
		if !catalog.CanGrant(own, present, role) {
			return catalog.Errorf(catalog.Denied, "Only an owner of this workspace decides about its owners.")
		}
		return nil
	}, err
}

// knownMember answers what is no id like an unknown one.
func knownMember(userID string) error {
	if catalog.ValidID(userID) {
		return nil
	}
	return catalog.Errorf(catalog.NotFound, "This workspace has no member %s.", strings.ToValidUTF8(userID, "\uFFFD"))
}
