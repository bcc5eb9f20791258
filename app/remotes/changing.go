package remotes

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Change changes what is present in c. A new token is tried before it takes the place of the old one; it must be of the
// same person, whose name stands on the work that waits.
func (r *Remotes) Change(ctx context.Context, id string, c catalog.RemoteChange) (catalog.SyncStatus, error) {
	remote, err := r.options.Engine.Remote(ctx, id)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	if c.Name != nil {
		remote.Name = *c.Name
	}
	if c.Limit != nil {
		remote.Limit = *c.Limit
	}
	if c.KeepNew != nil {
		remote.KeepNew = *c.KeepNew
	}
	if c.Token != nil || c.Pin != nil {
		if remote, err = r.reconnect(ctx, remote, c); err != nil {
			return catalog.SyncStatus{}, err
		}
	}
	if err := r.options.Engine.SaveRemote(ctx, remote); err != nil {
		return catalog.SyncStatus{}, err
	}
	if c.Token != nil || c.Pin != nil || c.Limit != nil {
		r.restart(id)
	}
	return r.one(ctx, id)
}

// reconnect tries a new token or pin and keeps the token.
func (r *Remotes) reconnect(ctx context.Context, remote catalog.Remote, c catalog.RemoteChange) (catalog.Remote, error) {
	spec := catalog.RemoteSpec{URL: remote.URL, Pin: remote.Pin, Insecure: true}
	if c.Pin != nil {
		spec.Pin = *c.Pin
	}
	if c.Token != nil {
		spec.Token = *c.Token
	} else {
		token, err := r.options.Secrets.Get(remote.ID)
		if err != nil {
			return remote, err
		}
		spec.Token = token
	}
	spec, err := spelled(spec)
	if err != nil {
		return remote, err
	}
	probe, err := r.probe(ctx, spec)
	switch {
	case err != nil:
		return remote, err
	case !probe.Trusted:
		return remote, unpinned(probe)
	case probe.Account.UserID != remote.UserID:
		return remote, catalog.Errorf(catalog.Conflict, "This token is of %s, and the work here is of %s. Add the remote anew to synchronise as somebody else.", probe.Account.Email, remote.Email)
	}
	remote.Pin, remote.Email = spec.Pin, probe.Account.Email
	return remote, r.options.Secrets.Put(remote.ID, spec.Token)
}

// Remove ends synchronising with a remote. Its workspaces stay, as ones of this device.
func (r *Remotes) Remove(ctx context.Context, id string) error {
	if _, err := r.options.Engine.Remote(ctx, id); err != nil {
		return err
	}
	r.stop(id)
	if err := r.keepAlone(ctx, id); err != nil {
		return err
	}
	if err := r.options.Engine.RemoveRemote(ctx, id); err != nil {
		return err
	}
	return r.options.Secrets.Drop(id)
}

// keepAlone makes the workspaces of a remote ones of this device alone.
func (r *Remotes) keepAlone(ctx context.Context, id string) error {
	list, err := r.options.Engine.RemoteWorkspaces(ctx, id)
	if err != nil {
		return err
	}
	for _, w := range list {
		if !w.Kept {
			continue
		}
		err := r.options.Engine.Replica().KeepAlone(ctx, w.ID)
		if err == nil {
			err = r.options.Engine.SetBytesMode(ctx, w.ID, "")
		}
		if err != nil && catalog.CodeOf(err) != catalog.NotFound { // its first page never came
			return err
		}
	}
	return nil
}

// Pause stops synchronising for now, or goes on.
func (r *Remotes) Pause(ctx context.Context, id string, paused bool) error {
	remote, err := r.options.Engine.Remote(ctx, id)
	if err != nil || remote.Paused == paused {
		return err
	}
	remote.Paused = paused
	if err := r.options.Engine.SaveRemote(ctx, remote); err != nil {
		return err
	}
	if paused {
		r.stop(id)
	}
	r.wake()
	return nil
}

