package ingest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestEstimateIsHonest checks that no number is given before there is something to say, and that it follows the rate.
func TestEstimateIsHonest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newProgress()
		if r := p.report(10, nil); r.Phase != "idle" || r.SecondsLeft != nil {
			t.Errorf("before any work: %+v", r)
		}
		p.begin("embedding", "a.txt")
		p.embedded(5)
		<-time.After(time.Second)
		if r := p.report(95, nil); r.SecondsLeft != nil || r.Done != 5 || r.Total != 100 || r.Current != "a.txt" {
			t.Errorf("after a second: %+v", r)
		}
		for range 9 {
			p.embedded(5)
			<-time.After(time.Second)
		}
		r := p.report(50, nil)
		if r.SecondsLeft == nil || *r.SecondsLeft < 9 || *r.SecondsLeft > 11 || r.Done != 50 {
			t.Errorf("at five a second with fifty left: %+v", r)
		}
		p.rest() // paused for an hour
		<-time.After(time.Hour)
		if r := p.report(50, nil); r.SecondsLeft != nil {
			t.Errorf("after a pause: %+v", r)
		}
		p.end("embedding")
		if r := p.report(0, nil); r.Phase != "idle" || r.Done != 0 {
			t.Errorf("afterwards: %+v", r)
		}
	})
}

// document is one that a simulation reads, and what that takes.
type simulated struct {
	format  string
	bytes   int64
	seconds float64
}

// shelf is a folder as people have it: many small texts, fewer and larger documents, some films. What reading one takes
// differs from its kind's mean by a factor of up to three either way.
func shelf(random *rand.Rand, n int) []simulated {
	list := make([]simulated, n)
	for i := range list {
		size := math.Exp(random.NormFloat64()*1.8) * 6e3
		d := simulated{format: "text/plain"}
		cost := func(bytes float64) float64 { return 0.0004 + bytes*1.2e-7 }
		switch x := random.Float64(); {
		case x > 0.98:
			d.format, size = "video/mp4", size*20_000
			cost = func(bytes float64) float64 { return 0.0004 + bytes*2e-9 }
		case x > 0.7:
			d.format, size = "application/pdf", size*40
			cost = func(bytes float64) float64 { return 0.004 + bytes*2.5e-7 }
		}
		d.bytes = int64(size)
		d.seconds = cost(size) * math.Exp((random.Float64()*2-1)*math.Log(3))
		list[i] = d
	}
	return list
}

// errorsOf reads the documents in the order given and returns how far each estimate was from what was left to come, as a
// share of that, from the first one on until two seconds before the end.
func errorsOf(list []simulated) (found []float64) {
	var total float64
	formats := map[string]*catalog.Waiting{}
	for _, d := range list {
		total += d.seconds
		if formats[d.format] == nil {
			formats[d.format] = &catalog.Waiting{Format: d.format}
		}
		formats[d.format].Documents++
		formats[d.format].Bytes += d.bytes
	}
	p := newProgress()
	p.begin("reading", "")
	began, looked := time.Now(), time.Now()
	for i, d := range list {
		<-time.After(time.Duration(d.seconds * float64(time.Second)))
		formats[d.format].Documents--
		formats[d.format].Bytes -= d.bytes
		p.begin("reading", "")
		p.read(workOf(catalog.Content{FileFormat: d.format, Size: d.bytes}))
		truth := total - time.Since(began).Seconds()
		if time.Since(looked) < time.Second || truth < 2 {
			continue
		}
		looked = time.Now()
		var waiting []catalog.Waiting
		for _, w := range formats {
			waiting = append(waiting, *w)
		}
		if r := p.report(len(list)-i-1, waiting); r.SecondsLeft != nil {
			found = append(found, math.Abs(*r.SecondsLeft-truth)/truth)
		}
	}
	slices.Sort(found)
	return found
}

// TestEstimateOnMixedSizes simulates reading many documents of mixed kinds and sizes, in the order in which they are read.
func TestEstimateOnMixedSizes(t *testing.T) {
	t.Parallel()
	var all []float64
	for seed := range uint64(5) {
		for _, periods := range []int{1, 6, 40} {
			synctest.Test(t, func(t *testing.T) {
				list := shelf(rand.New(rand.NewPCG(seed, 1)), 6000)
				part := len(list)/periods + 1
				for at := 0; at < len(list); at += part { // in every period the small ones first
					slices.SortFunc(list[at:min(at+part, len(list))], func(a, b simulated) int { return int(a.bytes - b.bytes) })
				}
				found := errorsOf(list)
				median, ninth := found[len(found)/2], found[len(found)*9/10]
				t.Logf("seed %d, %d periods: %d estimates, relative error median %.2f, 90 %% below %.2f", seed, periods, len(found), median, ninth)
				if median > 0.5 || ninth > 1 {
					t.Errorf("seed %d, %d periods: the median estimate is off by %.2f, and one in ten by %.2f", seed, periods, median, ninth)
				}
				all = append(all, found...)
			})
		}
	}
	slices.Sort(all)
	median, ninth := all[len(all)/2], all[len(all)*9/10]
	t.Logf("relative error median %.2f, 90 %% below %.2f, over %d estimates", median, ninth, len(all))
	if median > 0.25 {
		t.Errorf("the median estimate is off by %.2f", median)
	}
}
