package extract

import (
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readXLS reads a workbook of the binary kind, of Excel 5 to 2003: one page a sheet, in the order of their tabs.
func readXLS(in *input) (catalog.Document, error) {
	c, err := openContainer(in)
	if err != nil {
		return catalog.Document{}, err
	}
	name := "Workbook"
	if !c.has(name) {
		name = "Book"
	}
	data, err := c.stream(name)
	if err != nil {
		return catalog.Document{}, err
	}
	w := &writer{}
	oleProperties(w, c)
	return readBIFF(w, data)
}

// readOldXLS reads the files of Excel 2 to 4, which are the records themselves.
func readOldXLS(in *input) (catalog.Document, error) {
	data, err := in.bytes()
	if err != nil {
		return catalog.Document{}, err
	}
	return readBIFF(&writer{}, data)
}

var formatOldXLS = format{mimeXLS, readOldXLS}

// isOldXLS knows the record with which Excel 2, 3 and 4 begin.
func isOldXLS(head []byte) bool {
	if len(head) < 8 || head[0] != 9 || head[2] < 4 || head[2] > 8 || head[3] != 0 || head[5] > 4 {
		return false
	}
	return head[1] == 0 || head[1] == 2 || head[1] == 4
}

func readBIFF(w *writer, data []byte) (catalog.Document, error) {
	b := &biff{data: data, page: codePageLatin, formats: numberFormats{codes: map[int]string{}}, sheets: sheets{w: w}}
	if err := b.globals(); err != nil {
		return catalog.Document{}, err
	}
	read := map[int]bool{}
	for _, s := range b.tabs {
		if w.full || read[s.at] {
			continue
		}
		read[s.at] = true
		b.sheet(s.name, s.at)
	}
	if len(b.tabs) == 0 { // before Excel 5, or damaged
		b.sheet("", 0)
	}
	b.sheets.finish()
	return w.document(mimeXLS), nil
}

// biff is the reading of one stream of records: a number, a length and so many bytes.
type biff struct {
	data    []byte
	version int // 2 to 5, or 8
	page    int // code page of text
	strings []string
	styles  []int // number formats of the styles of cells
	formats numberFormats
	tabs    []biffTab
	sheets  sheets

	cells   []biffCell
	formula *biffCell // whose result, a text, comes next
	object  int       // number of the last drawn object
	boxes   map[int]string
	order   []int          // of the boxes
	remarks map[int]string // cells that comments belong to, by object
}

type biffTab struct {
	name string
	at   int
}

type biffCell struct {
	row, column int
	text        string
}

// record is one of the stream; parts are its bytes and those of the records that continue it.
type record struct {
	number int
	parts  [][]byte
}

func (r record) body() []byte { return r.parts[0] }

// at reads the record that begins at an offset, and returns where the next one does; 0 at the end.
func (b *biff) at(offset int) (record, int) {
	const continues = 0x3c
	var r record
	for {
		head := stretch(b.data, offset, 4)
		if head == nil {
			break
		}
		number, n := int(little.Uint16(head)), int(little.Uint16(head[2:]))
		if r.parts != nil && number != continues {
			break
		}
		body := cut(b.data, offset+4)
		if r.parts == nil {
			r.number = number
		}
		r.parts = append(r.parts, body[:min(n, len(body))])
		offset += 4 + n
	}
	if r.parts == nil {
		return r, 0
	}
	return r, offset
}

// Numbers of records.
const (
	biffBOF, biffEOF           = 0x09, 0x0a
	biffSheet, biffStrings     = 0x85, 0xfc
	biffEncrypted              = 0x2f
	biffFrom1904, biffCodePage = 0x22, 0x42
	biffHeader, biffFooter     = 0x14, 0x15
)

// globals reads what stands before the sheets.
func (b *biff) globals() error {
	r, next := b.at(0)
	if next == 0 || r.number&0xff != biffBOF || len(r.body()) < 2 {
		return errMalformed
	}
	b.version = versionOf(r)
	for next > 0 {
		r, next = b.at(next)
		if next == 0 || r.number == biffEOF && len(b.tabs) > 0 {
			break
		}
		body := r.body()
		switch {
		case r.number == biffEncrypted:
			return errEncrypted
		case r.number == biffSheet && len(body) > 7 && len(b.tabs) < maxPages:
			b.tabs = append(b.tabs, biffTab{b.short(body[6:]), int(little.Uint32(body))})
		case r.number == biffStrings:
			b.sharedStrings(r)
		case r.number == biffFrom1904 && len(body) > 1:
			b.formats.from1904 = body[0] == 1
		case r.number == biffCodePage && len(body) > 1:
			b.codePage(int(little.Uint16(body)))
		default:
			b.style(r)
		}
	}
	return nil
}

func versionOf(r record) int {
	switch r.number {
	case 0x09:
		return 2
	case 0x209:
		return 3
	case 0x409:
		return 4
	}
	if little.Uint16(r.body()) == 0x600 {
		return 8
	}
	return 5
}

func (b *biff) codePage(page int) {
	switch {
	case page == 0x8000:
		b.page = 10000
	case page == 0x8001:
		b.page = codePageLatin
	case codePages[page] != nil:
		b.page = page
	}
}

// style reads formats of numbers and the styles that refer to them.
func (b *biff) style(r record) {
	body := r.body()
	switch r.number {
	case 0x1e: // Excel 2 and 3 number them in order
		b.formats.codes[len(b.formats.codes)] = b.short(body)
	case 0x41e:
		switch {
		case b.version == 4 && len(body) > 2:
			b.formats.codes[len(b.formats.codes)] = b.short(body[2:])
		case b.version == 5 && len(body) > 3:
			b.formats.codes[int(little.Uint16(body))] = b.short(body[2:])
		case len(body) > 4:
			b.formats.codes[int(little.Uint16(body))] = b.long(body[2:])
		}
	case 0xe0:
		if len(body) > 3 {
			b.styles = append(b.styles, int(little.Uint16(body[2:])))
		}
	case 0x43:
		if len(body) > 2 {
			b.styles = append(b.styles, int(body[2]&0x3f))
		}
	case 0x243, 0x443:
		if len(body) > 1 {
			b.styles = append(b.styles, int(body[1]))
		}
	}
}

// short is a text whose length takes one byte, long one whose length takes two.
func (b *biff) short(body []byte) string {
	if len(body) < 1 {
		return ""
	}
	return b.text(body[1:], int(body[0]))
}

func (b *biff) long(body []byte) string {
	if len(body) < 2 {
		return ""
	}
	return b.text(body[2:], int(little.Uint16(body)))
}

// text is n characters; from Excel 97 on a byte before them says how wide they are.
func (b *biff) text(body []byte, n int) string {
	if b.version < 8 {
		return fromCodePage(body[:min(n, len(body))], b.page)
	}
	if len(body) < 1 {
		return ""
	}
	const wide, extended, rich = 1, 4, 8
	flags, body := body[0], body[1:]
	if flags&rich != 0 {
		body = cut(body, 2)
	}
	if flags&extended != 0 {
		body = cut(body, 4)
	}
	if flags&wide != 0 {
		return fromUTF16(body[:min(2*n, len(body))])
	}
	return fromLatin(body[:min(n, len(body))])
}

// fromLatin widens the low halves of UTF-16 code units.
func fromLatin(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// sheet reads the records of one sheet and writes its page. Charts in it are sheets within it.
func (b *biff) sheet(name string, at int) {
	b.sheets.begin(name)
	b.cells, b.formula, b.boxes, b.order, b.remarks = b.cells[:0], nil, map[int]string{}, nil, map[int]string{}
	depth := 0
	for {
		r, next := b.at(at)
		if next == 0 {
			break
		}
		at = next
		switch {
		case r.number == biffEOF:
			depth--
		case r.number&0xff == biffBOF && r.number <= 0x809:
			depth++
		case r.number == biffEncrypted:
			return
		default:
			b.cell(r)
		}
		if depth <= 0 {
			break
		}
	}
	b.writeCells()
	for _, id := range b.order {
		b.sheets.note(b.remarks[id], b.boxes[id])
	}
	b.sheets.end()
}

func (b *biff) writeCells() {
	slices.SortStableFunc(b.cells, func(x, y biffCell) int {
		if x.row != y.row {
			return x.row - y.row
		}
		return x.column - y.column
	})
	var row []string
	for i, c := range b.cells {
		row = setCell(row, c.column, c.text)
		if i+1 == len(b.cells) || b.cells[i+1].row != c.row {
			if !b.sheets.row(row) {
				return
			}
			row = row[:0]
		}
	}
}

// number shows a number as its style says.
func (b *biff) number(v float64, style int) string {
	format := 0
	if style < len(b.styles) {
		format = b.styles[style]
	}
	return b.formats.show(v, format)
}
