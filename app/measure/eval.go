package measure

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Eval measures the collection in dir and writes one JSON document to out. A collection with corpus.jsonl,
// queries.jsonl and qrels.tsv measures retrieval; one with docs/ and answers.jsonl measures answers. Invalid when dir
// holds neither, or a file in it cannot be understood.
func Eval(ctx context.Context, o Options, dir string, out io.Writer) error {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return catalog.Errorf(catalog.NotFound, "There is no folder %s to evaluate.", dir)
	}
	switch {
	case hasAll(dir, "corpus.jsonl", "queries.jsonl", "qrels.tsv"):
		return evalRetrieval(ctx, o, dir, out)
	case hasAll(dir, "docs", "answers.jsonl"):
		return evalAnswers(ctx, o, dir, out)
	}
	return catalog.Errorf(catalog.Invalid, "%s holds no collection: retrieval needs corpus.jsonl, queries.jsonl and qrels.tsv; answers need docs/ and answers.jsonl.", dir)
}

func hasAll(dir string, names ...string) bool {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}
