package web

import (
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"
)

func sending(d Download) http.Handler {
	return Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.Bytes = strings.NewReader("Compost needs air.")
		d.Send(w, r)
	}), Options{})
}

func TestDownloadsAreNamedForEveryClient(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, format, want string }{
		{"note.txt", "text/plain", `inline; filename="note.txt"; filename*=UTF-8''note.txt`},
		{"übung 1.pdf", "application/pdf", `inline; filename="_bung 1.pdf"; filename*=UTF-8''%C3%BCbung%201.pdf`},
		{"a.svg", "image/svg+xml", `attachment; filename="a.svg"; filename*=UTF-8''a.svg`},
		{"a.html", "text/html", `attachment; filename="a.html"; filename*=UTF-8''a.html`},
		{"a\"b\\c%20.bin", "", `attachment; filename="a_b_c_20.bin"; filename*=UTF-8''a%22b%5Cc%2520.bin`},
		{"a\r\nSet-Cookie: x=1", "", `attachment; filename="a__Set-Cookie: x=1"; filename*=UTF-8''a__Set-Cookie%3A%20x%3D1`},
		{"../../etc/passwd", "", `attachment; filename=".._.._etc_passwd"; filename*=UTF-8''.._.._etc_passwd`},
		{"", "", `attachment; filename="document"; filename*=UTF-8''document`},
		{"\xff.txt", "text/plain", `inline; filename="_.txt"; filename*=UTF-8''%EF%BF%BD.txt`},
	} {
		w := answer(sending(Download{Name: c.name, Format: c.format}), request("GET", "/x"))
		if got := w.Header().Get("Content-Disposition"); got != c.want {
			t.Errorf("%q is sent as\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

func FuzzDisposition(f *testing.F) {
	for _, name := range []string{"a.txt", "ü", "\r\nX: y", `"; filename=b`, "\xff\x00", "a/b"} {
		f.Add(name, "text/plain")
	}
	f.Fuzz(func(t *testing.T, name, format string) {
		header := disposition(name, mediaType(format))
		if strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("%q", header)
		}
		kind, parameters, err := mime.ParseMediaType(header)
		if err != nil || kind != "inline" && kind != "attachment" || len(parameters) != 1 || !utf8.ValidString(parameters["filename"]) {
			t.Fatalf("%q is read as %s %q, %v", header, kind, parameters, err)
		}
	})
}

func TestDownloadsCannotRunInOurOrigin(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"text/html":                  "text/html; charset=utf-8",
		"text/html; charset=utf-7":   "text/html; charset=utf-8",
		"application/pdf":            "application/pdf",
		"text/html\r\nX-Injected: 1": "application/octet-stream",
		"nonsense":                   "application/octet-stream",
		"":                           "application/octet-stream",
	} {
		h := answer(sending(Download{Name: "a", Format: format}), request("GET", "/x")).Header()
		if h.Get("Content-Type") != want || h.Get("X-Injected") != "" {
			t.Errorf("%q is sent as %q", format, h.Get("Content-Type"))
		}
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox; default-src 'none'") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%q: %v", format, h)
		}
	}
}

func TestDownloadsResumeAndRevalidate(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(sending(Download{Name: "a.txt", Format: "text/plain", SHA256: "abc"}))
	defer server.Close()
	for _, c := range []struct {
		headers []string
		status  int
		body    string
	}{
		{nil, 200, "Compost needs air."},
		{[]string{"Range", "bytes=8-12"}, 206, "needs"},
		{[]string{"Range", "bytes=-4"}, 206, "air."},
		{[]string{"Range", "bytes=100-"}, 416, ""},
		{[]string{"Range", "bytes=8-12", "If-Range", `"abc"`}, 206, "needs"},
		{[]string{"Range", "bytes=8-12", "If-Range", `"other"`}, 200, "Compost needs air."},
		{[]string{"If-None-Match", `"abc"`}, 304, ""},
		{[]string{"If-None-Match", `W/"abc", "x"`}, 304, ""},
		{[]string{"If-None-Match", `"x"`}, 200, "Compost needs air."},
		{[]string{"If-Match", `"x"`}, 412, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(got.Body)
		got.Body.Close()
		if err != nil || got.StatusCode != c.status || c.body != "" && string(body) != c.body {
			t.Errorf("%v: %d %q %v, want %d %q", c.headers, got.StatusCode, body, err, c.status, c.body)
		}
		if c.status < 400 && got.Header.Get("ETag") != `"abc"` {
			t.Errorf("%v: ETag %s", c.headers, got.Header.Get("ETag"))
		}
	}
}
