package engine

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxName is the longest name of a workspace, in code points.
const maxName = 255

// Workspaces lists those that the actor may read, oldest first.
func (e *Engine) Workspaces(ctx context.Context) ([]catalog.Workspace, error) {
	actor, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	list, err := e.store.Workspaces(ctx, e.userOf(actor))
	if err != nil || actor.Workspace == "" {
		return list, err
	}
	visible := list[:0]
	for _, w := range list {
		if w.ID == actor.Workspace {
			visible = append(visible, w)
		}
	}
	return visible, nil
}

// Workspace returns one; NotFound covers those the actor may not know of.
func (e *Engine) Workspace(ctx context.Context, id string) (catalog.Workspace, error) {
	if err := e.may(ctx, id, catalog.ActionRead); err != nil {
		return catalog.Workspace{}, err
	}
	actor, _ := catalog.ActorFrom(ctx)
	return e.store.Workspace(ctx, id, e.userOf(actor))
}

// Dataspace returns the workspace with a short id, "sds-" and 8 hex digits; NotFound covers those the actor may not know
// of.
func (e *Engine) Dataspace(ctx context.Context, shortID string) (catalog.Workspace, error) {
	actor, err := caller(ctx)
	if err != nil {
		return catalog.Workspace{}, err
	}
	w, err := e.store.WorkspaceOfDataspace(ctx, shortID, e.userOf(actor))
	if err == nil && actor.Workspace != "" && actor.Workspace != w.ID || catalog.CodeOf(err) == catalog.NotFound {
		return catalog.Workspace{}, catalog.Errorf(catalog.NotFound, "There is no dataspace %s.", strings.ToValidUTF8(shortID, "\uFFFD"))
	}
	return w, err
}

// ResolveWorkspace finds a workspace by id or by name (case ignored). NotFound; Invalid listing them when several share
// the name. An empty ref is the default workspace.
func (e *Engine) ResolveWorkspace(ctx context.Context, ref string) (catalog.Workspace, error) {
	list, err := e.Workspaces(ctx)
	if err != nil {
		return catalog.Workspace{}, err
	}
	var named []catalog.Workspace
	for _, w := range list {
		switch {
		case w.ID == ref || ref == "" && w.IsDefault:
			return w, nil
		case ref != "" && strings.EqualFold(w.Name, ref):
			named = append(named, w)
		}
	}
	switch len(named) {
	case 0:
		return catalog.Workspace{}, catalog.Errorf(catalog.NotFound, "There is no workspace %q. `sheaf workspace list` shows those there are.", ref)
	case 1:
		return named[0], nil
	}
	ids := make([]string, len(named))
	for i, w := range named {
		ids[i] = w.ID
	}
	return catalog.Workspace{}, catalog.Errorf(catalog.Invalid, "%d workspaces are named %q. Name one by its id: %s.", len(named), ref, strings.Join(ids, ", "))
}

// CreateWorkspace makes a workspace that the actor owns. Invalid for a blank name or one over 255 code points.
func (e *Engine) CreateWorkspace(ctx context.Context, name, description string) (catalog.Workspace, error) {
	actor, err := caller(ctx)
	if err != nil {
		return catalog.Workspace{}, err
	}
	if err := checkName(name); err != nil {
		return catalog.Workspace{}, err
	}
	return e.store.CreateWorkspace(ctx, e.userOf(actor), strings.TrimSpace(name), description)
}

// UpdateWorkspace changes what is present in c.
func (e *Engine) UpdateWorkspace(ctx context.Context, id string, c catalog.WorkspaceChange) (catalog.Workspace, error) {
	if err := e.may(ctx, id, catalog.ActionManageWorkspace); err != nil {
		return catalog.Workspace{}, err
	}
	if c.Name != nil {
		if err := checkName(*c.Name); err != nil {
			return catalog.Workspace{}, err
		}
	}
	actor, _ := catalog.ActorFrom(ctx)
	if err := e.store.UpdateWorkspace(ctx, id, c); err != nil {
		return catalog.Workspace{}, err
	}
	if err := e.watchFolders(ctx); err != nil { // an archived workspace is not watched
		return catalog.Workspace{}, err
	}
	return e.store.Workspace(ctx, id, e.userOf(actor))
}

// DeleteWorkspace removes the workspace, its contents, folders and index rows; never the person's own files.
func (e *Engine) DeleteWorkspace(ctx context.Context, id string) error {
	if err := e.may(ctx, id, catalog.ActionDeleteWorkspace); err != nil {
		return err
	}
	if err := e.store.DeleteWorkspace(ctx, id); err != nil {
		return err
	}
	return e.watchFolders(ctx)
}

func checkName(name string) error {
	invalid := func(message string) error {
		return &catalog.Error{Code: catalog.Invalid, Message: message, Fields: []catalog.FieldError{{Field: "name", Message: message}}}
	}
	switch {
	case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
		return invalid("The name is not valid text.")
	case strings.TrimSpace(name) == "":
		return invalid("The name must not be blank.")
	case utf8.RuneCountInString(name) > maxName:
		return invalid("The name must not be longer than 255 characters.")
	}
	return nil
}
