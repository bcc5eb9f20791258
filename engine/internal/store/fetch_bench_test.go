package store

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// BenchmarkFetching measures counts and pages over a workspace of 100,000 contents (SHEAF_BENCH_ROWS) with four values each.
func BenchmarkFetching(b *testing.B) {
	rows := 100_000
	if n, err := strconv.Atoi(os.Getenv("SHEAF_BENCH_ROWS")); err == nil {
		rows = n
	}
	f := newFixture(b)
	category := f.shop()
	started := time.Now()
	f.fillShop(category, rows)
	b.Logf("%d rows in %v", rows, time.Since(started))
	for _, filter := range []string{
		`{}`,
		`{"fileFormat": "application/pdf"}`,
		`{"fileFormat": {"in": ["application/pdf", "text/plain"]}, "createdAt": {"gte": "2026-03-01T13:00:00Z"}}`,
		`{"fileFormat": {"in": ["application/pdf"]}, "createdAt": {"gte": "2026-03-01T13:00:00Z"}, "metadata": {"Status": {"ne": "Archived"}, "Business Type": {"in": ["Restaurant", "Retail"]}}}`,
		`{"metadata": {"Status": "Draft", "Amount": {"gt": 500}}}`,
		`{"metadata": {"Amount": 77}}`,
		`{"metadata": {"Amount": {"between": [77, 77.9]}}}`,
		`{"fileName": {"contains": "report 77"}}`,
	} {
		for _, q := range []catalog.FetchQuery{{}, {Query: "report"}, {GroupByVersion: true}} {
			q.WorkspaceID, q.Limit, q.Filter = f.workspace.ID, 20, must(catalog.ParseFilter([]byte(filter)))(b)
			b.Run(fmt.Sprint(filter, q.Query, q.GroupByVersion), func(b *testing.B) {
				var first, next []time.Duration
				total := 0
				for b.Loop() {
					f.totals = totals{}
					q.Cursor = ""
					start := time.Now()
					page := must(f.Fetch(f.ctx, q))(b)
					first = append(first, time.Since(start))
					total = page.Total
					q.Cursor = page.Next
					start = time.Now()
					must(f.Fetch(f.ctx, q))(b)
					next = append(next, time.Since(start))
				}
				slices.Sort(first)
				slices.Sort(next)
				b.ReportMetric(float64(total), "matches")
				b.ReportMetric(float64(first[len(first)/2].Microseconds())/1000, "first-ms")
				b.ReportMetric(float64(next[len(next)/2].Microseconds())/1000, "next-ms")
			})
		}
	}
}

func (f *fixture) shop() catalog.Category {
	return must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: "Licence", Fields: []catalog.CategoryField{
		{Key: "Holder", Type: catalog.FieldString, UniqueIndexElement: true}, {Key: "Status", Type: catalog.FieldString},
		{Key: "Business Type", Type: catalog.FieldString}, {Key: "Amount", Type: catalog.FieldNumber},
	}}))(f.t)
}

func (f *fixture) fillShop(category catalog.Category, n int) {
	pick := func(i int, list ...string) string { return list[i*7919%9973%len(list)] }
	for at := 0; at < n; at += 1000 {
		list := make([]NewContent, 0, 1000)
		for i := at; i < min(at+1000, n); i++ {
			list = append(list, NewContent{WorkspaceID: f.workspace.ID, UserID: f.owner.UserID, Name: fmt.Sprint("report ", i, ".pdf"),
				Format: pick(i, "application/pdf", "text/plain", "image/png"), SHA256: hashOf("x"), Size: 1, CategoryID: category.ID,
				Metadata: map[string]any{"Holder": fmt.Sprint("Holder ", i%max(n/10, 1)), "Status": pick(i, "Draft", "Final", "Archived", "Draft"),
					"Business Type": pick(i+1, "Restaurant", "Retail", "Bar", "Hotel", "Shop"), "Amount": float64(i % 1000)}})
		}
		check(f.t, f.CreateContents(f.ctx, list))
		f.wait(70 * time.Second)
	}
}
