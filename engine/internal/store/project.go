package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// project makes the noun's rows say what its item says. Values that a newer program wrote and this one cannot read are
// kept in the item and left out here.
func (t *tx) project(item catalog.Item, feed int64) error {
	if user := feedOwner(feed); user != 0 {
		return t.projectOwned(item, user)
	}
	workspace := feed
	t.workspaceChanged(item.WorkspaceID)
	switch item.Kind {
	case catalog.KindWorkspace:
		return t.projectWorkspace(item, workspace)
	case catalog.KindMember:
		return t.projectMember(item, workspace)
	case catalog.KindContent:
		return t.projectContent(item, workspace)
	case catalog.KindCategory:
		return t.projectCategory(item, workspace)
	case catalog.KindProject:
		return t.pullProject(item, workspace)
	case catalog.KindProjectContent:
		return t.pullPlace(inProject, item, workspace)
	case catalog.KindSession:
		return t.pullSession(item, workspace)
	case catalog.KindAttachment:
		return t.pullPlace(inSession, item, workspace)
	}
	return nil
}

// fieldValue reads a field into v and leaves v alone when the field is absent, removed or of another type.
func fieldValue(item catalog.Item, name string, v any) {
	if r, ok := item.Fields[name]; ok && r.Value != "" {
		_ = json.Unmarshal([]byte(r.Value), v) // another type: the value as it was
	}
}

func (t *tx) projectWorkspace(item catalog.Item, workspace int64) error {
	if item.ID != item.WorkspaceID {
		return nil // stands for nothing here
	}
	w, err := t.ownFields(workspace)
	if err != nil {
		return err
	}
	before := w
	fieldValue(item, "name", &w.Name)
	fieldValue(item, "description", &w.Description)
	fieldValue(item, "icon", &w.Icon)
	fieldValue(item, "color", &w.Color)
	fieldValue(item, "archived", &w.IsArchived)
	for _, text := range []*string{&w.Name, &w.Description, &w.Icon, &w.Color} {
		*text = pulledText(*text)
	}
	if err := t.saveOwnFields(workspace, before, w); err != nil || !item.Deleted() {
		return err
	}
	return t.hideWorkspace(workspace)
}

// hideWorkspace takes a workspace away from everything that answers; what it held is removed by PurgeWorkspaces.
func (t *tx) hideWorkspace(workspace int64) error {
	t.changed.Folders = true
	for _, query := range []string{
		"UPDATE workspace SET deleted_at = ifnull(deleted_at, ?) WHERE key = ?",
		"UPDATE token SET revoked_at = ifnull(revoked_at, ?) WHERE workspace = ?",
	} {
		if _, err := t.exec(query, t.now.Unix(), workspace); err != nil {
			return err
		}
	}
	return nil
}

// memberCard is what a membership's item says: who it is, and the role.
type memberCard struct {
	user, name, email string
	role              catalog.Role
	since             int64
}

// readMember reads a membership. A role that a newer program gave is the least there is.
func (t *tx) readMember(item catalog.Item) memberCard {
	m := memberCard{role: catalog.RoleViewer, since: t.now.Unix()}
	fieldValue(item, "user", &m.user)
	fieldValue(item, "name", &m.name)
	fieldValue(item, "email", &m.email)
	fieldValue(item, "role", &m.role)
	fieldValue(item, "createdAt", &m.since)
	if !slices.Contains(catalog.Roles, m.role) {
		m.role = catalog.RoleViewer
	}
	m.user, m.name, m.email = pulledText(m.user), pulledText(m.name), pulledText(m.email)
	return m
}

// projectMember follows a membership. Who is a user here gets the role here; the owner of this device is known to the
// remote under an id of its own; of all others there is a card. Whoever has been removed from here stays out.
func (t *tx) projectMember(item catalog.Item, workspace int64) error {
	m := t.readMember(item)
	if item.ID != memberID(item.WorkspaceID, m.user) {
		return nil // not named after the two: nobody could take it back
	}
	var account string
	if err := t.row("SELECT account FROM feed WHERE key = ?", workspace).Scan(&account); err != nil {
		return err
	}
	if err := t.saveCard(m, workspace, item.Deleted()); err != nil {
		return err
	}
	query, id := "SELECT key, removed_at IS NOT NULL FROM user WHERE id = ?", m.user
	if account != "" && account == m.user {
		query, id = "SELECT u.key, 0 FROM user u JOIN setting s ON s.name = ? AND s.value = u.id", "owner"
	}
	if account != "" && account != m.user { // the id of before it went to the remote stands for nobody there
		if own, err := t.isLocalOwner(m.user); err != nil || own {
			return err
		}
	}
	var user int64
	var removed bool
	err := t.row(query, id).Scan(&user, &removed)
	if removed {
		return nil
	}
	t.revise(workspace)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case item.Deleted():
		_, err = t.exec("DELETE FROM member WHERE workspace = ? AND user = ?", workspace, user)
	default:
		_, err = t.exec("INSERT INTO member (workspace, user, role, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET role = excluded.role",
			workspace, user, m.role, m.since)
	}
	return err
}

// saveCard keeps what a member is called, or forgets it.
func (t *tx) saveCard(m memberCard, workspace int64, gone bool) error {
	if gone {
		_, err := t.exec("DELETE FROM card WHERE workspace = ? AND user = ?", workspace, m.user)
		return err
	}
	_, err := t.exec(`INSERT INTO card (workspace, user, name, email, role, created_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET name = excluded.name, email = excluded.email, role = excluded.role, created_at = excluded.created_at`,
		workspace, m.user, m.name, m.email, m.role, m.since)
	return err
}
