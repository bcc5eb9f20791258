package extract

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	mimePages   = "application/vnd.apple.pages"
	mimeNumbers = "application/vnd.apple.numbers"
	mimeKeynote = "application/vnd.apple.keynote"
)

// detectIWork knows documents of Apple's programs. Their own format is not read: they are found by name, and by the
// text of the preview that the program may have saved with them.
func detectIWork(in *input, a *archive) (format, bool) {
	if a.parts["index/document.iwa"] == nil && a.parts["index.zip"] == nil && a.parts["index.apxl"] == nil &&
		!(a.parts["index.xml"] != nil && a.parts["buildversionhistory.plist"] != nil) && a.parts[".iwpv2"] == nil && a.parts[".iwph"] == nil {
		return format{}, false
	}
	mime := mimePages
	switch {
	case a.parts["index.apxl"] != nil || a.parts["index/presentation.iwa"] != nil || a.hasPart("index/slide") || in.extension() == ".key":
		mime = mimeKeynote
	case in.extension() == ".numbers":
		mime = mimeNumbers
	}
	if a.parts["quicklook/preview.pdf"] == nil {
		return format{mime: mime}, true
	}
	return format{mime, readPreview}, true
}

func (a *archive) hasPart(prefix string) bool {
	for name := range a.parts {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// readPreview reads the PDF that lies in the document.
func readPreview(in *input) (catalog.Document, error) {
	a, err := openArchive(in)
	if err != nil {
		return catalog.Document{}, err
	}
	preview, err := a.part("QuickLook/Preview.pdf")
	if err != nil {
		return catalog.Document{}, err
	}
	inner := inputOf("Preview.pdf", preview, in.pdf)
	inner.patience = in.patience
	doc, err := readPDF(inner)
	doc.Format = ""
	if err == nil {
		doc.Warnings = append(doc.Warnings, "Only the preview that was saved with this document is read.")
	}
	return doc, err
}
