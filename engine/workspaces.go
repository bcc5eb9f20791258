package engine

import (
	"context"
	"errors"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/store"
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
// the name. An empty ref is the default workspace, or the one that the token is for.
func (e *Engine) ResolveWorkspace(ctx context.Context, ref string) (catalog.Workspace, error) {
	list, err := e.Workspaces(ctx)
	if err != nil {
		return catalog.Workspace{}, err
	}
	actor, _ := catalog.ActorFrom(ctx)
	var named []catalog.Workspace
	for _, w := range list {
		switch {
		case w.ID == ref || ref == "" && (w.IsDefault || actor.Workspace != ""):
			return w, nil
		case ref != "" && strings.EqualFold(w.Name, ref):
			named = append(named, w)
		}
	}
	switch {
	case ref == "":
		return catalog.Workspace{}, catalog.Errorf(catalog.NotFound, "You have no workspace yet. Make one, or let an owner of one add you.")
	case len(named) == 0:
		return catalog.Workspace{}, catalog.Errorf(catalog.NotFound, "There is no workspace %q. `sheaf workspace list` shows those there are.", ref)
	case len(named) == 1:
		return named[0], nil
	}
	ids := make([]string, len(named))
	for i, w := range named {
		ids[i] = w.ID
	}
	return catalog.Workspace{}, catalog.Errorf(catalog.Invalid, "%d workspaces are named %q. Name one by its id: %s.", len(named), ref, strings.Join(ids, ", "))
}

// WorkspaceSpec describes a workspace to make.
type WorkspaceSpec struct {
	Name        string // not blank, at most 255 code points
	Description string // at most 1,000
	Icon        string // at most 50
	Color       string // at most 20
}

// Check returns Invalid naming every field that breaks its limit.
func (s WorkspaceSpec) Check() error {
	return CheckWorkspace(catalog.WorkspaceChange{Name: &s.Name, Description: &s.Description, Icon: &s.Icon, Color: &s.Color})
}

// CheckWorkspace is WorkspaceSpec.Check for a change.
func CheckWorkspace(c catalog.WorkspaceChange) error {
	var wrong wrongFields
	for _, text := range []struct {
		name        string
		value       *string
		least, most int
	}{{"name", c.Name, 1, maxName}, {"description", c.Description, 0, 1000}, {"icon", c.Icon, 0, 50}, {"color", c.Color, 0, 20}} {
		if text.value != nil {
			wrong.checkText(text.name, *text.value, text.least, text.most)
		}
	}
	return wrong.err()
}

// CreateWorkspace makes a workspace that the actor owns. Invalid naming every field that breaks its limit; Denied for a
// token that is for one workspace.
func (e *Engine) CreateWorkspace(ctx context.Context, spec WorkspaceSpec) (catalog.Workspace, error) {
	actor, err := caller(ctx)
	if err != nil {
		return catalog.Workspace{}, err
	}
	if actor.Workspace != "" {
		return catalog.Workspace{}, catalog.Errorf(catalog.Denied, "This token is for one workspace and cannot make another.")
	}
	if err := spec.Check(); err != nil {
		return catalog.Workspace{}, err
	}
	spec.Name = strings.TrimSpace(spec.Name)
	return e.store.CreateWorkspace(ctx, e.userOf(actor), store.WorkspaceSpec(spec))
}

// UpdateWorkspace changes what is present in c.
func (e *Engine) UpdateWorkspace(ctx context.Context, id string, c catalog.WorkspaceChange) (catalog.Workspace, error) {
	if err := e.may(ctx, id, catalog.ActionManageWorkspace); err != nil {
		return catalog.Workspace{}, err
	}
	if err := CheckWorkspace(c); err != nil {
		return catalog.Workspace{}, err
	}
	if c.Name != nil {
		name := strings.TrimSpace(*c.Name)
		c.Name = &name
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

// DeleteWorkspace removes the workspace with its contents, their index rows, shares and uploaded bytes, and its folders;
// never the person's own files. It is gone at once; that all it held is gone too takes a while for a large one, and goes
// on in the background when the caller does not wait for it.
func (e *Engine) DeleteWorkspace(ctx context.Context, id string) error {
	if err := e.may(ctx, id, catalog.ActionDeleteWorkspace); err != nil {
		return err
	}
	if err := e.store.DeleteWorkspace(ctx, id); err != nil {
		return err
	}
	if err := e.watchFolders(ctx); err != nil {
		return err
	}
	err := errors.Join(e.purgeWorkspaces(ctx), e.purgePictures(ctx))
	if ctx.Err() != nil {
		e.purgeSoon()
	}
	return err
}

// purgeWorkspaces removes what deleted workspaces held. Bytes that are uploaded anew meanwhile stay.
func (e *Engine) purgeWorkspaces(ctx context.Context) error {
	return e.store.PurgeWorkspaces(ctx, func(sha256 string) error {
		e.uploads.Lock()
		defer e.uploads.Unlock()
		used, err := e.store.BlobUsedElsewhere(ctx, sha256)
		if used || err != nil {
			return err
		}
		return e.blobs.Delete(ctx, sha256)
	})
}
