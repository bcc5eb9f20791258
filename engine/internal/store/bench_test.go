package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// prose makes text with the word frequencies of natural language (Zipf over a few thousand words).
type prose struct {
	random *rand.Rand
	zipf   *rand.Zipf
}

func newProse() prose {
	r := rand.New(rand.NewPCG(1, 2))
	return prose{r, rand.NewZipf(r, 1.1, 5, 20000)}
}

func (p prose) words(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = spell(p.zipf.Uint64())
	}
	return list
}

func spell(n uint64) string {
	const syllables = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu"
	s := ""
	for {
		s += syllables[n%30*3 : n%30*3+2]
		if n /= 30; n == 0 {
			return s
		}
	}
}

// fill captures n documents of the given passages and reads them, and returns what the two took.
func fill(b testing.TB, f *fixture, n, passages int) (capture, text time.Duration) {
	p := newProse()
	const batch = 250
	for at := 0; at < n; at += batch {
		list := make([]catalog.Captured, 0, batch)
		for i := at; i < min(at+batch, n); i++ {
			list = append(list, newFile(fmt.Sprintf("dir%d/%s-%d.txt", i%50, strings.Join(p.words(2), "-"), i), fmt.Sprint("bytes ", i)))
		}
		start := time.Now()
		check(b, f.Capture(f.ctx, f.folder, list))
		capture += time.Since(start)
		pending, _, err := f.PendingText(f.ctx, "v1", batch)
		check(b, err)
		outcomes := make([]catalog.Extracted, len(pending))
		for i, c := range pending {
			texts := make([]string, passages)
			for j := range texts {
				texts[j] = strings.Join(p.words(100), " ")
			}
			outcomes[i] = extracted(c.Content, "v1", texts...)
		}
		start = time.Now()
		check(b, f.CommitText(f.ctx, outcomes))
		text += time.Since(start)
	}
	return capture, text
}

// BenchmarkWriting measures how many files a second are captured and how many texts are committed, in batches of 250.
func BenchmarkWriting(b *testing.B) {
	const files = 7000
	for b.Loop() {
		f := newFixture(b)
		capture, text := fill(b, f, files, 2)
		b.ReportMetric(files/capture.Seconds(), "captures/s")
		b.ReportMetric(files/text.Seconds(), "texts/s")
	}
}

// BenchmarkReading measures searches and counts over 100,000 passages in 50,000 documents.
func BenchmarkReading(b *testing.B) {
	f := newFixture(b)
	fill(b, f, 50_000, 2)
	p := newProse()
	measure := func(name string, do func()) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				do()
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
	// Queries of rarer words, as people ask: question words are dropped before they come here.
	question := func() catalog.KeywordQuery {
		return words(spell(p.random.Uint64N(3000)+60), spell(p.random.Uint64N(3000)+60), spell(p.random.Uint64N(3000)+60), spell(p.random.Uint64N(3000)+60))
	}
	some, err := catalog.ParseFilter([]byte(`{"fileName": {"contains": "ba"}}`))
	check(b, err)
	few, err := catalog.ParseFilter([]byte(`{"fileName": {"endsWith": "-77.txt"}}`))
	check(b, err)
	run := func(q catalog.KeywordQuery, filter *catalog.Filter) func() {
		return func() {
			scope := f.scope()
			scope.Filter = filter
			if q.Terms == nil {
				must(f.Keyword(f.ctx, question(), scope, 100))(b)
				return
			}
			must(f.Keyword(f.ctx, q, scope, 100))(b)
		}
	}
	measure("keyword-or", run(catalog.KeywordQuery{}, nil))
	measure("keyword-common", run(words("ba", "be", "bi"), nil))
	measure("keyword-wide-filter", run(catalog.KeywordQuery{}, some))
	measure("keyword-narrow-filter", run(catalog.KeywordQuery{}, few))
	measure("documents", func() { must(f.KeywordDocuments(f.ctx, question(), f.scope()))(b) })
	measure("names", func() { must(f.Names(f.ctx, question(), f.scope(), 20))(b) })
	measure("status", func() { must(f.StatusCounts(f.ctx, "v1", "m"))(b) })
	measure("folders", func() { must(f.Folders(f.ctx))(b) })
	measure("admit-filter", func() {
		scope := f.scope()
		scope.Filter = some
		if _, _, err := f.Admit(f.ctx, scope); err != nil {
			b.Fatal(err)
		}
	})
	measure("list", func() {
		if _, _, err := f.ListContents(f.ctx, catalog.ContentQuery{Scope: f.scope(), Limit: 100}); err != nil {
			b.Fatal(err)
		}
	})
	measure("pending-text", func() { must(f.TextPending(f.ctx, "v1"))(b) })
}
