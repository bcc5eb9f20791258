package extract

import (
	"math"
	"strings"
)

// cell reads a record of a sheet that shows something.
func (b *biff) cell(r record) {
	body := r.body()
	switch r.number {
	case biffHeader, biffFooter:
		b.pageHeader(body)
	case 0x5d: // a drawn object; its number leads to its text and to the cell that it is a comment on
		if len(body) > 7 {
			b.object = int(little.Uint16(body[6:]))
		}
	case 0x1b6:
		b.box(r)
	case 0x1c:
		b.remark(body)
	case 0x100d: // a text in a chart
		if len(body) > 2 {
			b.sheets.note("", b.short(body[2:]))
		}
	case 0x207, 0x07:
		b.formulaText(r)
	case 0xbd:
		b.numbers(body)
	default:
		b.single(r.number, r)
	}
}

// single reads a record of one cell: row, column, style, value.
func (b *biff) single(number int, r record) {
	body := r.body()
	if len(body) < 7 {
		return
	}
	style, value := int(little.Uint16(body[4:])), body[6:]
	if b.version == 2 && number < 0x100 { // three bytes of attributes
		style, value = int(body[4]&0x3f), body[7:]
	}
	switch number {
	case 0xfd:
		if len(value) >= 4 {
			if i := little.Uint32(value); uint64(i) < uint64(len(b.strings)) {
				b.put(body, b.strings[i])
			}
		}
	case 0x204, 0xd6:
		b.put(body, b.long(value))
	case 0x04:
		b.put(body, b.short(value))
	case 0x02:
		if len(value) >= 2 {
			b.put(body, b.number(float64(little.Uint16(value)), style))
		}
	case 0x03, 0x203:
		if len(value) >= 8 {
			b.put(body, b.number(math.Float64frombits(little.Uint64(value)), style))
		}
	case 0x7e, 0x27e:
		if len(value) >= 4 {
			b.put(body, b.number(fromRK(little.Uint32(value)), style))
		}
	case 0x05, 0x205:
		if len(value) >= 2 {
			b.put(body, boolOrError(value[0], value[1] != 0))
		}
	case 0x06, 0x206, 0x406:
		b.formulaResult(body, value, style)
	}
}

func boolOrError(v byte, isError bool) string {
	if isError {
		return errorTexts[v]
	}
	return truth(v != 0)
}

// put keeps the text of a cell.
func (b *biff) put(body []byte, text string) {
	if len(b.cells) < maxCells {
		b.cells = append(b.cells, biffCell{int(little.Uint16(body)), int(little.Uint16(body[2:])), text})
	}
}

// numbers reads a row of packed numbers.
func (b *biff) numbers(body []byte) {
	if len(body) < 6 {
		return
	}
	row, column := int(little.Uint16(body)), int(little.Uint16(body[2:]))
	for n := body[4:]; len(n) >= 8 && len(b.cells) < maxCells; n = n[6:] {
		text := b.number(fromRK(little.Uint32(n[2:])), int(little.Uint16(n)))
		b.cells = append(b.cells, biffCell{row, column, text})
		column++
	}
}

// formulaResult reads what a formula gave when the file was saved.
func (b *biff) formulaResult(body, value []byte, style int) {
	b.formula = nil
	if len(value) < 8 {
		return
	}
	if value[6] != 0xff || value[7] != 0xff {
		b.put(body, b.number(math.Float64frombits(little.Uint64(value)), style))
		return
	}
	switch value[0] {
	case 0:
		b.put(body, "")
		b.formula = &b.cells[len(b.cells)-1]
	case 1, 2:
		b.put(body, boolOrError(value[2], value[0] == 2))
	}
}

func (b *biff) formulaText(r record) {
	if b.formula == nil {
		return
	}
	if b.version == 2 {
		b.formula.text = b.short(r.body())
	} else {
		b.formula.text = b.joined(r)
	}
	b.formula = nil
}

