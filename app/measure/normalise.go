package measure

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// contains reports whether text holds one of the wanted strings, both normalised.
func contains(text string, wanted []string) bool {
	text = normalised(text)
	for _, w := range wanted {
		if w = normalised(w); w != "" && strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// normalised makes strings that read alike equal: compatibility forms composed, case folded, everything but letters,
// marks, numbers and symbols turned into single spaces. Articles stay, since documents may be in any language.
func normalised(text string) string {
	words := strings.FieldsFunc(norm.NFKC.String(text), func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number, unicode.Symbol)
	})
	return strings.ToLower(strings.Join(words, " "))
}
