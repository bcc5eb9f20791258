package protocol

import "strings"

// Compressible reports whether bytes of a MIME type usually become much smaller. Office documents, pictures, sound and
// archives are compressed already.
func Compressible(format string) bool {
	switch {
	case strings.HasPrefix(format, "text/"), strings.HasSuffix(format, "+xml"), strings.HasSuffix(format, "+json"):
		return true
	}
	switch format {
	case "application/json", "application/xml", "application/rtf", "application/javascript", "application/x-ndjson", "application/yaml",
		"application/x-yaml", "application/toml", "application/x-tex", "application/postscript", "application/msword", "application/vnd.ms-excel",
		"application/vnd.ms-powerpoint", "application/vnd.ms-outlook", "message/rfc822", "application/mbox", "image/bmp", "image/tiff":
		return true
	}
	return false
}
