package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// clock is what this device has issued last. It lives in memory and is saved with every commit that used it; after a
// rolled-back commit the memory is ahead, which is harmless.
type clock struct {
	counter, time int64
	used          bool
}

// field is a field's new JSON value.
type field struct{ name, value string }

// jsonText is v as JSON. Values that cannot be encoded do not occur: they come from JSON or are strings and numbers.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(b)
}

// dot issues the next dot of this device.
func (t *tx) dot() catalog.Dot {
	t.startClock()
	t.clock.counter = catalog.NextCounter(t.clock.counter, t.now)
	return catalog.Dot{Device: t.device.id, Counter: t.clock.counter}
}

// stamp issues the next stamp of this device.
func (t *tx) stamp() catalog.Stamp {
	t.startClock()
	t.clock.time = catalog.NextTime(t.clock.time, t.stampTime())
	return catalog.Stamp{Time: t.clock.time, Device: t.device.id}
}

// stampTime is the time by which stamps go.
func (t *tx) stampTime() time.Time { return t.now.Add(t.device.ahead) }

// observe moves the clock past a stamp that came from elsewhere.
func (t *tx) observe(stamp catalog.Stamp) {
	t.startClock()
	t.clock.time = max(t.clock.time, stamp.Time)
}

func (t *tx) startClock() {
	if !t.clock.used {
		t.clock = clock{counter: t.s.issued.counter, time: t.s.issued.time, used: true}
	}
}

func (t *tx) saveClock() error {
	if !t.clock.used {
		return nil
	}
	t.s.issued = t.clock
	_, err := t.exec("UPDATE device SET counter = ?, clock = ? WHERE key = ?", t.clock.counter, t.clock.time, t.device.key)
	return err
}

// commit is a number in a feed and how many items it has touched.
type commit struct {
	seq   int64
	items int
}

// seq is the number in a feed under which this transaction's next item goes, allocated at its first use. Where changes are
// taken over from elsewhere a full commit is followed by the next.
func (t *tx) seq(feed int64) (int64, error) {
	t.items++
	if c := t.seqs[feed]; c != nil && (c.items < maxCommitItems || !t.severally) {
		c.items++
		return c.seq, nil
	}
	seq, err := t.nextCommit(feed)
	t.seqs[feed] = &commit{seq: seq, items: 1}
	return seq, err
}

func (t *tx) nextCommit(feed int64) (seq int64, err error) {
	token, err := t.s.randomBytes(8)
	if err != nil {
		return 0, err
	}
	if err := t.row("UPDATE feed SET seq = seq + 1 WHERE key = ? RETURNING seq", feed).Scan(&seq); err != nil {
		return 0, err
	}
	_, err = t.exec("INSERT INTO feed_commit (feed, seq, token, at) VALUES (?, ?, ?, ?)", feed, seq, token, t.now.Unix())
	return seq, err
}

// itemCreated journals something new: its first version and its fields, all by this device. It is the general way
// (itemChanged) with everything that cannot be there yet left out, because capture goes through it.
func (t *tx) itemCreated(kind catalog.ItemKind, id string, feed int64, blob []byte, fields []field) error {
	seq, err := t.seq(feed)
	if err != nil {
		return err
	}
	dot, stamp := t.dot(), t.stamp()
	result, err := t.exec("INSERT INTO item (id, kind, feed, seq, vector, dirty) VALUES (?, ?, ?, ?, ?, 1)",
		id, kind, feed, seq, jsonText(catalog.Vector{dot.Device: dot.Counter}))
	if err != nil {
		return err
	}
	key, err := result.LastInsertId()
	if err != nil {
		return err
	}
	if _, err := t.exec(insertVersion, key, t.device.key, dot.Counter, blob); err != nil {
		return err
	}
	for _, f := range fields {
		if _, err := t.exec(insertField, key, f.name, f.value, stamp.Time, t.device.key); err != nil {
			return err
		}
	}
	return nil
}

const (
	insertVersion = "INSERT INTO item_version (item, device, counter, blob) VALUES (?, ?, ?, ?)"
	insertField   = "INSERT INTO item_field (item, name, value, clock, device) VALUES (?, ?, ?, ?, ?)"
)

// itemWritten journals new bytes and fields of an item. The write replaces the versions of the bytes that whoever wrote
// has seen: a version in conflict beside them stays, and so does one that came while a file was being changed that had not
// been brought up to it.
func (t *tx) itemWritten(id, blob, seen string, fields ...field) error {
	return t.changeItem(id, func(item catalog.Item) catalog.Item {
		var replaces []catalog.Dot
		for _, v := range item.Versions {
			if v.Blob == seen {
				replaces = append(replaces, v.Dot)
			}
		}
		return t.setFields(item.Write(t.dot(), blob, replaces), fields)
	})
}

// itemSaved journals something that may have been there before and deleted since: it lives again, with the given fields.
func (t *tx) itemSaved(kind catalog.ItemKind, id string, feed int64, fields ...field) error {
	if _, known, err := t.item(id); err != nil {
		return err
	} else if known {
		return t.itemWritten(id, "", "", fields...)
	}
	if err := t.itemCreated(kind, id, feed, []byte{}, fields); err != nil {
		return err
	}
	return t.rise(feed, id)
}

// rise joins an item that has been made anew with what its grave remembers, should there be one.
func (t *tx) rise(feed int64, id string) error {
	var stored string
	err := t.row("DELETE FROM grave WHERE feed = ? AND id = ? RETURNING vector", feed, id).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	vector := catalog.Vector{}
	if err == nil {
		err = json.Unmarshal([]byte(stored), &vector)
	}
	if err != nil {
		return err
	}
	return t.changeItem(id, func(item catalog.Item) catalog.Item {
		item.Vector = item.Vector.Join(vector)
		return item
	})
}

