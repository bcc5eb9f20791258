// Package ingest is the writing line, end to end: capture -> extract -> chunk -> keyword rows -> vectors -> index.
//
// What waits is never a queue but a question to the store: contents whose text is not of their present bytes, passages
// without a vector of the present model. A crash at any point therefore resumes by itself, and nothing is done twice.
//
//   - Capture (capture.go) hashes files in place and records what is new, revised, renamed or gone.
//   - the reading loop (read.go) turns waiting contents into text and keyword rows: searchable from then on.
//   - the meaning loop (embed.go) gives passages their vectors and yields whenever text is waiting.
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
type Extract func(ctx context.Context, f *os.File, name string, size int64) (catalog.Document, string, error)

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
	Extract     Extract // extract.ErrSlow sends a document to ExtractSlow
	ExtractSlow Extract // reads one document at a time
	Config      string  // extraction configuration, part of what makes text up to date
	Split       func(catalog.Document) []catalog.Passage
	Sketch      func(catalog.Document) catalog.Sketch // a small likeness of the text, to find what is nearly the same
	Blobs       Blobs
	Embedder    Embedder
	Vectors     Vectors
	Readers     int // documents read at once
	Changed     func(kind, id string)
	Now         func() time.Time
	Log         *slog.Logger
}

// Line is the writing line of one data directory.
type Line struct {
	Options
	hand     *hand
	progress progress
	texts    chan struct{} // something may wait for text
	meanings chan struct{} // something may wait for vectors
	reading  atomic.Bool   // text is waiting: the meaning loop yields
	embedErr atomic.Pointer[string]
	problem  atomic.Pointer[string] // what keeps the store from taking text in
	gate     gate
}

// New makes a Line; Run starts it.
func New(o Options) *Line {
	return &Line{
		Options:  o,
		hand:     newHand(),
		progress: progress{now: o.Now},
		texts:    make(chan struct{}, 1),
		meanings: make(chan struct{}, 1),
		gate:     newGate(),
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

// Wake makes the line look for waiting work.
func (l *Line) Wake() {
	wake(l.texts)
	wake(l.meanings)
}

// Pause holds back reading and embedding after what is in hand; Resume lets them go on.
func (l *Line) Pause()  { l.gate.close(); l.Changed("progress", "") }
func (l *Line) Resume() { l.gate.open(); l.Changed("progress", "") }

// Paused reports whether the line is held.
func (l *Line) Paused() bool { return l.gate.closed() }

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
	var told *string // by this call: another's problem is not over when this one's is
	for {
		err := access()
		if err == nil {
			if told != nil {
				l.problem.CompareAndSwap(told, nil)
			}
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if catalog.CodeOf(err) == catalog.Corrupt {
			return err
		}
		message := catalog.MessageOf(err)
		told = &message
		l.problem.Store(told)
		l.Log.Error("the store failed; it will be tried again", "error", err)
		l.Changed("progress", "")
		if err := sleep(ctx, storePause, nil); err != nil {
			return err
		}
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
