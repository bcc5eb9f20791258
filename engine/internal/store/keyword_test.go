package store

import (
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestScriptsWithoutSpacesAreFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("zh.txt", "自然语言处理是人工智能的一个分支。")
	f.put("ja.txt", "自然言語処理は、コンピュータサイエンスの分野です。")
	f.put("ko.txt", "자연어처리는 인공지능의 한 분야이다.")
	f.put("th.txt", "การประมวลผลภาษาธรรมชาติเป็นสาขาหนึ่งของปัญญาประดิษฐ์")
	f.put("ar.txt", "مُعالَجة اللُّغات الطبيعية")
	f.put("hi.txt", "प्राकृतिक भाषा संसाधन")
	f.put("en.txt", "Natural language processing, naïve café.")
	for _, test := range []struct{ term, want string }{
		{"人工智能", "zh.txt"}, {"语言处理", "zh.txt"}, {"支", "zh.txt"},
		{"コンピュータ", "ja.txt"}, {"ｺﾝﾋﾟｭｰﾀ", ""}, {"分野", "ja.txt"},
		{"인공지능", "ko.txt"}, {"자연어", "ko.txt"},
		{"ภาษา", "th.txt"}, {"ปัญญา", "th.txt"},
		{"معالجة", "ar.txt"}, {"भाषा", "hi.txt"}, {"cafe", "en.txt"}, {"NAIVE", "en.txt"}, {"processes", "en.txt"},
	} {
		got := f.find(catalog.KeywordQuery{Terms: []string{test.term}, All: true})
		if test.want == "" && len(got) == 0 {
			continue
		}
		if len(got) == 0 || got[0] != test.want {
			t.Errorf("%s finds %v, want %s", test.term, got, test.want)
		}
	}
	if got := f.find(catalog.KeywordQuery{Phrases: []string{"人工智能的一个"}}); !slices.Equal(got, []string{"zh.txt"}) {
		t.Errorf("phrase finds %v", got)
	}
	if got := f.find(catalog.KeywordQuery{Phrases: []string{"智能人工"}}); len(got) != 0 {
		t.Errorf("a phrase in another order finds %v", got)
	}
}

