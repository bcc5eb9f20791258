package extract

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"math"
	"slices"
)

// tiffMark is how the files begin that encodeTIFF writes: little endian, the number 42.
const tiffMark = "II*\x00"

// Tags and types, as in TIFF 6.0.
const (
	tagSubfile       = 254
	tagWidth         = 256
	tagHeight        = 257
	tagBits          = 258
	tagCompression   = 259 // 8 is Deflate, of Adobe's supplement 2 to TIFF 6.0
	tagPhotometric   = 262 // 1: 0 is black; 2: RGB
	tagStrips        = 273
	tagSamples       = 277
	tagRowsPerStrip  = 278
	tagStripSizes    = 279
	tagXResolution   = 282
	tagYResolution   = 283
	tagResolution    = 296 // 2: to the inch
	tagPredictor     = 317 // 2: differences of neighbours
	tiffShort        = 3
	tiffLong         = 4
	tiffRational     = 5
	stripSize        = 256 << 10 // bytes of a strip before it is compressed, about
	reducedInSubfile = 1
	whiteFrom        = 160 // grey of a pixel that is white in a bilevel picture; above the middle, so that thin lines stay
)

// encodeTIFF writes a page: bilevel when it is black on white, else RGB. The encoder of golang.org/x/image has neither
// one bit a pixel nor a resolution other than 72.
func encodeTIFF(to *bytes.Buffer, page sheet) error {
	t := tiffWriter{to: to, width: page.Bounds().Dx(), height: page.Bounds().Dy()}
	to.WriteString(tiffMark)
	to.Write(make([]byte, 4)) // where the directory begins, once that is known
	samples, bits, photometric, predictor := 3, []int{8, 8, 8}, 2, 2
	row := t.rgbRow
	if blackOnWhite(page.RGBA) {
		samples, bits, photometric, predictor = 1, []int{1}, 1, 1
		row = t.bilevelRow
	}
	if err := t.strips(page.RGBA, row); err != nil {
		return err
	}
	t.add(tagWidth, tiffLong, t.width)
	t.add(tagHeight, tiffLong, t.height)
	t.add(tagBits, tiffShort, bits...)
	t.add(tagCompression, tiffShort, 8)
	t.add(tagPhotometric, tiffShort, photometric)
	t.add(tagStrips, tiffLong, t.offsets...)
	t.add(tagSamples, tiffShort, samples)
	t.add(tagRowsPerStrip, tiffLong, t.rowsPerStrip)
	t.add(tagStripSizes, tiffLong, t.sizes...)
	t.add(tagXResolution, tiffRational, int(math.Round(page.perInch*1000)), 1000)
	t.add(tagYResolution, tiffRational, int(math.Round(page.perInch*1000)), 1000)
	t.add(tagResolution, tiffShort, 2)
	t.add(tagPredictor, tiffShort, predictor)
	t.finish()
	return nil
}

// tiffWriter writes one picture.
type tiffWriter struct {
	to             *bytes.Buffer
	width, height  int
	rowsPerStrip   int
	offsets, sizes []int
	entries        []byte // of the directory
	values         []byte // those that do not fit into their entry; they stand before the directory
	count          int
}

// strips writes the pixels, some rows at a time.
func (t *tiffWriter) strips(page *image.RGBA, row func(dst []byte, pixels []byte) []byte) error {
	var rows []byte
	rows = row(rows, page.Pix[:4*t.width])
	t.rowsPerStrip = min(t.height, max(1, stripSize/len(rows)))
	for y := 0; y < t.height; y += t.rowsPerStrip {
		rows = rows[:0]
		for line := y; line < min(y+t.rowsPerStrip, t.height); line++ {
			rows = row(rows, page.Pix[line*page.Stride:][:4*t.width])
		}
		at := t.to.Len()
		z, err := zlib.NewWriterLevel(t.to, zlib.BestSpeed)
		if err != nil {
			return err
		}
		if _, err := z.Write(rows); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
		t.offsets, t.sizes = append(t.offsets, at), append(t.sizes, t.to.Len()-at)
	}
	return nil
}

// rgbRow adds the differences of a row of RGBA.
func (t *tiffWriter) rgbRow(dst, pixels []byte) []byte {
	var before [3]byte
	for i := 0; i+3 < len(pixels); i += 4 {
		dst = append(dst, pixels[i]-before[0], pixels[i+1]-before[1], pixels[i+2]-before[2])
		before = [3]byte(pixels[i:])
	}
	return dst
}

// bilevelRow adds the bits of a row of RGBA, 1 for white, full bytes a row.
func (t *tiffWriter) bilevelRow(dst, pixels []byte) []byte {
	for i := 0; i < len(pixels); i += 32 {
		var bits byte
		for j := 0; j < 32 && i+j < len(pixels); j += 4 {
			if pixels[i+j+1] >= whiteFrom {
				bits |= 0x80 >> (j / 4)
			}
		}
		dst = append(dst, bits)
	}
	return dst
}

