package ingest

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	embedBatch = 32          // passages embedded between two looks at whether text is waiting
	embedPause = time.Minute // after a failure of the model
)

// embedLoop gives passages their vectors until ctx ends. It steps aside while text is waiting: keyword search of new
// files comes before meaning.
func (l *Line) embedLoop(ctx context.Context) error {
	for {
		if err := l.gate.pass(ctx); err != nil {
			return err
		}
		worked := false
		if !l.reading.Load() {
			n, err := l.embedInTurn(ctx)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				message := catalog.MessageOf(err)
				l.embedErr.Store(&message)
				l.Log.Warn("embedding failed", "error", err)
				if err := sleep(ctx, embedPause, l.meanings); err != nil {
					return err
				}
				continue
			}
			l.embedErr.Store(nil)
			worked = n > 0
		}
		if worked {
			continue
		}
		if !l.reading.Load() {
			l.progress.end("embedding")
			l.Changed("progress", "")
		}
		select {
		case <-l.meanings:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// embedInTurn embeds one batch when the budget lets it.
func (l *Line) embedInTurn(ctx context.Context) (int, error) {
	if err := l.hold(ctx, 0); err != nil {
		return 0, err
	}
	end, err := l.meaning.begin(ctx, false)
	if err != nil {
		return 0, err
	}
	defer end()
	return l.embedSome(ctx)
}

// embedSome embeds one batch and returns how many passages it had.
func (l *Line) embedSome(ctx context.Context) (int, error) {
	fingerprint := l.Embedder.Fingerprint()
	list, err := l.Store.PendingVectors(ctx, fingerprint, embedBatch)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	l.progress.begin("embedding", "")
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = EmbeddedText(p.Passage)
	}
	vectors, err := l.embed(ctx, texts)
	if err != nil {
		return 0, err
	}
	found := make([]catalog.VectorOf, len(list))
	for i, p := range list {
		found[i] = catalog.VectorOf{PassageID: p.ID, ContentKey: p.ContentKey, Vector: vectors[i]}
	}
	kept, err := l.Store.CommitVectors(ctx, fingerprint, found)
	if err != nil {
		return 0, err
	}
	if err := l.Vectors.Add(ctx, kept); err != nil {
		return 0, err
	}
	l.progress.embedded(len(list))
	l.Changed("progress", "")
	return len(list), nil
}

// embed returns a vector for each text, nil for one that holds nothing to embed.
func (l *Line) embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors, err := l.Embedder.EmbedPassages(ctx, texts)
	if catalog.CodeOf(err) != catalog.Invalid {
		return vectors, err
	}
	vectors = make([][]float32, len(texts))
	for i, text := range texts {
		one, err := l.Embedder.EmbedPassages(ctx, []string{text})
		switch {
		case err == nil:
			vectors[i] = one[0]
		case catalog.CodeOf(err) != catalog.Invalid:
			return nil, err
		}
	}
	return vectors, nil
}

// EmbeddedText is what the model sees of a passage: where it stands, then what it says.
func EmbeddedText(p catalog.Passage) string {
	if p.Context == "" {
		return p.Text
	}
	return p.Context + "\n" + p.Text
}

// sleep waits for d, for a wake-up or for the end of ctx.
func sleep(ctx context.Context, d time.Duration, early <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-early:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
