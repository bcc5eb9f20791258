package store

import (
	"context"
)

// purgeSlice is how many contents one transaction of PurgeWorkspaces removes.
const purgeSlice = 200

// PurgeWorkspaces removes what deleted workspaces held: contents with everything that hangs on them, folders, members,
// categories, projects, sessions, workflows. It is called after every deletion of a workspace and when a data directory is
// opened, so a crash in between resumes. drop removes the bytes of an upload that no other workspace has; it is called
// before the rows go that name them, perhaps more than once for the same hash, and never within a transaction.
func (s *Store) PurgeWorkspaces(ctx context.Context, drop func(sha256 string) error) error {
	if err := s.purgeReach(ctx, drop); err != nil {
		return err
	}
	for {
		slice, err := s.purgeable(ctx)
		if err != nil {
			return err
		}
		for _, c := range slice {
			if len(c.unused) == 0 {
				continue
			}
			if err := drop(hashText(c.unused)); err != nil {
				return err
			}
		}
		if len(slice) == 0 {
			if err := s.dropReach(ctx, drop); err != nil {
				return err
			}
		}
		err = s.write(ctx, func(t *tx) error {
			for _, c := range slice {
				if err := t.purge(c.key); err != nil {
					return err
				}
			}
			if len(slice) > 0 {
				return nil
			}
			return t.purgeEmptied()
		})
		if err != nil || len(slice) == 0 {
			return err
		}
	}
}

// purgeReach lets go of the bytes that synchronisation brought for deleted workspaces: bytes first, then the rows that
// name them.
func (s *Store) purgeReach(ctx context.Context, drop func(sha256 string) error) error {
	for {
		type reach struct {
			feed int64
			hash []byte
		}
		var slice []reach
		err := s.read(ctx, func(row scanner) error {
			var r reach
			err := row.Scan(&r.feed, &r.hash)
			slice = append(slice, r)
			return err
		}, "SELECT r.feed, r.sha256 FROM workspace w CROSS JOIN reach r ON r.feed = w.key WHERE w.deleted_at IS NOT NULL LIMIT ?", purgeSlice)
		if err != nil || len(slice) == 0 {
			return err
		}
		for _, r := range slice {
			if err := drop(hashText(r.hash)); err != nil {
				return err
			}
		}
		err = s.write(ctx, func(t *tx) error {
			for _, r := range slice {
				if _, err := t.exec("DELETE FROM reach WHERE feed = ? AND sha256 = ?", r.feed, r.hash); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// purgeableContent is a content of a deleted workspace, with the hash of its bytes when they are an upload's that no
// other workspace has.
type purgeableContent struct {
	key    int64
	unused []byte
}

func (s *Store) purgeable(ctx context.Context) (list []purgeableContent, err error) {
	err = s.read(ctx, func(row scanner) error {
		var c purgeableContent
		err := row.Scan(&c.key, &c.unused)
		list = append(list, c)
		return err
	}, `SELECT c.key, CASE WHEN c.source <> 'folder' AND NOT EXISTS (SELECT 1 FROM content o JOIN workspace ow ON ow.key = o.workspace
		  WHERE o.sha256 = c.sha256 AND o.source <> 'folder' AND ow.deleted_at IS NULL) THEN c.sha256 END
		FROM workspace w CROSS JOIN content c ON c.workspace = w.key WHERE w.deleted_at IS NOT NULL LIMIT ?`, purgeSlice)
	return list, err
}

// dropReach drops the bytes that are in reach of deleted workspaces and that no other workspace has.
func (s *Store) dropReach(ctx context.Context, drop func(sha256 string) error) error {
	var unused []string
	err := s.read(ctx, func(row scanner) error {
		var hash []byte
		err := row.Scan(&hash)
		unused = append(unused, hashText(hash))
		return err
	}, `SELECT r.sha256 FROM workspace w CROSS JOIN reach r ON r.feed = w.key WHERE w.deleted_at IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM content o JOIN workspace ow ON ow.key = o.workspace WHERE o.sha256 = r.sha256 AND o.source <> 'folder' AND ow.deleted_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM reach o LEFT JOIN workspace ow ON ow.key = o.feed WHERE o.sha256 = r.sha256 AND ow.deleted_at IS NULL)`)
	if err != nil {
		return err
	}
	for _, hash := range unused {
		if err := drop(hash); err != nil {
			return err
		}
	}
	return nil
}

// purge removes every trace of a content.
func (t *tx) purge(key int64) error {
	ids, err := t.passageIDs(key)
	if err != nil {
		return err
	}
	if err := t.unindex(ids); err != nil {
		return err
	}
	if err := t.dropSketch(key); err != nil {
		return err
	}
	t.index("DELETE FROM name_text WHERE rowid = ?", key)
	for _, query := range []string{
		"DELETE FROM passage WHERE content = ?",
		"DELETE FROM page WHERE content = ?",
		"DELETE FROM file WHERE content = ?",
		"DELETE FROM item_version WHERE item = (SELECT i.key FROM content c JOIN item i ON i.id = c.id WHERE c.key = ?)",
		"DELETE FROM item_field WHERE item = (SELECT i.key FROM content c JOIN item i ON i.id = c.id WHERE c.key = ?)",
		"DELETE FROM item WHERE id = (SELECT id FROM content WHERE key = ?)",
		"DELETE FROM content WHERE key = ?",
	} {
		if _, err := t.exec(query, key); err != nil {
			return err
		}
	}
	t.contentChanged(key)
	return nil
}

// purgeEmptied removes what deleted workspaces have left when their contents are gone, and its items. The workspace's row
// and its own item stay: a deletion is remembered.
func (t *tx) purgeEmptied() error {
	const deleted = "(SELECT key FROM workspace WHERE deleted_at IS NOT NULL)"
	for _, query := range []string{
		"DELETE FROM file WHERE folder IN (SELECT key FROM folder WHERE workspace IN " + deleted + ")",
		"DELETE FROM mirror_copy WHERE folder IN (SELECT key FROM folder WHERE workspace IN " + deleted + ")",
		"DELETE FROM bytes_mode WHERE workspace IN " + deleted,
		"DELETE FROM folder WHERE workspace IN " + deleted,
		"DELETE FROM member WHERE workspace IN " + deleted,
		"DELETE FROM category WHERE workspace IN " + deleted,
		"DELETE FROM project WHERE workspace IN " + deleted,
		"DELETE FROM session WHERE workspace IN " + deleted,
		"DELETE FROM workflow WHERE workspace IN " + deleted,
		"DELETE FROM tally WHERE workspace IN " + deleted,
		"DELETE FROM card WHERE workspace IN " + deleted,
		"DELETE FROM reach WHERE feed IN " + deleted,
		"DELETE FROM stage WHERE feed IN " + deleted,
		"DELETE FROM item_version WHERE item IN (SELECT key FROM item WHERE kind <> 'workspace' AND feed IN " + deleted + ")",
		"DELETE FROM item_field WHERE item IN (SELECT key FROM item WHERE kind <> 'workspace' AND feed IN " + deleted + ")",
		"DELETE FROM item WHERE kind <> 'workspace' AND feed IN " + deleted,
	} {
		if _, err := t.exec(query); err != nil {
			return err
		}
	}
	return nil
}
