package simnet

import (
	"maps"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// memoryTx is catalog.ItemTx: it writes at once and remembers how to take it back.
type memoryTx struct {
	view
	undo  []func()
	seq   int64 // of this transaction; 0 before it is needed
	items int   // under seq
}

// step is one write.
func (t *memoryTx) step(name string, undo func()) error {
	if err := t.m.fail(name); err != nil {
		return err
	}
	t.undo = append(t.undo, undo)
	return nil
}

func (t *memoryTx) commit() {
	f := t.f
	f.seq++
	t.seq, t.items = f.seq, 0
	f.commits = append(f.commits[:f.seq-1:f.seq-1], commit{token: t.m.token(), at: t.m.now()})
	t.undo = append(t.undo, func() { f.seq--; f.commits = f.commits[:f.seq] })
}

func (t *memoryTx) Put(item catalog.Item, origin catalog.Origin) error {
	if item.WorkspaceID != t.name {
		return catalog.Errorf(catalog.Invalid, "The item %s is of another feed.", item.ID)
	}
	before, known, err := t.Item(item.ID)
	if err != nil {
		return err
	}
	if known && before.Kind != item.Kind {
		return catalog.Errorf(catalog.Invalid, "The item %s says that it is something else than it was.", item.ID)
	}
	f, grave := t.f, t.f.graves[item.ID]
	err = t.step("put", func() {
		if delete(f.items, item.ID); known {
			f.items[item.ID] = before
		}
		if grave != nil {
			f.graves[item.ID] = grave
		}
	})
	if err != nil {
		return err
	}
	if t.seq == 0 || t.items == catalog.MaxCommitItems {
		t.commit()
	}
	t.items++
	item.Seq = t.seq
	item.Dirty = item.Dirty || origin == catalog.OriginLocal
	f.items[item.ID] = item
	delete(f.graves, item.ID)
	for _, r := range item.Fields {
		t.m.state.clock = max(t.m.state.clock, r.Stamp.Time)
	}
	return nil
}

// Dot and Stamp are not taken back with the transaction: what was issued once is never issued again.
func (t *memoryTx) Dot() catalog.Dot {
	s := t.m.state
	s.counter = catalog.NextCounter(s.counter, t.m.now())
	return catalog.Dot{Device: s.device, Counter: s.counter}
}

func (t *memoryTx) Stamp() catalog.Stamp {
	s := t.m.state
	s.clock = catalog.NextTime(s.clock, t.m.now().Add(s.offset))
	return catalog.Stamp{Time: s.clock, Device: s.device}
}

func (t *memoryTx) Bury(id string) error {
	f := t.f
	item, known := f.items[id]
	if !known {
		return nil
	}
	if err := t.step("bury", func() { f.items[id] = item; delete(f.graves, id) }); err != nil {
		return err
	}
	delete(f.items, id)
	f.graves[id] = item.Vector
	return nil
}

func (t *memoryTx) SetFloor(seq int64) error {
	f, before := t.f, t.f.floor
	if err := t.step("floor", func() { f.floor = before }); err != nil {
		return err
	}
	t.commit()
	f.floor = seq
	return nil
}

func (t *memoryTx) SetNote(name, value string) error {
	f := t.f
	before, known := f.notes[name]
	err := t.step("note", func() {
		if delete(f.notes, name); known {
			f.notes[name] = before
		}
	})
	if err != nil {
		return err
	}
	if delete(f.notes, name); value != "" {
		f.notes[name] = value
	}
	return nil
}

func (t *memoryTx) Stage(items []catalog.Item) error {
	f, before := t.f, maps.Clone(t.f.stage)
	if err := t.step("stage", func() { f.stage = before }); err != nil {
		return err
	}
	for _, item := range items {
		f.stage[item.ID] = item
	}
	return nil
}

func (t *memoryTx) ClearStage() error {
	f, before := t.f, t.f.stage
	if err := t.step("stage", func() { f.stage = before }); err != nil {
		return err
	}
	f.stage = map[string]catalog.Item{}
	return nil
}
