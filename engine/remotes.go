package engine

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Remotes lists the remotes of this device, oldest first. Denied to all but those who decide about the device, as
// everything about remotes is. What they do is the work of whoever runs them; the engine keeps them.
func (e *Engine) Remotes(ctx context.Context) ([]catalog.Remote, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.Remotes(ctx)
}

// Remote returns one by id.
func (e *Engine) Remote(ctx context.Context, id string) (catalog.Remote, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Remote{}, err
	}
	return e.store.Remote(ctx, id)
}

// maxRemoteName is the longest name of a remote, in code points.
const maxRemoteName = 255

// AddRemote keeps a remote that has answered: its id and time are made here. Conflict when its address is known.
func (e *Engine) AddRemote(ctx context.Context, r catalog.Remote) (catalog.Remote, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Remote{}, err
	}
	if err := checkRemote(r); err != nil {
		return catalog.Remote{}, err
	}
	r, err := e.store.AddRemote(ctx, r)
	if err == nil {
		e.events.publish("sync", r.ID)
	}
	return r, err
}

// SaveRemote replaces what can change of a remote.
func (e *Engine) SaveRemote(ctx context.Context, r catalog.Remote) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	if err := checkRemote(r); err != nil {
		return err
	}
	if err := e.store.SaveRemote(ctx, r); err != nil {
		return err
	}
	e.events.publish("sync", r.ID)
	return nil
}

func checkRemote(r catalog.Remote) error {
	var wrong wrongFields
	if strings.TrimSpace(r.Name) == "" || utf8.RuneCountInString(r.Name) > maxRemoteName {
		wrong.add("name", "must have 1 to 255 characters")
	}
	if r.Limit < 0 {
		wrong.add("bytesPerSecond", "must not be negative; 0 means as much as there is")
	}
	return wrong.err()
}

// RemoveRemote forgets a remote. Its workspaces stay on this device, as ones of this device alone.
func (e *Engine) RemoveRemote(ctx context.Context, id string) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	if err := e.store.RemoveRemote(ctx, id); err != nil {
		return err
	}
	e.events.publish("sync", id)
	e.events.publish("workspaces", "")
	return nil
}

// RemoteWorkspaces lists the workspaces of a remote, with what was chosen for them here.
func (e *Engine) RemoteWorkspaces(ctx context.Context, remoteID string) ([]catalog.RemoteWorkspace, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.RemoteWorkspaces(ctx, remoteID)
}

// RemoteOf returns the remote of a workspace that the caller may read, and what was chosen; empty for one that is of
// this device alone.
func (e *Engine) RemoteOf(ctx context.Context, workspaceID string) (remoteID string, w catalog.RemoteWorkspace, err error) {
	if _, err := owner(ctx); err != nil {
		return "", w, err
	}
	return e.store.RemoteOf(ctx, workspaceID)
}

// SaveRemoteWorkspace keeps what is known of a remote's workspace and chosen for it. Conflict when it is another's.
func (e *Engine) SaveRemoteWorkspace(ctx context.Context, remoteID string, w catalog.RemoteWorkspace) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	if err := e.store.SaveRemoteWorkspace(ctx, remoteID, w); err != nil {
		return err
	}
	e.events.publish("sync", remoteID)
	return nil
}

// ForgetRemoteWorkspace makes a workspace one of this device alone.
func (e *Engine) ForgetRemoteWorkspace(ctx context.Context, workspaceID string) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	return e.store.ForgetRemoteWorkspace(ctx, workspaceID)
}

// SaveSyncProgress keeps when a round of a workspace last ended well and what both sides last agreed on; nil keeps what
// there was.
func (e *Engine) SaveSyncProgress(ctx context.Context, workspaceID string, succeeded *time.Time, agreement *catalog.SyncAgreement) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	return e.store.SaveProgress(ctx, workspaceID, succeeded, agreement)
}

// RecordSync writes a line of the diary of synchronisation.
func (e *Engine) RecordSync(ctx context.Context, entry catalog.SyncEntry) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	return e.store.Record(ctx, entry)
}

// maxDiary is how many lines one look at the diary has.
const maxDiary = 2000

// SyncDiary returns the lines since a time, newest first: of a remote or, when it is empty, of all, and the same for a
// workspace.
func (e *Engine) SyncDiary(ctx context.Context, remoteID, workspaceID string, since time.Time) ([]catalog.SyncEntry, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	return e.store.Diary(ctx, remoteID, workspaceID, since, maxDiary)
}

// SyncChanged tells subscribers that a remote stands otherwise than before.
func (e *Engine) SyncChanged(remoteID string) { e.events.publish("sync", remoteID) }
