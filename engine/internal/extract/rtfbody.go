package extract

import (
	"encoding/binary"
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
)

const rtfStart = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// unpackedRTF undoes the compression of RTF in messages ([MS-OXRTFCP]); nil when it is none.
func unpackedRTF(data []byte) []byte {
	if len(data) < 16 {
		return nil
	}
	size := min(int(binary.LittleEndian.Uint32(data[4:])), maxPart)
	in := data[16:]
	switch string(data[8:12]) {
	case "MELA": // stored
		return in[:min(size, len(in))]
	case "LZFu":
	default:
		return nil
	}
	window := make([]byte, 4096)
	at := copy(window, rtfStart)
	out := make([]byte, 0, min(size, 8*len(in)))
	put := func(c byte) {
		window[at&4095] = c
		at++
		out = append(out, c)
	}
	for len(in) > 0 && len(out) < size {
		flags := in[0]
		in = in[1:]
		for bit := 0; bit < 8 && len(out) < size; bit++ {
			if flags>>bit&1 == 0 {
				if len(in) == 0 {
					return out
				}
				put(in[0])
				in = in[1:]
				continue
			}
			if len(in) < 2 {
				return out
			}
			from, n := int(in[0])<<4|int(in[1])>>4, int(in[1]&15)+2
			in = in[2:]
			if from == at&4095 {
				return out // the end
			}
			for i := range n {
				put(window[(from+i)&4095])
			}
		}
	}
	return out
}

// htmlInRTF takes a page of HTML out of the RTF that Outlook has wrapped it in ([MS-OXRTFEX]): what stands in htmltag
// groups is markup, what stands between \htmlrtf and \htmlrtf0 is for readers of RTF only, all other text is the page's.
func htmlInRTF(rtf []byte) (string, bool) {
	if !strings.Contains(string(rtf[:min(len(rtf), 2048)]), `\fromhtml1`) {
		return "", false
	}
	r := rtfPage{rest: string(rtf), charset: "windows-1252", group: rtfGroup{stand: 1}}
	for r.rest != "" {
		r.step()
	}
	r.flush()
	return r.out.String(), true
}

// rtfPage is where in the RTF the reader is.
type rtfPage struct {
	rest    string
	out     strings.Builder
	group   rtfGroup
	groups  []rtfGroup
	bytes   []byte // of the code page, not yet decoded
	charset string
	skip    int  // characters that stand in for the one before
	high    rune // first half of a character outside the basic plane
}

type rtfGroup struct {
	tag, dropped, forRTF bool
	starred              bool // \* has been read, the destination comes next
	stand                int  // \uc
}

func (r *rtfPage) step() {
	c := r.rest[0]
	r.rest = r.rest[1:]
	switch c {
	case '{':
		if len(r.groups) < 10_000 {
			r.groups = append(r.groups, r.group)
		}
		r.group.starred = false
	case '}':
		r.flush()
		if n := len(r.groups); n > 0 {
			r.group, r.groups = r.groups[n-1], r.groups[:n-1]
		}
	case '\\':
		r.control()
	case '\r', '\n':
	default:
		r.put(c)
	}
}

func (r *rtfPage) control() {
	if r.rest == "" {
		return
	}
	c := r.rest[0]
	if c < 'a' || c > 'z' {
		r.rest = r.rest[1:]
		switch c {
		case '\'':
			if n, err := strconv.ParseUint(r.rest[:min(2, len(r.rest))], 16, 8); err == nil {
				r.put(byte(n))
			}
			r.rest = r.rest[min(2, len(r.rest)):]
		case '*':
			r.group.starred = true
		case '~':
			r.write("&nbsp;")
		case '\\', '{', '}':
			r.put(c)
		}
		return
	}
	word := r.rest[:len(r.rest)-len(strings.TrimLeft(r.rest, "abcdefghijklmnopqrstuvwxyz"))]
	r.rest = r.rest[len(word):]
	end := len(r.rest) - len(strings.TrimLeft(r.rest, "-0123456789"))
	number, err := strconv.Atoi(r.rest[:end])
	r.rest = strings.TrimPrefix(r.rest[end:], " ")
	r.word(word, number, err == nil)
}

func (r *rtfPage) word(word string, number int, has bool) {
	starred := r.group.starred
	r.group.starred = false
	switch word {
	case "htmltag":
		r.flush()
		r.group.tag = starred
	case "htmlrtf":
		r.flush()
		r.group.forRTF = !has || number != 0
	case "par", "line":
		r.write("\n")
	case "tab":
		r.write("\t")
	case "uc":
		r.group.stand = number
	case "u":
		r.unit(rune(uint16(number)))
		r.skip = r.group.stand
	case "ansicpg":
		r.charset = orElse(codePage(uint32(number)), r.charset)
	case "bin":
		r.rest = r.rest[min(max(number, 0), len(r.rest)):]
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "listtable", "pntext":
		r.group.dropped = true
	default:
		if starred {
			r.group.dropped = true
		}
	}
}

// unit writes one unit of UTF-16.
func (r *rtfPage) unit(c rune) {
	if c >= 0xd800 && c < 0xdc00 {
		r.high = c
		return
	}
	if r.high != 0 {
		c = utf16.DecodeRune(r.high, c)
		r.high = 0
	}
	r.write(html.EscapeString(string(c)))
}

func (r *rtfPage) put(c byte) {
	if r.skip > 0 {
		r.skip--
		return
	}
	if r.group.dropped || r.group.forRTF {
		return
	}
	r.bytes = append(r.bytes, c)
}

// flush decodes the bytes so far. Text outside of tags is not markup, whatever it looks like.
func (r *rtfPage) flush() {
	text := decode(r.bytes, r.charset)
	r.bytes = r.bytes[:0]
	if !r.group.tag {
		text = html.EscapeString(text)
	}
	r.out.WriteString(text)
}

func (r *rtfPage) write(s string) {
	r.flush()
	if !r.group.dropped && !r.group.forRTF {
		r.out.WriteString(s)
	}
}
