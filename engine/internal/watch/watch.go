// Package watch turns watched folders into changes: which files are new or different, which have gone.
//
// Notifications are only a hint where to look; what counts is a stat of the file and its comparison with what was
// captured before. So a lost, late or doubled notification costs time and never a file. The invariants:
//
//   - No file of the person is opened or written, except ignore files and cache tags, which are read. Links are never
//     followed, placeholders of cloud storage never fetched.
//   - A directory is watched first and listed afterwards, so nothing falls between.
//   - Absence is believed only when the root is there and on the device it was on, the directory could be listed, and a
//     second look after a while agrees; many absences at once wait for the person's word. Everything else keeps
//     what was known.
//   - A file is handed on when it is still: unmodified for a moment, or equal at two looks.
//
// Run owns every goroutine: one loop a folder, which alone calls the Handler for it; one that drains notifications into
// a set; and the walkers of a scan while it lasts.
package watch

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Known is what was captured before; a scan compares with it.
type Known interface {
	// Files calls yield for every captured file of the folder, in any order, and stops at the first error of yield.
	Files(ctx context.Context, folderID string, yield func(catalog.File) error) error
}

// Handler takes changes in. It is called from one goroutine a folder, never twice at once for a folder. An error is
// retried with back-off until the folder is dropped, so a call may repeat what was partly taken in before.
type Handler interface {
	Changes(ctx context.Context, c Changes) error
	State(ctx context.Context, s State) error
	// Scanned tells what a scan of the whole folder came upon beside its documents. It is called when that is other than
	// before, and when changes turned up of which the system had not told.
	Scanned(ctx context.Context, folderID string, r catalog.ScanReport) error
}

// Changes is one batch. Seen is to be taken in before Gone: the old half of a rename is recognised by its new half.
type Changes struct {
	FolderID string
	Seen     []catalog.FileStat // new or different from what was captured, and still
	Gone     []string           // no longer on disk, confirmed by a second look
	Ignored  []string           // still on disk, but a rule now excludes them
	Kept     []string           // gone, but the person said to keep their documents: their files need not be looked for again
	Full     bool               // the last batch of a scan of the whole folder; may be empty otherwise
}

// State is what a folder is doing. It is sent when it changes and after every full scan.
type State struct {
	FolderID  string
	State     catalog.FolderState
	Reason    string // one sentence; also set while watching when something in the folder needs attention
	Device    uint64 // file system of the root, to be handed back in catalog.Folder
	Found     int    // files that no rule excludes, at the last scan
	Skipped   int    // excluded by rules or not fetched from the cloud, an ignored directory counted once
	CloudOnly int    // of them, placeholders whose bytes are not on this machine
	AwaitGone int    // files missing that wait for Confirm
	LastScan  time.Time
}

// Options configure a Watcher. Known and Handler are required.
type Options struct {
	Known        Known
	Handler      Handler
	Now          func() time.Time // stamps LastScan; all else follows the machine's clock, as the times of files do
	Debounce     time.Duration    // quiet time after the last notification, and after a file's last change; default 150 ms
	MaxDelay     time.Duration    // longest a notification waits for quiet; default 2 s
	ConfirmAfter time.Duration    // between the two looks that make a file gone; default 2 s
	ScanInterval time.Duration    // between full scans where notifications work; default 1 h
	PollInterval time.Duration    // between full scans where they do not, to begin with: from a tenth to six times that; default 5 min
	Logger       *slog.Logger

	rootInterval time.Duration // between looks at a root that is away, doubling up to 12 times that; default 5 s
	retryAfter   time.Duration // after the first failure of Known or Handler, doubling up to 100 times that; default 200 ms
	patience     time.Duration // how long Check waits for files that keep changing; default 5 s
	clock        func() time.Time
	addWatch     func(add func(string) error, path string) error
	openDir      func(path string) (*os.File, error)
	kindOf       func(path string) string // of file system, see remoteKind
	lstat        func(path string) (stat, error)
}

