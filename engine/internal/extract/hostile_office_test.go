package extract

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// parts makes a zip of texts.
func parts(t *testing.T, texts map[string]string) []byte {
	t.Helper()
	readers := map[string]io.Reader{}
	for name, text := range texts {
		readers[name] = strings.NewReader(text)
	}
	return zipOf(t, readers)
}

func workbook(t *testing.T, sheet io.Reader) []byte {
	t.Helper()
	return zipOf(t, map[string]io.Reader{
		"xl/workbook.xml":            strings.NewReader("<workbook><sheets><sheet name='One' r:id='rId1'/></sheets></workbook>"),
		"xl/_rels/workbook.xml.rels": strings.NewReader("<Relationships><Relationship Id='rId1' Type='x/worksheet' Target='sheet1.xml'/></Relationships>"),
		"xl/sheet1.xml":              sheet,
	})
}

func presentation(t *testing.T, slide string) []byte {
	t.Helper()
	return parts(t, map[string]string{"ppt/presentation.xml": "<p:presentation/>", "ppt/slides/slide1.xml": slide})
}

func opendocument(t *testing.T, mime, content string) []byte {
	t.Helper()
	return parts(t, map[string]string{"mimetype": mime, "content.xml": content})
}

// reads has a document read, within a time that no document of its size needs.
func reads(t *testing.T, name string, data []byte) (catalog.Document, error) {
	t.Helper()
	start := time.Now()
	doc, err := readDocument(inputOf(name, data, nil))
	if took := time.Since(start); took > 40*time.Second {
		t.Errorf("%s took %v", name, took)
	}
	if err == nil {
		checkDocument(t, doc)
	}
	return doc, err
}

// TestOfficeBombs unpack to more than any document holds.
func TestOfficeBombs(t *testing.T) {
	t.Parallel()
	zeros := func() io.Reader { return io.LimitReader(zeros{}, maxPart+1) }
	refused := map[string]map[string]io.Reader{
		"a.pptx": {"ppt/presentation.xml": zeros()},
		"a.odp":  {"mimetype": strings.NewReader(mimeODP), "content.xml": zeros()},
		"b.xlsx": {"xl/workbook.xml": zeros()},
	}
	for name, files := range refused {
		if _, err := reads(t, name, zipOf(t, files)); catalog.CodeOf(err) != catalog.TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	doc, err := reads(t, "a.xlsx", workbook(t, io.LimitReader(zeroCells{}, maxSheet+1<<20)))
	if err != nil || len(doc.Warnings) == 0 {
		t.Errorf("a sheet without an end: %v, %v", err, doc.Warnings)
	}
	book := zipOf(t, map[string]io.Reader{
		"mimetype": strings.NewReader(mimeEPUB), "a.html": zeros(), "b.html": strings.NewReader("<p>words"),
	})
	if doc, err := reads(t, "a.epub", book); err != nil || len(doc.Warnings) != 1 || doc.Pages[0].Text != "words" {
		t.Errorf("a book with a bomb among its chapters: %v %+v", err, doc)
	}
}

// zeroCells is a sheet that never ends and has nothing in it.
type zeroCells struct{}

func (zeroCells) Read(p []byte) (int, error) {
	const cell = "<c><v></v></c>"
	for i := range p {
		p[i] = cell[i%len(cell)]
	}
	return len(p), nil
}

func TestOfficeNesting(t *testing.T) {
	t.Parallel()
	const deep = 100_000
	nested := func(open, inner, end string) string {
		return strings.Repeat(open, deep) + inner + strings.Repeat(end, deep)
	}
	cases := map[string][]byte{
		"a.xlsx":     workbook(t, strings.NewReader(nested("<row><c t='inlineStr'><is>", "<t>deep</t>", "</is></c></row>"))),
		"a.pptx":     presentation(t, nested("<p:sp><a:tbl><a:tr><a:tc>", "<a:p><a:t>deep</a:t></a:p>", "</a:tc></a:tr></a:tbl></p:sp>")),
		"a.odp":      opendocument(t, mimeODP, "<draw:page>"+nested("<draw:g><draw:frame>", "<text:p>deep</text:p>", "</draw:frame></draw:g>")),
		"a.ods":      opendocument(t, mimeODS, nested("<table:table><table:table-row><table:table-cell>", "<text:p>deep</text:p>", "</table:table-cell></table:table-row></table:table>")),
		"a.rtf":      []byte(`{\rtf1 ` + nested("{", "deep", "}") + "}"),
		"b.rtf":      []byte(`{\rtf1 deep ` + strings.Repeat(`\trowd\intbl\cell`, deep)),
		"c.rtf":      []byte(`{\rtf1 deep ` + strings.Repeat(`{\footnote `, deep)),
		"word.xml":   []byte("<?xml version='1.0'?><?mso-application progid=\"Word.Document\"?>" + nested("<w:p>", "<w:t>deep</w:t>", "</w:p>")),
		"sheets.xml": []byte("<?xml version='1.0'?><?mso-application progid=\"Excel.Sheet\"?><Worksheet>" + nested("<Row><Cell><Data>", "deep", "</Data></Cell></Row>")),
	}
	for name, data := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := reads(t, name, data)
			if err != nil || len(doc.Pages) == 0 {
				t.Errorf("%v, %d pages", err, len(doc.Pages))
			}
		})
	}
}

