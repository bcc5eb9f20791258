package extract

import (
	"encoding/xml"
	"strings"
)

// openODF opens an OpenDocument file and reads its properties; encrypted ones are refused.
func openODF(in *input) (*archive, *writer, error) {
	a, err := openArchive(in)
	if err != nil {
		return nil, nil, err
	}
	if manifest, err := a.part("META-INF/manifest.xml"); err == nil && strings.Contains(string(manifest), "encryption-data") {
		return nil, nil, errEncrypted
	}
	if a.parts["content.xml"] == nil {
		return nil, nil, errMalformed
	}
	w := &writer{}
	if meta, err := a.part("meta.xml"); err == nil {
		metadata(w, meta)
	}
	return a, w, nil
}

// objectText is the text of a chart or another object within the document: its own content, or a whole document of
// another program.
func objectText(in *input, a *archive, href string) string {
	name := resolved("content.xml", href)
	part, err := a.part(name + "/content.xml")
	if err != nil {
		return ""
	}
	if part == nil {
		foreign, err := a.part(name)
		if err != nil {
			return ""
		}
		return embeddedText(in, name, foreign)
	}
	var b strings.Builder
	open := 0
	eachToken(part, func(t xml.Token) {
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == "p" {
				open++
			}
		case xml.EndElement:
			if e.Name.Local == "p" {
				open = max(0, open-1)
				b.WriteByte(' ')
			}
		case xml.CharData:
			if open > 0 {
				b.Write(e)
			}
		}
	})
	return spaced(b.String())
}
