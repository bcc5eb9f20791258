package store

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Blob is stored bytes by their hash.
type Blob struct {
	SHA256 string
	Size   int64
}

// BlobsArrived notes that bytes are in the blob store for a feed, at most 1,000 at once: sent there, or fetched. Documents
// that were remote for lack of them wait to be read now. Twice changes nothing.
func (s *Store) BlobsArrived(ctx context.Context, feed string, list []Blob) error {
	return s.write(ctx, func(t *tx) error {
		v, err := s.feed(t, feed)
		if err != nil {
			return err
		}
		for _, b := range list {
			if err := t.arrived(v, b); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) arrived(v itemView, b Blob) error {
	_, err := t.exec(`INSERT INTO reach (feed, sha256, size, at, used) VALUES (?, ?, ?, ?4, ?4) ON CONFLICT DO UPDATE SET at = excluded.at, used = excluded.used`,
		v.key, hashBytes(b.SHA256), b.Size, t.now.Unix())
	if err != nil {
		return err
	}
	return t.setRemote(v, b.SHA256, false)
}

// BlobsDropped notes that bytes of a workspace are no longer in the blob store; they can be fetched again. Documents that
// have them become remote, and keep the text that was read of them.
func (s *Store) BlobsDropped(ctx context.Context, feed string, hashes []string) error {
	return s.write(ctx, func(t *tx) error {
		v, err := s.feed(t, feed)
		if err != nil {
			return err
		}
		for _, hash := range hashes {
			if _, err := t.exec("DELETE FROM reach WHERE feed = ? AND sha256 = ?", v.key, hashBytes(hash)); err != nil {
				return err
			}
			if err := t.setRemote(v, hash, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// setRemote says of a workspace's documents of some bytes whether these are here. Files of watched folders are.
func (t *tx) setRemote(v itemView, sha256 string, remote bool) error {
	keys, err := collect(t, func(row scanner) (key int64, err error) {
		err = row.Scan(&key)
		return key, err
	}, `SELECT key FROM content INDEXED BY content_blob WHERE sha256 = ? AND source <> 'folder' AND workspace = ? AND remote <> ?`, hashBytes(sha256), v.key, remote)
	for _, key := range keys {
		_, changed := t.exec("UPDATE content SET remote = ?, attempts = 0, next_attempt = 0 WHERE key = ?", remote, key)
		err = errors.Join(err, changed)
		t.contentChanged(key)
	}
	if len(keys) > 0 {
		t.workspaceChanged(v.name)
	}
	return err
}

// inStore reports whether the blob store has bytes that are in the reach of a workspace.
func (t *tx) inStore(workspace int64, sha256 string) (here bool, err error) {
	err = t.row(`SELECT EXISTS (SELECT 1 FROM reach WHERE feed = ?1 AND sha256 = ?2)
		OR EXISTS (SELECT 1 FROM content INDEXED BY content_blob WHERE sha256 = ?2 AND source <> 'folder' AND workspace = ?1 AND remote = 0)`,
		workspace, hashBytes(sha256)).Scan(&here)
	return here, err
}

// keepReach keeps bytes of the blob store in a workspace's reach that no document of it may name any more.
func (t *tx) keepReach(workspace int64, sha256 string) error {
	_, err := t.exec(`INSERT INTO reach (feed, sha256, size, at) SELECT workspace, sha256, size, ? FROM content INDEXED BY content_blob
		WHERE sha256 = ? AND source <> 'folder' AND workspace = ? AND remote = 0 LIMIT 1 ON CONFLICT DO NOTHING`, t.now.Unix(), hashBytes(sha256), workspace)
	return err
}

// reachKept is how long bytes stay in reach that nothing names: a push may come a while after what it brings.
const reachKept = 7 * 24 * time.Hour

// ForgetReach ends the reach of bytes that no document and no version of one in conflict has named for a week, and returns
// the hashes of those that nothing needs any more.
func (s *Store) ForgetReach(ctx context.Context) (unused []string, err error) {
	err = s.write(ctx, func(t *tx) error {
		type reach struct {
			feed int64
			hash []byte
		}
		list, err := collect(t, func(row scanner) (r reach, err error) {
			err = row.Scan(&r.feed, &r.hash)
			return r, err
		}, `SELECT r.feed, r.sha256 FROM reach r WHERE r.at < ? AND NOT EXISTS (SELECT 1 FROM content c WHERE c.workspace = r.feed AND c.sha256 = r.sha256 AND c.source <> 'folder')
			AND NOT EXISTS (SELECT 1 FROM content c INDEXED BY content_conflict JOIN item i ON i.id = c.id JOIN item_version v ON v.item = i.key
			  WHERE c.workspace = r.feed AND c.conflict = 1 AND v.blob = r.sha256)`, t.now.Add(-reachKept).Unix())
		for _, r := range list {
			_, gone := t.exec("DELETE FROM reach WHERE feed = ? AND sha256 = ?", r.feed, r.hash)
			err = errors.Join(err, gone)
			unused = append(unused, hashText(r.hash))
		}
		return err
	})
	return slices.DeleteFunc(unused, func(hash string) bool {
		used, failed := s.BlobUsed(ctx, hash)
		err = errors.Join(err, failed)
		return used || failed != nil
	}), err
}