// joined is the text of a record whose length takes two bytes and which other records may continue.
func (b *biff) joined(r record) string {
	if b.version < 8 || len(r.parts) == 1 {
		return b.long(r.body())
	}
	s := segments{parts: r.parts}
	return s.string()
}

func (b *biff) pageHeader(body []byte) {
	text := ""
	if b.version == 8 {
		text = b.long(body)
	} else {
		text = b.short(body)
	}
	b.sheets.note("", headerText(text))
}

// box reads the text of a drawn object, which is in the records that continue the one that announces it.
func (b *biff) box(r record) {
	body := r.body()
	if len(body) < 12 || len(r.parts) < 2 {
		return
	}
	s := segments{parts: r.parts[1:]}
	text := s.characters(int(little.Uint16(body[10:])), -1)
	if _, ok := b.boxes[b.object]; !ok {
		b.order = append(b.order, b.object)
	}
	b.boxes[b.object] += text
}

// remark reads a comment: since Excel 97 its text is that of a box.
func (b *biff) remark(body []byte) {
	if len(body) < 8 {
		return
	}
	where := cellName(int(little.Uint16(body)), int(little.Uint16(body[2:])))
	if b.version == 8 {
		b.remarks[int(little.Uint16(body[6:]))] = where
		return
	}
	n := int(little.Uint16(body[4:]))
	b.sheets.note(where, fromCodePage(body[6:][:min(n, len(body)-6)], b.page))
}

// sharedStrings reads the table of texts that cells refer to.
func (b *biff) sharedStrings(r record) {
	if len(r.body()) < 8 {
		return
	}
	n := int(little.Uint32(r.body()[4:]))
	r.parts[0] = r.parts[0][8:]
	s := segments{parts: r.parts}
	for range n {
		if s.empty() {
			return
		}
		b.strings = append(b.strings, s.string())
	}
}

// segments are bytes that are spread over records. Where a record ends within the characters of a text, the next one
// begins with a byte that says how wide the rest of them are.
type segments struct{ parts [][]byte }

func (s *segments) empty() bool {
	for len(s.parts) > 0 && len(s.parts[0]) == 0 {
		s.parts = s.parts[1:]
	}
	return len(s.parts) == 0
}

// take removes n bytes, or as many as there are.
func (s *segments) take(n int) []byte {
	var out []byte
	for n > 0 && !s.empty() {
		k := min(n, len(s.parts[0]))
		if out == nil && k == n {
			out = s.parts[0][:k]
		} else {
			out = append(out[:len(out):len(out)], s.parts[0][:k]...)
		}
		s.parts[0] = s.parts[0][k:]
		n -= k
	}
	return out
}

func (s *segments) number(n int) int {
	v := 0
	for i, c := range s.take(n) {
		v |= int(c) << (8 * i)
	}
	return v
}

// string reads a text with its length, its flags, and the formatting and the phonetic text that may follow it.
func (s *segments) string() string {
	const extended, rich = 4, 8
	n, flags := s.number(2), s.number(1)
	runs, extra := 0, 0
	if flags&rich != 0 {
		runs = s.number(2)
	}
	if flags&extended != 0 {
		extra = s.number(4)
	}
	text := s.characters(n, flags)
	s.take(4*runs + extra)
	return text
}

// characters reads n characters; flags below zero stand before them.
func (s *segments) characters(n, flags int) string {
	const wide = 1
	var b strings.Builder
	for n > 0 && len(s.parts) > 0 {
		if flags < 0 {
			flags = s.number(1)
			continue
		}
		width := 1 + flags&wide
		k := min(n, len(s.parts[0])/width)
		if width == 2 {
			b.WriteString(fromUTF16(s.parts[0][:2*k]))
		} else {
			b.WriteString(fromLatin(s.parts[0][:k]))
		}
		s.parts[0] = s.parts[0][width*k:]
		if n -= k; n > 0 {
			s.parts = s.parts[1:] // half a character at the end of a record is no character
			flags = -1
		}
	}
	return b.String()
}
