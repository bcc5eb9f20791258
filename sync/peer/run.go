package peer

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// poll is how long a peer waits for news before it asks by itself. Whether news arrive is nothing that anything rests on.
const poll = time.Minute

// The back-off after failures that follow each other, before jitter.
const (
	firstPause   = 2 * time.Second
	longestPause = 15 * time.Minute
)

// Run synchronises until ctx ends: at once, at every piece of news from the hub, whenever it is woken, and every minute.
// After failures it waits longer and longer. A refused token is not tried again before there is another, or a person asks.
func (p *Peer) Run(ctx context.Context) error {
	listening, stop := context.WithCancel(ctx)
	var listener sync.WaitGroup
	listener.Go(func() { p.listen(listening) })
	defer listener.Wait()
	defer stop()
	for failures := 0; ; {
		err := p.Once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		pause := poll
		if ends(err) {
			failures++
			pause = pauseAfter(err, failures, rand.Float64())
		} else {
			failures = 0
		}
		p.tellRound(err, pause)
		if !p.rest(ctx, err, pause) {
			return nil
		}
	}
}

// tellRound says how the remote stands after a round.
func (p *Peer) tellRound(err error, pause time.Duration) {
	var before, now catalog.SyncState
	p.tell(func(s *catalog.PeerSync) {
		before = s.State
		s.State, s.Problem, s.RetryAt = catalog.SyncAgreed, "", nil
		if ends(err) {
			s.State, s.Problem = stateOf(err), problemOf(err)
			if !needsPerson(err) {
				at := p.Now().Add(pause).UTC()
				s.RetryAt = &at
			}
		} else if err != nil {
			s.State = worst(s.Feeds)
		}
		now = s.State
	})
	if before != now {
		p.recordState(now)
	}
}

// recordState adds what a person may want to know about a connection to the history.
func (p *Peer) recordState(now catalog.SyncState) {
	switch now {
	case catalog.SyncOffline:
		p.record(catalog.SyncEntry{Kind: catalog.EntryOffline})
	case catalog.SyncDenied:
		p.record(catalog.SyncEntry{Kind: catalog.EntryDenied})
	case catalog.SyncAgreed:
		p.record(catalog.SyncEntry{Kind: catalog.EntryOnline})
	}
}

// worst is the state of a remote whose connection is well: that of the feed that needs most attention.
func worst(feeds map[string]catalog.FeedSync) catalog.SyncState {
	order := []catalog.SyncState{catalog.SyncAsking, catalog.SyncFailed, catalog.SyncRevoked, catalog.SyncOffline, catalog.SyncWaiting, catalog.SyncWorking}
	for _, state := range order {
		for _, f := range feeds {
			if f.State == state {
				return state
			}
		}
	}
	return catalog.SyncAgreed
}

// rest waits for a reason to go on; false at the end. After a failure only a person's wish cuts the pause short: that of
// Wake, which news from the hub call too, but a hub that sends news has come back.
func (p *Peer) rest(ctx context.Context, err error, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	over := timer.C
	if needsPerson(err) {
		over = nil
	}
	select {
	case <-p.wake:
	case <-over:
	case <-ctx.Done():
		return false
	}
	return true
}

// needsPerson reports whether trying again by itself is pointless.
func needsPerson(err error) bool {
	state := stateOf(err)
	return err != nil && (state == catalog.SyncDenied || state == catalog.SyncIncompatible)
}

// pauseAfter is how long to wait after so many failures in a row: twice as long each time, at most a quarter of an hour,
// between half and one and a half of that so that a thousand devices do not come back at once. What the hub asks for with
// Retry-After is the least.
func pauseAfter(err error, failures int, random float64) time.Duration {
	pause := min(time.Duration(float64(firstPause)*math.Pow(2, float64(failures-1))), longestPause)
	if failures > 20 {
		pause = longestPause
	}
	pause = min(time.Duration(float64(pause)*(0.5+random)), longestPause)
	if failed, ok := errors.AsType[*Failed](err); ok {
		pause = max(pause, failed.After, time.Duration(failed.RetryAfter)*time.Second)
	}
	return pause
}
