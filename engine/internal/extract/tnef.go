package extract

import (
	"bytes"
	"encoding/binary"
)

// Attributes of Outlook's winmail.dat that are read ([MS-OXTNEF]).
const (
	tnefSignature  = 0x223e9f78
	tnefBody       = 0x800c
	tnefContent    = 0x800f
	tnefTitle      = 0x8010
	tnefRendering  = 0x9002 // begins an attachment
	tnefProperties = 0x9003
	tnefAttached   = 0x9005 // properties of an attachment
)

// addTNEF takes the text and the attachments out of a winmail.dat; one that is damaged stays an attachment as it is.
func (m *message) addTNEF(data []byte) {
	if len(data) < 6 || binary.LittleEndian.Uint32(data) != tnefSignature {
		m.attachments = append(m.attachments, attachment{name: "winmail.dat", data: data})
		return
	}
	var letter mapi
	var files []attachment
	rest := data[6:]
	for len(rest) >= 9 {
		id := binary.LittleEndian.Uint16(rest[1:])
		n := int(binary.LittleEndian.Uint32(rest[5:]))
		if n < 0 || n > len(rest)-9 {
			break
		}
		value := rest[9 : 9+n]
		rest = rest[min(9+n+2, len(rest)):]
		last := len(files) - 1
		switch {
		case id == tnefRendering && len(files) < 1000:
			files = append(files, attachment{})
		case id == tnefTitle && last >= 0 && files[last].name == "":
			name := bytes.TrimRight(value, "\x00")
			files[last].name = decode(name, charsetOr(name, "windows-1252"))
		case id == tnefContent && last >= 0:
			files[last].data = value
		case id == tnefAttached && last >= 0:
			var p mapi
			p.readProperties(value)
			if name := p.text(mapiLongName); name != "" {
				files[last].name = name
			}
		case id == tnefBody:
			letter.set(mapiBody, mapiText8, value)
		case id == tnefProperties:
			letter.readProperties(value)
		}
	}
	m.attachments = append(m.attachments, files...)
	if len(m.bodies) == 0 || m.bodies[0].blank() {
		m.bodies = letter.bodies()
	}
}

// readProperties reads a list of properties as far as it can be followed.
func (m *mapi) readProperties(data []byte) {
	r := tnefReader{rest: data}
	for count := r.number(); count > 0 && len(r.rest) > 0; count-- {
		tag := r.number()
		kind, id := uint16(tag), uint16(tag>>16)
		if id >= 0x8000 {
			r.take(16)
			if r.number() == 0 {
				r.number()
			} else {
				r.padded()
			}
		}
		values := uint32(1)
		if kind&0x1000 != 0 || isVariable(kind) {
			values = r.number()
		}
		for ; values > 0 && len(r.rest) > 0; values-- {
			if isVariable(kind &^ 0x1000) {
				m.set(id, kind, r.padded())
			} else {
				m.set(id, kind, r.take(fixedSize(kind&^0x1000)))
			}
		}
	}
}

func isVariable(kind uint16) bool {
	return kind == mapiText8 || kind == mapiText16 || kind == mapiBinary || kind == mapiObject
}

func fixedSize(kind uint16) int {
	switch kind {
	case 0x0005, 0x0006, 0x0007, 0x0014, mapiTime:
		return 8
	case 0x0048:
		return 16
	}
	return 4
}

// tnefReader takes values off the front; past the end they are empty.
type tnefReader struct{ rest []byte }

func (r *tnefReader) take(n int) []byte {
	n = min(max(n, 0), len(r.rest))
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *tnefReader) number() uint32 {
	var b [4]byte
	copy(b[:], r.take(4))
	return binary.LittleEndian.Uint32(b[:])
}

// padded is a value that says its length and fills up to four bytes.
func (r *tnefReader) padded() []byte {
	n := int(r.number())
	b := r.take(n)
	r.take((4 - n&3) & 3)
	return b
}
