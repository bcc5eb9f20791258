package engine

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/store"
)

// Replica is the data directory as hub and peer see it. It asks no policy: a hub asks the roles of whoever sends within the
// transaction that takes the change in, and a peer acts for this device.
type Replica struct{ e *Engine }

// Replica is for whoever runs synchronisation, and for nobody else.
func (e *Engine) Replica() Replica { return Replica{e} }

// ViewItems gives view one consistent state of a feed. NotFound for one that is not here.
func (r Replica) ViewItems(ctx context.Context, feed string, view func(catalog.ItemView) error) error {
	return r.e.store.ViewItems(ctx, feed, view)
}

// UpdateItems runs change as one write transaction over a feed. What came with it is read, and what went is removed, in
// the background.
func (r Replica) UpdateItems(ctx context.Context, feed string, change func(catalog.ItemTx) error) error {
	if err := r.e.store.UpdateItems(ctx, feed, change); err != nil {
		return err
	}
	r.e.line.Wake()
	return r.e.followDeletion(ctx, feed)
}

// followDeletion ends the watching of folders of a workspace that has been deleted elsewhere, and lets what it held be
// removed.
func (e *Engine) followDeletion(ctx context.Context, feed string) error {
	deleted, err := e.store.WorkspaceDeleted(ctx, feed)
	if err != nil || !deleted {
		return err
	}
	e.purgeSoon()
	return e.watchFolders(ctx)
}

// Device is the identity under which this data directory writes.
func (r Replica) Device(ctx context.Context) (catalog.Device, error) { return r.e.store.Device(ctx) }

// NewDevice takes a new identity; what was written before stays as it is.
func (r Replica) NewDevice(ctx context.Context) error { return r.e.store.NewDevice(ctx) }

// SetClock sets what is added to this machine's clock for stamps.
func (r Replica) SetClock(ctx context.Context, offset time.Duration) error {
	return r.e.store.SetClock(ctx, offset)
}

// Account is a user with the workspaces that are theirs.
func (r Replica) Account(ctx context.Context, userID string) (catalog.RemoteAccount, error) {
	return r.e.store.Account(ctx, userID)
}

// AddWorkspace makes a workspace under an id that a device has chosen; the user becomes its OWNER.
func (r Replica) AddWorkspace(ctx context.Context, id, name, userID string) error {
	return r.e.store.AddWorkspace(ctx, id, name, userID)
}

// Blob is stored bytes by their hash.
type Blob = store.Blob

// BlobsArrived notes that bytes are in the blob store for a feed, at most 1,000 at once; documents that waited for them are
// read.
func (r Replica) BlobsArrived(ctx context.Context, feed string, list []Blob) error {
	if err := r.e.store.BlobsArrived(ctx, feed, list); err != nil {
		return err
	}
	r.e.line.Wake()
	return nil
}

// BlobsDropped notes that bytes are no longer in the blob store and can be fetched again.
func (r Replica) BlobsDropped(ctx context.Context, feed string, hashes []string) error {
	return r.e.store.BlobsDropped(ctx, feed, hashes)
}

// KeepWorkspace prepares for a workspace of a remote, in which the owner of this device is the account. Nobody sees it until
// its items come. Conflict when it is here as one of this device alone.
func (r Replica) KeepWorkspace(ctx context.Context, id, name, account string) error {
	return r.e.store.KeepWorkspace(ctx, id, name, account)
}

// ShareWorkspace lets the owner of this device be the account of a remote in a workspace that goes there.
func (r Replica) ShareWorkspace(ctx context.Context, id, account, email string) error {
	return r.e.store.ShareWorkspace(ctx, id, account, email)
}

// KeepAlone makes a workspace of a remote one of this device alone.
func (r Replica) KeepAlone(ctx context.Context, id string) error { return r.e.store.KeepAlone(ctx, id) }

// LeaveWorkspace takes the copy of a remote's workspace off this device. Nothing is deleted at the remote, and no file of a
// watched folder.
func (r Replica) LeaveWorkspace(ctx context.Context, id string) error {
	if err := r.e.store.LeaveWorkspace(ctx, id); err != nil {
		return err
	}
	return r.e.followDeletion(ctx, id)
}

// RescueWorkspace is LeaveWorkspace for one whose membership has ended: what the remote has not seen, and what lies in this
// device's own folders, goes to a new workspace of this device first. It returns that workspace's id, empty when there was
// nothing to rescue, and how many documents it has.
func (r Replica) RescueWorkspace(ctx context.Context, id string) (rescued string, documents int, err error) {
	if rescued, documents, err = r.e.store.RescueWorkspace(ctx, id); err != nil {
		return rescued, documents, err
	}
	return rescued, documents, r.LeaveWorkspace(ctx, id)
}
