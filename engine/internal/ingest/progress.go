package ingest

import (
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// rateWindow is how far back the rate looks: long enough to be steady, short enough to be honest about a change.
const rateWindow = 30 * time.Second

// longestTick is how long nothing may be finished for the time to count as work: beyond it something else was the matter.
const longestTick = 2 * time.Minute

// progress counts what the present run of work has finished and how fast. Its clock is the machine's: an estimate is about
// time that passes.
type progress struct {
	mu       sync.Mutex
	started  time.Time // zero: idle
	done     int
	current  string
	phase    string
	recent   []tick // finished units by second, oldest first
	learning estimator
	open     work      // finished since
	since    time.Time // zero: not measured
}

type tick struct {
	at    time.Time
	units int
}

func newProgress() *progress { return &progress{learning: newEstimator()} }

// working reports whether a phase is under way.
func (p *progress) working() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.started.IsZero()
}

// begin notes that a unit of the phase is in hand.
func (p *progress) begin(phase, current string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started.IsZero() || p.phase != phase {
		p.started, p.done, p.recent = time.Now(), 0, nil
		p.open, p.since = work{}, p.started
	}
	if p.since.IsZero() {
		p.since = time.Now()
	}
	p.phase, p.current = phase, current
}

// read counts documents that have been read.
func (p *progress) read(w work) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish(int(w[perDocument]))
	p.open = p.open.plus(w)
	took := time.Since(p.since)
	switch {
	case p.since.IsZero() || took > longestTick:
		p.open, p.since = work{}, time.Now()
	case took >= time.Second:
		p.learning.learn(p.open, took.Seconds())
		p.open, p.since = work{}, time.Now()
	}
}

// embedded counts passages that have been embedded.
func (p *progress) embedded(units int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish(units)
}

func (p *progress) finish(units int) {
	now := time.Now()
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

// rest notes that time which passes now is not that of work.
func (p *progress) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open, p.since, p.recent = work{}, time.Time{}, nil
}

// end notes that the phase has nothing left.
func (p *progress) end(phase string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.phase == phase {
		p.started, p.done, p.recent, p.phase, p.current = time.Time{}, 0, nil, "", ""
		p.open, p.since = work{}, time.Time{}
	}
}

// report tells where the work stands with so many units left; of what is left to read it wants to know more. The estimate
// is withheld until three seconds of work have been seen: before that any number would be a guess.
func (p *progress) report(left int, reading []catalog.Waiting) catalog.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started.IsZero() {
		return catalog.Progress{Phase: "idle"}
	}
	started := p.started
	r := catalog.Progress{Phase: p.phase, Current: p.current, Done: p.done, Total: p.done + left, StartedAt: &started}
	from, units := time.Now(), 0
	for _, t := range p.recent {
		units += t.units
		if t.at.Before(from) {
			from = t.at
		}
	}
	if seen := time.Since(from); seen >= 3*time.Second && units > 0 {
		r.RatePerSec = float64(units) / seen.Seconds()
		seconds := float64(left) / r.RatePerSec
		if p.phase == "reading" && len(reading) > 0 {
			seconds = p.learning.seconds(workLeft(reading))
		}
		r.SecondsLeft = &seconds
	}
	return r
}

// Progress tells where the present work stands, given how many documents and passages still wait, and of the documents
// how many bytes of which format. The time left is that of the phase: until everything can be found by its words, then
// until everything can be found by its meaning.
func (l *Line) Progress(documents, passages int, reading []catalog.Waiting) catalog.Progress {
	phase, left := "reading", documents
	if documents == 0 {
		phase, left = "embedding", passages
	}
	r := l.progress.report(left, reading)
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
