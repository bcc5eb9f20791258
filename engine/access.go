package engine

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// caller returns the actor of ctx, or an Unauthenticated error: no context, no rights.
func caller(ctx context.Context) (catalog.Actor, error) {
	actor, ok := catalog.ActorFrom(ctx)
	if !ok {
		return actor, catalog.Errorf(catalog.Unauthenticated, "Sign in first: this request carries no token.")
	}
	return actor, nil
}

// owner returns the actor of ctx when it may decide about the device and the organization: folders, diagnosis, users,
// tokens. That is the person at this machine, Sheaf itself, or a token with the ability admin whose user is an owner of
// the organization. A token for one workspace is for that workspace and nothing else.
func owner(ctx context.Context) (catalog.Actor, error) {
	actor, err := caller(ctx)
	if err != nil || actor.Kind != catalog.ActorUser {
		return actor, err
	}
	switch {
	case !actor.Has("admin"):
		err = catalog.Errorf(catalog.Denied, "This token lacks the ability %q.", "admin")
	case actor.Workspace != "":
		err = catalog.Errorf(catalog.Denied, "This token is for one workspace only.")
	case actor.Standing != catalog.OrganizationOwner:
		err = catalog.Errorf(catalog.Denied, "Only owners of the organization may do this.")
	}
	return actor, err
}

// may returns nil when the actor of ctx may do action in the workspace. A workspace that the actor may not know of is
// NotFound; one that is known but forbids the action is Denied.
func (e *Engine) may(ctx context.Context, workspaceID string, action catalog.Action) error {
	actor, err := caller(ctx)
	if err != nil {
		return err
	}
	role, err := e.roleOf(ctx, actor, workspaceID)
	switch {
	case err != nil:
		return err
	case role == catalog.RoleNone:
		return catalog.Errorf(catalog.NotFound, "There is no workspace %s.", workspaceID)
	case !catalog.Can(role, action):
		return catalog.Errorf(catalog.Denied, "Your role in this workspace (%s) does not allow this.", role)
	}
	if catalog.AllowedWhenArchived(action) {
		return nil
	}
	return e.unlessArchived(ctx, workspaceID)
}

// unlessArchived returns Conflict when a workspace is archived: it is closed for changes.
func (e *Engine) unlessArchived(ctx context.Context, workspaceID string) error {
	archived, err := e.store.Archived(ctx, workspaceID)
	if err == nil && archived {
		err = catalog.Errorf(catalog.Conflict, "This workspace is archived and closed for changes. Un-archive it first.")
	}
	return err
}

// roleOf returns the actor's role in a workspace; Sheaf itself has every right.
func (e *Engine) roleOf(ctx context.Context, actor catalog.Actor, workspaceID string) (catalog.Role, error) {
	if actor.Kind == catalog.ActorSystem {
		return catalog.RoleOwner, nil
	}
	if actor.Workspace != "" && actor.Workspace != workspaceID {
		return catalog.RoleNone, nil
	}
	return e.store.Role(ctx, workspaceID, actor.UserID)
}

// readable resolves a scope to the workspaces that the actor may read. Named ones that it may not are NotFound.
func (e *Engine) readable(ctx context.Context, scope catalog.Scope) (catalog.Scope, error) {
	if len(scope.Workspaces) > 0 {
		for _, id := range scope.Workspaces {
			if err := e.may(ctx, id, catalog.ActionRead); err != nil {
				return scope, err
			}
		}
		return scope, nil
	}
	list, err := e.Workspaces(ctx)
	if err != nil {
		return scope, err
	}
	for _, w := range list {
		scope.Workspaces = append(scope.Workspaces, w.ID)
	}
	return scope, nil
}
