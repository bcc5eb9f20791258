package extract

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	unicodetext "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charsetOf names the encoding of a text by its first bytes: byte-order mark, then UTF-8, then the shape of UTF-16 and
// UTF-32, then statistics. It is empty when the bytes are not text.
func charsetOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")):
		return "utf-32le"
	case bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return "utf-32be"
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be"
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return wideOf(head)
	}
	if utf8.Valid(withoutCut(head)) {
		if controls(head)*50 > len(head) {
			return ""
		}
		return sevenBit(head)
	}
	if name := wideOf(head); name != "" {
		return name
	}
	if controls(head)*50 > len(head) {
		return ""
	}
	return guessCharset(head)
}

// sevenBit tells encodings that write other letters with ASCII bytes from plain ASCII.
func sevenBit(head []byte) string {
	switch {
	case bytes.Contains(head, []byte("\x1b$B")), bytes.Contains(head, []byte("\x1b$@")), bytes.Contains(head, []byte("\x1b(J")):
		return "iso-2022-jp"
	case bytes.Contains(head, []byte("~{")) && bytes.Count(head, []byte("~{")) <= bytes.Count(head, []byte("~}"))+1 && inHZ(head):
		return "hz-gb-2312"
	}
	return "utf-8"
}

// inHZ reports whether what stands between ~{ and ~} can be pairs of letters.
func inHZ(head []byte) bool {
	for {
		_, rest, found := bytes.Cut(head, []byte("~{"))
		if !found {
			return true
		}
		inner, after, _ := bytes.Cut(rest, []byte("~}"))
		if len(inner) == 0 || len(inner)%2 != 0 || bytes.ContainsAny(inner, " \t\n") {
			return false
		}
		head = after
	}
}

// wideOf recognises text of two or four bytes a letter: read in the right order, nearly all of it is letters, spaces and
// signs of writing, and of few alphabets; in the wrong order it is not.
func wideOf(head []byte) string {
	if len(head) < 8 {
		return shortWide(head)
	}
	names := [...]string{"utf-16le", "utf-16be", "utf-32le", "utf-32be"}
	best, bestShare, next := "", 0.0, 0.0
	for _, name := range names {
		share := writtenShare(head[:min(len(head), 8<<10)], name)
		if share > bestShare {
			best, bestShare, next = name, share, bestShare
		} else if share > next {
			next = share
		}
	}
	if bestShare < 0.97 || bestShare-next < 0.02 {
		return ""
	}
	return best
}

// shortWide is for texts of a few letters, of which only plain ones are recognised.
func shortWide(head []byte) string {
	if len(head) >= 4 && len(head)%2 == 0 {
		for i, name := range []string{"utf-16be", "utf-16le"} {
			plain := true
			for at := 0; at+1 < len(head); at += 2 {
				letter := head[at+1-i]
				plain = plain && head[at+i] == 0 && letter >= ' ' && letter < 0x7f
			}
			if plain {
				return name
			}
		}
	}
	return ""
}

// writtenShare is the share of code points that people write, when the bytes are read as the encoding says.
func writtenShare(head []byte, name string) float64 {
	size := 2
	if strings.HasPrefix(name, "utf-32") {
		size = 4
	}
	text, err := encodingOf(name).NewDecoder().Bytes(head[:len(head)/size*size])
	if err != nil {
		return 0
	}
	all, written, even := 0, 0, 0
	var blocks [0x300]int // code points by their upper bits: an alphabet lies in few blocks
	for _, r := range string(text) {
		all++
		if isWritten(r) {
			written++
			blocks[min(int(r>>8), len(blocks)-1)]++
			if r >= 0x100 && r&0xff == 0 {
				even++
			}
		}
	}
	if even*5 > all {
		return 0 // Latin letters in the wrong order
	}
	few := 0 // those in blocks that are used again and again, or in the one wide alphabet of Han and Hangul
	for block, n := range blocks {
		if n*50 >= all || block >= 0x4e && block <= 0x9f || block >= 0xac && block <= 0xd7 || block == 0x20 || block == 0x30 || block == 0xff {
			few += n
		}
	}
	if !isLanguage(string(text), all) {
		return 0
	}
	return min(float64(written), float64(few)+0.02*float64(all)) / float64(all)
}

// frequentWide are the commonest letters of Chinese and Korean. A text has many of them; of pairs of any bytes, most of
// which are letters of these, one in a hundred is.
const frequentWide = "的一是不了在人有我他这個中大来上国个到说们为子和地出道也时年這來國時說們為이다는을의에가고하지기로도"

// isLanguage doubts what is mostly Han and Hangul unless it has the commonest of their letters, or kana among them.
func isLanguage(text string, all int) bool {
	wide, common := 0, 0
	for _, r := range text {
		switch {
		case r >= 0x3041 && r <= 0x30fe:
			common += 2
		case r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3:
			wide++
			if strings.ContainsRune(frequentWide, r) {
				common++
			}
		}
	}
	return wide*5 < all || common*20 > wide
}

// isWritten reports whether a code point is a letter, a mark, a digit, a space or a usual sign.
func isWritten(r rune) bool {
	switch {
	case r == utf8.RuneError || r >= 0x2e80 && r < 0x3000 || r >= 0xd800 && r < 0xf900:
		return false
	case r < ' ':
		return r == '\n' || r == '\r' || r == '\t'
	case r < 0x7f:
		return true
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) || r == 0xfeff
}

// controls counts bytes that no text has.
func controls(b []byte) int {
	n := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b || c == 0x7f {
			n++
		}
	}
	return n
}

// withoutCut drops an incomplete code point at the end.
func withoutCut(b []byte) []byte {
	for i := 1; i <= min(3, len(b)); i++ {
		if c := b[len(b)-i]; c >= 0xc0 {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// decode turns the bytes of a text into clean UTF-8. Bytes that the charset does not know become U+FFFD.
func decode(data []byte, charsetName string) string {
	switch charsetName {
	case "utf-8", "UTF-8", "":
		return clean(string(data))
	}
	from := encodingOf(charsetName)
	if from == nil {
		return clean(string(data))
	}
	text, err := from.NewDecoder().Bytes(data)
	if err != nil {
		return clean(string(data))
	}
	return clean(string(text))
}

func encodingOf(name string) encoding.Encoding {
	switch name {
	case "utf-16le", "UTF-16LE":
		return unicodetext.UTF16(unicodetext.LittleEndian, unicodetext.UseBOM)
	case "utf-16be", "UTF-16BE":
		return unicodetext.UTF16(unicodetext.BigEndian, unicodetext.UseBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "hz-gb-2312":
		return simplifiedchinese.HZGB2312
	case "GB-18030":
		name = "gb18030"
	}
	if e := dosEncoding(name); e != nil {
		return e
	}
	e, _ := charset.Lookup(name)
	return e
}
