package store

import (
	"strings"
	"unicode"
)

// script classes as the keyword index treats them.
type scriptClass int

const (
	scriptSpaced scriptClass = iota // words are separated: left to the tokenizer
	scriptBigram                    // Chinese, Japanese, Korean, Thai and their neighbours: cut into overlapping pairs
	scriptVowel                     // Arabic and Hebrew vowel signs: dropped, since most writers leave them out
)

// firstSpecial is the first byte in UTF-8 of everything that needs a look: below it text passes through untouched.
const firstSpecial = 0xD6

// splitScripts prepares text for FTS5, at indexing and at querying alike. A run of n characters of a script without
// spaces becomes n-1 overlapping bigrams and the last character alone, so that a single character can be looked up as
// the beginning of a token. Everything else stays as it is.
func splitScripts(text string) string {
	special := false
	for i := range len(text) {
		if text[i] >= firstSpecial {
			special = true
			break
		}
	}
	if !special {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) * 2)
	var run []rune
	flush := func() {
		for i, r := range run {
			b.WriteByte(' ')
			b.WriteRune(r)
			if i+1 < len(run) {
				b.WriteRune(run[i+1])
			}
		}
		if len(run) > 0 {
			b.WriteByte(' ')
			run = run[:0]
		}
	}
	for _, r := range text {
		switch classify(r) {
		case scriptBigram:
			run = append(run, foldWidth(r))
		case scriptVowel:
		default:
			flush()
			b.WriteRune(r)
		}
	}
	flush()
	return b.String()
}

// hasBigrams reports whether text has a run that splitScripts cuts.
func hasBigrams(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return classify(r) == scriptBigram })
}

func classify(r rune) scriptClass {
	switch {
	case r < 0x0590:
		return scriptSpaced
	case r <= 0x06ED:
		if unicode.Is(unicode.Mn, r) {
			return scriptVowel
		}
		return scriptSpaced
	case r < 0x0E00:
		return scriptSpaced
	case r == 'ー', r == '々', r == '〆':
		return scriptBigram
	case !unicode.IsLetter(r) && !unicode.IsMark(r):
		return scriptSpaced
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return scriptBigram
	}
	return scriptSpaced
}

// foldWidth makes full-width katakana of half-width ones' commonest form; other characters stay.
func foldWidth(r rune) rune {
	const half = "ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
	const full = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
	if r < 'ｦ' || r > 'ﾝ' {
		return r
	}
	// Both strings hold three bytes a character in the same order.
	at := strings.IndexRune(half, r)
	return []rune(full[at : at+3])[0]
}
