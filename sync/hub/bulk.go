package hub

import (
	"encoding/json"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// bulk counts the contents that a device deletes, over the pushes of an hour: ten pushes of thirty are as bad as one of
// three hundred.
type bulk struct {
	name   string // of the note
	kept   deletions
	before int // contents that lived at the beginning of the hour
	agreed int // deletions that a person has agreed to with this push
	now    int // deletions of this push that nobody has been asked about
}

// deletions is the note of a device.
type deletions struct {
	From  int64 `json:"from"` // Unix seconds
	Count int   `json:"count"`
}

func (b *bulk) begin(tx catalog.ItemTx, push protocol.Push, now time.Time) error {
	b.name, b.agreed = "deletions:"+push.Device, push.Consent
	note, err := tx.Note(b.name)
	if err != nil {
		return err
	}
	if note == "" || json.Unmarshal([]byte(note), &b.kept) != nil || now.Sub(time.Unix(b.kept.From, 0)) > protocol.BulkWithin {
		b.kept = deletions{From: now.Unix()}
	}
	live, err := tx.Live()
	b.before = live + b.kept.Count
	return err
}

// admits reports whether one more deletion may go through, and counts it.
func (b *bulk) admits() bool {
	if b.agreed > 0 {
		b.agreed--
		return true
	}
	if protocol.IsBulk(b.kept.Count+b.now+1, b.before) {
		return false
	}
	b.now++
	return true
}

// end keeps the count.
func (b *bulk) end(tx catalog.ItemTx) error {
	if b.now == 0 {
		return nil
	}
	b.kept.Count += b.now
	note, err := json.Marshal(b.kept)
	if err != nil {
		return err
	}
	return tx.SetNote(b.name, string(note))
}
