package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
)

const (
	readAhead   = 1000                   // contents taken from the store at once
	commitBatch = 250                    // outcomes in one transaction, at most
	commitAfter = 100 * time.Millisecond // an outcome waits no longer than this for its transaction
)

// textRoom is how many bytes of text may wait for their transaction, so that a folder of huge documents does not fill
// the memory.
const textRoom = 64 << 20

// slowQueue is how many documents may wait for the slow lane before they hold back others.
const slowQueue = 10_000

// reading is one run of the reading loop.
type reading struct {
	*Line
	outcomes chan catalog.Extracted
	slow     chan catalog.Pending
	room     *semaphore.Weighted // bytes of text that may wait for their transaction
}

// readLoop reads what waits for text until ctx ends. Contents in hand are remembered, so that a slow one holds back
// neither its neighbours nor what arrives meanwhile.
func (l *Line) readLoop(ctx context.Context) error {
	r := &reading{
		Line: l, outcomes: make(chan catalog.Extracted, commitBatch), slow: make(chan catalog.Pending, slowQueue),
		room: semaphore.NewWeighted(textRoom),
	}
	defer l.hand.empty()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.commit(ctx) })
	group.Go(func() error { return r.readSlow(ctx) })
	group.Go(func() error {
		readers, ctx := errgroup.WithContext(ctx)
		readers.SetLimit(max(l.Readers, 1))
		readErr := r.feed(ctx, func(p catalog.Pending) {
			readers.Go(func() error { return r.readOne(ctx, p, l.Extract) })
		})
		return errors.Join(readErr, readers.Wait())
	})
	return group.Wait()
}

// readSlow reads, one after the other, the documents that took too long among the others.
func (r *reading) readSlow(ctx context.Context) error {
	for {
		select {
		case p := <-r.slow:
			if err := r.gate.pass(ctx); err != nil {
				return err
			}
			if err := r.readOne(ctx, p, r.ExtractSlow); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// feed hands waiting contents to start, most urgent first, until ctx ends.
func (r *reading) feed(ctx context.Context, start func(catalog.Pending)) error {
	for {
		if err := r.gate.pass(ctx); err != nil {
			return err
		}
		var due time.Time
		var list []catalog.Pending
		err := r.persevere(ctx, func() (err error) {
			list, err = r.hand.take(func(inHand int) (list []catalog.Pending, err error) {
				list, due, err = r.Store.PendingText(ctx, r.Config, readAhead+inHand)
				return list, err
			})
			return err
		})
		if err != nil {
			return err
		}
		r.reading.Store(len(list) > 0)
		if len(list) == 0 && r.hand.size() == 0 {
			r.progress.end("reading")
		}
		if len(list) == 0 {
			wake(r.meanings)
		}
		for i, p := range list {
			if r.gate.closed() || ctx.Err() != nil {
				r.hand.drop(list[i:])
				break
			}
			start(p)
		}
		if len(list) == 0 {
			if err := r.rest(ctx, due); err != nil {
				return err
			}
		}
	}
}

// rest waits for new work, for room in hand, or for the moment at which a failed content is due again.
func (r *reading) rest(ctx context.Context, due time.Time) error {
	var again <-chan time.Time
	if !due.IsZero() {
		timer := time.NewTimer(max(due.Sub(r.Now()), time.Second))
		defer timer.Stop()
		again = timer.C
	}
	select {
	case <-r.texts:
	case <-r.hand.released:
	case <-again:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// commit writes outcomes in batches as they arrive.
func (r *reading) commit(ctx context.Context) error {
	var batch []catalog.Extracted
	var late <-chan time.Time // set while a batch is open
	for {
		select {
		case outcome := <-r.outcomes:
			batch = append(batch, outcome)
			if late == nil {
				late = time.After(commitAfter)
			}
			if len(batch) < commitBatch && len(batch) < r.hand.size() {
				continue // more is on its way; alone in hand, an edit is searchable at once
			}
		case <-late:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := r.persevere(ctx, func() error { return r.Store.CommitText(ctx, batch) }); err != nil {
			return err
		}
		r.progress.finish(len(batch))
		for _, o := range batch {
			r.hand.release(o.ContentKey)
			r.room.Release(weight(o))
		}
		batch, late = batch[:0], nil
		r.Changed("contents", "")
	}
}

// readOne reads a content with extract and hands its outcome to the writer.
func (r *reading) readOne(ctx context.Context, p catalog.Pending, with Extract) error {
	r.progress.begin("reading", p.Content.FileName)
	r.hand.begin(p.Content.Key, r.Now())
	outcome, ok, err := r.read(ctx, p, with)
	if errors.Is(err, extract.ErrSlow) {
		r.hand.rest(p.Content.Key)
		return send(ctx, r.slow, p)
	}
	if err != nil || !ok {
		r.hand.release(p.Content.Key)
		return err
	}
	if err := r.room.Acquire(ctx, weight(outcome)); err != nil {
		return err
	}
	return send(ctx, r.outcomes, outcome)
}

// weight is the room that an outcome takes, in bytes of text.
func weight(o catalog.Extracted) int64 {
	var bytes int64
	for _, page := range o.Document.Pages {
		bytes += int64(len(page.Text))
	}
	return min(bytes, textRoom)
}

func send[T any](ctx context.Context, c chan<- T, value T) error {
	select {
	case c <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read extracts one content. ok is false when there is nothing to commit: the bytes have moved on and were captured
// anew. An error means that the line itself cannot go on, or extract.ErrSlow that the document belongs in the slow lane.
func (l *Line) read(ctx context.Context, p catalog.Pending, with Extract) (outcome catalog.Extracted, ok bool, err error) {
	outcome = catalog.Extracted{ContentKey: p.Content.Key, SHA256: p.Content.SHA256, Config: l.Config}
	f, size, err := l.open(ctx, p)
	if err != nil {
		outcome.Failure, outcome.Permanent = failure(err)
		return outcome, true, ctx.Err()
	}
	defer f.Close()
	document, hash, err := with(ctx, f, p.Content.FileName, size)
	if ctx.Err() != nil {
		return outcome, false, ctx.Err()
	}
	if errors.Is(err, extract.ErrSlow) {
		return outcome, false, err
	}
	if hash != "" && hash != p.Content.SHA256 && p.Folder.ID != "" {
		return outcome, false, l.persevere(ctx, func() error { return l.recapture(ctx, p) })
	}
	if err != nil {
		outcome.Failure, outcome.Permanent = failure(err)
		return outcome, true, nil
	}
	outcome.Document = document
	outcome.Passages, outcome.Sketch = l.Split(document), l.Sketch(document)
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
