package engine

import (
	"context"
	"net/mail"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxEmail is the longest email address (RFC 5321), in bytes.
const maxEmail = 254

// Users lists the users of the organization, oldest first. Denied to all but its owners, as everything about users is.
func (e *Engine) Users(ctx context.Context) ([]catalog.User, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.Users(ctx)
}

// User returns one by id or email, case ignored.
func (e *Engine) User(ctx context.Context, ref string) (catalog.User, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.User{}, err
	}
	return e.store.User(ctx, ref)
}

// AddUser makes a user with a role in the organization; an empty role is member. The user has no workspace yet: the first
// one made or joined becomes the default. One who was removed comes back under the id of before. Invalid for an
// address that is none, Conflict when there is a user with it, case ignored.
func (e *Engine) AddUser(ctx context.Context, email string, role catalog.OrganizationRole) (catalog.User, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.User{}, err
	}
	if role == "" {
		role = catalog.OrganizationMember
	}
	var wrong wrongFields
	email = strings.TrimSpace(email)
	if !validEmail(email) {
		wrong.add("email", "must be an email address such as ada@example.org")
	}
	wrong.checkOrganizationRole(role)
	if err := wrong.err(); err != nil {
		return catalog.User{}, err
	}
	return e.store.AddUser(ctx, email, role)
}

// validEmail reports whether s is an address and nothing more: no name, no comment.
func validEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s && len(s) <= maxEmail
}

func (w *wrongFields) checkOrganizationRole(role catalog.OrganizationRole) {
	if !slices.Contains(catalog.OrganizationRoles, role) {
		w.add("role", "must be internal, owner or member")
	}
}

// ChangeUser gives a user another role in the organization. Conflict for the local owner, who stays an owner.
func (e *Engine) ChangeUser(ctx context.Context, id string, role catalog.OrganizationRole) (catalog.User, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.User{}, err
	}
	var wrong wrongFields
	wrong.checkOrganizationRole(role)
	if err := wrong.err(); err != nil {
		return catalog.User{}, err
	}
	return e.store.ChangeUser(ctx, id, role)
}

// RemoveUser takes a user's tokens and memberships away; documents go on naming who added them. Conflict for the local
// owner, and for the last OWNER of a workspace, naming those workspaces.
func (e *Engine) RemoveUser(ctx context.Context, id string) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	return e.store.RemoveUser(ctx, id)
}
