package desk

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// WorkspaceList answers listWorkspaces.
type WorkspaceList struct {
	Workspaces []catalog.Workspace `json:"workspaces"`
}

// WorkspaceRequest describes a workspace to make.
type WorkspaceRequest struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Icon        string `json:"icon,omitempty"`
	Color       string `json:"color,omitempty"`
}

// workspaceID resolves an id or a name; "" stays "".
func (d *Desk) workspaceID(r *http.Request, ref string) (string, error) {
	if ref == "" {
		return "", nil
	}
	w, err := d.engine.ResolveWorkspace(r.Context(), ref)
	return w.ID, err
}

func (d *Desk) listWorkspaces(w http.ResponseWriter, r *http.Request) error {
	if ref := r.URL.Query().Get("ref"); ref != "" {
		one, err := d.engine.ResolveWorkspace(r.Context(), ref)
		if err != nil {
			return err
		}
		web.Write(w, ok, WorkspaceList{[]catalog.Workspace{one}})
		return nil
	}
	list, err := d.engine.Workspaces(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, WorkspaceList{list})
	return nil
}

func (d *Desk) createWorkspace(w http.ResponseWriter, r *http.Request) error {
	var in WorkspaceRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	made, err := d.engine.CreateWorkspace(r.Context(), engine.WorkspaceSpec(in))
	if err != nil {
		return err
	}
	web.Write(w, created, made)
	return nil
}

func (d *Desk) getWorkspace(w http.ResponseWriter, r *http.Request) error {
	one, err := d.engine.Workspace(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	web.Write(w, ok, one)
	return nil
}

func (d *Desk) updateWorkspace(w http.ResponseWriter, r *http.Request) error {
	var in catalog.WorkspaceChange
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	changed, err := d.engine.UpdateWorkspace(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return err
	}
	web.Write(w, ok, changed)
	return nil
}

func (d *Desk) deleteWorkspace(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.DeleteWorkspace(r.Context(), r.PathValue("id")))
}
