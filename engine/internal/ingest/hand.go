package ingest

import (
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// hand is the set of contents between the moment they are taken from the store and the commit of their text.
type hand struct {
	released chan struct{} // a content has left the hand

	mu   sync.Mutex
	keys map[int64]bool
}

func newHand() *hand {
	return &hand{released: make(chan struct{}, 1), keys: map[int64]bool{}}
}

func (h *hand) size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.keys)
}

// take puts those of list that are not in hand into it and returns them.
func (h *hand) take(list []catalog.Pending) []catalog.Pending {
	h.mu.Lock()
	defer h.mu.Unlock()
	fresh := list[:0]
	for _, p := range list {
		if !h.keys[p.Content.Key] {
			h.keys[p.Content.Key] = true
			fresh = append(fresh, p)
		}
	}
	return fresh
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
	h.mu.Unlock()
	wake(h.released)
}
