package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
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
	outcomes chan outcome
	slow     chan catalog.Pending
	room     *semaphore.Weighted // bytes of text that may wait for their transaction
	restless *restless
	cold     *cold
	quick    gate      // closed while documents wait that may be quick
	aside    time.Time // since when what takes long has been waiting for what is taken in; zero: it has not
}

// outcome is what reading a content gave, with what it took.
type outcome struct {
	catalog.Extracted
	work work
}

// readLoop reads what waits for text until ctx ends. Contents in hand are remembered, so that a slow one holds back
// neither its neighbours nor what arrives meanwhile.
func (l *Line) readLoop(ctx context.Context) error {
	r := &reading{
		Line: l, outcomes: make(chan outcome, commitBatch), slow: make(chan catalog.Pending, slowQueue),
		room: semaphore.NewWeighted(textRoom), restless: newRestless(), quick: newGate(), cold: newCold(l.Prepared == nil),
	}
	defer l.hand.empty()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.commit(ctx) })
	group.Go(func() error { return r.readSlow(ctx) })
	group.Go(func() error { return r.settle(ctx) })
	group.Go(func() error { return r.warm(ctx) })
	group.Go(func() error {
		readers, ctx := errgroup.WithContext(ctx)
		readers.SetLimit(max(l.Readers, 1))
		readErr := r.feed(ctx, func(p catalog.Pending, end func()) {
			readers.Go(func() error {
				defer end()
				if r.cold.keeps(p) {
					return nil
				}
				if r.cold.takes(p) {
					return send(ctx, r.slow, p)
				}
				return r.readOne(ctx, p, l.Extract)
			})
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
			if err := r.quick.passWithin(ctx, r.Aside); err != nil {
				return err
			}
			end, err := r.slowly.begin(ctx, p.Interactive)
			if err != nil {
				return err
			}
			err = r.readOne(ctx, p, r.ExtractSlow)
			end()
			if err != nil {
				return err
			}
			if p.Content.FileFormat == pdf {
				r.hand.drop(r.cold.end())
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// feed hands waiting contents to start, most urgent first, until ctx ends. The budget lets the next one begin only then,
// so that what a person has come to wait for meanwhile is before it.
func (r *reading) feed(ctx context.Context, start func(p catalog.Pending, end func())) error {
	for {
		if err := r.gate.pass(ctx); err != nil {
			return err
		}
		r.urgent.Store(false)
		r.taken.Store(false)
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
			r.quick.open()
			wake(r.meanings)
		} else {
			r.quick.close()
		}
		aside, err := r.startAll(ctx, list, start)
		if err != nil {
			return err
		}
		if aside {
			due = r.Now().Add(time.Second)
		}
		if len(list) == 0 || aside {
			if err := r.rest(ctx, due); err != nil {
				return err
			}
		}
	}
}

// takesLong is the effort from which on a file is not begun before what has been taken in since has been looked at: there may
// be quicker ones among it.
const takesLong = packedEffort

// startAll starts what was taken in hand, as far as nothing comes between that goes before it. aside is true when what is
// left takes long and files are being taken in: quicker ones are to be expected.
func (r *reading) startAll(ctx context.Context, list []catalog.Pending, start func(p catalog.Pending, end func())) (aside bool, err error) {
	if err := r.hold(ctx, 0); err != nil {
		return false, err
	}
	for i, p := range list {
		end, err := r.fast.begin(ctx, p.Interactive)
		if err != nil {
			return false, err
		}
		long := !p.Interactive && effortOf(p.Content.FileFormat, p.Content.Size) >= takesLong
		aside := long && r.standsAside()
		if aside || r.gate.closed() || !p.Interactive && r.urgent.Load() || long && r.taken.Load() {
			end()
			r.hand.drop(list[i:])
			select {
			case <-r.hand.released: // by that
			default:
			}
			return aside, nil
		}
		start(p, end)
	}
	r.aside = time.Time{}
	return false, nil
}

// standsAside reports whether what takes long is to wait for what is being taken in.
func (r *reading) standsAside() bool {
	if r.capturing.Load() == 0 {
		return false
	}
	if r.aside.IsZero() {
		r.aside = time.Now()
	}
	return time.Since(r.aside) < r.Aside
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
	var done work
	var late <-chan time.Time // set while a batch is open
	for {
		select {
		case outcome := <-r.outcomes:
			batch = append(batch, outcome.Extracted)
			done = done.plus(outcome.work)
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
		if err := r.hold(ctx, weights(batch)); err != nil {
			return err
		}
		started := time.Now()
		if err := r.persevere(ctx, func() error { return r.Store.CommitText(ctx, batch) }); err != nil {
			return err
		}
		r.fast.charge(time.Since(started))
		r.progress.read(done)
		r.letGo(batch)
		batch, done, late = batch[:0], work{}, nil
		r.Changed("contents", "")
	}
}

// muchText is how many bytes of text leave enough behind to be cleared away at once.
const muchText = 8 << 20

// letGo forgets outcomes that have been committed and makes room for others. What a huge document leaves behind is cleared
// away before the next one can come: the collector would wait until there is twice as much.
func (r *reading) letGo(batch []catalog.Extracted) {
	keys, weights, sum := make([]int64, len(batch)), make([]int64, len(batch)), int64(0)
	for i, o := range batch {
		keys[i], weights[i] = o.ContentKey, weight(o)
		sum += weights[i]
	}
	clear(batch)
	if sum >= muchText {
		debug.FreeOSMemory()
	}
	for i, key := range keys {
		r.hand.release(key)
		r.room.Release(weights[i])
	}
}

// readOne reads a content with extract and hands its outcome to the writer.
func (r *reading) readOne(ctx context.Context, p catalog.Pending, with Extract) error {
	key := p.Content.Key
	r.progress.begin("reading", p.Content.FileName)
	wanted := r.hand.begin(ctx, key, r.Now())
	read, err := r.read(wanted, p, with)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case context.Cause(wanted) == errStopped:
		read = r.failed(p, "You stopped the reading of this file. It is read when it changes, or when you ask for it.", true)
	case errors.Is(err, extract.ErrSlow):
		r.hand.rest(key)
		return send(ctx, r.slow, p)
	case errors.Is(err, errMovedOn):
		r.hand.rest(key)
		r.restless.add(p, time.Now())
		return nil
	}
	r.restless.settled(key)
	if err := r.room.Acquire(ctx, weight(read)); err != nil {
		return err
	}
	return send(ctx, r.outcomes, outcome{read, workOf(p.Content)})
}

// weight is the room that an outcome takes, in bytes of text.
func weight(o catalog.Extracted) int64 {
	var bytes int64
	for _, page := range o.Document.Pages {
		bytes += int64(len(page.Text))
	}
	for _, part := range o.Parts {
		for _, page := range part.Document.Pages {
			bytes += int64(len(page.Text))
		}
	}
	return min(bytes, textRoom)
}

// parts adds the documents that lie within one, at a path, each before what lies in it.
func (l *Line) parts(list []catalog.ExtractedPart, within string, document catalog.Document) []catalog.ExtractedPart {
	for _, p := range document.Parts {
		path := p.Key
		if within != "" {
			path = catalog.PartPath(within, p.Key)
		}
		inner := p.Document
		inner.Parts = nil
		list = append(list, catalog.ExtractedPart{Path: path, Name: p.Name, Size: p.Size, SHA256: p.SHA256, Document: inner,
			Passages: l.Split(inner), Sketch: l.Sketch(inner), Failure: p.Failure})
		list = l.parts(list, path, p.Document)
	}
	return list
}

// weights is the room that outcomes take together.
func weights(list []catalog.Extracted) (bytes int64) {
	for _, o := range list {
		bytes += weight(o)
	}
	return bytes
}

func send[T any](ctx context.Context, c chan<- T, value T) error {
	select {
	case c <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read extracts one content. An error says what is to be done instead of committing anything: extract.ErrSlow that the
// document belongs in the slow lane, errMovedOn that its bytes are not those that were captured.
func (l *Line) read(ctx context.Context, p catalog.Pending, with Extract) (catalog.Extracted, error) {
	f, before, err := l.open(ctx, p)
	if err != nil {
		return l.unread(p, err), nil
	}
	defer f.Close()
	if l.Passwords != nil {
		ctx = extract.WithPasswords(ctx, func() []string { return l.Passwords(p.Content.ID) })
	}
	document, hash, err := with(ctx, f, extract.Want{Name: p.Content.FileName, Size: before.Size(), Open: p.Folder.OpenArchives})
	if errors.Is(err, extract.ErrSlow) {
		return catalog.Extracted{}, err
	}
	if p.Folder.ID != "" && (hash != "" && hash != p.Content.SHA256 || err != nil && !sameFile(f, before)) {
		return catalog.Extracted{}, errMovedOn
	}
	if err != nil {
		return l.unread(p, err), nil
	}
	read := l.outcome(p)
	read.Parts = l.parts(nil, "", document)
	document.Parts = nil
	read.Document, read.Locked = document, document.Locked
	read.Passages, read.Sketch = l.Split(document), l.Sketch(document)
	return read, nil
}

func (l *Line) outcome(p catalog.Pending) catalog.Extracted {
	return catalog.Extracted{ContentKey: p.Content.Key, SHA256: p.Content.SHA256, Config: l.Config}
}

// unread is failed with the sentence for an error.
func (l *Line) unread(p catalog.Pending, err error) catalog.Extracted {
	sentence, permanent := failure(err)
	read := l.failed(p, sentence, permanent)
	read.Locked = catalog.CodeOf(err) == catalog.Locked
	return read
}

// failed is the outcome of a content that could not be read.
func (l *Line) failed(p catalog.Pending, sentence string, permanent bool) catalog.Extracted {
	e := l.outcome(p)
	e.Failure, e.Permanent = sentence, permanent
	return e
}

// open opens what a content was captured from, and says how it is at that moment.
func (l *Line) open(ctx context.Context, p catalog.Pending) (*os.File, os.FileInfo, error) {
	if p.Folder.ID != "" {
		return openRegular(originalPath(p))
	}
	f, err := l.Blobs.OpenFile(ctx, p.Content.SHA256)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
	}
	return f, info, err
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
	case catalog.Unsupported, catalog.Locked, catalog.TooLarge, catalog.Invalid, catalog.Corrupt:
		return catalog.MessageOf(err), true
	case catalog.Internal:
		return "This file could not be read: " + err.Error(), false
	}
	return catalog.MessageOf(err), false
}
