// Package web is what every HTTP family stands on: who is calling, which hosts and origins may call, limits, JSON in and
// out, request ids, the access log, and errors turned into answers by one table per family.
//
// Wrap is the outside of the handler tree; a Family wraps each handler. A handler returns an error instead of writing
// one; only the sentence of a catalog.Error reaches the client, everything beneath goes to the log. The package starts no
// goroutine.
package web

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Options configure Wrap.
type Options struct {
	Log      *slog.Logger
	Identify *Identifier // nil: callers are already identified (in-process)
	Hosts    *Hosts      // nil: no network is involved, nothing to check

	Began func() (ended func(Answered)) // measures requests; nil: nobody does
}

// Wrap puts the common layers around h, outermost first: request id and access log, panic recovery, host and origin,
// identity, limits, trailing slash.
func Wrap(h http.Handler, o Options) http.Handler {
	h = trimSlash(h)
	if o.Identify != nil {
		h = o.Identify.wrap(h)
	}
	if o.Hosts != nil {
		h = o.Hosts.wrap(h)
	}
	return logged(recovered(baseHeaders(shortAddress(patient(h))), o.Log), o)
}

// maxAddress is how long path and query of a request may be together, in bytes.
const maxAddress = 8 << 10

// shortAddress refuses addresses that are longer than maxAddress.
func shortAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.EscapedPath())+len(r.URL.RawQuery) > maxAddress {
			Write(w, http.StatusRequestURITooLong, map[string]any{"error": map[string]any{
				"code": catalog.TooLarge, "message": "The address is longer than the limit of " + size(maxAddress) + "."}})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// patient gives every request a time by which its body must have come and its answer must have been taken, so that no
// connection is held by a client that does neither. Uploads, downloads and streams set times of their own.
func patient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if r.ContentLength != 0 {
			_ = control.SetReadDeadline(time.Now().Add(Stall)) // not supported in-process, where nobody is slow
		}
		_ = control.SetWriteDeadline(time.Now().Add(2 * Stall))
		next.ServeHTTP(w, r)
	})
}

// trimSlash lets every path answer with and without a trailing slash, without a redirect.
func trimSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if len(path) < 2 || !strings.HasSuffix(path, "/") {
			next.ServeHTTP(w, r)
			return
		}
		bare := r.Clone(r.Context())
		bare.URL.Path = strings.TrimRight(path, "/")
		bare.URL.RawPath = strings.TrimRight(bare.URL.RawPath, "/")
		if bare.URL.Path == "" {
			bare.URL.Path = "/"
		}
		next.ServeHTTP(w, bare)
	})
}

// baseHeaders hold for every answer; families and screens add their own.
func baseHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		if isAPI(r.URL.Path) {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// isAPI tells the machine interfaces from the screens.
func isAPI(path string) bool {
	for _, prefix := range []string{"/api", "/v1", "/extractions", "/sync", "/healthz", "/readyz", "/metrics", "/openapi.json"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}