func (o *Options) setDefaults() {
	setDefault(&o.Debounce, 150*time.Millisecond)
	setDefault(&o.MaxDelay, 2*time.Second)
	setDefault(&o.ConfirmAfter, 2*time.Second)
	setDefault(&o.ScanInterval, time.Hour)
	setDefault(&o.PollInterval, 5*time.Minute)
	setDefault(&o.rootInterval, 5*time.Second)
	setDefault(&o.retryAfter, 200*time.Millisecond)
	setDefault(&o.patience, 5*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.clock == nil {
		o.clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.addWatch == nil {
		o.addWatch = func(add func(string) error, path string) error { return add(path) }
	}
	if o.openDir == nil {
		o.openDir = openDir
	}
	if o.lstat == nil {
		o.lstat = lstat
	}
	if o.kindOf == nil {
		o.kindOf = remoteKind
	}
}

func setDefault(d *time.Duration, value time.Duration) {
	if *d <= 0 {
		*d = value
	}
}

// Watcher watches a set of folders. Its methods may be called from any goroutine, before and during Run.
type Watcher struct {
	o       Options
	changed chan struct{} // the desired set is new

	mu      sync.Mutex
	folders map[string]*folder // by id; the desired set
	paused  map[string]bool    // ids that Set named but that are not watched
	stopped bool
}

// New makes a Watcher; Run starts it.
func New(o Options) *Watcher {
	o.setDefaults()
	return &Watcher{o: o, changed: make(chan struct{}, 1), folders: map[string]*folder{}, paused: map[string]bool{}}
}

// Set replaces the set of watched folders. A folder whose path or patterns are other than before starts
// anew; paused ones are not watched. It returns at once.
func (w *Watcher) Set(folders []catalog.Folder) {
	w.mu.Lock()
	defer w.mu.Unlock()
	desired := map[string]*folder{}
	w.paused = map[string]bool{}
	for _, spec := range folders {
		if spec.State == catalog.FolderPaused {
			w.paused[spec.ID] = true
			continue
		}
		if old := w.folders[spec.ID]; old != nil && old.spec.Path == spec.Path && slices.Equal(old.spec.Ignore, spec.Ignore) {
			desired[spec.ID] = old
			continue
		}
		desired[spec.ID] = newFolder(&w.o, spec)
	}
	w.folders = desired
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// Run watches until ctx ends and returns when every goroutine has; its error is nil then.
func (w *Watcher) Run(ctx context.Context) error {
	running := map[string]*folder{}
	defer func() {
		w.mu.Lock()
		w.stopped = true
		for _, f := range w.folders {
			if running[f.spec.ID] != f {
				close(f.done)
			}
		}
		w.mu.Unlock()
		for _, f := range running {
			f.stop()
		}
	}()
	for {
		w.mu.Lock()
		desired := maps.Clone(w.folders)
		w.mu.Unlock()
		for id, f := range running {
			if desired[id] != f {
				f.stop()
				delete(running, id)
			}
		}
		for id, f := range desired {
			if running[id] == nil {
				running[id] = f
				f.start(ctx)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.changed:
		}
	}
}

// Finding reports whether a scan is under way that has come upon new files, so that nobody knows yet how many there are.
func (w *Watcher) Finding() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.folders {
		if f.finding.Load() {
			return true
		}
	}
	return false
}

// Check scans a folder now and returns when the Handler has taken in what lay on disk at the call, files that had to
// become still and disappearances that had to be confirmed included; a file that keeps changing is waited for a few
// seconds only. A paused folder is not looked at, one that is away only at its root; neither is an error.
// NotFound for a folder that Set did not name; Unavailable when watching ends meanwhile.
func (w *Watcher) Check(ctx context.Context, folderID string) error {
	return w.ask(ctx, folderID, request{})
}

// Confirm answers the question of a folder in state asking: trash hands the missing files on as Gone, otherwise their
// documents are kept and the files not missed any more. It answers likewise for a folder that is newly empty.
// Conflict when nothing waits for an answer; else errors as Check.
func (w *Watcher) Confirm(ctx context.Context, folderID string, trash bool) error {
	return w.ask(ctx, folderID, request{confirm: true, trash: trash})
}

func (w *Watcher) ask(ctx context.Context, folderID string, r request) error {
	w.mu.Lock()
	f, paused, stopped := w.folders[folderID], w.paused[folderID], w.stopped
	w.mu.Unlock()
	switch {
	case paused && r.confirm:
		return catalog.Errorf(catalog.Conflict, "This folder is paused. Resume it first.")
	case paused:
		return nil
	case f == nil:
		return catalog.Errorf(catalog.NotFound, "There is no such watched folder.")
	case stopped:
		return errStopped
	}
	r.done = make(chan error, 1)
	select {
	case f.requests <- r:
	case <-f.done:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-r.done:
		return err
	case <-f.done:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errStopped = catalog.Errorf(catalog.Unavailable, "Watching of this folder has stopped.")

type request struct {
	confirm, trash bool
	done           chan error
}
