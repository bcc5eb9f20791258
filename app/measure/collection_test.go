package measure

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// folderOf writes files by name and returns their folder.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadJudgements(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"three columns": "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n",
		"four columns":  "q1 0 d1 2\nq1 0 d2 0\n",
	} {
		dir := folderOf(t, map[string]string{"qrels.tsv": content})
		got, err := readJudgements(filepath.Join(dir, "qrels.tsv"))
		if err != nil || len(got) != 1 || got["q1"]["d1"] != 2 || got["q1"].relevant() != 1 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestWrongCollectionsAreRefused(t *testing.T) {
	t.Parallel()
	complete := map[string]string{"corpus.jsonl": "{}", "queries.jsonl": `{"_id":"q","text":"x"}`, "qrels.tsv": "q\td\t1"}
	for name, c := range map[string]struct {
		files map[string]string
		code  catalog.Code
		says  string
	}{
		"nothing in it":   {nil, catalog.Invalid, "holds no collection"},
		"grade":           {with(complete, "qrels.tsv", "a\tb\tc\nq\td\tmany"), catalog.Invalid, "line 2"},
		"columns":         {with(complete, "qrels.tsv", "q d"), catalog.Invalid, "2 columns"},
		"query JSON":      {with(complete, "queries.jsonl", "{"), catalog.Invalid, "queries.jsonl, line 1"},
		"nothing judged":  {with(complete, "qrels.tsv", "other\td\t1"), catalog.Invalid, "No query"},
		"corpus JSON":     {with(complete, "corpus.jsonl", "nonsense"), catalog.Invalid, "corpus.jsonl, line 1"},
		"answers JSON":    {map[string]string{"docs/a.txt": "x", "answers.jsonl": "[]"}, catalog.Invalid, "answers.jsonl, line 1"},
		"no question":     {map[string]string{"docs/a.txt": "x", "answers.jsonl": `{"kind":"unanswerable"}`}, catalog.Invalid, "question is missing"},
		"gold is missing": {map[string]string{"docs/a.txt": "x", "answers.jsonl": `{"question":"q","gold_file":"docs/b.txt"}`}, catalog.Invalid, "docs/b.txt"},
		"no answers":      {map[string]string{"docs/a.txt": "x", "answers.jsonl": "\n"}, catalog.Invalid, "holds no question"},
	} {
		err := Eval(context.Background(), Options{}, folderOf(t, c.files), io.Discard)
		if catalog.CodeOf(err) != c.code || !strings.Contains(catalog.MessageOf(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Eval(context.Background(), Options{}, filepath.Join(t.TempDir(), "absent"), io.Discard); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("absent: %v", err)
	}
	if err := Bench(context.Background(), Options{}, "nonsense", io.Discard); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("unknown measurement: %v", err)
	}
}

func with(files map[string]string, name, content string) map[string]string {
	changed := map[string]string{name: content}
	for n, c := range files {
		if n != name {
			changed[n] = c
		}
	}
	return changed
}

func TestGoldForms(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{
		"docs/a.md": "x", "docs/p0007.txt": "x",
		"answers.jsonl": `{"question":"one?","gold_file":"docs/a.md","answers":[{"text":"308","start":3}]}
{"question":"two?","kind":"answerable","passage":"p0007","answers":[{"answer":"long","selected_sentences":["s"]}]}
{"question":"three?","kind":"unanswerable","passage":"p0007"}
`})
	gold, err := readAnswers(dir)
	if err != nil || len(gold) != 3 {
		t.Fatal(gold, err)
	}
	docs, err := filepath.EvalSymlinks(filepath.Join(dir, "docs"))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		answerable bool
		texts      int
		file       string
	}{{true, 1, "a.md"}, {true, 0, "p0007.txt"}, {false, 0, "p0007.txt"}} {
		g := gold[i]
		if g.answerable() != c.answerable || len(g.texts()) != c.texts || !g.isGold(filepath.Join(docs, c.file)) || g.isGold(filepath.Join(docs, "other.txt")) {
			t.Errorf("%+v", g)
		}
	}
}

func TestAmongFirstCountsDocuments(t *testing.T) {
	t.Parallel()
	g := goldAnswer{Passage: "gold"}
	hits := []catalog.Hit{{ContentID: "1", Path: "/x"}, {ContentID: "1", Path: "/x"}, {ContentID: "2", Path: "/d/gold.txt"}}
	if g.amongFirst(hits, 1) || !g.amongFirst(hits, 2) {
		t.Error("passages were counted instead of documents")
	}
}

func TestSummaryLeavesOutWhatWasNotAsked(t *testing.T) {
	t.Parallel()
	r := summary([]answered{{answerable: true, fileHit5: true}, {answerable: true, declined: true}, {declined: true}})
	if r.Answerable.N != 2 || r.Answerable.Declined != 0.5 || r.Answerable.FileHit5 != 0.5 || r.Unanswerable.Declined != 1 || r.Answerable.AnswerInTop1 != nil {
		t.Errorf("%+v", r)
	}
	r = summary([]answered{{answerable: true, hasTexts: true, cited: true}, {answerable: true, hasTexts: true, declined: true}})
	if *r.Answerable.CitationCorrect != 1 || *r.Answerable.AnswerInResponse != 0 {
		t.Errorf("%+v", r.Answerable)
	}
}

func TestContains(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, wanted string
		want         bool
	}{
		{"surrendering just 308 points,", "308", true},
		{"the Denver\nBroncos’ defence", "denver broncos", true},
		{"ﬁnal score 24–10", "final score 24 10", true},
		{"nothing of it", "something", false},
		{"anything", " ,.", false},
	} {
		if got := contains(c.text, []string{c.wanted}); got != c.want {
			t.Errorf("%q in %q: %v", c.wanted, c.text, got)
		}
	}
}

func TestUnpackStaysInside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	archive := filepath.Join(dir, "a.tar.gz")
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	for _, name := range []string{"good/a.md", "../outside.md"} {
		if err := files.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: 1, Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(archive, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := copyCollection(archive, filepath.Join(dir, "copy")); err == nil {
		t.Error("a name outside of the folder was taken")
	}
	if _, err := os.Stat(filepath.Join(dir, "outside.md")); err == nil {
		t.Error("a file was written outside of the folder")
	}
}

func TestQueriesAreTheSameForTheSameFiles(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{"a.md": "one two three four five six seven eight nine", "b.md": "short"})
	first, err := queriesFrom(dir, 20)
	if err != nil || len(first) != 20 {
		t.Fatal(first, err)
	}
	second, err := queriesFrom(dir, 20)
	if err != nil || !slices.Equal(first, second) {
		t.Errorf("%v and %v (%v)", first, second, err)
	}
}

func TestProcessorTimeGrows(t *testing.T) {
	t.Parallel()
	before := processorTime()
	for processorTime() == before {
		sum := 0
		for i := range 1_000_000 {
			sum += i
		}
		_ = sum
	}
}