// itemFields journals changed fields; an empty value removes one.
func (t *tx) itemFields(id string, fields ...field) error {
	return t.changeItem(id, func(item catalog.Item) catalog.Item { return t.setFields(item, fields) })
}

// itemDeleted journals a deletion of all versions.
func (t *tx) itemDeleted(id string) error {
	return t.changeItem(id, func(item catalog.Item) catalog.Item { return item.Delete(item.Dots()) })
}

func (t *tx) setFields(item catalog.Item, fields []field) catalog.Item {
	stamp := t.stamp()
	for _, f := range fields {
		item = item.Set(f.name, f.value, stamp)
	}
	return item
}

func (t *tx) changeItem(id string, change func(catalog.Item) catalog.Item) error {
	item, ok, err := t.item(id)
	if err != nil {
		return err
	}
	if !ok {
		if part, err := t.isPart(id); part || err != nil {
			return err // every device derives it: what is said of it stays here
		}
		return catalog.Errorf(catalog.Corrupt, "The journal has no item %s. Run sheaf doctor.", id)
	}
	item.Item = change(item.Item)
	item.Dirty = true
	return t.putItem(item.feed, item.Item)
}

// journalled is an item with the key of its feed.
type journalled struct {
	catalog.Item
	feed int64
}

// item loads an item by its id.
func (t *tx) item(id string) (item journalled, ok bool, err error) {
	var key int64
	var vector string
	err = t.row(`SELECT i.key, i.id, i.kind, f.key, f.id, i.seq, i.vector, i.dirty FROM item i JOIN feed f ON f.key = i.feed WHERE i.id = ?`, id).
		Scan(&key, &item.ID, &item.Kind, &item.feed, &item.WorkspaceID, &item.Seq, &vector, &item.Dirty)
	if errors.Is(err, sql.ErrNoRows) {
		return journalled{}, false, nil
	}
	if err != nil {
		return journalled{}, false, err
	}
	return item, true, fillItem(&item.Item, vector, func(each func(scanner) error, query string) error { return t.rows(each, query, key) })
}

// forgetItem takes an item out of the journal without a trace.
func (t *tx) forgetItem(id string) error {
	for _, query := range []string{
		"DELETE FROM item_version WHERE item = (SELECT key FROM item WHERE id = ?)",
		"DELETE FROM item_field WHERE item = (SELECT key FROM item WHERE id = ?)",
		"DELETE FROM item WHERE id = ?",
	} {
		if _, err := t.exec(query, id); err != nil {
			return err
		}
	}
	return nil
}

// vectorText is a vector as it is stored.
func vectorText(v catalog.Vector) string {
	if v == nil {
		v = catalog.Vector{}
	}
	return jsonText(v)
}

// fillItem reads vector, versions and fields; query runs a query whose only argument is the item's key.
func fillItem(item *catalog.Item, vector string, query func(each func(scanner) error, query string) error) error {
	if err := json.Unmarshal([]byte(vector), &item.Vector); err != nil {
		return err
	}
	err := query(func(row scanner) error {
		version, err := scanVersion(row)
		item.Versions = append(item.Versions, version)
		return err
	}, "SELECT d.id, v.counter, v.blob FROM item_version v JOIN device d ON d.key = v.device WHERE v.item = ? ORDER BY v.counter, d.id")
	if err != nil {
		return err
	}
	item.Fields = map[string]catalog.Register{}
	return query(func(row scanner) error {
		name, register, err := scanField(row)
		item.Fields[name] = register
		return err
	}, "SELECT f.name, f.value, f.clock, d.id FROM item_field f JOIN device d ON d.key = f.device WHERE f.item = ?")
}

func scanVersion(row scanner, more ...any) (v catalog.Version, err error) {
	var blob []byte
	err = row.Scan(append([]any{&v.Device, &v.Counter, &blob}, more...)...)
	v.Blob = hashText(blob)
	return v, err
}

func scanField(row scanner, more ...any) (name string, r catalog.Register, err error) {
	err = row.Scan(append([]any{&name, &r.Value, &r.Stamp.Time, &r.Stamp.Device}, more...)...)
	return name, r, err
}

// putItem stores an item's whole state under this commit of a feed.
func (t *tx) putItem(feed int64, item catalog.Item) error {
	seq, err := t.seq(feed)
	if err != nil {
		return err
	}
	var key int64
	err = t.row(`INSERT INTO item (id, kind, feed, seq, vector, dirty, gone) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, vector = excluded.vector, dirty = excluded.dirty, gone = excluded.gone RETURNING key`,
		item.ID, item.Kind, feed, seq, vectorText(item.Vector), item.Dirty, item.Deleted()).Scan(&key)
	if err != nil {
		return err
	}
	if _, err := t.exec("DELETE FROM item_version WHERE item = ?", key); err != nil {
		return err
	}
	for _, v := range item.Versions {
		device, err := t.deviceKey(v.Device)
		if err != nil {
			return err
		}
		if _, err := t.exec(insertVersion, key, device, v.Counter, hashBytes(v.Blob)); err != nil {
			return err
		}
	}
	if _, err := t.exec("DELETE FROM item_field WHERE item = ?", key); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(item.Fields)) {
		f := item.Fields[name]
		device, err := t.deviceKey(f.Stamp.Device)
		if err != nil {
			return err
		}
		if _, err := t.exec(insertField, key, name, f.Value, f.Stamp.Time, device); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) deviceKey(id string) (int64, error) {
	if id == t.device.id {
		return t.device.key, nil
	}
	var key int64
	err := t.row("SELECT key FROM device WHERE id = ?", id).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.row("INSERT INTO device (id) VALUES (?) RETURNING key", id).Scan(&key)
	}
	return key, err
}
