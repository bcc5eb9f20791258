package extract

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// pictureOfAny makes a picture of bytes that may be anything: it must come out whole, or be refused with a reason.
func pictureOfAny(t testing.TB, name string, data []byte, spec catalog.DerivativeSpec, pdf *pdfReader) {
	t.Helper()
	c := &child{read: readDocument}
	in := inputOf(name, data, pdf)
	drawing, err := c.drawing(in)
	var raw []byte
	if err == nil {
		raw, err = made(in, drawing, spec)
	}
	switch catalog.CodeOf(err) {
	case "":
		decode := jpeg.Decode
		if spec.Form == catalog.FormTIFF {
			decode = tiff.Decode
		}
		if _, err := decode(bytes.NewReader(raw)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	case catalog.Unsupported, catalog.Locked, catalog.TooLarge, catalog.NotFound:
	default:
		t.Fatalf("%s: %v", name, err)
	}
}

// drawable are files that have pictures, small ones.
func drawable(t testing.TB) map[string][]byte {
	m := banner(24, 16)
	files := map[string][]byte{
		"a.png": pngOf(t, m), "a.jpg": turnedJPEG(t, m, 6, binary.LittleEndian), "many.tif": manyTIFF(binary.BigEndian, "MM\x00*", 1, 2, 3),
		"a.bmp": encoded(t, func(b *bytes.Buffer) error { return bmp.Encode(b, m) }),
		"lzw.tif": encoded(t, func(b *bytes.Buffer) error {
			return tiff.Encode(b, m, &tiff.Options{Compression: tiff.Deflate, Predictor: true})
		}),
		"a.webp": []byte("RIFF\x22\x00\x00\x00WEBPVP8 \x16\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x0e\xc0\xfe\x25\xa4\x00\x03\x70\x00\x00\x00\x00"),
		"a.gif":  []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"),
		"a.md":   []byte(tides),
	}
	if assets() != "" {
		files["report.pdf"] = sample(t, "report.pdf")
	}
	return files
}

func TestPicturesOfTruncatedFiles(t *testing.T) {
	t.Parallel()
	for name, data := range drawable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pdf := newPDFReader(t)
			for n := 0; n < len(data); n += max(1, len(data)/120) {
				pictureOfAny(t, name, data[:n], asJPEG(1, 64), pdf)
			}
		})
	}
}

func TestPicturesOfDamagedFiles(t *testing.T) {
	t.Parallel()
	const seed = 20261125
	random := rand.New(rand.NewPCG(seed, seed))
	pdf := newPDFReader(t)
	for name, data := range drawable(t) {
		for i := range 60 {
			broken := bytes.Clone(data)
			for range 1 + random.IntN(6) {
				broken[random.IntN(len(broken))] = byte(random.Uint32())
			}
			spec := asJPEG(1+i%3, 64)
			if i%7 == 0 && name != "report.pdf" {
				spec = asTIFF(1)
			}
			pictureOfAny(t, name, broken, spec, pdf)
		}
	}
}

func FuzzPicture(f *testing.F) {
	pdf := newPDFReader(f)
	for name, data := range drawable(f) {
		f.Add(filepath.Ext(name), data, 1, true)
		f.Add(filepath.Ext(name), data, 2, false)
	}
	f.Fuzz(func(t *testing.T, extension string, data []byte, page int, small bool) {
		if bytes.Contains(data, []byte("%PDF-")) && assets() == "" || page < 1 {
			t.Skip()
		}
		spec := asJPEG(page, 64)
		if !small {
			spec = asTIFF(page)
		}
		pictureOfAny(t, "a"+extension, data, spec, pdf)
	})
}

func FuzzPictureFrames(f *testing.F) {
	f.Add(appendPicture(nil, [32]byte{}, []byte("\xff\xd8\xff"))[5:], true)
	f.Add(appendPicture(nil, [32]byte{}, []byte(tiffMark))[5:], false)
	f.Fuzz(func(t *testing.T, payload []byte, tiff bool) {
		form := catalog.FormJPEG
		if tiff {
			form = catalog.FormTIFF
		}
		r, err := decodePicture(bytes.Clone(payload), form)
		if err == nil && (len(r.SHA256) != 64 || !bytes.Equal(r.picture, payload[32:])) {
			t.Fatalf("%q became %q", payload, r.picture)
		}
	})
}

