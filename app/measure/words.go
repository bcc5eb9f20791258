package measure

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// wordsFound counts the words of want, each as often as it stands there, and those of them that text has too.
func wordsFound(text, want string) (found, all int) {
	has := wordCounts(text)
	for word, n := range wordCounts(want) {
		all += n
		found += min(n, has[word])
	}
	return found, all
}

// wordCounts counts the words of a text, case and compatibility forms set aside. A word is a run of letters, marks and
// digits; in scripts that are written without spaces every character is one.
func wordCounts(text string) map[string]int {
	counts := map[string]int{}
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			counts[word.String()]++
			word.Reset()
		}
	}
	for _, r := range strings.ToLower(norm.NFKC.String(text)) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai):
			end()
			counts[string(r)]++
		case unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit):
			word.WriteRune(r)
		default:
			end()
		}
	}
	end()
	return counts
}
