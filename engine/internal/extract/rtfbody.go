package extract

import (
	"encoding/binary"
	"strings"
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

// htmlInRTF takes a page of HTML out of the RTF that Outlook has wrapped it in ([MS-OXRTFEX]).
func htmlInRTF(rtf []byte) (string, bool) {
	if !wrapsHTML(rtf) {
		return "", false
	}
	r := newRTF(&writer{}, rtf)
	r.html = &strings.Builder{}
	r.read()
	return r.html.String(), true
}