// TestOnlyPicturesLeaveThePool: a child that was taken over cannot pass something else off as a picture.
func TestOnlyPicturesLeaveThePool(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form    catalog.DerivativeForm
		picture string
		whole   bool
	}{
		{catalog.FormJPEG, "\xff\xd8\xff\xe0", true}, {catalog.FormTIFF, "II*\x00", true},
		{catalog.FormTIFF, "\xff\xd8\xff\xe0", false}, {catalog.FormJPEG, "II*\x00", false}, {catalog.FormJPEG, "<!doctype html>", false}, {catalog.FormJPEG, "", false},
	} {
		if _, err := decodePicture(appendPicture(nil, [32]byte{}, []byte(c.picture))[5:], c.form); (err == nil) != c.whole {
			t.Errorf("%s %q: %v", c.form, c.picture, err)
		}
	}
	for _, payload := range [][]byte{nil, make([]byte, 31)} {
		if _, err := decodePicture(payload, catalog.FormJPEG); err == nil {
			t.Errorf("%d bytes are a picture", len(payload))
		}
	}
}

// hugePNG is a picture of a few bytes that claims to be w by h pixels.
func hugePNG(w, h uint32) []byte {
	chunk := func(kind string, data []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		b = append(append(b, kind...), data...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return bytes.Join([][]byte{
		[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, 8, 6, 0, 0, 0)),
		chunk("IDAT", []byte("\x78\x9c\x63\x00\x00\x00\x01\x00\x01")), chunk("IEND", nil),
	}, nil)
}

// TestGiantPicturesAreRefused: by what they claim to be, before memory is taken for them, in a child that has little.
func TestGiantPicturesAreRefused(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 1, Painters: 1})
	tif := manyTIFF(binary.LittleEndian, "II*\x00", 1)
	for _, tag := range []uint16{256, 257} { // width and height become LONG values of 100,000
		at := bytes.Index(tif, binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, tag), 3))
		binary.LittleEndian.PutUint16(tif[at+2:], 4)
		binary.LittleEndian.PutUint32(tif[at+8:], 100_000)
	}
	bitmap := encoded(t, func(b *bytes.Buffer) error { return bmp.Encode(b, banner(8, 8)) })
	binary.LittleEndian.PutUint32(bitmap[18:], 100_000)
	binary.LittleEndian.PutUint32(bitmap[22:], 100_000)
	photo := jpegOf(t, banner(8, 8))
	at := bytes.Index(photo, []byte{0xff, 0xc0})
	copy(photo[at+5:], []byte{0xff, 0xff, 0xff, 0xff})
	animation := []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00;")
	for name, data := range map[string][]byte{
		"a.png": hugePNG(100_000, 100_000), "flat.png": hugePNG(1<<31-1, 1), "a.tif": tif, "a.bmp": bitmap, "a.jpg": photo, "a.gif": animation,
	} {
		start := time.Now()
		_, err := drawnBy(t, p, name, data, asJPEG(1, 320))
		if catalog.CodeOf(err) != catalog.Unsupported || !strings.Contains(catalog.MessageOf(err), "too large") {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
	for name, data := range map[string][]byte{"empty.png": hugePNG(10_000, 10_000), "strip.png": hugePNG(1<<26, 1), "most.png": hugePNG(1<<31-1, 1<<31-1)} { // within the limit, and a lie
		if _, err := drawnBy(t, p, name, data, asJPEG(1, 320)); catalog.CodeOf(err) != catalog.Unsupported {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// pdfOf is a PDF of the given objects, the first of which is its catalog; places are left for pdfium to find.
func pdfOf(objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\n%%%%EOF\n", len(objects)+1)
	return []byte(b.String())
}

func streamOf(dictionary, content string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dictionary, len(content), content)
}

// onePage is a PDF of one page with that media box, resources and content; more objects begin at 5.
func onePage(box, resources, content string, more ...string) []byte {
	return pdfOf(append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Resources << %s >> /Contents 4 0 R >>", box, resources), streamOf("", content),
	}, more...)...)
}

// TestHostilePDFs: none may hang, crash a child for good, or take the memory of the machine.
func TestHostilePDFs(t *testing.T) {
	t.Parallel()
	needPDF(t)
	p := runPool(t, Options{Children: 1, Painters: 1, Paint: time.Second})
	const form = "/Type /XObject /Subtype /Form /BBox [0 0 600 800]"
	bomb := []string{}
	for i := range 24 { // each draws the next one ten times
		bomb = append(bomb, streamOf(fmt.Sprintf("%s /Resources << /XObject << /X %d 0 R >> >>", form, 6+i), strings.Repeat("/X Do ", 10)))
	}
	bomb = append(bomb, streamOf(form, "0 0 600 800 re f"))
	for name, data := range map[string][]byte{
		"its own page tree":   pdfOf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
		"its own parent":      pdfOf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"),
		"a form of itself":    onePage("0 0 600 800", "/XObject << /X 5 0 R >>", "/X Do", streamOf(form+" /Resources << /XObject << /X 5 0 R >> >>", "/X Do /X Do")),
		"forms without end":   onePage("0 0 600 800", "/XObject << /X 5 0 R >>", "/X Do", bomb...),
		"a pattern of itself": onePage("0 0 600 800", "/Pattern << /P 5 0 R >>", "/Pattern cs /P scn 0 0 600 800 re f", streamOf("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 /Resources << /Pattern << /P 5 0 R >> >>", "/Pattern cs /P scn 0 0 1 1 re f")),
		"a billion pages":     pdfOf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
		"less than no pages":  pdfOf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count -5 >>"),
		"a giant page":        onePage("0 0 1e30 1e30", "", "0 0 1 1 re f"),
		"an endless ribbon":   onePage("0 0 1 999999999", "", "0 0 1 1 re f"),
		"a page of no area":   onePage("0 0 0 0", "", ""),
		"a page inside out":   onePage("600 800 0 0", "", "0 0 100 100 re f"),
		"a page of nothing":   onePage("/NaN /Inf (x) null", "", ""),
		"a million lines":     onePage("0 0 600 800", "", strings.Repeat("0 0 m 600 800 l S ", 1_000_000)),
		"a giant image":       onePage("0 0 600 800", "/XObject << /X 5 0 R >>", "600 0 0 800 0 0 cm /X Do", streamOf("/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8", "x")),
	} {
		for _, spec := range []catalog.DerivativeSpec{asJPEG(1, 320), asTIFF(1), asJPEG(1_000_000, 64)} {
			start := time.Now()
			_, err := drawnBy(t, p, "a.pdf", data, spec)
			took := time.Since(start)
			switch catalog.CodeOf(err) {
			case "", catalog.Unsupported, catalog.Locked, catalog.NotFound:
			default:
				t.Errorf("%s %+v: %v", name, spec, err)
			}
			if took > 20*time.Second {
				t.Errorf("%s %+v took %v", name, spec, took)
			}
			t.Logf("%-20s page %d %s: %v after %d ms", name, spec.Page, spec.Form, err, took.Milliseconds())
		}
		if _, err := drawnBy(t, p, "a.md", []byte(tides), asJPEG(1, 64)); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
}

// TestPicturesOfNastyFiles has files that broke other programs drawn.
func TestPicturesOfNastyFiles(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(sharedData(t), "files", "dev-files.tar.gz")
	needPDF(t)
	if testing.Short() {
		t.Skip("draws 324 files")
	}
	p := runPool(t, Options{Children: 1})
	drawn, refused := 0, 0
	for _, path := range unpack(t, archive, t.TempDir()) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		switch _, err := drawnBy(t, p, filepath.Base(path), data, asJPEG(1, 320)); catalog.CodeOf(err) {
		case "":
			drawn++
		case catalog.Unsupported, catalog.Locked:
			refused++
		default:
			t.Errorf("%s: %v", path, err)
		}
	}
	t.Logf("%d drawn, %d refused", drawn, refused)
	if drawn < 150 {
		t.Errorf("only %d were drawn", drawn)
	}
}

func TestExtents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w, h float64
		spec catalog.DerivativeSpec
		want image.Point
	}{
		{612, 792, asJPEG(1, 320), image.Pt(247, 320)}, {792, 612, asJPEG(1, 2048), image.Pt(2048, 1583)}, {1, 1e9, asJPEG(1, 64), image.Pt(1, 64)},
		{612, 792, asTIFF(1), image.Pt(1700, 2200)}, {1684, 2384, asTIFF(1), image.Pt(4678, 6622)}, {0.001, 0.001, asTIFF(1), image.Pt(1, 1)},
	} {
		if w, h, _ := extent(c.w, c.h, c.spec); image.Pt(w, h) != c.want {
			t.Errorf("%v by %v %+v: %d by %d, want %v", c.w, c.h, c.spec, w, h, c.want)
		}
	}
	for _, side := range []float64{1, 14400, 1e6, 1e30} {
		for _, other := range []float64{1, 14400, 1e6, 1e30} {
			if w, h, perInch := extent(side, other, asTIFF(1)); w < 1 || h < 1 || w*h > maxDrawn+max(w, h) || perInch > tiffPerInch {
				t.Errorf("%v by %v: %d by %d at %v", side, other, w, h, perInch)
			}
		}
	}
	for _, w := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if got, _, _ := extent(w, 100, asJPEG(1, 64)); got != 0 {
			t.Errorf("a page %v wide gets %d pixels", w, got)
		}
	}
}
