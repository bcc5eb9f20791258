package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// received is what a form endpoint answers in these tests.
type received struct {
	Values map[string][]string
	Name   string
	Format string
	File   string
	Taken  int
}

// receiving serves a form whose file part is "file".
func receiving(storing error) Group {
	serve := func(w http.ResponseWriter, r *http.Request) error {
		var got received
		values, err := ReadForm(r, "file", func(f FormFile) error {
			body, err := io.ReadAll(f)
			got.Name, got.Format, got.File = f.Name, f.Format, string(body)
			got.Taken++
			return errors.Join(err, storing)
		})
		if err != nil {
			return err
		}
		got.Values = values
		Write(w, 200, got)
		return nil
	}
	f := family()
	f.Base = "/form"
	return Group{Name: "Form", Family: f, Routes: []Route{{Method: "POST", Path: "/form", Access: Anyone, Body: Form, Serve: serve}}}
}

// form writes a multipart body; parts are name, value, or name@file name, value.
func form(t *testing.T, parts ...string) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		var part io.Writer
		var err error
		if name, file, isFile := strings.Cut(parts[i], "@"); isFile {
			part, err = m.CreateFormFile(name, file)
		} else {
			part, err = m.CreateFormField(name)
		}
		if err == nil {
			_, err = io.WriteString(part, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.Bytes()
}

func post(h http.Handler, contentType string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/form", bytes.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return answer(h, r)
}

func TestFormsAreReadInAnyOrder(t *testing.T) {
	t.Parallel()
	h := Wrap(receiving(nil).Handler(), Options{})
	large := strings.Repeat("0123456789", 300_000)
	for _, parts := range [][]string{
		{"file@a.txt", large, "category", "x", "tag", "1", "tag", "2"},
		{"category", "x", "tag", "1", "tag", "2", "file@dir/a.txt", large},
		{"category", "x", "file@a.txt", large, "tag", "1", "tag", "2"},
	} {
		kind, body := form(t, parts...)
		w := post(h, kind, body)
		var got received
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
			t.Fatalf("%d %.200s %v", w.Code, w.Body, err)
		}
		if got.File != large || got.Name != "a.txt" || got.Format != "application/octet-stream" || fmt.Sprint(got.Values) != "map[category:[x] tag:[1 2]]" {
			t.Errorf("%s %s %d %v", got.Name, got.Format, len(got.File), got.Values)
		}
	}
	kind, body := form(t, "category", "x")
	if w := post(h, kind, body); w.Code != 200 || !strings.Contains(w.Body.String(), `"Taken":0`) {
		t.Errorf("without a file: %d %s", w.Code, w.Body)
	}
}

func TestBadFormsAreRefused(t *testing.T) {
	t.Parallel()
	h := Wrap(receiving(nil).Handler(), Options{})
	many := []string{}
	for i := range fieldsMax + 1 {
		many = append(many, fmt.Sprint("f", i), "")
	}
	heavy := []string{}
	for i := range 17 {
		heavy = append(heavy, fmt.Sprint("f", i), strings.Repeat("x", maxField-10))
	}
	for name, c := range map[string]struct {
		parts  []string
		status int
		field  string
	}{
		"two files":          {[]string{"file@a", "x", "file@b", "y"}, 400, "file"},
		"under another name": {[]string{"a", "1", "plan@b", "y"}, 200, ""},
		"another name first": {[]string{"plan@b", "y", "file@a", "x"}, 400, "file"},
		"another file":       {[]string{"file@a", "x", "plan@b", "y"}, 400, "plan"},
		"a zero":             {[]string{"a", "x\x00", "b", "\xff"}, 400, "a b"},
		"no text as name":    {[]string{"file@a\xff", "x"}, 400, "file"},
		"a long field":       {[]string{"a", strings.Repeat("x", maxField+1)}, 413, "a"},
		"many fields":        {many, 413, ""},
		"many bytes":         {heavy, 413, ""},
		"a field as a file":  {[]string{"file", "no file name"}, 200, ""},
	} {
		kind, body := form(t, c.parts...)
		w := post(h, kind, body)
		var said struct{ Fields []catalog.FieldError }
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
			t.Fatal(err)
		}
		fields := []string{}
		for _, f := range said.Fields {
			fields = append(fields, f.Field)
		}
		if w.Code != c.status || strings.Join(fields, " ") != c.field {
			t.Errorf("%s: %d %v, want %d %s: %.200s", name, w.Code, fields, c.status, c.field, w.Body)
		}
	}
	for _, kind := range []string{"", "application/json", "multipart/form-data", "multipart/mixed; boundary=x", "text/plain; boundary=x"} {
		if w := post(h, kind, []byte("--x--")); w.Code != 400 || !strings.Contains(w.Body.String(), "Content-Type") {
			t.Errorf("as %q: %d %s", kind, w.Code, w.Body)
		}
	}
}

