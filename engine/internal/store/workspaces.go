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
	  ifnull((SELECT ou.id FROM member om JOIN user ou ON ou.key = om.user WHERE om.workspace = w.key AND om.role = 'OWNER' ORDER BY om.key LIMIT 1), ''),
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

// CreateWorkspace makes a workspace whose OWNER is the user.
func (s *Store) CreateWorkspace(ctx context.Context, userID, name, description string) (catalog.Workspace, error) {
	var id string
	err := s.write(ctx, func(t *tx) (err error) {
		id, err = t.createWorkspace(userID, name, description)
		return err
	})
	if err != nil {
		return catalog.Workspace{}, err
	}
	return s.Workspace(ctx, id, userID)
}

func (t *tx) createWorkspace(userID, name, description string) (id string, err error) {
	var user, organization int64
	if err := t.row("SELECT key, organization FROM user WHERE id = ?", userID).Scan(&user, &organization); err != nil {
		return "", notFound(err, "There is no such user.")
	}
	id = t.s.newID(t.now)
	dataspace, err := t.dataspaceID(id)
	if err != nil {
		return "", err
	}
	var key int64
	err = t.row(`INSERT INTO workspace (id, organization, name, description, dataspace, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING key`, id, organization, name, description, dataspace, t.now.Unix(), t.now.Unix()).Scan(&key)
	if err != nil {
		return "", err
	}
	fields := []field{{"name", jsonText(name)}, {"description", jsonText(description)}, {"createdAt", jsonText(t.now.Unix())}}
	if err := t.itemCreated(catalog.KindWorkspace, id, key, []byte{}, fields); err != nil {
		return "", err
	}
	if _, err := t.exec("INSERT INTO member (workspace, user, role, created_at) VALUES (?, ?, ?, ?)", key, user, catalog.RoleOwner, t.now.Unix()); err != nil {
		return "", err
	}
	t.workspaceChanged(id)
	return id, t.itemCreated(catalog.KindMember, memberID(id, userID), key, []byte{},
		[]field{{"user", jsonText(userID)}, {"role", jsonText(catalog.RoleOwner)}, {"createdAt", jsonText(t.now.Unix())}})
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

// UpdateWorkspace changes what is present in c.
func (s *Store) UpdateWorkspace(ctx context.Context, id string, c catalog.WorkspaceChange) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		if err := t.row("SELECT key FROM workspace WHERE id = ? AND deleted_at IS NULL", id).Scan(&key); err != nil {
			return notFound(err, "There is no such workspace.")
		}
		var fields []field
		for _, text := range []struct {
			name  string
			value *string
			query string
		}{
			{"name", c.Name, "UPDATE workspace SET name = ? WHERE key = ?"},
			{"description", c.Description, "UPDATE workspace SET description = ? WHERE key = ?"},
			{"icon", c.Icon, "UPDATE workspace SET icon = ? WHERE key = ?"},
			{"color", c.Color, "UPDATE workspace SET color = ? WHERE key = ?"},
		} {
			if text.value == nil {
				continue
			}
			if _, err := t.exec(text.query, *text.value, key); err != nil {
				return err
			}
			fields = append(fields, field{text.name, jsonText(*text.value)})
		}
		if c.IsArchived != nil {
			if _, err := t.exec("UPDATE workspace SET archived = ? WHERE key = ?", *c.IsArchived, key); err != nil {
				return err
			}
			fields = append(fields, field{"archived", jsonText(*c.IsArchived)})
		}
		if len(fields) == 0 {
			return nil
		}
		if _, err := t.exec("UPDATE workspace SET updated_at = ?, version = version + ? WHERE key = ?",
			t.now.Unix(), c.Name != nil || c.Description != nil, key); err != nil {
			return err
		}
		t.workspaceChanged(id)
		return t.itemFields(id, fields...)
	})
}

// DeleteWorkspace removes a workspace with its contents, folders, tokens and index rows, never the person's own files. The
// workspace is gone at once; what it held is removed in slices, which opening the store resumes after a crash.
func (s *Store) DeleteWorkspace(ctx context.Context, id string) error {
	err := s.write(ctx, func(t *tx) error {
		var key int64
		if err := t.row("UPDATE workspace SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL RETURNING key", t.now.Unix(), id).Scan(&key); err != nil {
			return notFound(err, "There is no such workspace.")
		}
		if err := t.itemDeleted(id); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE token SET revoked_at = ? WHERE workspace = ? AND revoked_at IS NULL", t.now.Unix(), key); err != nil {
			return err
		}
		t.workspaceChanged(id)
		t.changed.Folders = true
		return nil
	})
	if err != nil {
		return err
	}
	return s.purgeWorkspaces(ctx)
}
