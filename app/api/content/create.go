package content

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxUpload is the largest form that is taken in, in bytes.
const maxUpload = 4 << 30

// CreateForm is the form of createContentItem.
type CreateForm struct {
	File       web.File       `json:"file"`
	CategoryID string         `json:"categoryId" format:"uuid"`
	Metadata   map[string]any `json:"metadata,omitempty" doc:"metadata[key] a field each, or one field with a JSON object."`
	FileFormat string         `json:"fileFormat,omitempty" doc:"MIME type; absent: the one that is detected."`
	FileName   string         `json:"fileName,omitempty" maxLength:"255" doc:"Absent: the name of the file that is sent."`
}

// createItem takes the file in while the form arrives: what it is to be may be said before it and after it. Until
// everything is known to be right, nothing of it is kept.
func (a *API) createItem(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	query := web.ReadQuery(r.URL)
	validate := query.Text("validateRequiredMetadata")
	if err := query.Err(); err != nil {
		return err
	}
	var upload *engine.Upload
	var file web.FormFile
	form, err := web.ReadForm(r, "file", func(f web.FormFile) (err error) {
		file = f
		upload, err = a.engine.Receive(r.Context(), dataspace.ID, f)
		return err
	})
	if upload != nil {
		defer upload.Drop()
	}
	if err != nil {
		return err
	}
	spec, err := contentSpec(form, file, upload != nil)
	if err != nil {
		return err
	}
	spec.Incomplete = validate == "false"
	content, err := a.engine.CreateContent(r.Context(), dataspace.ID, spec, upload)
	if err != nil {
		return err
	}
	w.Header().Set("Location", Base+"/content/"+dataspace.DataspaceID+"/"+content.ID)
	web.Write(w, http.StatusCreated, itemOf(dataspace.DataspaceID, content))
	return nil
}

// contentSpec reads the fields of the form: the layer of validation that needs to know nothing else.
func contentSpec(form url.Values, file web.FormFile, sent bool) (engine.ContentSpec, error) {
	f := fields{form: form}
	spec := engine.ContentSpec{FileName: f.one("fileName"), FileFormat: f.one("fileFormat"), Declared: file.Format, CategoryID: strings.ToLower(f.one("categoryId"))}
	if spec.FileName == "" {
		spec.FileName = file.Name
	}
	switch {
	case !form.Has("categoryId"):
		f.wrong.Add("categoryId", "is required")
	case !catalog.ValidID(spec.CategoryID):
		f.wrong.Add("categoryId", notUUID)
	}
	if form.Has("metadata") {
		spec.Metadata = f.metadata()
	}
	spec.Form = f.keys(spec.Metadata)
	if !sent {
		f.wrong.Add("file", "is required")
	}
	return spec, f.wrong.Err()
}

// fields reads a form and collects what is wrong with it.
type fields struct {
	form  url.Values
	wrong web.Violations
}

// one is a field that may be sent once, "" when absent.
func (f *fields) one(name string) string {
	if len(f.form[name]) > 1 {
		f.wrong.Add(name, "may be sent only once")
	}
	return f.form.Get(name)
}

// metadata is the field that holds all metadata as JSON.
func (f *fields) metadata() map[string]any {
	text := f.one("metadata")
	var in struct {
		Metadata map[string]any `json:"metadata"`
	}
	if json.Valid([]byte(text)) {
		if err := web.DecodeBytes([]byte(`{"metadata":`+text+`}`), &in); f.wrong.Merge(err) {
			return nil
		} else if err == nil && in.Metadata != nil {
			return in.Metadata
		}
	}
	f.wrong.Add("metadata", "must be a JSON object")
	return nil
}

// keys are the fields metadata[key].
func (f *fields) keys(given map[string]any) map[string]string {
	keys := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(f.form)) {
		rest, isKey := strings.CutPrefix(name, "metadata[")
		if !isKey {
			continue
		}
		key, whole := strings.CutSuffix(rest, "]")
		if !whole || key == "" {
			f.wrong.Add(name, "must be written as metadata[key]")
			continue
		}
		if _, twice := given[key]; twice || len(f.form[name]) > 1 {
			f.wrong.Add("metadata."+key, "may be sent only once")
		}
		keys[key] = f.form.Get(name)
	}
	return keys
}
