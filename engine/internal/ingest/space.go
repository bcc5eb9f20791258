package ingest

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// growth is how many bytes a data directory grows by, at most, for one byte of text: the text, its passages, the keyword
// index, and all of it once more in the log of the database before that is taken in.
const growth = 6

// hold waits until there is room for so many bytes of text beside the reserve, with the searching going on.
func (l *Line) hold(ctx context.Context, bytes int64) error {
	if l.Room == nil {
		return ctx.Err()
	}
	return l.outlast(ctx, "there is too little free space; indexing waits", func() error { return l.Room(growth * bytes) })
}

// outlast repeats an access until it succeeds or ctx ends, and tells meanwhile what it waits for. Corruption is an end.
func (l *Line) outlast(ctx context.Context, what string, access func() error) error {
	var told *string // by this call: another's problem is not over when this one's is
	for {
		err := access()
		if err == nil {
			if told != nil {
				l.problem.CompareAndSwap(told, nil)
				l.Changed("progress", "")
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
		if told == nil || *told != message {
			l.Log.Error(what, "error", err)
		}
		told = &message
		l.problem.Store(told)
		l.Changed("progress", "")
		if err := sleep(ctx, storePause, nil); err != nil {
			return err
		}
	}
}
