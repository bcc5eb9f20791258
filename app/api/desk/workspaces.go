package desk

import (
	"net/http"
	"time"

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
}

// TokenList answers listTokens.
type TokenList struct {
	Tokens []catalog.Token `json:"tokens"`
}

// TokenRequest describes a token to make.
type TokenRequest struct {
	Name             string   `json:"name,omitempty"`
	User             string   `json:"user,omitempty"`             // email; absent: the local owner
	WorkspaceID      string   `json:"workspaceId,omitempty"`      // id or name: the token sees this one only
	Abilities        []string `json:"abilities,omitempty"`        // absent: all
	ExpiresInSeconds int64    `json:"expiresInSeconds,omitempty"` // 0: never
}

// NewToken is a token with its secret.
type NewToken struct {
	catalog.Token
	Secret string `json:"token"`
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
	made, err := d.engine.CreateWorkspace(r.Context(), in.Name, in.Description)
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

func (d *Desk) listTokens(w http.ResponseWriter, r *http.Request) error {
	list, err := d.engine.Tokens(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, TokenList{list})
	return nil
}

// maxLife is the longest a token may be valid, in seconds: a hundred years, well inside time.Duration.
const maxLife = 100 * 365 * 24 * 3600

func (d *Desk) createToken(w http.ResponseWriter, r *http.Request) error {
	var in TokenRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	if in.ExpiresInSeconds < 0 || in.ExpiresInSeconds > maxLife {
		return web.WrongField("expiresInSeconds", "must be between 0 (never) and a hundred years")
	}
	workspace, err := d.workspaceID(r, in.WorkspaceID)
	if err != nil {
		return err
	}
	if len(in.Abilities) == 0 {
		in.Abilities = []string{"*"}
	}
	token, secret, err := d.engine.CreateToken(r.Context(), engine.TokenSpec{Name: in.Name, UserEmail: in.User, WorkspaceID: workspace,
		Abilities: in.Abilities, Expires: time.Duration(in.ExpiresInSeconds) * time.Second})
	if err != nil {
		return err
	}
	web.Write(w, created, NewToken{token, secret})
	return nil
}

func (d *Desk) revokeToken(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.RevokeToken(r.Context(), r.PathValue("id")))
}
