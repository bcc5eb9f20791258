package web

import (
	"bytes"
	"net/http"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// ThumbnailRoute is an operation that answers with the picture of a page; the family adds who may call and what serves.
func ThumbnailRoute(name, path string, access Access, serve Handler) Route {
	return Route{
		Name: name, Method: http.MethodGet, Path: path, Access: access, Serve: serve,
		Summary:     "A picture of one page, as it is now; If-None-Match works.",
		Description: "404 for a page that is not there, 422 with the reason when there is no picture of this document, 503 when its bytes are not here now.",
		Query: []Parameter{
			{Name: "page", Kind: "integer", Min: new(1), About: "from 1; 1 when absent"},
			{Name: "format", Kind: "string", Enum: []string{string(catalog.FormJPEG), string(catalog.FormTIFF)}, About: "jpeg when absent; tiff is the page at 200 dots to the inch, black and white where it has no colours"},
			{Name: "size", Kind: "integer", Min: new(catalog.SmallestPicture), Max: new(catalog.LargestPicture), About: "longest edge of a jpeg in pixels; 320 when absent"},
		},
		Media: "image/*", Statuses: []int{http.StatusOK, http.StatusPartialContent, http.StatusNotModified},
	}
}

// maxPage is a page number that no document has, and that every machine can count to.
const maxPage = 1<<31 - 1

// ThumbnailSpec reads which picture is asked for.
func ThumbnailSpec(r *http.Request) (catalog.DerivativeSpec, error) {
	q := ReadQuery(r.URL)
	spec := catalog.DerivativeSpec{
		Page: q.Int("page", 0, 1, maxPage), Form: catalog.DerivativeForm(q.Text("format")),
		Size: q.Int("size", 0, catalog.SmallestPicture, catalog.LargestPicture),
	}
	if q.Violations.Has("format") {
		spec.Form = ""
	} else if q.Has("format") && spec.Form == "" {
		q.Add("format", "must be jpeg or tiff")
	}
	whole, err := spec.Complete()
	q.Merge(err)
	return whole, q.Err()
}

// SendThumbnail answers with a picture. A client may keep it for itself, and asks whether it is still the right one.
func SendThumbnail(w http.ResponseWriter, r *http.Request, d catalog.Derivative) {
	w.Header().Set("Cache-Control", "private, no-cache")
	Download{Name: d.FileName, Format: d.MediaType, SHA256: d.SHA256, Bytes: bytes.NewReader(d.Bytes)}.Send(w, r)
}
