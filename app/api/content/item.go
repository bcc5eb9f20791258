package content

import (
	"net/http"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Item is a content as this contract answers it.
type Item struct {
	ContentID    string         `json:"contentId" format:"uuid"`
	CategoryID   *string        `json:"categoryId" format:"uuid"`
	DataspaceID  string         `json:"dataspaceId" doc:"sds- and 8 hexadecimal digits."`
	FileName     string         `json:"fileName"`
	FileFormat   string         `json:"fileFormat" doc:"MIME type without parameters."`
	Metadata     map[string]any `json:"metadata"`
	Inference    map[string]any `json:"inferenceTaskExecutions" doc:"What was inferred, with the id of the task execution that did."`
	VectorFileID *string        `json:"vectorStoreFileId" doc:"Null until the content is indexed."`
	CreatedAt    time.Time      `json:"createdAt"`
	UpdatedAt    time.Time      `json:"updatedAt"`
}

// itemOf puts a content of a dataspace into the contract's words.
func itemOf(dataspaceID string, c catalog.Content) Item {
	item := Item{ContentID: c.ID, DataspaceID: dataspaceID, FileName: c.FileName, FileFormat: c.FileFormat,
		Metadata: c.Metadata, Inference: c.Inference, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}
	if c.CategoryID != "" {
		item.CategoryID = &c.CategoryID
	}
	if c.Status == catalog.StatusProcessed {
		id := catalog.PublicID("file-", c.ID)
		item.VectorFileID = &id
	}
	return item
}

// itemRoutes are the operations on content items.
func (a *API) itemRoutes() []web.Route {
	reads, writes := web.Needs("content-read").To(catalog.ActionRead), web.Needs("content-write").To(catalog.ActionWriteContents)
	const all, one = Base + "/content/{dataspaceId}", Base + "/content/{dataspaceId}/{contentId}"
	return []web.Route{
		{Name: "createContentItem", Method: http.MethodPost, Path: all, Access: writes, Published: true, Summary: "A new content item from an uploaded file.",
			Description: "The form's fields may stand before and after the file. Metadata comes in fields metadata[key], whose text is turned into the type that the category gives the key, " +
				"or in one field metadata as a JSON object.",
			Query: []web.Parameter{{Name: "validateRequiredMetadata", Kind: "string", About: "false: required and unique metadata may be missing"}},
			Body:  web.Form, Request: CreateForm{}, MaxBody: maxUpload, Response: Item{}, Statuses: []int{http.StatusCreated}, Serve: a.createItem},
		{Name: "countContentItems", Method: http.MethodGet, Path: all + "/count", Access: reads, Published: true, Summary: "How many content items there are, exactly.",
			Query: []web.Parameter{{Name: "categoryId", Kind: "string", Format: "uuid", About: "only those of a category"},
				{Name: "fileFormat", Kind: "string", About: "only those of a MIME type"},
				{Name: "dateFrom", Kind: "string", About: "created then or later, a date or a time in ISO 8601"},
				{Name: "dateTo", Kind: "string", About: "created then or earlier; a date means its whole day"}},
			Response: Count{}, Statuses: []int{http.StatusOK}, Serve: a.countItems,
			Example: &web.Example{Target: Base + "/content/sds-4f1c02ab/count?fileFormat=text/plain&dateFrom=2025-01-01", Response: Count{42}}},
		{Name: "fetchContentItems", Method: http.MethodPost, Path: all + "/fetch", Access: reads, Published: true, Summary: "A page of content items, newest first.",
			Description: "A filter names fields of the item, metadata keys as metadata.key or nested under metadata, each with a value or with operators: " +
				"eq ne gt gte lt lte between in nin contains startsWith endsWith exists.",
			Query: []web.Parameter{{Name: "cursor", Kind: "string", About: "nextCursor of the page before"},
				{Name: "pageSize", Kind: "integer", Min: new(1), Max: new(100), About: "20 when absent"},
				{Name: "fields", Kind: "string", About: "the fields of an item to answer, comma-separated; absent: all"}},
			Request: FetchRequest{}, Response: FetchAnswer{}, Statuses: []int{http.StatusOK}, Serve: a.fetchItems, Example: exampleFetch()},
		{Name: "getContentItem", Method: http.MethodGet, Path: one, Access: reads, Published: true, Summary: "One content item.",
			Response: Item{}, Statuses: []int{http.StatusOK}, Serve: a.getItem},
		{Name: "updateContentItem", Method: http.MethodPut, Path: one, Access: writes, Published: true, Summary: "Changes what is present in the body.",
			Description: "Metadata and inferenceTaskExecutions are merged by key; null removes a key.",
			Request:     UpdateRequest{}, Response: Item{}, Statuses: []int{http.StatusOK}, Serve: a.updateItem},
		{Name: "deleteContentItem", Method: http.MethodDelete, Path: one, Access: writes, Published: true, Summary: "Removes a content item; a file of a watched folder stays on disk.",
			Statuses: []int{http.StatusNoContent}, Serve: a.deleteItem},
		{Name: "downloadContentItem", Method: http.MethodGet, Path: one + "/download", Access: reads, Published: true, Summary: "The bytes; Range and If-None-Match work.",
			Media: "application/octet-stream", Statuses: []int{http.StatusOK, http.StatusPartialContent, http.StatusNotModified}, Serve: a.downloadItem},
		web.ThumbnailRoute("getContentThumbnail", one+"/thumbnail", reads, a.getThumbnail),
	}
}

// content is the content that {contentId} names in the dataspace that {dataspaceId} names.
func (a *API) content(r *http.Request) (catalog.Workspace, catalog.Content, error) {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return dataspace, catalog.Content{}, err
	}
	content, err := a.engine.Content(r.Context(), r.PathValue("contentId"))
	if err == nil && content.WorkspaceID != dataspace.ID {
		err = catalog.Errorf(catalog.NotFound, "There is no document %s.", content.ID)
	}
	return dataspace, content, err
}

