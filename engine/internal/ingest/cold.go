package ingest

import (
	"context"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// pdf is the one format whose reader takes seconds to be made ready, the first time on a machine.
const pdf = "application/pdf"

// cold is the time before the reader of PDF files is ready. The first such file is read in the slow lane, which makes it
// ready without keeping others waiting; those that come meanwhile are kept until then, so that one of them that takes
// long does not come between either.
type cold struct {
	mu      sync.Mutex
	over    bool
	warming bool // the first has been sent
	kept    []catalog.Pending
}

func newCold(over bool) *cold { return &cold{over: over} }

// takes reports whether a content is the one that makes the reader ready.
func (c *cold) takes(p catalog.Pending) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.warming || p.Content.FileFormat != pdf {
		return false
	}
	c.warming = true
	return true
}

// keeps reports whether a content has to wait until the reader is ready; end returns it then.
func (c *cold) keeps(p catalog.Pending) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || !c.warming || p.Content.FileFormat != pdf {
		return false
	}
	c.kept = append(c.kept, p)
	return true
}

// end notes that the reader is ready, or as ready as it will be, and returns what was kept.
func (c *cold) end() (kept []catalog.Pending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	kept, c.kept = c.kept, nil
	return kept
}

// warm lets go what was kept when the reader is ready.
func (r *reading) warm(ctx context.Context) error {
	select {
	case <-r.Prepared: // never when it is nil
		r.hand.drop(r.cold.end())
		<-ctx.Done()
	case <-ctx.Done():
	}
	return ctx.Err()
}
