package words

import "strings"

// Stem takes common endings off a folded word, longest first, in the manner of the first steps of Porter's algorithm
// (M. F. Porter, An algorithm for suffix stripping, 1980) and of the light stemmers for German and the Romance
// languages (J. Savoy, Light stemming approaches, 2006). It is made for comparing words, not for showing them; words
// of other scripts and words with digits stay as they are.
func Stem(s string) string {
	if len(s) < 4 {
		return s
	}
	for i := 0; i < len(s); i++ {
		if s[i] < 'a' || s[i] > 'z' {
			return s
		}
	}
	for _, e := range endings {
		if base, ok := strings.CutSuffix(s, e.from); ok && hasVowel(base) && len(base)+len(e.to) >= e.least {
			return finish(base + e.to)
		}
	}
	return finish(s)
}

// ending is replaced when what is left has a vowel and at least so many letters.
type ending struct {
	from, to string
	least    int
}

var endings = []ending{
	{"ications", "ic", 4}, {"ication", "ic", 4},
	{"izations", "iz", 4}, {"ization", "iz", 4}, {"isations", "iz", 4}, {"isation", "iz", 4},
	{"ational", "at", 4}, {"fulness", "ful", 4}, {"iveness", "iv", 4}, {"ousness", "ous", 4},
	{"ations", "at", 4}, {"ation", "at", 4}, {"ators", "at", 4}, {"ator", "at", 4}, {"ating", "at", 4}, {"ated", "at", 4}, {"ates", "at", 4},
	{"ities", "", 4}, {"ments", "", 4}, {"ment", "", 4}, {"ings", "", 3}, {"ness", "", 4},
	{"ically", "ic", 4}, {"ally", "al", 4}, {"ing", "", 2}, {"ies", "y", 3}, {"ied", "y", 3}, {"ity", "", 4},
	{"sses", "ss", 3}, {"ern", "", 4}, {"est", "", 4}, {"ions", "", 4}, {"ion", "", 4}, {"ers", "", 3}, {"er", "", 3}, {"ed", "", 2}, {"es", "", 2},
	{"ly", "", 3}, {"en", "", 4}, {"em", "", 4}, {"ss", "ss", 3}, {"us", "us", 3}, {"s", "", 3}, {"e", "", 2},
}

// finish makes forms meet that endings leave apart: doubled consonants, a last e, y and i.
func finish(s string) string {
	if n := len(s); n > 3 && s[n-1] == s[n-2] && !strings.ContainsRune("aeiouls", rune(s[n-1])) {
		s = s[:n-1]
	}
	if n := len(s); n > 3 && s[n-1] == 'e' {
		s = s[:n-1]
	}
	if n := len(s); n > 2 && s[n-1] == 'y' {
		s = s[:n-1] + "i"
	}
	return s
}

func hasVowel(s string) bool { return strings.ContainsAny(s, "aeiouy") }
