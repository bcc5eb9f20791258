package store

import (
	"context"
	"database/sql"
)

// snapshot is a reading transaction: all its statements see the store at one moment. It is used by one goroutine.
type snapshot struct {
	store *Store
	ctx   context.Context
	tx    *sql.Tx
}

// at runs read over a snapshot.
func (s *Store) at(ctx context.Context, read func(*snapshot) error) error {
	return s.over(ctx, s.readers, read)
}

// apart runs read over a snapshot on a connection that is opened for it: nothing that was read before is remembered there.
func (s *Store) apart(ctx context.Context, read func(*snapshot) error) error {
	handle := openHandle(s.path, "ro", 1)
	defer handle.Close() // nothing was written
	return s.over(ctx, handle, read)
}

func (s *Store) over(ctx context.Context, handle *sql.DB, read func(*snapshot) error) error {
	tx, err := handle.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.fault(err)
	}
	defer tx.Rollback() // nothing to commit
	return s.fault(read(&snapshot{s, ctx, tx}))
}

// rows calls each for every row of a query that is made for this call.
func (s *snapshot) rows(each func(scanner) error, query string, args ...any) error {
	s.store.told(query)
	rows, err := s.tx.QueryContext(s.ctx, query, args...)
	return forEach(rows, err, each)
}

// row reads one row.
func (s *snapshot) row(query string, args ...any) scanner {
	s.store.told(query)
	return s.tx.QueryRowContext(s.ctx, query, args...)
}

// told lets tests look at queries that are made for one call.
func (s *Store) told(query string) {
	if s.asked != nil {
		s.asked(query)
	}
}
