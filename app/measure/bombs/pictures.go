package bombs

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
)

// pictures claim to be larger than any screen, or unpack to more than any memory.
func pictures() []Bomb {
	png := func(name string, side uint32, depth, colour byte, bytes func(s Size) int64) Bomb {
		return Bomb{Name: name, Write: func(w io.Writer, s Size) error { return writePNG(w, side, depth, colour, bytes(s)) }}
	}
	none := func(Size) int64 { return 0 }
	return []Bomb{
		png("claims-2-billion-pixels-a-side.png", 1<<31-1, 8, 6, none),
		png("claims-100000-pixels-a-side.png", 100_000, 16, 6, none),
		png("unpacks.png", 65_000, 1, 0, func(s Size) int64 { return s.Packed }),
		{Name: "just-within-limits.png", Write: func(w io.Writer, s Size) error {
			return writePNG(w, uint32(s.Side), 16, 6, int64(s.Side)*int64(1+s.Side*8))
		}},
		{Name: "text-that-unpacks.png", Write: func(w io.Writer, s Size) error {
			return writePNGWith(w, 100, 8, 2, 100*301, func() ([]byte, error) {
				var b bytes.Buffer
				b.WriteString("Comment\x00\x00")
				err := writeZlib(&b, contentOf("", "Boom, ", "", min(s.Packed, 1<<30)))
				return chunk("zTXt", b.Bytes()), err
			})
		}},
		plain("claims-65535-pixels-a-side.gif", "GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02L\x01\x00;"),
		plain("claims-65500-pixels-a-side.jpg", jpegOf(65_500)),
		plain("claims-6300-pixels-a-side.jpg", jpegOf(6300)),
		plain("claims-4-billion-pixels-a-side.tif", tiffOf(1<<32-1, 0)),
		plain("claims-6300-pixels-a-side.tif", tiffOf(6300, 0)),
		plain("directory-after-itself.tif", tiffOf(100, 8)),
		plain("claims-16383-pixels-a-side.webp", "RIFF\x40\x00\x00\x00WEBPVP8L\x20\x00\x00\x00/\xff\xff\xff\x0f\x00"+strings.Repeat("\x00", 40)),
		plain("claims-2-billion-pixels-a-side.bmp", "BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\xff\xff\xff\x7f\xff\xff\xff\x7f\x01\x00\x18\x00"+strings.Repeat("\x00", 60)),
		plain("boxes-in-boxes.heic", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1"+boxes(500)),
		plain("boxes-of-no-size.mp4", "\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42"+strings.Repeat("\x00\x00\x00\x00moov", 1000)),
		plain("claims-a-tag-of-256-mb.mp3", "ID3\x04\x00\x00\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f\x00\x00\x03Boom"),
		plain("claims-a-comment-of-4-gb.flac", "fLaC\x84\xff\xff\xff\x04\x00\x00\x00Boom\xff\xff\xff\xff"+strings.Repeat("\xff", 100)),
		plain("claims-a-chunk-of-4-gb.wav", "RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xffINFOINAM\xff\xff\xff\x7fBoom"),
	}
}

func boxes(depth int) string {
	s := ""
	for range depth {
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(s)+8))
		s = string(size[:]) + "moov" + s
	}
	return s
}

func writePNG(w io.Writer, side uint32, depth, colour byte, size int64) error {
	return writePNGWith(w, side, depth, colour, size, nil)
}

// writePNGWith writes a picture whose pixels are size zeros, and before them what extra gives.
func writePNGWith(w io.Writer, side uint32, depth, colour byte, size int64, extra func() ([]byte, error)) error {
	head := binary.BigEndian.AppendUint32(nil, side)
	head = binary.BigEndian.AppendUint32(head, side)
	head = append(head, depth, colour, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head)...)
	if extra != nil {
		more, err := extra()
		if err != nil {
			return err
		}
		out = append(out, more...)
	}
	var pixels bytes.Buffer
	if size > 0 {
		c := contentOf("", "\x00", "", size)
		c.tail = strings.Repeat("\x00", int(max(0, size-c.size())))
		if err := writeZlib(&pixels, c); err != nil {
			return err
		}
	}
	out = append(out, chunk("IDAT", pixels.Bytes())...)
	_, err := w.Write(append(out, chunk("IEND", nil)...))
	return err
}

func chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// jpegOf is the beginning of a progressive picture, for which a decoder makes room at once.
func jpegOf(side uint16) string {
	s := []byte("\xff\xd8\xff\xc2\x00\x11\x08")
	s = binary.BigEndian.AppendUint16(s, side)
	s = binary.BigEndian.AppendUint16(s, side)
	s = append(s, "\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"...)
	s = append(s, "\xff\xc4\x00\x14\x00\x01"+strings.Repeat("\x00", 15)+"\x00"...)
	return string(append(s, "\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x00\x00"+strings.Repeat("\x00", 200)...))
}

// tiffOf has one directory, after which next stands: 0 for none, 8 for itself.
func tiffOf(side, next uint32) string {
	s := []byte("II*\x00\x08\x00\x00\x00")
	tags := [][2]uint32{{256, side}, {257, side}, {258, 8}, {259, 1}, {262, 1}, {273, 8}, {277, 1}, {278, side}, {279, 1 << 31}}
	s = binary.LittleEndian.AppendUint16(s, uint16(len(tags)))
	for _, t := range tags {
		s = binary.LittleEndian.AppendUint16(s, uint16(t[0]))
		s = binary.LittleEndian.AppendUint16(s, 4)
		s = binary.LittleEndian.AppendUint32(s, 1)
		s = binary.LittleEndian.AppendUint32(s, t[1])
	}
	return string(binary.LittleEndian.AppendUint32(s, next))
}