func TestSpreadsheetsAreCapped(t *testing.T) {
	t.Parallel()
	rows := strings.Repeat("<row><c><v>1</v></c><c><v>2</v></c></row>", maxRows+5)
	doc, err := reads(t, "rows.xlsx", workbook(t, strings.NewReader(rows)))
	if err != nil || len(doc.Warnings) != 1 || strings.Count(doc.Pages[0].Text, "\n") != maxRows+1 {
		t.Errorf("rows: %v, %v, %d lines", err, doc.Warnings, strings.Count(doc.Pages[0].Text, "\n"))
	}
	wide := strings.Repeat("<row><c r='A1'><v>1</v></c><c r='XFD1'><v>2</v></c><c r='ZZZZ1'><v>3</v></c></row>", 5000)
	if doc, err := reads(t, "wide.xlsx", workbook(t, strings.NewReader(wide))); err != nil || len(doc.Warnings) != 1 {
		t.Errorf("columns: %v, %v", err, doc.Warnings)
	}
	cell := "<table:table-cell table:number-columns-repeated='2000000000'><text:p>x</text:p></table:table-cell>"
	repeated := "<table:table><table:table-row table:number-rows-repeated='2000000000'>" + cell + "</table:table-row></table:table>"
	if doc, err := reads(t, "repeated.ods", opendocument(t, mimeODS, repeated)); err != nil || len(doc.Warnings) != 1 {
		t.Errorf("repeated: %v, %v", err, doc.Warnings)
	}
}

// TestHugeCounts are numbers in binary files that promise more than is there.
func TestHugeCounts(t *testing.T) {
	t.Parallel()
	huge := binary.LittleEndian.AppendUint32(nil, 0xffffffff)
	for _, path := range samples(t) {
		switch filepath.Ext(path) {
		case ".doc", ".xls", ".ppt", ".xlsb":
		default:
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for at := 0; at+4 <= len(data); at += 4 {
				broken := bytes.Clone(data)
				copy(broken[at:], huge)
				readAny(t, filepath.Base(path), broken, nil)
			}
		})
	}
}

// TestSheetsOfOnePart: a workbook whose thousands of tabs are one and the same sheet is read once.
func TestSheetsOfOnePart(t *testing.T) {
	t.Parallel()
	row := "<row>" + strings.Repeat("<c><v>1</v></c>", 100) + "</row>"
	data := parts(t, map[string]string{
		"xl/workbook.xml":            "<workbook><sheets>" + strings.Repeat("<sheet name='One' r:id='rId1'/>", 100_000) + "</sheets></workbook>",
		"xl/_rels/workbook.xml.rels": "<Relationships><Relationship Id='rId1' Type='x/worksheet' Target='sheet1.xml'/></Relationships>",
		"xl/sheet1.xml":              strings.Repeat(row, 1000),
	})
	if doc, err := reads(t, "a.xlsx", data); err != nil || len(doc.Pages) != 1 {
		t.Errorf("%v, %d pages", err, len(doc.Pages))
	}
}

