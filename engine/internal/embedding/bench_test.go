package embedding

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func BenchmarkPassages200(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			model := openReal(b)
			model.SetPace(workers, nil)
			text := strings.Repeat("the white matter of the brain ", 33) // 200 tokens
			texts := slices.Repeat([]string{text}, 16)
			if _, err := model.EmbedPassages(b.Context(), texts[:1]); err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				if _, err := model.EmbedPassages(b.Context(), texts); err != nil {
					b.Fatal(err)
				}
				n += len(texts)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "passages/s")
		})
	}
}

func BenchmarkQuery(b *testing.B) {
	model := openReal(b)
	begin := time.Now()
	if _, err := model.EmbedQuery(b.Context(), "How many points did the Panthers defense surrender?"); err != nil {
		b.Fatal(err)
	}
	first := time.Since(begin)
	for b.Loop() {
		if _, err := model.EmbedQuery(b.Context(), "How many points did the Panthers defense surrender?"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(first.Microseconds())/1000, "ms-first")
}

// BenchmarkQueryBesidePassages measures how long a query takes while the background embeds without a pause.
func BenchmarkQueryBesidePassages(b *testing.B) {
	model := openReal(b)
	ctx, cancel := context.WithCancel(b.Context())
	var background sync.WaitGroup
	background.Go(func() {
		text := strings.Repeat("the white matter of the brain ", 33)
		for ctx.Err() == nil {
			if _, err := model.EmbedPassages(ctx, slices.Repeat([]string{text}, 64)); err != nil && ctx.Err() == nil {
				b.Error(err)
				return
			}
		}
	})
	var slowest time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := model.EmbedQuery(b.Context(), "How many points did the Panthers defense surrender?"); err != nil {
			b.Fatal(err)
		}
		slowest = max(slowest, time.Since(begin))
		select { // a person does not ask without a pause either
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest")
	cancel()
	background.Wait()
}
