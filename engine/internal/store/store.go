// Package store is the truth of a data directory: one SQLite database.
//
// There is one writing connection and a handful of reading ones. Every change is one transaction on the writing
// connection, and a change to something that is synchronised writes its journal rows (journal.go) in that same
// transaction. Readers see whole commits only and never wait for the writer.
//
// Text, passages, keyword rows and vectors are derived: they may be wiped and come again (derived.go). What waits to be
// done is a query over the rows themselves, so a crash at any moment resumes without a queue.
//
// The store starts no goroutine. It checks no policy: the engine does, and hands over workspaces and users that it has
// already allowed. An empty list of workspaces admits nothing, never everything.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// FileName is the database within the data directory.
const FileName = "sheaf.db"

// maxCommitItems is how many items one commit may touch.
const maxCommitItems = 1000

// Options configure a Store. Zero values mean the real clock and randomness, and nobody to tell.
type Options struct {
	Now    func() time.Time
	Random io.Reader
	// Changed is called after every commit that changed something, in the order of commits, before the writing method
	// returns. It must be quick and must not write to the store.
	Changed func(catalog.ChangeSet)
}

// Store is an open database. Its methods may be called from any goroutine.
type Store struct {
	path    string
	options Options
	device  device                 // for whoever has the turn
	id      atomic.Pointer[string] // this device's, for everybody
	epoch   string                 // this database's history
	issued  clock                  // by whoever has the turn

	readers  *sql.DB
	writing  *sql.DB
	writer   *sql.Conn
	turn     chan struct{} // held by whoever writes
	prepared map[string]*sql.Stmt
	failing  func(query string) error // tests: fail before a statement
	asked    func(query string)       // tests: see queries that are made for one call
	commits  atomic.Int64             // how many there have been
	totals   totals
	fewest   int // fewContents; tests choose another number

	readMu     sync.Mutex
	readStmts  map[string]*sql.Stmt
	config     atomic.Pointer[string] // extraction configuration that stale was last computed for
	vectorMu   sync.Mutex
	vectorsTo  map[string]int64 // by fingerprint: every live passage up to this id has its vector
	vectorTurn int64            // grows whenever vectorsTo is forgotten
}

// Open opens or creates dir/sheaf.db and brings it to the newest schema. Errors: Corrupt when the file is no database of
// Sheaf or fails a quick check, Unsupported when a newer program wrote it; in both cases nothing has been changed.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Changed == nil {
		o.Changed = func(catalog.ChangeSet) {}
	}
	path := filepath.Join(dir, FileName)
	if err := inspect(ctx, path); err != nil {
		return nil, err
	}
	s := &Store{
		path: path, options: o, turn: make(chan struct{}, 1),
		fewest: fewContents, prepared: map[string]*sql.Stmt{}, readStmts: map[string]*sql.Stmt{}, vectorsTo: map[string]int64{},
	}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, s.fault(err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	s.writing = openHandle(s.path, "rwc", 1)
	if err := migrate(ctx, s.writing, s.path); err != nil {
		return err
	}
	if s.writer, err = s.writing.Conn(ctx); err != nil {
		return err
	}
	s.readers = openHandle(s.path, "ro", max(4, runtime.NumCPU()))
	if err := s.bootstrap(ctx); err != nil {
		return err
	}
	if err := s.backfill(ctx); err != nil {
		return err
	}
	return s.followCategories(ctx)
}

// Close releases the database. No method may be running.
func (s *Store) Close() error {
	var errs []error
	for _, stmt := range s.prepared {
		errs = append(errs, stmt.Close())
	}
	for _, stmt := range s.readStmts {
		errs = append(errs, stmt.Close())
	}
	if s.readers != nil {
		errs = append(errs, s.readers.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.writing != nil {
		errs = append(errs, s.writing.Close())
	}
	return errors.Join(errs...)
}

// DeviceID is the id of this device in dots and stamps.
func (s *Store) DeviceID() string { return *s.id.Load() }

// inspect looks at an existing file without changing it.
func inspect(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return catalog.WrapError(catalog.Denied, fmt.Sprintf("%s cannot be opened. Check its permissions.", path), err)
	}
	defer f.Close()
	var header [16]byte
	switch n, err := io.ReadFull(f, header[:]); {
	case n == 0 && err == io.EOF:
		return nil // SQLite makes an empty file before its first commit
	case string(header[:n]) != "SQLite format 3\x00":
		return corrupt(path, err)
	}
	db := openHandle(path, "ro", 1)
	defer db.Close()
	if _, err := userVersion(ctx, db, path); err != nil {
		if isDamage(err) {
			return corrupt(path, err)
		}
		return err
	}
	if info, err := f.Stat(); err != nil || info.Size() > quickCheckLimit {
		return err
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		if isDamage(err) {
			return corrupt(path, err)
		}
		return err
	}
	if verdict != "ok" {
		return corrupt(path, errors.New(verdict))
	}
	return nil
}

// quickCheckLimit is the size up to which opening checks every page: about a quarter of a second. Above, only doctor
// does.
const quickCheckLimit = 256 << 20

func corrupt(path string, err error) error {
	return catalog.WrapError(catalog.Corrupt, fmt.Sprintf(
		"The database %s is damaged. Move it away and put back a backup, or start Sheaf without it to index the folders anew; nothing was changed.", path), err)
}

func isDamage(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB)
}

// fault gives an error of SQLite the code of what a person can do about it. Errors that have a code keep it.
func (s *Store) fault(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	if coded, ok := errors.AsType[*catalog.Error](err); ok {
		return fmt.Errorf("store: %w", coded)
	}
	switch e.Code {
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return corrupt(s.path, err)
	case sqlite3.ErrFull:
		return catalog.WrapError(catalog.Unavailable, "The disk that holds "+s.path+" is full. Free some space; nothing was lost.", errors.Join(catalog.ErrDiskFull, err))
	case sqlite3.ErrInterrupt:
		return fmt.Errorf("store: %w", context.Canceled)
	}
	return fmt.Errorf("store: %w", err)
}

// newID makes an id. Only whoever has the turn may call it: randomness need not be safe for concurrent use.
func (s *Store) newID(now time.Time) string { return catalog.NewID(now, s.options.Random) }

// randomBytes returns n random bytes, under the same rule.
func (s *Store) randomBytes(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(s.options.Random, b)
	return b, err
}

// hashBytes turns a hash in hex into what a row holds; hashText is the way back.
func hashBytes(text string) []byte {
	b, err := hex.DecodeString(text)
	if err != nil || b == nil {
		return []byte{}
	}
	return b
}

func hashText(b []byte) string { return hex.EncodeToString(b) }
