package web

import (
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// screensPolicy lets the bundled screens run and nothing else: no inline script, no foreign origin; blob: for page
// images and workers.
const screensPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self' blob:; worker-src 'self' blob:; media-src 'self' blob:; " +
	"manifest-src 'self'; frame-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Screens serves the built frontend. Names with a hash in them (assets/) never change and are cached for ever; the rest
// is asked for anew. Without an index.html it says that the screens were not built.
func Screens(dist fs.FS) http.Handler {
	files := http.FileServerFS(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "Only GET works here.", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Security-Policy", screensPolicy)
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if name == "" {
			name = "index.html"
		}
		info, err := fs.Stat(dist, name)
		switch {
		case name == "index.html" && err != nil:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(notBuilt))
			return
		case err != nil || info.IsDir() || strings.HasPrefix(path.Base(name), "."):
			http.NotFound(w, r)
			return
		case strings.HasPrefix(name, "assets/"):
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		default:
			w.Header().Set("Cache-Control", "no-cache")
		}
		files.ServeHTTP(w, r)
	})
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sheaf</title>
<p>Sheaf is running, but its screens were not built into this program. Run <code>make build</code>, or use the command line: <code>sheaf help</code>.
`
