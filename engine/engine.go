// Package engine is the local-first core: one open data directory that watches folders, reads files, keeps the truth in
// SQLite and the meaning in vectors, and answers questions with citations.
//
// Open takes the directory (one owner at a time), Run does the background work until its context ends, Close releases
// everything. Between Open and Close every method may be called from any goroutine. Each method asks the policy of
// catalog for the actor in its context and denies a context without one.
package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/answer"
	"github.com/sheafdocs/sheaf/engine/internal/blob"
	"github.com/sheafdocs/sheaf/engine/internal/chunk"
	"github.com/sheafdocs/sheaf/engine/internal/classify"
	"github.com/sheafdocs/sheaf/engine/internal/derived"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
	"github.com/sheafdocs/sheaf/engine/internal/machine"
	"github.com/sheafdocs/sheaf/engine/internal/query"
	"github.com/sheafdocs/sheaf/engine/internal/store"
	"github.com/sheafdocs/sheaf/engine/internal/watch"
	"github.com/sheafdocs/sheaf/engine/internal/workflow"
)

// Options configure an Engine. Zero values mean the real clock, randomness and defaults.
type Options struct {
	DataDir  string           // created with mode 0700 when absent
	Assets   string           // where lib/ and models/ lie; empty: beside the executable, then /usr/lib/sheaf
	Version  string           // reported by Status
	Now      func() time.Time // injected clock
	Random   io.Reader
	NoModel  bool     // keyword search only; for measurement
	Children int      // extraction children at a normal pace; 0 means one a core, at most 4
	Cache    int64    // bytes kept of what remotes have too and that is fetched only to be read; 0 means 2 GiB
	Child    []string // command that runs ExtractChild; empty: this executable with extract-child
	Log      *slog.Logger

	Pace         catalog.Pace                                   // as if set, for this run; empty: as the settings have it
	ReserveBytes *int64                                         // likewise
	Steady       bool                                           // the pace changes neither for power nor for load; for measurement and tests
	Root         string                                         // where proc and sys lie; empty: the machine's own
	Volume       func(dir string) (size, free int64, err error) // how much room there is; nil: as the system says

	Scanner *catalog.ScannerSettings // looks at files before they are read, for this run; nil: as the settings have it
}

// Engine is one open data directory.
type Engine struct {
	options   Options
	lock      *lock
	store     *store.Store
	blobs     *blob.Blobs
	events    *events
	watcher   *watch.Watcher
	pool      *extract.Pool
	pictures  *derived.Pictures
	line      *ingest.Line
	meaning   *meaning
	searcher  *query.Searcher
	answerer  *answer.Answerer
	kinds     *classify.Memory
	runner    *workflow.Runner
	offline   *offlineRoots
	scanner   *scanner
	passwords passwords
	manner    *manner
	governor  *governor
	waiting   waitingWork
	local     catalog.Actor
	fetching  fetching
	mirrors   mirrors

	folderChanges sync.Mutex    // one change of the set of folders at a time
	uploads       sync.Mutex    // between a blob and the content that has it nobody decides whether the blob is used
	running       chan struct{} // closed when Run has started everything
	purging       chan struct{} // a deleted workspace still holds something
}

// Open opens or creates the data directory and takes its lock. Conflict when another process owns it (the message
// names its pid; ErrBusy is beneath), Corrupt when the database fails its check, Unsupported on a network drive.
func Open(ctx context.Context, o Options) (*Engine, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if kind := networkDrive(o.DataDir); kind != "" {
		return nil, catalog.Errorf(catalog.Unsupported, "The data directory %s lies on %s, where a database can be damaged. Choose a folder on a local disk with --data.", o.DataDir, kind)
	}
	l, err := takeLock(ctx, o.DataDir)
	if err != nil {
		return nil, err
	}
	e, err := open(ctx, o, l)
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	return e, nil
}

