package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// archive is a zip whose parts are read within limits.
type archive struct{ parts map[string]*zip.File }

var errMalformed = catalog.Errorf(catalog.Unsupported, "This document is malformed and cannot be read.")

func openArchive(in *input) (*archive, error) {
	z, err := zip.NewReader(in.file, in.size)
	if err != nil {
		return nil, catalog.WrapError(catalog.Unsupported, errMalformed.Message, err)
	}
	if len(z.File) > maxParts {
		return nil, catalog.Errorf(catalog.TooLarge, "This document has %d parts, and %d are the limit.", len(z.File), maxParts)
	}
	a := &archive{parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if a.parts[name] == nil {
			a.parts[name] = f
		}
	}
	return a, nil
}

// detectZip knows a document by the parts that only it has.
func detectZip(in *input) format {
	a, err := openArchive(in)
	if err != nil {
		return zipByName(in)
	}
	kind, _ := a.part("mimetype")
	switch text := strings.TrimSpace(string(kind)); {
	case strings.HasPrefix(text, mimeODT):
		return formatODT
	case strings.HasPrefix(text, mimeODS):
		return formatODS
	case strings.HasPrefix(text, mimeODP):
		return formatODP
	case strings.HasPrefix(text, mimeODG):
		return formatODG
	case strings.HasPrefix(text, mimeEPUB):
		return formatEPUB
	case text != "" && len(text) < 100 && strings.HasPrefix(text, "application/"):
		return format{mime: withoutParameters(clean(text))}
	case a.parts["word/document.xml"] != nil:
		return formatDOCX
	case a.parts["xl/workbook.xml"] != nil, a.parts["xl/workbook.bin"] != nil:
		return formatXLSX
	case a.parts["ppt/presentation.xml"] != nil:
		return formatPPTX
	}
	if f, ok := detectOffice(a); ok {
		return f
	}
	if f, ok := detectIWork(in, a); ok {
		return f
	}
	return zipByName(in)
}

// detectOffice knows a document whose parts have unusual names by what the package says about them.
func detectOffice(a *archive) (format, bool) {
	types, err := a.part("[content_types].xml")
	if err != nil {
		return format{}, false
	}
	for _, kind := range []struct {
		content string
		format  format
	}{
		{"wordprocessingml.document.main", formatDOCX}, {"ms-word.document.macroEnabled.main", formatDOCX},
		{"spreadsheetml.sheet.main", formatXLSX}, {"ms-excel.sheet.", formatXLSX},
		{"presentationml.presentation.main", formatPPTX}, {"presentationml.slideshow.main", formatPPTX}, {"ms-powerpoint.", formatPPTX},
	} {
		if bytes.Contains(types, []byte(kind.content)) {
			return kind.format, true
		}
	}
	return format{}, false
}

// zipByName lets a document that is cut off, or lacks its main part, fail as what it was meant to be.
func zipByName(in *input) format {
	switch in.extension() {
	case ".docx", ".docm", ".dotx":
		return formatDOCX
	case ".xlsx", ".xlsm", ".xltx", ".xlsb":
		return formatXLSX
	case ".pptx", ".pptm", ".ppsx", ".potx":
		return formatPPTX
	case ".odt", ".ott":
		return formatODT
	case ".ods", ".ots":
		return formatODS
	case ".odp", ".otp":
		return formatODP
	case ".epub":
		return formatEPUB
	}
	return format{mime: "application/zip"}
}

// part returns the bytes of a part; nil when there is none.
func (a *archive) part(name string) ([]byte, error) {
	f := a.parts[strings.ToLower(name)]
	if f == nil {
		return nil, nil
	}
	tooLarge := catalog.Errorf(catalog.TooLarge, "A part of this document unpacks to more than %d MB.", maxPart>>20)
	if f.UncompressedSize64 > maxPart {
		return nil, tooLarge
	}
	r, err := f.Open()
	if err != nil {
		return nil, catalog.WrapError(catalog.Unsupported, errMalformed.Message, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if len(data) > maxPart {
		return nil, tooLarge
	}
	if err != nil && !errors.Is(err, zip.ErrChecksum) {
		return data, catalog.WrapError(catalog.Unsupported, errMalformed.Message, err)
	}
	return data, nil
}

// eachToken calls do for every token of an XML part. Names are local; what is not well-formed is read as far as it goes,
// and whole tells whether that was to the end.
func eachToken(part []byte, do func(xml.Token)) (whole bool) {
	d := xml.NewDecoder(bytes.NewReader(part))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	for {
		token, err := d.RawToken()
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		do(token)
	}
}

// attribute returns the value of the first attribute with that local name.
func attribute(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// simpleElements calls do with the text of every element that holds nothing but text.
func simpleElements(part []byte, do func(name, text string, start xml.StartElement)) {
	var start xml.StartElement
	var text strings.Builder
	eachToken(part, func(t xml.Token) {
		switch e := t.(type) {
		case xml.StartElement:
			start = e.Copy()
			text.Reset()
		case xml.CharData:
			text.Write(e)
		case xml.EndElement:
			if e.Name.Local == start.Name.Local {
				do(e.Name.Local, text.String(), start)
			}
			start = xml.StartElement{}
		}
	})
}

var propertyNames = map[string]string{
	"creator": "author", "initial-creator": "author", "subject": "subject", "description": "description", "keywords": "keywords",
	"keyword": "keywords", "language": "language", "created": "created", "creation-date": "created", "modified": "modified",
	"date": "modified", "lastModifiedBy": "lastModifiedBy", "category": "category", "generator": "generator",
	"Pages": "pages", "Company": "company", "Manager": "manager", "Author": "author", "LastAuthor": "lastModifiedBy", "Subject": "subject",
	"Keywords": "keywords", "Category": "category", "Created": "created", "LastSaved": "modified",
}

// metadata reads the properties of docProps/core.xml, docProps/app.xml and meta.xml, which use the same words.
func metadata(w *writer, part []byte) {
	simpleElements(part, func(name, text string, _ xml.StartElement) {
		if name == "title" || name == "Title" {
			if !isFileName(text) {
				w.title(text)
			}
			return
		}
		if p := propertyNames[name]; p != "" && (p != "author" || name == "initial-creator" || w.doc.Properties["author"] == "") {
			w.property(p, text)
		}
	})
}
