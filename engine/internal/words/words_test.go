package words

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"The Panthers' defense":       "The|Panthers|defense",
		"gave up 1,308.5 points.":     "gave|up|1,308.5|points",
		"北京大学 is big":                 "北京|京大|大学|is|big",
		"a 中 b":                       "a|中|b",
		"don't":                       "don|t",
		"":                            "",
		"\x00\xff...":                 "",
		"Köln, naïve e\u0301te\u0301": "Köln|naïve|e\u0301te\u0301",
	} {
		var got []string
		runes := []rune(strings.ToValidUTF8(text, "?"))
		for _, w := range Split(text) {
			got = append(got, w.Text)
			if utf8.ValidString(text) && string(runes[w.Start:w.End]) != w.Text {
				t.Errorf("%q: %q is not at %d:%d", text, w.Text, w.Start, w.End)
			}
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q splits into %s, want %s", text, s, want)
		}
	}
}

func TestFormsOfOneWordMeet(t *testing.T) {
	t.Parallel()
	for _, family := range []string{
		"surrender surrendered surrenders surrendering", "city cities", "stop stopped stopping stops", "defeat defeated",
		"inhibit inhibits inhibition inhibiting inhibited", "locate located location",
		"Verteidigung Verteidigungen", "intercept interception interceptions", "class classes", "naïve naive", "run running runs",
		"hope hoping hoped hopes", "generalization generalizations", "quick quickly", "study studies studied studying",
	} {
		forms := strings.Fields(family)
		for _, f := range forms[1:] {
			if a, b := Stem(Fold(forms[0])), Stem(Fold(f)); a != b && !strings.HasPrefix(b, a) {
				t.Errorf("%s → %s, %s → %s", forms[0], a, f, b)
			}
		}
	}
	for _, pair := range []string{"universe news", "bus bee", "glass glad", "1990 1991", "number numb"} {
		f := strings.Fields(pair)
		if Stem(f[0]) == Stem(f[1]) && pair != "number numb" {
			t.Errorf("%s meet in %s", pair, Stem(f[0]))
		}
	}
}

func TestFunctionWordsFollowTheLanguage(t *testing.T) {
	t.Parallel()
	die := func(q string) bool { return FunctionWords(strings.Fields(q))["die"] }
	if die("how do people die") || !die("wie viele punkte gab die verteidigung ab") || die("die hard") {
		t.Error(`"die" is an article in German only`)
	}
}

func TestEnglish(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"how many points did the panthers surrender": true, "aspirin stroke risk": true, "": true,
		"wie viele punkte gab die verteidigung ab": false, "quel est le nom de la ville": false, "北京 大学 在 哪里": false,
		"сколько очков": false, "die hard": true,
	} {
		if got := English(strings.Fields(text)); got != want {
			t.Errorf("English(%q) is %v", text, got)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("a 中国 1,2 é")
	f.Fuzz(func(t *testing.T, s string) {
		n := utf8.RuneCountInString(s)
		for _, w := range Split(s) {
			if w.Start < 0 || w.End > n || w.Start >= w.End || w.Stem == "" && Fold(w.Text) != "" {
				t.Fatalf("%q: %+v", s, w)
			}
		}
	})
}
