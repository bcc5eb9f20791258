package watch

import (
	"context"
	"maps"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// scan looks at the whole folder and compares it with what was captured. Unchanged files cost one lstat each.
func (f *folder) scan(ctx context.Context) error {
	began := f.clock()
	f.startNotifying()
	marked := f.suspects.marked
	if f.notes != nil { // what they name is looked at anyway
		named := f.notes.take()
		f.notes.unwatch(f.movedDirectories(named))
		marked = paths(named, marked)
		f.expected = f.expected || tellsOfRules(named)
	}
	f.suspects.begin(!f.expected && (f.lost || f.covered != nil && f.covered == f.notes && !f.polls()), marked)
	f.covered, f.lost, f.expected, f.moved, f.mounted = nil, false, false, false, ""
	if err := f.recall(ctx); err != nil {
		return err
	}
	survey := newSurvey(f.seed)
	f.survey = survey
	defer func() {
		f.survey = nil
		f.finding.Store(false)
	}()
	mounts := f.mounts
	maps.Copy(mounts, f.lostMounts)
	f.dirs, f.mounts, f.unread = map[string]*rules{}, map[string]bool{}, map[string]error{}
	f.state.Found, f.state.Skipped, f.state.CloudOnly = 0, 0, 0
	if err := f.walk(ctx, []place{{}}); err != nil {
		return err
	}
	if err := f.flush(ctx, false); err != nil {
		return err
	}
	if err := f.unread[""]; err != nil {
		return f.goAway(ctx, showPath(f.spec.Path)+" cannot be read now. Its documents are kept until it can.", 0)
	}
	if err := f.miss(ctx, mounts); err != nil {
		return err
	}
	f.rescan, f.covered = false, f.notes
	f.heat.forget(f.clock())
	f.scanned, f.state.LastScan = f.clock(), f.Now().UTC()
	f.suspects.end(f.scanned.Add(f.MaxDelay + 5*f.ConfirmAfter))
	f.adapt(f.scanned.Sub(began))
	f.nextScan = f.scanned.Add(f.pollAfter())
	if err := f.report(ctx, survey); err != nil {
		return err
	}
	if f.state.Found == 0 && len(f.gone) > 0 && f.excluded == 0 && len(f.unread) == 0 {
		return f.goAway(ctx, emptySentence(len(f.gone)), len(f.gone))
	}
	if err := f.deliver(ctx, Changes{Full: true}); err != nil {
		return err
	}
	f.judge()
	return f.sendState(ctx)
}

// recall reads what was captured into memory.
func (f *folder) recall(ctx context.Context) error {
	return f.retry(ctx, "reading what was captured", func() error {
		scan := f.known.scan + 1
		f.known = newMemory()
		f.known.scan = scan
		return f.Known.Files(ctx, f.spec.ID, func(file catalog.File) error {
			f.known.files[f.known.key(file.Path)] = trace{print: f.known.print(file.FileStat)}
			f.known.unfound = len(f.known.files)
			return nil
		})
	})
}

// walk lists the places and takes in what is found.
func (f *folder) walk(ctx context.Context, places []place) error {
	w := walker{root: f.spec.Path, ignore: f.spec.Ignore, openDir: f.openDir}
	if f.notes != nil {
		w.before = f.notes.watchDir
	}
	if err := w.walk(ctx, places, func(l listing) error { return f.takeListing(ctx, l) }); err != nil {
		return err
	}
	if f.notes != nil && f.notes.failure() != nil {
		f.watchFailed(f.notes.failure())
		f.nextScan, f.rescan = f.clock(), true // nothing tells what happened since
	}
	return nil
}

func (f *folder) takeListing(ctx context.Context, l listing) error {
	for rel, err := range l.unread {
		f.unread[rel] = err
	}
	f.state.Skipped += len(l.skipped)
	if f.survey != nil {
		for _, k := range l.skipped {
			f.survey.skip(k)
		}
	}
	if l.gone || l.tagged || l.rules == nil {
		return nil
	}
	f.dirs[l.dir] = l.rules
	if l.device != f.state.Device && l.dir != "" && f.state.Device != 0 {
		f.mounts[l.dir] = true
		if f.mounted == "" {
			f.mounted = f.kindAt(l.dir)
		}
	}
	for _, rel := range l.cloud {
		f.known.touch(rel)
		f.state.CloudOnly++
		f.state.Found++
	}
	for _, s := range l.files {
		f.state.Found++
		if err := f.consider(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// consider hands a file on that is new or different, once it is still.
func (f *folder) consider(ctx context.Context, s catalog.FileStat) error {
	delete(f.gone, s.Path)
	f.known.touch(s.Path)
	captured, same := f.known.has(s)
	if same {
		delete(f.unsettled, s.Path)
		return nil
	}
	f.moved = true
	if f.survey != nil {
		f.finding.Store(true)
	}
	if f.suspects.trusted {
		f.suspect(s.Path, map[bool]string{true: changeChanged, false: changeAdded}[captured])
	}
	now := f.clock()
	if until := f.heat.coolAt(s.Path); now.Before(until) {
		f.unsettled[s.Path] = &unsettled{stat: s, look: until, delay: f.Debounce}
		return nil
	}
	if now.Sub(time.Unix(0, s.ModTime)) < f.Debounce {
		if u := f.unsettled[s.Path]; u == nil {
			f.unsettled[s.Path] = &unsettled{stat: s, look: now.Add(f.Debounce), delay: f.Debounce}
		}
		return nil
	}
	return f.pass(ctx, s)
}

// pass puts a still file into the batch.
func (f *folder) pass(ctx context.Context, s catalog.FileStat) error {
	delete(f.unsettled, s.Path)
	if captured, _ := f.known.has(s); captured {
		f.heat.add(s.Path, s.Size, f.clock())
	}
	f.batch = append(f.batch, s)
	if len(f.batch) < batchSize {
		return nil
	}
	return f.flush(ctx, false)
}

// settle looks again at files that may have been in the middle of being written. One that is as it was at the last
// look is still, whatever its time says: clocks of other machines may be ahead.
func (f *folder) settle(ctx context.Context) error {
	now := f.clock()
	checked := map[string]error{}
	for rel, u := range f.unsettled {
		if now.Before(u.look) {
			continue
		}
		s, err := f.lstatBeneath(rel, checked)
		switch {
		case isAbsent(err) || err == nil && !s.mode.IsRegular():
			delete(f.unsettled, rel)
			f.missing(rel)
		case err != nil || s.cloud:
			delete(f.unsettled, rel)
		case s.SameBytes(u.stat), now.Sub(time.Unix(0, s.ModTime)) >= f.Debounce:
			if _, same := f.known.has(s.FileStat); same {
				delete(f.unsettled, rel)
			} else if err := f.pass(ctx, s.FileStat); err != nil {
				return err
			}
		default:
			u.stat, u.delay = s.FileStat, min(2*u.delay, max(f.MaxDelay, f.Debounce))
			u.look = now.Add(u.delay)
		}
	}
	return f.flush(ctx, false)
}

// judge derives the folder's state from the last scan.
func (f *folder) judge() {
	f.state.State, f.state.Reason, f.state.AwaitGone = catalog.FolderWatching, "", 0
	f.empty = false
	if kind := f.remote(); kind != "" {
		f.state.State, f.state.Reason = catalog.FolderPolling, remoteSentence(kind)
	}
	if f.notes != nil && f.notes.blind() {
		f.state.State, f.state.Reason = catalog.FolderPolling, deepSentence
	}
	if f.noWatch != "" {
		f.state.State, f.state.Reason = catalog.FolderPolling, f.noWatch
	}
	switch {
	case f.asking:
		f.state.State, f.state.AwaitGone = catalog.FolderAsking, len(f.gone)
		f.state.Reason = askSentence(len(f.gone), len(f.known.files))
	case len(f.unread) > 0:
		f.state.Reason = joinSentences(f.state.Reason, unreadSentence(f.unread))
	case f.state.CloudOnly > 0:
		f.state.Reason = joinSentences(f.state.Reason, cloudSentence(f.state.CloudOnly))
	}
}
