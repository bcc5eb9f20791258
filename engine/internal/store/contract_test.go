package store

import (
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/replica/replicatest"
)

// TestContract holds this store to what synchronisation asks of one.
func TestContract(t *testing.T) {
	t.Parallel()
	replicatest.Run(t, func(t *testing.T) replicatest.Directory {
		f := newFixture(t)
		ada := f.user("ada@example.org")
		other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(t)
		t.Cleanup(func() { check(t, f.Check(f.ctx)) })
		return replicatest.Directory{
			Store: f.Store, Feed: f.workspace.ID, Other: other.ID, Person: catalog.AccountFeed(ada.ID), User: ada.ID,
			Wait: f.wait, Now: f.time,
			PutBlob: func(feed, sha256 string) { check(t, f.BlobsArrived(f.ctx, feed, []Blob{{SHA256: sha256, Size: 1}})) },
			SetRole: func(feed, userID string, role catalog.Role) { must(f.AddMember(f.ctx, feed, userID, role))(t) },
		}
	})
}
