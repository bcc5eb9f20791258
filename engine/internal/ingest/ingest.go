// Package ingest is the writing line, end to end: capture -> extract -> chunk -> keyword rows -> vectors -> index.
//
// What waits is never a queue but a question to the store: contents whose text is not of their present bytes, passages
// without a vector of the present model. A crash at any point therefore resumes by itself, and nothing is done twice.
//
//   - Capture (capture.go) hashes files in place and records what is new, revised, renamed or gone.
//   - the reading loop (read.go) turns waiting contents into text and keyword rows: searchable from then on.
//   - the meaning loop (embed.go) gives passages their vectors and yields whenever text is waiting.
//   - all of them keep within a budget (budget.go) of the machine, and stand still while the disk is too full (space.go).
//
// Run owns both loops and returns when they have ended. Capture and Gone may be called from any goroutine.
package ingest

import (
	"context"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

// Store is the truth as the writing line needs it. Every method is one transaction.
type Store interface {
	// FilesAt returns the files at those of the paths that are known.
	FilesAt(ctx context.Context, folderID string, paths []string) ([]catalog.File, error)
	// FilesByHash and FilesByInode return files of a folder that may be the same file under another path.
	FilesByHash(ctx context.Context, folderID string, hashes []string) ([]catalog.File, error)
	FilesByInode(ctx context.Context, folderID string, inodes []uint64) ([]catalog.File, error)
	// Capture writes at most 1,000 decisions, their contents and their journal rows.
	Capture(ctx context.Context, folder catalog.Folder, list []catalog.Captured) error
	// FilesGone trashes the contents of files that have left the disk and returns their keys.
	FilesGone(ctx context.Context, folderID string, paths []string) ([]int64, error)
	// PendingText returns contents that wait for text of the given configuration, most urgent first, and the time at
	// which the next one that failed before is due (zero: none).
	PendingText(ctx context.Context, config string, limit int) ([]catalog.Pending, time.Time, error)
	// CommitText stores outcomes of reading; those whose bytes have moved on are dropped.
	CommitText(ctx context.Context, list []catalog.Extracted) error
	// PendingVectors returns passages without a vector of the model.
	PendingVectors(ctx context.Context, fingerprint string, limit int) ([]catalog.StoredPassage, error)
	// CommitVectors stores vectors and returns those whose passage still exists.
	CommitVectors(ctx context.Context, fingerprint string, list []catalog.VectorOf) ([]catalog.VectorOf, error)
}

// Extract reads a document and reports the hash of exactly the bytes it read, empty when it read none.
type Extract func(ctx context.Context, f *os.File, want extract.Want) (catalog.Document, string, error)

// Blobs opens stored bytes by their hash.
type Blobs interface {
	OpenFile(ctx context.Context, sha256 string) (*os.File, error)
}

// Embedder turns passages into vectors of one model.
type Embedder interface {
	Fingerprint() string
	EmbedPassages(ctx context.Context, texts []string) ([][]float32, error)
}

// Vectors is the index that searches read.
type Vectors interface {
	Add(ctx context.Context, list []catalog.VectorOf) error
}

// Options are the parts of a Line. All are required but Embedder: nil means keyword search only.
type Options struct {
	Store       Store
	Extract     Extract         // extract.ErrSlow sends a document to ExtractSlow
	ExtractSlow Extract         // reads one document at a time
	Prepared    <-chan struct{} // closed when the reader of PDF files is ready, which takes seconds the first time; nil: it is
	Config      string          // extraction configuration, part of what makes text up to date
	Split       func(catalog.Document) []catalog.Passage
	Sketch      func(catalog.Document) catalog.Sketch // a small likeness of the text, to find what is nearly the same
	Passwords   func(contentID string) []string       // to try on a content that needs one; nil: none
	Blobs       Blobs
	Embedder    Embedder
	Vectors     Vectors
	Readers     int                     // documents read at once, at most
	Aside       time.Duration           // how long, at most, what takes long stands back for what may be quick; 0: not at all
	Room        func(bytes int64) error // whether so many may be written; nil: always. Its error is waited out
	Changed     func(kind, id string)
	Now         func() time.Time
	Log         *slog.Logger
}

// Line is the writing line of one data directory.
type Line struct {
	Options
	hand      *hand
	progress  *progress
	budget    *budget
	fast      *lane         // reading
	slowly    *lane         // reading what takes long
	meaning   *lane         // embedding
	taking    *lane         // hashing what was found
	taken     atomic.Bool   // files were taken in since the last look at what waits
	capturing atomic.Int32  // calls of Capture under way
	urgent    atomic.Bool   // a person may wait for something that was not there when the last was taken in hand
	texts     chan struct{} // something may wait for text
	meanings  chan struct{} // something may wait for vectors
	reading   atomic.Bool   // text is waiting: the meaning loop yields
	embedErr  atomic.Pointer[string]
	problem   atomic.Pointer[string] // what keeps the store from taking text in
	gate      gate
	lstat     func(path string) (os.FileInfo, error)
}

// New makes a Line; Run starts it.
func New(o Options) *Line {
	b := newBudget()
	return &Line{
		Options:  o,
		hand:     newHand(),
		progress: newProgress(),
		budget:   b,
		fast:     b.lane(),
		slowly:   b.lane(),
		meaning:  b.lane(),
		taking:   b.lane(),
		texts:    make(chan struct{}, 1),
		meanings: make(chan struct{}, 1),
		gate:     newGate(),
		lstat:    longpath.Lstat,
	}
}

// Run works until ctx ends.
func (l *Line) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return l.readLoop(ctx) })
	if l.Embedder != nil {
		group.Go(func() error { return l.embedLoop(ctx) })
	}
	return group.Wait()
}

