package embedding

import (
	"bufio"
	"os"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// wordPieceRevision is part of the fingerprint: raise it when the same text may give other tokens.
const wordPieceRevision = 1

const (
	specialTokens  = 2   // [CLS] before and [SEP] after the text
	longestWord    = 100 // in characters; a longer word is unknown
	continuation   = "##"
	classToken     = "[CLS]"
	separatorToken = "[SEP]"
	unknownToken   = "[UNK]"
)

// wordPiece is the uncased BERT tokenizer (Devlin et al. 2018, google-research/bert tokenization.py), equal token for
// token to the reference implementation in the golden file. Names of special tokens in a text are plain text.
type wordPiece struct {
	ids                       map[string]int64
	class, separator, unknown int64
	longestPiece              int // in bytes
}

// readWordPiece reads a vocabulary: one token a line, its id is the line's number from 0.
func readWordPiece(path string) (*wordPiece, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, missing(path, err)
	}
	defer file.Close()
	w := &wordPiece{ids: make(map[string]int64, 32000)}
	lines := bufio.NewScanner(file)
	for id := int64(0); lines.Scan(); id++ {
		w.ids[lines.Text()] = id
		w.longestPiece = max(w.longestPiece, len(lines.Text()))
	}
	if err := lines.Err(); err != nil {
		return nil, catalog.WrapError(catalog.Corrupt, path+" is not a list of words. "+howToGet, err)
	}
	for token, id := range map[string]*int64{classToken: &w.class, separatorToken: &w.separator, unknownToken: &w.unknown} {
		found, ok := w.ids[token]
		if !ok {
			return nil, catalog.Errorf(catalog.Corrupt, "%s has no %s. %s", path, token, howToGet)
		}
		*id = found
	}
	return w, nil
}

// encode returns the ids of prefix and text between [CLS] and [SEP], cut off at limit ids. It reads no further into
// the text than that needs.
func (w *wordPiece) encode(prefix, text string, limit int) []int64 {
	s := wordScanner{wordPiece: w, limit: limit - 1, ids: make([]int64, 1, min(limit, len(prefix)+len(text)+specialTokens))}
	s.ids[0] = w.class
	for _, part := range [...]string{prefix, text} {
		for _, r := range part {
			s.add(r)
			if s.full() {
				return append(s.ids[:s.limit], w.separator)
			}
		}
	}
	s.endWord()
	if s.full() {
		s.ids = s.ids[:s.limit]
	}
	return append(s.ids, w.separator)
}

// wordScanner collects normalised characters into words and words into ids.
type wordScanner struct {
	*wordPiece
	limit  int
	ids    []int64
	word   []byte // UTF-8
	length int    // characters of the word, counted on when they are no longer kept
	form   []byte // scratch
}

func (s *wordScanner) full() bool { return len(s.ids) >= s.limit }

// add cleans one character of the text, takes its accents off and lowers it.
func (s *wordScanner) add(r rune) {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		s.endWord()
	case r == utf8.RuneError || isControl(r):
	case isBlank(r):
		s.endWord()
	case r < utf8.RuneSelf:
		s.addNormalised(unicode.ToLower(r))
	case isIdeograph(r):
		s.endWord()
		s.addDecomposed(r)
		s.endWord()
	default:
		s.addDecomposed(r)
	}
}

func (s *wordScanner) addDecomposed(r rune) {
	var encoded [utf8.UTFMax]byte
	n := utf8.EncodeRune(encoded[:], r)
	s.form = norm.NFD.Append(s.form[:0], encoded[:n]...)
	for rest := s.form; len(rest) > 0; {
		part, n := utf8.DecodeRune(rest)
		rest = rest[n:]
		if !unicode.Is(unicode.Mn, part) {
			s.addNormalised(unicode.ToLower(part))
		}
	}
}

func (s *wordScanner) addNormalised(r rune) {
	if isPunctuation(r) {
		s.endWord()
		s.keep(r)
		s.endWord()
		return
	}
	if isBlank(r) { // some characters come apart into a blank and an accent
		s.endWord()
		return
	}
	s.keep(r)
}

func (s *wordScanner) keep(r rune) {
	s.length++
	if s.length <= longestWord {
		s.word = utf8.AppendRune(s.word, r)
	}
}

// endWord splits the word into the longest pieces that the vocabulary has, from the left; if any part has none the
// whole word is unknown.
func (s *wordScanner) endWord() {
	if s.length == 0 {
		return
	}
	start := len(s.ids)
	if s.length > longestWord || !s.splitWord() {
		s.ids = append(s.ids[:start], s.unknown)
	}
	s.word, s.length = s.word[:0], 0
}

func (s *wordScanner) splitWord() bool {
	var piece [longestWord*utf8.UTFMax + len(continuation)]byte
	for begin := 0; begin < len(s.word); {
		head := copy(piece[:], continuation)
		if begin == 0 {
			head = 0
		}
		n := head + copy(piece[head:], s.word[begin:min(len(s.word), begin+s.longestPiece)])
		id, found := int64(0), false
		for ; n > head; n-- {
			if id, found = s.wordPiece.ids[string(piece[:n])]; found {
				break
			}
		}
		if !found {
			return false
		}
		s.ids = append(s.ids, id)
		begin += n - head
	}
	return true
}

// isBlank reports what separates words.
func isBlank(r rune) bool {
	return unicode.IsSpace(r)
}

// isControl reports the characters that the reference drops: control, format, private use.
func isControl(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co)
}

// isIdeograph reports the CJK ideographs, each of which is a word.
func isIdeograph(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0x20000 && r <= 0x2A6DF ||
		r >= 0x2A700 && r <= 0x2B73F || r >= 0x2B740 && r <= 0x2B81F || r >= 0x2B820 && r <= 0x2CEAF ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F
}

// isPunctuation reports the characters that are words of their own.
func isPunctuation(r rune) bool {
	return r >= 33 && r <= 47 || r >= 58 && r <= 64 || r >= 91 && r <= 96 || r >= 123 && r <= 126 || unicode.IsPunct(r)
}
