package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// selectWorkspace reads the workspaces of the user in ?1. The default is the first that the user became a member of.
const selectWorkspace = `
	SELECT w.key, w.id, w.name, w.description, w.icon, w.color, w.archived, w.dataspace, m.role, w.created_at, w.updated_at,
	  (SELECT ifnull(sum(live), 0) FROM tally WHERE workspace = w.key), g.id, w.version,
	  ifnull(CASE WHEN (SELECT account FROM feed WHERE key = w.key) = ''
	    THEN (SELECT ou.id FROM member om JOIN user ou ON ou.key = om.user WHERE om.workspace = w.key AND om.role = 'OWNER' ORDER BY om.key LIMIT 1)
	    ELSE (SELECT c.user FROM card c WHERE c.workspace = w.key AND c.role = 'OWNER' ORDER BY c.created_at, c.user LIMIT 1) END, ''),
	  m.key = (SELECT min(o.key) FROM member o JOIN workspace ow ON ow.key = o.workspace WHERE o.user = m.user AND ow.deleted_at IS NULL)
	FROM user u JOIN member m ON m.user = u.key JOIN workspace w ON w.key = m.workspace JOIN organization g ON g.key = w.organization
	WHERE u.id = ?1 AND w.deleted_at IS NULL`

func scanWorkspace(row scanner) (w catalog.Workspace, err error) {
	var created, updated int64
	err = row.Scan(&w.Key, &w.ID, &w.Name, &w.Description, &w.Icon, &w.Color, &w.IsArchived, &w.DataspaceID, &w.Role,
		&created, &updated, &w.DocumentCount, &w.Organization, &w.Version, &w.OwnerID, &w.IsDefault)
	w.CreatedAt, w.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	return w, err
}

// Workspaces lists those the user is a member of, in the order of becoming one.
func (s *Store) Workspaces(ctx context.Context, userID string) ([]catalog.Workspace, error) {
	list := []catalog.Workspace{}
	err := s.read(ctx, func(row scanner) error {
		w, err := scanWorkspace(row)
		list = append(list, w)
		return err
	}, selectWorkspace+" ORDER BY m.key", userID)
	return list, err
}

// Workspace returns one that the user is a member of; NotFound covers all others.
func (s *Store) Workspace(ctx context.Context, id, userID string) (catalog.Workspace, error) {
	w, err := scanWorkspace(s.readRow(ctx, selectWorkspace+" AND w.id = ?2", userID, id))
	return w, s.fault(notFound(err, "There is no such workspace."))
}

// WorkspaceOfDataspace is Workspace by the short id.
func (s *Store) WorkspaceOfDataspace(ctx context.Context, shortID, userID string) (catalog.Workspace, error) {
	w, err := scanWorkspace(s.readRow(ctx, selectWorkspace+" AND w.dataspace = ?2", userID, shortID))
	return w, s.fault(notFound(err, "There is no such dataspace."))
}

// Role is the user's standing in a workspace: none when the user is no member or there is no such workspace.
func (s *Store) Role(ctx context.Context, workspaceID, userID string) (catalog.Role, error) {
	var role catalog.Role
	err := s.readRow(ctx, `SELECT ifnull((SELECT m.role FROM workspace w JOIN member m ON m.workspace = w.key JOIN user u ON u.key = m.user
		WHERE w.id = ? AND u.id = ? AND w.deleted_at IS NULL), '')`, workspaceID, userID).Scan(&role)
	return role, s.fault(err)
}

// Archived reports whether a workspace is closed for changes; one that is not there is not.
func (s *Store) Archived(ctx context.Context, workspaceID string) (bool, error) {
	var archived bool
	err := s.readRow(ctx, "SELECT ifnull((SELECT archived FROM workspace WHERE id = ? AND deleted_at IS NULL), 0)", workspaceID).Scan(&archived)
	return archived, s.fault(err)
}

// WorkspaceSpec describes a workspace to make.
type WorkspaceSpec struct{ Name, Description, Icon, Color string }

// CreateWorkspace makes a workspace whose OWNER is the user.
func (s *Store) CreateWorkspace(ctx context.Context, userID string, spec WorkspaceSpec) (catalog.Workspace, error) {
	var id string
	err := s.write(ctx, func(t *tx) (err error) {
		id, err = t.createWorkspace(userID, spec)
		return err
	})
	if err != nil {
		return catalog.Workspace{}, err
	}
	return s.Workspace(ctx, id, userID)
}

