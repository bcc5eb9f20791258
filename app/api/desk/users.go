package desk

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// UserList answers listUsers.
type UserList struct {
	Users []catalog.User `json:"users"`
}

// UserRequest describes a user to make.
type UserRequest struct {
	Email string                   `json:"email"`
	Role  catalog.OrganizationRole `json:"role,omitempty"` // absent: member
}

// UserChange gives a user another role.
type UserChange struct {
	Role catalog.OrganizationRole `json:"role"`
}

func (d *Desk) listUsers(w http.ResponseWriter, r *http.Request) error {
	if ref := r.URL.Query().Get("ref"); ref != "" {
		one, err := d.engine.User(r.Context(), ref)
		if err != nil {
			return err
		}
		web.Write(w, ok, UserList{[]catalog.User{one}})
		return nil
	}
	list, err := d.engine.Users(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, UserList{list})
	return nil
}

func (d *Desk) addUser(w http.ResponseWriter, r *http.Request) error {
	var in UserRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	made, err := d.engine.AddUser(r.Context(), in.Email, in.Role)
	if err != nil {
		return err
	}
	web.Write(w, created, made)
	return nil
}

func (d *Desk) changeUser(w http.ResponseWriter, r *http.Request) error {
	var in UserChange
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	changed, err := d.engine.ChangeUser(r.Context(), r.PathValue("id"), in.Role)
	if err != nil {
		return err
	}
	web.Write(w, ok, changed)
	return nil
}

func (d *Desk) removeUser(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.RemoveUser(r.Context(), r.PathValue("id")))
}
