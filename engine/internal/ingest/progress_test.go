package ingest

import (
	"testing"
	"time"
)

// TestEstimateIsHonest checks that no number is given before there is something to say, and that it follows the rate.
func TestEstimateIsHonest(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	p := progress{now: func() time.Time { return now }}
	if r := p.report(10); r.Phase != "idle" || r.SecondsLeft != nil {
		t.Errorf("before any work: %+v", r)
	}
	p.begin("reading", "a.txt")
	p.finish(5)
	now = now.Add(time.Second)
	if r := p.report(95); r.SecondsLeft != nil || r.Done != 5 || r.Total != 100 || r.Current != "a.txt" {
		t.Errorf("after a second: %+v", r)
	}
	for range 9 {
		p.finish(5)
		now = now.Add(time.Second)
	}
	r := p.report(50)
	if r.SecondsLeft == nil || *r.SecondsLeft < 9 || *r.SecondsLeft > 11 || r.Done != 50 {
		t.Errorf("at five a second with fifty left: %+v", r)
	}
	p.end("reading")
	if r := p.report(0); r.Phase != "idle" || r.Done != 0 {
		t.Errorf("afterwards: %+v", r)
	}
}
