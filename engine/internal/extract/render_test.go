package extract

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func asJPEG(page, size int) catalog.DerivativeSpec {
	return catalog.DerivativeSpec{Page: page, Form: catalog.FormJPEG, Size: size}
}

func asTIFF(page int) catalog.DerivativeSpec {
	return catalog.DerivativeSpec{Page: page, Form: catalog.FormTIFF}
}

// drawHere makes a picture in this process, as a child does.
func drawHere(t testing.TB, name string, data []byte, spec catalog.DerivativeSpec) ([]byte, error) {
	t.Helper()
	c := &child{read: readDocument}
	in := inputOf(name, data, newPDFReader(t))
	drawing, err := c.drawing(in)
	if err != nil {
		return nil, err
	}
	return made(in, drawing, spec)
}

// pictureOf is a picture that must be there, decoded.
func pictureOf(t testing.TB, name string, data []byte, spec catalog.DerivativeSpec) image.Image {
	t.Helper()
	raw, err := drawHere(t, name, data, spec)
	if err != nil {
		t.Fatalf("%s %+v: %v", name, spec, err)
	}
	decode := jpeg.Decode
	if spec.Form == catalog.FormTIFF {
		decode = tiff.Decode
	}
	m, err := decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%s %+v: %v", name, spec, err)
	}
	return m
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// tides has one of everything that is set in a way of its own.
const tides = "# Tides\n\nThe moon pulls the sea twice a day, and whoever keeps a boat here knows the hours by heart.\n\n" +
	"## Hours\n\n- ebb at seven\n- flood at one\n\n```sh\ntides --today\n    indented\n```\n\nLast words, Ω and é.\n"

// TestGoldenPictures compares pictures with those that a person has looked at.
func TestGoldenPictures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file string
		spec catalog.DerivativeSpec
	}{
		{"report.pdf", asJPEG(1, 320)}, {"report.pdf", asJPEG(2, 64)}, {"report.pdf", asTIFF(1)},
		{"tides.md", asJPEG(1, 320)}, {"tides.md", asTIFF(1)}, {"tides.txt", asJPEG(1, 200)},
	} {
		name := fmt.Sprintf("%s-%d-%s-%d.png", c.file, c.spec.Page, c.spec.Form, c.spec.Size)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := []byte(tides)
			if filepath.Ext(c.file) == ".pdf" {
				needPDF(t)
				data = sample(t, c.file)
			}
			got := pictureOf(t, c.file, data, c.spec)
			if c.spec.Form == catalog.FormTIFF {
				small := image.NewGray(image.Rect(0, 0, got.Bounds().Dx()/4, got.Bounds().Dy()/4))
				draw.CatmullRom.Scale(small, small.Bounds(), got, got.Bounds(), draw.Src, nil)
				got = small
			}
			golden := filepath.Join("testdata", "pictures", name)
			if *update {
				writePNG(t, golden, got)
			}
			f, err := os.Open(golden)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			want, err := png.Decode(f)
			if err != nil {
				t.Fatal(err)
			}
			if mean, worst := difference(got, want); mean > 1.5 || worst > 24 {
				t.Errorf("differs by %.2f on average and %.1f at worst", mean, worst)
			}
		})
	}
}

func writePNG(t *testing.T, path string, m image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	gray := image.NewGray(m.Bounds())
	draw.Draw(gray, gray.Bounds(), m, m.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, gray); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// difference is how far apart two pictures are in brightness, 0 to 255: on average, and in the worst square of 8 by 8.
// Pictures of different sizes are as far apart as can be.
func difference(a, b image.Image) (mean, worst float64) {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 255, 255
	}
	size := a.Bounds().Size()
	squares := map[image.Point]float64{}
	for y := range size.Y {
		for x := range size.X {
			d := float64(brightness(a, x, y)) - float64(brightness(b, x, y))
			if d < 0 {
				d = -d
			}
			mean += d / float64(size.X*size.Y)
			squares[image.Pt(x/8, y/8)] += d / 64
		}
	}
	for _, d := range squares {
		worst = max(worst, d)
	}
	return mean, worst
}

func brightness(m image.Image, x, y int) uint8 {
	return color.GrayModel.Convert(m.At(m.Bounds().Min.X+x, m.Bounds().Min.Y+y)).(color.Gray).Y
}

