package measure

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// retrievalReport is what evaluation of retrieval prints. The figures at the top are those of both arms together.
type retrievalReport struct {
	Queries int `json:"queries"`
	scores
	Arms  map[string]scores `json:"arms"`
	P50Ms float64           `json:"p50Ms"`
	P95Ms float64           `json:"p95Ms"`
}

// timedQueries bounds how many queries are timed.
const timedQueries = 200

func evalRetrieval(ctx context.Context, o Options, dir string, out io.Writer) error {
	queries, qrels, err := readQueries(dir)
	if err != nil {
		return err
	}
	root, data, files, err := workspace()
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	ids, err := writeCorpus(filepath.Join(dir, "corpus.jsonl"), files)
	if err != nil {
		return err
	}
	o.say("reading %d documents", len(ids))
	ctx, s, err := indexed(ctx, o, data, files)
	if err != nil {
		return err
	}
	report, err := s.rate(ctx, o, queries, qrels, ids)
	if err != nil {
		return closing(s, err)
	}
	if err := s.close(); err != nil {
		return err
	}
	return write(out, report)
}

func (s *session) rate(ctx context.Context, o Options, queries []query, qrels map[string]judgements, ids map[string]string) (retrievalReport, error) {
	report := retrievalReport{Queries: len(queries), Arms: map[string]scores{}}
	for _, arm := range []struct {
		name string
		arms catalog.Arms
	}{{"keyword", catalog.ArmsKeyword}, {"vector", catalog.ArmsVector}, {"hybrid", catalog.ArmsBoth}} {
		if o.Engine.NoModel && arm.arms == catalog.ArmsVector {
			continue
		}
		o.say("asking %d queries, %s", len(queries), arm.name)
		all := make([]scores, len(queries))
		err := inParallel(ctx, len(queries), func(ctx context.Context, i int) error {
			ranking, err := s.rank(ctx, queries[i].Text, arm.arms, ids)
			all[i] = score(ranking, qrels[queries[i].ID])
			return err
		})
		if err != nil {
			return report, err
		}
		report.Arms[arm.name] = mean(all)
	}
	report.scores = report.Arms["hybrid"]
	o.say("timing")
	times, err := s.timeSearches(ctx, queries[:min(timedQueries, len(queries))])
	report.P50Ms, report.P95Ms = milliseconds(percentile(times, 0.50)), milliseconds(percentile(times, 0.95))
	return report, err
}

// deepest is how many documents of a ranking are looked at.
const deepest = 100

// rank returns the ids of the first deepest documents, each where its best passage stands.
func (s *session) rank(ctx context.Context, text string, arms catalog.Arms, ids map[string]string) ([]string, error) {
	var ranking []string
	seen := map[string]bool{}
	const page = 100
	for offset := 0; len(ranking) < deepest; offset += page {
		found, err := s.Search(ctx, catalog.SearchRequest{Query: text, Limit: page, Offset: offset, Arms: arms})
		if err != nil {
			return nil, err
		}
		for _, hit := range found.Hits {
			if !seen[hit.ContentID] && len(ranking) < deepest {
				seen[hit.ContentID] = true
				ranking = append(ranking, ids[hit.FileName])
			}
		}
		if len(found.Hits) < page {
			break
		}
	}
	return ranking, nil
}

// timeSearches asks the queries one after the other as a person would, with both arms and the default limit.
func (s *session) timeSearches(ctx context.Context, queries []query) ([]time.Duration, error) {
	times := make([]time.Duration, 0, len(queries))
	for _, q := range queries {
		started := time.Now()
		if _, err := s.Search(ctx, catalog.SearchRequest{Query: q.Text}); err != nil {
			return nil, err
		}
		times = append(times, time.Since(started))
	}
	return times, nil
}
