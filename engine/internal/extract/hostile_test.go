package extract

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestTruncatedFiles reads beginnings of every sample: no panic, no endless loop, a document or a verdict.
func TestTruncatedFiles(t *testing.T) {
	t.Parallel()
	for _, path := range samples(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if holdsPDF(path) {
				needPDF(t)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			pdf := newPDFReader(t)
			for n := 0; n < len(data); n += max(1, len(data)/150) {
				readAny(t, filepath.Base(path), data[:n], pdf)
			}
		})
	}
}

// TestDamagedFiles changes random bytes of every sample.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	const seed = 20261122
	random := rand.New(rand.NewPCG(seed, seed))
	pdf := newPDFReader(t)
	for _, path := range samples(t) {
		if holdsPDF(path) && assets() == "" {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			broken := bytes.Clone(data)
			for range min(len(broken), 1+random.IntN(8)) {
				broken[random.IntN(len(broken))] = byte(random.Uint32())
			}
			readAny(t, filepath.Base(path), broken, pdf)
		}
	}
}

// readAny reads bytes that may be anything and checks what comes of it.
func readAny(t testing.TB, name string, data []byte, pdf *pdfReader) {
	t.Helper()
	doc, err := readDocument(inputOf(name, data, pdf))
	switch catalog.CodeOf(err) {
	case "", catalog.Unsupported, catalog.Locked, catalog.TooLarge:
	default:
		t.Fatalf("%s: %v", name, err)
	}
	if err == nil {
		checkDocument(t, doc)
	}
}

func TestHostileNames(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 1})
	for _, name := range []string{"", ".", "..", "/", "a\x00.md", "\xff\xfe.html", strings.Repeat("x", 100_000) + ".md", "../../etc/passwd", "\u202etxt.md", "\n.csv"} {
		r, err := extractBytes(t, p, name, []byte("plain words"))
		if err != nil || len(r.Document.Pages) != 1 || r.Document.Pages[0].Text != "plain words" {
			t.Errorf("%.20q: %v %+v", name, err, r.Document)
		}
	}
}

