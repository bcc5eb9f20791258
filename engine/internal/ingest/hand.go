package ingest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// hand is the set of contents between the moment they are taken from the store and the commit of their text.
type hand struct {
	released chan struct{} // a content has left the hand

	mu      sync.Mutex
	keys    map[int64]bool
	reading map[int64]underway // those of them that are being read, or have been and wait for the commit
	stopped map[int64]bool     // those of them that a person does not want read, and whose turn has not come
	recent  map[int64]bool     // released while a query for more was under way; nil when none is
}

// underway is a reading: since when, and what ends it.
type underway struct {
	since time.Time
	stop  context.CancelCauseFunc
}

func newHand() *hand {
	return &hand{released: make(chan struct{}, 1), keys: map[int64]bool{}, reading: map[int64]underway{}, stopped: map[int64]bool{}}
}

// errStopped is why the context of a reading ends that a person does not want.
var errStopped = errors.New("stopped by a person")

// begin and rest note that the reading of a content begins, and that it waits again: for the slow lane. The context that
// begin returns ends with stop, at once when that has come first, and when the content leaves the hand: with it goes what is
// held for the document.
func (h *hand) begin(ctx context.Context, key int64, at time.Time) context.Context {
	ctx, stop := context.WithCancelCause(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reading[key] = underway{at, stop}
	if h.stopped[key] {
		stop(errStopped)
	}
	return ctx
}

func (h *hand) rest(key int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(key)
}

func (h *hand) forget(key int64) {
	if u, reading := h.reading[key]; reading {
		u.stop(nil)
		delete(h.reading, key)
	}
}

// stop ends the reading of a content, or keeps it from beginning. It reports whether the content is in hand.
func (h *hand) stop(key int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.keys[key] {
		return false
	}
	h.stopped[key] = true
	if u, reading := h.reading[key]; reading {
		u.stop(errStopped)
	}
	return true
}

// beingRead says what is being read, and since when.
func (h *hand) beingRead() map[int64]time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	since := make(map[int64]time.Time, len(h.reading))
	for key, u := range h.reading {
		since[key] = u.since
	}
	return since
}

// empty lets everything go: what was in hand when a run ended is in nobody's.
func (h *hand) empty() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for key := range h.reading {
		h.forget(key)
	}
	clear(h.keys)
	clear(h.stopped)
}

func (h *hand) size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.keys)
}

// take asks query for waiting contents, puts those that are not in hand into it and returns them. What was released
// while the query ran may have been answered from before its commit, and is left for the next one.
func (h *hand) take(query func(inHand int) ([]catalog.Pending, error)) ([]catalog.Pending, error) {
	h.mu.Lock()
	size := len(h.keys)
	h.recent = map[int64]bool{}
	h.mu.Unlock()
	list, err := query(size)
	h.mu.Lock()
	defer h.mu.Unlock()
	var fresh []catalog.Pending
	for _, p := range list {
		if key := p.Content.Key; !h.keys[key] && !h.recent[key] {
			h.keys[key] = true
			fresh = append(fresh, p)
		}
	}
	h.recent = nil
	return fresh, err
}

// drop gives contents back unread.
func (h *hand) drop(list []catalog.Pending) {
	for _, p := range list {
		h.release(p.Content.Key)
	}
}

func (h *hand) release(key int64) {
	h.mu.Lock()
	delete(h.keys, key)
	delete(h.stopped, key)
	h.forget(key)
	if h.recent != nil {
		h.recent[key] = true
	}
	h.mu.Unlock()
	wake(h.released)
}
