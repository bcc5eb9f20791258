package measure

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	goodFiles  = 20_000
	medianMost = 1.2 // times as long as without poison may the median good file take,
	lastMost   = 2   // and the last good one,
	lastBeyond = 60  // and so many seconds more
)

// poisonResult: when good files become searchable with and without poison among them, in seconds from the moment at which
// the folder is added.
type poisonResult struct {
	Bench       string    `json:"bench"`
	Files       int       `json:"files"`
	Poison      int       `json:"poison"`
	Alone       poisonRun `json:"alone"`
	Poisoned    poisonRun `json:"poisoned"`
	MedianRatio float64   `json:"medianRatio"` // of the median good file, poisoned to alone
	MedianLimit float64   `json:"medianLimit"`
	LastRatio   float64   `json:"lastRatio"` // of the last good file, poisoned to alone
	LastSeconds float64   `json:"lastSeconds"`
	LastLimit   float64   `json:"lastLimit"` // seconds: twice its time alone and a minute
	Held        bool      `json:"held"`      // both limits, and every good file searchable
}

type poisonRun struct {
	MedianSeconds float64                `json:"medianSeconds"`
	LastSeconds   float64                `json:"lastSeconds"`
	AllSeconds    float64                `json:"allSeconds"` // until nothing was pending, poison included
	Searchable    int                    `json:"searchable"` // good files that their own word finds
	Failures      []catalog.FailureGroup `json:"failures"`
}

// benchPoison indexes the same good files twice, the second time with 200 others among them: truncated, random, unpacking to
// hundreds of times their size, of one endless line, or made to keep a reader from coming to an end.
func benchPoison(ctx context.Context, o Options, folder string) (any, error) {
	o.Engine.NoModel = true
	r := poisonResult{Bench: "poison", Files: goodFiles, MedianLimit: medianMost}
	alone, poisoned := filepath.Join(folder, "alone"), filepath.Join(folder, "poisoned")
	for _, dir := range []string{alone, poisoned} {
		if err := newGenerator(dir, 1).small(goodFiles); err != nil {
			return nil, err
		}
	}
	var err error
	if r.Poison, err = newGenerator(poisoned, 2).poison(); err != nil {
		return nil, err
	}
	if r.Alone, err = o.timeGood(ctx, alone, 0); err != nil {
		return nil, err
	}
	o.say("alone: the median after %v s, the last after %v s", r.Alone.MedianSeconds, r.Alone.LastSeconds)
	if r.Poisoned, err = o.timeGood(ctx, poisoned, r.Poison); err != nil {
		return nil, err
	}
	r.MedianRatio = rounded(r.Poisoned.MedianSeconds / r.Alone.MedianSeconds)
	r.LastRatio, r.LastSeconds = rounded(r.Poisoned.LastSeconds/r.Alone.LastSeconds), r.Poisoned.LastSeconds
	r.LastLimit = rounded(lastMost*r.Alone.LastSeconds + lastBeyond)
	r.Held = r.MedianRatio <= medianMost && r.LastSeconds <= r.LastLimit && r.Poisoned.Searchable == goodFiles && r.Alone.Searchable == goodFiles
	return r, nil
}

// timeGood watches a folder and notes when half of the good files and when all of them are searchable. Of what is read
// among them poison counts for the median as if it had come first, which makes that time too long if anything.
func (o Options) timeGood(ctx context.Context, folder string, poison int) (r poisonRun, err error) {
	data := dataBeside(folder)
	defer os.RemoveAll(data)
	ctx, s, err := open(ctx, o.Engine, data)
	if err != nil {
		return r, err
	}
	started := time.Now()
	if _, _, err := s.AddFolder(ctx, engine.FolderSpec{Path: folder, Consent: true}); err != nil {
		return r, closing(s, err)
	}
	if r.MedianSeconds, err = s.awaitRead(ctx, started, goodFiles/2+poison); err != nil {
		return r, closing(s, err)
	}
	if r.LastSeconds, err = s.awaitGood(ctx, started); err != nil {
		return r, closing(s, err)
	}
	if err := s.Wait(ctx); err != nil {
		return r, closing(s, err)
	}
	r.AllSeconds = rounded(time.Since(started).Seconds())
	if r.Failures, err = s.FailureGroups(ctx); err != nil {
		return r, closing(s, err)
	}
	if r.Searchable, err = s.countFound(ctx); err != nil {
		return r, closing(s, err)
	}
	return r, s.close()
}

// awaitRead waits until so many documents have been read, and returns after how many seconds.
func (s *session) awaitRead(ctx context.Context, started time.Time, n int) (float64, error) {
	return s.await(ctx, started, 20*time.Millisecond, func() (bool, error) {
		st, err := s.Status(ctx)
		return st.Documents.Total-st.Documents.Pending-st.Documents.Failed >= n, err
	})
}

// awaitGood waits until every good file has been read.
func (s *session) awaitGood(ctx context.Context, started time.Time) (float64, error) {
	if _, err := s.awaitRead(ctx, started, goodFiles); err != nil {
		return 0, err
	}
	return s.await(ctx, started, 100*time.Millisecond, func() (bool, error) {
		_, total, err := s.Contents(ctx, engine.ContentQuery{Name: "good-", Status: catalog.StatusProcessed, Limit: 1})
		return total == goodFiles, err
	})
}

func (s *session) await(ctx context.Context, started time.Time, every time.Duration, holds func() (bool, error)) (float64, error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		held, err := holds()
		if err != nil || held {
			return rounded(time.Since(started).Seconds()), err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// countFound asks for the word that each good file has alone.
func (s *session) countFound(ctx context.Context) (int, error) {
	var found atomic.Int64
	err := inParallel(ctx, goodFiles, func(ctx context.Context, i int) error {
		r, err := s.Search(ctx, searchOf(wordOf(i)))
		if err == nil && r.Total == 1 {
			found.Add(1)
		}
		return err
	})
	return int(found.Load()), err
}
