package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What Language looks at: stretches from the beginning, the middle and the end of a text, in bytes, and no more words.
const (
	stretch      = 320
	stretches    = 3
	witnesses    = 3    // function words that a language needs
	leastShare   = 0.12 // of all words that are looked at
	leastPlenty  = 1.25 // times what the next language has
	leastLetters = 12
)

// Language names the language of a text by its two-letter code, or returns "" when it is not clear. Scripts that one
// language has to itself tell it; texts in Latin letters are told by their function words. It reads under a thousand bytes
// of a text, however long that is.
func Language(text string) string {
	var seen scripts
	var latin witness
	for i := range stretches {
		if len(text) <= stretch*stretches {
			seen.read(text, &latin)
			break
		}
		at := (len(text) - stretch) / (stretches - 1) * i
		seen.read(whole(text[at:at+stretch]), &latin)
	}
	return seen.language(&latin)
}

// whole takes off what is left of characters and words that were cut at both ends.
func whole(s string) string {
	for len(s) > 0 && !utf8.RuneStart(s[0]) {
		s = s[1:]
	}
	for n := 0; n < utf8.UTFMax && len(s) > 0; n++ {
		if r, _ := utf8.DecodeLastRuneInString(s); r != utf8.RuneError {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}

// scripts counts letters.
type scripts struct {
	latin, cyrillic, ukrainian, greek, hebrew, arabic, persian, devanagari, thai, hangul, kana, han int
}

// read counts the letters of a stretch, and hands words in Latin letters to a witness.
func (s *scripts) read(text string, w *witness) {
	start := -1
	for i, r := range text {
		if r < utf8.RuneSelf && (r|0x20) >= 'a' && (r|0x20) <= 'z' || r >= 0xc0 && r < 0x250 {
			s.latin++
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			w.hear(text[start:i])
			start = -1
		}
		if r >= 0x370 {
			s.count(r)
		}
	}
	if start >= 0 {
		w.hear(text[start:])
	}
}

func (s *scripts) count(r rune) {
	switch {
	case r < 0x400:
		s.greek++
	case r < 0x530:
		s.cyrillic++
		if strings.ContainsRune("іїєґІЇЄҐ", r) {
			s.ukrainian++
		}
	case r >= 0x590 && r < 0x600:
		s.hebrew++
	case r >= 0x600 && r < 0x780:
		s.arabic++
		if strings.ContainsRune("پچژگی", r) {
			s.persian++
		}
	case r >= 0x900 && r < 0x980:
		s.devanagari++
	case r >= 0xe00 && r < 0xe80:
		s.thai++
	case r >= 0x1100 && r < 0x1200, r >= 0xac00 && r < 0xd7b0:
		s.hangul++
	case r >= 0x3041 && r < 0x3100:
		s.kana++
	case unicode.Is(unicode.Han, r):
		s.han++
	}
}

// language is that of the script with the most letters. A Chinese character stands for more than a letter.
func (s *scripts) language(w *witness) string {
	best, most := "", leastLetters-1
	for _, c := range [...]struct {
		name    string
		letters int
	}{
		{"latin", s.latin}, {"ru", s.cyrillic}, {"el", s.greek}, {"he", s.hebrew}, {"ar", s.arabic}, {"hi", s.devanagari},
		{"th", s.thai}, {"ko", 2 * s.hangul}, {"zh", 2 * (s.han + s.kana)},
	} {
		if c.letters > most {
			best, most = c.name, c.letters
		}
	}
	switch {
	case best == "latin":
		return w.language()
	case best == "ru" && 50*s.ukrainian > s.cyrillic:
		return "uk"
	case best == "ar" && 20*s.persian > s.arabic:
		return "fa"
	case best == "zh" && 10*s.kana > s.han+s.kana:
		return "ja"
	}
	return best
}

// witness hears the words of a text in Latin letters.
type witness struct {
	words int
	found [len(telling)]int     // function words of each language
	score [len(telling)]float64 // the same, those that several languages have in common weighing less
}

// telling are the languages whose function words are known.
var telling = [...]string{"en", "de", "fr", "es", "it", "pt", "nl"}

// owners are the languages that a function word belongs to, a bit each, in the order of telling.
var owners = func() map[string]uint8 {
	m := map[string]uint8{}
	for i, name := range telling {
		for w := range functionWords[name] {
			m[w] |= 1 << i
		}
	}
	return m
}()

func (w *witness) hear(word string) {
	w.words++
	if len(word) > 16 {
		return
	}
	var folded [24]byte
	n := 0
	for _, r := range word {
		switch {
		case r < utf8.RuneSelf:
			folded[n] = byte(r) | 0x20
			n++
		case r >= 0xc0 && r < 0x180:
			n += copy(folded[n:], baseLetters[r-0xc0])
		default:
			return
		}
	}
	w.weigh(owners[string(folded[:n])])
}

// baseLetters are the letters from À to ſ without their marks, lower case, as function words are written here.
var baseLetters = func() (base [0xc0]string) {
	for i := range base {
		base[i] = Fold(string(rune(0xc0 + i)))
	}
	return base
}()

func (w *witness) weigh(owning uint8) {
	shared := 0
	for rest := owning; rest != 0; rest &= rest - 1 {
		shared++
	}
	for i := range telling {
		if owning&(1<<i) != 0 {
			w.found[i]++
			w.score[i] += 1 / float64(shared)
		}
	}
}

// language is the one with the most function words, where it is clear.
func (w *witness) language() string {
	best, next := 0, 0.0
	for i := range telling {
		switch {
		case i == best:
		case w.score[i] > w.score[best]:
			best, next = i, w.score[best]
		default:
			next = max(next, w.score[i])
		}
	}
	if w.found[best] < witnesses || float64(w.found[best]) < leastShare*float64(w.words) || w.score[best] < leastPlenty*next {
		return ""
	}
	return telling[best]
}
