package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	kinds "github.com/sheafdocs/sheaf/engine/internal/classify"
)

// BenchmarkLearning measures what the first question about 10,000 documents of 500 words costs that people filed under 50
// categories, and what the next one does after a document has come, and after one was filed.
func BenchmarkLearning(b *testing.B) {
	f := newFixture(b)
	fill(b, f, 10_000, 5)
	for i := range 50 {
		must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: fmt.Sprint("Kind ", i)}))(b)
	}
	check(b, f.write(f.ctx, func(t *tx) error {
		_, err := t.exec("UPDATE content SET category = (SELECT id FROM category WHERE key = (SELECT min(key) FROM category) + content.key % 50)")
		return err
	}))
	opening := must(f.Openings(f.ctx, []int64{1}, kinds.OpeningLength))(b)[1]
	for b.Loop() {
		memory := kinds.NewMemory(f.Store)
		judge := func() time.Duration {
			start := time.Now()
			must(memory.Judge(f.ctx, f.workspace.ID, opening))(b)
			return time.Since(start)
		}
		b.ReportMetric(float64(judge().Milliseconds()), "first-ms")
		memory.Changed([]int64{123})
		b.ReportMetric(float64(judge().Microseconds())/1000, "next-ms")
		check(b, f.write(f.ctx, func(t *tx) error {
			_, err := t.exec("UPDATE content SET category = (SELECT id FROM category WHERE id <> content.category LIMIT 1) WHERE key = 7")
			return err
		}))
		memory.Changed([]int64{7})
		b.ReportMetric(float64(judge().Milliseconds()), "filed-ms")
	}
}

// BenchmarkSketches measures what sketches add to committing texts, and a question for what is alike.
func BenchmarkSketches(b *testing.B) {
	const texts = 5000
	for b.Loop() {
		f := newFixture(b)
		fill(b, f, texts, 5)
		var list []catalog.Extracted
		for key := range int64(texts) {
			list = append(list, catalog.Extracted{ContentKey: key + 1, Document: must(f.Document(f.ctx, must(f.Contents(f.ctx, []int64{key + 1}))(b)[0].ID))(b)})
		}
		start := time.Now()
		for i := range list {
			list[i].Sketch = kinds.SketchOf(list[i].Document)
		}
		b.ReportMetric(float64(time.Since(start).Microseconds())/texts, "sketch-µs")
		start = time.Now()
		for at := 0; at < texts; at += 250 {
			check(b, f.write(f.ctx, func(t *tx) error {
				for _, e := range list[at : at+250] {
					if err := t.saveSketch(e.ContentKey, e.Sketch); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		b.ReportMetric(float64(time.Since(start).Microseconds())/texts, "store-µs")
		c := must(f.Contents(f.ctx, []int64{1}))(b)[0]
		start = time.Now()
		if _, _, err := f.Alike(f.ctx, c); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(start).Microseconds()), "alike-µs")
	}
}