func (t *tx) createWorkspace(userID string, spec WorkspaceSpec) (id string, err error) {
	var user, organization int64
	var email string
	if err := t.row("SELECT key, email, organization FROM user WHERE id = ? AND removed_at IS NULL", userID).Scan(&user, &email, &organization); err != nil {
		return "", notFound(err, "There is no such user.")
	}
	id = t.s.newID(t.now)
	key, err := t.insertWorkspace(id, organization, spec)
	if err != nil {
		return "", err
	}
	fields := []field{{"name", jsonText(spec.Name)}, {"description", jsonText(spec.Description)}, {"icon", jsonText(spec.Icon)},
		{"color", jsonText(spec.Color)}, {"createdAt", jsonText(t.now.Unix())}}
	if err := t.itemCreated(catalog.KindWorkspace, id, key, []byte{}, fields); err != nil {
		return "", err
	}
	if _, err := t.exec("INSERT INTO member (workspace, user, role, created_at) VALUES (?, ?, ?, ?)", key, user, catalog.RoleOwner, t.now.Unix()); err != nil {
		return "", err
	}
	return id, t.itemCreated(catalog.KindMember, memberID(id, userID), key, []byte{}, memberFields(userID, email, catalog.RoleOwner, t.now))
}

// insertWorkspace makes the row of a workspace, which nobody belongs to yet.
func (t *tx) insertWorkspace(id string, organization int64, spec WorkspaceSpec) (key int64, err error) {
	dataspace, err := t.dataspaceID(id)
	if err != nil {
		return 0, err
	}
	t.workspaceChanged(id)
	err = t.row(`INSERT INTO workspace (id, organization, name, description, icon, color, dataspace, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key`,
		id, organization, spec.Name, spec.Description, spec.Icon, spec.Color, dataspace, t.now.Unix(), t.now.Unix()).Scan(&key)
	return key, err
}

// dataspaceID is "sds-" and 8 hex digits of the hash of the workspace's id; when they are taken, the next 8.
func (t *tx) dataspaceID(workspaceID string) (string, error) {
	sum := sha256.Sum256([]byte(workspaceID))
	digits := hex.EncodeToString(sum[:])
	for ; len(digits) >= 8; digits = digits[8:] {
		var taken bool
		if err := t.row("SELECT EXISTS (SELECT 1 FROM workspace WHERE dataspace = ?)", "sds-"+digits[:8]).Scan(&taken); err != nil {
			return "", err
		}
		if !taken {
			return "sds-" + digits[:8], nil
		}
	}
	return "", catalog.Errorf(catalog.Internal, "No short id is free.")
}

// UpdateWorkspace changes what is present in c. What is there already is no change.
func (s *Store) UpdateWorkspace(ctx context.Context, id string, c catalog.WorkspaceChange) error {
	return s.write(ctx, func(t *tx) error {
		key, err := t.liveWorkspace(id)
		if err != nil {
			return err
		}
		before, err := t.ownFields(key)
		if err != nil {
			return err
		}
		after := before.With(c)
		fields := changedFields(before, after)
		if len(fields) == 0 {
			return nil
		}
		if err := t.saveOwnFields(key, before, after); err != nil {
			return err
		}
		t.workspaceChanged(id)
		switch _, known, err := t.item(id); {
		case err != nil:
			return err
		case !known: // a device has added it and not sent its item yet
			return t.itemCreated(catalog.KindWorkspace, id, key, []byte{}, fields)
		}
		return t.itemFields(id, fields...)
	})
}

// ownFields reads what a workspace says of itself: name, description, icon, color, archived.
func (t *tx) ownFields(workspace int64) (w catalog.Workspace, err error) {
	err = t.row("SELECT name, description, icon, color, archived FROM workspace WHERE key = ?", workspace).
		Scan(&w.Name, &w.Description, &w.Icon, &w.Color, &w.IsArchived)
	return w, err
}

// saveOwnFields is the way back. Nothing is written when nothing differs.
func (t *tx) saveOwnFields(workspace int64, before, after catalog.Workspace) error {
	if before == after {
		return nil
	}
	if before.Name != after.Name || before.Description != after.Description {
		t.revise(workspace)
	}
	_, err := t.exec("UPDATE workspace SET name = ?, description = ?, icon = ?, color = ?, archived = ?, updated_at = ? WHERE key = ?",
		after.Name, after.Description, after.Icon, after.Color, after.IsArchived, t.now.Unix(), workspace)
	return err
}

// changedFields are the journal's fields that differ.
func changedFields(before, after catalog.Workspace) []field {
	fields := []field{}
	for _, f := range []struct {
		name          string
		before, after any
	}{
		{"name", before.Name, after.Name}, {"description", before.Description, after.Description}, {"icon", before.Icon, after.Icon},
		{"color", before.Color, after.Color}, {"archived", before.IsArchived, after.IsArchived},
	} {
		if f.before != f.after {
			fields = append(fields, field{f.name, jsonText(f.after)})
		}
	}
	return fields
}

// DeleteWorkspace takes a workspace away at once: nothing in it can be seen any more, and tokens made for it end. What it
// held is removed by PurgeWorkspaces.
func (s *Store) DeleteWorkspace(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		if err := t.row("UPDATE workspace SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL RETURNING key", t.now.Unix(), id).Scan(&key); err != nil {
			return notFound(err, "There is no such workspace.")
		}
		if _, known, err := t.item(id); err != nil {
			return err
		} else if known {
			if err := t.itemDeleted(id); err != nil {
				return err
			}
		}
		t.workspaceChanged(id)
		return t.hideWorkspace(key)
	})
}
