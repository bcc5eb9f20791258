package ingest

import (
	"context"
	"sync"
	"time"
)

// gate lets goroutines pass while it is open and holds them while it is closed.
type gate struct {
	mu   *sync.Mutex
	held *chan struct{} // closed channel = open gate
}

func newGate() gate {
	open := make(chan struct{})
	close(open)
	return gate{mu: new(sync.Mutex), held: &open}
}

func (g gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-*g.held:
		*g.held = make(chan struct{})
	default:
	}
}

func (g gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-*g.held:
	default:
		close(*g.held)
	}
}

func (g gate) closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-*g.held:
		return false
	default:
		return true
	}
}

// passWithin returns when the gate is open or after most, or ctx's error.
func (g gate) passWithin(ctx context.Context, most time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	_ = g.pass(limited) // its end is no failure: the wait is over
	return ctx.Err()
}

// pass returns when the gate is open, or ctx's error.
func (g gate) pass(ctx context.Context) error {
	g.mu.Lock()
	held := *g.held
	g.mu.Unlock()
	select {
	case <-held:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
