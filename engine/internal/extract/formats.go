package extract

import (
	"bytes"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// format is a MIME type and, where we have one, the function that reads it.
type format struct {
	mime string
	read func(*input) (catalog.Document, error)
}

const (
	mimePDF  = "application/pdf"
	mimeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	mimeODT  = "application/vnd.oasis.opendocument.text"
)

// The formats with a reader of their own. Any other text is read by readText.
var (
	formatMarkdown = format{"text/markdown", readMarkdown}
	formatHTML     = format{"text/html", readHTML}
	formatCSV      = format{"text/csv", readTable}
	formatTSV      = format{"text/tab-separated-values", readTable}
	formatJSON     = format{"application/json", readJSON}
	formatPDF      = format{mimePDF, readPDF}
	formatDOCX     = format{mimeDOCX, readDOCX}
	formatODT      = format{mimeODT, readODT}
)

// Mail, pages that were saved from the web, and what comes attached to them.
var (
	formatEML   = format{"message/rfc822", readEML}
	formatMbox  = format{"application/mbox", readMbox}
	formatMSG   = format{"application/vnd.ms-outlook", readMSG}
	formatMHTML = format{"multipart/related", readMHTML}
)

// Texts with a structure of their own, and source code.
var (
	formatXML       = format{"application/xml", readXML}
	formatICS       = format{"text/calendar", readICS}
	formatVCF       = format{"text/vcard", readVCF}
	formatRST       = format{"text/x-rst", readRST}
	formatOrg       = format{"text/org", readOrg}
	formatAsciiDoc  = format{"text/asciidoc", readAsciiDoc}
	formatLaTeX     = format{"application/x-tex", readLaTeX}
	formatNotebook  = format{"application/x-ipynb+json", readNotebook}
	formatSRT       = format{"application/x-subrip", readSubtitles}
	formatVTT       = format{"text/vtt", readSubtitles}
	formatYAML      = format{"application/yaml", readText}
	formatTOML      = format{"application/toml", readSections}
	formatINI       = format{"text/plain", readSections}
	formatCode      = format{"text/plain", readCode}
	formatPlainText = format{"text/plain", readText}
)

// textByName is what a text's name says it is; its bytes say that it is text.
var textByName = map[string]format{
	".md": formatMarkdown, ".markdown": formatMarkdown, ".mdown": formatMarkdown, ".mkd": formatMarkdown, ".mdx": formatMarkdown,
	".html": formatHTML, ".htm": formatHTML, ".xhtml": formatHTML,
	".csv": formatCSV, ".tsv": formatTSV, ".tab": formatTSV,
	".json": formatJSON, ".jsonl": formatJSON, ".ndjson": formatJSON, ".geojson": formatJSON,

	".eml": formatEML, ".mbox": formatMbox, ".mbx": formatMbox, ".mht": formatMHTML, ".mhtml": formatMHTML,
	".xml": formatXML, ".rss": formatXML, ".atom": formatXML, ".svg": formatXML, ".fb2": formatXML, ".xsl": formatXML, ".xslt": formatXML, ".xsd": formatXML,
	".kml": formatXML, ".gpx": formatXML, ".plist": formatXML, ".fodt": formatXML, ".opml": formatXML, ".tei": formatXML, ".dita": formatXML, ".nxml": formatXML,
	".ics": formatICS, ".ifb": formatICS, ".vcs": formatICS, ".vcf": formatVCF, ".vcard": formatVCF,
	".rst": formatRST, ".rest": formatRST, ".org": formatOrg, ".adoc": formatAsciiDoc, ".asciidoc": formatAsciiDoc,
	".tex": formatLaTeX, ".ltx": formatLaTeX, ".latex": formatLaTeX, ".ipynb": formatNotebook, ".srt": formatSRT, ".vtt": formatVTT,
	".yaml": formatYAML, ".yml": formatYAML, ".toml": formatTOML, ".ini": formatINI, ".cfg": formatINI, ".conf": formatINI, ".properties": formatINI,
}

// readDocument finds out what the bytes are and reads them.
func readDocument(in *input) (catalog.Document, error) {
	in.inner = readDocument
	if in.parts == nil {
		in.parts = newBudget()
	}
	doc, err := readFormat(in)
	if err == nil && in.depth == 0 {
		finish(&doc)
	}
	return doc, err
}

func readFormat(in *input) (catalog.Document, error) {
	if in.size == 0 {
		return catalog.Document{Format: emptyFormat(in), Warnings: []string{"This file is empty."}}, nil
	}
	f := detect(in)
	if f.read == nil {
		f.read = readerOfType(f.mime)
	}
	if f.read == nil {
		return catalog.Document{Format: f.mime, Warnings: []string{"Files of this kind are found by their name; their content is not read."}}, nil
	}
	doc, err := f.read(in)
	if doc.Format == "" {
		doc.Format = f.mime
	}
	return doc, err
}

func emptyFormat(in *input) string {
	if f, ok := textByName[in.extension()]; ok {
		return f.mime
	}
	return "text/plain"
}

// detect goes by the bytes. The name decides only between formats that are all text.
func detect(in *input) format {
	switch head := in.head; {
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		return formatPDF
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return detectZip(in)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return detectOLE(in)
	case bytes.HasPrefix(bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n"), []byte(`{\rtf`)):
		return formatRTF
	case isOldXLS(head):
		return formatOldXLS
	case bytes.HasPrefix(head, []byte("%!PS")):
		return format{mime: "application/postscript"}
	}
	if f, ok := detectMail(in.head); ok {
		return mailByName(in, f)
	}
	if charsetOf(in.head) == "" {
		return format{mime: withoutParameters(mimetype.Detect(in.head).String())}
	}
	if f, ok := detectOfficeXML(in.head); ok {
		return f
	}
	if f, ok := textByName[in.extension()]; ok {
		return f
	}
	if languageOf(in.name, in.head) != "" {
		return formatCode
	}
	return detectText(in.head)
}

// detectText looks at how a text begins.
func detectText(head []byte) format {
	start := strings.ToLower(string(bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n")))
	switch {
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"):
		return formatHTML
	case strings.HasPrefix(start, "<?xml") && strings.Contains(start, "<html"):
		return formatHTML
	case strings.HasPrefix(start, "<?xml"), strings.HasPrefix(start, "<rss"), strings.HasPrefix(start, "<feed"), strings.HasPrefix(start, "<svg"):
		return formatXML
	case strings.HasPrefix(start, "begin:vcalendar"):
		return formatICS
	case strings.HasPrefix(start, "begin:vcard"):
		return formatVCF
	case strings.HasPrefix(start, "webvtt"):
		return formatVTT
	case strings.HasPrefix(start, `\documentclass`):
		return formatLaTeX
	}
	return formatPlainText
}

// readerOfType is for formats that are known by their bytes alone: pictures, recordings, archives.
func readerOfType(mime string) func(*input) (catalog.Document, error) {
	if _, ok := imageFormats[mime]; ok {
		return imageReader(mime)
	}
	if isMedia(mime) {
		return readMedia(mime)
	}
	if archiveReaders[mime] != nil {
		return readArchive(mime)
	}
	return nil
}

func withoutParameters(mime string) string {
	mime, _, _ = strings.Cut(mime, ";")
	return strings.TrimSpace(mime)
}
