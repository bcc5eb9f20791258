package bombs

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"io"
	"strings"
)

// content is what a stream unpacks to: a head, a block many times over, a tail. It is packed block by block, each by
// itself and ending on a byte, so that the packed block can be repeated too: ten gigabytes cost no more than hashing them.
type content struct {
	head, block, tail string
	times             int64
}

// contentOf is a content of about so many bytes.
func contentOf(head, block, tail string, bytes int64) content {
	const large = 1 << 20
	if len(block) < large {
		block = strings.Repeat(block, large/len(block))
	}
	return content{head, block, tail, max(bytes/int64(len(block)), 1)}
}

func (c content) size() int64 {
	return int64(len(c.head)) + c.times*int64(len(c.block)) + int64(len(c.tail))
}

// hashed gives all of it to h.
func (c content) hashed(h hash.Hash) {
	io.WriteString(h, c.head)
	block := []byte(c.block)
	for range c.times {
		h.Write(block)
	}
	io.WriteString(h, c.tail)
}

// deflate is the packed form.
func (c content) deflate(w io.Writer) error {
	head, block, tail := packOne(c.head), packOne(c.block), packOne(c.tail)
	if _, err := w.Write(head); err != nil {
		return err
	}
	for range c.times {
		if _, err := w.Write(block); err != nil {
			return err
		}
	}
	_, err := w.Write(append(tail, 1, 0, 0, 0xff, 0xff)) // the last block, empty
	return err
}

func (c content) packedSize() int64 {
	return int64(len(packOne(c.head))+len(packOne(c.tail))+5) + c.times*int64(len(packOne(c.block)))
}

// packOne deflates a text without ending the stream.
func packOne(s string) []byte {
	if s == "" {
		return nil
	}
	var b bytes.Buffer
	z, _ := flate.NewWriter(&b, flate.BestCompression) // fails for levels only that do not exist
	io.WriteString(z, s)
	z.Flush()
	return b.Bytes()
}

// part is one file of a zip: a short one as it is, or a content.
type part struct {
	name string
	text string
	long content
}

func writeZip(w io.Writer, parts ...part) error {
	z := zip.NewWriter(w)
	for _, p := range parts {
		if err := p.add(z); err != nil {
			return err
		}
	}
	return z.Close()
}

func (p part) add(z *zip.Writer) error {
	if p.long.times == 0 {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(w, p.text)
		}
		return err
	}
	h := crc32.NewIEEE()
	p.long.hashed(h)
	w, err := z.CreateRaw(&zip.FileHeader{Name: p.name, Method: zip.Deflate, CRC32: h.Sum32(),
		CompressedSize64: uint64(p.long.packedSize()), UncompressedSize64: uint64(p.long.size())})
	if err != nil {
		return err
	}
	return p.long.deflate(w)
}

func writeGzip(w io.Writer, c content) error {
	if _, err := w.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}); err != nil {
		return err
	}
	if err := c.deflate(w); err != nil {
		return err
	}
	h := crc32.NewIEEE()
	c.hashed(h)
	end := binary.LittleEndian.AppendUint32(nil, h.Sum32())
	_, err := w.Write(binary.LittleEndian.AppendUint32(end, uint32(c.size())))
	return err
}

func writeZlib(w io.Writer, c content) error {
	if _, err := w.Write([]byte{0x78, 0xda}); err != nil {
		return err
	}
	if err := c.deflate(w); err != nil {
		return err
	}
	h := adler32.New()
	c.hashed(h)
	_, err := w.Write(h.Sum(nil))
	return err
}

