package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const selectRemote = "SELECT id, name, url, pin, user, email, paused, byte_rate, keep_new, added_at FROM remote"

func scanRemote(row scanner) (r catalog.Remote, err error) {
	var added int64
	err = row.Scan(&r.ID, &r.Name, &r.URL, &r.Pin, &r.UserID, &r.Email, &r.Paused, &r.Limit, &r.KeepNew, &added)
	r.AddedAt = time.Unix(added, 0).UTC()
	return r, err
}

// Remotes lists them, oldest first.
func (s *Store) Remotes(ctx context.Context) ([]catalog.Remote, error) {
	list := []catalog.Remote{}
	err := s.read(ctx, func(row scanner) error {
		r, err := scanRemote(row)
		list = append(list, r)
		return err
	}, selectRemote+" ORDER BY key")
	return list, err
}

// Remote returns one by id.
func (s *Store) Remote(ctx context.Context, id string) (catalog.Remote, error) {
	r, err := scanRemote(s.readRow(ctx, selectRemote+" WHERE id = ?", id))
	return r, s.fault(notFound(err, "There is no such remote."))
}

// AddRemote keeps a remote under a new id. Conflict when one with its address is there.
func (s *Store) AddRemote(ctx context.Context, r catalog.Remote) (catalog.Remote, error) {
	err := s.write(ctx, func(t *tx) error {
		var taken bool
		if err := t.row("SELECT EXISTS (SELECT 1 FROM remote WHERE url = ?)", r.URL).Scan(&taken); err != nil {
			return err
		}
		if taken {
			return catalog.Errorf(catalog.Conflict, "%s is a remote of this device already.", r.URL)
		}
		r.ID, r.AddedAt = t.s.newID(t.now), t.now.Truncate(time.Second)
		_, err := t.exec("INSERT INTO remote (id, name, url, pin, user, email, paused, byte_rate, keep_new, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			r.ID, r.Name, r.URL, r.Pin, r.UserID, r.Email, r.Paused, r.Limit, r.KeepNew, r.AddedAt.Unix())
		return err
	})
	return r, err
}

// SaveRemote replaces everything but the id, the address and the time of adding. NotFound when there is none.
func (s *Store) SaveRemote(ctx context.Context, r catalog.Remote) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		err := t.row("UPDATE remote SET name = ?, pin = ?, user = ?, email = ?, paused = ?, byte_rate = ?, keep_new = ? WHERE id = ? RETURNING key",
			r.Name, r.Pin, r.UserID, r.Email, r.Paused, r.Limit, r.KeepNew, r.ID).Scan(&key)
		return notFound(err, "There is no such remote.")
	})
}

// RemoveRemote forgets a remote with the choices for its workspaces. The copies of its workspaces stay.
func (s *Store) RemoveRemote(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		return notFound(t.row("DELETE FROM remote WHERE id = ? RETURNING key", id).Scan(&key), "There is no such remote.")
	})
}

const selectRemoteWorkspace = `SELECT r.id, w.workspace, w.name, w.role, w.kept, w.mode, w.succeeded, w.digest, w.agreed_seq, w.agreed_at
	FROM remote_workspace w JOIN remote r ON r.key = w.remote`

func scanRemoteWorkspace(row scanner) (remoteID string, w catalog.RemoteWorkspace, err error) {
	var succeeded, agreed sql.NullInt64
	var a catalog.SyncAgreement
	err = row.Scan(&remoteID, &w.ID, &w.Name, &w.Role, &w.Kept, &w.Mode, &succeeded, &a.Digest, &a.Seq, &agreed)
	w.LastSuccess = pointer(succeeded)
	if agreed.Valid {
		a.At = moment(agreed)
		w.Agreement = &a
	}
	return remoteID, w, err
}

// RemoteWorkspaces lists those of one remote by name.
func (s *Store) RemoteWorkspaces(ctx context.Context, remoteID string) ([]catalog.RemoteWorkspace, error) {
	list := []catalog.RemoteWorkspace{}
	err := s.read(ctx, func(row scanner) error {
		_, w, err := scanRemoteWorkspace(row)
		list = append(list, w)
		return err
	}, selectRemoteWorkspace+" WHERE r.id = ? ORDER BY w.name, w.workspace", remoteID)
	return list, err
}

// RemoteOf returns a workspace's remote and what was chosen; the remote is empty for one that is of this device alone.
func (s *Store) RemoteOf(ctx context.Context, workspaceID string) (remoteID string, w catalog.RemoteWorkspace, err error) {
	remoteID, w, err = scanRemoteWorkspace(s.readRow(ctx, selectRemoteWorkspace+" WHERE w.workspace = ?", workspaceID))
	if errors.Is(err, sql.ErrNoRows) {
		return "", w, nil
	}
	return remoteID, w, s.fault(err)
}

// SaveRemoteWorkspace keeps what is known and chosen. Conflict when the workspace is another remote's.
func (s *Store) SaveRemoteWorkspace(ctx context.Context, remoteID string, w catalog.RemoteWorkspace) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		if err := t.row("SELECT key FROM remote WHERE id = ?", remoteID).Scan(&key); err != nil {
			return notFound(err, "There is no such remote.")
		}
		var other int64
		switch err := t.row("SELECT remote FROM remote_workspace WHERE workspace = ?", w.ID).Scan(&other); {
		case err == nil && other != key:
			return catalog.Errorf(catalog.Conflict, "The workspace %s is synchronised with another remote already.", w.Name)
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		}
		_, err := t.exec(`INSERT INTO remote_workspace (remote, workspace, name, role, kept, mode) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (remote, workspace) DO UPDATE SET name = excluded.name, role = excluded.role, kept = excluded.kept, mode = excluded.mode`,
			key, w.ID, w.Name, w.Role, w.Kept, w.Mode)
		return err
	})
}

// ForgetRemoteWorkspace makes a workspace one of this device alone. One that is no remote's is no error.
func (s *Store) ForgetRemoteWorkspace(ctx context.Context, workspaceID string) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("DELETE FROM remote_workspace WHERE workspace = ?", workspaceID)
		return err
	})
}

// SaveProgress keeps when a round of a workspace last ended well, and what both sides last agreed on. A workspace that is no
// remote's is no error: it may have been taken away meanwhile.
func (s *Store) SaveProgress(ctx context.Context, workspaceID string, succeeded *time.Time, a *catalog.SyncAgreement) error {
	return s.write(ctx, func(t *tx) error {
		if succeeded != nil {
			if _, err := t.exec("UPDATE remote_workspace SET succeeded = ? WHERE workspace = ?", succeeded.Unix(), workspaceID); err != nil {
				return err
			}
		}
		if a == nil {
			return nil
		}
		_, err := t.exec("UPDATE remote_workspace SET digest = ?, agreed_seq = ?, agreed_at = ? WHERE workspace = ?", a.Digest, a.Seq, a.At.Unix(), workspaceID)
		return err
	})
}
