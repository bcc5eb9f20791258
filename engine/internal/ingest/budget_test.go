package ingest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// toil does pieces of work of the given length on a lane until ctx ends and returns how long it was at work in all.
func toil(ctx context.Context, n *lane, piece time.Duration) (worked time.Duration) {
	for {
		end, err := n.begin(ctx, false)
		if err != nil {
			return worked
		}
		<-time.After(piece) // work that takes this long by the bubble's clock
		worked += piece
		end()
	}
}

// TestBudgetLimitsWork: however long the pieces are, and however many lanes there are, they are at work for the share.
func TestBudgetLimitsWork(t *testing.T) {
	t.Parallel()
	for _, pieces := range [][]time.Duration{
		{time.Millisecond}, {200 * time.Millisecond}, {300 * time.Microsecond, 150 * time.Millisecond},
		{time.Millisecond, 20 * time.Second}, {10 * time.Millisecond, 10 * time.Millisecond, 10 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBudget()
			b.set(0.5, true)
			const span = 10 * time.Minute
			ctx, cancel := context.WithTimeout(t.Context(), span)
			defer cancel()
			worked := make([]time.Duration, len(pieces))
			lanes := make([]*lane, len(pieces))
			for i := range lanes {
				lanes[i] = b.lane()
			}
			var all sync.WaitGroup
			for i, piece := range pieces {
				all.Go(func() { worked[i] = toil(ctx, lanes[i], piece) })
			}
			all.Wait()
			var total time.Duration
			for i, w := range worked {
				total += w
				if w < span/50 {
					t.Errorf("pieces of %v: lane %d has worked for %v only", pieces, i, w)
				}
			}
			if share := float64(total) / float64(span); share > 0.55 || share < 0.4 {
				t.Errorf("pieces of %v: at work for %.2f of a core, want about 0.5", pieces, share)
			}
		})
	}
}

func TestBudgetDoesOnePieceAfterTheOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget()
		n := b.lane()
		b.set(0.5, true)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var mu sync.Mutex
		now, most := 0, 0
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for {
					end, err := n.begin(ctx, false)
					if err != nil {
						return
					}
					mu.Lock()
					now++
					most = max(most, now)
					mu.Unlock()
					<-time.After(10 * time.Millisecond)
					mu.Lock()
					now--
					mu.Unlock()
					end()
				}
			})
		}
		all.Wait()
		if most != 1 {
			t.Errorf("%d pieces at once", most)
		}
	})
}

func TestUrgentWorkDoesNotRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget()
		n := b.lane()
		b.set(0.5, true)
		end, err := n.begin(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(10 * time.Second)
		end()
		b.searches.begin()
		defer b.searches.end()
		started := time.Now()
		end, err = n.begin(t.Context(), true)
		if err != nil || time.Since(started) > 0 {
			t.Fatalf("urgent work waited for %v: %v", time.Since(started), err)
		}
		<-time.After(time.Second)
		end()
		end, err = n.begin(t.Context(), false)
		if waited := time.Since(started); err != nil || waited < 12*time.Second || waited > 12*time.Second+longestYield {
			t.Errorf("the next piece began after %v, though ten seconds and two were owed: %v", waited, err)
		}
		end()
	})
}

func TestAnotherPaceEndsARest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget()
		n := b.lane()
		b.set(0.01, true)
		end, err := n.begin(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Hour)
		end()
		started := time.Now()
		time.AfterFunc(time.Minute, func() { b.set(0, false) })
		end, err = n.begin(t.Context(), false)
		if waited := time.Since(started); err != nil || waited != time.Minute {
			t.Errorf("without a limit work began after %v: %v", waited, err)
		}
		end()
		n.charge(time.Hour)
		if _, err := n.begin(t.Context(), false); err != nil || time.Since(started) != time.Minute {
			t.Errorf("without a limit there is a rest: %v", err)
		}
	})
}

func TestWorkStandsBackForSearches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget()
		n := b.lane()
		wait := func() time.Duration {
			t.Helper()
			started := time.Now()
			end, err := n.begin(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}
			end()
			return time.Since(started)
		}
		b.searches.begin()
		b.searches.begin()
		b.searches.end()
		time.AfterFunc(40*time.Millisecond, b.searches.end)
		if got := wait(); got != 40*time.Millisecond {
			t.Errorf("work began %v after a search of 40 ms", got)
		}
		b.searches.begin() // and never ends
		if got := wait(); got != 0 {
			t.Errorf("work that has just stood back waited for %v", got)
		}
		<-time.After(afterYield)
		if got := wait(); got != longestYield {
			t.Errorf("work began %v after an endless search", got)
		}
		b.set(0, false)
		if got := wait(); got != 0 {
			t.Errorf("at full pace work waited for %v", got)
		}
		b.set(0, true)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := n.begin(ctx, false); !errors.Is(err, context.Canceled) {
			t.Errorf("after its context had ended: %v", err)
		}
	})
}
