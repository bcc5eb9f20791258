package documentsets

import (
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// SetList answers listDocumentSets.
type SetList struct {
	DocumentSets []Set `json:"document_sets"`
}

// Set is a document set.
type Set struct {
	ID             string   `json:"document_set_id" format:"uuid"`
	Name           string   `json:"document_set_name"`
	OrganizationID string   `json:"organization_id" format:"uuid"`
	Details        *string  `json:"details" doc:"null: none"`
	Documents      []string `json:"documents" doc:"document ids, oldest first"`
	Version        int      `json:"version" doc:"grows by one with each change of name, details, documents or users"`
}

// SetContents answers getDocumentSet.
type SetContents struct {
	Users       []User     `json:"users"`
	DocumentSet []Document `json:"document_set" doc:"the documents, oldest first"`
}

// User is somebody with access to a document set.
type User struct {
	ID    string `json:"user_id"`
	Email string `json:"email"`
}

// Document is a document of a set.
type Document struct {
	ID             string                `json:"id" format:"uuid"`
	SetName        string                `json:"document_set_name"`
	OrganizationID string                `json:"organization_id" format:"uuid"`
	User           string                `json:"user" doc:"email of whoever added it"`
	Status         catalog.ContentStatus `json:"status"`
	ProductName    *string               `json:"product_name" doc:"name of its category, or null"`
	Name           string                `json:"document_name"`
	Type           string                `json:"document_type" doc:"MIME type"`
	CreatedAt      time.Time             `json:"created_at"`
	UpdatedAt      time.Time             `json:"updated_at"`
}

// CreateRequest names a document set under either name.
type CreateRequest struct {
	WorkspaceName   *string `json:"workspace_name,omitempty" minLength:"1" maxLength:"255"`
	DocumentSetName *string `json:"document_set_name,omitempty" minLength:"1" maxLength:"255"`
}

// name is the one name that was given.
func (r CreateRequest) name() (string, error) {
	first, second := r.WorkspaceName, r.DocumentSetName
	switch {
	case first == nil && second == nil:
		return "", catalog.Errorf(catalog.Invalid, "The document set needs a workspace_name.")
	case first == nil:
		return *second, nil
	case second != nil && *first != *second:
		return "", catalog.Errorf(catalog.Invalid, "workspace_name and document_set_name are different; send one of them.")
	}
	return *first, nil
}

// given is nil for the empty text, which stands for none.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func answered(s catalog.DocumentSet) Set {
	return Set{ID: s.ID, Name: s.Name, OrganizationID: s.OrganizationID, Details: given(s.Details), Documents: s.Documents, Version: s.Version}
}

// failed is err as this contract has it: whatever keeps the database from working, be it a full disk, is a failure of ours.
func failed(err error) error {
	if catalog.CodeOf(err) == catalog.Unavailable {
		return catalog.WrapError(catalog.Internal, catalog.MessageOf(err), err)
	}
	return err
}

func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	list, err := a.engine.DocumentSets(r.Context())
	if err != nil {
		return failed(err)
	}
	all := make([]Set, len(list))
	for i, one := range list {
		all[i] = answered(one)
	}
	web.Write(w, http.StatusOK, SetList{all})
	return nil
}

func (a *API) get(w http.ResponseWriter, r *http.Request) error {
	set, users, documents, err := a.engine.DocumentSet(r.Context(), r.PathValue("document_set_id"))
	if err != nil {
		return failed(err)
	}
	answer := SetContents{Users: make([]User, len(users)), DocumentSet: make([]Document, len(documents))}
	for i, u := range users {
		answer.Users[i] = User{ID: u.UserID, Email: u.Email}
	}
	for i, d := range documents {
		answer.DocumentSet[i] = Document{ID: d.ID, SetName: set.Name, OrganizationID: set.OrganizationID, User: d.AddedBy, Status: d.Status,
			ProductName: given(d.Category), Name: d.Name, Type: d.Format, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt}
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) create(w http.ResponseWriter, r *http.Request) error {
	var in CreateRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	name, err := in.name()
	if err != nil {
		return err
	}
	made, err := a.engine.CreateWorkspace(r.Context(), engine.WorkspaceSpec{Name: name})
	if err != nil {
		return failed(err)
	}
	web.Write(w, http.StatusCreated, Set{ID: made.ID, Name: made.Name, OrganizationID: made.Organization, Documents: []string{}, Version: made.Version})
	return nil
}
