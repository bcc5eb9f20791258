package extract

import (
	"math"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readXLSB reads a workbook whose parts are binary records instead of XML.
func readXLSB(a *archive, main string) (catalog.Document, error) {
	workbook, err := a.part(main)
	if err != nil {
		return catalog.Document{}, err
	}
	if workbook == nil {
		return catalog.Document{}, errMalformed
	}
	w := &writer{}
	officeProperties(w, a)
	x := xlsx{archive: a, sheets: sheets{w: w}, formats: numberFormats{codes: map[int]string{}}}
	relations := a.relations(main)
	x.readBinaryStyles(ofKind(relations, "styles"))
	x.readBinaryStrings(ofKind(relations, "sharedStrings"))
	read := map[string]bool{}
	eachBinaryRecord(workbook, func(id int, body []byte) bool {
		const properties, tab = 153, 156
		switch {
		case id == properties && len(body) > 0:
			x.formats.from1904 = body[0]&1 != 0
		case id == tab && len(body) > 8 && x.sheets.count < maxPages:
			relation, rest := wideString(body[8:])
			name, _ := wideString(rest)
			if part := relations[relation].target; !read[part] {
				read[part] = true
				x.binarySheet(name, part)
			}
		}
		return !w.full
	})
	x.sheets.finish()
	return w.document("application/vnd.ms-excel.sheet.binary.macroEnabled.12"), nil
}

// eachBinaryRecord calls do for every record until it returns false. The number and the length of a record take as many
// bytes as they need.
func eachBinaryRecord(data []byte, do func(id int, body []byte) bool) {
	for len(data) > 0 {
		id, width := int(data[0]), 1
		if id&0x80 != 0 && len(data) > 1 {
			id, width = id&0x7f|int(data[1])<<7, 2
		}
		data = cut(data, width)
		n := 0
		for shift := 0; shift < 28 && len(data) > 0; shift += 7 {
			c := data[0]
			data = data[1:]
			n |= int(c&0x7f) << shift
			if c&0x80 == 0 {
				break
			}
		}
		n = min(n, len(data))
		if !do(id, data[:n]) {
			return
		}
		data = data[n:]
	}
}

// wideString is a text of UTF-16 code units whose number stands before it, and what follows.
func wideString(b []byte) (text string, rest []byte) {
	if len(b) < 4 {
		return "", nil
	}
	n := little.Uint32(b)
	b = b[4:]
	if n == math.MaxUint32 { // none
		return "", b
	}
	k := min(uint64(n)*2, uint64(len(b)))
	return fromUTF16(b[:k]), b[k:]
}

func (x *xlsx) readBinaryStyles(parts []string) {
	const format, cellStyle, begin, end = 44, 47, 617, 618
	for _, part := range parts {
		data, err := x.archive.part(part)
		if err != nil {
			x.damaged()
		}
		inCells := false
		eachBinaryRecord(data, func(id int, body []byte) bool {
			switch {
			case id == format && len(body) > 6:
				x.formats.codes[int(little.Uint16(body))], _ = wideString(body[2:])
			case id == begin || id == end:
				inCells = id == begin
			case id == cellStyle && inCells && len(body) > 3:
				x.styles = append(x.styles, int(little.Uint16(body[2:])))
			}
			return true
		})
	}
}

func (x *xlsx) readBinaryStrings(parts []string) {
	const item = 19
	for _, part := range parts {
		data, err := x.archive.part(part)
		if err != nil {
			x.damaged()
		}
		eachBinaryRecord(data, func(id int, body []byte) bool {
			if id == item && len(body) > 0 {
				text, _ := wideString(body[1:])
				x.strings = append(x.strings, text)
			}
			return true
		})
	}
}

func (x *xlsx) binarySheet(name, part string) {
	x.sheets.begin(name)
	data, err := x.archive.part(part)
	if err != nil {
		x.damaged()
	}
	const rowHeader, printed = 0, 479
	var row []string
	open := false
	eachBinaryRecord(data, func(id int, body []byte) bool {
		switch {
		case id == rowHeader:
			if open && !x.sheets.row(row) {
				open = false
				return false
			}
			row, open = row[:0], true
		case id == printed && len(body) > 2:
			for rest := body[2:]; len(rest) >= 4; {
				var text string
				text, rest = wideString(rest)
				x.sheets.note("", headerText(text))
			}
		case id <= 11 || id == 62:
			if text := x.binaryCell(id, body); text != "" {
				row = setCell(row, int(little.Uint32(body)), text)
			}
		}
		return true
	})
	if open {
		x.sheets.row(row)
	}
	x.binaryNotes(part)
	x.sheets.end()
}

// binaryCell is what a cell shows: its column, its style and its value.
func (x *xlsx) binaryCell(id int, body []byte) string {
	if len(body) < 9 {
		return ""
	}
	style, value := int(little.Uint32(body[4:])&0xffffff), body[8:]
	format := 0
	if style < len(x.styles) {
		format = x.styles[style]
	}
	switch id {
	case 2:
		if len(value) >= 4 {
			return x.formats.show(fromRK(little.Uint32(value)), format)
		}
	case 3, 11:
		return errorTexts[value[0]]
	case 4, 10:
		return truth(value[0] != 0)
	case 5, 9:
		if len(value) >= 8 {
			return x.formats.show(math.Float64frombits(little.Uint64(value)), format)
		}
	case 6, 8:
		text, _ := wideString(value)
		return text
	case 62:
		text, _ := wideString(value[1:])
		return text
	case 7:
		if len(value) >= 4 {
			if i := little.Uint32(value); uint64(i) < uint64(len(x.strings)) {
				return x.strings[i]
			}
		}
	}
	return ""
}

// binaryNotes reads comments, and what is drawn over the sheet.
func (x *xlsx) binaryNotes(part string) {
	const begin, text = 635, 637
	relations := x.archive.relations(part)
	for _, comments := range ofKind(relations, "comments") {
		data, err := x.archive.part(comments)
		if err != nil {
			continue
		}
		where := ""
		eachBinaryRecord(data, func(id int, body []byte) bool {
			switch {
			case id == begin && len(body) >= 16:
				where = cellName(int(little.Uint32(body[4:])), int(little.Uint32(body[12:])))
			case id == text && len(body) > 1:
				words, _ := wideString(body[1:])
				x.sheets.note(where, words)
			}
			return true
		})
	}
	for _, drawing := range ofKind(relations, "drawing") {
		drawnTexts(x.archive, drawing, func(text string) { x.sheets.note("", text) })
	}
}
