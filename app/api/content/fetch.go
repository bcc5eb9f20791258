package content

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Count answers countContentItems.
type Count struct {
	Count int `json:"count"`
}

func (a *API) countItems(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	q := web.ReadQuery(r.URL)
	count := catalog.CountQuery{WorkspaceID: dataspace.ID, CategoryID: strings.ToLower(q.Text("categoryId")), FileFormat: q.Text("fileFormat"),
		From: moment(q, "dateFrom"), To: moment(q, "dateTo")}
	if q.Has("categoryId") && !catalog.ValidID(count.CategoryID) {
		q.Add("categoryId", notUUID)
	}
	if q.Has("fileFormat") && count.FileFormat == "" {
		q.Add("fileFormat", "must not be blank")
	}
	if err := q.Err(); err != nil {
		return err
	}
	n, err := a.engine.CountContents(r.Context(), count)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, Count{n})
	return nil
}

// moment reads a parameter that is a date or a time; nil when it is not given.
func moment(q *web.Query, name string) *catalog.Moment {
	if !q.Has(name) {
		return nil
	}
	m, ok := catalog.ParseMoment(q.Text(name))
	if !ok && !q.Violations.Has(name) {
		q.Add(name, "must be a date such as 2025-01-31 or a time such as 2025-01-31T10:00:00Z")
	}
	return &m
}

const defaultPage, maxPage = 20, 100

// FetchRequest selects content items.
type FetchRequest struct {
	Query           string          `json:"query,omitempty" maxLength:"10000" doc:"Words that must all occur in file name, metadata or the category's name; the beginning of a word is enough."`
	GroupByVersion  bool            `json:"groupByVersion,omitempty" doc:"Answers the newest of those that share a version string, the others with it."`
	DisabledLogging bool            `json:"disabledLogging,omitempty" doc:"Leaves the request out of logs and history."`
	Filters         json.RawMessage `json:"filters,omitempty"`
}

// FetchAnswer is a page of content items.
type FetchAnswer struct {
	ContentItems []FetchedItem `json:"contentItems"`
	NextCursor   *string       `json:"nextCursor" format:"uuid" doc:"Null on the last page."`
	TotalItems   int           `json:"totalItems" doc:"On all pages."`
}

func (a *API) fetchItems(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in FetchRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	if in.DisabledLogging {
		web.Quiet(r)
	}
	q := web.ReadQuery(r.URL)
	fetch := catalog.FetchQuery{WorkspaceID: dataspace.ID, Query: in.Query, Cursor: q.Text("cursor"), Limit: q.Int("pageSize", defaultPage, 1, maxPage),
		GroupByVersion: in.GroupByVersion, Filter: &catalog.Filter{}}
	chosen := chosenFields(q)
	q.Length("query", in.Query, 0, 10_000)
	if fetch.Filter.Conditions, err = readFilter("filters", in.Filters, &q.Violations); err != nil {
		return err
	}
	if err := q.Err(); err != nil {
		return err
	}
	page, err := a.engine.FetchContents(r.Context(), fetch)
	if err != nil {
		return err
	}
	answer := FetchAnswer{ContentItems: make([]FetchedItem, len(page.Contents)), TotalItems: page.Total}
	for i, c := range page.Contents {
		answer.ContentItems[i] = FetchedItem{Item: itemOf(dataspace.DataspaceID, c), fields: chosen}
		if in.GroupByVersion {
			related := append([]catalog.RelatedVersion{}, page.Related[c.ID]...)
			answer.ContentItems[i].RelatedVersions = &related
		}
	}
	if page.Next != "" {
		answer.NextCursor = &page.Next
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

// chosenFields are the fields of an item to be answered; nil: all.
func chosenFields(q *web.Query) []string {
	text := q.Text("fields")
	if text == "" {
		return nil
	}
	var chosen []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); !slices.Contains(fetchedFields, name) {
			if !q.Violations.Has("fields") {
				q.Add("fields", "may name "+strings.Join(fetchedFields, ", "))
			}
			continue
		}
		chosen = append(chosen, name)
	}
	return chosen
}

// FetchedItem is an item as a fetch answers it: all of its fields, or those that were chosen.
type FetchedItem struct {
	Item
	RelatedVersions *[]catalog.RelatedVersion
	fields          []string
}

// fetchedFields are all that can be chosen, in the order in which they are written.
var fetchedFields = []string{"contentId", "categoryId", "dataspaceId", "fileName", "fileFormat", "metadata", "inferenceTaskExecutions", "vectorStoreFileId",
	"createdAt", "updatedAt", "relatedVersions"}

func (f FetchedItem) value(field string) any {
	switch field {
	case "contentId":
		return f.ContentID
	case "categoryId":
		return f.CategoryID
	case "dataspaceId":
		return f.DataspaceID
	case "fileName":
		return f.FileName
	case "fileFormat":
		return f.FileFormat
	case "metadata":
		return f.Metadata
	case "inferenceTaskExecutions":
		return f.Inference
	case "vectorStoreFileId":
		return f.VectorFileID
	case "createdAt":
		return f.CreatedAt
	case "updatedAt":
		return f.UpdatedAt
	}
	return f.RelatedVersions
}

// MarshalJSON writes the chosen fields.
func (f FetchedItem) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for _, field := range fetchedFields {
		if f.fields != nil && !slices.Contains(f.fields, field) {
			continue
		}
		if b.Len() == 0 {
			b.WriteString(`{"` + field + `":`)
		} else {
			b.WriteString(`,"` + field + `":`)
		}
		if err := encoder.Encode(f.value(field)); err != nil {
			return nil, err
		}
	}
	b.WriteString("}")
	return b.Bytes(), nil
}

// JSONSchema describes what MarshalJSON writes.
func (f FetchedItem) JSONSchema() map[string]any {
	text := func(format string, null bool) map[string]any {
		schema := map[string]any{"type": "string"}
		if null {
			schema["type"] = []string{"string", "null"}
		}
		if format != "" {
			schema["format"] = format
		}
		return schema
	}
	object := map[string]any{"type": "object", "additionalProperties": map[string]any{}}
	return map[string]any{"type": "object", "properties": map[string]any{
		"contentId": text("uuid", false), "categoryId": text("uuid", true), "dataspaceId": text("", false), "fileName": text("", false), "fileFormat": text("", false),
		"metadata": object, "inferenceTaskExecutions": object, "vectorStoreFileId": text("", true), "createdAt": text("date-time", false), "updatedAt": text("date-time", false),
		"relatedVersions": map[string]any{"type": []string{"array", "null"}, "items": map[string]any{"type": "object", "required": []string{"id", "filename", "created_at"},
			"properties": map[string]any{"id": text("uuid", false), "filename": text("", false), "created_at": text("date-time", false)}}},
	}}
}

// exampleFetch is the call that the page of the API shows.
func exampleFetch() *web.Example {
	return &web.Example{Target: Base + "/content/sds-4f1c02ab/fetch?pageSize=20&fields=contentId,fileName,createdAt",
		Request: FetchRequest{Query: "report", Filters: json.RawMessage(`{"fileFormat":{"in":["text/plain"]},"createdAt":{"gte":"2025-01-01"},"metadata":{"Status":{"ne":"Archived"}}}`)}}
}
