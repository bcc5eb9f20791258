package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// reading answers constant queries: within a write transaction, or from a snapshot.
type reading interface {
	row(query string, args ...any) scanner
	rows(each func(scanner) error, query string, args ...any) error
}

// readTx is a read transaction: several queries see one state.
type readTx struct {
	ctx context.Context
	tx  *sql.Tx
}

func (r readTx) row(query string, args ...any) scanner {
	return r.tx.QueryRowContext(r.ctx, query, args...)
}

func (r readTx) rows(each func(scanner) error, query string, args ...any) error {
	rows, err := r.tx.QueryContext(r.ctx, query, args...)
	return forEach(rows, err, each)
}

// ViewItems gives view one consistent state of a workspace's feed.
func (s *Store) ViewItems(ctx context.Context, workspaceID string, view func(catalog.ItemView) error) error {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.fault(err)
	}
	defer tx.Rollback() // a snapshot for several queries, nothing to commit
	v, err := s.feed(readTx{ctx, tx}, workspaceID)
	if err != nil {
		return s.fault(err)
	}
	return s.fault(view(v))
}

func (s *Store) feed(r reading, workspaceID string) (itemView, error) {
	v := itemView{s: s, reading: r, workspaceID: workspaceID}
	err := r.row("SELECT key FROM workspace WHERE id = ?", workspaceID).Scan(&v.workspace)
	return v, notFound(err, "There is no such workspace.")
}

// itemView is catalog.ItemView over a workspace.
type itemView struct {
	s *Store
	reading
	workspace   int64
	workspaceID string
}

func (v itemView) Head() (catalog.Cursor, error) {
	var seq int64
	if err := v.row("SELECT seq FROM feed WHERE key = ?", v.workspace).Scan(&seq); err != nil {
		return catalog.Cursor{}, err
	}
	head, _, err := v.At(seq)
	return head, err
}

func (v itemView) At(seq int64) (catalog.Cursor, bool, error) {
	c := catalog.Cursor{Epoch: v.s.epoch, Seq: seq}
	var token []byte
	err := v.row("SELECT token FROM feed_commit WHERE feed = ? AND seq = ?", v.workspace, seq).Scan(&token)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	c.Token = hex.EncodeToString(token)
	return c, err == nil, err
}

func (v itemView) Before(t time.Time) (seq int64, err error) {
	err = v.row("SELECT ifnull(max(seq), 0) FROM feed_commit WHERE feed = ? AND at <= ?", v.workspace, t.Unix()).Scan(&seq)
	return seq, err
}

func (v itemView) Item(id string) (catalog.Item, bool, error) {
	list, err := v.items("i.id = ?", id)
	if err != nil || len(list) == 0 {
		return catalog.Item{}, false, err
	}
	if list[0].WorkspaceID != v.workspaceID {
		return catalog.Item{}, false, catalog.Errorf(catalog.Conflict, "The item %s is of another workspace.", id)
	}
	return list[0], true, nil
}

func (v itemView) Since(seq int64, limit int) ([]catalog.Item, error) {
	return v.commits("i.feed = ?", seq, limit)
}

func (v itemView) Dirty(seq int64, limit int) ([]catalog.Item, error) {
	return v.commits("i.feed = ? AND i.dirty = 1", seq, limit)
}

// commits are items that a condition on the workspace admits, whole commits after seq: at least limit items.
func (v itemView) commits(condition string, seq int64, limit int) ([]catalog.Item, error) {
	var last int64
	err := v.row("SELECT i.seq FROM item i WHERE "+condition+" AND i.seq > ? ORDER BY i.seq LIMIT 1 OFFSET ?", v.workspace, seq, max(limit, 1)-1).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return v.items(condition+" AND i.seq > ?", v.workspace, seq)
	}
	if err != nil {
		return nil, err
	}
	return v.items(condition+" AND i.seq > ? AND i.seq <= ?", v.workspace, seq, last)
}

func (v itemView) Tombstones(through int64, limit int) ([]catalog.Item, error) {
	return v.items("i.feed = ? AND i.seq <= ? AND NOT EXISTS (SELECT 1 FROM item_version e WHERE e.item = i.key) ORDER BY i.seq, i.key LIMIT ?", v.workspace, through, limit)
}

func (v itemView) OfKind(kind catalog.ItemKind) ([]catalog.Item, error) {
	return v.items("i.feed = ? AND i.kind = ? AND EXISTS (SELECT 1 FROM item_version e WHERE e.item = i.key)", v.workspace, kind)
}

