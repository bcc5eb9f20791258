package remotes

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/peer"
)

// told is what of a peer's status has been acted upon.
type told struct {
	state catalog.SyncState
	feeds map[string]catalog.FeedSync
}

// reported does what follows from a new status of a peer.
func (r *Remotes) reported(ctx context.Context, p *running, status catalog.PeerSync) {
	r.mu.Lock()
	before := p.told
	p.told = told{state: status.State, feeds: status.Feeds}
	r.mu.Unlock()
	for id, now := range status.Feeds {
		r.keepProgress(ctx, id, before.feeds[id], now)
	}
	r.options.Engine.SyncChanged(p.remote.ID)
}

// progressEvery is how finely the time of the last success is kept: a write for every round would be absurd.
const progressEvery = time.Minute

// keepProgress keeps what should be known after a restart.
func (r *Remotes) keepProgress(ctx context.Context, workspaceID string, before, now catalog.FeedSync) {
	var succeeded *time.Time
	if now.LastSuccess != nil && (before.LastSuccess == nil || now.LastSuccess.Sub(*before.LastSuccess) >= progressEvery) {
		succeeded = now.LastSuccess
	}
	agreement := now.Agreement
	if agreement != nil && before.Agreement != nil && agreement.Digest == before.Agreement.Digest && agreement.Seq == before.Agreement.Seq && succeeded == nil {
		agreement = nil
	}
	if succeeded == nil && agreement == nil {
		return
	}
	if err := r.options.Engine.SaveSyncProgress(ctx, workspaceID, succeeded, agreement); err != nil && ctx.Err() == nil {
		r.options.Log.Error("progress of synchronisation was not kept", "workspace", workspaceID, "error", err)
	}
}

// feeds is what a peer is to synchronise, now that the remote has said what there is: the workspaces that are kept here,
// those that appeared when the person wants new ones, and those of this device that were given to the remote.
func (r *Remotes) feeds(ctx context.Context, remote catalog.Remote, account peer.Account) ([]peer.Feed, error) {
	known, err := r.heard(ctx, remote, account)
	if err != nil {
		return nil, err
	}
	feeds := []peer.Feed{}
	replica := r.options.Engine.Replica()
	for _, w := range known {
		if !w.Kept {
			continue
		}
		err := replica.KeepWorkspace(ctx, w.ID, w.Name, account.UserID)
		if catalog.CodeOf(err) == catalog.Conflict {
			r.options.Log.Warn("a workspace cannot be kept", "workspace", w.ID, "error", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := r.options.Engine.SetBytesMode(ctx, w.ID, w.Mode); err != nil {
			return nil, err
		}
		feeds = append(feeds, peer.Feed{Local: w.ID, Remote: w.ID})
	}
	return append(feeds, r.personal(ctx, remote, account)...), nil
}

// heard keeps what an account says of its workspaces: names, roles, and those that appeared. It returns what is known then.
func (r *Remotes) heard(ctx context.Context, remote catalog.Remote, account peer.Account) ([]catalog.RemoteWorkspace, error) {
	known, err := r.options.Engine.RemoteWorkspaces(ctx, remote.ID)
	if err != nil {
		return nil, err
	}
	byID := map[string]catalog.RemoteWorkspace{}
	for _, w := range known {
		byID[w.ID] = w
	}
	changed := false
	for _, w := range account.Workspaces {
		now, old := byID[w.ID]
		if old && now.Name == w.Name && now.Role == w.Role {
			continue
		}
		if !old {
			keep, err := r.keepsNew(ctx, remote.ID)
			if err != nil {
				return nil, err
			}
			now = catalog.RemoteWorkspace{ID: w.ID, SyncChoice: catalog.SyncChoice{Kept: keep, Mode: catalog.SyncIndex}}
		}
		now.Name, now.Role, changed = w.Name, w.Role, true
		if err := r.options.Engine.SaveRemoteWorkspace(ctx, remote.ID, now); err != nil && catalog.CodeOf(err) != catalog.Conflict {
			return nil, err
		}
	}
	if !changed {
		return known, nil
	}
	return r.options.Engine.RemoteWorkspaces(ctx, remote.ID)
}

func (r *Remotes) keepsNew(ctx context.Context, remoteID string) (bool, error) {
	remote, err := r.options.Engine.Remote(ctx, remoteID)
	return remote.KeepNew, err
}

// personal is the feed of what a person has beside workspaces. It has one remote: the first that was added.
func (r *Remotes) personal(ctx context.Context, remote catalog.Remote, account peer.Account) []peer.Feed {
	all, err := r.options.Engine.Remotes(ctx)
	if err != nil || len(all) == 0 || all[0].ID != remote.ID {
		return nil
	}
	return []peer.Feed{{Local: catalog.AccountFeed(r.options.Engine.LocalOwner().UserID), Remote: catalog.AccountFeed(account.UserID)}}
}

// rescue ends the copy of a workspace whose person is no member any more; what the remote has not seen moves to a
// workspace of this device before.
func (r *Remotes) rescue(ctx context.Context, remote catalog.Remote, workspaceID string) error {
	_, w, err := r.options.Engine.RemoteOf(ctx, workspaceID)
	if err != nil {
		return err
	}
	rescued, documents, err := r.options.Engine.Replica().RescueWorkspace(ctx, workspaceID)
	if err != nil && catalog.CodeOf(err) != catalog.NotFound {
		return err
	}
	if rescued != "" {
		r.record(ctx, remote.ID, catalog.SyncEntry{Kind: catalog.EntryRescued, WorkspaceID: rescued, Count: documents, Detail: w.Name})
	}
	return r.options.Engine.ForgetRemoteWorkspace(ctx, workspaceID)
}
