package engine

import (
	"context"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
	"github.com/sheafdocs/sheaf/engine/internal/store"
)

// Status reports the state of everything at one moment. It opens neither vectors nor the model.
func (e *Engine) Status(ctx context.Context) (catalog.Status, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Status{}, err
	}
	counts, err := e.store.StatusCounts(ctx, extract.Config(), e.meaning.Fingerprint())
	if err != nil {
		return catalog.Status{}, err
	}
	status := catalog.Status{Documents: counts.Documents, Chunks: counts.Passages, Vectors: counts.Vectors}
	if status.Folders, err = e.store.Folders(ctx); err != nil {
		return status, err
	}
	status.Version, status.DataDir = e.options.Version, e.options.DataDir
	status.Model = e.meaning.status(e.line.EmbedError())
	work, err := e.waiting.of(ctx, e.store, status.Documents.Pending)
	if err != nil {
		return status, err
	}
	status.Progress = e.line.Progress(status.Documents.Pending, status.Vectors.Pending, work)
	if problem := e.scanner.trouble(); problem != "" && status.Progress.Problem == "" {
		status.Progress.Problem = problem
	}
	if e.watcher.Finding() { // more is to come, nobody knows how much
		status.Progress.SecondsLeft = nil
	}
	status.Indexing = e.indexing()
	status.Sync = []catalog.SyncStatus{}
	return status, nil
}

// waitingWork is what waits to be read, by format. Counting it takes a while where a great deal waits, so the last count
// is used again for fifty times as long as it took.
type waitingWork struct {
	mu    sync.Mutex
	list  []catalog.Waiting
	until time.Time
}

func (w *waitingWork) of(ctx context.Context, s *store.Store, documents int) ([]catalog.Waiting, error) {
	if documents == 0 {
		return nil, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	started := time.Now()
	if started.Before(w.until) {
		return w.list, nil
	}
	list, err := s.WaitingWork(ctx, extract.Config())
	if err != nil {
		return nil, err
	}
	w.list = list
	w.until = time.Now().Add(50 * time.Since(started))
	return list, nil
}

// waitPoll is how often Wait looks again when no event has said that something changed.
const waitPoll = time.Second

// Wait scans every folder anew, tries again what failed for a reason that may have passed, and returns when nothing is
// pending: what lay on disk when it was called is searchable.
// It needs a running engine, and returns ctx's error when that ends first. Unavailable when meaning cannot be computed.
func (e *Engine) Wait(ctx context.Context) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	select {
	case <-e.running:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer e.governor.hurry(e)()
	changed := make(chan struct{}, 1)
	listening, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_ = e.Subscribe(listening, func(catalog.Event) error { // ends with listening, which is no failure
			select {
			case changed <- struct{}{}:
			default:
			}
			return nil
		})
	}()
	if err := e.checkFolders(ctx); err != nil {
		return err
	}
	if err := e.retryPassing(ctx); err != nil {
		return err
	}
	for {
		status, err := e.Status(ctx)
		if err != nil || status.Idle() {
			return err
		}
		if status.Documents.Pending == 0 && status.Model.Error != "" {
			return catalog.Errorf(catalog.Unavailable, "%s", status.Model.Error)
		}
		timer := time.NewTimer(waitPoll)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		timer.Stop()
	}
}

// retryPassing reads again what could not be read for a reason that may have passed: permissions, a crashed child.
func (e *Engine) retryPassing(ctx context.Context) error {
	if err := e.store.RetryPassing(ctx); err != nil {
		return err
	}
	e.line.Wake()
	return nil
}

// checkFolders scans every folder that is watched. One that is removed meanwhile needs no scan.
func (e *Engine) checkFolders(ctx context.Context) error {
	folders, err := e.watchable(ctx)
	if err != nil {
		return err
	}
	for _, f := range folders {
		err := e.watcher.Check(ctx, f.ID)
		if catalog.CodeOf(err) == catalog.NotFound {
			if _, known := e.store.Folder(ctx, f.ID); catalog.CodeOf(known) == catalog.NotFound {
				continue
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Reindex drops everything derived (text, passages, keyword rows, vectors, pictures) and reads every document again.
func (e *Engine) Reindex(ctx context.Context) error {
	if _, err := owner(ctx); err != nil {
		return err
	}
	if err := e.store.WipeDerived(ctx); err != nil {
		return err
	}
	if err := e.meaning.reset(); err != nil {
		return err
	}
	if err := e.pictures.Clear(); err != nil {
		return err
	}
	e.line.Wake()
	return nil
}