// banner is a picture whose corners can be told apart: red and green above, blue and black below, w by h pixels.
func banner(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range []color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {0, 0, 0, 255}} {
		x, y := i%2*w/2, i/2*h/2
		draw.Draw(m, image.Rect(x, y, x+w/2, y+h/2), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return m
}

// corners names the colours of a picture's corners: top left, top right, bottom left, bottom right.
func corners(m image.Image) string {
	var s strings.Builder
	b := m.Bounds()
	for _, p := range []image.Point{{4, 4}, {b.Dx() - 5, 4}, {4, b.Dy() - 5}, {b.Dx() - 5, b.Dy() - 5}} {
		r, g, bl, _ := m.At(b.Min.X+p.X, b.Min.Y+p.Y).RGBA()
		switch {
		case r > 0x9000 && g > 0x9000 && bl > 0x9000:
			s.WriteByte('w')
		case r > 0x9000:
			s.WriteByte('r')
		case g > 0x9000:
			s.WriteByte('g')
		case bl > 0x9000:
			s.WriteByte('b')
		default:
			s.WriteByte('k')
		}
	}
	return s.String()
}

func encoded(t testing.TB, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, m) })
}

func jpegOf(t testing.TB, m image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, m, nil) })
}

func TestPicturesOfPictures(t *testing.T) {
	t.Parallel()
	m := banner(400, 200)
	paletted := image.NewPaletted(m.Bounds(), []color.Color{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}, color.Black})
	draw.Draw(paletted, m.Bounds(), m, image.Point{}, draw.Src)
	wide := image.NewNRGBA64(m.Bounds())
	draw.Draw(wide, m.Bounds(), m, image.Point{}, draw.Src)
	for name, data := range map[string][]byte{
		"a.png": pngOf(t, m), "palette.png": pngOf(t, paletted), "16.png": pngOf(t, wide), "a.jpg": jpegOf(t, m), "as.txt": jpegOf(t, m),
		"a.gif": encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, paletted, nil) }),
		"a.bmp": encoded(t, func(b *bytes.Buffer) error { return bmp.Encode(b, m) }),
		"a.tif": encoded(t, func(b *bytes.Buffer) error {
			return tiff.Encode(b, m, &tiff.Options{Compression: tiff.Deflate})
		}),
	} {
		for _, c := range []struct {
			spec catalog.DerivativeSpec
			size image.Point
		}{{asJPEG(1, 100), image.Pt(100, 50)}, {asJPEG(1, 2048), m.Rect.Size()}, {asTIFF(1), m.Rect.Size()}} {
			got := pictureOf(t, name, data, c.spec)
			if got.Bounds().Size() != c.size || corners(got) != "rgbk" {
				t.Errorf("%s %+v: %v %s", name, c.spec, got.Bounds(), corners(got))
			}
		}
		if _, err := drawHere(t, name, data, asJPEG(2, 100)); catalog.CodeOf(err) != catalog.NotFound {
			t.Errorf("%s, page 2: %v", name, err)
		}
	}
	dot := []byte("RIFF\x22\x00\x00\x00WEBPVP8 \x16\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x0e\xc0\xfe\x25\xa4\x00\x03\x70\x00\x00\x00\x00")
	if got := pictureOf(t, "a.webp", dot, asJPEG(1, 320)); got.Bounds().Size() != image.Pt(1, 1) {
		t.Error(got.Bounds())
	}
}

func TestWhatIsTransparentIsWhite(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for _, spec := range []catalog.DerivativeSpec{asJPEG(1, 64), asTIFF(1)} {
		if got := corners(pictureOf(t, "a.png", pngOf(t, m), spec)); got != "wwww" {
			t.Errorf("%+v: %s", spec, got)
		}
	}
}

// turnedJPEG is a picture as a camera stores it that was held some way: with EXIF that says so.
func turnedJPEG(t testing.TB, m image.Image, orientation uint16, order binary.AppendByteOrder) []byte {
	mark := "II*\x00"
	if order.String() == binary.BigEndian.String() {
		mark = "MM\x00*"
	}
	exif := order.AppendUint32([]byte("Exif\x00\x00"+mark), 8)
	exif = order.AppendUint16(exif, 1)
	exif = order.AppendUint16(exif, 0x0112)
	exif = order.AppendUint16(exif, 3)
	exif = order.AppendUint32(exif, 1)
	exif = order.AppendUint16(exif, orientation)
	exif = append(exif, 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte("\xff\xe1"), uint16(len(exif)+2))
	plain := jpegOf(t, m)
	return bytes.Join([][]byte{plain[:2], segment, exif, plain[2:]}, nil)
}

