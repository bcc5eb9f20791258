package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/user"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// defaultWorkspaceName is what a new data directory's first workspace is called.
const defaultWorkspaceName = "My documents"

// ownOrganization is the key of the one organization of a data directory.
const ownOrganization = 1

// bootstrap gives a new database its identity (device, history, organization, local owner, default workspace) and reads
// that of an existing one.
func (s *Store) bootstrap(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		var devices int
		if err := t.row("SELECT count(*) FROM device").Scan(&devices); err != nil {
			return err
		}
		if devices == 0 {
			if err := t.create(); err != nil {
				return err
			}
		}
		if err := t.identify(); err != nil {
			return err
		}
		return t.row("SELECT value FROM setting WHERE name = 'epoch'").Scan(&s.epoch)
	})
}

func (t *tx) create() error {
	email := localEmail()
	t.device = device{key: 1, id: t.s.newID(t.now)}
	owner := t.s.newID(t.now)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"INSERT INTO device (key, id, own) VALUES (?, ?, 1)", []any{t.device.key, t.device.id}},
		{"INSERT INTO setting (name, value) VALUES ('epoch', ?)", []any{t.s.newID(t.now)}},
		{"INSERT INTO setting (name, value) VALUES ('owner', ?)", []any{owner}},
		{"INSERT INTO organization (key, id, name, created_at) VALUES (?, ?, ?, ?)", []any{ownOrganization, t.s.newID(t.now), email, t.now.Unix()}},
		{"INSERT INTO user (id, organization, email, role, created_at) VALUES (?, ?, ?, 'owner', ?)", []any{owner, ownOrganization, email, t.now.Unix()}},
	} {
		if _, err := t.exec(step.query, step.args...); err != nil {
			return err
		}
	}
	_, err := t.createWorkspace(owner, WorkspaceSpec{Name: defaultWorkspaceName})
	return err
}

// localEmail is user@hostname of this machine.
func localEmail() string {
	name, host := "owner", "localhost"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username[strings.LastIndexAny(u.Username, `\/`)+1:]
	}
	if h, err := os.Hostname(); err == nil && h != "" {
		host = h
	}
	return name + "@" + host
}

// LocalOwner is the person at this machine.
func (s *Store) LocalOwner(ctx context.Context) (catalog.Actor, error) {
	a := catalog.Actor{Kind: catalog.ActorOwner}
	err := s.readRow(ctx, "SELECT u.id, u.email, u.role FROM setting s JOIN user u ON u.id = s.value WHERE s.name = 'owner'").
		Scan(&a.UserID, &a.Email, &a.Standing)
	return a, s.fault(err)
}

// memberID is the id of the item that stands for a user's membership.
func memberID(workspaceID, userID string) string {
	return pairID(catalog.KindMember, workspaceID, userID)
}

// pairID is the id of the item that says that a belongs to b: the same wherever it is said.
func pairID(kind catalog.ItemKind, a, b string) string {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + a + "\x00" + b))
	return hex.EncodeToString(sum[:16])
}
