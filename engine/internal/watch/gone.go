package watch

import (
	"context"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Over both bounds at once, a disappearance is taken for an accident until a person says otherwise.
const (
	bulkFiles   = 50
	bulkPercent = 20
	bulkWindow  = time.Minute // disappearances within it count together
)

// missing notes that a captured file was not where it should be. It is gone when a second look agrees.
func (f *folder) missing(rel string) {
	if captured, _ := f.known.has(catalog.FileStat{Path: rel}); !captured || f.kept[rel] {
		return
	}
	if _, noted := f.gone[rel]; noted {
		return
	}
	if len(f.gone) == 0 {
		f.firstGone = f.clock()
	}
	f.gone[rel] = f.clock().Add(f.ConfirmAfter)
	f.known.doubt(rel)
}

// miss finds the captured files that a full scan did not come upon. It reads Known again, after the scan's files were
// taken in: a renamed file is known under its new name by then.
func (f *folder) miss(ctx context.Context, mounts map[string]bool) error {
	before := f.gone
	f.gone, f.excluded = map[string]time.Time{}, 0
	if f.known.unfound == 0 {
		f.kept, f.lostMounts, f.asking = map[string]bool{}, nil, false
		return nil
	}
	var absent []string
	err := f.retry(ctx, "reading what was captured", func() error {
		absent = absent[:0]
		return f.Known.Files(ctx, f.spec.ID, func(file catalog.File) error {
			if !f.known.found(file.Path) {
				absent = append(absent, file.Path)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	f.known.keepOnly(absent)
	kept, lost := map[string]bool{}, map[string]bool{}
	checked := map[string]error{}
	for _, rel := range absent {
		if f.kept[rel] {
			kept[rel] = true
			continue
		}
		if mount := topmost(rel, mounts); mount != "" && !f.mounts[mount] {
			lost[mount] = true
			continue
		}
		switch a := f.absence(rel, checked); a {
		case present:
			if s, err := f.lstatBeneath(rel, checked); err == nil {
				f.unsettled[rel] = &unsettled{stat: s.FileStat, look: f.clock().Add(f.Debounce), delay: f.Debounce}
			}
		case vanished, excluded:
			if a == excluded {
				f.excluded++
			}
			if at, noted := before[rel]; noted {
				f.gone[rel] = at
			} else {
				f.missing(rel)
				f.moved = true
			}
			if a == vanished {
				f.suspect(rel, changeGone)
			}
		}
	}
	f.kept = kept
	f.lostMounts = lost
	if f.asking && len(f.gone) == 0 {
		f.asking = false
	}
	return nil
}

// topmost returns the highest directory above rel that is in the set, or "".
func topmost(rel string, set map[string]bool) (top string) {
	if len(set) == 0 {
		return ""
	}
	for dir := parentOf(rel); dir != ""; dir = parentOf(dir) {
		if set[dir] {
			top = dir
		}
	}
	return top
}

type absence int

const (
	unsure   absence = iota // could not be looked at: nothing is concluded
	present                 // it is there after all
	vanished                // no file has that name
	excluded                // it is there, but a rule leaves it out
)

// absence looks for a captured file that was not found.
func (f *folder) absence(rel string, checked map[string]error) absence {
	if f.beneathUnread(rel, checked) {
		return unsure
	}
	s, err := f.lstatBeneath(rel, checked)
	switch {
	case isAbsent(err):
		return vanished
	case err != nil || s.cloud:
		return unsure
	case !s.mode.IsRegular():
		return vanished
	case f.excludes(rel) || s.hidden:
		return excluded
	case !isListed(f.spec.Path, rel):
		return vanished
	}
	return present
}

// beneathUnread reports whether rel or a directory above it could not be read, and still is there.
func (f *folder) beneathUnread(rel string, checked map[string]error) bool {
	for at := rel; len(f.unread) > 0; at = parentOf(at) {
		if _, failed := f.unread[at]; failed {
			if _, err := f.lstatBeneath(at, checked); at == "" || !isAbsent(err) {
				return true
			}
			delete(f.unread, at)
		}
		if at == "" {
			break
		}
	}
	return false
}

// excludes reports whether a rule leaves out rel or a directory above it.
func (f *folder) excludes(rel string) bool {
	above, listed := f.dirs[parentOf(rel)]
	if listed {
		return above.excludes(rel, false)
	}
	dir := parentOf(rel)
	for dir != "" { // the topmost directory that was not listed was left out, or has appeared just now
		if above, listed := f.dirs[parentOf(dir)]; listed {
			return above.excludes(dir, true) || isCacheDir(f.spec.Path, dir)
		}
		dir = parentOf(dir)
	}
	return false
}

// goneDue is when the missing files are to be looked for again: all together, once no more have gone missing for a
// while, so that a great disappearance is seen as one.
func (f *folder) goneDue() (at time.Time, any bool) {
	if len(f.gone) == 0 || f.asking {
		return time.Time{}, false
	}
	for _, t := range f.gone {
		if t.After(at) {
			at = t
		}
	}
	if limit := f.firstGone.Add(4 * f.ConfirmAfter); limit.Before(at) {
		at = limit
	}
	return at, true
}

// confirmGone takes the second look and hands on what has gone, unless it is so much that a person must be asked.
func (f *folder) confirmGone(ctx context.Context) error {
	if f.asking && len(f.gone) != f.state.AwaitGone { // some came back, or more have gone
		f.asking = len(f.gone) > 0
		f.judge()
		return f.sendState(ctx)
	}
	at, any := f.goneDue()
	if !any || f.clock().Before(at) {
		return nil
	}
	if there, err := f.lookAtRoot(ctx); !there || err != nil {
		return err
	}
	gone, ignored, err := f.secondLook(ctx)
	if err != nil || len(gone)+len(ignored) == 0 {
		return err
	}
	if len(gone) >= len(f.known.files) && len(ignored) == 0 {
		if f.scanned.Before(f.firstGone) { // nothing left: a scan tells an empty folder from a moved one
			f.rescan = true
			return nil
		}
	}
	if f.recent.tooMany(f.clock(), len(gone)+len(ignored), len(f.known.files)) {
		f.asking = true
		f.judge()
		return f.sendState(ctx)
	}
	return f.handGone(ctx, gone, ignored)
}

// secondLook sorts the missing files: those that came back or that were renamed are dropped from f.gone.
func (f *folder) secondLook(ctx context.Context) (gone, ignored []string, err error) {
	checked := map[string]error{}
	for rel := range f.gone {
		switch f.absence(rel, checked) {
		case vanished:
			gone = append(gone, rel)
		case excluded:
			ignored = append(ignored, rel)
		case present:
			delete(f.gone, rel)
			if s, err := f.lstatBeneath(rel, checked); err == nil {
				if err := f.consider(ctx, s.FileStat); err != nil {
					return nil, nil, err
				}
			}
		case unsure:
			delete(f.gone, rel)
		}
	}
	if err := f.flush(ctx, false); err != nil {
		return nil, nil, err
	}
	if len(gone) > bulkFiles || len(f.unsettled) > 0 {
		gone, err = f.stillKnown(ctx, gone)
	}
	slices.Sort(gone)
	slices.Sort(ignored)
	return gone, ignored, err
}

// stillKnown returns those of the missing files that Known still has under that name, and whose new half, if they were
// renamed, is not waiting to become still.
func (f *folder) stillKnown(ctx context.Context, missing []string) ([]string, error) {
	moving := map[uint64]bool{}
	for _, u := range f.unsettled {
		if u.stat.Inode != 0 {
			moving[u.stat.Inode] = true
		}
	}
	want := map[string]bool{}
	for _, rel := range missing {
		want[rel] = true
	}
	var still []string
	var found map[string]bool
	postponed := map[string]bool{}
	err := f.retry(ctx, "reading what was captured", func() error {
		still, found = still[:0], map[string]bool{}
		return f.Known.Files(ctx, f.spec.ID, func(file catalog.File) error {
			switch {
			case !want[file.Path]:
			case moving[file.Inode]:
				postponed[file.Path] = true
			default:
				still = append(still, file.Path)
				found[file.Path] = true
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	for rel := range want {
		switch {
		case postponed[rel]:
			f.gone[rel] = f.clock().Add(f.ConfirmAfter)
		case !found[rel]:
			delete(f.gone, rel)
			f.known.drop(rel)
		}
	}
	return still, nil
}

func (f *folder) handGone(ctx context.Context, gone, ignored []string) error {
	for _, list := range [][]string{gone, ignored} {
		for _, rel := range list {
			delete(f.gone, rel)
		}
	}
	f.recent.add(f.clock(), len(gone)+len(ignored), len(f.known.files))
	for len(gone)+len(ignored) > 0 {
		g, i := min(len(gone), batchSize), min(len(ignored), batchSize)
		if err := f.deliver(ctx, Changes{Gone: gone[:g], Ignored: ignored[:i]}); err != nil {
			return err
		}
		gone, ignored = gone[g:], ignored[i:]
	}
	return nil
}

// departures counts what has gone lately, so that many small disappearances count as the great one they are.
type departures struct {
	since time.Time
	files int
	of    int // how many there were
}

func (d *departures) tooMany(now time.Time, files, of int) bool {
	if now.Sub(d.since) < bulkWindow {
		files, of = files+d.files, max(of, d.of)
	}
	return files > bulkFiles && files*100 > of*bulkPercent
}

func (d *departures) add(now time.Time, files, of int) {
	if now.Sub(d.since) >= bulkWindow {
		*d = departures{since: now, of: of}
	}
	d.files += files
}

// confirm takes the person's answer.
func (f *folder) confirm(ctx context.Context, trash bool) error {
	if !f.asking && !f.empty {
		return catalog.Errorf(catalog.Conflict, "Nothing in this folder waits for your word.")
	}
	if f.empty {
		if there, _, err := f.rootProblem(ctx); !there || err != nil {
			return catalog.WrapError(catalog.Unavailable, "The folder cannot be reached now; nothing was changed.", firstError(err, errStopped))
		}
		if err := f.missAll(ctx); err != nil {
			return err
		}
	}
	gone, ignored, err := f.secondLook(ctx)
	if err != nil {
		return err
	}
	f.asking, f.empty = false, false
	if trash {
		err = f.handGone(ctx, gone, ignored)
		f.recent = departures{}
	} else {
		for _, rel := range slices.Concat(gone, ignored) {
			f.kept[rel] = true
		}
		clear(f.gone)
		err = f.deliver(ctx, Changes{Kept: slices.Concat(gone, ignored)})
	}
	f.rescan = true
	f.judge()
	return firstError(err, f.sendState(ctx))
}

// missAll notes every captured file as missing.
func (f *folder) missAll(ctx context.Context) error {
	clear(f.gone)
	return f.retry(ctx, "reading what was captured", func() error {
		return f.Known.Files(ctx, f.spec.ID, func(file catalog.File) error {
			f.known.put(file.FileStat)
			f.missing(file.Path)
			return nil
		})
	})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
