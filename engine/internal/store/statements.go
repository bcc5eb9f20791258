package store

import (
	"context"
	"database/sql"
)

// Statement is a query that an answer was made of.
type Statement struct {
	Query    string
	Args     []any
	prepared bool
}

type recordingKey struct{}

// Recording returns a context whose fetches and counts note the queries that their answers are made of. What they ask to
// choose those is not noted, and nothing is taken from what earlier calls have found out. It is for measurements.
func Recording(ctx context.Context, into *[]Statement) context.Context {
	return context.WithValue(ctx, recordingKey{}, into)
}

// recording is where queries are noted; nil: nowhere.
func recording(ctx context.Context) *[]Statement {
	into, _ := ctx.Value(recordingKey{}).(*[]Statement)
	return into
}

// record notes a query of an answer.
func record(ctx context.Context, query string, args []any, prepared bool) {
	if into := recording(ctx); into != nil {
		*into = append(*into, Statement{query, args, prepared})
	}
}

// Replay runs queries again, on the connections and within a snapshot as those that noted them, and reads what they
// give.
func (s *Store) Replay(ctx context.Context, list []Statement) error {
	if len(list) == 1 && list[0].prepared {
		stmt, err := s.prepare(list[0].Query)
		if err != nil {
			return err
		}
		rows, err := stmt.QueryContext(ctx, list[0].Args...)
		return readAll(rows, err)
	}
	return s.at(ctx, func(s *snapshot) error {
		for _, statement := range list {
			rows, err := s.tx.QueryContext(s.ctx, statement.Query, statement.Args...)
			if err := readAll(rows, err); err != nil {
				return err
			}
		}
		return nil
	})
}

func readAll(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]sql.RawBytes, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	return forEach(rows, nil, func(row scanner) error { return row.Scan(into...) })
}
