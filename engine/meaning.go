package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/embedding"
	"github.com/sheafdocs/sheaf/engine/internal/index"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
)

// vectorStore is where vectors are kept; the index is made from it.
type vectorStore interface {
	EachVector(ctx context.Context, fingerprint string, yield func(passageID, contentKey int64, vector []byte) error) error
}

// meaning is the embedding model together with the index of its vectors. Both load on first need, so that a status or
// a keyword search costs neither. Without a model everything but meaning works, and problem says why.
type meaning struct {
	store   vectorStore
	log     *slog.Logger
	model   *embedding.Model // nil: no model
	problem error

	mu    sync.RWMutex
	index *index.Index // nil until the first search
}

func newMeaning(o Options, store vectorStore) *meaning {
	m := &meaning{store: store, log: o.Log}
	if o.NoModel {
		m.problem = catalog.Errorf(catalog.Unavailable, "Search by meaning is switched off.")
		return m
	}
	assets, err := embedding.Locate(o.Assets)
	if err == nil {
		m.model, err = embedding.Open(assets)
	}
	m.problem = err
	return m
}

// embedder returns what gives passages their vectors, nil when there is no model.
func (m *meaning) embedder() ingest.Embedder {
	if m.model == nil {
		return nil
	}
	return m.model
}

// setPace sets how many passages are embedded at once, and what is done first on the goroutine of each.
func (m *meaning) setPace(workers int, begin func()) {
	if m.model != nil {
		m.model.SetPace(workers, begin)
	}
}

// Fingerprint names the active model; empty without one.
func (m *meaning) Fingerprint() string {
	if m.model == nil {
		return ""
	}
	return m.model.Fingerprint()
}

func (m *meaning) status(failure string) catalog.ModelStatus {
	if m.model == nil {
		return catalog.ModelStatus{Error: catalog.MessageOf(m.problem)}
	}
	return catalog.ModelStatus{Name: m.model.Name(), Dimensions: m.model.Dimensions(), Error: failure}
}

// EmbedQuery returns the vector of a question, or Unavailable without a model.
func (m *meaning) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	if m.model == nil {
		return nil, m.problem
	}
	return m.model.EmbedQuery(ctx, text)
}

// EmbedPassages returns the vectors of passages, or Unavailable without a model.
func (m *meaning) EmbedPassages(ctx context.Context, texts []string) ([][]float32, error) {
	if m.model == nil {
		return nil, m.problem
	}
	return m.model.EmbedPassages(ctx, texts)
}

// Search returns the k passages closest to vector among the admitted contents.
func (m *meaning) Search(ctx context.Context, vector []float32, k int, admit *catalog.ContentSet) ([]catalog.Scored, error) {
	x, err := m.loaded(ctx)
	if err != nil {
		return nil, err
	}
	return x.Search(ctx, vector, k, admit)
}

// Similarities returns the cosine of vector with each passage, NaN for one without a vector.
func (m *meaning) Similarities(vector []float32, ids []int64) ([]float64, error) {
	x, err := m.loaded(context.Background())
	if err != nil {
		return nil, err
	}
	return x.Similarities(vector, ids)
}

// Add takes new vectors in. Before the first search there is nothing to add to: the store has them already.
func (m *meaning) Add(ctx context.Context, list []catalog.VectorOf) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.index == nil {
		return nil
	}
	return m.index.Add(ctx, list)
}

// forget drops the vectors of passages that are gone.
func (m *meaning) forget(passages []int64) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.index != nil && len(passages) > 0 {
		m.index.RemovePassages(passages...)
	}
}

// loaded returns the index, reading it from the store on first need. Vectors committed meanwhile wait in Add and are
// taken in afterwards.
func (m *meaning) loaded(ctx context.Context) (*index.Index, error) {
	m.mu.RLock()
	x := m.index
	m.mu.RUnlock()
	if x != nil {
		return x, nil
	}
	if m.model == nil {
		return nil, m.problem
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.index != nil {
		return m.index, nil
	}
	x, err := index.New(m.model.Dimensions())
	if err != nil {
		return nil, err
	}
	skipped, err := x.Load(ctx, func(yield func(passageID, contentKey int64, vector []byte) error) error {
		return m.store.EachVector(ctx, m.model.Fingerprint(), yield)
	})
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	if skipped > 0 {
		m.log.Warn("stored vectors that cannot be ranked were left out", "count", skipped)
	}
	m.index = x
	return x, nil
}

// reset forgets every vector, after the store has.
func (m *meaning) reset() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.index == nil {
		return nil
	}
	err := m.index.Close()
	m.index = nil
	return err
}

func (m *meaning) close() error {
	err := m.reset()
	if m.model != nil {
		err = errors.Join(err, m.model.Close())
	}
	return err
}
