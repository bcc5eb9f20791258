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

// SetClock lets stamps go by this machine's clock and so much added from now on, and forgets readings that are later than
// the clock is then: a hub refuses stamps that are ahead of its own.
func (s *Store) SetClock(ctx context.Context, offset time.Duration) error {
	return s.write(ctx, func(t *tx) error {
		t.startClock()
		t.device.ahead = offset.Truncate(time.Millisecond)
		t.clock.time = min(t.clock.time, t.stampTime().UnixMilli()<<16)
		_, err := t.exec("UPDATE device SET ahead = ? WHERE key = ?", t.device.ahead.Milliseconds(), t.device.key)
		return err
	})
}

// NewDevice makes this data directory go on under a new device id, because it is a copy of another or has come out of a
// backup. What was written before stays under the old id; counters and clock go on.
func (s *Store) NewDevice(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		t.startClock()
		if _, err := t.exec("UPDATE device SET own = 2 WHERE own = 1"); err != nil {
			return err
		}
		t.device.id = t.s.newID(t.now)
		return t.row("INSERT INTO device (id, own, ahead) VALUES (?, 1, ?) RETURNING key", t.device.id, t.device.ahead.Milliseconds()).Scan(&t.device.key)
	})
}
