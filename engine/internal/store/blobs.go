package store

import (
	"context"
	"database/sql"
	"errors"
)

// PutSmall keeps the bytes of a small blob. Keeping them twice changes nothing.
func (s *Store) PutSmall(ctx context.Context, sha256 string, data []byte) error {
	if data == nil {
		data = []byte{}
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("INSERT INTO small_blob (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING", hashBytes(sha256), data)
		return err
	})
}

// Small returns the bytes of a small blob; ok is false when there is none with this hash.
func (s *Store) Small(ctx context.Context, sha256 string) (data []byte, ok bool, err error) {
	err = s.readRow(ctx, "SELECT bytes FROM small_blob WHERE sha256 = ?", hashBytes(sha256)).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, s.fault(err)
}

// DeleteSmall forgets a small blob.
func (s *Store) DeleteSmall(ctx context.Context, sha256 string) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("DELETE FROM small_blob WHERE sha256 = ?", hashBytes(sha256))
		return err
	})
}

// BlobUsed reports whether any content, in the trash or not, has these bytes as an upload, or a feed has them in reach.
func (s *Store) BlobUsed(ctx context.Context, sha256 string) (bool, error) {
	var used bool
	err := s.readRow(ctx, blobUsed, hashBytes(sha256)).Scan(&used)
	return used, s.fault(err)
}

// blobUsed leaves out documents that are remote: their bytes were dropped, and come back when they are wanted.
const blobUsed = `SELECT EXISTS (SELECT 1 FROM content WHERE sha256 = ?1 AND source <> 'folder' AND remote = 0) OR EXISTS (SELECT 1 FROM reach WHERE sha256 = ?1)`

// BlobUsedElsewhere is BlobUsed by workspaces that have not been deleted.
func (s *Store) BlobUsedElsewhere(ctx context.Context, sha256 string) (bool, error) {
	var used bool
	err := s.readRow(ctx, `SELECT EXISTS (SELECT 1 FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.sha256 = ?1 AND c.source <> 'folder' AND c.remote = 0 AND w.deleted_at IS NULL)
		OR EXISTS (SELECT 1 FROM reach r LEFT JOIN workspace w ON w.key = r.feed WHERE r.sha256 = ?1 AND w.deleted_at IS NULL)`, hashBytes(sha256)).Scan(&used)
	return used, s.fault(err)
}

// BytesKnown reports whether there is a document of these bytes: an upload, in the trash or not, or a file in a folder.
func (s *Store) BytesKnown(ctx context.Context, sha256 string) (bool, error) {
	var known bool
	err := s.readRow(ctx, `SELECT EXISTS (SELECT 1 FROM content WHERE sha256 = ?1 AND source <> 'folder')
		OR EXISTS (SELECT 1 FROM folder k CROSS JOIN file f ON f.folder = k.key AND f.sha256 = ?1 WHERE f.excluded = 0)`, hashBytes(sha256)).Scan(&known)
	return known, s.fault(err)
}
