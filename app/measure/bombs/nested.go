package bombs

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// nested are the bombs that lie within themselves, or so deep that whoever follows them never comes back.
func nested() []Bomb {
	return []Bomb{
		{Name: "nested-20.zip", Write: func(w io.Writer, _ Size) error { return matryoshka(w, 20, 16) }},
		plain("quine.zip", zipQuine),
		plain("quine.gz", gzipQuine()),
		{Name: "nested.gz", Write: func(w io.Writer, _ Size) error {
			b := []byte("Boom, said the innermost.")
			for range 1000 {
				var outer bytes.Buffer
				z := gzip.NewWriter(&outer)
				if _, err := z.Write(b); err != nil {
					return err
				}
				if err := z.Close(); err != nil {
					return err
				}
				b = outer.Bytes()
			}
			_, err := w.Write(b)
			return err
		}},
		{Name: "embedded.docx", Write: func(w io.Writer, s Size) error { return embedded(w, 4, s.Inner) }},
		{Name: "many-parts.docx", Write: func(w io.Writer, s Size) error {
			z := zip.NewWriter(w)
			for i := range s.Wide / 5 {
				if _, err := z.Create(fmt.Sprint("word/", i)); err != nil {
					return err
				}
			}
			if err := (part{name: "word/document.xml", text: wordHead + "<w:p><w:r><w:t>The text stands here.</w:t></w:r></w:p>" + wordTail}).add(z); err != nil {
				return err
			}
			return z.Close()
		}},
		deep("deep.html", "<div>", "Deep", "</div>", 1),
		deep("deep-tables.html", "<table><tr><td>", "Deep", "</td></tr></table>", 1),
		deep("deep-formatting.html", "<b><i><a href=x><font>", "<p>Deep", "", 4),
		deep("deep-lists.html", "<ul><li>", "Deep", "", 1),
		deep("deep.json", "[", `"Deep"`, "]", 1),
		deep("deep-objects.json", `{"a":`, `"Deep"`, "}", 1),
		deep("deep.xml", "<a>", "Deep", "</a>", 1),
		deep("deep.rtf", "{", "Deep", "}", 1, `{\rtf1 `, "}"),
		deep("deep-tables.rtf", `{\trowd\intbl `, "Deep", "}", 1, `{\rtf1 `, "}"),
		deep("deep.md", "> ", "Deep", "", 1),
		deep("deep-brackets.md", "[", "Deep", "](x)", 1),
		deep("deep-emphasis.md", "*a **b ", "Deep", "", 1),
		deep("deep.tex", `\emph{`, "Deep", "}", 1, `\documentclass{article}\begin{document}`, `\end{document}`),
		deep("deep.yaml", "- ", "Deep", "", 1),
		deep("deep.org", "* ", "Deep", "", 1),
		deepPart("deep.docx", "word/document.xml", "", wordHead, "<w:tbl><w:tr><w:tc>", "<w:p><w:r><w:t>Deep</w:t></w:r></w:p>", "</w:tc></w:tr></w:tbl>", wordTail),
		deepPart("deep-boxes.docx", "word/document.xml", "", wordHead, "<w:p><w:r><w:txbxContent>", "<w:p><w:r><w:t>Deep</w:t></w:r></w:p>", "</w:txbxContent></w:r></w:p>", wordTail),
		deepPart("deep.odt", "content.xml", mimeText, openText, "<text:list><text:list-item>", "<text:p>Deep</text:p>", "</text:list-item></text:list>", openTail),
		deepPart("deep.odp", "content.xml", mimeSlides, "<draw:page>", "<draw:g><draw:frame>", "<text:p>Deep</text:p>", "</draw:frame></draw:g>", "</draw:page>"),
		deepPart("deep.pptx", "ppt/slides/slide1.xml", "", "<p:sld>", "<p:grpSp><p:sp>", "<a:p><a:r><a:t>Deep</a:t></a:r></a:p>", "</p:sp></p:grpSp>", "</p:sld>"),
	}
}

// matryoshka is a zip of so many copies of a zip of so many copies of … a file of zeros.
func matryoshka(w io.Writer, levels, copies int) error {
	inner := []byte(strings.Repeat("\x00", 1<<20))
	for level := range levels {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range copies {
			f, err := z.Create(fmt.Sprintf("%d-%d.zip", level, i))
			if err != nil {
				return err
			}
			if _, err := f.Write(inner); err != nil {
				return err
			}
		}
		if err := z.Close(); err != nil {
			return err
		}
		inner = b.Bytes()
	}
	_, err := w.Write(inner)
	return err
}

// embedded is a document that holds many documents, each of which holds as many.
func embedded(w io.Writer, levels, copies int) error {
	var inner []byte
	for level := range levels {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		body, relations := "", ""
		for i := range copies * min(level, 1) {
			name := fmt.Sprintf("embeddings/%d.docx", i)
			f, err := z.Create("word/" + name)
			if err != nil {
				return err
			}
			if _, err := f.Write(inner); err != nil {
				return err
			}
			relations += fmt.Sprintf(`<Relationship Id="r%d" Type="x/package" Target="%s"/>`, i, name)
			body += fmt.Sprintf(`<w:p><w:r><w:object><o:OLEObject r:id="r%d"/></w:object></w:r></w:p><w:altChunk r:id="r%d"/>`, i, i)
		}
		text := fmt.Sprintf("%s<w:p><w:r><w:t>Level %d</w:t></w:r></w:p>%s%s", wordHead, level, body, wordTail)
		for _, p := range []part{{name: "word/document.xml", text: text}, {name: "word/_rels/document.xml.rels", text: "<Relationships>" + relations + "</Relationships>"}} {
			if err := p.add(z); err != nil {
				return err
			}
		}
		if err := z.Close(); err != nil {
			return err
		}
		inner = b.Bytes()
	}
	_, err := w.Write(inner)
	return err
}

// deep opens as many levels as the size says, fewer by a factor where one opens several things. What stands around may
// follow.
func deep(name, open, inner, end string, fewer int, outer ...string) Bomb {
	return Bomb{Name: name, Whole: true, Write: func(w io.Writer, s Size) error {
		outer = append(outer, "", "")
		if _, err := io.WriteString(w, outer[0]); err != nil {
			return err
		}
		if err := around(w, open, inner, end, s.Depth/fewer); err != nil {
			return err
		}
		_, err := io.WriteString(w, outer[1])
		return err
	}}
}

// deepPart is deep in a part of a zipped document.
func deepPart(name, path, mime, head, open, inner, end, tail string) Bomb {
	return Bomb{Name: name, Whole: true, Write: func(w io.Writer, s Size) error {
		z := zip.NewWriter(w)
		if mime != "" {
			if err := (part{name: "mimetype", text: mime}).add(z); err != nil {
				return err
			}
		}
		if strings.HasPrefix(path, "ppt/") {
			if err := (part{name: "ppt/presentation.xml", text: "<p:presentation/>"}).add(z); err != nil {
				return err
			}
		}
		f, err := z.Create(path)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, head); err != nil {
			return err
		}
		if err := around(f, open, inner, end, s.Depth); err != nil {
			return err
		}
		if _, err := io.WriteString(f, tail); err != nil {
			return err
		}
		return z.Close()
	}}
}