// Now synchronises one round and tells how the remote stands then. A remote that cannot be reached or does not take the
// token is told by the state, not by an error.
func (r *Remotes) Now(ctx context.Context, id string) (catalog.SyncStatus, error) {
	remote, err := r.options.Engine.Remote(ctx, id)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	if remote.Paused {
		return catalog.SyncStatus{}, catalog.Errorf(catalog.Conflict, "Synchronising with %s is paused.", remote.Name)
	}
	p, err := r.running(ctx, remote)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	for range roundsAtOnce { // what others change meanwhile, or bytes that came late, are for the next
		if err = p.peer.Once(ctx); err == nil || !catches(p.peer.Status()) {
			break
		}
	}
	if ctx.Err() != nil {
		return catalog.SyncStatus{}, ctx.Err()
	}
	if err != nil {
		r.options.Log.Info("a round of synchronisation did not succeed", "remote", id, "error", err)
	}
	return r.status(ctx, remote)
}

// roundsAtOnce is how many rounds a person's wish to synchronise now is worth.
const roundsAtOnce = 3

// catches reports whether another round may bring the two sides together.
func catches(s catalog.PeerSync) bool {
	for _, f := range s.Feeds {
		if f.State == catalog.SyncOffline || f.State == catalog.SyncWorking {
			return s.State != catalog.SyncOffline && s.State != catalog.SyncDenied && s.State != catalog.SyncIncompatible
		}
	}
	return false
}

// beginning is how long Run may take to begin: a command that owns the data directory asks at once.
const beginning = 10 * time.Second

// running is a remote's peer, which is started now when Run has not come to it yet. Unavailable without Run.
func (r *Remotes) running(ctx context.Context, remote catalog.Remote) (*running, error) {
	select {
	case <-r.begun:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(beginning):
		return nil, catalog.Errorf(catalog.Unavailable, "Sheaf is not running yet; try again in a moment.")
	}
	r.mu.Lock()
	ctx = r.ctx
	r.mu.Unlock()
	if err := r.start(ctx, remote); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.peers[remote.ID]; p != nil {
		return p, nil
	}
	return nil, catalog.Errorf(catalog.Unavailable, "Synchronising with %s is being stopped; try again in a moment.", remote.Name)
}

// Choose changes what was chosen for a workspace of a remote. Taking it away from this device is refused with Conflict
// while something of it has not been sent.
func (r *Remotes) Choose(ctx context.Context, id, workspaceID string, c catalog.SyncChoiceChange) (catalog.SyncStatus, error) {
	w, err := r.workspaceOf(ctx, id, workspaceID)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	was := w.Kept
	if c.Kept != nil {
		w.Kept = *c.Kept
	}
	if c.Mode != nil {
		if !slices.Contains(catalog.SyncIndex.Values(), any(*c.Mode)) {
			return catalog.SyncStatus{}, wrong("mode", "must be index, pinned or names")
		}
		w.Mode = *c.Mode
	}
	if c.Mirror != nil {
		if err := r.mirror(ctx, workspaceID, *c.Mirror); err != nil {
			return catalog.SyncStatus{}, err
		}
	}
	if was && !w.Kept {
		if err := r.letGo(ctx, w); err != nil {
			return catalog.SyncStatus{}, err
		}
	}
	if err := r.options.Engine.SaveRemoteWorkspace(ctx, id, w); err != nil {
		return catalog.SyncStatus{}, err
	}
	if was && !w.Kept {
		r.stop(id) // what the peer does with the workspace ends before its copy goes
		if err := r.options.Engine.Replica().LeaveWorkspace(ctx, workspaceID); err != nil && catalog.CodeOf(err) != catalog.NotFound {
			return catalog.SyncStatus{}, err
		}
	}
	if c.Mode != nil && w.Kept {
		if err := r.options.Engine.SetBytesMode(ctx, workspaceID, w.Mode); err != nil && catalog.CodeOf(err) != catalog.NotFound {
			return catalog.SyncStatus{}, err
		}
	}
	r.restart(id)
	return r.one(ctx, id)
}

// mirror shows a workspace in a folder, or ends that when path is empty. Its files then stay where they are.
func (r *Remotes) mirror(ctx context.Context, workspaceID, path string) error {
	if path != "" && !filepath.IsAbs(path) {
		return wrong("mirror", "must be an absolute path")
	}
	mirrors, err := r.mirrors(ctx)
	if err != nil {
		return err
	}
	present, mirrored := mirrors[workspaceID]
	if mirrored && present.Path == path {
		return nil
	}
	if mirrored {
		if err := r.options.Engine.RemoveFolder(ctx, present.ID, false); err != nil || path == "" {
			return err
		}
	}
	if path != "" {
		_, _, err = r.options.Engine.AddFolder(ctx, engine.FolderSpec{WorkspaceID: workspaceID, Path: path, Mirror: true, Consent: true})
	}
	return err
}

