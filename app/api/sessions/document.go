package sessions

import (
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Document is a content as this contract answers it: what its schema and its example have, together.
type Document struct {
	ID          string                `json:"id" format:"uuid"`
	WorkspaceID string                `json:"workspace_id" format:"uuid"`
	FileName    string                `json:"filename"`
	MIME        string                `json:"mime"`
	Size        int64                 `json:"size" doc:"bytes"`
	SHA256      string                `json:"sha256"`
	Status      catalog.ContentStatus `json:"status"`
	SourceType  string                `json:"source_type" enum:"upload|folder|url"`
	SourceURL   *string               `json:"source_url" doc:"null unless the source is url"`
	Source      DocumentSource        `json:"source"`
	Meta        DocumentMeta          `json:"meta"`
	Parsings    []Parsing             `json:"parsings"`
	CreatedAt   time.Time             `json:"created_at"`
}

// DocumentSource says where the bytes came from.
type DocumentSource struct {
	Type string `json:"type" enum:"upload|folder|url"`
}

// DocumentMeta is empty until the document is processed.
type DocumentMeta struct {
	PageCount *int   `json:"page_count,omitempty"`
	FileSize  *int64 `json:"file_size,omitempty"`
}

// Parsing is one run of extraction with one configuration.
type Parsing struct {
	ID            string    `json:"id" format:"uuid"`
	ConfigHash    string    `json:"config_hash"`
	Status        string    `json:"status" enum:"queued|processing|processed|failed"`
	ParserVersion string    `json:"parser_version"`
	UpdatedAt     time.Time `json:"updated_at"`
}

// DocumentPage answers listSessionDocuments.
type DocumentPage struct {
	Data []Document `json:"data"`
	Meta PageMeta   `json:"meta"`
}

// Documents answers attaching, in the order of the request.
type Documents struct {
	Data []Document `json:"data"`
}

// AttachRequest names the documents to attach.
type AttachRequest struct {
	DocumentIDs []string `json:"document_ids" minItems:"1" maxItems:"500"`
}

func documentOf(d catalog.SessionDocument) Document {
	c := d.Content
	made := Document{ID: c.ID, WorkspaceID: c.WorkspaceID, FileName: c.FileName, MIME: c.FileFormat, Size: c.Size, SHA256: c.SHA256, Status: c.Status,
		SourceType: string(c.Source), Source: DocumentSource{string(c.Source)}, Parsings: make([]Parsing, len(d.Parsings)), CreatedAt: c.CreatedAt}
	if c.Status == catalog.StatusProcessed {
		made.Meta = DocumentMeta{PageCount: new(max(c.PageCount, 1)), FileSize: new(c.Size)} // what has no pages is one
	}
	for i, p := range d.Parsings {
		made.Parsings[i] = Parsing{ID: p.ID, ConfigHash: p.ConfigHash, Status: string(p.Status), ParserVersion: p.ParserVersion, UpdatedAt: p.UpdatedAt}
	}
	return made
}

// exampleDocuments is a page as the page of the API shows it.
func exampleDocuments() DocumentPage {
	created := time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)
	return DocumentPage{
		Data: []Document{{
			ID: "880e8400-e29b-41d4-a716-446655440000", WorkspaceID: "660e8400-e29b-41d4-a716-446655440000", FileName: "invoice_001.pdf", MIME: "application/pdf",
			Size: 125000, SHA256: "6de7f6f5894c9f3fd1f6f8a4d1b3115d0d9b4b19d7a8a661f9fe90f9c2d80c3b", Status: catalog.StatusProcessed,
			SourceType: "upload", Source: DocumentSource{"upload"}, Meta: DocumentMeta{PageCount: new(2), FileSize: new(int64(125000))},
			Parsings: []Parsing{{ID: "c3c5ab15-7a3c-8d6b-9d1e-6ff36f1f8a02", ConfigHash: "1f0e6a2c94d7b35880aa61cf5ad0e1b2c3d4e5f60718293a4b5c6d7e8f901234",
				Status: "processed", ParserVersion: "extract/1 pdfium/2.1.13", UpdatedAt: created.Add(8 * time.Second)}},
			CreatedAt: created,
		}},
		Meta: PageMeta{CurrentPage: 1, LastPage: 1, PerPage: perPage, Total: 1},
	}
}

func documentsOf(list []catalog.SessionDocument) []Document {
	made := make([]Document, len(list))
	for i, d := range list {
		made[i] = documentOf(d)
	}
	return made
}

func (a *API) listDocuments(w http.ResponseWriter, r *http.Request) error {
	p, err := readPage(r)
	if err != nil {
		return err
	}
	list, total, err := a.engine.SessionDocuments(r.Context(), r.PathValue("sessionId"), perPage, p.offset())
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, DocumentPage{Data: documentsOf(list), Meta: p.meta(total)})
	return nil
}

func (a *API) attach(w http.ResponseWriter, r *http.Request) error {
	var in AttachRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	list, err := a.engine.Attach(r.Context(), r.PathValue("sessionId"), in.DocumentIDs)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, Documents{documentsOf(list)})
	return nil
}

func (a *API) detach(w http.ResponseWriter, r *http.Request) error {
	if err := a.engine.Detach(r.Context(), r.PathValue("sessionId"), r.PathValue("documentId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