// TestPicturesStandUpright: what the corners are, for a banner that is red, green above and blue, black below.
func TestPicturesStandUpright(t *testing.T) {
	t.Parallel()
	for orientation, want := range map[uint16]string{0: "rgbk", 1: "rgbk", 2: "grkb", 3: "kbgr", 4: "bkrg", 5: "rbgk", 6: "brkg", 7: "kgbr", 8: "gkrb", 9: "rgbk"} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			got := pictureOf(t, "a.jpg", turnedJPEG(t, banner(200, 100), orientation, order), asJPEG(1, 80))
			size := image.Pt(80, 40)
			if orientation >= 5 && orientation <= 8 {
				size = image.Pt(40, 80)
			}
			if corners(got) != want || got.Bounds().Size() != size {
				t.Errorf("orientation %d: %s %v, want %s %v", orientation, corners(got), got.Bounds(), want, size)
			}
		}
	}
}

func TestSizesOfPages(t *testing.T) {
	t.Parallel()
	needPDF(t)
	pdf := sample(t, "report.pdf")
	for spec, want := range map[catalog.DerivativeSpec]image.Point{
		asJPEG(1, 64): {49, 64}, asJPEG(1, 320): {247, 320}, asJPEG(1, 2048): {1583, 2048}, asTIFF(3): {1700, 2200},
	} {
		if got := pictureOf(t, "report.pdf", pdf, spec).Bounds().Size(); got != want {
			t.Errorf("%+v: %v, want %v", spec, got, want)
		}
	}
	if got := pictureOf(t, "a.md", sample(t, "notes.md"), asTIFF(1)).Bounds().Size(); got != (image.Point{1167, 1653}) {
		t.Errorf("text: %v", got)
	}
	for _, page := range []int{4, 1 << 30} {
		if _, err := drawHere(t, "report.pdf", pdf, asJPEG(page, 320)); catalog.CodeOf(err) != catalog.NotFound || !strings.Contains(err.Error(), "this document has 3") {
			t.Errorf("page %d: %v", page, err)
		}
	}
}

