package extract

import (
	"sync"
	"time"
)

// starved is how many times as long as its limit a file may take in the slow lane.
const starved = 5

// patience bounds what a child takes for one answer. Where the child may be starved, it is the processor's time that counts,
// as far as the system tells of it: on a busy machine a child that stands behind other programs gets little of that, and its
// file is not to blame. Nothing waits longer than starved times the limit all the same, for a child may also hang.
type patience struct {
	spent func() (time.Duration, bool) // the processor's time that the child has used; nil: only the clock counts
	over  func()                       // ends the child

	mu     sync.Mutex
	timer  *time.Timer
	limit  time.Duration // 0: none
	before time.Duration // spent when the limit began
	end    time.Time     // whatever has been spent
}

func newPatience(spent func() (time.Duration, bool), over func()) *patience {
	p := &patience{spent: spent, over: over}
	p.timer = time.AfterFunc(time.Hour, p.expired)
	p.timer.Stop()
	return p
}

// begin lets a limit begin.
func (p *patience) begin(limit time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit, p.end = limit, time.Now().Add(limit)
	if p.spent != nil {
		if spent, told := p.spent(); told {
			p.before, p.end = spent, time.Now().Add(starved*limit)
		}
	}
	p.timer.Reset(limit)
}

// rest takes the limit away.
func (p *patience) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = 0
	p.timer.Stop()
}

// expired ends the child, or waits for what it has left.
func (p *patience) expired() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit == 0 {
		return
	}
	left := time.Until(p.end)
	if p.spent != nil {
		if spent, told := p.spent(); told {
			left = min(left, p.limit-(spent-p.before))
		}
	}
	if left > 0 {
		p.timer.Reset(max(left, 10*time.Millisecond))
		return
	}
	p.over()
}
