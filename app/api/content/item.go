package content

import (
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Item is a content as this contract answers it.
type Item struct {
	ContentID    string         `json:"contentId"`
	CategoryID   *string        `json:"categoryId"`
	DataspaceID  string         `json:"dataspaceId"` // "sds-" and 8 hex digits
	FileName     string         `json:"fileName"`
	FileFormat   string         `json:"fileFormat"` // MIME type without parameters
	Metadata     map[string]any `json:"metadata"`
	Inference    map[string]any `json:"inferenceTaskExecutions"`
	VectorFileID *string        `json:"vectorStoreFileId"` // null until the content is indexed
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
func (a *API) itemRoutes() []web.Route { return nil }
