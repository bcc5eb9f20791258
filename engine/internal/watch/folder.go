package watch

import (
	"context"
	"errors"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// batchSize is how many files one call of the Handler names at most.
const batchSize = 1000

// folder is one watched folder. Its loop alone touches everything below the channels.
type folder struct {
	*Options
	spec     catalog.Folder
	requests chan request
	done     chan struct{} // closed when the loop has ended
	cancel   context.CancelFunc

	notes      *notifier   // nil while polling or away
	finding    atomic.Bool // the scan under way has come upon new or different files; read by anyone
	known      memory      // what was captured, as far as comparison needs it
	dirs       map[string]*rules
	mounts     map[string]bool  // directories on another file system than the root
	lostMounts map[string]bool  // of them, those that were not there at the last scan
	unread     map[string]error // what could not be listed or looked at: nothing is concluded about it
	seed       maphash.Seed     // of surveys
	survey     *survey          // what the scan under way comes upon beside documents; nil: none is
	told       told
	suspects   suspects
	covered    *notifier // the one that has told of the whole folder since the last scan
	lost       bool      // what it told was lost
	expected   bool      // a rule has changed, so that a scan will find other files
	moved      bool      // the last scan found changes
	poll       time.Duration
	mounted    string // kind of a file system within the folder on which notifications cannot be trusted
	excluded   int    // missing files that are there but excluded, at the last scan
	unsettled  map[string]*unsettled
	batch      []catalog.FileStat
	gone       map[string]time.Time // missing files -> when to look for the second time
	firstGone  time.Time
	kept       map[string]bool // missing, but the person keeps their documents
	asking     bool
	empty      bool // away because nothing is left in it
	recent     departures
	rescan     bool
	noWatch    string // why notifications do not work; empty: they do
	watchAgain time.Time
	heat       heat
	nextScan   time.Time
	scanned    time.Time // when the last scan ended
	nextRoot   time.Time
	rootDelay  time.Duration
	rootInode  uint64
	state      State
	sent       State
	checks     []chan error
	checkUntil time.Time
}

// unsettled is a file that may still be being written.
type unsettled struct {
	stat  catalog.FileStat
	look  time.Time
	delay time.Duration
}

func newFolder(o *Options, spec catalog.Folder) *folder {
	return &folder{
		Options:  o,
		spec:     spec,
		requests: make(chan request),
		done:     make(chan struct{}),
		state:    State{FolderID: spec.ID, Device: spec.Device, LastScan: spec.LastScan},
		dirs:     map[string]*rules{}, mounts: map[string]bool{}, unread: map[string]error{},
		unsettled: map[string]*unsettled{}, gone: map[string]time.Time{}, kept: map[string]bool{},
		known: newMemory(), seed: maphash.MakeSeed(), heat: heat{}, asking: spec.State == catalog.FolderAsking,
	}
}

func (f *folder) start(ctx context.Context) {
	ctx, f.cancel = context.WithCancel(ctx)
	go f.run(ctx)
}

func (f *folder) stop() {
	f.cancel()
	<-f.done
}

func (f *folder) run(ctx context.Context) {
	defer close(f.done)
	defer f.stopNotifying()
	f.rescan = true
	for {
		f.takeRequests(ctx)
		err := f.step(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			f.Logger.Error("watching a folder failed", "folder", f.spec.ID, "error", err)
			f.rescan, f.nextScan = false, f.clock().Add(f.PollInterval)
		}
		f.answerChecks(err)
		f.wait(ctx)
	}
}

// step does all that is due.
func (f *folder) step(ctx context.Context) error {
	now := f.clock()
	if f.rescan || !now.Before(f.nextRoot) {
		if there, err := f.lookAtRoot(ctx); !there || err != nil {
			return err
		}
	} else if f.away() {
		return nil
	}
	if f.notes != nil && f.notes.broken() {
		f.Logger.Warn("notifications were lost, scanning the folder anew", "folder", f.spec.ID)
		f.lost = f.covered == f.notes
		f.suspects.marked = paths(f.notes.take())
		f.stopNotifying()
		f.rescan = true
	}
	if f.rescan || !now.Before(f.nextScan) {
		if err := f.scan(ctx); err != nil {
			return err
		}
	} else if f.notes != nil {
		if due, any := f.notes.due(f.Debounce, f.MaxDelay); any && !now.Before(due) {
			if err := f.look(ctx, f.notes.take()); err != nil {
				return err
			}
		}
	}
	if err := f.settle(ctx); err != nil {
		return err
	}
	if again := f.clock().Add(f.PollInterval); len(f.unread) > 0 && again.Before(f.nextScan) {
		f.nextScan = again // what could not be read may be readable then
	}
	if err := f.confirmGone(ctx); err != nil {
		return err
	}
	return f.convict(ctx)
}

// wait sleeps until something is due, asked or notified.
func (f *folder) wait(ctx context.Context) {
	next := f.nextRoot
	sooner := func(t time.Time) {
		if t.Before(next) {
			next = t
		}
	}
	var wake chan struct{}
	if !f.away() {
		sooner(f.nextScan)
		for _, u := range f.unsettled {
			sooner(u.look)
		}
		if due, any := f.goneDue(); any {
			sooner(due)
		}
		if len(f.suspects.changes) > 0 {
			sooner(f.suspects.due)
		}
		if f.rescan {
			sooner(f.clock())
		}
	}
	if len(f.checks) > 0 && !f.checkUntil.IsZero() {
		sooner(f.checkUntil)
	}
	if f.notes != nil {
		wake = f.notes.wake
		if due, any := f.notes.due(f.Debounce, f.MaxDelay); any {
			sooner(due)
		}
	}
	timer := time.NewTimer(max(0, next.Sub(f.clock())))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	case r := <-f.requests:
		f.takeRequest(ctx, r)
	}
}

