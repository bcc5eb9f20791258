package web

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Download is a document's own bytes on their way to a client.
type Download struct {
	Name   string // of the file, whatever it contains
	Format string // media type; empty or malformed: application/octet-stream
	SHA256 string // in hex; empty: unknown, then nothing can be resumed or revalidated
	Bytes  io.ReadSeeker
}

// Send answers with the bytes, a range of them, or that the client has them already. The bytes are hostile: the type is
// the stored one, nothing is sniffed, and a browser that shows them does so in a sandbox without scripts or network.
func (d Download) Send(w http.ResponseWriter, r *http.Request) {
	format := mediaType(d.Format)
	h := w.Header()
	h.Set("Content-Disposition", disposition(d.Name, format))
	if strings.HasPrefix(format, "text/") {
		format += "; charset=utf-8"
	}
	h.Set("Content-Type", format)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	if d.SHA256 != "" {
		h.Set("ETag", `"`+d.SHA256+`"`)
	}
	http.ServeContent(slowly{w}, r, "", time.Time{}, d.Bytes)
}

// mediaType is format without parameters, or octet-stream when it is none.
func mediaType(format string) string {
	media, _, err := mime.ParseMediaType(format)
	if err != nil || !strings.Contains(media, "/") {
		return "application/octet-stream"
	}
	return media
}

// disposition names the file for saving: RFC 6266, with a plain name for old clients and the true one as RFC 8187 has
// it. Only formats that cannot carry scripts may be shown in place.
func disposition(name, format string) string {
	kind := "attachment"
	if format == "application/pdf" || format == "text/plain" || strings.HasPrefix(format, "image/") && format != "image/svg+xml" {
		kind = "inline"
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '/' {
			return '_' // no file can be saved under such a name
		}
		return r
	}, strings.ToValidUTF8(name, "\uFFFD"))
	if name == "" {
		name = "document"
	}
	plain := strings.Map(func(r rune) rune {
		if r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	return kind + `; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