// add adds an entry to the directory. Entries are added in the order of their tags.
func (t *tiffWriter) add(tag, kind int, values ...int) {
	var raw []byte
	for _, v := range values {
		if kind == tiffShort {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(v))
		} else {
			raw = binary.LittleEndian.AppendUint32(raw, uint32(v))
		}
	}
	count := len(values)
	if kind == tiffRational {
		count /= 2
	}
	t.count++
	t.entries = binary.LittleEndian.AppendUint16(t.entries, uint16(tag))
	t.entries = binary.LittleEndian.AppendUint16(t.entries, uint16(kind))
	t.entries = binary.LittleEndian.AppendUint32(t.entries, uint32(count))
	if len(raw) <= 4 {
		t.entries = append(t.entries, append(raw, make([]byte, 4-len(raw))...)...)
		return
	}
	t.entries = binary.LittleEndian.AppendUint32(t.entries, uint32(t.to.Len()+t.to.Len()%2+len(t.values)))
	t.values = append(t.values, append(raw, make([]byte, len(raw)%2)...)...)
}

// finish writes the values and the directory, at even places as they must be, and where the directory is.
func (t *tiffWriter) finish() {
	if t.to.Len()%2 == 1 {
		t.to.WriteByte(0)
	}
	t.to.Write(t.values)
	binary.LittleEndian.PutUint32(t.to.Bytes()[4:], uint32(t.to.Len()))
	t.to.Write(binary.LittleEndian.AppendUint16(nil, uint16(t.count)))
	t.to.Write(t.entries)
	t.to.Write(make([]byte, 4)) // there is no other directory
}

// blackOnWhite reports whether a page loses nothing that matters when every pixel of it is made black or white: it has
// no colours, and its greys are the edges of letters and lines, not areas. An edge pixel of a letter is beside a
// black or a white one; in an area the neighbours are grey too.
func blackOnWhite(page *image.RGBA) bool {
	w, h := page.Bounds().Dx(), page.Bounds().Dy()
	within := 0
	for y := range h {
		row := page.Pix[y*page.Stride:][:4*w]
		for x := range w {
			r, g, b := row[4*x], row[4*x+1], row[4*x+2]
			if max(r, g, b)-min(r, g, b) > 12 {
				return false
			}
			if grey(g) && x > 0 && y > 0 && x < w-1 && y < h-1 && surrounded(page, x, y) {
				within++
			}
		}
	}
	return within <= w*h/1000
}

func grey(v byte) bool { return v > 40 && v < 215 }

// surrounded reports whether the four neighbours of a pixel are grey.
func surrounded(page *image.RGBA, x, y int) bool {
	at := page.PixOffset(x, y) + 1
	return grey(page.Pix[at-4]) && grey(page.Pix[at+4]) && grey(page.Pix[at-page.Stride]) && grey(page.Pix[at+page.Stride])
}

// tiffPage returns the bytes of a TIFF such that page number of it comes first, and how many there are; as they are when
// there is no such page. Pictures that are a smaller one of another are no pages.
func tiffPage(data []byte, number int) ([]byte, int) {
	pages := tiffPages(data)
	if number > len(pages) {
		return data, len(pages)
	}
	order := tiffOrder(data)
	if at := pages[number-1]; at != order.Uint32(data[4:]) {
		data = slices.Clone(data)
		order.PutUint32(data[4:], at)
	}
	return data, len(pages)
}

// tiffOrder is the byte order of a TIFF; nil when data is none.
func tiffOrder(data []byte) binary.ByteOrder {
	switch {
	case len(data) < 8:
		return nil
	case string(data[:4]) == tiffMark:
		return binary.LittleEndian
	case string(data[:4]) == "MM\x00*":
		return binary.BigEndian
	}
	return nil
}

// tiffPages are the places of the directories of a TIFF's pages.
func tiffPages(data []byte) (pages []uint32) {
	order := tiffOrder(data)
	if order == nil {
		return nil
	}
	seen := map[uint32]bool{}
	at := order.Uint32(data[4:])
	for at != 0 && !seen[at] && len(seen) < maxPages {
		seen[at] = true
		if uint64(at)+2 > uint64(len(data)) {
			break
		}
		entries := data[at+2:]
		n := min(12*int(order.Uint16(data[at:])), len(entries))
		if !reducedPicture(entries[:n], order) {
			pages = append(pages, at)
		}
		if n+4 > len(entries) {
			break
		}
		at = order.Uint32(entries[n:])
	}
	return pages
}

// reducedPicture looks for the entry that says so.
func reducedPicture(entries []byte, order binary.ByteOrder) bool {
	for ; len(entries) >= 12; entries = entries[12:] {
		if order.Uint16(entries) == tagSubfile {
			return order.Uint32(entries[8:])&reducedInSubfile != 0
		}
	}
	return false
}
