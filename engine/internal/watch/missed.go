package watch

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// suspects are changes that a scan found while the system was to tell of every change. One of which a notification still
// arrives was only on its way; the others were missed.
type suspects struct {
	changes map[string]string // path -> added, changed, gone
	due     time.Time         // every notification of before the scan has been looked at by then
	marked  map[string]bool   // what had been told when the scan began
	trusted bool              // the scan under way was to find nothing else
}

// mostSuspects bounds what an overflow of the system's queue may leave to be counted.
const mostSuspects = 100_000

const (
	changeAdded   = "added"
	changeChanged = "changed"
	changeGone    = "gone"
)

// suspect notes a change that the scan under way came upon.
func (f *folder) suspect(rel, change string) {
	if _, known := f.unsettled[rel]; !f.suspects.trusted || known || len(f.suspects.changes) >= mostSuspects || beneathAny(rel, f.suspects.marked) {
		return
	}
	if f.suspects.changes == nil {
		f.suspects.changes = map[string]string{}
	}
	f.suspects.changes[rel] = change
}

// begin prepares for a scan. It is trusted to find nothing but what has been told when notifications of the whole folder
// have worked since the last one, or were lost meanwhile.
func (s *suspects) begin(trusted bool, marked map[string]bool) {
	s.trusted, s.marked = trusted, marked
}

// end is called when the scan is over; the verdict waits for what is still on its way.
func (s *suspects) end(due time.Time) { s.trusted, s.marked, s.due = false, nil, due }

// absolve drops the suspects of which a notification has arrived, and all of them when rules have changed.
func absolve[V any](s *suspects, marked map[string]V) {
	if tellsOfRules(marked) {
		s.changes = nil
	}
	for rel := range s.changes {
		if beneathAny(rel, marked) {
			delete(s.changes, rel)
		}
	}
}

func tellsOfRules[V any](marked map[string]V) bool {
	for rel := range marked {
		if isRuleFile(baseOf(rel)) {
			return true
		}
	}
	return false
}

// convict hands on the changes of which no notification has come.
func (f *folder) convict(ctx context.Context) error {
	if len(f.suspects.changes) == 0 || f.clock().Before(f.suspects.due) {
		return nil
	}
	r := f.told.report
	for rel, change := range f.suspects.changes {
		if captured, _ := f.known.has(catalog.FileStat{Path: rel}); change == changeGone && captured {
			continue // it came back, or the person is asked
		}
		r.Missed = append(r.Missed, catalog.MissedEvent{Path: rel, Change: change, FoundAt: f.Now().UTC()})
	}
	f.suspects.changes = nil
	if len(r.Missed) == 0 {
		return nil
	}
	slices.SortFunc(r.Missed, func(a, b catalog.MissedEvent) int { return strings.Compare(a.Path, b.Path) })
	f.Logger.Warn("a scan found changes of which the system had not told", "folder", f.spec.ID, "count", len(r.Missed))
	return f.hand(ctx, r)
}

// paths are the keys of what notifications named, and of what more is given.
func paths[V any](named map[string]V, more ...map[string]bool) map[string]bool {
	all := make(map[string]bool, len(named))
	for rel := range named {
		all[rel] = true
	}
	for _, m := range more {
		for rel := range m {
			all[rel] = true
		}
	}
	return all
}
