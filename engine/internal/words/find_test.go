package words

import "testing"

func TestFinderFindsWholeWordsInAnyCase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ phrase, text, want string }{
		{"blue whale", "The Blue  Whale sings", "Blue  Whale"},
		{"blue whale", "a blue-\nwhale", "blue-\nwhale"},
		{"blue whale", "whale blue", ""},
		{"cat", "concatenate cats", ""},
		{"cat", "a cat.", "cat"},
		{"café", "the CAFE", "CAFE"},
		{"3.5", "of 3.5 m", "3.5"},
		{"北京大学", "我在北京大学读书", "北京大学"},
		{"北", "我在北京", "北"},
		{"O'Brien", "says O’Brien", "O’Brien"},
		{"well-known", "a well known man", "well known"},
		{"a", "", ""},
	} {
		f, ok := NewFinder(c.phrase)
		if !ok {
			t.Errorf("%q has no word", c.phrase)
			continue
		}
		got := ""
		if start, end, found := f.Find(c.text); found {
			got = string([]rune(c.text)[start:end])
		}
		if got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.phrase, c.text, got, c.want)
		}
	}
	if _, ok := NewFinder("-- !"); ok {
		t.Error("punctuation is a phrase")
	}
}
