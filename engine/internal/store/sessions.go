package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const noSession = "There is no such session."

func scanSession(row scanner) (n catalog.Session, err error) {
	var created int64
	err = row.Scan(&n.ID, &n.WorkspaceID, &n.Name, &created)
	n.CreatedAt = time.Unix(created, 0).UTC()
	return n, err
}

// Sessions returns a page of the sessions of workspaces, oldest first, and how many there are in all.
func (s *Store) Sessions(ctx context.Context, workspaces []catalog.Workspace, limit, offset int) (list []catalog.Session, total int, err error) {
	keys := make([]int64, len(workspaces))
	for i, w := range workspaces {
		keys[i] = w.Key
	}
	within := "w.key IN (" + joinKeys(keys) + ") AND w.deleted_at IS NULL"
	err = s.readOnce(ctx, func(row scanner) error { return row.Scan(&total) },
		"SELECT count(*) FROM workspace w JOIN session n ON n.workspace = w.key WHERE "+within)
	if err != nil {
		return nil, 0, err
	}
	list = []catalog.Session{}
	err = s.readOnce(ctx, func(row scanner) error {
		n, err := scanSession(row)
		list = append(list, n)
		return err
	}, "SELECT n.id, w.id, n.name, n.created_at FROM workspace w JOIN session n ON n.workspace = w.key WHERE "+within+
		" ORDER BY n.created_at, n.id LIMIT ? OFFSET ?", limit, offset)
	return list, total, err
}

// Session returns one by its id.
func (s *Store) Session(ctx context.Context, id string) (catalog.Session, error) {
	n, err := scanSession(s.readRow(ctx, `SELECT n.id, w.id, n.name, n.created_at FROM session n JOIN workspace w ON w.key = n.workspace
		WHERE n.id = ? AND w.deleted_at IS NULL`, id))
	return n, s.fault(notFound(err, noSession))
}

// CreateSession makes a session without documents. Names need not be unique.
func (s *Store) CreateSession(ctx context.Context, workspaceID, name string) (n catalog.Session, err error) {
	err = s.write(ctx, func(t *tx) error {
		workspace, err := t.liveWorkspace(workspaceID)
		if err != nil {
			return err
		}
		n = catalog.Session{ID: t.s.newID(t.now), WorkspaceID: workspaceID, Name: name, CreatedAt: time.Unix(t.now.Unix(), 0).UTC()}
		_, err = t.exec("INSERT INTO session (id, workspace, name, created_at) VALUES (?, ?, ?, ?)", n.ID, workspace, name, t.now.Unix())
		if err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.itemCreated(catalog.KindSession, n.ID, workspace, []byte{}, []field{{"createdAt", jsonText(t.now.Unix())}, {"name", jsonText(name)}})
	})
	return n, err
}

// DeleteSession removes a session, never the documents that are attached to it. Its attachments stay in the journal:
// should another replica's change bring the session back, it is as it was.
func (s *Store) DeleteSession(ctx context.Context, id string) error {
	return s.write(ctx, func(t *tx) error {
		_, workspaceID, key, err := t.session(id)
		if err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM session WHERE key = ?", key); err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.itemDeleted(id)
	})
}

// SessionContents returns a page of the live contents attached to a session, attached first, first, and how many there
// are in all.
func (s *Store) SessionContents(ctx context.Context, id string, limit, offset int) (list []catalog.Content, total int, err error) {
	err = s.readRow(ctx, `SELECT count(*) FROM session n JOIN attachment a ON a.session = n.key CROSS JOIN content c ON c.key = a.content
		WHERE n.id = ? AND c.deleted_at IS NULL`, id).Scan(&total)
	if err != nil {
		return nil, 0, s.fault(err)
	}
	list = []catalog.Content{}
	err = s.read(ctx, func(row scanner) error {
		c, err := scanContent(row)
		list = append(list, c)
		return err
	}, `SELECT `+contentColumns+` FROM (SELECT a.key AS place, a.content FROM session n JOIN attachment a ON a.session = n.key CROSS JOIN content b ON b.key = a.content
		WHERE n.id = ? AND b.deleted_at IS NULL ORDER BY a.key LIMIT ? OFFSET ?) k
		CROSS JOIN content c ON c.key = k.content JOIN workspace w ON w.key = c.workspace
		LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder ORDER BY k.place`, id, limit, offset)
	return list, total, err
}

// Attach gives live contents of the session's workspace a place in it, in the order of the ids, and returns their keys.
// When some ids name none, nothing is attached and these come back as unknown.
func (s *Store) Attach(ctx context.Context, id string, contentIDs []string) (keys []int64, unknown []string, err error) {
	err = s.write(ctx, func(t *tx) error {
		workspace, workspaceID, session, err := t.session(id)
		if err != nil {
			return err
		}
		for _, contentID := range contentIDs {
			key, err := t.liveContent(workspace, contentID)
			switch {
			case catalog.CodeOf(err) == catalog.NotFound:
				unknown = append(unknown, contentID)
			case err != nil:
				return err
			}
			keys = append(keys, key)
		}
		if len(unknown) > 0 {
			return nil
		}
		t.workspaceChanged(workspaceID)
		for i, key := range keys {
			if err := t.join(inSession, joined{workspace: workspace, whole: session, content: key, wholeID: id, contentID: contentIDs[i]}); err != nil {
				return err
			}
		}
		return nil
	})
	return keys, unknown, err
}

// Detach takes a live content of the session's workspace out of a session, where it need not be. NotFound when there is
// no such session or content.
func (s *Store) Detach(ctx context.Context, id, contentID string) error {
	return s.write(ctx, func(t *tx) error {
		workspace, workspaceID, session, err := t.session(id)
		if err != nil {
			return err
		}
		content, err := t.liveContent(workspace, contentID)
		if err != nil {
			return err
		}
		t.workspaceChanged(workspaceID)
		return t.part(inSession, joined{workspace: workspace, whole: session, content: content, wholeID: id, contentID: contentID})
	})
}

// session returns a session's key and workspace.
func (t *tx) session(id string) (workspace int64, workspaceID string, key int64, err error) {
	err = t.row("SELECT w.key, w.id, n.key FROM session n JOIN workspace w ON w.key = n.workspace WHERE n.id = ? AND w.deleted_at IS NULL", id).
		Scan(&workspace, &workspaceID, &key)
	return workspace, workspaceID, key, notFound(err, noSession)
}

// pullSession makes the row of a session say what its item says.
func (t *tx) pullSession(item catalog.Item, workspace int64) error {
	var key int64
	name, created := "?", t.now.Unix()
	err := t.row("SELECT key, name, created_at FROM session WHERE id = ?", item.ID).Scan(&key, &name, &created)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if item.Deleted() {
		_, err := t.exec("DELETE FROM session WHERE key = ?", key)
		return err
	}
	fieldValue(item, "name", &name)
	fieldValue(item, "createdAt", &created)
	name = pulledText(name)
	if key != 0 {
		_, err := t.exec("UPDATE session SET name = ?, created_at = ? WHERE key = ?", name, created, key)
		return err
	}
	if _, err := t.exec("INSERT INTO session (id, workspace, name, created_at) VALUES (?, ?, ?, ?)", item.ID, workspace, name, created); err != nil {
		return err
	}
	return t.pullPlacesOf(placesOfSession, item.ID, workspace)
}
