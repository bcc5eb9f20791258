package client

import (
	"context"
	"net/url"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Remotes lists the remotes of this device and how they stand.
func (c *Client) Remotes(ctx context.Context) ([]catalog.SyncStatus, error) {
	var list struct{ Remotes []catalog.SyncStatus }
	_, err := c.call(ctx, "GET", "/remotes", nil, &list)
	return list.Remotes, err
}

// ProbeRemote looks at a remote before it is added.
func (c *Client) ProbeRemote(ctx context.Context, spec catalog.RemoteSpec) (p catalog.RemoteProbe, err error) {
	_, err = c.call(ctx, "POST", "/remotes/probe", spec, &p)
	return p, err
}

// AddRemote synchronises with a remote from now on.
func (c *Client) AddRemote(ctx context.Context, spec catalog.RemoteSpec) (s catalog.SyncStatus, err error) {
	_, err = c.call(ctx, "POST", "/remotes", spec, &s)
	return s, err
}

// ChangeRemote changes what is present in change.
func (c *Client) ChangeRemote(ctx context.Context, id string, change catalog.RemoteChange) (s catalog.SyncStatus, err error) {
	_, err = c.call(ctx, "PUT", "/remotes/"+url.PathEscape(id), change, &s)
	return s, err
}

// RemoveRemote ends synchronising with a remote; its workspaces stay.
func (c *Client) RemoveRemote(ctx context.Context, id string) error {
	_, err := c.call(ctx, "DELETE", "/remotes/"+url.PathEscape(id), nil, nil)
	return err
}

// PauseRemote stops synchronising with a remote for now, or goes on.
func (c *Client) PauseRemote(ctx context.Context, id string, paused bool) error {
	what := "resume"
	if paused {
		what = "pause"
	}
	_, err := c.call(ctx, "POST", "/remotes/"+url.PathEscape(id)+"/"+what, nil, nil)
	return err
}

// SyncRemote synchronises one round and tells how the remote stands then.
func (c *Client) SyncRemote(ctx context.Context, id string) (s catalog.SyncStatus, err error) {
	_, err = c.call(ctx, "POST", "/remotes/"+url.PathEscape(id)+"/sync", nil, &s)
	return s, err
}

// ShareWorkspace gives a remote a workspace of this device.
func (c *Client) ShareWorkspace(ctx context.Context, remoteID, workspace string) (s catalog.SyncStatus, err error) {
	_, err = c.call(ctx, "POST", "/remotes/"+url.PathEscape(remoteID)+"/share", map[string]string{"workspaceId": workspace}, &s)
	return s, err
}

// ChooseWorkspace changes what is chosen for a workspace of a remote.
func (c *Client) ChooseWorkspace(ctx context.Context, remoteID, workspace string, change catalog.SyncChoiceChange) (s catalog.SyncStatus, err error) {
	_, err = c.call(ctx, "PUT", "/remotes/"+url.PathEscape(remoteID)+"/workspaces/"+url.PathEscape(workspace), change, &s)
	return s, err
}

// Invite makes an invitation, whose text is shown once.
func (c *Client) Invite(ctx context.Context, spec catalog.InvitationSpec) (i catalog.Invitation, err error) {
	_, err = c.call(ctx, "POST", "/invitations", spec, &i)
	return i, err
}
