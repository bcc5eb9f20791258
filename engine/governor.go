package engine

import (
	"context"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/machine"
)

const (
	lookEvery     = 5 * time.Second // at the machine, while there is work
	lookIdle      = time.Minute     // and while there is none
	crowded       = 0.5             // share of the processor that others use, from which on they need it, when nothing is idle
	crowdedIdle   = 0.1             // share that may be idle then
	uncrowded     = 0.3             // share of others below which they do not need it any more
	uncrowdedFor  = 3               // looks in a row
	onBattery     = "The machine runs on battery, so indexing goes gently."
	othersAreBusy = "Other programs need the processor, so indexing goes gently."
)

// governor makes indexing gentle while the machine has better to do: on battery, and while other programs need the
// processor, unless a person waits for the end of the work. What it sees of others is what the processor did less what Sheaf did, so that it never mistakes its own work
// for theirs. It comes back only when they have left room for a while, or it would go to and fro.
type governor struct {
	working chan struct{} // something has begun

	mu      sync.Mutex // one look at a time
	meter   machine.Meter
	crowd   bool // others need the processor
	uncrowd int  // looks in a row at which they did not
	awaited int  // people who wait for the end of the work
}

func newGovernor(root string) *governor {
	return &governor{working: make(chan struct{}, 1), meter: machine.Meter{Root: root}}
}

// run looks at the machine, often while there is work, until ctx ends.
func (g *governor) run(ctx context.Context, e *Engine) error {
	for {
		g.look(e)
		wait, begun := lookIdle, g.working
		if e.line.Working() {
			wait, begun = lookEvery, nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-begun:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// told takes note of an event: when work begins, the machine is looked at before long.
func (g *governor) told(kind string) {
	if kind == "progress" {
		select {
		case g.working <- struct{}{}:
		default:
		}
	}
}

// hurry lets the pace hold that was set, whatever the machine has to do, until calm is called.
func (g *governor) hurry(e *Engine) (calm func()) {
	g.await(e, 1)
	return func() { g.await(e, -1) }
}

func (g *governor) await(e *Engine, more int) {
	g.mu.Lock()
	g.awaited += more
	g.mu.Unlock()
	g.look(e)
}

// look decides which pace holds now.
func (g *governor) look(e *Engine) {
	g.mu.Lock()
	defer g.mu.Unlock()
	settings, _, _ := e.manner.now()
	if e.options.Steady || !settings.Adapt {
		e.usePace(settings.Pace, "")
		return
	}
	g.note(g.meter.Look(e.pool.Processes()))
	e.usePace(g.decide(settings.Pace, machine.ReadPower(g.meter.Root)))
}

// note takes in what the processor did since the last look.
func (g *governor) note(l machine.Load) {
	switch {
	case !l.Known:
	case l.Others >= crowded && l.Idle <= crowdedIdle:
		g.crowd, g.uncrowd = true, 0
	case l.Others >= uncrowded:
		g.uncrowd = 0
	default:
		if g.uncrowd++; g.uncrowd >= uncrowdedFor {
			g.crowd = false
		}
	}
}

// decide returns the pace that holds, and why when it is not the one that was set.
func (g *governor) decide(set catalog.Pace, power machine.Power) (catalog.Pace, string) {
	switch {
	case set == catalog.PaceGentle, g.awaited > 0:
		return set, ""
	case power.OnBattery:
		return catalog.PaceGentle, onBattery
	case g.crowd:
		return catalog.PaceGentle, othersAreBusy
	}
	return set, ""
}
