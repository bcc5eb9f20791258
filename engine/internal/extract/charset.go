package extract

import (
	"bytes"
	"unicode/utf8"

	"github.com/saintfish/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// charsetOf names the encoding of a text by its first bytes: byte-order mark, then UTF-8, then the zero bytes of
// UTF-16, then statistics. It is empty when the bytes are not text.
func charsetOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return ""
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be"
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return utf16Of(head)
	}
	if controls(head)*50 > len(head) {
		return ""
	}
	if utf8.Valid(withoutCut(head)) {
		return "utf-8"
	}
	best, err := chardet.NewTextDetector().DetectBest(head[:min(len(head), 16<<10)])
	if err != nil || best.Confidence < 10 {
		return "windows-1252"
	}
	return best.Charset
}

// utf16Of recognises text whose every second byte is mostly zero. Anything else with zero bytes is not text.
func utf16Of(head []byte) string {
	head = head[:len(head)&^1]
	var even, odd int
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	units := len(head) / 2
	switch {
	case units < 2:
		return ""
	case odd*10 > units*7 && even*50 < units && controls(evenBytes(head, 0))*50 <= units:
		return "utf-16le"
	case even*10 > units*7 && odd*50 < units && controls(evenBytes(head, 1))*50 <= units:
		return "utf-16be"
	}
	return ""
}

func evenBytes(b []byte, from int) []byte {
	out := make([]byte, 0, len(b)/2)
	for i := from; i < len(b); i += 2 {
		out = append(out, b[i])
	}
	return out
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
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be", "UTF-16BE":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "GB-18030":
		name = "gb18030"
	}
	e, _ := charset.Lookup(name)
	return e
}
