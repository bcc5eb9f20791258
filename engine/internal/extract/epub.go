package extract

import (
	"encoding/xml"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const mimeEPUB = "application/epub+zip"

var formatEPUB = format{mimeEPUB, readEPUB}

// readEPUB reads a book, one page a chapter file in reading order; files without text, such as covers, are no pages.
func readEPUB(in *input) (catalog.Document, error) {
	a, err := openArchive(in)
	if err != nil {
		return catalog.Document{}, err
	}
	w := &writer{}
	book := readBook(a)
	w.title(book.title)
	sealed := sealedParts(a)
	read := map[string]bool{}
	for _, part := range book.chapters {
		if w.full || read[part] {
			continue
		}
		read[part] = true
		if sealed[strings.ToLower(part)] {
			return catalog.Document{}, errEncrypted
		}
		data, err := a.part(part)
		if err != nil {
			w.doc.Warnings = append(w.doc.Warnings, "A chapter is damaged and was left out.")
			continue
		}
		chapter, err := readHTML(inputOf("chapter.html", data, nil))
		if err != nil || len(chapter.Pages) == 0 || strings.TrimSpace(chapter.Pages[0].Text) == "" {
			continue
		}
		if w.runes > 0 {
			w.breakPage()
		}
		w.paste(chapter.Pages[0], 0)
		w.title(chapter.Title)
	}
	for _, p := range book.properties {
		w.property(p[0], p[1])
	}
	return w.document(mimeEPUB), nil
}

// book is what the package file of an EPUB says.
type book struct {
	title      string
	chapters   []string // parts, in reading order
	properties [][2]string
}

// readBook follows the container to the package file. Without one, every page of HTML is a chapter.
func readBook(a *archive) book {
	var b book
	part := ""
	if container, err := a.part("META-INF/container.xml"); err == nil {
		eachToken(container, func(t xml.Token) {
			if e, ok := t.(xml.StartElement); ok && e.Name.Local == "rootfile" && part == "" {
				part = attribute(e, "full-path")
			}
		})
	}
	data, err := a.part(part)
	if err == nil && data != nil {
		b.read(part, data)
	}
	if len(b.chapters) == 0 {
		for _, name := range slices.Sorted(maps.Keys(a.parts)) {
			if strings.HasSuffix(name, "html") || strings.HasSuffix(name, ".htm") {
				b.chapters = append(b.chapters, name)
			}
		}
	}
	return b
}

var bookProperties = map[string]string{
	"creator": "author", "language": "language", "date": "created", "publisher": "publisher", "subject": "subject", "description": "description",
	"identifier": "identifier",
}

func (b *book) read(part string, data []byte) {
	items := map[string]string{}
	eachToken(data, func(t xml.Token) {
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "item":
			if href, err := url.PathUnescape(attribute(e, "href")); err == nil {
				items[attribute(e, "id")] = resolved(part, href)
			}
		case e.Name.Local == "itemref":
			if chapter := items[attribute(e, "idref")]; chapter != "" && len(b.chapters) < maxPages {
				b.chapters = append(b.chapters, chapter)
			}
		}
	})
	seen := map[string]bool{}
	simpleElements(data, func(name, text string, _ xml.StartElement) {
		if name == "title" && b.title == "" {
			b.title = text
		}
		if property := bookProperties[name]; property != "" && !seen[property] {
			seen[property] = true
			b.properties = append(b.properties, [2]string{property, text})
		}
	})
}

// sealedParts are the parts that only a licensed reader opens.
func sealedParts(a *archive) map[string]bool {
	sealed := map[string]bool{}
	data, err := a.part("META-INF/encryption.xml")
	if err != nil {
		return sealed
	}
	eachToken(data, func(t xml.Token) {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "CipherReference" {
			if part, err := url.PathUnescape(attribute(e, "URI")); err == nil {
				sealed[strings.ToLower(part)] = true
			}
		}
	})
	return sealed
}
