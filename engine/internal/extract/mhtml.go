package extract

import (
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readMHTML reads a page that a browser has saved as one file: the page itself, without its pictures and frames.
func readMHTML(in *input) (catalog.Document, error) {
	data, err := in.prefix(maxMail)
	if err != nil {
		return catalog.Document{}, err
	}
	root, err := partsOf(data)
	if err != nil {
		return catalog.Document{}, catalog.WrapError(catalog.Unsupported, "This saved page is malformed and cannot be read.", err)
	}
	page := pageOf(root)
	if page == nil {
		return readEML(in)
	}
	inner := inputOf("page.html", page.Content, in.pdf)
	doc, err := readHTML(inner)
	if err != nil {
		return doc, err
	}
	w := &writer{doc: doc}
	w.title(decodedHeader(root.Header.Get("Subject")))
	w.property("source", root.Header.Get("Snapshot-Content-Location"))
	w.property("date", mailDate(root.Header.Get("Date")))
	doc = w.doc
	doc.Format = "multipart/related"
	return doc, nil
}

// pageOf is the first HTML part, or the one that the file names as its start.
func pageOf(root *enmime.Part) *enmime.Part {
	start := strings.Trim(parameterOf(root, "start"), "<>")
	return root.DepthMatchFirst(func(p *enmime.Part) bool {
		return isPage(p) && (start == "" || p.ContentID == start || !hasPart(root, start))
	})
}

func hasPart(root *enmime.Part, id string) bool {
	return root.DepthMatchFirst(func(p *enmime.Part) bool { return isPage(p) && p.ContentID == id }) != nil
}

func isPage(p *enmime.Part) bool {
	return strings.EqualFold(p.ContentType, "text/html") || strings.EqualFold(p.ContentType, "application/xhtml+xml")
}