// letGo refuses to drop a copy that holds work nobody else has.
func (r *Remotes) letGo(ctx context.Context, w catalog.RemoteWorkspace) error {
	pending, _, err := r.options.Engine.Unsynced(ctx, w.ID)
	if err == nil && pending.Items > 0 {
		err = catalog.Errorf(catalog.Conflict, "%s of %s not been sent yet. Synchronise first.", has(pending.Items, "change"), w.Name)
	}
	return err
}

func (r *Remotes) workspaceOf(ctx context.Context, id, workspaceID string) (catalog.RemoteWorkspace, error) {
	if _, err := r.options.Engine.Remote(ctx, id); err != nil {
		return catalog.RemoteWorkspace{}, err
	}
	of, w, err := r.options.Engine.RemoteOf(ctx, workspaceID)
	if err == nil && of != id {
		err = catalog.Errorf(catalog.NotFound, "This remote has no workspace %s.", workspaceID)
	}
	return w, err
}

// Share gives a remote a workspace that was of this device alone. Conflict when it has a remote.
func (r *Remotes) Share(ctx context.Context, id, workspaceID string) (catalog.SyncStatus, error) {
	remote, err := r.options.Engine.Remote(ctx, id)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	w, err := r.options.Engine.Workspace(ctx, workspaceID)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	if !catalog.Can(w.Role, catalog.ActionDeleteWorkspace) {
		return catalog.SyncStatus{}, catalog.Errorf(catalog.Denied, "Only an owner of %s may share it.", w.Name)
	}
	of, _, err := r.options.Engine.RemoteOf(ctx, workspaceID)
	switch {
	case err != nil:
		return catalog.SyncStatus{}, err
	case of == id:
		return r.one(ctx, id)
	case of != "":
		return catalog.SyncStatus{}, catalog.Errorf(catalog.Conflict, "%s is synchronised with another remote already.", w.Name)
	}
	shared := catalog.RemoteWorkspace{ID: w.ID, Name: w.Name, Role: catalog.RoleOwner, SyncChoice: catalog.SyncChoice{Kept: true, Mode: catalog.SyncPinned}}
	if err := r.options.Engine.SaveRemoteWorkspace(ctx, id, shared); err != nil {
		return catalog.SyncStatus{}, err
	}
	if err := r.options.Engine.Replica().ShareWorkspace(ctx, w.ID, remote.UserID, remote.Email); err != nil {
		return catalog.SyncStatus{}, errors.Join(err, r.options.Engine.ForgetRemoteWorkspace(ctx, w.ID))
	}
	r.record(ctx, id, catalog.SyncEntry{Kind: catalog.EntryShared, WorkspaceID: w.ID, Detail: w.Name})
	r.restart(id)
	return r.one(ctx, id)
}

// Answer answers a question of a remote's peer.
func (r *Remotes) Answer(ctx context.Context, id, questionID string, yes bool) error {
	p, err := r.peerOf(ctx, id)
	if err != nil {
		return err
	}
	return p.peer.Answer(questionID, yes)
}

// Retry tries an item again that was set aside, and with it what else was of its workspace. NotFound for one that was not.
func (r *Remotes) Retry(ctx context.Context, id, itemID string) error {
	p, err := r.peerOf(ctx, id)
	if err != nil {
		return err
	}
	for feed, f := range p.peer.Status().Feeds {
		if slices.ContainsFunc(f.SetAside, func(a catalog.SetAside) bool { return a.ItemID == itemID }) {
			p.peer.Retry(feed)
			return nil
		}
	}
	return catalog.Errorf(catalog.NotFound, "This item is not set aside any more.")
}

// peerOf is the peer of a remote that the caller may know of.
func (r *Remotes) peerOf(ctx context.Context, id string) (*running, error) {
	remote, err := r.options.Engine.Remote(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.running(ctx, remote)
}
