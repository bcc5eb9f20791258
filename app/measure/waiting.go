package measure

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// debounce is how long a file must be still before it is read; the wait is wanted, so it is taken off.
const debounce = 150 * time.Millisecond

// edits is how many files are changed, at most, to measure latency.
const edits = 25

// latencyResult: from the end of a write to the first search that finds it, in milliseconds.
type latencyResult struct {
	Bench            string  `json:"bench"`
	Edits            int     `json:"edits"`
	P50Ms            float64 `json:"p50Ms"`
	P95Ms            float64 `json:"p95Ms"`
	DebounceMs       float64 `json:"debounceMs"`
	BeyondDebounceMs float64 `json:"beyondDebounceMs"` // P95Ms - DebounceMs
	Limit            float64 `json:"limit"`            // milliseconds beyond the debounce
	Ratio            float64 `json:"ratio"`            // BeyondDebounceMs / Limit
}

// benchLatency edits one file after another in a watched folder that is otherwise idle, and asks until the new word is
// found.
func benchLatency(ctx context.Context, o Options, folder string) (any, error) {
	o.Engine.NoModel = true
	var names []string
	err := eachFile(folder, func(name string, _ fs.FileInfo) error {
		if !strings.HasPrefix(filepath.Base(name), ".") && len(names) < edits {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var times []time.Duration
	err = withSession(ctx, o, dataBeside(folder), folder, func(ctx context.Context, s *session) error {
		for i, name := range names {
			took, err := s.timeEdit(ctx, name, fmt.Sprintf("latencyprobe%06d", i*7919))
			if err != nil {
				return err
			}
			times = append(times, took)
			o.say("edit %d: %v", i+1, took)
		}
		return nil
	})
	p95 := percentile(times, 0.95)
	r := latencyResult{Bench: "latency", Edits: len(times), P50Ms: milliseconds(percentile(times, 0.50)), P95Ms: milliseconds(p95),
		DebounceMs: milliseconds(debounce), BeyondDebounceMs: milliseconds(p95 - debounce), Limit: 100}
	r.Ratio = rounded(r.BeyondDebounceMs / r.Limit)
	return r, err
}

func (s *session) timeEdit(ctx context.Context, name, word string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := os.WriteFile(name, []byte("A line with the word "+word+" in it.\n"), 0o600); err != nil {
		return 0, err
	}
	started := time.Now()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for {
		found, err := s.Search(ctx, searchOf(word))
		switch {
		case ctx.Err() != nil:
			return 0, catalog.Errorf(catalog.Unavailable, "An edit of %s was not searchable after 30 s.", name)
		case err != nil:
			return 0, err
		case len(found.Hits) > 0:
			return time.Since(started), nil
		}
		select {
		case <-ctx.Done():
		case <-look.C:
		}
	}
}

// idleResult: the share of one processor that the engine and its children use while nothing happens.
type idleResult struct {
	Bench   string  `json:"bench"`
	Files   int     `json:"files"`
	Seconds float64 `json:"seconds"`
	Percent float64 `json:"percent"` // of one processor
	Limit   float64 `json:"limit"`
	Ratio   float64 `json:"ratio"` // Percent / Limit
}

const idleFor = 60 * time.Second

// benchIdle indexes, waits until all is done, and then measures a minute of nothing.
func benchIdle(ctx context.Context, o Options, folder string) (any, error) {
	r := idleResult{Bench: "idle", Limit: 0.5}
	err := withSession(ctx, o, dataBeside(folder), folder, func(ctx context.Context, s *session) error {
		status, err := s.Status(ctx)
		if err != nil {
			return err
		}
		r.Files = status.Documents.Total
		before, started := processorTime(), time.Now()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(idleFor):
		}
		took := time.Since(started)
		r.Seconds = rounded(took.Seconds())
		r.Percent = rounded(100 * float64(processorTime()-before) / float64(took))
		r.Ratio = rounded(r.Percent / r.Limit)
		return nil
	})
	return r, err
}