func TestBrokenFormsAreTheClientsFault(t *testing.T) {
	t.Parallel()
	h := Wrap(receiving(errors.New("the disk says no")).Handler(), Options{})
	kind, body := form(t, "a", "1", "file@a.txt", strings.Repeat("x", 10_000), "b", "2")
	if w := post(h, kind, body); w.Code != 500 {
		t.Errorf("a whole form that cannot be stored: %d", w.Code)
	}
	for cut := 0; cut < len(body)-4; cut += 97 {
		if w := post(h, kind, body[:cut]); w.Code != 400 && !(cut > 10_100 && w.Code == 500) {
			t.Fatalf("cut at %d of %d: %d %s", cut, len(body), w.Code, w.Body)
		}
	}
}

// A connection that ends in the middle of an upload is met over real HTTP: the handler must see an error, never an end.
func TestAnUploadThatBreaksOffIsNoUpload(t *testing.T) {
	t.Parallel()
	kind, body := form(t, "file@a.txt", strings.Repeat("x", 100_000))
	ended := make(chan error, 1)
	g := receiving(nil)
	serve := g.Routes[0].Serve
	g.Routes[0].Serve = func(w http.ResponseWriter, r *http.Request) error {
		err := serve(w, r)
		ended <- err
		return err
	}
	server := httptest.NewServer(Wrap(g.Handler(), Options{}))
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", kind, len(body))
	if _, err := connection.Write(body[:50_000]); err != nil {
		t.Fatal(err)
	}
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err == nil {
		answer.Body.Close()
	}
	connection.Close()
	if err := <-ended; catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("the handler met %v", err)
	}
}

// The closing boundary is seen however the body is cut into reads.
func TestTheClosingBoundaryIsSeen(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"--x--", "abc\n--x--", "abc\n--x--\r\nepilogue that is long", "a\n--x\n--x--", "\n\n--x--"} {
		for size := 1; size < 9; size++ {
			c := &closing{Reader: strings.NewReader(body), mark: []byte("\n--x--"), last: []byte("\n")}
			if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, c, make([]byte, size)); err != nil || !c.seen {
				t.Errorf("%q in reads of %d: %v %t", body, size, err, c.seen)
			}
		}
	}
	c := &closing{Reader: strings.NewReader("a--x--\n--x-\n-x--"), mark: []byte("\n--x--"), last: []byte("\n")}
	if _, err := io.Copy(io.Discard, c); err != nil || c.seen {
		t.Errorf("what is no boundary is taken for one: %v", err)
	}
}

func FuzzReadForm(f *testing.F) {
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n"))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n1\r\n--x\r\n\r\n\r\n--x--"))
	f.Add([]byte("--x--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("POST", "/form", bytes.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		values, err := ReadForm(r, "file", func(f FormFile) error {
			_, err := io.Copy(io.Discard, f)
			return err
		})
		if code := catalog.CodeOf(err); err != nil && code != catalog.Invalid && code != catalog.TooLarge {
			t.Fatalf("%q: %v", body, err)
		}
		for name, list := range values {
			if err == nil && (!plain(name) || !plain(strings.Join(list, ""))) {
				t.Fatalf("%q: %q is let in", body, name)
			}
		}
	})
}
