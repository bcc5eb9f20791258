package store

import (
	"context"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// RoleCheck decides, within the transaction that would change it, whether a member's present role may be changed.
type RoleCheck func(present catalog.Role) error

const selectMember = `SELECT u.id, u.email, m.role, m.created_at FROM member m JOIN user u ON u.key = m.user JOIN workspace w ON w.key = m.workspace
	WHERE w.id = ?1 AND w.deleted_at IS NULL AND u.removed_at IS NULL`

func scanMember(row scanner) (m catalog.Member, err error) {
	var created int64
	err = row.Scan(&m.UserID, &m.Email, &m.Role, &created)
	m.CreatedAt = time.Unix(created, 0).UTC()
	return m, err
}

// Members lists who belongs to a workspace, in the order of joining.
func (s *Store) Members(ctx context.Context, workspaceID string) ([]catalog.Member, error) {
	list := []catalog.Member{}
	err := s.read(ctx, func(row scanner) error {
		m, err := scanMember(row)
		list = append(list, m)
		return err
	}, selectMember+" ORDER BY m.key", workspaceID)
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
		if present == role {
			return nil
		}
		if present == catalog.RoleOwner {
			if err := t.unlessLastOwner(workspace, u); err != nil {
				return err
			}
		}
		if _, err := t.exec("UPDATE member SET role = ? WHERE workspace = ? AND user = ?", role, workspace, u.key); err != nil {
			return err
		}
		t.membersChanged(workspace, workspaceID)
		return t.itemFields(memberID(workspaceID, u.ID), field{"role", jsonText(role)})
	})
	if err != nil {
		return changed, err
	}
	changed, err = scanMember(s.readRow(ctx, selectMember+" AND u.id = ?2", workspaceID, userID))
	return changed, s.fault(notFound(err, "This user is no member of this workspace."))
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
	switch {
	case catalog.CodeOf(err) == catalog.NotFound, err == nil && present == catalog.RoleNone:
		return 0, u, "", catalog.Errorf(catalog.NotFound, "This workspace has no member %s.", userID)
	case err != nil:
		return 0, u, "", err
	}
	return workspace, u, present, may(present)
}

// roleIn is a user's role in a workspace, none for one who is no member.
func (t *tx) roleIn(workspace int64, u userRow) (role catalog.Role, err error) {
	err = t.row("SELECT ifnull((SELECT role FROM member WHERE workspace = ? AND user = ?), '')", workspace, u.key).Scan(&role)
	return role, err
}

// unlessLastOwner returns Conflict when a workspace has no OWNER but this one: it would be nobody's.
func (t *tx) unlessLastOwner(workspace int64, u userRow) error {
	var others bool
	err := t.row("SELECT EXISTS (SELECT 1 FROM member WHERE workspace = ? AND role = 'OWNER' AND user <> ?)", workspace, u.key).Scan(&others)
	if err == nil && !others {
		err = catalog.Errorf(catalog.Conflict, "%s is the last owner of this workspace. Make somebody else an owner first.", u.Email)
	}
	return err
}

// endMembership removes a member whatever the role.
func (t *tx) endMembership(workspace int64, workspaceID string, u userRow) error {
	if _, err := t.exec("DELETE FROM member WHERE workspace = ? AND user = ?", workspace, u.key); err != nil {
		return err
	}
	t.membersChanged(workspace, workspaceID)
	return t.itemDeleted(memberID(workspaceID, u.ID))
}

func (t *tx) membersChanged(workspace int64, workspaceID string) {
	t.revise(workspace)
	t.workspaceChanged(workspaceID)
}
