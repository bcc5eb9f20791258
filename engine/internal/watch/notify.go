package watch

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// maxMarked is how many paths a burst may name before a whole scan is cheaper than remembering them.
const maxMarked = 200_000

// notifier gathers the paths that notifications name. Its goroutine does nothing but fill a set, so that the system's
// queue is emptied as fast as it fills. Paths are relative to the root, "" is the root itself.
type notifier struct {
	root  string
	watch *fsnotify.Watcher
	add   func(add func(string) error, path string) error
	wake  chan struct{} // something was marked after nothing was
	done  chan struct{}

	mu          sync.Mutex
	marked      map[string]fsnotify.Op
	first, last time.Time
	lost        bool
	watched     map[string]struct{}
	failed      error  // the first directory that could not be watched
	tooDeep     string // one whose path is longer than the system's notifications take; scans look after those
}

func newNotifier(root string, add func(func(string) error, string) error) (*notifier, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	n := &notifier{
		root: root, watch: w, add: add, wake: make(chan struct{}, 1), done: make(chan struct{}),
		marked: map[string]fsnotify.Op{}, watched: map[string]struct{}{},
	}
	go n.drain()
	return n, nil
}

// close stops the goroutine and waits for it.
func (n *notifier) close() {
	n.watch.Close()
	<-n.done
}

func (n *notifier) drain() {
	defer close(n.done)
	events, errs := n.watch.Events, n.watch.Errors
	for events != nil || errs != nil {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			if rel, ok := n.relative(e.Name); ok {
				n.mark(rel, e.Op)
			}
		case _, ok := <-errs: // an overflow names no path, and no other error can be trusted to have lost nothing
			if !ok {
				errs = nil
				continue
			}
			n.lose()
		}
	}
}

func (n *notifier) relative(name string) (string, bool) {
	if name == n.root {
		return "", true
	}
	rel, ok := strings.CutPrefix(name, strings.TrimSuffix(n.root, string(filepath.Separator))+string(filepath.Separator))
	return filepath.ToSlash(rel), ok
}

func (n *notifier) mark(rel string, op fsnotify.Op) {
	now := time.Now()
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.marked) == 0 {
		n.first = now
		n.signal()
	}
	n.last = now
	n.marked[rel] |= op
	if len(n.marked) > maxMarked {
		n.lost = true
		clear(n.marked)
	}
}

func (n *notifier) lose() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lost = true
	n.signal()
}

func (n *notifier) signal() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// broken reports whether notifications were lost, in which case only a new notifier can be trusted: watches may carry
// old names.
func (n *notifier) broken() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lost
}

// due is when the marked paths are to be looked at; any is false when there are none.
func (n *notifier) due(quiet, longest time.Duration) (at time.Time, any bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lost {
		return time.Time{}, true
	}
	at = n.last.Add(quiet)
	if limit := n.first.Add(longest); limit.Before(at) {
		at = limit
	}
	return at, len(n.marked) > 0
}

// take returns the marked paths with what happened to them, and forgets them.
func (n *notifier) take() map[string]fsnotify.Op {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.marked
	n.marked = map[string]fsnotify.Op{}
	return taken
}

// watchDir starts notifications of one directory, before it is listed. The first failure other than the directory
// having gone is kept for failure.
func (n *notifier) watchDir(rel string) {
	n.mu.Lock()
	_, watched := n.watched[rel]
	stop := watched || n.failed != nil
	n.mu.Unlock()
	if stop {
		return
	}
	err := n.add(n.watch.Add, filepath.Join(n.root, filepath.FromSlash(rel)))
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case err == nil:
		n.watched[rel] = struct{}{}
	case isAbsent(err), isForbidden(err), errors.Is(err, fsnotify.ErrClosed):
	case errors.Is(err, syscall.ENAMETOOLONG):
		n.tooDeep = rel
	case n.failed == nil:
		n.failed = err
	}
}

// blind reports whether there are directories too deep to be watched.
func (n *notifier) blind() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.tooDeep != ""
}

func (n *notifier) failure() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.failed
}

// unwatch drops a directory and all beneath it. A directory that was moved keeps its watch in the system under its old
// name: it must be dropped before the new name can be watched.
func (n *notifier) unwatch(rels map[string]bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for rel := range n.watched {
		if beneathAny(rel, rels) {
			n.watch.Remove(filepath.Join(n.root, filepath.FromSlash(rel))) // gone already is fine
			delete(n.watched, rel)
		}
	}
}

func (n *notifier) isWatched(rel string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, ok := n.watched[rel]
	return ok
}

// beneathAny reports whether rel or a directory above it is in the set.
func beneathAny[V any](rel string, set map[string]V) bool {
	if len(set) == 0 {
		return false
	}
	for {
		if _, ok := set[rel]; ok {
			return true
		}
		if rel == "" {
			return false
		}
		rel = parentOf(rel)
	}
}

func parentOf(rel string) string {
	if i := strings.LastIndexByte(rel, '/'); i >= 0 {
		return rel[:i]
	}
	return ""
}

func baseOf(rel string) string { return rel[strings.LastIndexByte(rel, '/')+1:] }

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