const (
	wordHead   = `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	wordTail   = `</w:body></w:document>`
	openText   = `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>`
	openTail   = `</office:text></office:body></office:document-content>`
	sheetHead  = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetTail  = `</sheetData></worksheet>`
	mimeText   = "application/vnd.oasis.opendocument.text"
	mimeSheets = "application/vnd.oasis.opendocument.spreadsheet"
	mimeSlides = "application/vnd.oasis.opendocument.presentation"
	mimeBook   = "application/epub+zip"
)

// workbook are the parts of a workbook of one sheet beside the sheet itself.
func workbook(sheet part, more ...part) []part {
	sheet.name = "xl/worksheets/sheet1.xml"
	return append([]part{
		{name: "xl/workbook.xml", text: `<workbook xmlns:r="r"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{name: "xl/_rels/workbook.xml.rels", text: `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		sheet,
	}, more...)
}

// packed are the bombs that unpack to far more than they are.
func packed() []Bomb {
	zipped := func(name string, parts func(s Size) []part) Bomb {
		return Bomb{Name: name, Write: func(w io.Writer, s Size) error { return writeZip(w, parts(s)...) }}
	}
	gzipped := func(name, head, block, tail string) Bomb {
		return Bomb{Name: name, Write: func(w io.Writer, s Size) error { return writeGzip(w, contentOf(head, block, tail, s.Packed)) }}
	}
	zeros, words := "\x00", "Boom, said the bomb, and boom again.\n"
	return []Bomb{
		zipped("deflate.zip", func(s Size) []part { return []part{{name: "zeros", long: contentOf("", zeros, "", s.Packed)}} }),
		gzipped("deflate.gz", "", zeros, ""),
		gzipped("deflate-text.txt.gz", "", words, ""),
		gzipped("deflate.svgz", "<svg xmlns='http://www.w3.org/2000/svg'>", "<text>Boom</text>", "</svg>"),
		gzipped("deflate.tar.gz", tarHead("zeros", 8<<30), zeros, ""),
		gzipped("deflate-names.tar.gz", "", tarHead("boom", 0), ""),
		zipped("deflate.docx", func(s Size) []part {
			return []part{{name: "word/document.xml", long: contentOf(wordHead, "<w:p><w:r><w:t>Boom, said the bomb.</w:t></w:r></w:p>", wordTail, s.Packed)}}
		}),
		zipped("deflate-blank.docx", func(s Size) []part {
			return []part{{name: "word/document.xml", long: contentOf(wordHead+"<w:p><w:r><w:t>", " ", "</w:t></w:r></w:p>"+wordTail, s.Packed)}}
		}),
		zipped("deflate-within-limits.docx", func(s Size) []part { // at most as much as a part may be
			return []part{{name: "word/document.xml", long: contentOf(wordHead, "<w:p/>", wordTail, min(63<<20, s.Packed/20))}}
		}),
		zipped("deflate-styles.docx", func(s Size) []part {
			return []part{{name: "word/document.xml", text: wordHead + "<w:p><w:r><w:t>The text stands here.</w:t></w:r></w:p>" + wordTail},
				{name: "word/styles.xml", long: contentOf("<w:styles>", "<w:style w:styleId='a'/>", "</w:styles>", s.Packed)}}
		}),
		zipped("deflate.odt", func(s Size) []part {
			return []part{{name: "mimetype", text: mimeText}, {name: "content.xml", long: contentOf(openText, "<text:p>Boom</text:p>", openTail, s.Packed)}}
		}),
		zipped("deflate.epub", func(s Size) []part {
			return []part{{name: "mimetype", text: mimeBook}, {name: "a.html", text: "<p>The first chapter."}, {name: "b.html", long: contentOf("", "<p>Boom</p>", "", s.Packed)}}
		}),
		zipped("deflate.xlsx", func(s Size) []part {
			return workbook(part{long: contentOf(sheetHead, `<row><c t="inlineStr"><is><t>Boom</t></is></c></row>`, sheetTail, s.Packed)})
		}),
		zipped("deflate-strings.xlsx", func(s Size) []part {
			return workbook(part{text: sheetHead + `<row><c t="s"><v>0</v></c></row>` + sheetTail},
				part{name: "xl/sharedStrings.xml", long: contentOf("<sst>", "<si><t>Boom</t></si>", "</sst>", s.Packed)})
		}),
		zipped("deflate-one-string.xlsx", func(s Size) []part {
			return workbook(part{text: sheetHead + `<row><c t="s"><v>0</v></c></row>` + sheetTail},
				part{name: "xl/sharedStrings.xml", long: contentOf("<sst><si><t>", "Boom ", "</t></si></sst>", s.Packed)})
		}),
		zipped("deflate.pptx", func(s Size) []part {
			return []part{{name: "ppt/presentation.xml", text: "<p:presentation/>"},
				{name: "ppt/slides/slide1.xml", long: contentOf("<p:sld><p:sp>", "<a:p><a:r><a:t>Boom</a:t></a:r></a:p>", "</p:sp></p:sld>", s.Packed)}}
		}),
	}
}

// tarHead is the header of one file in a tar.
func tarHead(name string, size int64) string {
	h := make([]byte, 512)
	copy(h, name)
	copy(h[100:], "0000644\x000000000\x000000000\x00")
	copy(h[124:], octal(size, 11)+"\x00"+octal(0, 11)+"\x00        0")
	copy(h[257:], "ustar\x0000")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[148:], octal(int64(sum), 6)+"\x00 ")
	return string(h)
}

func octal(n int64, digits int) string {
	s := make([]byte, digits)
	for i := digits - 1; i >= 0; i-- {
		s[i] = byte('0' + n&7)
		n >>= 3
	}
	return string(s)
}
