package store

import (
	"context"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// RoleCheck decides, within the transaction that would change it, whether a member's present role may be changed.
type RoleCheck func(present catalog.Role) error

// selectMembers reads all members of a workspace in the order of joining: users of here, and the cards of those who are
// none. In a workspace that is synchronised with a remote the owner of this device is who the remote says, by its card.
const selectMembers = `SELECT u.id, u.email, m.role, m.created_at, m.key AS place
	FROM workspace w JOIN member m ON m.workspace = w.key JOIN user u ON u.key = m.user JOIN feed f ON f.key = w.key
	WHERE w.id = ?1 AND w.deleted_at IS NULL AND u.removed_at IS NULL AND NOT (f.account <> '' AND u.id = (SELECT value FROM setting WHERE name = 'owner'))
	UNION ALL SELECT c.user, c.email, c.role, c.created_at, 0 FROM workspace w JOIN card c ON c.workspace = w.key
	WHERE w.id = ?1 AND w.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM user u WHERE u.id = c.user)
	ORDER BY 4, 5, 1`

// Members lists who belongs to a workspace, in the order of joining.
func (s *Store) Members(ctx context.Context, workspaceID string) ([]catalog.Member, error) {
	list := []catalog.Member{}
	err := s.read(ctx, func(row scanner) error {
		var m catalog.Member
		var created, place int64
		err := row.Scan(&m.UserID, &m.Email, &m.Role, &created, &place)
		m.CreatedAt = time.Unix(created, 0).UTC()
		list = append(list, m)
		return err
	}, selectMembers, workspaceID)
	return list, err
}

// AddMember lets a user, by id or email, into a workspace. NotFound for an unknown user, Conflict for one who is a member.
func (s *Store) AddMember(ctx context.Context, workspaceID, userRef string, role catalog.Role) (made catalog.Member, err error) {
	err = s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(workspaceID)
		if err != nil {
			return err
		}
		u, err := t.presentUser(userRef)
		if err != nil {
			return err
		}
		present, err := t.roleIn(workspace, u)
		if err != nil {
			return err
		}
		if present != catalog.RoleNone {
			return catalog.Errorf(catalog.Conflict, "%s is a member of this workspace already.", u.Email)
		}
		made = catalog.Member{UserID: u.ID, Email: u.Email, Role: role, CreatedAt: t.now.Truncate(time.Second)}
		_, err = t.exec("INSERT INTO member (workspace, user, role, created_at) VALUES (?, ?, ?, ?)", workspace, u.key, role, t.now.Unix())
		if err != nil {
			return err
		}
		t.membersChanged(workspace, workspaceID)
		return t.itemSaved(catalog.KindMember, memberID(workspaceID, u.ID), workspace, memberFields(u.ID, u.Email, role, t.now)...)
	})
	return made, err
}

// memberFields is what a membership's item says: the card of the member, and the role.
func memberFields(userID, email string, role catalog.Role, since time.Time) []field {
	return []field{{"user", jsonText(userID)}, {"email", jsonText(email)}, {"name", jsonText(nameOf(email))}, {"role", jsonText(role)}, {"createdAt", jsonText(since.Unix())}}
}

// nameOf is what people are called until they have names: what stands before the @ of their address.
func nameOf(email string) string {
	name, _, _ := strings.Cut(email, "@")
	return name
}

// ChangeMember gives a member another role. NotFound for one who is none, Conflict when it would leave no OWNER.
func (s *Store) ChangeMember(ctx context.Context, workspaceID, userID string, role catalog.Role, may RoleCheck) (changed catalog.Member, err error) {
	err = s.write(ctx, func(t *tx) error {
		workspace, u, present, err := t.member(workspaceID, userID, may)
		if err != nil {
			return err
		}
		changed = catalog.Member{UserID: u.ID, Email: u.Email, Role: role, CreatedAt: u.CreatedAt}
		if present == role {
			return nil
		}
		if present == catalog.RoleOwner {
			if err := t.unlessLastOwner(workspace, u); err != nil {
				return err
			}
		}
		t.membersChanged(workspace, workspaceID)
		id := memberID(workspaceID, u.ID)
		if err := t.itemFields(id, field{"role", jsonText(role)}); err != nil {
			return err
		}
		if u.key == 0 {
			return t.projectAgain(id)
		}
		_, err = t.exec("UPDATE member SET role = ? WHERE workspace = ? AND user = ?", role, workspace, u.key)
		return err
	})
	return changed, err
}

