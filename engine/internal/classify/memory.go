package classify

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Source is the truth as Memory needs it.
type Source interface {
	// Categories lists those of a workspace.
	Categories(ctx context.Context, workspaceID string) ([]catalog.Category, error)
	// Sample returns contents to learn from: of each category at most perCategory that a person gave it, and at most
	// others that have text, whatever they are.
	Sample(ctx context.Context, workspaceID string, perCategory, others int) ([]catalog.Filed, error)
	// Filed returns how contents are filed by their keys; those that are not in the workspace are left out.
	Filed(ctx context.Context, workspaceID string, keys []int64) (map[int64]catalog.Filed, error)
	// Openings returns the beginnings of contents by their keys, at least so many code points where there are as many.
	Openings(ctx context.Context, keys []int64, length int) (map[int64]catalog.Opening, error)
}

// What is learned from: bounded, so that a workspace of any size is learned in a moment.
const (
	perCategory = 200  // examples, the newest
	others      = 1000 // documents of any kind, which tell what is common
)

const (
	mostWorkspaces = 8   // that are remembered at once; each takes a few megabytes
	mostChanges    = 500 // that are looked at one by one
)

// Memory knows the kinds of the workspaces that were asked about lately. They are learned on first need, and anew when a
// person has filed a document otherwise, when an example has another text, when a category has changed, or when a fifth
// more documents have come. What is inferred changes nothing: a workflow over a thousand documents learns once.
//
// Its methods may be called from any goroutine. Changed never waits for anybody who learns.
type Memory struct {
	source Source

	mu         sync.Mutex
	workspaces map[string]*learned
	asked      int64 // grows with every question, to tell which workspace was asked about longest ago
}

// learned is what is known of one workspace.
type learned struct {
	lastAsked int64          // guarded by Memory.mu, as changed and every are
	changed   map[int64]bool // keys of contents that may be filed otherwise
	every     bool           // too many have changed to look at each

	mu         sync.Mutex // held while learning
	kinds      *Kinds
	categories []catalog.Category
	known      map[int64]remembered
	newcomers  map[int64]bool // that have come since and were not learned from
}

type remembered struct {
	catalog.Filed
	features features
}

// NewMemory makes a Memory over a source.
func NewMemory(s Source) *Memory { return &Memory{source: s, workspaces: map[string]*learned{}} }

// Changed tells that contents have changed, whatever workspace they are in. It is quick, and asks the source nothing.
func (m *Memory) Changed(keys []int64) {
	if len(keys) == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.workspaces {
		for _, key := range keys {
			if l.every = l.every || len(l.changed) >= mostChanges; l.every {
				clear(l.changed)
				break
			}
			l.changed[key] = true
		}
	}
}

// Judge says what a document of a workspace seems to be.
func (m *Memory) Judge(ctx context.Context, workspaceID string, o catalog.Opening) (catalog.Verdict, error) {
	categories, err := m.source.Categories(ctx, workspaceID)
	if err != nil || len(categories) == 0 {
		return catalog.Verdict{}, err
	}
	l, changed, every := m.workspace(workspaceID)
	l.mu.Lock()
	defer l.mu.Unlock()
	stale := every || l.kinds == nil || !reflect.DeepEqual(categories, l.categories)
	if !stale {
		if stale, err = l.moved(ctx, m.source, workspaceID, changed); err != nil {
			return catalog.Verdict{}, m.again(workspaceID, err)
		}
	}
	if stale {
		if err := l.learn(ctx, m.source, workspaceID, categories); err != nil {
			return catalog.Verdict{}, m.again(workspaceID, err)
		}
	}
	return l.kinds.Judge(o), nil
}

// workspace is what is known of one, with what has changed since it was last asked about.
func (m *Memory) workspace(id string) (l *learned, changed []int64, every bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	l = m.workspaces[id]
	if l == nil {
		if len(m.workspaces) >= mostWorkspaces {
			m.forgetOldest()
		}
		l = &learned{changed: map[int64]bool{}}
		m.workspaces[id] = l
	}
	l.lastAsked = m.asked
	changed, every = slices.Sorted(maps.Keys(l.changed)), l.every
	clear(l.changed)
	l.every = false
	return l, changed, every
}

func (m *Memory) forgetOldest() {
	oldest := ""
	for id, l := range m.workspaces {
		if oldest == "" || l.lastAsked < m.workspaces[oldest].lastAsked {
			oldest = id
		}
	}
	delete(m.workspaces, oldest)
}

// again passes an error on, and lets the next question look at everything: the changes were taken and not looked at.
func (m *Memory) again(workspaceID string, err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.workspaces[workspaceID]; l != nil {
		l.every = true
	}
	return err
}

// moved reports whether changes of contents ask for learning anew.
func (l *learned) moved(ctx context.Context, s Source, workspaceID string, changed []int64) (bool, error) {
	if len(changed) == 0 {
		return false, nil
	}
	filed, err := s.Filed(ctx, workspaceID, changed)
	if err != nil {
		return false, err
	}
	for _, key := range changed {
		now, here := filed[key]
		before, known := l.known[key]
		switch {
		case now.CategoryID != before.CategoryID, before.CategoryID != "" && now.Version != before.Version:
			return true, nil
		case here && !known:
			l.newcomers[key] = true
		}
	}
	return len(l.newcomers) > len(l.known)/5+10, nil
}

// learn reads what it has not read yet and makes the kinds.
func (l *learned) learn(ctx context.Context, s Source, workspaceID string, categories []catalog.Category) error {
	sample, err := s.Sample(ctx, workspaceID, perCategory, others)
	if err != nil {
		return err
	}
	known := make(map[int64]remembered, len(sample))
	var unread []int64
	for _, f := range sample {
		before, ok := l.known[f.Key]
		if !ok || before.Version != f.Version {
			unread = append(unread, f.Key)
			continue
		}
		known[f.Key] = remembered{f, before.features}
	}
	openings, err := s.Openings(ctx, unread, OpeningLength)
	if err != nil {
		return err
	}
	examples := make([]Example, 0, len(sample))
	for _, f := range sample {
		r, ok := known[f.Key]
		if !ok {
			r = remembered{f, featuresOf(openings[f.Key])}
			known[f.Key] = r
		}
		examples = append(examples, Example{f.CategoryID, r.features})
	}
	l.kinds, l.categories, l.known, l.newcomers = Learn(categories, examples), categories, known, map[int64]bool{}
	return nil
}
