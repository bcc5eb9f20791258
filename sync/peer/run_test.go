package peer

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

func TestPauseAfterFailures(t *testing.T) {
	t.Parallel()
	unreachable := catalog.Errorf(catalog.Unavailable, "The remote cannot be reached.")
	busy := &Failed{Status: 503, After: 40 * time.Second}
	told := &Failed{Status: 429, Failure: protocol.Failure{RetryAfter: 3600}}
	for _, c := range []struct {
		err      error
		failures int
		random   float64
		want     time.Duration
	}{
		{unreachable, 1, 0, time.Second}, {unreachable, 1, 0.5, 2 * time.Second}, {unreachable, 1, 1, 3 * time.Second},
		{unreachable, 2, 0.5, 4 * time.Second}, {unreachable, 6, 0.5, 64 * time.Second},
		{unreachable, 12, 0.5, 15 * time.Minute}, {unreachable, 12, 1, 15 * time.Minute}, {unreachable, 1000, 0, 450 * time.Second},
		{busy, 1, 0.5, 40 * time.Second}, {busy, 7, 0.5, 128 * time.Second}, {told, 1, 0, time.Hour},
		{errors.Join(unreachable, busy), 1, 0, 40 * time.Second},
	} {
		if got := pauseAfter(c.err, c.failures, c.random); got != c.want {
			t.Errorf("%v, the %dth time, %v: %v, not %v", c.err, c.failures, c.random, got, c.want)
		}
	}
}

// TestWhatEndsARound holds the table of what is the remote's, a feed's, an item's, and what only a person can change.
func TestWhatEndsARound(t *testing.T) {
	t.Parallel()
	status := func(n int) error { return &Failed{Status: n} }
	for _, c := range []struct {
		err          error
		ends, person bool
		state        catalog.SyncState
	}{
		{nil, false, false, catalog.SyncAgreed},
		{status(401), true, true, catalog.SyncDenied},
		{status(426), true, true, catalog.SyncIncompatible},
		{status(429), true, false, catalog.SyncOffline},
		{status(503), true, false, catalog.SyncOffline},
		{status(500), true, false, catalog.SyncOffline},
		{catalog.Errorf(catalog.Unavailable, "x"), true, false, catalog.SyncOffline},
		{catalog.WrapError(catalog.Denied, "x", status(403)), false, false, catalog.SyncRevoked},
		{waits{catalog.Errorf(catalog.Unavailable, "3 changes wait here.")}, false, false, catalog.SyncOffline},
		{fmt.Errorf("disk"), true, false, catalog.SyncFailed},
	} {
		if ends(c.err) != c.ends || needsPerson(c.err) != c.person || stateOf(c.err) != c.state {
			t.Errorf("%v: ends %v, needs a person %v, %s", c.err, ends(c.err), needsPerson(c.err), stateOf(c.err))
		}
	}
}