func (f *folder) takeRequests(ctx context.Context) {
	for {
		select {
		case r := <-f.requests:
			f.takeRequest(ctx, r)
		default:
			return
		}
	}
}

func (f *folder) takeRequest(ctx context.Context, r request) {
	if r.confirm {
		r.done <- f.confirm(ctx, r.trash)
		return
	}
	f.rescan = true
	f.checks = append(f.checks, r.done)
	f.checkUntil = time.Time{}
}

// answerChecks tells waiting callers that all has been taken in, unless something still has to become certain.
func (f *folder) answerChecks(err error) {
	if len(f.checks) == 0 {
		return
	}
	if err == nil && !f.away() {
		if f.rescan {
			return
		}
		if _, waiting := f.goneDue(); waiting {
			return
		}
		if f.checkUntil.IsZero() {
			f.checkUntil = f.clock().Add(f.patience)
		}
		if len(f.unsettled) > 0 && f.clock().Before(f.checkUntil) {
			return
		}
	}
	for _, c := range f.checks {
		c <- err
	}
	f.checks = nil
}

func (f *folder) away() bool { return f.state.State == catalog.FolderOffline }

// deliver hands changes on until the Handler has taken them, and remembers what it took.
func (f *folder) deliver(ctx context.Context, c Changes) error {
	c.FolderID = f.spec.ID
	if err := f.retry(ctx, "taking in changes", func() error { return f.Handler.Changes(ctx, c) }); err != nil {
		return err
	}
	for _, s := range c.Seen {
		f.known.put(s)
	}
	for _, list := range [][]string{c.Gone, c.Ignored} {
		for _, path := range list {
			f.known.drop(path)
		}
	}
	return nil
}

// flush hands on the files gathered so far.
func (f *folder) flush(ctx context.Context, full bool) error {
	if len(f.batch) == 0 && !full {
		return nil
	}
	batch := f.batch
	f.batch = nil
	return f.deliver(ctx, Changes{Seen: batch, Full: full})
}

func (f *folder) sendState(ctx context.Context) error {
	if f.state == f.sent {
		return nil
	}
	if err := f.retry(ctx, "recording a folder's state", func() error { return f.Handler.State(ctx, f.state) }); err != nil {
		return err
	}
	f.sent = f.state
	return nil
}

// retry repeats call with back-off until it succeeds or ctx ends.
func (f *folder) retry(ctx context.Context, what string, call func() error) error {
	for delay := f.retryAfter; ; delay = min(2*delay, 100*f.retryAfter) {
		err := call()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.Logger.Error("a step of watching failed and is tried again", "step", what, "folder", f.spec.ID, "error", err)
		timer := time.NewTimer(delay)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// memory is the captured files of a folder in some 40 bytes each: a hash of the path, and one of size, time and inode.
// Full scans compare with Known itself; a collision (one in 10^7 for a million files) costs an event, not a file.
type memory struct {
	seed    maphash.Seed
	scan    uint32
	unfound int // files that the present scan has not come upon yet
	files   map[uint64]trace
}

type trace struct {
	print uint64 // 0: doubtful
	scan  uint32 // the scan that found it last
}

func newMemory() memory {
	return memory{seed: maphash.MakeSeed(), files: map[uint64]trace{}}
}

func (m *memory) put(s catalog.FileStat) {
	m.files[m.key(s.Path)] = trace{print: m.print(s), scan: m.scan}
}

func (m *memory) drop(path string) { delete(m.files, m.key(path)) }

// has reports whether path was captured, and whether just like this.
func (m *memory) has(s catalog.FileStat) (captured, same bool) {
	t, ok := m.files[m.key(s.Path)]
	return ok, ok && t.print == m.print(s)
}

// doubt makes path differ from whatever is found there next: it was missing for a while, and what was captured of it may
// have gone on under another name.
func (m *memory) doubt(path string) {
	k := m.key(path)
	if t, ok := m.files[k]; ok {
		t.print = 0
		m.files[k] = t
	}
}

// keepOnly drops what the present scan did not find, but for the paths given, which become doubtful.
func (m *memory) keepOnly(paths []string) {
	doubtful := make(map[uint64]bool, len(paths))
	for _, path := range paths {
		doubtful[m.key(path)] = true
	}
	for k, t := range m.files {
		switch {
		case t.scan == m.scan:
		case doubtful[k]:
			m.files[k] = trace{scan: t.scan}
		default:
			delete(m.files, k)
		}
	}
}

// touch notes that the present scan found path.
func (m *memory) touch(path string) {
	k := m.key(path)
	if t, ok := m.files[k]; ok && t.scan != m.scan {
		t.scan = m.scan
		m.files[k] = t
		m.unfound--
	}
}

// found reports whether the present scan came upon path.
func (m *memory) found(path string) bool {
	t, ok := m.files[m.key(path)]
	return ok && t.scan == m.scan
}

func (m *memory) key(path string) uint64 { return maphash.String(m.seed, path) }

func (m *memory) print(s catalog.FileStat) uint64 {
	return maphash.Comparable(m.seed, [3]uint64{uint64(s.Size), uint64(s.ModTime), s.Inode}) | 1
}

var errEnough = errors.New("enough")
