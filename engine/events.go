package engine

import (
	"context"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// events tells subscribers that something changed. Publishing never blocks.
type events struct {
	mu          sync.Mutex
	seq         uint64
	subscribers map[chan catalog.Event]struct{}
}

func newEvents() *events {
	return &events{subscribers: map[chan catalog.Event]struct{}{}}
}

func (e *events) publish(kind, id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seq++
	for c := range e.subscribers {
		select {
		case c <- catalog.Event{Seq: e.seq, Kind: kind, ID: id}:
		default: // the gap in Seq tells the subscriber
		}
	}
}

// Subscribe calls each for every event until ctx ends or each returns an error, which it returns. Events are dropped,
// never queued without bound, when each is slow: the next one has a gap in Seq and the subscriber reads everything anew.
func (e *Engine) Subscribe(ctx context.Context, each func(catalog.Event) error) error {
	c := make(chan catalog.Event, 64)
	e.events.mu.Lock()
	e.events.subscribers[c] = struct{}{}
	e.events.mu.Unlock()
	defer func() {
		e.events.mu.Lock()
		delete(e.events.subscribers, c)
		e.events.mu.Unlock()
	}()
	for {
		select {
		case event := <-c:
			if err := each(event); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
