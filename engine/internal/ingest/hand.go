package ingest

import (
	"maps"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// hand is the set of contents between the moment they are taken from the store and the commit of their text.
type hand struct {
	released chan struct{} // a content has left the hand

	mu      sync.Mutex
	keys    map[int64]bool
	reading map[int64]time.Time // those of them that are being read, or have been and wait for the commit: since when
	recent  map[int64]bool      // released while a query for more was under way; nil when none is
}

func newHand() *hand {
	return &hand{released: make(chan struct{}, 1), keys: map[int64]bool{}, reading: map[int64]time.Time{}}
}

// begin and rest note that the reading of a content begins, and that it waits again: for the slow lane.
func (h *hand) begin(key int64, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reading[key] = at
}

func (h *hand) rest(key int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.reading, key)
}

// beingRead is a copy of what is being read.
func (h *hand) beingRead() map[int64]time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.reading)
}

// empty lets everything go: what was in hand when a run ended is in nobody's.
func (h *hand) empty() {
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.keys)
	clear(h.reading)
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
	delete(h.reading, key)
	if h.recent != nil {
		h.recent[key] = true
	}
	h.mu.Unlock()
	wake(h.released)
}
