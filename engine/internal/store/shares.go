package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	sharePrefix = "dsx_"
	// shareTokenBytes of randomness make a token.
	shareTokenBytes = 16
	// shareSlice is how many old shares one transaction removes.
	shareSlice = 1000
)

// CreateShares makes a link to each of the contents, in their order, for a user. It is one transaction: NotFound, and no
// link is made, when one of the contents is not live.
func (s *Store) CreateShares(ctx context.Context, contentIDs []string, userID string, life time.Duration) ([]catalog.Share, error) {
	list := make([]catalog.Share, 0, len(contentIDs))
	if len(contentIDs) == 0 {
		return list, nil
	}
	err := s.write(ctx, func(t *tx) error {
		for _, id := range contentIDs {
			share, err := t.createShare(id, userID, life)
			if err != nil {
				return err
			}
			list = append(list, share)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func (t *tx) createShare(contentID, userID string, life time.Duration) (catalog.Share, error) {
	random, err := t.s.randomBytes(2 * shareTokenBytes)
	if err != nil {
		return catalog.Share{}, err
	}
	share := catalog.Share{
		ID:        sharePrefix + catalog.Base62(random[:shareTokenBytes]),
		Token:     base64.RawURLEncoding.EncodeToString(random[shareTokenBytes:]),
		ContentID: contentID, CreatedBy: userID, CreatedAt: t.now.Truncate(time.Millisecond),
	}
	share.ExpiresAt = share.CreatedAt.Add(life)
	var key int64
	err = t.row(`INSERT INTO share (id, content, hash, created_by, created_at, expires_at)
		SELECT ?, c.key, ?, ?, ?, ? FROM content c JOIN workspace w ON w.key = c.workspace
		WHERE c.id = ? AND c.deleted_at IS NULL AND w.deleted_at IS NULL RETURNING key`,
		share.ID, secretHash(share.Token), userID, share.CreatedAt.UnixMilli(), share.ExpiresAt.UnixMilli(), contentID).Scan(&key)
	return share, notFound(err, "There is no such document.")
}

// Share returns the link with an id and a token, whether or not it has ended, and the role that its maker has now in the
// workspace of its content: none for one who has been removed. NotFound when there is no such link, when the token is
// not its own, and when its content or workspace has been deleted.
func (s *Store) Share(ctx context.Context, id, token string) (catalog.Share, catalog.Role, error) {
	share := catalog.Share{ID: id}
	var role catalog.Role
	var hash []byte
	var created, expires int64
	var revoked sql.NullInt64
	err := s.readRow(ctx, `SELECT c.id, s.hash, s.created_by, s.created_at, s.expires_at, s.revoked_at, ifnull(m.role, '')
		FROM share s JOIN content c ON c.key = s.content JOIN workspace w ON w.key = c.workspace
		LEFT JOIN user u ON u.id = s.created_by AND u.removed_at IS NULL LEFT JOIN member m ON m.workspace = w.key AND m.user = u.key
		WHERE s.id = ? AND c.deleted_at IS NULL AND w.deleted_at IS NULL`, id).
		Scan(&share.ContentID, &hash, &share.CreatedBy, &created, &expires, &revoked, &role)
	if err == nil && subtle.ConstantTimeCompare(hash, secretHash(token)) != 1 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return catalog.Share{}, catalog.RoleNone, s.fault(notFound(err, "There is no such link."))
	}
	share.CreatedAt, share.ExpiresAt = time.UnixMilli(created).UTC(), time.UnixMilli(expires).UTC()
	share.Revoked = revoked.Valid
	return share, role, nil
}

// RevokeShares ends the links to a content that a user has made, or everybody's for an empty id, and returns how many
// that were.
func (s *Store) RevokeShares(ctx context.Context, contentID, userID string) (ended int, err error) {
	err = s.write(ctx, func(t *tx) error {
		now := t.now.UnixMilli()
		result, err := t.exec(`UPDATE share SET revoked_at = ?1 WHERE content = (SELECT key FROM content WHERE id = ?2)
			AND revoked_at IS NULL AND expires_at > ?1 AND (?3 = '' OR created_by = ?3)`, now, contentID, userID)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		ended = int(n)
		return err
	})
	return ended, err
}

// PurgeShares forgets links that had expired before a time: their ids become unknown.
func (s *Store) PurgeShares(ctx context.Context, before time.Time) error {
	for {
		var removed int64
		err := s.write(ctx, func(t *tx) error {
			result, err := t.exec("DELETE FROM share WHERE key IN (SELECT key FROM share WHERE expires_at < ? ORDER BY expires_at LIMIT ?)",
				before.UnixMilli(), shareSlice)
			if err != nil {
				return err
			}
			removed, err = result.RowsAffected()
			return err
		})
		if err != nil || removed < shareSlice {
			return err
		}
	}
}
