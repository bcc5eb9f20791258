package ingest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestGateLetsPassAfterAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		g.close()
		started := time.Now()
		if err := g.passWithin(t.Context(), time.Minute); err != nil || time.Since(started) != time.Minute {
			t.Errorf("passed after %v: %v", time.Since(started), err)
		}
		time.AfterFunc(time.Second, g.open)
		if err := g.passWithin(t.Context(), time.Minute); err != nil || time.Since(started) != time.Minute+time.Second {
			t.Errorf("passed after %v: %v", time.Since(started), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := g.passWithin(ctx, time.Minute); !errors.Is(err, context.Canceled) {
			t.Errorf("after its context had ended: %v", err)
		}
	})
}

// TestWhatTakesLongStandsAside while files are being taken in, but not for ever.
func TestWhatTakesLongStandsAside(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &reading{Line: New(Options{Changed: func(string, string) {}, Now: time.Now, Aside: 30 * time.Second})}
		waiting := func(name, format string, size int64) catalog.Pending {
			return catalog.Pending{Content: catalog.Content{FileName: name, FileFormat: format, Size: size}}
		}
		list := []catalog.Pending{waiting("a.txt", "text/plain", 10), waiting("b.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 10), waiting("c.mp4", "video/mp4", 1<<30)}
		begun := func() (names string, aside bool) {
			t.Helper()
			aside, err := r.startAll(t.Context(), list, func(p catalog.Pending, end func()) { names += p.Content.FileName + " "; end() })
			if err != nil {
				t.Fatal(err)
			}
			return names, aside
		}
		r.capturing.Add(1)
		if names, aside := begun(); names != "a.txt " || !aside {
			t.Errorf("while files are taken in %q are begun, aside %v", names, aside)
		}
		<-time.After(31 * time.Second)
		if names, aside := begun(); names != "a.txt b.docx c.mp4 " || aside {
			t.Errorf("after half a minute %q are begun, aside %v", names, aside)
		}
		r.capturing.Add(-1)
		r.taken.Store(true)
		if names, aside := begun(); names != "a.txt " || aside {
			t.Errorf("with more to look at %q are begun, aside %v", names, aside)
		}
		r.taken.Store(false)
		list[1].Interactive = true
		r.urgent.Store(true)
		if names, _ := begun(); names != "" {
			t.Errorf("with something urgent %q are begun", names)
		}
	})
}

// TestColdReader: one PDF makes the reader ready, the others are kept until it is.
func TestColdReader(t *testing.T) {
	t.Parallel()
	c := newCold(false)
	text, first, second := catalog.Pending{}, catalog.Pending{}, catalog.Pending{}
	first.Content.FileFormat, second.Content.FileFormat = pdf, pdf
	if c.keeps(text) || c.takes(text) || c.keeps(first) || !c.takes(first) {
		t.Error("the first is not sent, or a text is")
	}
	if !c.keeps(second) || c.takes(second) || c.keeps(text) {
		t.Error("the second is not kept")
	}
	if kept := c.end(); len(kept) != 1 || len(c.end()) != 0 || c.keeps(second) || c.takes(second) {
		t.Errorf("afterwards %d were kept", len(kept))
	}
	if warm := newCold(true); warm.keeps(first) || warm.takes(first) {
		t.Error("a reader that is ready is waited for")
	}
}