func (v itemView) Live() (n int, err error) {
	err = v.row("SELECT count(*) FROM content WHERE workspace = ? AND deleted_at IS NULL", v.workspace).Scan(&n)
	return n, err
}

func (v itemView) InUse(categoryID string) (used bool, err error) {
	err = v.row("SELECT EXISTS (SELECT 1 FROM content WHERE workspace = ? AND category = ? AND deleted_at IS NULL)", v.workspace, categoryID).Scan(&used)
	return used, err
}

func (v itemView) Role(userID string) (role catalog.Role, err error) {
	err = v.row("SELECT ifnull((SELECT m.role FROM member m JOIN user u ON u.key = m.user WHERE m.workspace = ? AND u.id = ?), '')", v.workspace, userID).Scan(&role)
	return role, err
}

func (v itemView) Note(name string) (value string, err error) {
	err = v.row("SELECT ifnull((SELECT value FROM feed_note WHERE feed = ? AND name = ?), '')", v.workspace, name).Scan(&value)
	return value, err
}

func (v itemView) Notes(prefix string) (map[string]string, error) {
	notes := map[string]string{}
	err := v.rows(func(row scanner) error {
		var name, value string
		err := row.Scan(&name, &value)
		notes[name] = value
		return err
	}, "SELECT name, value FROM feed_note WHERE feed = ? AND substr(name, 1, ?) = ?", v.workspace, len(prefix), prefix)
	return notes, err
}

// items reads whole items; ORDER BY may end the condition.
func (v itemView) items(condition string, args ...any) ([]catalog.Item, error) {
	type stored struct {
		key    int64
		item   catalog.Item
		vector string
	}
	if !strings.Contains(condition, "ORDER BY") {
		condition += " ORDER BY i.seq, i.key"
	}
	var list []stored
	err := v.rows(func(row scanner) error {
		var i stored
		err := row.Scan(&i.key, &i.item.ID, &i.item.Kind, &i.item.WorkspaceID, &i.item.Seq, &i.vector, &i.item.Dirty)
		list = append(list, i)
		return err
	}, "SELECT i.key, i.id, i.kind, f.id, i.seq, i.vector, i.dirty FROM item i JOIN feed f ON f.key = i.feed WHERE "+condition, args...)
	if err != nil {
		return nil, err
	}
	items := make([]catalog.Item, len(list))
	for n, i := range list {
		if err := fillItem(&i.item, i.vector, func(each func(scanner) error, query string) error { return v.rows(each, query, i.key) }); err != nil {
			return nil, err
		}
		items[n] = i.item
	}
	return items, nil
}

// notKept is what this store has no tables for yet.
func notKept(what string) error {
	return catalog.Errorf(catalog.Unsupported, "This version keeps no %s.", what)
}

func (v itemView) Floor() (int64, error)                      { return 0, nil }
func (v itemView) Grave(string) (catalog.Vector, bool, error) { return nil, false, nil }
func (v itemView) HasBlob(string) (bool, error)               { return false, notKept("reach of bytes") }
func (v itemView) Staged(string, int) ([]catalog.Item, error) {
	return nil, notKept("pages of a running pull")
}
func (v itemView) Unstaged(string, int) ([]catalog.Item, error) {
	return nil, notKept("pages of a running pull")
}

// UpdateItems runs change as one write transaction over the items of a workspace. The workspace's row must be there.
func (s *Store) UpdateItems(ctx context.Context, workspaceID string, change func(catalog.ItemTx) error) error {
	err := s.write(ctx, func(t *tx) error {
		v, err := s.feed(t, workspaceID)
		if err != nil {
			return err
		}
		return change(itemTx{v, t})
	})
	s.forgetVectorMarks() // a pulled item may have brought a content back
	if err != nil {
		return err
	}
	return s.followCategories(ctx)
}

// itemTx is catalog.ItemTx over a write transaction.
type itemTx struct {
	itemView
	t *tx
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

func (x itemTx) Dot() catalog.Dot     { return x.t.dot() }
func (x itemTx) Stamp() catalog.Stamp { return x.t.stamp() }

func (x itemTx) SetNote(name, value string) error {
	query := "INSERT INTO feed_note (feed, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
	if value == "" {
		query = "DELETE FROM feed_note WHERE feed = ? AND name = ? AND value <> ?"
	}
	_, err := x.t.exec(query, x.workspace, name, value)
	return err
}

func (x itemTx) Bury(string) error          { return notKept("graves") }
func (x itemTx) SetFloor(int64) error       { return notKept("floor") }
func (x itemTx) Stage([]catalog.Item) error { return notKept("pages of a running pull") }
func (x itemTx) ClearStage() error          { return notKept("pages of a running pull") }
