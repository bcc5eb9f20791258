package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
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
	s   *Store
	ctx context.Context
	tx  *sql.Tx
}

func (r readTx) row(query string, args ...any) scanner {
	stmt, err := r.s.prepare(query)
	if err != nil {
		return failed{err}
	}
	return r.tx.StmtContext(r.ctx, stmt).QueryRowContext(r.ctx, args...)
}

func (r readTx) rows(each func(scanner) error, query string, args ...any) error {
	stmt, err := r.s.prepare(query)
	if err != nil {
		return err
	}
	rows, err := r.tx.StmtContext(r.ctx, stmt).QueryContext(r.ctx, args...)
	return forEach(rows, err, each)
}

// ViewItems gives view one consistent state of a feed. NotFound for one that is not here.
func (s *Store) ViewItems(ctx context.Context, feed string, view func(catalog.ItemView) error) error {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.fault(err)
	}
	defer tx.Rollback() // a snapshot for several queries, nothing to commit
	v, err := s.feed(readTx{s, ctx, tx}, feed)
	if err != nil {
		return s.fault(err)
	}
	return s.fault(view(v))
}

// feed finds a feed by its name.
func (s *Store) feed(r reading, name string) (itemView, error) {
	v := itemView{s: s, reading: r, name: name}
	err := r.row("SELECT key FROM feed WHERE id = ?", name).Scan(&v.key)
	return v, notFound(err, "There is no such feed here.")
}

// itemView is catalog.ItemView over a feed.
type itemView struct {
	s *Store
	reading
	key  int64
	name string
}

func (v itemView) Head() (catalog.Cursor, error) {
	var seq int64
	if err := v.row("SELECT seq FROM feed WHERE key = ?", v.key).Scan(&seq); err != nil {
		return catalog.Cursor{}, err
	}
	head, _, err := v.At(seq)
	return head, err
}

func (v itemView) At(seq int64) (catalog.Cursor, bool, error) {
	c := catalog.Cursor{Epoch: v.s.epoch, Seq: seq}
	var token []byte
	err := v.row("SELECT token FROM feed_commit WHERE feed = ? AND seq = ?", v.key, seq).Scan(&token)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	c.Token = hex.EncodeToString(token)
	return c, err == nil, err
}

// Before goes back from the last commit: their times need not ascend where a clock was set back.
func (v itemView) Before(t time.Time) (seq int64, err error) {
	err = v.row("SELECT seq FROM feed_commit WHERE feed = ? AND at <= ? ORDER BY seq DESC LIMIT 1", v.key, t.Unix()).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

func (v itemView) Floor() (floor int64, err error) {
	err = v.row("SELECT floor FROM feed WHERE key = ?", v.key).Scan(&floor)
	return floor, err
}

func (v itemView) Item(id string) (catalog.Item, bool, error) {
	if _, ok, err := v.kind(id); !ok || err != nil {
		return catalog.Item{}, false, err
	}
	list, err := v.items("i.id = ?", id)
	if err != nil || len(list) == 0 {
		return catalog.Item{}, false, err
	}
	return list[0], true, nil
}

// kind is what an item of the feed is; ok is false when it is not here. Conflict for one of another feed.
func (v itemView) kind(id string) (kind catalog.ItemKind, ok bool, err error) {
	var feed int64
	err = v.row("SELECT feed, kind FROM item WHERE id = ?", id).Scan(&feed, &kind)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", false, nil
	case err == nil && feed != v.key:
		err = catalog.Errorf(catalog.Conflict, "The item %s is of another feed.", id)
	}
	return kind, err == nil, err
}

func (v itemView) Since(seq int64, limit int) ([]catalog.Item, error) {
	return v.commits("i.feed = ?", seq, limit)
}

func (v itemView) Dirty(seq int64, limit int) ([]catalog.Item, error) {
	return v.commits("i.feed = ? AND i.dirty = 1", seq, limit)
}

// commits are items that a condition on the feed admits, whole commits after seq: at least limit items.
func (v itemView) commits(condition string, seq int64, limit int) ([]catalog.Item, error) {
	var last int64
	err := v.row("SELECT i.seq FROM item i WHERE "+condition+" AND i.seq > ? ORDER BY i.seq LIMIT 1 OFFSET ?", v.key, seq, max(limit, 1)-1).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return v.items(condition+" AND i.seq > ? ORDER BY i.seq, i.key", v.key, seq)
	}
	if err != nil {
		return nil, err
	}
	return v.items(condition+" AND i.seq > ? AND i.seq <= ? ORDER BY i.seq, i.key", v.key, seq, last)
}

func (v itemView) Tombstones(through int64, limit int) ([]catalog.Item, error) {
	return v.items("i.feed = ? AND i.gone = 1 AND i.seq <= ? ORDER BY i.seq, i.key LIMIT ?", v.key, through, limit)
}

func (v itemView) OfKind(kind catalog.ItemKind) ([]catalog.Item, error) {
	return v.items("i.feed = ? AND i.kind = ? AND i.kind <> 'content' AND i.gone = 0 ORDER BY i.seq, i.key", v.key, kind)
}

func (v itemView) Live() (n int, err error) {
	err = v.row("SELECT ifnull(sum(live), 0) FROM tally WHERE workspace = ?", v.key).Scan(&n)
	return n, err
}

