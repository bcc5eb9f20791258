package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// rescueSlice is how many documents one transaction of RescueWorkspace moves.
const rescueSlice = 200

// rescuedNote names the feed's note of the workspace to which its documents are moved: a rescue that was cut off goes on.
const rescuedNote = "rescued"

// RescueWorkspace moves what the remote has not seen of a workspace, and what lies in this device's folders, to a new one of
// this device. Documents get ids of their own there, because the remote may have those that they had. It returns the new
// workspace's id, empty when there was nothing to rescue, and how many documents it has.
func (s *Store) RescueWorkspace(ctx context.Context, id string) (rescued string, documents int, err error) {
	for moved := rescueSlice; moved == rescueSlice; {
		err := s.write(ctx, func(t *tx) error {
			from, err := t.liveWorkspace(id)
			if err != nil {
				return err
			}
			keys, err := t.rescuable(from)
			if err != nil {
				return err
			}
			moved = len(keys)
			to, rescuedID, err := t.rescueInto(from, moved > 0)
			if err != nil || to == 0 {
				return err
			}
			rescued = rescuedID
			for _, key := range keys {
				if err := t.moveContent(key, to); err != nil {
					return err
				}
			}
			t.workspaceChanged(id)
			t.workspaceChanged(rescued)
			return t.row("SELECT count(*) FROM content WHERE workspace = ?", to).Scan(&documents)
		})
		if err != nil {
			return "", 0, err
		}
	}
	return rescued, documents, nil
}

// rescuable are live contents whose item the hub has not seen as it is, or which have a file in a folder.
func (t *tx) rescuable(workspace int64) ([]int64, error) {
	return collect(t, func(row scanner) (key int64, err error) {
		err = row.Scan(&key)
		return key, err
	}, `SELECT c.key FROM content c INDEXED BY content_live JOIN item i ON i.id = c.id WHERE c.workspace = ? AND c.deleted_at IS NULL
		AND (i.dirty = 1 AND (c.remote = 0 OR c.source = 'folder') OR EXISTS (SELECT 1 FROM file f WHERE f.content = c.key AND f.excluded = 0)) LIMIT ?`, workspace, rescueSlice)
}

// rescueInto finds the workspace to which a rescue moves documents, or makes it with the folders of the old one; key 0 when
// there is none and none is needed.
func (t *tx) rescueInto(from int64, needed bool) (key int64, id string, err error) {
	err = t.row("SELECT w.key, w.id FROM feed_note n JOIN workspace w ON w.id = n.value WHERE n.feed = ? AND n.name = ?", from, rescuedNote).Scan(&key, &id)
	if !errors.Is(err, sql.ErrNoRows) || !needed {
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return key, id, err
	}
	owner, err := t.localOwner()
	if err != nil {
		return 0, "", err
	}
	w, err := t.ownFields(from)
	if err != nil {
		return 0, "", err
	}
	id, err = t.createWorkspace(owner.ID, WorkspaceSpec{Name: fmt.Sprintf("%s (rescued)", w.Name), Description: "What had not been sent when access to it ended.", Icon: w.Icon, Color: w.Color})
	if err != nil {
		return 0, "", err
	}
	if key, err = t.liveWorkspace(id); err != nil {
		return 0, "", err
	}
	t.changed.Folders = true
	if _, err := t.exec("UPDATE folder SET workspace = ? WHERE workspace = ?", key, from); err != nil {
		return 0, "", err
	}
	_, err = t.exec("INSERT INTO feed_note (feed, name, value) VALUES (?, ?, ?)", from, rescuedNote, id)
	return key, id, err
}

// moveContent gives a content another workspace and an id of its own. What joined it to things of the old workspace ends;
// its category is of the old one too, and its metadata stays.
func (t *tx) moveContent(key, to int64) error {
	var old string
	if err := t.row("SELECT id FROM content WHERE key = ?", key).Scan(&old); err != nil {
		return err
	}
	if err := t.dropParts(key); err != nil {
		return err
	}
	id := t.s.newID(t.now)
	var hash []byte
	err := t.row("UPDATE content SET id = ?, workspace = ?, category = NULL, conflict = 0 WHERE key = ? RETURNING sha256", id, to, key).Scan(&hash)
	if err != nil {
		return err
	}
	for _, query := range []string{
		"UPDATE content_value SET workspace = (SELECT workspace FROM content WHERE key = ?1) WHERE content = ?1",
		"DELETE FROM project_content WHERE content = ?1",
		"DELETE FROM attachment WHERE content = ?1",
	} {
		if _, err := t.exec(query, key); err != nil {
			return err
		}
	}
	_, fields, err := t.contentAsFields(key)
	if err != nil {
		return err
	}
	if err := t.itemCreated(catalog.KindContent, id, to, hash, fields); err != nil {
		return err
	}
	if err := t.forgetItem(old); err != nil {
		return err
	}
	t.contentChanged(key)
	t.revise(to)
	return t.describe(key)
}
