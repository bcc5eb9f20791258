package measure

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// paceResult: the processor that each pace uses while there is more to do than it gets done, and what it gets done.
type paceResult struct {
	Bench  string  `json:"bench"`
	Gentle paceRun `json:"gentle"`
	Normal paceRun `json:"normal"`
	Full   paceRun `json:"full"`
	Limit  float64 `json:"limit"` // cores, of the gentle pace
	Ratio  float64 `json:"ratio"` // Gentle.Cores / Limit
}

type paceRun struct {
	Seconds       float64 `json:"seconds"`
	Cores         float64 `json:"cores"` // used on average, by the engine and its children
	Documents     int     `json:"documents"`
	Passages      int     `json:"passages"`           // with a vector; 0 without a model
	DocsPerSecond float64 `json:"documentsPerSecond"` // while there were documents to read
}

const (
	paceFiles = 12_000
	paceFor   = 30 * time.Second
)

// benchPace lets each pace work for half a minute on the same files.
func benchPace(ctx context.Context, o Options, folder string) (any, error) {
	if err := newGenerator(folder, 4).small(paceFiles); err != nil {
		return nil, err
	}
	r := paceResult{Bench: "pace", Limit: 0.5}
	for _, p := range []struct {
		pace catalog.Pace
		into *paceRun
	}{{catalog.PaceGentle, &r.Gentle}, {catalog.PaceNormal, &r.Normal}, {catalog.PaceFull, &r.Full}} {
		var err error
		if *p.into, err = o.timePace(ctx, folder, p.pace); err != nil {
			return nil, err
		}
		o.say("%s: %v cores, %v documents a second", p.pace, p.into.Cores, p.into.DocsPerSecond)
	}
	r.Ratio = rounded(r.Gentle.Cores / r.Limit)
	return r, nil
}

func (o Options) timePace(ctx context.Context, folder string, pace catalog.Pace) (r paceRun, err error) {
	o.Engine.Pace = pace
	ctx, s, err := open(ctx, o.Engine, dataBeside(folder)+"-"+string(pace))
	if err != nil {
		return r, err
	}
	before, started := processorTime(), time.Now()
	if _, _, err := s.AddFolder(ctx, engine.FolderSpec{Path: folder, Consent: true}); err != nil {
		return r, closing(s, err)
	}
	var st catalog.Status
	read, reading := time.Second, true
	_, err = s.await(ctx, started, time.Second, func() (bool, error) {
		st, err = s.Status(ctx)
		if reading = reading && (st.Documents.Pending > 0 || st.Documents.Total < paceFiles); reading {
			read = time.Since(started)
		}
		return time.Since(started) > paceFor || st.Documents.Total == paceFiles && st.Idle(), err
	})
	if err != nil {
		return r, closing(s, err)
	}
	took := time.Since(started)
	r = paceRun{Seconds: rounded(took.Seconds()), Cores: rounded(float64(processorTime()-before) / float64(took)),
		Documents: st.Documents.Total - st.Documents.Pending, Passages: st.Vectors.Ready}
	r.DocsPerSecond = rate(r.Documents, read)
	return r, s.close()
}
