package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// makeDOCX writes WordprocessingML with heading styles, list paragraphs, tables and page breaks.
func makeDOCX(blocks []block) ([]byte, error) {
	var body strings.Builder
	inTable := false
	for _, b := range blocks {
		if inTable && b.kind != row {
			body.WriteString("</w:tbl>")
			inTable = false
		}
		switch b.kind {
		case title:
			body.WriteString(wordParagraph("Heading1", b.text))
		case heading:
			body.WriteString(wordParagraph("Heading2", b.text))
		case item:
			body.WriteString(wordParagraph("ListParagraph", "• "+b.text))
		case pageBreak:
			body.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
		case row:
			if !inTable {
				body.WriteString(`<w:tbl><w:tblPr><w:tblBorders><w:insideH w:val="single" w:sz="4"/></w:tblBorders></w:tblPr>`)
				inTable = true
			}
			body.WriteString("<w:tr>")
			for _, cell := range b.cells {
				body.WriteString("<w:tc>" + wordParagraph("", cell) + "</w:tc>")
			}
			body.WriteString("</w:tr>")
		default:
			body.WriteString(wordParagraph("", b.text))
		}
	}
	if inTable {
		body.WriteString("</w:tbl>")
	}
	return archive(
		part{"[Content_Types].xml", docxTypes},
		part{"_rels/.rels", docxRelations},
		part{"word/_rels/document.xml.rels", docxStyleRelation},
		part{"word/styles.xml", docxStyles},
		part{"word/document.xml", xml.Header + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body.String() + `<w:sectPr/></w:body></w:document>`},
	)
}

func wordParagraph(style, text string) string {
	if style != "" {
		style = `<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`
	}
	return "<w:p>" + style + `<w:r><w:t xml:space="preserve">` + escaped(text) + "</w:t></w:r></w:p>"
}

const docxTypes = xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`

const docxRelations = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

const docxStyleRelation = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`

const docxStyles = xml.Header + `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">` +
	`<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/></w:style></w:styles>`

// makeODT writes OpenDocument text with headings, lists, tables and page breaks.
func makeODT(blocks []block) ([]byte, error) {
	var body strings.Builder
	open := blockKind(-1) // the list or table that is being written
	closers := map[blockKind]string{item: "</text:list>", row: "</table:table>"}
	for _, b := range blocks {
		if b.kind != open {
			body.WriteString(closers[open])
			open = -1
		}
		switch b.kind {
		case title, heading:
			fmt.Fprintf(&body, `<text:h text:outline-level="%d">%s</text:h>`, b.kind, escaped(b.text))
		case item:
			if open != item {
				body.WriteString("<text:list>")
			}
			body.WriteString("<text:list-item><text:p>" + escaped(b.text) + "</text:p></text:list-item>")
			open = item
		case pageBreak:
			body.WriteString("<text:p><text:soft-page-break/></text:p>")
		case row:
			if open != row {
				fmt.Fprintf(&body, `<table:table><table:table-column table:number-columns-repeated="%d"/>`, len(b.cells))
			}
			body.WriteString("<table:table-row>")
			for _, cell := range b.cells {
				body.WriteString("<table:table-cell><text:p>" + escaped(cell) + "</text:p></table:table-cell>")
			}
			body.WriteString("</table:table-row>")
			open = row
		default:
			body.WriteString("<text:p>" + escaped(b.text) + "</text:p>")
		}
	}
	body.WriteString(closers[open])
	return archive(
		part{"mimetype", "application/vnd.oasis.opendocument.text"},
		part{"META-INF/manifest.xml", odtManifest},
		part{"content.xml", odtHead + body.String() + "</office:text></office:body></office:document-content>"},
	)
}

const odtManifest = xml.Header + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
	`<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>` +
	`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`

const odtHead = xml.Header + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
	`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
	`office:version="1.3"><office:body><office:text>`

type part struct{ name, content string }

// archive packs the parts in order, stored and without times, so that the bytes depend on nothing but the parts.
func archive(parts ...part) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder never fails
	return out.String()
}