func TestZipBombIsRefused(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"word/document.xml", "content.xml"} {
		data := zipOf(t, map[string]io.Reader{part: io.LimitReader(zeros{}, maxPart+1)})
		name := "bomb.docx"
		if part == "content.xml" {
			name = "bomb.odt"
			data = zipOf(t, map[string]io.Reader{"mimetype": strings.NewReader(mimeODT), part: io.LimitReader(zeros{}, maxPart+1)})
		}
		if _, err := readDocument(inputOf(name, data, nil)); catalog.CodeOf(err) != catalog.TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func zipOf(t *testing.T, parts map[string]io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, from := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, from); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDeepNesting gives every parser with a notion of depth far more of it than any person makes.
func TestDeepNesting(t *testing.T) {
	t.Parallel()
	const deep = 200_000
	nested := func(open, inner, end string) string {
		return strings.Repeat(open, deep) + inner + strings.Repeat(end, deep)
	}
	docx := zipOf(t, map[string]io.Reader{"word/document.xml": strings.NewReader(nested("<w:p>", "<w:t>deep</w:t>", "</w:p>"))})
	odt := zipOf(t, map[string]io.Reader{"mimetype": strings.NewReader(mimeODT), "content.xml": strings.NewReader("<body>" + nested("<text:list><text:list-item>", "<text:p>deep</text:p>", "</text:list-item></text:list>"))})
	cases := map[string][]byte{
		"a.json":  []byte(nested("[", `"deep"`, "]")),
		"b.json":  []byte(nested(`{"a":`, `"deep"`, "}")),
		"a.html":  []byte(nested("<div>", "deep", "</div>")),
		"b.html":  []byte(nested("<table><tr><td>", "deep", "</table>")),
		"c.html":  []byte(nested("<svg>", "", "</svg>") + "<p>deep"),
		"a.md":    []byte(nested("> ", "deep", "")),
		"b.md":    []byte(nested("**", "deep", "**")),
		"a.docx":  docx,
		"a.odt":   odt,
		"a.csv":   []byte(strings.Repeat("deep,", deep)),
		"b.csv":   []byte(strings.Repeat("\"", deep) + "deep"),
		"wide.md": []byte(strings.Repeat("|", deep) + "deep"),
	}
	for name, data := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			doc, err := readDocument(inputOf(name, data, nil))
			if err != nil || len(doc.Pages) == 0 || !strings.Contains(doc.Pages[0].Text, "deep") {
				t.Errorf("%v, %d pages", err, len(doc.Pages))
			}
			checkDocument(t, doc)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestTooManyPages(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("<w:p><w:r><w:t>page</w:t><w:br w:type='page'/></w:r></w:p>", maxPages+10)
	doc, err := readDocument(inputOf("a.docx", zipOf(t, map[string]io.Reader{"word/document.xml": strings.NewReader(body)}), nil))
	if err != nil || len(doc.Pages) != maxPages || len(doc.Warnings) != 1 {
		t.Fatal(err, len(doc.Pages), doc.Warnings)
	}
}

func TestTooMuchText(t *testing.T) {
	t.Parallel()
	doc, err := readDocument(inputOf("a.txt", bytes.Repeat([]byte("0123456789abcde\n"), maxText/16+1000), nil))
	if err != nil || len(doc.Pages[0].Text) > maxText || len(doc.Warnings) != 1 {
		t.Fatal(err, doc.Warnings)
	}
	row := strings.Repeat("x", 1000) + "," + strings.Repeat("y", 1000) + "\n"
	doc, err = readDocument(inputOf("a.csv", []byte(strings.Repeat(row, maxText/len(row))), nil))
	if err != nil || len(doc.Pages[0].Text) > maxText {
		t.Fatal(err)
	}
}

// TestBinariesAreFoundByName: formats without a reader are no failure.
func TestBinariesAreFoundByName(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR":  "image/png",
		"\x00\x01\x02\x03\x00\xff\xfe":         "application/octet-stream",
		"\x7fELF\x02\x01\x01\x00\x00\x00\x00":  "application/x-elf",
		"PK\x03\x04" + strings.Repeat("x", 99): "application/zip",
	}
	for data, mime := range cases {
		doc, err := readDocument(inputOf("name.txt", []byte(data), nil))
		if err != nil || doc.Format != mime || len(doc.Pages) != 0 {
			t.Errorf("%q: %v %+v", data, err, doc)
		}
	}
}

func TestMissingPDFReaderMayComeLater(t *testing.T) {
	t.Parallel()
	r := &pdfReader{assets: t.TempDir()}
	_, err := readDocument(inputOf("a.pdf", []byte("%PDF-1.4"), r))
	if catalog.CodeOf(err) != catalog.Unavailable {
		t.Fatal(err)
	}
}

func FuzzReadDocument(f *testing.F) {
	pdf := newPDFReader(f)
	for _, path := range samples(f) {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Ext(path), data)
	}
	f.Fuzz(func(t *testing.T, extension string, data []byte) {
		if holdsPDF(extension) && assets() == "" {
			t.Skip()
		}
		readAny(t, fmt.Sprintf("a%s", extension), data, pdf)
	})
}

// FuzzXML hands the parsers of zipped formats their XML directly: a fuzzer does not get past the compression.
func FuzzXML(f *testing.F) {
	f.Add("<w:p><w:r><w:t>a</w:t><w:lastRenderedPageBreak/></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>")
	f.Add("<body><text:h outline-level='2'>a</text:h><text:note-body><text:p>n</text:p></text:note-body><table:table><table:table-row><table:table-cell/>")
	f.Add("</w:tbl></w:p></text:note-body><body></body></w:tr></w:tc>")
	f.Fuzz(func(t *testing.T, part string) {
		w := &writer{}
		d := docx{w: w, notes: map[string]string{"footnote1": "n"}, styles: map[string]int{"a": 1}}
		d.readNotes("footnote", []byte(part))
		eachToken([]byte(part), d.token)
		d.finish()
		checkDocument(t, w.document(mimeDOCX))

		w = &writer{}
		o := odt{w: w, in: &input{}, archive: &archive{}, breaking: map[string]bool{"": true}}
		eachToken([]byte("<body>"+part), o.token)
		o.finish()
		metadata(w, []byte(part))
		checkDocument(t, w.document(mimeODT))
	})
}

func FuzzFrames(f *testing.F) {
	f.Add(appendResult(nil, [32]byte{}, catalog.Document{Title: "t", Pages: []catalog.Page{{Text: "a b", Blocks: []catalog.Block{{Span: catalog.Span{Start: 1, End: 3}}}}}, Warnings: []string{"w"}, Properties: map[string]string{"k": "v"}})[5:])
	f.Fuzz(func(t *testing.T, payload []byte) {
		if r, err := decodeResult(bytes.Clone(payload)); err == nil {
			for i := range r.Document.Pages {
				if r.Document.Pages[i].Number != i+1 {
					t.Fatal("page numbers")
				}
			}
		}
		_, _ = decodeFailure(payload)
		_, _ = decodeRequest(payload)
	})
}