// TestTIFFs holds what is written to TIFF 6.0: bilevel for black on white, RGB for what has colours or greys, 200 to the
// inch in both.
func TestTIFFs(t *testing.T) {
	t.Parallel()
	grey := image.NewGray(image.Rect(0, 0, 100, 100))
	draw.Draw(grey, grey.Rect, image.NewUniform(color.Gray{120}), image.Point{}, draw.Src)
	black := image.NewGray(image.Rect(0, 0, 101, 3))
	for name, c := range map[string]struct {
		data []byte
		bits []uint32
	}{
		"notes.md": {sample(t, "notes.md"), []uint32{1}}, "black.png": {pngOf(t, black), []uint32{1}},
		"banner.png": {pngOf(t, banner(90, 70)), []uint32{8, 8, 8}}, "grey.png": {pngOf(t, grey), []uint32{8, 8, 8}},
	} {
		raw, err := drawHere(t, name, c.data, asTIFF(1))
		if err != nil {
			t.Fatal(err)
		}
		tags := readTIFF(t, raw)
		if fmt.Sprint(tags[258]) != fmt.Sprint(c.bits) || fmt.Sprint(tags[282]) != "[200000 1000]" || fmt.Sprint(tags[283]) != "[200000 1000]" || fmt.Sprint(tags[296]) != "[2]" {
			t.Errorf("%s: %v", name, tags)
		}
		if len(tags[273]) != len(tags[279]) || uint32(len(tags[273])) != (tags[257][0]+tags[278][0]-1)/tags[278][0] {
			t.Errorf("%s: %d strips and %d sizes, %d rows in strips of %d", name, len(tags[273]), len(tags[279]), tags[257][0], tags[278][0])
		}
		if _, err := tiff.Decode(bytes.NewReader(raw)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// readTIFF is the only directory of a TIFF, whose tags must be in order and whose values must begin at even places.
func readTIFF(t *testing.T, raw []byte) map[uint16][]uint32 {
	t.Helper()
	order := binary.LittleEndian
	tags, last := map[uint16][]uint32{}, uint16(0)
	at := order.Uint32(raw[4:])
	n := uint32(order.Uint16(raw[at:]))
	if at%2 != 0 || order.Uint32(raw[at+2+12*n:]) != 0 || int(at+2+12*n+4) != len(raw) {
		t.Fatalf("directory of %d at %d of %d", n, at, len(raw))
	}
	for entry := raw[at+2 : at+2+12*n]; len(entry) > 0; entry = entry[12:] {
		tag, kind, count := order.Uint16(entry), order.Uint16(entry[2:]), order.Uint32(entry[4:])
		if tag <= last {
			t.Fatalf("tag %d after %d", tag, last)
		}
		last = tag
		size := map[uint16]uint32{3: 2, 4: 4, 5: 8}[kind]
		values := entry[8:]
		if size*count > 4 {
			place := order.Uint32(values)
			if place%2 != 0 {
				t.Fatalf("tag %d has its values at %d", tag, place)
			}
			values = raw[place:]
		}
		for i := range size * count / min(size, 4) {
			if kind == 3 {
				tags[tag] = append(tags[tag], uint32(order.Uint16(values[2*i:])))
			} else {
				tags[tag] = append(tags[tag], order.Uint32(values[4*i:]))
			}
		}
	}
	return tags
}

// manyTIFF is a TIFF of several pages, grey ones of the given brightness; each has a reduced picture behind it.
func manyTIFF(order binary.AppendByteOrder, mark string, greys ...byte) []byte {
	data := order.AppendUint32([]byte(mark), 8)
	for i, g := range greys {
		for reduced := range 2 {
			const entries = 9
			at := len(data) + 2 + 12*entries + 4
			entry := func(tag, kind uint16, value int) {
				data = order.AppendUint16(order.AppendUint16(data, tag), kind)
				data = order.AppendUint32(data, 1)
				if kind == 3 {
					data = append(order.AppendUint16(data, uint16(value)), 0, 0)
				} else {
					data = order.AppendUint32(data, uint32(value))
				}
			}
			data = order.AppendUint16(data, entries)
			entry(254, 4, reduced)
			entry(256, 3, 10)
			entry(257, 3, 10)
			entry(258, 3, 8)
			entry(259, 3, 1)
			entry(262, 3, 1)
			entry(273, 4, at)
			entry(278, 3, 10)
			entry(279, 4, 100)
			next := at + 100
			if i == len(greys)-1 && reduced == 1 {
				next = 0
			}
			data = order.AppendUint32(data, uint32(next))
			data = append(data, bytes.Repeat([]byte{g}, 100)...)
		}
	}
	return data
}

func TestPagesOfATIFF(t *testing.T) {
	t.Parallel()
	for mark, order := range map[string]binary.AppendByteOrder{"II*\x00": binary.LittleEndian, "MM\x00*": binary.BigEndian} {
		data := manyTIFF(order, mark, 10, 128, 250)
		for page, want := range []byte{10, 128, 250} {
			if got := brightness(pictureOf(t, "scan.tif", data, asJPEG(page+1, 64)), 5, 5); got < want-3 || got > want+3 {
				t.Errorf("%q page %d: %d, want %d", mark, page+1, got, want)
			}
		}
		if _, err := drawHere(t, "scan.tif", data, asJPEG(4, 64)); catalog.CodeOf(err) != catalog.NotFound {
			t.Error(err)
		}
	}
}

func TestFilesWithoutPictures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, says string }{
		"empty.txt":  {"", "empty"},
		"a.zip":      {"PK\x03\x04" + strings.Repeat("x", 99), "(application/zip)"},
		"a.so":       {"\x7fELF\x02\x01\x01\x00\x00\x00\x00", "files of this kind"},
		"a.heic":     {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "(image/heic)"},
		"jp.txt":     {"吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "typeface"},
		"broken.png": {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "malformed"},
	} {
		if _, err := drawHere(t, name, []byte(c.data), asJPEG(1, 320)); catalog.CodeOf(err) != catalog.Unsupported || !strings.Contains(catalog.MessageOf(err), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	if got := corners(pictureOf(t, "blank.md", []byte(" \n\n "), asJPEG(1, 320))); got != "wwww" {
		t.Errorf("a blank page is %s", got)
	}
	if _, err := drawHere(t, "big.txt", bytes.Repeat([]byte("text "), maxTypeset/5+1), asJPEG(1, 320)); catalog.CodeOf(err) != catalog.Unsupported {
		t.Error(err)
	}
}

// TestMixedScriptsAreTypeset: a few letters that no typeface has do not keep a text from having a picture.
func TestMixedScriptsAreTypeset(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"A café in 東京 has a menu.", "Ёлка и зимний лес", "Ωμέγα καὶ ἄλφα", "1234 5678 — §§ 90 %", strings.Repeat("x", 5000), "a\tb\tc\n\n\n\nend"} {
		m := pictureOf(t, "a.txt", []byte(text), asJPEG(1, 320))
		ink := 0
		for y := range m.Bounds().Dy() {
			for x := range m.Bounds().Dx() {
				if brightness(m, x, y) < 160 {
					ink++
				}
			}
		}
		if ink < 20 {
			t.Errorf("%.30q leaves %d dark pixels", text, ink)
		}
	}
}
