package desk

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// PasswordRequest gives a password. It is in no answer and no log.
type PasswordRequest struct {
	Password string `json:"password" format:"password" doc:"1 to 512 bytes"`
	Keep     bool   `json:"keep,omitempty" doc:"store it in the data directory; absent: hold it until Sheaf ends"`
}

// PasswordList answers listPasswords.
type PasswordList struct {
	Passwords []catalog.Password `json:"passwords"`
}

// givePassword serves both: for the document in the path, or for every document that needs one.
func (d *Desk) givePassword(w http.ResponseWriter, r *http.Request) error {
	var in PasswordRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	given, err := d.engine.GivePassword(r.Context(), r.PathValue("id"), in.Password, in.Keep)
	if err != nil {
		return err
	}
	web.Write(w, created, given)
	return nil
}

func (d *Desk) listPasswords(w http.ResponseWriter, r *http.Request) error {
	list, err := d.engine.Passwords(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, PasswordList{list})
	return nil
}

func (d *Desk) forgetPassword(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.ForgetPassword(r.Context(), r.PathValue("id")))
}
