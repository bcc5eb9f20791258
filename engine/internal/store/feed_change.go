package store

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// UpdateItems runs change as one write transaction over a feed. NotFound for one that is not here.
func (s *Store) UpdateItems(ctx context.Context, feed string, change func(catalog.ItemTx) error) error {
	err := s.write(ctx, func(t *tx) error {
		t.severally = true
		v, err := s.feed(t, feed)
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
	kind, known, err := x.kind(item.ID)
	if err != nil {
		return err
	}
	if item.WorkspaceID != x.name || known && kind != item.Kind {
		return catalog.Errorf(catalog.Invalid, "The item %s says that it is something else than it was.", item.ID)
	}
	for _, v := range item.Versions {
		if hashText(hashBytes(v.Blob)) != v.Blob {
			return catalog.Errorf(catalog.Invalid, "The item %s has a version whose bytes are named by no hash.", item.ID)
		}
	}
	if origin == catalog.OriginLocal {
		item.Dirty = true
	}
	if known {
		if same, err := x.unchanged(item); err != nil || same {
			return err
		}
	}
	for _, f := range item.Fields {
		x.t.observe(f.Stamp)
	}
	if _, err := x.t.exec("DELETE FROM grave WHERE feed = ? AND id = ?", x.key, item.ID); err != nil {
		return err
	}
	if err := x.t.putItem(x.key, item); err != nil {
		return err
	}
	return x.t.project(item, x.key)
}

// unchanged puts an item that is here in just this state, as all come back that were pushed: it takes its place in the feed,
// and nothing that it says is written again.
func (x itemTx) unchanged(item catalog.Item) (same bool, err error) {
	before, ok, err := x.Item(item.ID)
	if err != nil || !ok || !catalog.SameState(before, item) {
		return false, err
	}
	seq, err := x.t.seq(x.key)
	if err != nil {
		return false, err
	}
	_, err = x.t.exec("UPDATE item SET seq = ?, dirty = ? WHERE id = ?", seq, item.Dirty, item.ID)
	return true, err
}

func (x itemTx) Dot() catalog.Dot     { return x.t.dot() }
func (x itemTx) Stamp() catalog.Stamp { return x.t.stamp() }

// Bury leaves of an item its causal context. What it stood for goes first, should that still live.
func (x itemTx) Bury(id string) error {
	item, ok, err := x.Item(id)
	if !ok || err != nil {
		return err
	}
	if !item.Deleted() {
		item.Versions = nil
		if err := x.t.project(item, x.key); err != nil {
			return err
		}
	}
	if _, err := x.t.exec("INSERT INTO grave (feed, id, vector) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET vector = excluded.vector",
		x.key, id, vectorText(item.Vector)); err != nil {
		return err
	}
	return x.t.forgetItem(id)
}

func (x itemTx) SetFloor(seq int64) error {
	if _, err := x.t.exec("UPDATE feed SET floor = ? WHERE key = ?", seq, x.key); err != nil {
		return err
	}
	delete(x.t.seqs, x.key) // what changes after this is a commit of its own
	_, err := x.t.nextCommit(x.key)
	return err
}

func (x itemTx) SetNote(name, value string) error {
	query := "INSERT INTO feed_note (feed, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
	if value == "" {
		query = "DELETE FROM feed_note WHERE feed = ? AND name = ? AND value <> ?"
	}
	_, err := x.t.exec(query, x.key, name, value)
	return err
}

func (x itemTx) Stage(items []catalog.Item) error {
	for _, item := range items {
		_, err := x.t.exec("INSERT INTO stage (feed, id, item) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET item = excluded.item", x.key, item.ID, jsonText(item))
		if err != nil {
			return err
		}
	}
	return nil
}

func (x itemTx) ClearStage() error {
	_, err := x.t.exec("DELETE FROM stage WHERE feed = ?", x.key)
	return err
}
