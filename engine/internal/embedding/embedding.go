// Package embedding turns text into vectors with the built-in model: an ONNX encoder beside the executable, run by the
// ONNX Runtime library that lies there too. It never touches the network.
//
// The idea: one text, one run, one thread. The runtime's own threads are off, so a run belongs to the goroutine that
// asked for it; queries run at once on their caller's goroutine, passages on a few goroutines that EmbedPassages starts
// and waits for, and between two passages these let every query go first. Nothing is batched: on one thread a batch was
// measured to be no faster, and so a text has the same vector whatever stands beside it (docs/decisions/0002).
//
// Invariants: every vector that leaves the package has Dimensions finite numbers and length 1. Opening reads one small
// file; vocabulary and weights load on the first text. No goroutine outlives the call that started it. The runtime's
// environment is global to the process because the library has it so; it is entered once and never left (runtime.go).
package embedding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Model is an embedding model on disk, loaded on first need. It is safe for concurrent use.
type Model struct {
	assets      Assets
	description description
	queries     precedence
	pace        atomic.Pointer[pace]

	mu      sync.RWMutex // held for reading by every run, for writing while loading and closing
	encoder *encoder
	closed  bool
}

// pace is how passages are embedded.
type pace struct {
	workers int
	begin   func() // called on the goroutine of each passage before it is embedded; nil: nothing is
}

// defaultWorkers is how many passages are embedded at once unless SetPace says otherwise.
const defaultWorkers = 2

// encoder is what loading makes: the vocabulary and the runtime's session.
type encoder struct {
	words   *wordPiece
	session *session
}

// Open checks that the model's files are there and have their stated sizes. It loads nothing: the first text does.
// Errors: Unavailable when something is missing, Corrupt when a file is not what model.json says.
func Open(assets Assets) (*Model, error) {
	description, err := readDescription(assets.Model)
	if err != nil {
		return nil, err
	}
	if err := requireFile(assets.Library); err != nil {
		return nil, err
	}
	m := &Model{assets: assets, description: description}
	m.SetPace(defaultWorkers, nil)
	return m, nil
}

// SetPace sets how many passages are embedded at once from now on, each on one core (2 to begin with). Every passage has
// a goroutine that ends with it; begin, unless nil, is called there first and may lock it to a thread and lower that.
func (m *Model) SetPace(workers int, begin func()) {
	m.pace.Store(&pace{workers: max(workers, 1), begin: begin})
}

// Name is the model's name, such as "all-minilm-l6-v2-int8".
func (m *Model) Name() string { return m.description.Name }

// Dimensions is the length of every vector.
func (m *Model) Dimensions() int { return m.description.Dimensions }

// Fingerprint names everything that a passage's or a query's vector depends on: weights, vocabulary, tokenizer,
// pooling, prefixes, truncation. Vectors with different fingerprints must not be compared. 32 hexadecimal digits.
func (m *Model) Fingerprint() string {
	d := m.description
	text, _ := json.Marshal([]any{
		wordPieceRevision, d.Files[d.Weights].SHA256, d.Files[d.Vocabulary].SHA256,
		d.Pooling, d.QueryPrefix, d.PassagePrefix, d.MaxTokens, d.Dimensions,
	})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// EmbedQuery embeds what a person asks, ahead of any background work. A text of nothing but blanks and control
// characters is Invalid; of a long one the first part counts.
func (m *Model) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	m.queries.begin()
	defer m.queries.end()
	return m.embed(ctx, m.description.QueryPrefix, text)
}