func (v itemView) InUse(categoryID string) (used bool, err error) {
	err = v.row("SELECT EXISTS (SELECT 1 FROM content INDEXED BY content_category WHERE workspace = ? AND category = ? AND deleted_at IS NULL)", v.key, categoryID).Scan(&used)
	return used, err
}

func (v itemView) Grave(id string) (catalog.Vector, bool, error) {
	var stored string
	err := v.row("SELECT vector FROM grave WHERE feed = ? AND id = ?", v.key, id).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	vector := catalog.Vector{}
	return vector, true, json.Unmarshal([]byte(stored), &vector)
}

// HasBlob knows of bytes that were sent for the feed, that are an upload of the workspace's, in the trash or not, and that
// lie in one of its folders.
func (v itemView) HasBlob(sha256 string) (has bool, err error) {
	hash := hashBytes(sha256)
	err = v.row(`SELECT EXISTS (SELECT 1 FROM reach WHERE feed = ?1 AND sha256 = ?2)
		OR EXISTS (SELECT 1 FROM content INDEXED BY content_blob WHERE sha256 = ?2 AND source <> 'folder' AND workspace = ?1 AND remote = 0)
		OR EXISTS (SELECT 1 FROM folder d CROSS JOIN file f ON f.folder = d.key AND f.sha256 = ?2 WHERE d.workspace = ?1)`, v.key, hash).Scan(&has)
	return has, err
}

func (v itemView) Role(userID string) (role catalog.Role, err error) {
	if v.key > 0 {
		err = v.row(`SELECT ifnull((SELECT m.role FROM member m JOIN user u ON u.key = m.user WHERE m.workspace = ? AND u.id = ? AND u.removed_at IS NULL), '')`,
			v.key, userID).Scan(&role)
		return role, err
	}
	err = v.row("SELECT ifnull((SELECT 'OWNER' FROM user WHERE key = ? AND id = ? AND removed_at IS NULL), '')", feedOwner(v.key), userID).Scan(&role)
	return role, err
}

func (v itemView) Note(name string) (value string, err error) {
	err = v.row("SELECT ifnull((SELECT value FROM feed_note WHERE feed = ? AND name = ?), '')", v.key, name).Scan(&value)
	return value, err
}

func (v itemView) Notes(prefix string) (map[string]string, error) {
	notes := map[string]string{}
	err := v.rows(func(row scanner) error {
		var name, value string
		err := row.Scan(&name, &value)
		notes[name] = value
		return err
	}, "SELECT name, value FROM feed_note WHERE feed = ? AND name >= ? AND name < ?", v.key, prefix, prefix+"\U0010FFFF")
	return notes, err
}

func (v itemView) Staged(after string, limit int) (list []catalog.Item, err error) {
	err = v.rows(func(row scanner) error {
		var text string
		if err := row.Scan(&text); err != nil {
			return err
		}
		var item catalog.Item
		err := json.Unmarshal([]byte(text), &item)
		list = append(list, item)
		return err
	}, "SELECT item FROM stage WHERE feed = ? AND id > ? ORDER BY id LIMIT ?", v.key, after, limit)
	return list, err
}

func (v itemView) Unstaged(after string, limit int) ([]catalog.Item, error) {
	return v.items("+i.feed = ?1 AND i.id > ?2 AND NOT EXISTS (SELECT 1 FROM stage s WHERE s.feed = ?1 AND s.id = i.id) ORDER BY i.id LIMIT ?3", v.key, after, limit)
}

// items reads whole items, in three queries however many there are. The condition is constant and says the order too.
func (v itemView) items(condition string, args ...any) ([]catalog.Item, error) {
	var items []catalog.Item
	at := map[int64]int{} // by key
	err := v.rows(func(row scanner) error {
		item := catalog.Item{WorkspaceID: v.name, Fields: map[string]catalog.Register{}}
		var key int64
		var vector string
		if err := row.Scan(&key, &item.ID, &item.Kind, &item.Seq, &vector, &item.Dirty); err != nil {
			return err
		}
		at[key] = len(items)
		items = append(items, item)
		return json.Unmarshal([]byte(vector), &items[len(items)-1].Vector)
	}, "SELECT i.key, i.id, i.kind, i.seq, i.vector, i.dirty FROM item i WHERE "+condition, args...)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	of := " FROM (SELECT i.key FROM item i WHERE " + condition + ") k CROSS JOIN "
	err = v.rows(func(row scanner) error {
		var key int64
		version, err := scanVersion(row, &key)
		item := &items[at[key]]
		item.Versions = append(item.Versions, version)
		return err
	}, "SELECT d.id, v.counter, v.blob, v.item"+of+"item_version v ON v.item = k.key JOIN device d ON d.key = v.device ORDER BY v.item, v.counter, d.id", args...)
	if err != nil {
		return nil, err
	}
	err = v.rows(func(row scanner) error {
		var key int64
		name, register, err := scanField(row, &key)
		items[at[key]].Fields[name] = register
		return err
	}, "SELECT f.name, f.value, f.clock, d.id, f.item"+of+"item_field f ON f.item = k.key JOIN device d ON d.key = f.device", args...)
	return items, err
}
