package desk

import (
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TokenList answers listTokens.
type TokenList struct {
	Tokens []catalog.Token `json:"tokens"`
}

// TokenRequest describes a token to make.
type TokenRequest struct {
	Name             string   `json:"name,omitempty"`
	User             string   `json:"user,omitempty" doc:"email or id; absent: the local owner"`
	WorkspaceID      string   `json:"workspaceId,omitempty" doc:"id or name of one of the user's: the token sees this one only"`
	Abilities        []string `json:"abilities,omitempty" doc:"absent: all"`
	ExpiresInSeconds int64    `json:"expiresInSeconds,omitempty" doc:"0: never"`
}

// NewToken is a token with its secret.
type NewToken struct {
	catalog.Token
	Secret string `json:"token"`
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
	token, secret, err := d.engine.CreateToken(r.Context(), engine.TokenSpec{Name: in.Name, UserEmail: in.User, WorkspaceID: in.WorkspaceID,
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
