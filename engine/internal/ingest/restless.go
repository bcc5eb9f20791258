package ingest

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

// A file that is other bytes at the end of its reading than at its beginning is not indexed: half of one text and half of
// another would be neither. It is captured anew and read again, the first time at once, for an edit is over by then, and
// from the second on after a rest that doubles: a log that is written without end is read about once a minute.
const (
	firstRest   = time.Second
	longestRest = time.Minute
)

// restless are the contents in hand that wait until their files may have come to rest.
type restless struct {
	mu      sync.Mutex
	rests   map[int64]time.Duration // the last rest of each content that moved on while it was read
	waiting []resting               // in no order: there are few
	more    chan struct{}
}

type resting struct {
	catalog.Pending
	until time.Time
}

func newRestless() *restless {
	return &restless{rests: map[int64]time.Duration{}, more: make(chan struct{}, 1)}
}

// add puts off a content and reports for how long.
func (r *restless) add(p catalog.Pending, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	rest, again := r.rests[p.Content.Key]
	if again {
		rest = min(max(2*rest, firstRest), longestRest)
	}
	r.rests[p.Content.Key] = rest
	r.waiting = append(r.waiting, resting{p, now.Add(rest)})
	wake(r.more)
	return rest
}

// settled forgets what was known of a content that has been read as it is.
func (r *restless) settled(key int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.rests, key)
}

// due takes out what has rested; next is when the rest of them has, zero when there are none.
func (r *restless) due(now time.Time) (rested []catalog.Pending, next time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.waiting[:0]
	for _, w := range r.waiting {
		if !w.until.After(now) {
			rested = append(rested, w.Pending)
			continue
		}
		kept = append(kept, w)
		if next.IsZero() || w.until.Before(next) {
			next = w.until
		}
	}
	r.waiting = kept
	return rested, next
}

// settle captures anew what has rested, and lets it go to be read again, until ctx ends.
func (r *reading) settle(ctx context.Context) error {
	for {
		rested, next := r.restless.due(time.Now())
		for _, p := range rested {
			if err := r.persevere(ctx, func() error { return r.recapture(ctx, p) }); err != nil {
				return err
			}
			r.hand.release(p.Content.Key)
		}
		if len(rested) > 0 {
			continue
		}
		rest := time.Hour
		if !next.IsZero() {
			rest = time.Until(next)
		}
		if err := sleep(ctx, rest, r.restless.more); err != nil {
			return err
		}
	}
}

// recapture takes in a file that is no longer what it was when it was captured.
func (l *Line) recapture(ctx context.Context, p catalog.Pending) error {
	info, err := longpath.Lstat(originalPath(p))
	if err != nil || !info.Mode().IsRegular() {
		return nil // the watcher will say that it is gone
	}
	stat := p.Stat
	stat.Size, stat.ModTime = info.Size(), info.ModTime().UnixNano()
	return l.Capture(ctx, p.Folder, []catalog.FileStat{stat})
}

// errMovedOn says that a file is not what it was when its reading began.
var errMovedOn = errors.New("the file has moved on")

// sameFile reports whether an open file is as long and as old as it was.
func sameFile(f *os.File, before os.FileInfo) bool {
	after, err := f.Stat()
	return err == nil && after.Size() == before.Size() && after.ModTime().Equal(before.ModTime())
}
