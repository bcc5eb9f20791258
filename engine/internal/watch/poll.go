package watch

import (
	"path/filepath"
	"time"
)

// Where the system tells of no changes, scans look for them: the more often the more they find.
const (
	soonest   = 10 // the shortest time between scans is PollInterval divided by this
	rarest    = 6  // the longest is PollInterval times this
	scanShare = 50 // a scan that takes long is not made anew before that many times its duration
)

// remote is the kind of file system, at the root or within the folder, on which notifications cannot be trusted.
func (f *folder) remote() string {
	if kind := f.kindOf(f.spec.Path); kind != "" {
		return kind
	}
	return f.mounted
}

// polls reports whether scans have to find what notifications do not tell.
func (f *folder) polls() bool { return f.notes == nil || f.notes.blind() || f.remote() != "" }

// pollAfter is the time between full scans.
func (f *folder) pollAfter() time.Duration {
	if f.polls() {
		return f.poll
	}
	return f.ScanInterval
}

// adapt chooses the time until the next scan after one that took so long: half of it when there were changes, half as
// much again when there were none.
func (f *folder) adapt(took time.Duration) {
	switch {
	case f.poll == 0:
		f.poll = f.PollInterval
	case f.moved:
		f.poll = max(f.poll/2, f.PollInterval/soonest)
	default:
		f.poll = min(f.poll+f.poll/2, f.PollInterval*rarest)
	}
	f.poll = max(f.poll, scanShare*took)
}

// kindAt is the kind of file system of a directory of the folder.
func (f *folder) kindAt(dir string) string {
	return f.kindOf(filepath.Join(f.spec.Path, filepath.FromSlash(dir)))
}