// EmbedPassages embeds passages in the background, as many at a time as the pace has it, and answers in their order. One
// text that cannot be embedded fails the call and is named by its index in the error's Fields.
func (m *Model) EmbedPassages(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, len(texts))
	group, ctx := errgroup.WithContext(ctx)
	pace := m.pace.Load()
	group.SetLimit(pace.workers)
	for i, text := range texts {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if pace.begin != nil {
				pace.begin()
			}
			if err := m.queries.wait(ctx); err != nil {
				return err
			}
			vector, err := m.embed(ctx, m.description.PassagePrefix, text)
			if catalog.CodeOf(err) == catalog.Invalid {
				return &catalog.Error{
					Code:    catalog.Invalid,
					Message: fmt.Sprintf("Passage %d of %d: %s", i+1, len(texts), catalog.MessageOf(err)),
					Fields:  []catalog.FieldError{{Field: fmt.Sprintf("texts[%d]", i), Message: catalog.MessageOf(err)}},
				}
			}
			vectors[i] = vector
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil && len(texts) > 0 && vectors[len(texts)-1] == nil {
		return nil, err
	}
	return vectors, nil
}

// Verify reads every file of the model and compares it with its sum, then embeds one word. It takes a tenth of a
// second. Errors: Corrupt naming the file, or those of EmbedQuery.
func (m *Model) Verify(ctx context.Context) error {
	if err := m.description.verify(ctx, m.assets.Model); err != nil {
		return err
	}
	_, err := m.EmbedQuery(ctx, "word")
	return err
}

// Close waits for the texts being embedded and frees the weights. Later calls that need them are Unavailable.
func (m *Model) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	if m.encoder == nil {
		return nil
	}
	err := m.encoder.session.close()
	m.encoder = nil
	return err
}

func (m *Model) embed(ctx context.Context, prefix, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, catalog.Errorf(catalog.Invalid, "There is no text to embed.")
	}
	encoder, done, err := m.acquire()
	if err != nil {
		return nil, err
	}
	defer done()
	ids := encoder.words.encode(prefix, text, m.description.MaxTokens)
	if len(ids) <= specialTokens {
		return nil, catalog.Errorf(catalog.Invalid, "The text has no character that could be embedded.")
	}
	vector, err := encoder.session.run(ids)
	if err != nil {
		return nil, catalog.WrapError(catalog.Internal, "The embedding model could not read a text.", err)
	}
	if !normalise(vector) {
		return nil, catalog.Errorf(catalog.Corrupt,
			"The embedding model in %s gives numbers that are no vector; install it again.", m.assets.Model)
	}
	return vector, nil
}

// acquire gives the loaded encoder, which stays until done is called.
func (m *Model) acquire() (e *encoder, done func(), err error) {
	for {
		m.mu.RLock()
		if m.encoder != nil {
			return m.encoder, m.mu.RUnlock, nil
		}
		m.mu.RUnlock()
		if err := m.load(); err != nil {
			return nil, nil, err
		}
	}
}

func (m *Model) load() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return catalog.Errorf(catalog.Unavailable, "The embedding model is closed.")
	}
	if m.encoder != nil {
		return nil
	}
	words, err := readWordPiece(m.description.path(m.assets.Model, m.description.Vocabulary))
	if err != nil {
		return err
	}
	session, err := openSession(m.assets.Library, m.description.path(m.assets.Model, m.description.Weights), m.description.Dimensions)
	if err != nil {
		return err
	}
	m.encoder = &encoder{words: words, session: session}
	return nil
}

// normalise scales v to length 1 and reports whether it could: not when an element is not finite or all are zero.
func normalise(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 1e-12) || math.IsInf(sum, 0) {
		return false
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
	return true
}

// precedence lets background work wait until no query is under way.
type precedence struct {
	mu    sync.Mutex
	count int           // queries under way
	none  chan struct{} // closed when count falls to zero; made when it leaves zero
}

func (p *precedence) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == 0 {
		p.none = make(chan struct{})
	}
	p.count++
}

func (p *precedence) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count--
	if p.count == 0 {
		close(p.none)
	}
}

// wait returns when no query is under way, or with ctx's error.
func (p *precedence) wait(ctx context.Context) error {
	for {
		p.mu.Lock()
		busy, none := p.count > 0, p.none
		p.mu.Unlock()
		if !busy {
			return ctx.Err()
		}
		select {
		case <-none:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
