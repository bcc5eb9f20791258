package extract

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// scanned is a PDF of four pages as a scanner makes them, but for the second, which is text, and the third, which is
// blank. The test data has it; -update makes it anew.
func scanned(t testing.TB) []byte {
	t.Helper()
	needPDF(t)
	path := filepath.Join("testdata", "scanned.pdf")
	if *update {
		if err := os.WriteFile(path, scanOf(t, drawnPage(t, 1), nil, drawnPage(t, 3), drawnPage(t, 2)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// drawnPage is a page of the report, in few shades of grey.
func drawnPage(t testing.TB, page int) *image.Gray {
	t.Helper()
	report, err := os.ReadFile(filepath.Join("testdata", "report.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := drawPDF(inputOf("report.pdf", report, newPDFReader(t)), catalog.DerivativeSpec{Page: page, Form: catalog.FormJPEG, Size: 1400})
	if err != nil {
		t.Fatal(err)
	}
	grey := onWhite(s.RGBA)
	for i, v := range grey.Pix {
		grey.Pix[i] = v | 0x3f
	}
	return grey
}

// scanOf makes a PDF of pictures; nil is a page of text.
func scanOf(t testing.TB, pictures ...*image.Gray) []byte {
	t.Helper()
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	add := func(o string) int { objects = append(objects, o); return len(objects) }
	var kids strings.Builder
	for _, picture := range pictures {
		resources, content := "<< /Font << /F 3 0 R >> >>", "BT /F 12 Tf 72 700 Td (The pier was never scanned.) Tj ET"
		if picture != nil {
			var packed bytes.Buffer
			z := zlib.NewWriter(&packed)
			_, err := z.Write(picture.Pix)
			if err := errors.Join(err, z.Close()); err != nil {
				t.Fatal(err)
			}
			n := add(fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream",
				picture.Rect.Dx(), picture.Rect.Dy(), packed.Len(), packed.String()))
			resources, content = fmt.Sprintf("<< /XObject << /I %d 0 R >> >>", n), "612 0 0 792 0 0 cm /I Do"
		}
		n := add(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
		n = add(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources %s >>", n, resources))
		fmt.Fprintf(&kids, "%d 0 R ", n)
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(pictures), kids.String())
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	places := make([]int, len(objects))
	for i, o := range objects {
		places[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

func needOCR(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath(ocrProgram); err != nil {
		t.Skip("tesseract is not installed: words in pictures of pages are not tested")
	}
}

func TestScannedPagesAreReadInTheSlowLane(t *testing.T) {
	t.Parallel()
	needOCR(t)
	p := runPool(t, Options{Children: 1})
	path := filepath.Join(t.TempDir(), "scan.pdf")
	if err := os.WriteFile(path, scanned(t), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := p.Extract(t.Context(), f, Want{Name: "scan.pdf"}); !errors.Is(err, ErrSlow) {
		t.Fatalf("in the fast lane: %v", err)
	}
	r, err := p.ExtractSlow(t.Context(), f, Want{Name: "scan.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	doc := r.Document
	checkDocument(t, doc)
	if len(doc.Pages) != 4 || doc.Properties["ocr"] != "1, 4" || len(doc.Warnings) != 0 {
		t.Fatalf("%d pages, recognised %q, warnings %q", len(doc.Pages), doc.Properties["ocr"], doc.Warnings)
	}
	for i, says := range []string{"The tide rises twice a day in most harbours", "The pier was never scanned.", "", "Page two has"} {
		if text := doc.Pages[i].Text; !strings.Contains(text, says) || says == "" && text != "" {
			t.Errorf("page %d: %q", i+1, text)
		}
	}
}

// readScan reads the scan in this process.
func readScan(t *testing.T, p *allowance) catalog.Document {
	t.Helper()
	in := inputOf("scan.pdf", scanned(t), newPDFReader(t))
	in.patience = p
	doc, err := readDocument(in)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestScannedPagesSayWhatIsMissing(t *testing.T) {
	late := &allowance{slow: true, until: time.Now().Add(-time.Second), goesOn: func() {}}
	if _, err := exec.LookPath(ocrProgram); err == nil {
		if doc := readScan(t, late); len(doc.Warnings) != 1 || doc.Warnings[0] != "Pages 1, 3-4 were not read: recognising the words on pictures of pages takes longer than one document is given." {
			t.Errorf("too late: %q", doc.Warnings)
		}
	}
	t.Setenv("PATH", t.TempDir())
	doc := readScan(t, late)
	want := "Pages 1, 3-4 are pictures, without text that could be read. Words on such pages are recognised where the program tesseract is installed, which it is not."
	if len(doc.Warnings) != 1 || doc.Warnings[0] != want || doc.Properties["ocr"] != "" || !strings.Contains(doc.Pages[1].Text, "never scanned") {
		t.Errorf("without tesseract: %q, %q", doc.Warnings, doc.Properties)
	}
}

// A child cannot talk its way around the limits: what it may say depends on the lane.
func TestPagesThatAreRecognisedSetTheClockBackInTheSlowLaneOnly(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Command: []string{os.Args[0], "misbehaving-child"}, Children: 1})
	if _, err := extractBytes(t, p, "goeson.txt", nil); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("in the fast lane: %v", err)
	}
	f, err := os.Open(filepath.Join("testdata", "plain.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if r, err := p.ExtractSlow(t.Context(), f, Want{Name: "goeson.txt"}); err != nil || len(r.Document.Pages) != 1 {
		t.Errorf("in the slow lane: %v", err)
	}
	if _, err := p.ExtractSlow(t.Context(), f, Want{Name: "later.txt"}); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("what is slow is put off again: %v", err)
	}
}

func TestNumbersOfPages(t *testing.T) {
	t.Parallel()
	for want, list := range map[string][]int{"": nil, "1": {0}, "1-3, 5": {0, 1, 2, 4}, "2, 4": {1, 3}} {
		if got := numbers(list); got != want {
			t.Errorf("%v: %q", list, got)
		}
	}
}
