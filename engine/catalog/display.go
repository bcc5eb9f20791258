package catalog

import (
	"strings"
	"unicode"
)

// PlainLine makes one line of text from a document (a name, a snippet) safe to show to people and to programs: line
// ends and tabs become spaces; every other control character, every mark that reorders text and every letter that is
// never drawn becomes U+FFFD. It maps code points one to one, so that offsets stay true.
func PlainLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		return visible(r)
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// PlainText is PlainLine for text of several lines: \n and \t stay.
func PlainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return visible(r)
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func visible(r rune) rune {
	if unicode.IsControl(r) || Reorders(r) || r == '\u2028' || r == '\u2029' || r >= 0xE0000 && r <= 0xE007F {
		return unicode.ReplacementChar
	}
	return r
}

// Reorders reports explicit directional marks, which can make text look like other text.
func Reorders(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069' || r == '\u200E' || r == '\u200F' || r == '\u061C'
}
