package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// tx is one write transaction. It ends with the function it was given to.
type tx struct {
	s       *Store
	now     time.Time
	device  device // as whom this transaction writes
	clock   clock
	seqs    map[int64]*commit // by feed
	items   int               // items that this transaction touched
	indexed []indexing        // changes of the keyword tables, made at the end
	unsaved int               // bytes of text among them
	revised map[int64]bool    // keys of workspaces whose version grows with this commit
	changed catalog.ChangeSet
	touched map[string]bool // workspace ids in changed

	severally bool // more items than one commit takes become several commits
}

// indexing is one change of a keyword table.
type indexing struct {
	query string
	args  []any
}

// index puts a change of a keyword table off to the end of the transaction. FTS5 writes what it has gathered whenever
// another statement opens a savepoint of its own, which every statement with a trigger does: mixed with them each row
// would become a segment (measured: five times slower).
func (t *tx) index(query string, args ...any) {
	t.indexed = append(t.indexed, indexing{query, args})
	for _, a := range args {
		if text, is := a.(string); is {
			t.unsaved += len(text)
		}
	}
}

func (t *tx) saveIndexed() error {
	for _, i := range t.indexed {
		if _, err := t.exec(i.query, i.args...); err != nil {
			return err
		}
	}
	clear(t.indexed)
	t.indexed, t.unsaved = t.indexed[:0], 0
	return nil
}

// indexedMost is how many bytes of text are put off to the end of a transaction.
const indexedMost = 8 << 20

// saveMuchIndexed does not wait for the end of the transaction when much has been put off: a document has up to 50 MB of
// text, which is three times as much when its script has to be split.
func (t *tx) saveMuchIndexed() error {
	if t.unsaved < indexedMost {
		return nil
	}
	return t.saveIndexed()
}

// write runs change in one transaction: all of it becomes durable or nothing. Statements inside are not interrupted by
// ctx, which is looked at once before the start: a transaction is short.
func (s *Store) write(ctx context.Context, change func(*tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &tx{s: s, now: s.options.Now().UTC(), device: s.device, seqs: map[int64]*commit{}, revised: map[int64]bool{}, touched: map[string]bool{}}
	if _, err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return s.fault(err)
	}
	err := change(t)
	if err == nil && t.items > maxCommitItems && !t.severally {
		err = catalog.Errorf(catalog.TooLarge, "One change may touch at most %d documents.", maxCommitItems)
	}
	if err == nil {
		err = t.saveClock()
	}
	if err == nil {
		err = t.saveVersions()
	}
	if err == nil {
		err = t.saveIndexed()
	}
	if err == nil {
		_, err = t.exec("COMMIT")
	}
	if err != nil {
		_, rollback := s.writer.ExecContext(context.Background(), "ROLLBACK")
		_ = rollback // a failed COMMIT may have rolled back by itself
		return s.fault(err)
	}
	if s.device != t.device {
		s.device = t.device
		s.id.Store(&t.device.id)
	}
	s.commits.Add(1)
	if c := t.changed; len(c.Workspaces)+len(c.Contents)+len(c.Unindexed) > 0 || c.Folders {
		s.options.Changed(c)
	}
	return nil
}

// exec runs a statement whose text is constant: it is prepared once.
func (t *tx) exec(query string, args ...any) (sql.Result, error) {
	stmt, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return stmt.Exec(args...)
}

// row reads one row of a constant query.
func (t *tx) row(query string, args ...any) scanner {
	stmt, err := t.stmt(query)
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRow(args...)
}

// rows calls each for every row of a constant query.
func (t *tx) rows(each func(scanner) error, query string, args ...any) error {
	stmt, err := t.stmt(query)
	if err != nil {
		return err
	}
	rows, err := stmt.Query(args...)
	return forEach(rows, err, each)
}

func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if t.s.failing != nil {
		if err := t.s.failing(query); err != nil {
			return nil, err
		}
	}
	if stmt, ok := t.s.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := t.s.writer.PrepareContext(context.Background(), query)
	if err == nil {
		t.s.prepared[query] = stmt
	}
	return stmt, err
}

// revise lets a workspace's version grow: its name or description, its documents (added, trashed, restored) or its members
// have changed. However many did, it grows by one at the end of the commit.
func (t *tx) revise(workspace int64) { t.revised[workspace] = true }

func (t *tx) saveVersions() error {
	for key := range t.revised {
		if _, err := t.exec("UPDATE workspace SET version = version + 1 WHERE key = ?", key); err != nil {
			return err
		}
	}
	return nil
}

// workspaceChanged and contentChanged note what to tell after the commit.
func (t *tx) workspaceChanged(id string) {
	if !t.touched[id] {
		t.touched[id] = true
		t.changed.Workspaces = append(t.changed.Workspaces, id)
	}
}

func (t *tx) contentChanged(key int64) { t.changed.Contents = append(t.changed.Contents, key) }

// scanner is a row.
type scanner interface{ Scan(into ...any) error }

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

// forEach calls each for every row and closes rows.
func forEach(rows *sql.Rows, err error, each func(scanner) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// prepare returns a statement for readers; only constant queries go through it.
func (s *Store) prepare(query string) (*sql.Stmt, error) {
	s.readMu.Lock()
	defer s.readMu.Unlock()
	if stmt, ok := s.readStmts[query]; ok {
		return stmt, nil
	}
	stmt, err := s.readers.Prepare(query)
	if err == nil {
		s.readStmts[query] = stmt
	}
	return stmt, err
}

// readRow reads one row of a constant query on a reading connection.
func (s *Store) readRow(ctx context.Context, query string, args ...any) scanner {
	stmt, err := s.prepare(query)
	if err != nil {
		return failed{s.fault(err)}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// read calls each for every row of a constant query on a reading connection.
func (s *Store) read(ctx context.Context, each func(scanner) error, query string, args ...any) error {
	stmt, err := s.prepare(query)
	if err != nil {
		return s.fault(err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return s.fault(forEach(rows, err, each))
}

// readOnce is read for a query that is made for this call.
func (s *Store) readOnce(ctx context.Context, each func(scanner) error, query string, args ...any) error {
	s.told(query)
	rows, err := s.readers.QueryContext(ctx, query, args...)
	return s.fault(forEach(rows, err, each))
}

// notFound turns "no row" into a NotFound error with the given sentence.
func notFound(err error, sentence string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.Errorf(catalog.NotFound, "%s", sentence)
	}
	return err
}

// moment reads a nullable column of seconds; unix is the way back for the zero time.
func moment(seconds sql.NullInt64) time.Time {
	if !seconds.Valid {
		return time.Time{}
	}
	return time.Unix(seconds.Int64, 0).UTC()
}

func unix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}
