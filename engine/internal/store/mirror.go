package store

import (
	"context"
)

// Mirrored reports whether a folder of this device shows every document of a workspace.
func (s *Store) Mirrored(ctx context.Context, workspaceID string) (mirrored bool, err error) {
	err = s.readRow(ctx, "SELECT EXISTS (SELECT 1 FROM folder d JOIN workspace w ON w.key = d.workspace WHERE w.id = ? AND d.mirror = 1)", workspaceID).Scan(&mirrored)
	return mirrored, s.fault(err)
}
