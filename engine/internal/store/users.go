package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const selectUser = `SELECT u.key, u.id, u.email, g.id, u.role, u.created_at, u.removed_at FROM user u JOIN organization g ON g.key = u.organization`

// userRow is a user, who may have been removed.
type userRow struct {
	catalog.User
	key     int64
	removed bool
}

func scanUser(row scanner) (u userRow, err error) {
	var created int64
	var removed sql.NullInt64
	err = row.Scan(&u.key, &u.ID, &u.Email, &u.OrganizationID, &u.Role, &created, &removed)
	u.CreatedAt, u.removed = time.Unix(created, 0).UTC(), removed.Valid
	return u, err
}

// sameEmail compares addresses as people do: case ignored.
func sameEmail(a, b string) bool { return catalog.FoldCase(a) == catalog.FoldCase(b) }

// Users lists those who have not been removed, oldest first.
func (s *Store) Users(ctx context.Context) ([]catalog.User, error) {
	list := []catalog.User{}
	err := s.read(ctx, func(row scanner) error {
		u, err := scanUser(row)
		if !u.removed {
			list = append(list, u.User)
		}
		return err
	}, selectUser+" ORDER BY u.key")
	return list, err
}

// User returns one by id or email. NotFound when there is none, or one that was removed.
func (s *Store) User(ctx context.Context, ref string) (catalog.User, error) {
	list, err := s.Users(ctx)
	if err != nil {
		return catalog.User{}, err
	}
	for _, u := range list {
		if u.ID == ref || sameEmail(u.Email, ref) {
			return u, nil
		}
	}
	return catalog.User{}, noSuchUser(ref)
}

func noSuchUser(ref string) error {
	return catalog.Errorf(catalog.NotFound, "There is no user %s.", strings.ToValidUTF8(ref, "\uFFFD"))
}

// user is User within a transaction, removed ones included.
func (t *tx) user(ref string) (found userRow, err error) {
	err = t.rows(func(row scanner) error {
		u, err := scanUser(row)
		if u.ID == ref || sameEmail(u.Email, ref) {
			found = u
		}
		return err
	}, selectUser)
	if err == nil && found.key == 0 {
		err = noSuchUser(ref)
	}
	return found, err
}

// presentUser is user for those who have not been removed.
func (t *tx) presentUser(ref string) (userRow, error) {
	u, err := t.user(ref)
	if err == nil && u.removed {
		err = noSuchUser(ref)
	}
	return u, err
}

// AddUser makes a user of the organization, or brings back one that was removed: with the id of before, without the
// memberships and tokens of before. Conflict when there is one with this email.
func (s *Store) AddUser(ctx context.Context, email string, role catalog.OrganizationRole) (made catalog.User, err error) {
	err = s.write(ctx, func(t *tx) error {
		before, err := t.user(email)
		switch {
		case err == nil && !before.removed:
			return catalog.Errorf(catalog.Conflict, "There is a user %s already.", before.Email)
		case err == nil:
			_, err = t.exec("UPDATE user SET email = ?, role = ?, removed_at = NULL WHERE key = ?", email, role, before.key)
		case catalog.CodeOf(err) == catalog.NotFound:
			_, err = t.exec("INSERT INTO user (id, email, organization, role, created_at) VALUES (?, ?, ?, ?, ?)",
				t.s.newID(t.now), email, ownOrganization, role, t.now.Unix())
		}
		if err != nil {
			return err
		}
		u, err := t.user(email)
		made = u.User
		return err
	})
	return made, err
}

// ChangeUser gives a user another role in the organization. Conflict for the local owner, who stays an owner.
func (s *Store) ChangeUser(ctx context.Context, id string, role catalog.OrganizationRole) (changed catalog.User, err error) {
	err = s.write(ctx, func(t *tx) error {
		u, err := t.presentUser(id)
		if err != nil {
			return err
		}
		local, err := t.isLocalOwner(u.ID)
		if err != nil {
			return err
		}
		if local && role != catalog.OrganizationOwner {
			return catalog.Errorf(catalog.Conflict, "%s owns this data directory and stays an owner of the organization.", u.Email)
		}
		changed = u.User
		changed.Role = role
		_, err = t.exec("UPDATE user SET role = ? WHERE key = ?", role, u.key)
		return err
	})
	return changed, err
}

// RemoveUser takes a user's tokens and memberships away. The row stays: documents name who added them. Conflict for the
// local owner, and for the last OWNER of a workspace, naming those workspaces.
func (s *Store) RemoveUser(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		u, err := t.presentUser(id)
		if err != nil {
			return err
		}
		if err := t.removable(u); err != nil {
			return err
		}
		if err := t.endMemberships(u); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE token SET revoked_at = ? WHERE user = ? AND revoked_at IS NULL", t.now.Unix(), u.key); err != nil {
			return err
		}
		_, err = t.exec("UPDATE user SET removed_at = ? WHERE key = ?", t.now.Unix(), u.key)
		return err
	})
}

func (t *tx) isLocalOwner(userID string) (bool, error) {
	var local bool
	err := t.row("SELECT value = ? FROM setting WHERE name = 'owner'", userID).Scan(&local)
	return local, err
}

// removable returns why a user must stay.
func (t *tx) removable(u userRow) error {
	local, err := t.isLocalOwner(u.ID)
	if err != nil {
		return err
	}
	if local {
		return catalog.Errorf(catalog.Conflict, "%s owns this data directory and cannot be removed.", u.Email)
	}
	var names []string
	err = t.rows(func(row scanner) error {
		var name string
		err := row.Scan(&name)
		names = append(names, fmt.Sprintf("%q", name))
		return err
	}, `SELECT w.name FROM member m JOIN workspace w ON w.key = m.workspace
		WHERE m.user = ? AND m.role = 'OWNER' AND w.deleted_at IS NULL
		  AND NOT EXISTS (SELECT 1 FROM member o WHERE o.workspace = m.workspace AND o.role = 'OWNER' AND o.user <> m.user) ORDER BY m.key`, u.key)
	if err != nil || len(names) == 0 {
		return err
	}
	return catalog.Errorf(catalog.Conflict, "%s is the only owner of %s. Give each of these workspaces another owner, or delete it, first.",
		u.Email, strings.Join(names, ", "))
}

func (t *tx) endMemberships(u userRow) error {
	type membership struct {
		key         int64
		workspaceID string
	}
	var list []membership
	err := t.rows(func(row scanner) error {
		var m membership
		err := row.Scan(&m.key, &m.workspaceID)
		list = append(list, m)
		return err
	}, "SELECT w.key, w.id FROM member m JOIN workspace w ON w.key = m.workspace WHERE m.user = ? AND w.deleted_at IS NULL", u.key)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := t.endMembership(m.key, m.workspaceID, u); err != nil {
			return err
		}
	}
	return nil
}
