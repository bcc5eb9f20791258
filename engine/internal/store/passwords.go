package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// KeptPasswords returns the passwords that a person has asked to be kept, with their secrets, oldest first.
func (s *Store) KeptPasswords(ctx context.Context) ([]catalog.KeptPassword, error) {
	var list []catalog.KeptPassword
	err := s.read(ctx, func(row scanner) error {
		k := catalog.KeptPassword{Password: catalog.Password{Kept: true}}
		var content sql.NullString
		var added int64
		err := row.Scan(&k.ID, &content, &k.Secret, &added)
		k.ContentID, k.AddedAt = content.String, time.Unix(added, 0).UTC()
		list = append(list, k)
		return err
	}, "SELECT p.id, c.id, p.secret, p.added_at FROM password p LEFT JOIN content c ON c.key = p.content ORDER BY p.added_at, p.id")
	return list, err
}

// KeepPassword stores a password; one that the same document had goes.
func (s *Store) KeepPassword(ctx context.Context, k catalog.KeptPassword) error {
	return s.write(ctx, func(t *tx) error {
		var content sql.NullInt64
		if k.ContentID != "" {
			if err := t.row("SELECT key FROM content WHERE id = ? AND deleted_at IS NULL", k.ContentID).Scan(&content); err != nil {
				return notFound(err, "There is no such document.")
			}
		}
		_, err := t.exec("INSERT OR REPLACE INTO password (id, content, secret, added_at) VALUES (?, ?, ?, ?)", k.ID, content, k.Secret, k.AddedAt.Unix())
		return err
	})
}

// ForgetPassword removes a password that was kept.
func (s *Store) ForgetPassword(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("DELETE FROM password WHERE id = ?", id)
		return err
	})
}

// RetryLocked makes contents that need a password wait for reading at once and first of all: one, or all when id is empty.
// It returns how many there were.
func (s *Store) RetryLocked(ctx context.Context, id string) (int, error) {
	n := 0
	err := s.write(ctx, func(t *tx) error {
		return t.rows(func(row scanner) error {
			var key int64
			err := row.Scan(&key)
			t.contentChanged(key)
			n++
			return err
		}, "UPDATE content SET "+retried+" WHERE key IN (SELECT content FROM locked) AND deleted_at IS NULL AND (?1 = '' OR id = ?1) RETURNING key", id)
	})
	return n, err
}

// lock notes whether a content needs a password; was is what was noted before.
func (t *tx) lock(content int64, locked, was bool) (err error) {
	switch {
	case locked && !was:
		_, err = t.exec("INSERT INTO locked (content) VALUES (?)", content)
	case was && !locked:
		_, err = t.exec("DELETE FROM locked WHERE content = ?", content)
	}
	return err
}

// tellLocked says of contents whether they need a password.
func (s *Store) tellLocked(ctx context.Context, list []catalog.Content) error {
	keys := make([]int64, len(list))
	for i, c := range list {
		keys[i] = c.Key
	}
	locked := map[int64]bool{}
	for part := range slices.Chunk(keys, 500) {
		err := s.readOnce(ctx, func(row scanner) error {
			var key int64
			err := row.Scan(&key)
			locked[key] = true
			return err
		}, "SELECT content FROM locked WHERE content IN ("+joinKeys(part)+")")
		if err != nil {
			return err
		}
	}
	for i := range list {
		list[i].NeedsPassword = locked[list[i].Key] && list[i].Status != catalog.StatusUploaded
	}
	return nil
}
