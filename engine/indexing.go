package engine

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/machine"
)

// indexingSetting is the name under which the settings are kept.
const indexingSetting = "indexing"

const (
	gentleShare = 0.5     // of one core, at a gentle pace
	lowReserve  = 1 << 30 // bytes to leave free unless the settings have another number,
	smallVolume = 20      // but never more than the size of the volume divided by this
)

// manner is how indexing goes about its work: as it was set, and as it is now.
type manner struct {
	mu       sync.Mutex
	settings catalog.IndexingSettings
	pace     catalog.Pace
	reason   string
}

func (m *manner) now() (settings catalog.IndexingSettings, pace catalog.Pace, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.settings, m.pace, m.reason
}

// loadIndexing reads the settings and lets them hold.
func (e *Engine) loadIndexing(ctx context.Context) error {
	settings := catalog.IndexingSettings{Pace: catalog.PaceNormal, Adapt: true}
	if _, err := e.store.Setting(ctx, indexingSetting, &settings); err != nil {
		return err
	}
	if e.options.Pace != "" {
		settings.Pace = e.options.Pace
	}
	if e.options.ReserveBytes != nil {
		settings.ReserveBytes = e.options.ReserveBytes
	}
	e.manner.settings = settings
	if settings.Paused {
		e.line.Pause()
	}
	e.usePace(settings.Pace, "")
	return nil
}

// Indexing tells how considerate indexing is at this moment, and why.
func (e *Engine) Indexing(ctx context.Context) (catalog.Indexing, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Indexing{}, err
	}
	return e.indexing(), nil
}

func (e *Engine) indexing() catalog.Indexing {
	settings, pace, reason := e.manner.now()
	reserve, free := e.room(settings)
	return catalog.Indexing{Pace: settings.Pace, EffectivePace: pace, Reason: reason, Adapt: settings.Adapt, Paused: e.line.Paused(),
		ReserveBytes: reserve, FreeBytes: free}
}

// SetIndexing changes what is not nil; it holds at once and from then on. Invalid for what cannot be.
func (e *Engine) SetIndexing(ctx context.Context, c catalog.IndexingChange) (catalog.Indexing, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Indexing{}, err
	}
	if err := checkIndexing(c); err != nil {
		return catalog.Indexing{}, err
	}
	settings, err := e.saveIndexing(ctx, c)
	if err != nil {
		return catalog.Indexing{}, err
	}
	if settings.Paused != e.line.Paused() {
		if settings.Paused {
			e.line.Pause()
		} else {
			e.line.Resume()
		}
	}
	e.governor.look(e)
	e.events.publish("progress", "")
	return e.indexing(), nil
}

// saveIndexing keeps the settings as they are after a change. The pace of an option holds for one run and is not kept
// unless it is said again.
func (e *Engine) saveIndexing(ctx context.Context, c catalog.IndexingChange) (catalog.IndexingSettings, error) {
	e.manner.mu.Lock()
	defer e.manner.mu.Unlock()
	kept := catalog.IndexingSettings{Pace: catalog.PaceNormal, Adapt: true}
	if _, err := e.store.Setting(ctx, indexingSetting, &kept); err != nil {
		return kept, err
	}
	for _, s := range []*catalog.IndexingSettings{&kept, &e.manner.settings} {
		if c.Pace != nil {
			s.Pace = *c.Pace
		}
		if c.Adapt != nil {
			s.Adapt = *c.Adapt
		}
		if c.ReserveBytes != nil {
			s.ReserveBytes = c.ReserveBytes
		}
		if c.Paused != nil {
			s.Paused = *c.Paused
		}
	}
	return e.manner.settings, e.store.SaveSetting(ctx, indexingSetting, kept)
}

func checkIndexing(c catalog.IndexingChange) error {
	var wrong []catalog.FieldError
	if c.Pace != nil && !slices.Contains(catalog.Paces, *c.Pace) {
		wrong = append(wrong, catalog.FieldError{Field: "pace", Message: "must be gentle, normal or full"})
	}
	if c.ReserveBytes != nil && *c.ReserveBytes < 0 {
		wrong = append(wrong, catalog.FieldError{Field: "reserveBytes", Message: "must not be negative"})
	}
	return catalog.InvalidFields(wrong)
}

// PauseAll holds back reading and embedding until ResumeAll, in later runs too; searching and watching go on.
func (e *Engine) PauseAll(ctx context.Context) error {
	paused := true
	_, err := e.SetIndexing(ctx, catalog.IndexingChange{Paused: &paused})
	return err
}

// ResumeAll lets reading and embedding go on.
func (e *Engine) ResumeAll(ctx context.Context) error {
	paused := false
	_, err := e.SetIndexing(ctx, catalog.IndexingChange{Paused: &paused})
	return err
}

// usePace lets a pace hold, for the reason given when it is not the one that was set.
func (e *Engine) usePace(pace catalog.Pace, reason string) {
	e.manner.mu.Lock()
	defer e.manner.mu.Unlock()
	if e.manner.pace == pace && e.manner.reason == reason {
		return
	}
	e.manner.pace, e.manner.reason = pace, reason
	switch pace {
	case catalog.PaceGentle:
		e.pool.SetPace(1, true)
		e.meaning.setPace(1, standBehind)
		e.line.SetPace(gentleShare, true)
	case catalog.PaceFull:
		e.pool.SetPace(runtime.NumCPU(), false)
		e.meaning.setPace(runtime.NumCPU(), nil)
		e.line.SetPace(0, false)
	default:
		e.pool.SetPace(e.options.Children, false)
		e.meaning.setPace(embeddingWorkers, nil)
		e.line.SetPace(0, true)
	}
}

// embeddingWorkers is how many passages are embedded at once at a normal pace.
const embeddingWorkers = 2

// standBehind puts the calling goroutine on a thread of its own, which stands behind other programs and ends with it.
func standBehind() {
	runtime.LockOSThread()
	machine.Lower()
}

// room returns how much is to stay free where the data directory lies, and how much is; -1 when that cannot be told.
func (e *Engine) room(settings catalog.IndexingSettings) (reserve, free int64) {
	size, free, err := e.options.Volume(e.options.DataDir)
	if err != nil {
		size, free = 0, -1
	}
	switch {
	case settings.ReserveBytes != nil:
		return *settings.ReserveBytes, free
	case size > 0:
		return min(lowReserve, size/smallVolume), free
	}
	return lowReserve, free
}

// hasRoom reports whether so many bytes may be written without touching the reserve, as an Unavailable error if not.
func (e *Engine) hasRoom(bytes int64) error {
	settings, _, _ := e.manner.now()
	reserve, free := e.room(settings)
	if free < 0 || free-bytes >= reserve {
		return nil
	}
	return catalog.Errorf(catalog.Unavailable, "Only %s are free where Sheaf keeps its data (%s). Indexing waits until more than %s are.",
		sizeOf(free), e.options.DataDir, sizeOf(reserve+bytes))
}

// sizeOf says a number of bytes to people.
func sizeOf(bytes int64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%.1f GB", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}
