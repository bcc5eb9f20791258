package ingest

import (
	"context"
	"sync"
	"time"
)

const (
	// smallDebt is how much too early work may begin: rests shorter than that are gathered rather than slept one by one.
	smallDebt = 5 * time.Millisecond
	// longestYield is how long work stands back for searches at a time, and afterYield how long it then goes on whatever
	// is searched: a client that asks without a pause slows indexing down and does not end it.
	longestYield = 250 * time.Millisecond
	afterYield   = 50 * time.Millisecond
)

// budget keeps reading and embedding within what they may use of the machine.
//
// Without a limit work begins when it likes, or as soon as no search is under way. With one, every lane does one piece of
// work after the other and rests after each, so long that together they are at work for the given share of the time of
// one core: a lane alone with a share of a half rests as long as it has worked. Time is what the clock shows, so a
// piece of work that waits for a slow disk or for other programs counts as if it had had the processor all along: the
// limit is never exceeded, and on a busy machine not reached.
type budget struct {
	searches yielding

	mu      sync.Mutex
	share   float64       // of one core; 0: no limit
	yields  bool          // new work waits for searches
	changed chan struct{} // closed when another limit holds
	lanes   []*lane
}

// lane is one kind of work. Its turn is held by the piece of work under way while there is a limit.
type lane struct {
	budget *budget
	turn   chan struct{}
	free   time.Time // when the next piece may begin
	busy   bool
}

func newBudget() *budget { return &budget{changed: make(chan struct{}), yields: true} }

func (b *budget) lane() *lane {
	n := &lane{budget: b, turn: make(chan struct{}, 1)}
	b.lanes = append(b.lanes, n)
	return n
}

// set changes the limit. Work under way goes on; what rests begins anew.
func (b *budget) set(share float64, yields bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.share == share && b.yields == yields {
		return
	}
	b.share, b.yields = share, yields
	for _, n := range b.lanes {
		n.free = time.Time{}
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *budget) limit() (share float64, yields bool, changed <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.share, b.yields, b.changed
}

// begin waits until a piece of work may begin and returns what is to be called when it has ended. What a person waits for
// is urgent: it stands back for nobody and leaves the rest to what comes after it. The error is ctx's.
func (n *lane) begin(ctx context.Context, urgent bool) (end func(), err error) {
	for {
		share, yields, changed := n.budget.limit()
		if yields && !urgent {
			if err := n.budget.searches.wait(ctx, longestYield); err != nil {
				return nil, err
			}
		}
		if share == 0 {
			return func() {}, ctx.Err()
		}
		begun, err := n.beginLimited(ctx, urgent, changed)
		if err != nil {
			return nil, err
		}
		if begun {
			started := time.Now()
			return func() { n.end(started) }, nil
		}
	}
}

// beginLimited takes the lane's turn and waits for the end of its rest. begun is false when the limit has changed.
func (n *lane) beginLimited(ctx context.Context, urgent bool, changed <-chan struct{}) (begun bool, err error) {
	select {
	case n.turn <- struct{}{}:
	case <-changed:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
	n.budget.mu.Lock()
	rest := time.Until(n.free)
	n.budget.mu.Unlock()
	if rest > smallDebt && !urgent {
		timer := time.NewTimer(rest)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-changed:
			<-n.turn
			return false, nil
		case <-ctx.Done():
			<-n.turn
			return false, ctx.Err()
		}
	}
	n.budget.mu.Lock()
	defer n.budget.mu.Unlock()
	n.busy = true
	return true, nil
}

func (n *lane) end(started time.Time) {
	n.budget.mu.Lock()
	n.owe(started, time.Since(started))
	n.busy = false
	n.budget.mu.Unlock()
	<-n.turn
}

// charge counts work that was done outside of the lane's turns but for it.
func (n *lane) charge(took time.Duration) {
	n.budget.mu.Lock()
	defer n.budget.mu.Unlock()
	n.owe(time.Now().Add(-took), took)
}

// owe puts off the next piece of work. Lanes that are or were just at work, or rest, share the limit evenly.
func (n *lane) owe(started time.Time, took time.Duration) {
	if n.budget.share == 0 {
		return
	}
	active, lately := 1, time.Now().Add(-time.Second)
	for _, other := range n.budget.lanes {
		if other != n && (other.busy || other.free.After(lately)) {
			active++
		}
	}
	from := started
	if n.free.After(from) {
		from = n.free
	}
	n.free = from.Add(time.Duration(float64(took) * float64(active) / n.budget.share))
}

// yielding lets background work wait while searches are under way.
type yielding struct {
	mu    sync.Mutex
	count int           // searches under way
	none  chan struct{} // closed when count falls to zero; made when it leaves zero
	until time.Time     // nobody stands back before that
}

func (y *yielding) begin() {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.count == 0 {
		y.none = make(chan struct{})
	}
	y.count++
}

func (y *yielding) end() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.count--
	if y.count == 0 {
		close(y.none)
	}
}

func (y *yielding) goOn() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.until = time.Now().Add(afterYield)
}

// wait returns when no search is under way, when it has waited for most, or with ctx's error.
func (y *yielding) wait(ctx context.Context, most time.Duration) error {
	y.mu.Lock()
	busy, none := y.count > 0 && !time.Now().Before(y.until), y.none
	y.mu.Unlock()
	if !busy {
		return ctx.Err()
	}
	defer y.goOn()
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-none:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}