func (a *API) getItem(w http.ResponseWriter, r *http.Request) error {
	dataspace, content, err := a.content(r)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, itemOf(dataspace.DataspaceID, content))
	return nil
}

// UpdateRequest changes what is present.
type UpdateRequest struct {
	CategoryID *string        `json:"categoryId,omitempty" format:"uuid"`
	Metadata   map[string]any `json:"metadata,omitempty" doc:"Merged by key; null removes one."`
	Inference  map[string]any `json:"inferenceTaskExecutions,omitempty" doc:"Merged by name; null removes one."`
}

func (a *API) updateItem(w http.ResponseWriter, r *http.Request) error {
	dataspace, content, err := a.content(r)
	if err != nil {
		return err
	}
	var in UpdateRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	if in.CategoryID != nil {
		if *in.CategoryID = strings.ToLower(*in.CategoryID); !catalog.ValidID(*in.CategoryID) {
			return web.WrongField("categoryId", notUUID)
		}
	}
	content, err = a.engine.UpdateContent(r.Context(), content.ID, catalog.ContentChange{CategoryID: in.CategoryID, Metadata: in.Metadata, Inference: in.Inference})
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, itemOf(dataspace.DataspaceID, content))
	return nil
}

const notUUID = "must be a UUID"

func (a *API) deleteItem(w http.ResponseWriter, r *http.Request) error {
	_, content, err := a.content(r)
	if err != nil {
		return err
	}
	if err := a.engine.DeleteContent(r.Context(), content.ID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) downloadItem(w http.ResponseWriter, r *http.Request) error {
	_, content, err := a.content(r)
	if err != nil {
		return err
	}
	bytes, content, err := a.engine.Original(r.Context(), content.ID)
	if err != nil {
		return err
	}
	defer bytes.Close()
	web.Download{Name: content.FileName, Format: content.FileFormat, SHA256: content.SHA256, Bytes: bytes}.Send(w, r)
	return nil
}

func (a *API) getThumbnail(w http.ResponseWriter, r *http.Request) error {
	_, content, err := a.content(r)
	if err != nil {
		return err
	}
	spec, err := web.ThumbnailSpec(r)
	if err != nil {
		return err
	}
	picture, err := a.engine.Derivative(r.Context(), content.ID, spec)
	if err != nil {
		return err
	}
	web.SendThumbnail(w, r, picture)
	return nil
}
