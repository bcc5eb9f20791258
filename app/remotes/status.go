package remotes

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// List tells how every remote stands.
func (r *Remotes) List(ctx context.Context) ([]catalog.SyncStatus, error) {
	remotes, err := r.options.Engine.Remotes(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]catalog.SyncStatus, 0, len(remotes))
	for _, remote := range remotes {
		status, err := r.status(ctx, remote)
		if err != nil {
			return nil, err
		}
		list = append(list, status)
	}
	return list, nil
}

// one tells how a remote stands.
func (r *Remotes) one(ctx context.Context, id string) (catalog.SyncStatus, error) {
	remote, err := r.options.Engine.Remote(ctx, id)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	return r.status(ctx, remote)
}

// status puts together what is kept of a remote and what its peer, when it has one, reports.
func (r *Remotes) status(ctx context.Context, remote catalog.Remote) (catalog.SyncStatus, error) {
	s := catalog.SyncStatus{Remote: remote, State: catalog.SyncStarting, Workspaces: []catalog.WorkspaceSync{}}
	reported := r.standing(remote.ID)
	if reported.State != "" {
		s.State, s.RetryAt = reported.State, reported.RetryAt
	}
	if remote.Paused {
		s.State, s.RetryAt = catalog.SyncPaused, nil
	}
	workspaces, err := r.options.Engine.RemoteWorkspaces(ctx, remote.ID)
	if err != nil {
		return s, err
	}
	mirrors, err := r.mirrors(ctx)
	if err != nil {
		return s, err
	}
	for _, w := range workspaces {
		one, err := r.workspaceStatus(ctx, s.State, w, reported.Feeds[w.ID])
		if err != nil {
			return s, err
		}
		one.Mirror = mirrors[w.ID].Path
		s.Workspaces = append(s.Workspaces, one)
		if !w.Kept {
			continue
		}
		s.Out, s.In = s.Out.Add(one.Out), s.In.Add(one.In)
		s.Conflicts += one.Conflicts
		s.SetAside += len(one.SetAside)
		s.Questions += len(one.Questions)
		if one.LastSuccess != nil && (s.LastSuccess == nil || one.LastSuccess.After(*s.LastSuccess)) {
			s.LastSuccess = one.LastSuccess
		}
	}
	s.State = overall(s)
	s.Sentence = remoteSentence(s, reported.Problem)
	return s, nil
}

// mirrors are the folders that show workspaces, by workspace.
func (r *Remotes) mirrors(ctx context.Context) (map[string]catalog.Folder, error) {
	folders, err := r.options.Engine.Folders(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]catalog.Folder{}
	for _, f := range folders {
		if f.Mirror {
			found[f.WorkspaceID] = f
		}
	}
	return found, nil
}

// standing is what a remote's peer says; nothing when it has none.
func (r *Remotes) standing(id string) catalog.PeerSync {
	r.mu.Lock()
	p := r.peers[id]
	r.mu.Unlock()
	if p == nil {
		return catalog.PeerSync{}
	}
	return p.peer.Status()
}

func (r *Remotes) workspaceStatus(ctx context.Context, remote catalog.SyncState, w catalog.RemoteWorkspace, feed catalog.FeedSync) (catalog.WorkspaceSync, error) {
	one := catalog.WorkspaceSync{WorkspaceID: w.ID, Name: w.Name, Role: w.Role, SyncChoice: w.SyncChoice, FeedSync: feed}
	if one.State == "" {
		one.State = catalog.SyncStarting
	}
	if covers(remote) {
		one.State, one.SecondsLeft = remote, nil
	}
	if one.LastSuccess == nil {
		one.LastSuccess = w.LastSuccess
	}
	if one.Agreement == nil {
		one.Agreement = w.Agreement
	}
	if w.Kept {
		pending, conflicts, err := r.options.Engine.Unsynced(ctx, w.ID)
		if err != nil {
			return one, err
		}
		one.Conflicts = conflicts
		if feed.State == "" || covers(remote) {
			one.Out = pending
		}
	}
	if one.State == catalog.SyncAgreed && one.Out.Items+one.In.Items > 0 {
		one.State = catalog.SyncWorking
	}
	one.Sentence = workspaceSentence(one)
	return one, nil
}

// covers reports whether what is true of a remote is true of every workspace of it, whatever a workspace was before.
func covers(s catalog.SyncState) bool {
	switch s {
	case catalog.SyncOffline, catalog.SyncPaused, catalog.SyncDenied, catalog.SyncIncompatible:
		return true
	}
	return false
}

// worst orders the states of workspaces by how much they want a person to look.
var worst = []catalog.SyncState{
	catalog.SyncAsking, catalog.SyncRevoked, catalog.SyncFailed, catalog.SyncRestored, catalog.SyncWorking, catalog.SyncStarting, catalog.SyncWaiting, catalog.SyncAgreed,
}

// overall is the state of a remote whose peer has none that covers everything: the one of its workspaces that matters most.
func overall(s catalog.SyncStatus) catalog.SyncState {
	if covers(s.State) {
		return s.State
	}
	for _, state := range worst {
		for _, w := range s.Workspaces {
			if w.Kept && w.State == state {
				return state
			}
		}
	}
	return s.State
}
