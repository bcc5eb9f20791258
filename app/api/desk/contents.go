package desk

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxUpload is the largest document that can be imported, in bytes.
const maxUpload = 4 << 30

// stall is how long an upload or a download may make no progress.
const stall = time.Minute

// ContentList answers listContents.
type ContentList struct {
	Contents []catalog.Content `json:"contents"`
	Total    int               `json:"total"`
}

func (d *Desk) listContents(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	query := engine.ContentQuery{
		Name: q.Text("name"), Status: catalog.ContentStatus(q.Text("status")), Folder: q.Text("folder"), Sort: q.Text("sort"),
		Limit: q.Int("limit", 100, 1, 1000), Offset: q.Int("offset", 0, 0, 1<<40),
	}
	if err := q.Err(); err != nil {
		return err
	}
	filter, err := parseFilter(json.RawMessage(q.Text("filter")))
	if err != nil {
		return err
	}
	query.Filter = filter
	if ref := q.Text("workspace"); ref != "" {
		id, err := d.workspaceID(r, ref)
		if err != nil {
			return err
		}
		query.Workspaces = []string{id}
	}
	list, total, err := d.engine.Contents(r.Context(), query)
	if err != nil {
		return err
	}
	web.Write(w, ok, ContentList{list, total})
	return nil
}

func (d *Desk) getContent(w http.ResponseWriter, r *http.Request) error {
	c, err := d.engine.Content(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	web.Write(w, ok, c)
	return nil
}

func (d *Desk) getPage(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || number < 1 {
		return catalog.Errorf(catalog.NotFound, "There is no such page; pages count from 1.")
	}
	page, err := d.engine.Page(r.Context(), r.PathValue("id"), number)
	if err != nil {
		return err
	}
	web.Write(w, ok, page)
	return nil
}

// getOriginal sends a document's own bytes. They are hostile: the type is the stored one, nothing is sniffed, and a
// browser that shows them does so in a sandbox without scripts or network.
func (d *Desk) getOriginal(w http.ResponseWriter, r *http.Request) error {
	file, c, err := d.engine.Original(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer file.Close()
	format := c.FileFormat
	if format == "" {
		format = "application/octet-stream"
	}
	if strings.HasPrefix(format, "text/") {
		format += "; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", format)
	h.Set("Content-Disposition", disposition(c.FileName, format))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'")
	if c.SHA256 != "" {
		h.Set("ETag", `"`+c.SHA256+`"`)
	}
	http.ServeContent(slowly{w}, r, "", time.Time{}, file)
	return nil
}

// disposition names the file for saving, as RFC 6266 has it, with RFC 5987 for names beyond ASCII. Only formats that
// cannot carry scripts may be shown in place.
func disposition(name, format string) string {
	kind := "attachment"
	if format == "application/pdf" || strings.HasPrefix(format, "text/plain") ||
		strings.HasPrefix(format, "image/") && format != "image/svg+xml" {
		kind = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	return kind + `; filename="` + plain + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

func (d *Desk) importContent(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	name := q.Text("name")
	if strings.TrimSpace(name) == "" || !utf8.ValidString(name) {
		return wrongField("name", "must be a file name")
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == "multipart/form-data" {
		return catalog.Errorf(catalog.Invalid, "Send the file's bytes as the whole body, not as a form.")
	}
	if r.ContentLength > maxUpload {
		return catalog.Errorf(catalog.TooLarge, "A document may have at most %d GB.", maxUpload>>30)
	}
	workspace, err := d.workspaceID(r, q.Text("workspace"))
	if err != nil {
		return err
	}
	body := steadily{http.MaxBytesReader(w, r.Body, maxUpload), http.NewResponseController(w)}
	c, err := d.engine.Import(r.Context(), workspace, name, body)
	if err != nil {
		return err
	}
	w.Header().Set("Location", Base+"/contents/"+c.ID)
	web.Write(w, created, c)
	return nil
}

func (d *Desk) retry(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.Retry(r.Context(), r.PathValue("id")))
}

func (d *Desk) deleteContent(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.DeleteContent(r.Context(), r.PathValue("id")))
}

func (d *Desk) restoreContent(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.RestoreContent(r.Context(), r.PathValue("id")))
}

// steadily is a body that must keep coming: every read may take as long as stall, not longer.
type steadily struct {
	io.Reader
	control *http.ResponseController
}

func (s steadily) Read(p []byte) (int, error) {
	_ = s.control.SetReadDeadline(time.Now().Add(stall)) // not supported in-process, where bodies do not stall
	n, err := s.Reader.Read(p)
	if err != nil {
		_ = s.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// slowly is an answer that may be large: every write may take as long as stall, not longer.
type slowly struct{ http.ResponseWriter }

func (s slowly) Write(p []byte) (int, error) {
	_ = http.NewResponseController(s.ResponseWriter).SetWriteDeadline(time.Now().Add(stall))
	return s.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (s slowly) Unwrap() http.ResponseWriter { return s.ResponseWriter }
