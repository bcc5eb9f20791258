package measure

import (
	"bytes"
	"fmt"
	"strings"
)

// venom are the kinds of poison, each with how often it comes among the 200 files. What may hang a reader stands last.
var venom = []struct {
	name string
	n    int
	make func(g generator, i int) (extension string, content []byte)
}{
	{"truncated-pdf", 50, func(g generator, i int) (string, []byte) {
		whole := pdfOf(g.prose(2000))
		return ".pdf", whole[:len(whole)*(i+5)/60]
	}},
	{"random", 60, func(g generator, i int) (string, []byte) {
		extension := []string{".pdf", ".docx", ".odt", ".html", ".json", ".csv"}[i%6]
		magic := map[string]string{".pdf": "%PDF-1.7\n", ".docx": "PK\x03\x04", ".odt": "PK\x03\x04"}[extension]
		return extension, append([]byte(magic), g.noise(500+g.random.IntN(100_000))...)
	}},
	{"zip-bomb", 30, func(_ generator, i int) (string, []byte) {
		middle := strings.Repeat(" ", 1<<20)
		if i%3 == 1 {
			return ".odt", zipped(map[string]string{"mimetype": "application/vnd.oasis.opendocument.text"}, "content.xml",
				`<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:body>`, middle, "</office:body></office:document-content>", 500+i)
		}
		if i%3 == 2 { // text in place of blanks
			middle = strings.Repeat("<w:p><w:r><w:t>boom</w:t></w:r></w:p>", 1<<15)
		}
		return ".docx", zipped(map[string]string{"[Content_Types].xml": contentTypes}, "word/document.xml", wordOpens, middle, wordCloses, 300+i)
	}},
	{"single-line", 12, func(g generator, i int) (string, []byte) {
		line := strings.ReplaceAll(g.prose(64<<10), "\n", " ")
		text := strings.Repeat(line, 16<<20/len(line))
		switch i % 4 {
		case 0:
			return ".txt", []byte(text)
		case 1:
			return ".json", []byte(`{"text":"` + text + `"}`)
		case 2:
			return ".html", []byte("<p>" + text)
		}
		return ".csv", []byte(`"` + text) // a quotation that never ends
	}},
	{"nested", 24, func(_ generator, i int) (string, []byte) {
		deep := 200_000 + 1000*i
		switch i % 4 {
		case 0:
			return ".html", bytes.Repeat([]byte("<div><b><table><tr><td>"), deep/10)
		case 1:
			return ".json", bytes.Repeat([]byte(`[{"a":`), deep)
		case 2:
			return ".md", bytes.Repeat([]byte("> * [a](*"), deep/4)
		}
		return ".docx", zipped(map[string]string{"[Content_Types].xml": contentTypes}, "word/document.xml", wordOpens, "<w:p><w:tbl><w:tr><w:tc>", "", deep)
	}},
	{"entities", 8, func(_ generator, i int) (string, []byte) {
		bomb := `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "boom">`
		for n := 1; n < 30; n++ {
			bomb += fmt.Sprintf("<!ENTITY a%d %q>", n, strings.Repeat(fmt.Sprintf("&a%d;", n-1), 10))
		}
		bomb += `]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a29;</w:t></w:r></w:p></w:body></w:document>`
		return ".docx", zipped(map[string]string{"[Content_Types].xml": contentTypes, "n": fmt.Sprint(i)}, "word/document.xml", bomb, "", "", 0)
	}},
	{"endless-pdf", 16, func(_ generator, i int) (string, []byte) {
		switch i % 2 {
		case 0: // a tree of pages that holds itself
			return ".pdf", []byte(fmt.Sprintf("%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count %d>>endobj\n"+
				"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n120\n%%%%EOF", 1_000_000+i))
		}
		// a page that draws itself again and again
		form := "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 4 0 R>>>>/Length 24>>stream\n/F Do /F Do /F Do /F Do \nendstream"
		return ".pdf", assemble([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
			"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</F 4 0 R>>>>/Contents 5 0 R>>", form,
			fmt.Sprintf("<</Length 6>>stream\n/F Do\nendstream %% %d", i)})
	}},
}

// poison writes every kind of it among the good files and returns how many there are.
func (g generator) poison() (n int, err error) {
	for _, kind := range venom {
		for i := range kind.n {
			extension, content := kind.make(g, i)
			if err := g.write(fmt.Sprintf("d%02d/%s-%02d%s", n%100, kind.name, i, extension), content); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// pdfOf is a PDF of one page that shows the text.
func pdfOf(text string) []byte {
	var drawn strings.Builder
	drawn.WriteString("BT /F 12 Tf 50 800 Td 14 TL ")
	for line := range strings.Lines(text) {
		fmt.Fprintf(&drawn, "(%s) Tj T* ", strings.Trim(line, "\n"))
	}
	drawn.WriteString("ET")
	return assemble([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 850]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", drawn.Len(), drawn.String())})
}

// assemble puts the objects of a PDF, numbered from 1, behind one another, with a table of where they are.
func assemble(objects []string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var table strings.Builder
	for i, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj%s\nendobj\n", i+1, object)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF", len(objects)+1, table.String(), len(objects)+1, start)
	return out.Bytes()
}