// Wake makes the line look for waiting work, some of which may be a person's.
func (l *Line) Wake() {
	l.urgent.Store(true)
	wake(l.texts)
	wake(l.meanings)
}

// Pause holds back reading and embedding after what is in hand; Resume lets them go on.
func (l *Line) Pause() {
	l.gate.close()
	l.progress.rest()
	l.Changed("progress", "")
}

func (l *Line) Resume() {
	l.gate.open()
	l.progress.rest()
	l.Changed("progress", "")
}

// SetPace limits reading and embedding to a share of the time of one core, 0 for no limit, and says whether they stand
// back for searches where there is none.
func (l *Line) SetPace(share float64, yields bool) {
	l.budget.set(share, yields)
	l.Changed("progress", "")
}

// Searching tells that a search is under way until done is called.
func (l *Line) Searching() (done func()) {
	l.budget.searches.begin()
	return l.budget.searches.end
}

// Stop ends the reading of a content, which counts as failed from then on. It reports whether the content was being read or
// about to be.
func (l *Line) Stop(key int64) bool { return l.hand.stop(key) }

// Paused reports whether the line is held.
func (l *Line) Paused() bool { return l.gate.closed() }

// Working reports whether something is being read or embedded, or waits for that.
func (l *Line) Working() bool { return l.progress.working() }

// Reading returns the keys of the contents that are being read now, with the time since when: from the moment at which a
// reader takes one up until its text is committed. A content that is waiting for its turn is not among them.
func (l *Line) Reading() map[int64]time.Time { return l.hand.beingRead() }

// EmbedError returns the sentence of the last failure to embed, empty while embedding works.
func (l *Line) EmbedError() string {
	if message := l.embedErr.Load(); message != nil {
		return *message
	}
	return ""
}

// storePause is how long the line waits before it tries a failing store again.
const storePause = 5 * time.Second

// persevere repeats an access to the store until it succeeds or ctx ends: a full disk is a state to wait out, with the
// searching going on, and no end. A corrupt database is one.
func (l *Line) persevere(ctx context.Context, access func() error) error {
	return l.outlast(ctx, "the store failed; it will be tried again", access)
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
