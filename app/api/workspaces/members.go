package workspaces

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Role is a member's standing in a workspace.
type Role string

// Values lists the roles, weakest first.
func (Role) Values() []any {
	return []any{catalog.RoleViewer, catalog.RoleEditor, catalog.RoleAdmin, catalog.RoleOwner}
}

// Member is a user of the organization who belongs to a workspace.
type Member struct {
	UserID string `json:"userId"`
	Email  string `json:"email"`
	Role   Role   `json:"role"`
}

// MemberRequest names a user by id or by email.
type MemberRequest struct {
	UserID string `json:"userId,omitempty"`
	Email  string `json:"email,omitempty"`
	Role   Role   `json:"role"`
}

// RoleRequest gives a member another role.
type RoleRequest struct {
	Role Role `json:"role"`
}

func answeredMember(m catalog.Member) Member {
	return Member{UserID: m.UserID, Email: m.Email, Role: Role(m.Role)}
}

func (a *API) listMembers(w http.ResponseWriter, r *http.Request) error {
	list, err := a.engine.Members(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	all := make([]Member, len(list))
	for i, m := range list {
		all[i] = answeredMember(m)
	}
	web.Write(w, http.StatusOK, List[Member]{true, all})
	return nil
}

func (a *API) addMember(w http.ResponseWriter, r *http.Request) error {
	var in MemberRequest
	decoded := web.Decode(w, r, &in)
	spec := engine.MemberSpec{UserID: in.UserID, Email: in.Email, Role: catalog.Role(in.Role)}
	if err := together(decoded, spec.Check()); err != nil {
		return err
	}
	made, err := a.engine.AddMember(r.Context(), r.PathValue("id"), spec)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusCreated, Answer[Member]{true, answeredMember(made)})
	return nil
}

func (a *API) changeMember(w http.ResponseWriter, r *http.Request) error {
	var in RoleRequest
	decoded := web.Decode(w, r, &in)
	role := catalog.Role(in.Role)
	if err := together(decoded, engine.CheckRole(role)); err != nil {
		return err
	}
	changed, err := a.engine.ChangeMember(r.Context(), r.PathValue("id"), r.PathValue("userId"), role)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, Answer[Member]{true, answeredMember(changed)})
	return nil
}

func (a *API) removeMember(w http.ResponseWriter, r *http.Request) error {
	return writeDone(w, a.engine.RemoveMember(r.Context(), r.PathValue("id"), r.PathValue("userId")))
}
