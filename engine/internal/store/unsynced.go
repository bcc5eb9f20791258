package store

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Unsynced counts the items of a workspace that differ from what its remote has shown, with the bytes of the contents
// among them, and the contents that are in conflict.
func (s *Store) Unsynced(ctx context.Context, workspaceID string) (waiting catalog.SyncAmount, conflicts int, err error) {
	err = s.readRow(ctx, `SELECT
		(SELECT count(*) FROM item i WHERE i.feed = w.key AND i.dirty = 1),
		(SELECT ifnull(sum(c.size), 0) FROM item i CROSS JOIN content c ON c.id = i.id WHERE i.feed = w.key AND i.dirty = 1 AND c.deleted_at IS NULL),
		(SELECT count(*) FROM content c WHERE c.workspace = w.key AND c.conflict = 1 AND c.deleted_at IS NULL)
		FROM workspace w WHERE w.id = ?`, workspaceID).Scan(&waiting.Items, &waiting.Bytes, &conflicts)
	if catalog.CodeOf(notFound(err, "")) == catalog.NotFound {
		return waiting, 0, nil // its first page has not come yet
	}
	return waiting, conflicts, s.fault(err)
}

// AllWorkspaces lists the ids of every workspace that is not deleted, whoever its members are.
func (s *Store) AllWorkspaces(ctx context.Context) (ids []string, err error) {
	err = s.read(ctx, func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, "SELECT id FROM workspace WHERE deleted_at IS NULL ORDER BY key")
	return ids, err
}
