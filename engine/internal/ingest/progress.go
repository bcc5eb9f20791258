package ingest

import (
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// rateWindow is how far back the rate looks: long enough to be steady, short enough to be honest about a change.
const rateWindow = 30 * time.Second

// progress counts what the present run of work has finished and how fast.
type progress struct {
	now func() time.Time

	mu      sync.Mutex
	started time.Time // zero: idle
	done    int
	current string
	phase   string
	recent  []tick // finished units by second, oldest first
}

type tick struct {
	at    time.Time
	units int
}

// begin notes that a unit of the phase is in hand.
func (p *progress) begin(phase, current string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started.IsZero() || p.phase != phase {
		p.started, p.done, p.recent = p.now(), 0, nil
	}
	p.phase, p.current = phase, current
}

// finish counts finished units.
func (p *progress) finish(units int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	p.done += units
	if n := len(p.recent); n > 0 && now.Sub(p.recent[n-1].at) < time.Second {
		p.recent[n-1].units += units
	} else {
		p.recent = append(p.recent, tick{now, units})
	}
	for len(p.recent) > 0 && now.Sub(p.recent[0].at) > rateWindow {
		p.recent = p.recent[1:]
	}
}

// end notes that the phase has nothing left.
func (p *progress) end(phase string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.phase == phase {
		p.started, p.done, p.recent, p.phase, p.current = time.Time{}, 0, nil, "", ""
	}
}

// report tells where the work stands with so many units left. The estimate is withheld until three seconds of work
// have been seen: before that any number would be a guess.
func (p *progress) report(left int) catalog.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started.IsZero() {
		return catalog.Progress{Phase: "idle"}
	}
	started := p.started
	r := catalog.Progress{Phase: p.phase, Current: p.current, Done: p.done, Total: p.done + left, StartedAt: &started}
	from, units := p.now(), 0
	for _, t := range p.recent {
		units += t.units
		if t.at.Before(from) {
			from = t.at
		}
	}
	if seen := p.now().Sub(from); seen >= 3*time.Second && units > 0 {
		r.RatePerSec = float64(units) / seen.Seconds()
		seconds := float64(left) / r.RatePerSec
		r.SecondsLeft = &seconds
	}
	return r
}

// Progress tells where the present work stands, given how many documents and passages still wait.
func (l *Line) Progress(documents, passages int) catalog.Progress {
	phase, left := "reading", documents
	if documents == 0 {
		phase, left = "embedding", passages
	}
	r := l.progress.report(left)
	if left > 0 && r.Phase == "idle" { // between two batches
		r.Phase, r.Total = phase, left
	}
	if left > 0 && l.Paused() {
		r.Phase, r.SecondsLeft = "paused", nil
	}
	if problem := l.problem.Load(); problem != nil {
		r.Problem, r.SecondsLeft = *problem, nil
	}
	return r
}
