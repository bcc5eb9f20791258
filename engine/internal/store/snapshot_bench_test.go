package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// BenchmarkAppliedSnapshot stages a snapshot of ten thousand contents in pages and applies it in one transaction.
func BenchmarkAppliedSnapshot(b *testing.B) {
	const contents, page = 10_000, 1000
	for range b.N {
		f := newFixture(b)
		e := f.faraway()
		items := make([]catalog.Item, contents)
		for i := range items {
			items[i] = e.content(fmt.Sprintf(anID, i), fmt.Sprintf("a document with number %d.pdf", i), fmt.Sprint("bytes", i),
				map[string]any{"metadata.author": fmt.Sprint("Ada ", i%100), "metadata.year": 1900 + i%100})
		}
		start := time.Now()
		for at := 0; at < contents; at += page {
			check(b, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error { return tx.Stage(items[at : at+page]) }))
		}
		staged := time.Since(start)
		check(b, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error {
			for after := ""; ; {
				list, err := tx.Staged(after, page)
				if err != nil || len(list) == 0 {
					return tx.ClearStage()
				}
				for _, item := range list {
					if _, _, err := tx.Item(item.ID); err != nil {
						return err
					}
					if err := tx.Put(item, catalog.OriginRemote); err != nil {
						return err
					}
					after = item.ID
				}
			}
		}))
		b.ReportMetric(staged.Seconds(), "staged-s")
		b.ReportMetric(time.Since(start).Seconds(), "applied-s")
		check(b, f.Check(f.ctx))
	}
}
