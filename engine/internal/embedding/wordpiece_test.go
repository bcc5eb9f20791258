package embedding

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// realWords reads the vocabulary of the built-in model or skips.
func realWords(tb testing.TB) *wordPiece {
	tb.Helper()
	words, err := readWordPiece(filepath.Join(realAssets(tb).Model, "vocab.txt"))
	if err != nil {
		tb.Fatal(err)
	}
	return words
}

func smallWords(tb testing.TB) *wordPiece {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "vocab.txt")
	lines := "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\nhello\n,\n好\ncafe\n##a\na\n"
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		tb.Fatal(err)
	}
	words, err := readWordPiece(path)
	if err != nil {
		tb.Fatal(err)
	}
	return words
}

// TestWordPieceEqualsReference compares with testdata/wordpiece.json, which testdata/make_golden.py writes.
func TestWordPieceEqualsReference(t *testing.T) {
	t.Parallel()
	words := realWords(t)
	text, err := os.ReadFile("testdata/wordpiece.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Text string  `json:"text"`
		IDs  []int64 `json:"ids"`
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, c := range cases {
		got := words.encode("", c.Text, 512)
		if slices.Equal(got, c.IDs) {
			continue
		}
		if failed++; failed <= 12 {
			i := 0
			for i < min(len(got), len(c.IDs)) && got[i] == c.IDs[i] {
				i++
			}
			t.Errorf("%.60q: from token %d on got %v, want %v", c.Text, i, head(got[i:]), head(c.IDs[i:]))
		}
	}
	t.Logf("%d texts, %d differ", len(cases), failed)
}

func head(ids []int64) []int64 { return ids[:min(len(ids), 12)] }

func TestWordPiece(t *testing.T) {
	t.Parallel()
	words := smallWords(t)
	for _, c := range []struct {
		name, prefix, text string
		limit              int
		want               []int64
	}{
		{"empty", "", "", 16, []int64{2, 3}},
		{"pieces", "", "Unaffable", 16, []int64{2, 4, 5, 6, 3}},
		{"unknown rest makes the whole word unknown", "", "unaffzz", 16, []int64{2, 1, 3}},
		{"accents, punctuation, ideographs", "", "Café,好hello", 16, []int64{2, 10, 8, 9, 7, 3}},
		{"control characters vanish", "", "he\u200bl\x00lo", 16, []int64{2, 7, 3}},
		{"not UTF-8", "", "hel\xfflo", 16, []int64{2, 7, 3}},
		{"names of special tokens are text", "", "[SEP]", 16, []int64{2, 1, 1, 1, 3}},
		{"prefix", "hello, ", "cafe", 16, []int64{2, 7, 8, 10, 3}},
		{"cut off", "", strings.Repeat("hello ", 100), 5, []int64{2, 7, 7, 7, 3}},
		{"cut off inside a word", "", "hello unaffable", 4, []int64{2, 7, 4, 3}},
		{"word of 100", "", strings.Repeat("a", 100), 128, append(append([]int64{2, 12}, slices.Repeat([]int64{11}, 99)...), 3)},
		{"word of 101", "", strings.Repeat("a", 101), 128, []int64{2, 1, 3}},
		{"endless word", "", strings.Repeat("a", 1<<20), 128, []int64{2, 1, 3}},
	} {
		if got := words.encode(c.prefix, c.text, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func FuzzWordPiece(f *testing.F) {
	words := smallWords(f)
	for _, seed := range []string{"", "Unaffable, café 好", "\x00\xff\u0301\U0001d165", strings.Repeat("e\u0301", 300)} {
		f.Add(seed, 16)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 3 + (limit&0x7fffffff)%600
		ids := words.encode("", text, limit)
		if len(ids) < specialTokens || len(ids) > limit || ids[0] != words.class || ids[len(ids)-1] != words.separator {
			t.Fatalf("%q gives %v at limit %d", text, ids, limit)
		}
		if len(ids) > utf8.RuneCountInString(text)*4+specialTokens { // one character gives at most its decomposition
			t.Fatalf("%q gives %d ids", text, len(ids))
		}
	})
}

func BenchmarkWordPiece(b *testing.B) {
	words := realWords(b)
	text := strings.Repeat("The microstructural development of cerebral white matter was assessed in vivo. ", 12)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		words.encode("", text, 256)
	}
}
