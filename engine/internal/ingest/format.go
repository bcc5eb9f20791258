package ingest

import (
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// unknownFormat is the MIME type of bytes that nothing is known about.
const unknownFormat = "application/octet-stream"

// FormatOf finds the MIME type of a file by how it begins and by its name. The bytes decide; the name says more only
// where they leave it open: which kind of text it is, or what is packed into the container.
func FormatOf(name string, head []byte) string {
	named := FormatByName(name)
	found := mimetype.Detect(head)
	format, _, _ := strings.Cut(found.String(), ";")
	switch {
	case named == unknownFormat:
		return format
	case found.Is(unknownFormat), found.Is("text/plain") && isText(named), within(named, found):
		return named
	}
	return format
}

// isText reports whether files of a format are text to look at.
func isText(format string) bool {
	switch format {
	case "application/json", "application/xml", "application/yaml", "application/xhtml+xml", "image/svg+xml", "message/rfc822", "application/mbox":
		return true
	}
	return strings.HasPrefix(format, "text/")
}

// within reports whether every file of a format is one of the wider format too, as a text document is a ZIP archive.
func within(format string, wider *mimetype.MIME) bool {
	for m := mimetype.Lookup(format); m != nil; m = m.Parent() {
		if m.Is(wider.String()) {
			return true
		}
	}
	return false
}

// FormatByName guesses a MIME type from a file name, for the time until the bytes have been read. It has its own table
// because the system's differs from machine to machine.
func FormatByName(name string) string {
	if format, ok := formats[strings.ToLower(path.Ext(name))]; ok {
		return format
	}
	return unknownFormat
}

var formats = map[string]string{
	".txt": "text/plain", ".text": "text/plain", ".log": "text/plain",
	".md": "text/markdown", ".markdown": "text/markdown",
	".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml",
	".csv": "text/csv", ".tsv": "text/tab-separated-values",
	".json": "application/json", ".xml": "application/xml", ".yaml": "application/yaml", ".yml": "application/yaml",
	".pdf": "application/pdf", ".rtf": "application/rtf", ".epub": "application/epub+zip",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt":  "application/vnd.oasis.opendocument.text",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
	".odp":  "application/vnd.oasis.opendocument.presentation",
	".doc":  "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
	".eml": "message/rfc822", ".mbox": "application/mbox", ".msg": "application/vnd.ms-outlook",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".tif": "image/tiff", ".tiff": "image/tiff", ".svg": "image/svg+xml", ".heic": "image/heic",
	".mp3": "audio/mpeg", ".flac": "audio/flac", ".wav": "audio/wav", ".ogg": "audio/ogg", ".m4a": "audio/mp4",
	".mp4": "video/mp4", ".mov": "video/quicktime", ".mkv": "video/x-matroska", ".webm": "video/webm",
	".zip": "application/zip", ".gz": "application/gzip", ".tar": "application/x-tar", ".7z": "application/x-7z-compressed",
}
