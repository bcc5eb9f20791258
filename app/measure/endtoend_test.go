package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// keywordsOnly measures without the model, which a checkout need not have.
func keywordsOnly() Options {
	var o Options
	o.Engine.NoModel, o.Engine.Children = true, 1
	return o
}

func evaluated[T any](t *testing.T, dir string) (report T) {
	t.Helper()
	var out bytes.Buffer
	if err := Eval(context.Background(), keywordsOnly(), dir, &out); err != nil {
		t.Fatal(err)
	}
	if strings.Count(out.String(), "\n") != 1 {
		t.Errorf("not one line: %s", out.String())
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	return report
}

// TestEvalRetrieval: each query's words stand in one document only, so every measure must be 1.
func TestEvalRetrieval(t *testing.T) {
	t.Parallel()
	var corpus, queries, qrels strings.Builder
	qrels.WriteString("query-id\tcorpus-id\tscore\n")
	for i, crop := range []string{"rhubarb", "artichoke", "kohlrabi"} {
		fmt.Fprintf(&corpus, `{"_id":"d/%d","title":"On %s","text":"How to grow %s in heavy soil."}`+"\n", i, crop, crop)
		fmt.Fprintf(&queries, `{"_id":"q%d","text":"%s in heavy soil"}`+"\n", i, crop)
		fmt.Fprintf(&qrels, "q%d\td/%d\t1\n", i, i)
	}
	dir := folderOf(t, map[string]string{"corpus.jsonl": corpus.String(), "queries.jsonl": queries.String(), "qrels.tsv": qrels.String()})
	r := evaluated[retrievalReport](t, dir)
	if want := (scores{1, 1, 1, 1}); r.Queries != 3 || r.scores != want || r.Arms["keyword"] != want || r.P95Ms <= 0 {
		t.Errorf("%+v", r)
	}
}

func TestEvalAnswers(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{
		"docs/lease.txt": "The lease of the field runs for 25 years from March 2019.\n",
		"docs/honey.txt": "The three hives gave 41.5 kg of honey in the summer of 2025.\n",
		"answers.jsonl": `{"question":"How long does the lease of the field run?","gold_file":"docs/lease.txt","answers":[{"text":"25 years","start":32}]}
{"question":"How much honey did the three hives give?","kind":"answerable","passage":"honey","answers":[{"answer":"41.5 kg"}]}
{"question":"xylophone quasar zeppelin?","kind":"unanswerable","passage":"honey"}
`})
	r := evaluated[answersReport](t, dir)
	if r.Questions != 3 || r.Answerable.N != 2 || r.Answerable.FileHit1 != 1 || r.Unanswerable.N != 1 || r.Unanswerable.Declined != 1 {
		t.Errorf("%+v", r)
	}
	if *r.Answerable.AnswerInTop1 != 0.5 || *r.Answerable.CitationCorrect != 1 {
		t.Errorf("top1 %v, citations %v", *r.Answerable.AnswerInTop1, *r.Answerable.CitationCorrect)
	}
}

func TestBenchesOnASmallFolder(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{"a.md": "# One\n\nSome words that a search could look for here.", "sub/b.txt": "Other words stand in another file, as it happens."})
	for _, name := range []string{"index", "rescan", "latency"} {
		var out bytes.Buffer
		o := keywordsOnly()
		o.Dir = dir
		if err := Bench(context.Background(), o, name, &out); err != nil {
			t.Fatal(name, err)
		}
		var r struct {
			Bench        string
			Ratio, Limit float64
		}
		if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.Bench != name || r.Limit <= 0 {
			t.Errorf("%s: %s (%v)", name, out.String(), err)
		}
	}
}
