package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

func TestBenchExtract(t *testing.T) {
	t.Parallel()
	dir := folderOf(t, map[string]string{
		"tides.txt":     "The tide rises twice a day.\n",
		"deeper/ebb.md": "# Ebb\n\nThe water goes.\n",
		"broken.docx":   "PK\x03\x04 and nothing that a document has",
		"picture.png":   "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
		"page.html":     "<title>Flood</title><p>The water comes, &amp; stays.",
		"blank.html":    "<p></p>",
	})
	o := keywordsOnly()
	o.Dir = dir
	var out, progress bytes.Buffer
	o.Progress = &progress
	if err := Bench(context.Background(), o, "extract", &out); err != nil {
		t.Fatal(err)
	}
	results := map[string]extractResult{}
	for line := range strings.Lines(out.String()) {
		var r extractResult
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		results[r.Format] = r
	}
	if len(results) != 5 || results["txt"].WithText != 1 || results["md"].WithText != 1 || results["png"].ByName != 1 || results["docx"].Failed != 1 || len(results["docx"].Reasons) != 1 {
		t.Errorf("%+v", results)
	}
	pages := results["html"]
	if pages.Files != 2 || pages.WithText != 1 || pages.WithoutText != 1 || pages.P95 <= 0 {
		t.Errorf("%+v", pages)
	}
	if _, err := exec.LookPath("python3"); err == nil && (pages.Compared != 1 || pages.WordRecall != 1 || pages.Ratio <= 1) {
		t.Errorf("%+v", pages)
	}
	if !strings.Contains(progress.String(), "| html | 2 | 1 | 1 | 0 | 0 |") {
		t.Errorf("no table in %s", progress.String())
	}
}

func TestWordsFound(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text, want string
		found, all int
	}{
		{"The tide rises, the tide falls.", "Tide: the TIDE rises", 4, 4},
		{"one", "one one two", 1, 3},
		{"ﬁsh caf\u00e9", "fish cafe\u0301", 2, 2},
		{"港の表", "表 の 港 x", 3, 4},
		{"", "", 0, 0},
	}
	for _, c := range cases {
		if found, all := wordsFound(c.text, c.want); found != c.found || all != c.all {
			t.Errorf("%q in %q: %d of %d", c.want, c.text, found, all)
		}
	}
}
