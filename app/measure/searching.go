package measure

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"unicode"
)

// searchResult: how long a search with both arms takes, in milliseconds.
type searchResult struct {
	Bench   string  `json:"bench"`
	Files   int     `json:"files"`
	Queries int     `json:"queries"`
	P50Ms   float64 `json:"p50Ms"`
	P95Ms   float64 `json:"p95Ms"`
	MaxMs   float64 `json:"maxMs"`
	Limit   float64 `json:"limit"` // milliseconds, for p95
	Ratio   float64 `json:"ratio"` // P95Ms / Limit
}

const fixedQueries = 200

// benchSearch indexes with the model and asks fixed queries, one after the other, after a first one that loads the
// model.
func benchSearch(ctx context.Context, o Options, folder string) (any, error) {
	texts, err := queriesFrom(folder, fixedQueries)
	if err != nil {
		return nil, err
	}
	r := searchResult{Bench: "search", Queries: len(texts), Limit: 50}
	err = withSession(ctx, o, dataBeside(folder), folder, func(ctx context.Context, s *session) error {
		status, err := s.Status(ctx)
		if err != nil {
			return err
		}
		r.Files = status.Documents.Total
		queries := make([]query, len(texts))
		for i, text := range texts {
			queries[i] = query{Text: text}
		}
		if _, err := s.timeSearches(ctx, queries[:min(1, len(queries))]); err != nil {
			return err
		}
		times, err := s.timeSearches(ctx, queries)
		if err != nil {
			return err
		}
		r.P50Ms, r.P95Ms, r.MaxMs = milliseconds(percentile(times, 0.50)), milliseconds(percentile(times, 0.95)), milliseconds(percentile(times, 1))
		r.Ratio = rounded(r.P95Ms / r.Limit)
		return nil
	})
	return r, err
}

// queriesFrom takes runs of three to eight words out of the files beneath folder: the same ones for the same files.
func queriesFrom(folder string, n int) ([]string, error) {
	var names []string
	err := eachFile(folder, func(name string, _ fs.FileInfo) error {
		names = append(names, name)
		return nil
	})
	if err != nil || len(names) == 0 {
		return nil, err
	}
	slices.Sort(names)
	random := rand.New(rand.NewPCG(7, 450))
	var queries []string
	for attempt := 0; len(queries) < n && attempt < 20*n; attempt++ {
		text, err := os.ReadFile(names[random.IntN(len(names))])
		if err != nil {
			return nil, err
		}
		words := strings.FieldsFunc(string(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
		length := 3 + random.IntN(6)
		if len(words) < length {
			continue
		}
		start := random.IntN(len(words) - length + 1)
		queries = append(queries, strings.ToValidUTF8(strings.Join(words[start:start+length], " "), ""))
	}
	return queries, nil
}
