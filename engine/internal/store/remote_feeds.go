package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Account is a user with the workspaces that are theirs, as a hub tells a device.
func (s *Store) Account(ctx context.Context, userID string) (a catalog.RemoteAccount, err error) {
	err = s.readRow(ctx, "SELECT id, email FROM user WHERE id = ? AND removed_at IS NULL", userID).Scan(&a.UserID, &a.Email)
	if err != nil {
		return a, s.fault(notFound(err, "There is no such user."))
	}
	a.Workspaces = []catalog.RemoteWorkspace{}
	list, err := s.Workspaces(ctx, userID)
	for _, w := range list {
		a.Workspaces = append(a.Workspaces, catalog.RemoteWorkspace{ID: w.ID, Name: w.Name, Role: w.Role})
	}
	return a, err
}

// AddWorkspace makes a workspace under an id that a device has chosen; the user becomes its OWNER. Its own item comes from
// the device. Conflict when there is one with this id already, or was.
func (s *Store) AddWorkspace(ctx context.Context, id, name, userID string) error {
	return s.write(ctx, func(t *tx) error {
		u, err := t.presentUser(userID)
		if err != nil {
			return err
		}
		var taken bool
		if err := t.row("SELECT EXISTS (SELECT 1 FROM workspace WHERE id = ?)", id).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return catalog.Errorf(catalog.Conflict, "There is a workspace with this id already.")
		}
		key, err := t.insertWorkspace(id, ownOrganization, WorkspaceSpec{Name: pulledText(name)})
		if err != nil {
			return err
		}
		if _, err := t.exec("INSERT INTO member (workspace, user, role, created_at) VALUES (?, ?, ?, ?)", key, u.key, catalog.RoleOwner, t.now.Unix()); err != nil {
			return err
		}
		return t.itemCreated(catalog.KindMember, memberID(id, userID), key, []byte{}, memberFields(userID, u.Email, catalog.RoleOwner, t.now))
	})
}

// KeepWorkspace prepares for a workspace of a remote, in which the owner of this device is the account. It is empty and
// seen by nobody until its items come. One that was left before is kept again, from the beginning. Conflict when it is one
// of this device alone, or deleted.
func (s *Store) KeepWorkspace(ctx context.Context, id, name, account string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		var known string
		var hidden, journalled bool
		err := t.row(`SELECT w.key, f.account, w.deleted_at IS NOT NULL, EXISTS (SELECT 1 FROM item WHERE feed = w.key)
			FROM workspace w JOIN feed f ON f.key = w.key WHERE w.id = ?`, id).Scan(&key, &known, &hidden, &journalled)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			key, err = t.insertWorkspace(id, ownOrganization, WorkspaceSpec{Name: pulledText(name)})
		case err != nil:
		case known == account && !hidden:
			return nil
		case journalled:
			err = catalog.Errorf(catalog.Conflict, "The workspace %s is here already, as one of this device alone, or was deleted.", name)
		default:
			_, err = t.exec("UPDATE workspace SET deleted_at = NULL, name = ? WHERE key = ?", pulledText(name), key)
		}
		if err != nil {
			return err
		}
		return t.setAccount(key, account)
	})
}

// ShareWorkspace gives a workspace of this device to a remote, in which its owner is the account: as such the local owner
// is an OWNER of it, and no longer under the id that is known here only. Conflict when it is synchronised already.
func (s *Store) ShareWorkspace(ctx context.Context, id, account, email string) error {
	return s.write(ctx, func(t *tx) error {
		key, err := t.liveWorkspace(id)
		if err != nil {
			return err
		}
		known, err := t.accountOf(key)
		if err != nil || known == account {
			return err
		}
		if known != "" {
			return catalog.Errorf(catalog.Conflict, "This workspace is synchronised with another remote.")
		}
		return t.changeAccount(key, id, account, email)
	})
}