// TestCutOffDocumentsKeepTheirName: a beginning of a document fails as the format that it was meant to be.
func TestCutOffDocumentsKeepTheirName(t *testing.T) {
	t.Parallel()
	ole, zip := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PK\x03\x04"
	cases := map[string]string{
		"a.doc": ole, "a.xls": ole, "a.ppt": ole, "a.docx": zip, "a.xlsx": zip, "a.pptx": zip, "a.ods": zip, "a.odp": zip, "a.epub": zip,
	}
	for name, start := range cases {
		_, err := readDocument(inputOf(name, []byte(start+strings.Repeat("x", 99)), nil))
		if catalog.CodeOf(err) != catalog.Unsupported || catalog.MessageOf(err) != errMalformed.Message {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOfficeXML hands the parsers of zipped formats their XML directly.
func FuzzOfficeXML(f *testing.F) {
	f.Add("<row r='1'><c r='B1' t='s'><v>0</v></c><c t='inlineStr'><is><t>a</t></is></c></row><oddHeader>&amp;L&amp;P</oddHeader>")
	f.Add("<p:sp><p:ph type='title'/><a:p><a:t>a</a:t></a:p></p:sp><a:tbl><a:tr><a:tc><a:p><a:t>b</a:t></a:p></a:tc></a:tr></a:tbl>")
	f.Add("<draw:page><draw:frame presentation:class='title'><text:p>a</text:p></draw:frame><presentation:notes><text:p>n</text:p></presentation:notes></draw:page>")
	f.Add("<table:table table:name='a'><table:table-row table:number-rows-repeated='3'><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>")
	f.Add("<c:ser><c:tx><c:v>a</c:v></c:tx><c:cat><c:v>b</c:v></c:cat><c:val><c:v>1e999</c:v></c:val></c:ser>")
	f.Fuzz(func(t *testing.T, part string) {
		data := []byte(part)
		empty := &archive{}
		w := &writer{}
		x := xlsx{archive: empty, sheets: sheets{w: w}, strings: []string{"s"}, styles: []int{14, 12, 49}}
		x.sheets.begin("One")
		s := xlsxSheet{x: &x, column: -1, text: cellText{element: "t"}}
		eachToken(data, func(token xml.Token) { s.token(token) })
		x.sheets.end()
		checkDocument(t, w.document(mimeXLSX))

		w = &writer{}
		deck := &pptx{archive: empty, slides: slides{w: w}}
		deck.slides.begin()
		eachToken(data, newShapes(deck).token)
		drawnParagraphs(data, deck.slides.note)
		chartSeries(data, deck.slides.note)
		deck.slides.end()
		checkDocument(t, w.document(mimePPTX))

		w = &writer{}
		o := odp{in: &input{}, archive: empty, slides: slides{w: w}, masters: map[string][]string{}, declared: map[string]string{}}
		eachToken(data, o.master)
		o.reset()
		eachToken(data, o.token)
		o.endPage()
		checkDocument(t, w.document(mimeODP))

		w = &writer{}
		d := ods{in: &input{}, archive: empty, sheets: sheets{w: w}}
		eachToken(data, func(token xml.Token) { d.token(token) })
		d.sheets.end()
		checkDocument(t, w.document(mimeODS))
	})
}

// FuzzOldOffice hands the parsers of binary formats their streams directly.
func FuzzOldOffice(f *testing.F) {
	for name, streams := range map[string][2]string{"report.doc": {"WordDocument", "1Table"}, "word6.doc": {"WordDocument", ""}, "ships.xls": {"Workbook", ""}, "harbour.ppt": {"PowerPoint Document", "Current User"}} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		c, err := openContainer(inputOf(name, data, nil))
		if err != nil {
			f.Fatal(err)
		}
		first, _ := c.stream(streams[0])
		second, _ := c.stream(streams[1])
		f.Add(first, second)
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		w := &writer{}
		if doc, err := readBIFF(w, first); err == nil {
			checkDocument(t, doc)
		}
		w = &writer{}
		p := newPPT(w, inputOf("a.ppt", first, nil), first)
		if p.directory(second) == nil {
			p.read()
			checkDocument(t, w.document(mimePPT))
		}
		if word, err := wordOf(first, second); err == nil {
			w = &writer{}
			d := newDoc(w, word)
			d.read()
			checkDocument(t, w.document(mimeDOC))
		}
		eachOLEProperty(first, func(uint32, string) {})
		x := xlsx{archive: &archive{}, sheets: sheets{w: &writer{}}}
		eachBinaryRecord(first, func(id int, body []byte) bool { x.binaryCell(id, body); return true })
	})
}

func FuzzRTF(f *testing.F) {
	for _, name := range []string{"letter.rtf", "mail.rtf"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		readAny(t, "a.rtf", append([]byte(`{\rtf1`), data...), nil)
	})
}

func FuzzNumberFormat(f *testing.F) {
	for _, code := range builtInFormats {
		f.Add(code, 1234.5)
	}
	f.Add("[h]:mm:ss.00;[<5]@", -0.5)
	f.Fuzz(func(t *testing.T, code string, value float64) {
		formats := numberFormats{}
		if shown := formats.showAs(value, code); len(shown) > 20*len(code)+5000 {
			t.Fatalf("%q shows %v as %d bytes", code, value, len(shown))
		}
	})
}