func (o Options) complete() (Options, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Cache == 0 {
		o.Cache = 2 << 30
	}
	if o.Children == 0 {
		o.Children = min(runtime.NumCPU(), 4)
	}
	if o.Root == "" {
		o.Root = "/"
	}
	if o.Volume == nil {
		o.Volume = machine.Volume
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return o, catalog.WrapError(catalog.Invalid, "The data directory "+o.DataDir+" is not a path.", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return o, catalog.WrapError(catalog.Denied, "The data directory "+dir+" cannot be made. Choose another with --data.", err)
	}
	o.DataDir, err = filepath.EvalSymlinks(dir)
	return o, err
}

// open assembles the parts of an engine whose directory is locked.
func open(ctx context.Context, o Options, l *lock) (*Engine, error) {
	e := &Engine{
		options: o, lock: l, events: newEvents(), offline: &offlineRoots{}, running: make(chan struct{}), purging: make(chan struct{}, 1),
		mirrors: mirrors{changed: make(chan struct{}, 1)},
		manner:  &manner{}, governor: newGovernor(o.Root),
	}
	var err error
	if e.store, err = store.Open(ctx, o.DataDir, store.Options{Now: o.Now, Random: o.Random, Changed: e.committed}); err != nil {
		return nil, err
	}
	if err := e.assemble(ctx); err != nil {
		return nil, errors.Join(err, e.store.Close())
	}
	return e, nil
}

func (e *Engine) assemble(ctx context.Context) (err error) {
	o := e.options
	if e.local, err = e.store.LocalOwner(ctx); err != nil {
		return err
	}
	if e.blobs, err = blob.Open(filepath.Join(o.DataDir, "blobs"), e.store); err != nil {
		return err
	}
	if err = e.purgeWorkspaces(ctx); err != nil {
		return err
	}
	if err = e.recallPasswords(ctx); err != nil {
		return err
	}
	e.meaning = newMeaning(o, e.store)
	e.scanner = newScanner(func() { e.events.publish("progress", "") })
	if err := e.loadScanner(ctx); err != nil {
		return err
	}
	e.pool = extract.NewPool(poolOptions(o))
	e.pictures = derived.At(filepath.Join(o.DataDir, "derived", "pictures"), picturesLimit, o.Now)
	e.line = ingest.New(ingest.Options{
		Store: e.store, Extract: e.readWith(e.pool.Extract), ExtractSlow: e.readWith(e.pool.ExtractSlow), Prepared: e.pool.Prepared(),
		Config: extract.Config(), Split: chunk.Split, Sketch: classify.SketchOf, Passwords: e.passwords.of, Blobs: e.blobs,
		Embedder: e.meaning.embedder(), Vectors: e.meaning, Readers: readersPerChild * max(o.Children, runtime.NumCPU()),
		Aside: slowAside(o.Children), Room: e.hasRoom, Changed: e.told, Now: o.Now, Log: o.Log,
	})
	e.kinds = classify.NewMemory(e.store)
	e.runner = workflow.New(workflow.Options{Store: e.store, Judge: e.kinds.Judge, Fields: classify.Fields, Bar: classify.FieldBar, Read: e.line.Wake, Picture: e.derive, Log: o.Log})
	e.watcher = watch.New(watch.Options{Known: e.store, Handler: folderHandler{e}, Now: o.Now, Logger: o.Log})
	e.searcher = &query.Searcher{Corpus: e.store, Originals: originals{offline: e.offline.holds}, Now: o.Now}
	e.answerer = &answer.Answerer{Corpus: e.store, Log: o.Log}
	if err := e.loadIndexing(ctx); err != nil {
		return err
	}
	if e.meaning.model != nil {
		e.searcher.Vectors, e.searcher.Embedder, e.answerer.Embedder = e.meaning, e.meaning, e.meaning
	}
	return nil
}

// committed follows what a commit changed: the index forgets, workflows may go on, subscribers hear.
func (e *Engine) committed(change catalog.ChangeSet) {
	if e.meaning != nil {
		e.meaning.forget(change.Unindexed)
	}
	if e.kinds != nil {
		e.kinds.Changed(change.Contents)
	}
	if e.runner != nil {
		e.runner.Wake()
	}
	for _, id := range change.Workspaces {
		e.events.publish("workspaces", id)
	}
	if len(change.Contents) > 0 {
		e.mirrors.wake()
		e.events.publish("contents", "")
	}
	if change.Folders {
		e.mirrors.wake()
		e.events.publish("folders", "")
	}
}

// slowAside is how long a document that takes long stands back for quick ones: where there is a core to spare for it, not
// at all.
func slowAside(children int) time.Duration {
	if runtime.NumCPU() > children+1 {
		return 0
	}
	return 30 * time.Second
}

// told passes on what the writing line says.
func (e *Engine) told(kind, id string) {
	e.events.publish(kind, id)
	e.governor.told(kind)
}

// readersPerChild keeps a child's pipeline full: small files are answered faster than they are handed over.
const readersPerChild = 8

// reader is a way of extracting.
type reader func(ctx context.Context, f *os.File, want extract.Want) (extract.Result, error)

// readWith gives a way of extracting the form that the writing line wants, and has the scanner look at each file first.
func (e *Engine) readWith(with reader) ingest.Extract {
	return func(ctx context.Context, f *os.File, want extract.Want) (catalog.Document, string, error) {
		r, err := e.scanAndRead(ctx, f, want, with)
		return r.Document, r.SHA256, err
	}
}

func (e *Engine) scanAndRead(ctx context.Context, f *os.File, want extract.Want, with reader) (extract.Result, error) {
	scanned, err := e.scanner.pass(ctx, f, want.Size, true)
	if err != nil {
		return extract.Result{}, err
	}
	r, err := with(ctx, f, want)
	if err == nil && scanned.sha256 != "" && scanned.sha256 != r.SHA256 {
		return extract.Result{}, catalog.Errorf(catalog.Unavailable, "The file changed while it was being read.")
	}
	if err == nil && scanned.warning != "" {
		r.Document.Warnings = append(r.Document.Warnings, scanned.warning)
	}
	return r, err
}

// LocalOwner is the actor that window, command line and agent token act as.
func (e *Engine) LocalOwner() catalog.Actor { return e.local }

// userOf returns the user that an actor acts as.
func (e *Engine) userOf(a catalog.Actor) string {
	if a.Kind == catalog.ActorSystem {
		return e.local.UserID
	}
	return a.UserID
}

// Run watches, reads and embeds until ctx ends, and returns when every goroutine has. The end of ctx is no error.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.run(ctx); ctx.Err() == nil {
		return err
	}
	return nil
}

func (e *Engine) run(ctx context.Context) error {
	ctx = catalog.WithActor(ctx, catalog.Actor{Kind: catalog.ActorSystem})
	if err := e.watchFolders(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return e.pool.Run(ctx) })
	group.Go(func() error { return e.watcher.Run(ctx) })
	group.Go(func() error { return e.line.Run(ctx) })
	group.Go(func() error { return e.runner.Run(ctx) })
	group.Go(func() error { return e.keepTrash(ctx) })
	group.Go(func() error { return e.mirrorChanges(ctx) })
	group.Go(func() error { return e.governor.run(ctx, e) })
	close(e.running)
	return group.Wait()
}

// Close releases the directory. Run must have returned.
func (e *Engine) Close() error {
	return errors.Join(e.meaning.close(), e.store.Close(), e.lock.release())
}
