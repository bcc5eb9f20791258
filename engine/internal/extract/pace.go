package extract

import (
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// pace is how many children read fast files, and whether they stand behind other programs.
type pace struct {
	children int
	behind   bool
	over     chan struct{} // closed when another pace holds
}

// pacer holds the pace of a pool, which may change while it runs, and knows the children that live.
type pacer struct {
	current atomic.Pointer[pace]

	mu       sync.Mutex
	children map[int]bool // by process id
}

func newPacer(children int) *pacer {
	p := &pacer{children: map[int]bool{}}
	p.current.Store(&pace{children: children, over: make(chan struct{})})
	return p
}

func (p *pacer) set(children int, behind bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.current.Load()
	if before.children == children && before.behind == behind {
		return
	}
	p.current.Store(&pace{children: children, behind: behind, over: make(chan struct{})})
	close(before.over)
}

func (p *pacer) began(pid int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.children[pid] = true
}

func (p *pacer) ended(pid int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.children, pid)
}

// SetPace lets so many children read fast files from now on, and puts them behind other programs where the system can
// do that. A child in its work finishes what it has; one that stands elsewhere than it should is replaced then.
func (p *Pool) SetPace(children int, behind bool) {
	p.pacer.set(min(max(children, 1), p.options.Most), behind)
}

// Prepared is closed when the reader of PDF files has been made ready for all children, which takes seconds the first time
// on a machine: from then on they take it from the cache.
func (p *Pool) Prepared() <-chan struct{} { return p.prepared }

// Processes are the ids of the children that live.
func (p *Pool) Processes() []int {
	return append(p.pacer.living(), p.painting.living()...)
}

func (p *pacer) living() []int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.children))
}

// behindMark in its environment tells a child to stand behind other programs. Only the child itself can see to it: a
// priority is that of one thread, and passes on to those that it makes.
const behindMark = "SHEAF_EXTRACT_BEHIND"

// Behind reports whether this process is a child that is to stand behind other programs.
func Behind() bool { return os.Getenv(behindMark) != "" }