// RemoveMember takes a member out of a workspace. NotFound for one who is none, Conflict for the last OWNER.
func (s *Store) RemoveMember(ctx context.Context, workspaceID, userID string, may RoleCheck) error {
	return s.write(ctx, func(t *tx) error {
		workspace, u, present, err := t.member(workspaceID, userID, may)
		if err != nil {
			return err
		}
		if present == catalog.RoleOwner {
			if err := t.unlessLastOwner(workspace, u); err != nil {
				return err
			}
		}
		return t.endMembership(workspace, workspaceID, u)
	})
}

// member finds a member whose role may be changed.
func (t *tx) member(workspaceID, userID string, may RoleCheck) (workspace int64, u userRow, present catalog.Role, err error) {
	if workspace, err = t.liveWorkspace(workspaceID); err != nil {
		return 0, u, "", err
	}
	if u, err = t.presentUser(userID); err == nil {
		present, err = t.roleIn(workspace, u)
	}
	if catalog.CodeOf(err) == catalog.NotFound || err == nil && present == catalog.RoleNone {
		u, present, err = t.cardOf(workspace, userID)
	}
	switch {
	case catalog.CodeOf(err) == catalog.NotFound, err == nil && present == catalog.RoleNone:
		return 0, u, "", catalog.Errorf(catalog.NotFound, "This workspace has no member %s.", userID)
	case err != nil:
		return 0, u, "", err
	}
	return workspace, u, present, may(present)
}

// cardOf finds a member who is no user here, by id or email. The row has no key.
func (t *tx) cardOf(workspace int64, ref string) (u userRow, role catalog.Role, err error) {
	var created int64
	err = t.row("SELECT user, email, role, created_at FROM card WHERE workspace = ?1 AND (user = ?2 OR email = ?2)", workspace, ref).
		Scan(&u.ID, &u.Email, &role, &created)
	u.CreatedAt = time.Unix(created, 0).UTC()
	return u, role, notFound(err, "There is no such member.")
}

// projectAgain makes the rows of an item say what it says after a change of it here.
func (t *tx) projectAgain(id string) error {
	item, ok, err := t.item(id)
	if !ok || err != nil {
		return err
	}
	return t.project(item.Item, item.feed)
}

// roleIn is a user's role in a workspace, none for one who is no member.
func (t *tx) roleIn(workspace int64, u userRow) (role catalog.Role, err error) {
	err = t.row("SELECT ifnull((SELECT role FROM member WHERE workspace = ? AND user = ?), '')", workspace, u.key).Scan(&role)
	return role, err
}

// unlessLastOwner returns Conflict when a workspace has no OWNER but this one: it would be nobody's.
func (t *tx) unlessLastOwner(workspace int64, u userRow) error {
	var others bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM member m JOIN user u ON u.key = m.user WHERE m.workspace = ?1 AND m.role = 'OWNER' AND m.user <> ?2
		  AND NOT (?2 = 0 AND u.id = (SELECT value FROM setting WHERE name = 'owner')))
		OR EXISTS (SELECT 1 FROM card c WHERE c.workspace = ?1 AND c.role = 'OWNER' AND c.user <> ?3 AND NOT EXISTS (SELECT 1 FROM user u WHERE u.id = c.user))`,
		workspace, u.key, u.ID).Scan(&others)
	if err == nil && !others {
		err = catalog.Errorf(catalog.Conflict, "%s is the last owner of this workspace. Make somebody else an owner first.", u.Email)
	}
	return err
}

// endMembership removes a member whatever the role.
func (t *tx) endMembership(workspace int64, workspaceID string, u userRow) error {
	t.membersChanged(workspace, workspaceID)
	id := memberID(workspaceID, u.ID)
	if err := t.itemDeleted(id); err != nil {
		return err
	}
	if u.key == 0 {
		return t.projectAgain(id)
	}
	_, err := t.exec("DELETE FROM member WHERE workspace = ? AND user = ?", workspace, u.key)
	return err
}

func (t *tx) membersChanged(workspace int64, workspaceID string) {
	t.revise(workspace)
	t.workspaceChanged(workspaceID)
}
