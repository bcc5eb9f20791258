// Package sessions is the session documents contract: extraction sessions, the documents attached to them and their parsings.
package sessions

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Base is the path that every operation begins with.
const Base = "/extractions/sessions"

// API serves the operations over one engine.
type API struct {
	engine *engine.Engine
	family web.Family
}

// New makes an API. The engine may be nil when only the table of operations is wanted.
func New(core *engine.Engine) *API {
	return &API{engine: core, family: web.Family{Base: Base, Statuses: statuses(), Body: problemBody}}
}

// Group is the family with its operations.
func (a *API) Group() web.Group {
	return web.Group{Name: "sessions", About: "Extraction sessions and their documents.", Prefix: "Sessions", Family: a.family, Routes: a.routes()}
}

// routes is the table of operations.
func (a *API) routes() []web.Route {
	return nil
}

// Problem is the error body; errors names the violations by field.
type Problem struct {
	Message string              `json:"message"`
	Errors  map[string][]string `json:"errors,omitempty"`
}

func problemBody(p web.Problem) any {
	body := Problem{Message: p.Message}
	for _, f := range p.Fields {
		if body.Errors == nil {
			body.Errors = map[string][]string{}
		}
		body.Errors[f.Field] = append(body.Errors[f.Field], f.Message)
	}
	return body
}

// statuses answers wrong input as unprocessable.
func statuses() web.Statuses {
	s := web.DefaultStatuses()
	s[catalog.Invalid] = http.StatusUnprocessableEntity
	return s
}
