package ingest

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	readAhead   = 1000                   // contents taken from the store at once
	commitBatch = 250                    // outcomes in one transaction, at most
	commitAfter = 100 * time.Millisecond // an outcome waits no longer than this for its transaction
)

// readLoop reads what waits for text until ctx ends. Contents in hand are remembered, so that a slow one holds back
// neither its neighbours nor what arrives meanwhile.
func (l *Line) readLoop(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	hand := newHand()
	outcomes := make(chan catalog.Extracted, commitBatch)
	group.Go(func() error { return l.commit(ctx, outcomes, hand) })
	group.Go(func() error {
		readers, ctx := errgroup.WithContext(ctx)
		readers.SetLimit(max(l.Readers, 1))
		readErr := l.feed(ctx, hand, func(p catalog.Pending) {
			readers.Go(func() error { return l.readOne(ctx, p, hand, outcomes) })
		})
		return errors.Join(readErr, readers.Wait())
	})
	return group.Wait()
}

// feed hands waiting contents to start, most urgent first, until ctx ends.
func (l *Line) feed(ctx context.Context, hand *hand, start func(catalog.Pending)) error {
	for {
		if err := l.gate.pass(ctx); err != nil {
			return err
		}
		var due time.Time
		list, err := hand.take(func(inHand int) (list []catalog.Pending, err error) {
			list, due, err = l.Store.PendingText(ctx, l.Config, readAhead+inHand)
			return list, err
		})
		if err != nil {
			return cmp.Or(ctx.Err(), err)
		}
		l.reading.Store(len(list) > 0)
		if len(list) == 0 && hand.size() == 0 {
			l.progress.end("reading")
		}
		if len(list) == 0 {
			wake(l.meanings)
		}
		for i, p := range list {
			if l.gate.closed() || ctx.Err() != nil {
				hand.drop(list[i:])
				break
			}
			start(p)
		}
		if len(list) == 0 {
			if err := l.rest(ctx, due, hand.released); err != nil {
				return err
			}
		}
	}
}

// rest waits for new work, for room in hand, or for the moment at which a failed content is due again.
func (l *Line) rest(ctx context.Context, due time.Time, released <-chan struct{}) error {
	var again <-chan time.Time
	if !due.IsZero() {
		timer := time.NewTimer(max(due.Sub(l.Now()), time.Second))
		defer timer.Stop()
		again = timer.C
	}
	select {
	case <-l.texts:
	case <-released:
	case <-again:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// commit writes outcomes in batches as they arrive.
func (l *Line) commit(ctx context.Context, outcomes <-chan catalog.Extracted, hand *hand) error {
	var batch []catalog.Extracted
	var late <-chan time.Time // set while a batch is open
	for {
		select {
		case outcome := <-outcomes:
			batch = append(batch, outcome)
			if late == nil {
				late = time.After(commitAfter)
			}
			if len(batch) < commitBatch && len(batch) < hand.size() {
				continue // more is on its way; alone in hand, an edit is searchable at once
			}
		case <-late:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := l.Store.CommitText(ctx, batch); err != nil {
			return cmp.Or(ctx.Err(), err)
		}
		l.progress.finish(len(batch))
		for _, o := range batch {
			hand.release(o.ContentKey)
		}
		batch, late = batch[:0], nil
		l.Changed("contents", "")
	}
}

// readOne reads a content and hands its outcome to the writer.
func (l *Line) readOne(ctx context.Context, p catalog.Pending, hand *hand, outcomes chan<- catalog.Extracted) error {
	l.progress.begin("reading", p.Content.FileName)
	outcome, ok, err := l.read(ctx, p)
	if err != nil || !ok {
		hand.release(p.Content.Key)
		return err
	}
	select {
	case outcomes <- outcome:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read extracts one content. ok is false when there is nothing to commit: the bytes have moved on and were captured
// anew. An error means that the line itself cannot go on.
func (l *Line) read(ctx context.Context, p catalog.Pending) (outcome catalog.Extracted, ok bool, err error) {
	outcome = catalog.Extracted{ContentKey: p.Content.Key, SHA256: p.Content.SHA256, Config: l.Config}
	f, size, err := l.open(ctx, p)
	if err != nil {
		outcome.Failure, outcome.Permanent = failure(err)
		return outcome, true, ctx.Err()
	}
	defer f.Close()
	document, hash, err := l.Extract(ctx, f, p.Content.FileName, size)
	if ctx.Err() != nil {
		return outcome, false, ctx.Err()
	}
	if hash != "" && hash != p.Content.SHA256 && p.Folder.ID != "" {
		return outcome, false, l.recapture(ctx, p)
	}
	if err != nil {
		outcome.Failure, outcome.Permanent = failure(err)
		return outcome, true, nil
	}
	outcome.Document = document
	outcome.Passages = l.Split(document)
	return outcome, true, nil
}

// recapture takes in a file that is no longer what it was when it was captured.
func (l *Line) recapture(ctx context.Context, p catalog.Pending) error {
	info, err := os.Lstat(originalPath(p))
	if err != nil || !info.Mode().IsRegular() {
		return nil // the watcher will say that it is gone
	}
	stat := p.Stat
	stat.Size, stat.ModTime = info.Size(), info.ModTime().UnixNano()
	return l.Capture(ctx, p.Folder, []catalog.FileStat{stat})
}

func (l *Line) open(ctx context.Context, p catalog.Pending) (*os.File, int64, error) {
	if p.Folder.ID == "" {
		f, err := l.Blobs.OpenFile(ctx, p.Content.SHA256)
		return f, p.Content.Size, err
	}
	f, err := OpenRegular(originalPath(p))
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

func originalPath(p catalog.Pending) string {
	return filepath.Join(p.Folder.Path, filepath.FromSlash(p.Stat.Path))
}

// failure turns an error of opening or extracting into the sentence that the person sees, and says whether trying the
// same bytes again is pointless.
func failure(err error) (sentence string, permanent bool) {
	switch {
	case errors.Is(err, os.ErrPermission):
		return "Sheaf may not read this file. Change its permissions and it will be read again.", false
	case errors.Is(err, os.ErrNotExist):
		return "The file was not there when it was its turn to be read.", false
	}
	switch catalog.CodeOf(err) {
	case catalog.Unsupported, catalog.TooLarge, catalog.Invalid, catalog.Corrupt:
		return catalog.MessageOf(err), true
	case catalog.Internal:
		return "This file could not be read: " + err.Error(), false
	}
	return catalog.MessageOf(err), false
}
