package watch

import (
	"context"
	"hash/maphash"
	"maps"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// listedSkips is how many names that are no documents one folder lists; all are counted.
const listedSkips = 50_000

// survey gathers what a scan of a whole folder comes upon beside its documents.
type survey struct {
	by   map[catalog.Skip]int
	list []catalog.Skipped
	seed maphash.Seed
	sum  uint64 // of what is listed, in whatever order it was found
}

func newSurvey(seed maphash.Seed) *survey { return &survey{by: map[catalog.Skip]int{}, seed: seed} }

func (s *survey) skip(k catalog.Skipped) {
	s.by[k.Reason]++
	if len(s.list) < listedSkips {
		s.list = append(s.list, k)
		s.sum += maphash.Comparable(s.seed, k)
	}
}

// skipped is how many there are.
func (s *survey) skipped() (n int) {
	for _, of := range s.by {
		n += of
	}
	return n
}

// told is what the Handler knows of the last survey.
type told struct {
	report catalog.ScanReport // without its lists
	sum    uint64
	listed bool
}

// report hands on what a full scan found. The list goes along only when it is another than before.
func (f *folder) report(ctx context.Context, s *survey) error {
	for rel, err := range f.unread {
		s.skip(catalog.Skipped{Path: rel, Reason: catalog.SkipUnreadable, Detail: unreadWhy(err)})
	}
	cloud := s.by[catalog.SkipCloud] // counted among what was found, too
	r := catalog.ScanReport{Seen: f.state.Found - cloud + s.skipped(), SkippedBy: s.by}
	if f.polls() {
		r.PollAfter = f.pollAfter()
	}
	if !f.told.listed || f.told.sum != s.sum {
		r.Skipped = append([]catalog.Skipped{}, s.list...)
	} else if same(r, f.told.report) {
		return nil
	}
	if err := f.hand(ctx, r); err != nil {
		return err
	}
	f.told.sum, f.told.listed = s.sum, true
	return nil
}

// hand gives the Handler a report and remembers it without its lists.
func (f *folder) hand(ctx context.Context, r catalog.ScanReport) error {
	err := f.retry(ctx, "recording a scan", func() error { return f.Handler.Scanned(ctx, f.spec.ID, r) })
	if err == nil {
		r.Skipped, r.Missed = nil, nil
		f.told.report = r
	}
	return err
}

func same(a, b catalog.ScanReport) bool {
	return a.Seen == b.Seen && a.PollAfter == b.PollAfter && maps.Equal(a.SkippedBy, b.SkippedBy)
}

func unreadWhy(err error) string {
	if isForbidden(err) {
		return "no permission"
	}
	return "an error of the disk"
}
