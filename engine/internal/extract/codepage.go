package extract

import (
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// codePages are the encodings that Windows, DOS and the Macintosh number.
var codePages = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855, 858: charmap.CodePage858,
	860: charmap.CodePage860, 862: charmap.CodePage862, 863: charmap.CodePage863, 865: charmap.CodePage865, 866: charmap.CodePage866,
	874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254,
	1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258,
	10000: charmap.Macintosh, 10001: japanese.ShiftJIS, 10002: traditionalchinese.Big5, 10003: korean.EUCKR,
	10007: charmap.MacintoshCyrillic, 10008: simplifiedchinese.GBK,
	20866: charmap.KOI8R, 21866: charmap.KOI8U, 20932: japanese.EUCJP, 51932: japanese.EUCJP, 51949: korean.EUCKR,
	28591: charmap.Windows1252, 28592: charmap.ISO8859_2, 28595: charmap.ISO8859_5, 28597: charmap.ISO8859_7, 28605: charmap.ISO8859_15,
	54936: simplifiedchinese.GB18030,
}

const (
	codePageUTF16    = 1200
	codePageUTF8     = 65001
	codePageLatin    = 1252
	codePageSymbol   = -1 // the font Symbol: Greek letters at the places of Latin ones
	codePagePictures = -2 // fonts of pictures, such as Wingdings
)

// fromCodePage decodes bytes; a code page that is not known is taken for the western one.
func fromCodePage(b []byte, page int) string {
	switch page {
	case codePageUTF16:
		return fromUTF16(b)
	case codePageUTF8:
		return string(b)
	case codePageSymbol:
		return fromSymbol(b)
	case codePagePictures:
		return strings.Repeat(" ", len(b))
	}
	from := codePages[page]
	if from == nil {
		from = charmap.Windows1252
	}
	text, err := from.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(text)
}

// fromUTF16 decodes little-endian code units; half a unit at the end is dropped.
func fromUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	return string(utf16.Decode(units))
}

// greek are the letters of the font Symbol from A to Z and from a to z.
const greek = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ"

var greekLetters = []rune(greek)

// fromSymbol decodes the font Symbol as far as it has letters, digits and the bullet.
func fromSymbol(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			out.WriteRune(greekLetters[c-'A'])
		case c >= 'a' && c <= 'z':
			out.WriteRune(greekLetters[26+c-'a'])
		case c == 0xb7:
			out.WriteRune('•')
		case c < 0x80:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// codePageOfCharset is the code page that belongs to a font's character set; 0 when the document's own applies.
func codePageOfCharset(charset int) int {
	switch charset {
	case 0:
		return 1252
	case 77:
		return 10000
	case 128:
		return 932
	case 129, 130:
		return 949
	case 134:
		return 936
	case 136:
		return 950
	case 161:
		return 1253
	case 162:
		return 1254
	case 163:
		return 1258
	case 177:
		return 1255
	case 178, 179, 180:
		return 1256
	case 186:
		return 1257
	case 204:
		return 1251
	case 222:
		return 874
	case 238:
		return 1250
	case 254:
		return 437
	case 255:
		return 850
	}
	return 0
}

// codePageOfLanguage is the ANSI code page of a Windows language number.
func codePageOfLanguage(lid int) int {
	if page, ok := languagePages[lid]; ok {
		return page
	}
	if page, ok := languagePages[lid&0x3ff]; ok {
		return page
	}
	return codePageLatin
}

// languagePages has primary languages, and whole numbers where a country differs.
var languagePages = map[int]int{
	0x01: 1256, 0x02: 1251, 0x04: 936, 0x0404: 950, 0x0c04: 950, 0x1404: 950, 0x05: 1250, 0x08: 1253, 0x0d: 1255, 0x0e: 1250,
	0x11: 932, 0x12: 949, 0x15: 1250, 0x18: 1250, 0x19: 1251, 0x1a: 1250, 0x0c1a: 1251, 0x1b: 1250, 0x1c: 1250, 0x1e: 874, 0x1f: 1254,
	0x20: 1256, 0x22: 1251, 0x23: 1251, 0x24: 1250, 0x25: 1257, 0x26: 1257, 0x27: 1257, 0x29: 1256, 0x2a: 1258, 0x2f: 1251, 0x3f: 1251,
}
