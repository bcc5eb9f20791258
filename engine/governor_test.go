package engine

import (
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/machine"
)

// TestGovernor: others have to be busy to be made room for, and to have been idle for a while to be done with it.
func TestGovernor(t *testing.T) {
	t.Parallel()
	load := func(others, idle float64) machine.Load { return machine.Load{Known: true, Others: others, Idle: idle} }
	ours, busy, some, calm := load(0.05, 0.01), load(0.6, 0.02), load(0.4, 0.4), load(0.1, 0.7)
	spacious := load(0.6, 0.35) // others use much of a large machine, and much of it is left
	g := newGovernor(t.TempDir())
	for i, step := range []struct {
		seen machine.Load
		want catalog.Pace
	}{
		{machine.Load{}, catalog.PaceFull}, {ours, catalog.PaceFull}, {some, catalog.PaceFull}, {spacious, catalog.PaceFull},
		{busy, catalog.PaceGentle}, {calm, catalog.PaceGentle}, {calm, catalog.PaceGentle}, {some, catalog.PaceGentle},
		{calm, catalog.PaceGentle}, {calm, catalog.PaceGentle}, {machine.Load{}, catalog.PaceGentle}, {calm, catalog.PaceFull}, {ours, catalog.PaceFull},
	} {
		g.note(step.seen)
		if got, reason := g.decide(catalog.PaceFull, machine.Power{}); got != step.want || (reason == "") != (got == catalog.PaceFull) {
			t.Errorf("step %d: %s (%s), want %s", i, got, reason, step.want)
		}
	}
	g.note(busy)
	if got, reason := g.decide(catalog.PaceNormal, machine.Power{Known: true, OnBattery: true}); got != catalog.PaceGentle || reason != onBattery {
		t.Errorf("on battery: %s (%s)", got, reason)
	}
	if got, reason := g.decide(catalog.PaceGentle, machine.Power{Known: true, OnBattery: true}); got != catalog.PaceGentle || reason != "" {
		t.Errorf("gentle as it was set: %s (%s)", got, reason)
	}
}

func TestRoomIsTold(t *testing.T) {
	t.Parallel()
	e := &Engine{options: Options{DataDir: "/data"}, manner: &manner{}}
	size, free := int64(8<<30), int64(3<<29)
	e.options.Volume = func(string) (int64, int64, error) { return size, free, nil }
	reserve, _ := e.room(catalog.IndexingSettings{})
	if want := int64(8<<30) / smallVolume; reserve != want {
		t.Errorf("of a small volume %d are reserved, want %d", reserve, want)
	}
	if err := e.hasRoom(1 << 30); err != nil {
		t.Errorf("there is room: %v", err)
	}
	err := e.hasRoom(3 << 29)
	if want := "Only 1.5 GB are free where Sheaf keeps its data (/data). Indexing waits until more than 1.9 GB are."; catalog.MessageOf(err) != want || catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("said is %v, want %s", err, want)
	}
}
