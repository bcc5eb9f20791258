package measure

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine"
)

// estimateResult: how far the time left that was told while a folder was read was from what was left to come, as a share
// of that. Files are read by the time of their last change and of one month by size, so both are measured: changed all
// through two years, and changed in one month.
type estimateResult struct {
	Bench  string      `json:"bench"`
	Files  int         `json:"files"`
	Spread estimateRun `json:"spread"`
	Month  estimateRun `json:"month"`
	Limit  float64     `json:"limit"` // of both median errors
	Ratio  float64     `json:"ratio"` // the greater median error / Limit
}

type estimateRun struct {
	Seconds      float64 `json:"seconds"`      // that reading took
	FirstSeconds float64 `json:"firstSeconds"` // after which the first estimate was told
	Estimates    int     `json:"estimates"`    // until two seconds before the end
	MedianError  float64 `json:"medianError"`  // relative
	P90Error     float64 `json:"p90Error"`     // relative
	RateError    float64 `json:"rateError"`    // median, of the documents left divided by their rate of the last half minute
}

const mixedFiles = 8000

// estimated is one estimate: when it was told and what it said.
type estimated struct{ at, left, byRate float64 }

// benchEstimate reads files of many kinds and sizes and compares what status told with what happened.
func benchEstimate(ctx context.Context, o Options, folder string) (any, error) {
	o.Engine.NoModel = true
	r := estimateResult{Bench: "estimate", Files: mixedFiles, Limit: 0.35}
	for _, run := range []struct {
		name   string
		months int
		into   *estimateRun
	}{{"spread", 24, &r.Spread}, {"month", 0, &r.Month}} {
		files := filepath.Join(folder, run.name)
		if err := newGenerator(files, 3).mixed(mixedFiles, run.months); err != nil {
			return nil, err
		}
		var err error
		if *run.into, err = o.estimate(ctx, files); err != nil {
			return nil, err
		}
	}
	r.Ratio = rounded(max(r.Spread.MedianError, r.Month.MedianError) / r.Limit)
	return r, nil
}

func (o Options) estimate(ctx context.Context, folder string) (r estimateRun, err error) {
	ctx, s, err := open(ctx, o.Engine, dataBeside(folder))
	if err != nil {
		return r, err
	}
	started := time.Now()
	if _, _, err := s.AddFolder(ctx, engine.FolderSpec{Path: folder, Consent: true}); err != nil {
		return r, closing(s, err)
	}
	told, err := s.estimates(ctx, started)
	if err != nil {
		return r, closing(s, err)
	}
	r.Seconds = rounded(time.Since(started).Seconds())
	r.rate(told)
	return r, s.close()
}

// estimates notes what status tells until everything has been read.
func (s *session) estimates(ctx context.Context, started time.Time) (told []estimated, err error) {
	_, err = s.await(ctx, started, 250*time.Millisecond, func() (bool, error) {
		st, err := s.Status(ctx)
		if err != nil {
			return false, err
		}
		if p := st.Progress; p.Phase == "reading" && p.SecondsLeft != nil && p.RatePerSec > 0 {
			told = append(told, estimated{time.Since(started).Seconds(), *p.SecondsLeft, float64(st.Documents.Pending) / p.RatePerSec})
		}
		return st.Documents.Pending == 0 && st.Documents.Total == mixedFiles, nil
	})
	return told, err
}

func (r *estimateRun) rate(told []estimated) {
	var errors, byRate []float64
	for _, e := range told {
		truth := r.Seconds - e.at
		if truth < 2 {
			continue
		}
		errors = append(errors, math.Abs(e.left-truth)/truth)
		byRate = append(byRate, math.Abs(e.byRate-truth)/truth)
	}
	if r.Estimates = len(errors); r.Estimates == 0 {
		return
	}
	slices.Sort(errors)
	slices.Sort(byRate)
	r.FirstSeconds = rounded(told[0].at)
	r.MedianError, r.P90Error, r.RateError = rounded(errors[len(errors)/2]), rounded(errors[len(errors)*9/10]), rounded(byRate[len(byRate)/2])
}
