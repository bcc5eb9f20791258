package workspaces

import (
	"errors"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Answer is the envelope of one thing.
type Answer[T any] struct {
	Success bool `json:"success"`
	Data    T    `json:"data"`
}

// List is the envelope of several.
type List[T any] struct {
	Success bool `json:"success"`
	Data    []T  `json:"data"`
}

// Done is the envelope of nothing.
type Done struct {
	Success bool      `json:"success"`
	Data    *struct{} `json:"data"`
}

// Workspace is a workspace as the caller sees it.
type Workspace struct {
	ID            string    `json:"id" format:"uuid"`
	Name          string    `json:"name"`
	Description   *string   `json:"description" doc:"null: none"`
	Icon          *string   `json:"icon" doc:"null: none"`
	Color         *string   `json:"color" doc:"null: none"`
	OwnerID       string    `json:"ownerId" doc:"user id of the longest-standing OWNER"`
	IsDefault     bool      `json:"isDefault" doc:"the caller's oldest one"`
	IsArchived    bool      `json:"isArchived"`
	DocumentCount int       `json:"documentCount"`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
	DataspaceID   string    `json:"dataspaceId" doc:"its id in the content API"`
	Role          Role      `json:"role" doc:"the caller's"`
}

// CreateRequest describes a workspace to make.
type CreateRequest struct {
	Name        string `json:"name" minLength:"1" maxLength:"255"`
	Description string `json:"description,omitempty" maxLength:"1000"`
	Icon        string `json:"icon,omitempty" maxLength:"50"`
	Color       string `json:"color,omitempty" maxLength:"20"`
}

// UpdateRequest changes what is present.
type UpdateRequest struct {
	Name        *string `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Description *string `json:"description,omitempty" maxLength:"1000"`
	Icon        *string `json:"icon,omitempty" maxLength:"50"`
	Color       *string `json:"color,omitempty" maxLength:"20"`
	IsArchived  *bool   `json:"isArchived,omitempty"`
}

func answered(w catalog.Workspace) Workspace {
	return Workspace{ID: w.ID, Name: w.Name, Description: given(w.Description), Icon: given(w.Icon), Color: given(w.Color),
		OwnerID: w.OwnerID, IsDefault: w.IsDefault, IsArchived: w.IsArchived, DocumentCount: w.DocumentCount,
		CreatedAt: w.CreatedAt, UpdatedAt: w.UpdatedAt, DataspaceID: w.DataspaceID, Role: Role(w.Role)}
}

// given is nil for the empty text, which stands for none.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// write answers one workspace, or returns err.
func write(w http.ResponseWriter, status int, one catalog.Workspace, err error) error {
	if err != nil {
		return err
	}
	web.Write(w, status, Answer[Workspace]{true, answered(one)})
	return nil
}

// writeDone answers that it is done, or returns err.
func writeDone(w http.ResponseWriter, err error) error {
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, Done{Success: true})
	return nil
}

// together reports at once what decoding a body and checking its values found. A field of the wrong type has no value to
// check.
func together(decoded, checked error) error {
	var wrong web.Violations
	if decoded != nil && !wrong.Merge(decoded) {
		return decoded
	}
	if e, ok := errors.AsType[*catalog.Error](checked); ok {
		for _, f := range e.Fields {
			if !wrong.Has(f.Field) {
				wrong.Add(f.Field, f.Message)
			}
		}
	}
	return wrong.Err()
}

func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	list, err := a.engine.Workspaces(r.Context())
	if err != nil {
		return err
	}
	all := make([]Workspace, len(list))
	for i, one := range list {
		all[i] = answered(one)
	}
	web.Write(w, http.StatusOK, List[Workspace]{true, all})
	return nil
}

func (a *API) get(w http.ResponseWriter, r *http.Request) error {
	one, err := a.engine.Workspace(r.Context(), r.PathValue("id"))
	return write(w, http.StatusOK, one, err)
}

func (a *API) create(w http.ResponseWriter, r *http.Request) error {
	var in CreateRequest
	decoded := web.Decode(w, r, &in)
	spec := engine.WorkspaceSpec(in)
	if err := together(decoded, spec.Check()); err != nil {
		return err
	}
	made, err := a.engine.CreateWorkspace(r.Context(), spec)
	return write(w, http.StatusCreated, made, err)
}

func (a *API) update(w http.ResponseWriter, r *http.Request) error {
	var in UpdateRequest
	decoded := web.Decode(w, r, &in)
	change := catalog.WorkspaceChange(in)
	if err := together(decoded, engine.CheckWorkspace(change)); err != nil {
		return err
	}
	changed, err := a.engine.UpdateWorkspace(r.Context(), r.PathValue("id"), change)
	return write(w, http.StatusOK, changed, err)
}

func (a *API) delete(w http.ResponseWriter, r *http.Request) error {
	return writeDone(w, a.engine.DeleteWorkspace(r.Context(), r.PathValue("id")))
}
