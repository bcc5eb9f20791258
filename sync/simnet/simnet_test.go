package simnet

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sheafdocs/sheaf/sync/replica"
)

var trace = flag.Bool("trace", false, "print what happens in TestOne")

// seedsToRun is how many histories TestSeeds plays: SHEAF_SEEDS, or 20,000; ten times as many with SHEAF_SOAK, a tenth
// with -short.
func seedsToRun(t *testing.T, usual uint64) uint64 {
	if text := os.Getenv("SHEAF_SEEDS"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("SHEAF_SEEDS is %q", text)
		}
		return n
	}
	switch {
	case os.Getenv("SHEAF_SOAK") != "":
		return usual * 10
	case testing.Short():
		return usual / 10
	}
	return usual
}

// search plays histories on all processors until one fails, and returns its seed and what is wrong.
func search(first, n uint64, options Options) (seed uint64, played uint64, err error) {
	var next, done atomic.Uint64
	var mu sync.Mutex
	var wait sync.WaitGroup
	next.Store(first)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for {
				s := next.Add(1) - 1
				mu.Lock()
				stop := err != nil
				mu.Unlock()
				if stop || s >= first+n {
					return
				}
				done.Add(1)
				if e := Run(s, options); e != nil {
					mu.Lock()
					if err == nil || s < seed {
						seed, err = s, e
					}
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	return seed, done.Load(), err
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	if seed, _, err := search(1, seedsToRun(t, 20_000), Options{}); err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
}

// TestSeedsThatFailed plays histories that have shown something wrong once.
func TestSeedsThatFailed(t *testing.T) {
	t.Parallel()
	for seed, what := range map[uint64]string{
		28:   "a copy whose context had shrunk never became clean",
		65:   "the same bytes, written again by a copy, were taken for bytes that came back",
		97:   "digests of two histories were compared",
		141:  "a second program on one store was taken for a copy",
		244:  "stamps were ahead again because another item had moved the clock",
		1216: "an item that could not travel was taken for a difference",
		1507: "the hub was put back to between two heads of one run of pages",
		1580: "what was done to an item that is stuck was taken for something that came back",
		2009: "bytes on a device that does not have their item were expected to travel",
		2223: "a copy took a push that had never arrived for something that both knew",
		445:  "stamps were ahead again because another item had moved the clock",
	} {
		if err := Run(seed, Options{}); err != nil {
			t.Errorf("seed %d (%s): %v", seed, what, err)
		}
	}
}

// TestOne plays one history, with -trace step by step: SHEAF_SEED.
func TestOne(t *testing.T) {
	text := os.Getenv("SHEAF_SEED")
	if text == "" {
		t.Skip("SHEAF_SEED names no seed")
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	options := Options{}
	if n, err := strconv.ParseUint(os.Getenv("SHEAF_WITHOUT"), 10, 32); err == nil {
		options.Rules.Without = replica.Rule(n)
	}
	if *trace {
		options.Trace = t.Logf
	}
	if err := Run(seed, options); err != nil {
		t.Fatal(err)
	}
}