// KeepAlone makes a workspace of a remote one of this device alone. The local owner is an OWNER of it; all others whom the
// remote knew stay by their cards.
func (s *Store) KeepAlone(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		key, err := t.liveWorkspace(id)
		if err != nil {
			return err
		}
		account, err := t.accountOf(key)
		if err != nil || account == "" {
			return err
		}
		if _, err := t.exec("DELETE FROM feed_note WHERE feed = ?", key); err != nil {
			return err
		}
		owner, err := t.localOwner()
		if err != nil {
			return err
		}
		return t.changeAccount(key, id, "", owner.Email)
	})
}

// changeAccount lets the local owner be another user in a workspace: the membership goes over.
func (t *tx) changeAccount(key int64, id, account, email string) error {
	before, err := t.accountOf(key)
	if err != nil {
		return err
	}
	owner, err := t.localOwner()
	if err != nil {
		return err
	}
	old, now := before, account
	if old == "" {
		old = owner.ID
	}
	if now == "" {
		now = owner.ID
	}
	if _, known, err := t.item(memberID(id, old)); err != nil {
		return err
	} else if known {
		if err := t.itemDeleted(memberID(id, old)); err != nil {
			return err
		}
		if err := t.projectAgain(memberID(id, old)); err != nil {
			return err
		}
	}
	if err := t.setAccount(key, account); err != nil {
		return err
	}
	t.workspaceChanged(id)
	if err := t.itemSaved(catalog.KindMember, memberID(id, now), key, memberFields(now, email, catalog.RoleOwner, t.now)...); err != nil {
		return err
	}
	return t.projectAgain(memberID(id, now))
}

// LeaveWorkspace takes the copy of a remote's workspace off this device; nothing is deleted there. What it held is removed
// by PurgeWorkspaces, and what is known of its feed with it. Conflict for a workspace of this device alone.
func (s *Store) LeaveWorkspace(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		key, err := t.liveWorkspace(id)
		if err != nil {
			return err
		}
		account, err := t.accountOf(key)
		if err != nil {
			return err
		}
		if account == "" {
			return catalog.Errorf(catalog.Conflict, "This workspace is of this device alone. Delete it if that is what you want.")
		}
		if err := t.forgetItem(id); err != nil { // no tombstone: it lives where it came from
			return err
		}
		if _, err := t.exec("DELETE FROM feed_note WHERE feed = ?", key); err != nil {
			return err
		}
		t.workspaceChanged(id)
		return t.hideWorkspace(key)
	})
}

// WorkspaceDeleted reports whether a feed is that of a workspace that has been deleted or left.
func (s *Store) WorkspaceDeleted(ctx context.Context, id string) (deleted bool, err error) {
	err = s.readRow(ctx, "SELECT ifnull((SELECT deleted_at IS NOT NULL FROM workspace WHERE id = ?), 0)", id).Scan(&deleted)
	return deleted, s.fault(err)
}

// accountOf is who the owner of this device is in a feed at its remote, empty without one.
func (t *tx) accountOf(feed int64) (account string, err error) {
	err = t.row("SELECT account FROM feed WHERE key = ?", feed).Scan(&account)
	return account, err
}

func (t *tx) setAccount(feed int64, account string) error {
	_, err := t.exec("UPDATE feed SET account = ? WHERE key = ?", account, feed)
	return err
}

// localOwner is the person at this machine.
func (t *tx) localOwner() (u userRow, err error) {
	return scanUser(t.row(selectUser + " WHERE u.id = (SELECT value FROM setting WHERE name = 'owner')"))
}

// author is the id under which what a user adds to a workspace is known: that of the remote where it has one.
func (t *tx) author(workspace int64, userID string) (string, error) {
	account, err := t.accountOf(workspace)
	if err != nil || account == "" {
		return userID, err
	}
	local, err := t.isLocalOwner(userID)
	if local {
		return account, err
	}
	return userID, err
}
