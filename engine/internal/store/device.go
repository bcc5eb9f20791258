package store

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// device is this device as it writes: the key of its row, its id, and what is added to this machine's clock for stamps.
type device struct {
	key   int64
	id    string
	ahead time.Duration
}

// identify reads who this device is.
func (t *tx) identify() error {
	var ahead int64
	err := t.row("SELECT key, id, ahead, counter, clock FROM device WHERE own = 1").
		Scan(&t.device.key, &t.device.id, &ahead, &t.s.issued.counter, &t.s.issued.time)
	t.device.ahead = time.Duration(ahead) * time.Millisecond
	return err
}

// Device is the identity under which this data directory writes.
func (s *Store) Device(ctx context.Context) (d catalog.Device, err error) {
	var ahead int64
	err = s.readRow(ctx, "SELECT id, counter, ahead FROM device WHERE own = 1").Scan(&d.ID, &d.Counter, &ahead)
	d.Offset = time.Duration(ahead) * time.Millisecond
	return d, s.fault(err)
}

// SetClock lets stamps go by this machine's clock and so much added from now on, also where that is earlier than the last
// one: a hub refuses stamps that are ahead of its clock.
func (s *Store) SetClock(ctx context.Context, offset time.Duration) error {
	return s.write(ctx, func(t *tx) error {
		t.startClock()
		t.device.ahead = offset.Truncate(time.Millisecond)
		t.clock.time = catalog.NextTime(0, t.stampTime())
		_, err := t.exec("UPDATE device SET ahead = ? WHERE key = ?", t.device.ahead.Milliseconds(), t.device.key)
		return err
	})
}

// NewDevice makes this data directory go on under a new device id, because it is a copy of another or has come out of a
// backup: what it wrote after the counter since may be named by dots under which the other wrote something else. Those
// writes are made again under the new id, on all feeds, and no item names the old dots any more. It is one transaction.
func (s *Store) NewDevice(ctx context.Context, since int64) error {
	return s.write(ctx, func(t *tx) error {
		t.severally = true
		old := t.device
		if err := t.becomeNew(); err != nil {
			return err
		}
		ids, err := collect(t, func(row scanner) (id string, err error) {
			err = row.Scan(&id)
			return id, err
		}, "SELECT id FROM item WHERE key IN (SELECT item FROM item_version WHERE device = ?1 AND counter > ?2) OR json_extract(vector, '$.\"' || ?3 || '\"') > ?2 ORDER BY key",
			old.key, since, old.id)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := t.writeAgain(id, old.id, since); err != nil {
				return err
			}
		}
		return nil
	})
}

// becomeNew lets this transaction and all that follow write under a new device id. Counters and clock go on.
func (t *tx) becomeNew() error {
	t.startClock()
	if _, err := t.exec("UPDATE device SET own = 2 WHERE own = 1"); err != nil {
		return err
	}
	t.device.id = t.s.newID(t.now)
	return t.row("INSERT INTO device (id, own, ahead) VALUES (?, 1, ?) RETURNING key", t.device.id, t.device.ahead.Milliseconds()).Scan(&t.device.key)
}

func (t *tx) writeAgain(id, old string, since int64) error {
	item, ok, err := t.item(id)
	if !ok || err != nil {
		return err
	}
	item.Item = item.WriteAgain(old, since, t.dot)
	item.Dirty = true
	if err := t.putItem(item.feed, item.Item); err != nil {
		return err
	}
	if len(item.Versions) < 2 {
		return nil
	}
	return t.project(item.Item, item.feed) // another version may answer now
}
