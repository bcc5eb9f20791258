package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Changes returns the items of a workspace that changed after a cursor, whole commits at a time: at least limit items
// unless there are no more. An item stands at its newest change only. Reset is set when the cursor is not of this
// database's history.
func (s *Store) Changes(ctx context.Context, workspaceID string, after catalog.Cursor, limit int) (catalog.Changes, error) {
	var workspace, head int64
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return catalog.Changes{}, s.fault(err)
	}
	defer tx.Rollback() // a snapshot for several queries, nothing to commit
	if err := tx.QueryRowContext(ctx, "SELECT key, seq FROM workspace WHERE id = ?", workspaceID).Scan(&workspace, &head); err != nil {
		return catalog.Changes{}, s.fault(notFound(err, "There is no such workspace."))
	}
	known, err := s.knows(ctx, tx, workspace, after)
	if err != nil || !known {
		return catalog.Changes{Reset: err == nil}, s.fault(err)
	}
	page := catalog.Changes{Next: catalog.Cursor{Epoch: s.epoch, Seq: head}}
	last, err := feedPageEnd(ctx, tx, workspace, after.Seq, limit)
	if err != nil {
		return catalog.Changes{}, s.fault(err)
	}
	if last != 0 && last < head {
		page.Next.Seq, page.More = last, true
	}
	if page.Items, err = s.feedItems(ctx, tx, workspaceID, workspace, after.Seq, page.Next.Seq); err != nil {
		return catalog.Changes{}, s.fault(err)
	}
	var token []byte
	err = tx.QueryRowContext(ctx, "SELECT token FROM feed_commit WHERE workspace = ? AND seq = ?", workspace, page.Next.Seq).Scan(&token)
	page.Next.Token = hex.EncodeToString(token)
	return page, s.fault(err)
}

// knows reports whether a cursor is of this history.
func (s *Store) knows(ctx context.Context, tx *sql.Tx, workspace int64, c catalog.Cursor) (bool, error) {
	if c == (catalog.Cursor{}) {
		return true, nil
	}
	var token []byte
	err := tx.QueryRowContext(ctx, "SELECT token FROM feed_commit WHERE workspace = ? AND seq = ?", workspace, c.Seq).Scan(&token)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	given, decodeErr := hex.DecodeString(c.Token)
	return err == nil && decodeErr == nil && c.Epoch == s.epoch && bytes.Equal(token, given), err
}

// feedPageEnd is the commit with the limit-th item after seq, 0 when there are fewer.
func feedPageEnd(ctx context.Context, tx *sql.Tx, workspace, seq int64, limit int) (int64, error) {
	var last int64
	err := tx.QueryRowContext(ctx, "SELECT seq FROM item WHERE workspace = ? AND seq > ? ORDER BY seq LIMIT 1 OFFSET ?",
		workspace, seq, max(limit, 1)-1).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return last, err
}

func (s *Store) feedItems(ctx context.Context, tx *sql.Tx, workspaceID string, workspace, from, to int64) ([]catalog.Item, error) {
	type stored struct {
		key    int64
		item   catalog.Item
		vector string
	}
	var list []stored
	rows, err := tx.QueryContext(ctx, "SELECT key, id, kind, seq, vector, dirty FROM item WHERE workspace = ? AND seq > ? AND seq <= ? ORDER BY seq, key", workspace, from, to)
	err = forEach(rows, err, func(row scanner) error {
		i := stored{item: catalog.Item{WorkspaceID: workspaceID}}
		err := row.Scan(&i.key, &i.item.ID, &i.item.Kind, &i.item.Seq, &i.vector, &i.item.Dirty)
		list = append(list, i)
		return err
	})
	if err != nil {
		return nil, err
	}
	items := make([]catalog.Item, len(list))
	for n, i := range list {
		err := fillItem(&i.item, i.vector, func(each func(scanner) error, query string) error {
			rows, err := tx.QueryContext(ctx, query, i.key)
			return forEach(rows, err, each)
		})
		if err != nil {
			return nil, err
		}
		items[n] = i.item
	}
	return items, nil
}

// UpdateItems runs change as one write transaction over the items of a workspace. The workspace's row must be there.
func (s *Store) UpdateItems(ctx context.Context, workspaceID string, change func(catalog.ItemTx) error) error {
	err := s.write(ctx, func(t *tx) error {
		var workspace int64
		if err := t.row("SELECT key FROM workspace WHERE id = ?", workspaceID).Scan(&workspace); err != nil {
			return notFound(err, "There is no such workspace.")
		}
		return change(itemTx{t, workspace, workspaceID})
	})
	s.forgetVectorMarks() // a pulled item may have brought a content back
	if err != nil {
		return err
	}
	return s.followCategories(ctx)
}

// itemTx is catalog.ItemTx over a write transaction.
type itemTx struct {
	t           *tx
	workspace   int64
	workspaceID string
}

func (x itemTx) Item(id string) (catalog.Item, bool, error) {
	item, ok, err := x.t.item(id)
	if ok && item.WorkspaceID != x.workspaceID {
		return catalog.Item{}, false, catalog.Errorf(catalog.Conflict, "The item %s is of another workspace.", id)
	}
	return item, ok, err
}

func (x itemTx) Put(item catalog.Item, origin catalog.Origin) error {
	before, known, err := x.Item(item.ID)
	if err != nil {
		return err
	}
	if item.WorkspaceID != x.workspaceID || known && before.Kind != item.Kind {
		return catalog.Errorf(catalog.Invalid, "The item %s says that it is something else than it was.", item.ID)
	}
	if origin == catalog.OriginLocal {
		item.Dirty = true
	}
	for _, f := range item.Fields {
		x.t.observe(f.Stamp)
	}
	if err := x.t.putItem(item); err != nil {
		return err
	}
	return x.t.project(item, x.workspace)
}

func (x itemTx) Dirty(limit int) ([]catalog.Item, error) {
	var ids []string
	err := x.t.rows(func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, "SELECT id FROM item WHERE workspace = ? AND dirty = 1 ORDER BY seq, key LIMIT ?", x.workspace, limit)
	if err != nil {
		return nil, err
	}
	items := make([]catalog.Item, len(ids))
	for n, id := range ids {
		if items[n], _, err = x.t.item(id); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func (x itemTx) Note(name string) (string, error) {
	var value string
	err := x.t.row("SELECT ifnull((SELECT value FROM feed_note WHERE workspace = ? AND name = ?), '')", x.workspace, name).Scan(&value)
	return value, err
}

func (x itemTx) SetNote(name, value string) error {
	_, err := x.t.exec("INSERT INTO feed_note (workspace, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", x.workspace, name, value)
	return err
}
