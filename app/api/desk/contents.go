package desk

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxUpload is the largest document that can be imported, in bytes.
const maxUpload = 4 << 30

// ContentList answers listContents.
type ContentList struct {
	Contents []catalog.Content `json:"contents"`
	Total    int               `json:"total"`
}

func (d *Desk) listContents(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	query := engine.ContentQuery{
		Name: q.Text("name"), Status: catalog.ContentStatus(q.Text("status")), Folder: q.Text("folder"), Parent: q.Text("parent"), Sort: q.Text("sort"),
		Extent: extentIn(q), Limit: q.Int("limit", 100, 1, 1000), Offset: q.Int("offset", 0, 0, 1<<40),
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
	c, err := d.engine.ContentDetail(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	web.Write(w, ok, c)
	return nil
}

func (d *Desk) getRelated(w http.ResponseWriter, r *http.Request) error {
	related, err := d.engine.Related(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	web.Write(w, ok, related)
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

func (d *Desk) getOriginal(w http.ResponseWriter, r *http.Request) error {
	file, c, err := d.engine.Original(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer file.Close()
	web.Download{Name: c.FileName, Format: c.FileFormat, SHA256: c.SHA256, Bytes: file}.Send(w, r)
	return nil
}

func (d *Desk) getThumbnail(w http.ResponseWriter, r *http.Request) error {
	spec, err := web.ThumbnailSpec(r)
	if err != nil {
		return err
	}
	picture, err := d.engine.Derivative(r.Context(), r.PathValue("id"), spec)
	if err != nil {
		return err
	}
	web.SendThumbnail(w, r, picture)
	return nil
}

func (d *Desk) importContent(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	name := q.Text("name")
	if strings.TrimSpace(name) == "" || !utf8.ValidString(name) {
		return web.WrongField("name", "must be a file name")
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == "multipart/form-data" {
		return catalog.Errorf(catalog.Invalid, "Send the file's bytes as the whole body, not as a form.")
	}
	workspace, err := d.workspaceID(r, q.Text("workspace"))
	if err != nil {
		return err
	}
	c, err := d.engine.Import(r.Context(), workspace, name, r.Body)
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