func TestQueryForms(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("one.txt", "the quick brown fox")
	f.put("two.txt", "the quick red hen")
	f.put("three.txt", "a brown quick hen")
	for _, test := range []struct {
		name string
		q    catalog.KeywordQuery
		want []string
	}{
		{"any", catalog.KeywordQuery{Terms: []string{"fox", "hen"}}, []string{"one.txt", "three.txt", "two.txt"}},
		{"all", catalog.KeywordQuery{Terms: []string{"quick", "hen"}, All: true}, []string{"three.txt", "two.txt"}},
		{"phrase", catalog.KeywordQuery{Phrases: []string{"quick brown"}}, []string{"one.txt"}},
		{"phrase and words", catalog.KeywordQuery{Phrases: []string{"quick"}, Terms: []string{"hen"}}, []string{"one.txt", "three.txt", "two.txt"}},
		{"excluded", catalog.KeywordQuery{Terms: []string{"quick"}, Excluded: []string{"brown"}}, []string{"two.txt"}},
		{"prefix", catalog.KeywordQuery{Terms: []string{"quick", "bro"}, All: true, Prefix: true}, []string{"one.txt", "three.txt"}},
		{"title", catalog.KeywordQuery{Terms: []string{"three"}}, []string{"three.txt"}},
		{"nothing", catalog.KeywordQuery{}, []string{}},
		{"only excluded", catalog.KeywordQuery{Excluded: []string{"hen"}}, []string{}},
	} {
		got := f.find(test.q)
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestHostileQueriesAreOnlyWords gives the keyword tables everything that FTS5 would take for syntax.
func TestHostileQueriesAreOnlyWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.put("a.txt", "alpha AND beta NOT gamma")
	hostile := []string{"", " ", `"`, `""`, "*", "a*", "-a", "^a", "a:b", "title:alpha", "NEAR(a b)", "(", ")", "AND", "OR NOT", "{title} : a", "\x00", "a\x00b", "\xff\xfe",
		"'; DROP TABLE content; --", "😀", "。", "́", strings.Repeat("x", 100_000), strings.Repeat("漢字", 10_000), "½", "ﬁ", "٣", "_", "\u200b", "ʼ"}
	for _, a := range hostile {
		for _, q := range []catalog.KeywordQuery{{Terms: []string{a}}, {Terms: []string{"alpha", a}, All: true, Prefix: true}, {Phrases: []string{a}}, {Terms: []string{"alpha"}, Excluded: []string{a}}} {
			if _, err := f.Keyword(f.ctx, q, f.scope(), 10); err != nil {
				t.Errorf("%.40q: %v", a, err)
			}
			if _, err := f.Names(f.ctx, q, f.scope(), 10); err != nil {
				t.Errorf("%.40q by name: %v", a, err)
			}
		}
	}
	err := quick.Check(func(a, b string) bool {
		_, err := f.Keyword(f.ctx, catalog.KeywordQuery{Terms: []string{a, b}, Phrases: []string{b}, Excluded: []string{a}, Prefix: true}, f.scope(), 10)
		return err == nil
	}, &quick.Config{MaxCount: 500})
	if err != nil {
		t.Error(err)
	}
}

func TestDeletedPassagesAreNotFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha stays", "beta goes")
	must(f.CommitVectors(f.ctx, "m", f.vectorsFor("m")))(t)
	before := must(f.PendingVectors(f.ctx, "other", 10))(t)
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{revise(newFile("a.txt", "2"), c)}))
	c = must(f.Content(f.ctx, c.ID))(t)
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v1", "gamma comes", "alpha stays")}))
	if len(f.find(words("beta"))) != 0 || len(f.find(words("gamma"))) != 1 || len(f.find(words("alpha"))) != 1 {
		t.Error("keyword rows are not those of the new text")
	}
	after := must(f.PendingVectors(f.ctx, "m", 10))(t)
	if len(after) != 1 || after[0].Text != "gamma comes" {
		t.Errorf("an unchanged passage lost its vector: %+v", after)
	}
	if kept := must(f.Passages(f.ctx, []int64{before[0].ID}))(t); len(kept) != 1 || kept[0].Ordinal != 1 || kept[0].Text != "alpha stays" {
		t.Errorf("the unchanged passage is %+v", kept)
	}
	check(t, f.DeleteContent(f.ctx, c.ID))
	if len(f.find(words("alpha"))) != 0 || len(must(f.Names(f.ctx, words("a"), f.scope(), 5))(t)) != 0 {
		t.Error("a deleted document is found")
	}
	if ready, pending, err := f.VectorCounts(f.ctx, "m"); err != nil || ready != 0 || pending != 0 {
		t.Errorf("vectors %d ready, %d pending, %v", ready, pending, err)
	}
	check(t, f.RestoreContent(f.ctx, c.ID))
	if len(f.find(words("alpha"))) != 1 || len(must(f.PendingVectors(f.ctx, "m", 10))(t)) != 2 {
		t.Error("a restored document is not found or not embedded")
	}
	check(t, f.Check(f.ctx))
}

func (f *fixture) vectorsFor(model string) (list []catalog.VectorOf) {
	for _, p := range must(f.PendingVectors(f.ctx, model, 1000))(f.t) {
		list = append(list, catalog.VectorOf{PassageID: p.ID, ContentKey: p.ContentKey, Vector: []float32{1, 0}})
	}
	return list
}

func TestWipedDerivedComesBackTheSame(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha", "beta")
	before := f.find(words("alpha"))
	check(t, f.WipeDerived(f.ctx))
	if len(f.find(words("alpha"))) != 0 {
		t.Error("wiped text is found")
	}
	list, _, err := f.PendingText(f.ctx, "v1", 10)
	if err != nil || len(list) != 1 || list[0].Content.ID != c.ID || list[0].Stat.Path != "a.txt" || list[0].Folder.Path != "/home/ada/papers" {
		t.Fatalf("waiting: %+v, %v", list, err)
	}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(list[0].Content, "v1", "alpha", "beta")}))
	if got := f.find(words("alpha")); !slices.Equal(got, before) {
		t.Errorf("found %v, before %v", got, before)
	}
	folder := f.folder
	folder.State = catalog.FolderOffline
	check(t, f.UpdateFolder(f.ctx, folder))
	check(t, f.WipeDerived(f.ctx))
	if got := f.find(words("alpha")); !slices.Equal(got, before) {
		t.Errorf("offline documents are gone: %v", got)
	}
	if got := must(f.Names(f.ctx, words("a"), f.scope(), 5))(t); len(got) != 1 {
		t.Errorf("names %v", got)
	}
	check(t, f.Check(f.ctx))
}
