package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// laptop is a machine whose power the test plugs in and out.
type laptop struct {
	t    *testing.T
	root string
}

func newLaptop(t *testing.T) laptop {
	l := laptop{t, t.TempDir()}
	l.write("sys/class/power_supply/BAT0/type", "Battery\n")
	l.plug(true)
	return l
}

func (l laptop) plug(in bool) {
	status := "Discharging\n"
	if in {
		status = "Charging\n"
	}
	l.write("sys/class/power_supply/BAT0/status", status)
}

func (l laptop) write(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		l.t.Fatal(err)
	}
}

func indexing(t *testing.T, e *enginetest.Engine) catalog.Indexing {
	t.Helper()
	s, err := e.Status(e.Owner())
	if err != nil {
		t.Fatal(err)
	}
	return s.Indexing
}

func TestIndexingSettingsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true})
	if got := indexing(t, e); got.Pace != catalog.PaceNormal || got.EffectivePace != catalog.PaceNormal || !got.Adapt || got.Paused || got.FreeBytes <= 0 || got.ReserveBytes <= 0 {
		t.Errorf("to begin with %+v", got)
	}
	pace, wrong, reserve, below, paused := catalog.PaceGentle, catalog.Pace("hasty"), int64(7), int64(-1), true
	_, err := e.SetIndexing(e.Owner(), catalog.IndexingChange{Pace: &wrong, ReserveBytes: &below})
	if invalid, ok := errors.AsType[*catalog.Error](err); !ok || invalid.Code != catalog.Invalid || len(invalid.Fields) != 2 {
		t.Errorf("nonsense: %v", err)
	}
	if got, err := e.SetIndexing(e.Owner(), catalog.IndexingChange{Pace: &pace, ReserveBytes: &reserve, Paused: &paused}); err != nil || got.EffectivePace != pace || !got.Paused {
		t.Errorf("%+v, %v", got, err)
	}
	if err := e.PauseAll(t.Context()); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("by nobody: %v", err)
	}
	e.Stop()
	e = enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true, Pace: catalog.PaceFull})
	if got := indexing(t, e); got.Pace != catalog.PaceFull || got.ReserveBytes != 7 || !got.Paused {
		t.Errorf("with a pace of this run %+v", got)
	}
	if err := e.ResumeAll(e.Owner()); err != nil {
		t.Fatal(err)
	}
	e.Stop()
	e = enginetest.Start(t, engine.Options{DataDir: dir, NoModel: true})
	if got := indexing(t, e); got.Pace != catalog.PaceGentle || got.Paused {
		t.Errorf("afterwards %+v", got)
	}
}

func TestBatteryMakesIndexingGentle(t *testing.T) {
	t.Parallel()
	machine := newLaptop(t)
	machine.plug(false)
	e := enginetest.Start(t, engine.Options{NoModel: true, Root: machine.root, Pace: catalog.PaceFull})
	e.Eventually("on battery it goes gently and says why", func() bool {
		got := indexing(t, e)
		return got.Pace == catalog.PaceFull && got.EffectivePace == catalog.PaceGentle && strings.Contains(got.Reason, "battery")
	})
	folder := t.TempDir()
	enginetest.WriteFiles(t, folder, map[string]string{"a.md": "Gently read.", "b.md": "Gently read as well."})
	e.Watch(folder)
	if n := len(e.Find("gently")); n != 2 {
		t.Errorf("%d documents are found", n)
	}
	adapt := false
	if got, err := e.SetIndexing(e.Owner(), catalog.IndexingChange{Adapt: &adapt}); err != nil || got.EffectivePace != catalog.PaceFull || got.Reason != "" {
		t.Errorf("not to adapt: %+v, %v", got, err)
	}
	adapt = true
	machine.plug(true)
	if got, err := e.SetIndexing(e.Owner(), catalog.IndexingChange{Adapt: &adapt}); err != nil || got.EffectivePace != catalog.PaceFull {
		t.Errorf("plugged in: %+v, %v", got, err)
	}
}

// TestWhoeverWaitsIsNotKeptWaitingByTheBattery: the pace that was set holds while a person waits for the end.
func TestWhoeverWaitsIsNotKeptWaitingByTheBattery(t *testing.T) {
	t.Parallel()
	machine := newLaptop(t)
	machine.plug(false)
	e := enginetest.Start(t, engine.Options{NoModel: true, Root: machine.root})
	effective := func(want catalog.Pace) func() bool {
		return func() bool { return indexing(t, e).EffectivePace == want }
	}
	e.Eventually("on battery it goes gently", effective(catalog.PaceGentle))
	folder := t.TempDir()
	enginetest.WriteFiles(t, folder, map[string]string{"a.md": "A page."})
	e.Watch(folder)
	if err := e.PauseAll(e.Owner()); err != nil {
		t.Fatal(err)
	}
	enginetest.WriteFiles(t, folder, map[string]string{"b.md": "A page that waits."})
	ctx, stop := context.WithCancel(e.Owner())
	defer stop()
	waited := make(chan error, 1)
	go func() { waited <- e.Wait(ctx) }()
	e.Eventually("it does not while somebody waits", effective(catalog.PaceNormal))
	stop()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("waiting ended with %v", err)
	}
	if !effective(catalog.PaceGentle)() {
		t.Error("nobody waits any more, and it does not go gently")
	}
}

// TestReserveStopsIndexing: before the volume falls below the reserve nothing more is read, status says so, and searching
// goes on.
func TestReserveStopsIndexing(t *testing.T) {
	t.Parallel()
	var free atomic.Int64
	free.Store(100 << 30)
	e := enginetest.Start(t, engine.Options{NoModel: true, Volume: func(string) (int64, int64, error) { return 200 << 30, free.Load(), nil }})
	folder := t.TempDir()
	enginetest.WriteFiles(t, folder, map[string]string{"a.md": "An early page."})
	e.Watch(folder)
	if got := indexing(t, e); got.ReserveBytes != 1<<30 || got.FreeBytes != 100<<30 {
		t.Errorf("%+v", got)
	}
	free.Store(1<<30 - 1)
	enginetest.WriteFiles(t, folder, map[string]string{"b.md": "A late page."})
	e.Eventually("the lack of space is told", func() bool {
		s, err := e.Status(e.Owner())
		return err == nil && strings.Contains(s.Progress.Problem, "1023 MB are free")
	})
	if len(e.Find("early")) != 1 || len(e.Find("late")) != 0 {
		t.Error("searching does not go on, or indexing does")
	}
	reserve := int64(1 << 20)
	if _, err := e.SetIndexing(e.Owner(), catalog.IndexingChange{ReserveBytes: &reserve}); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if len(e.Find("late")) != 1 {
		t.Error("with a smaller reserve it is not read")
	}
}
