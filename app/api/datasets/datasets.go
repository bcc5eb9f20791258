// Package datasets is the datasets contract: a flat list of what the caller can read, each with a link to its bytes.
package datasets

import (
	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
)

// Base is the path that every operation begins with.
const Base = "/v1"

// API serves the operations over one engine.
type API struct {
	engine *engine.Engine
	family web.Family
}

// New makes an API. The engine may be nil when only the table of operations is wanted.
func New(core *engine.Engine) *API {
	return &API{engine: core, family: web.Family{Base: Base, Statuses: web.DefaultStatuses(), Body: problemBody}}
}

// Group is the family with its operations.
func (a *API) Group() web.Group {
	return web.Group{Name: "datasets", About: "Datasets with links to share them.", Prefix: "Datasets", Family: a.family, Routes: a.routes()}
}

// routes is the table of operations.
func (a *API) routes() []web.Route {
	return nil
}

// Problem is the error body.
type Problem struct {
	Success bool   `json:"success"`
	Error   string `json:"error"`
}

func problemBody(p web.Problem) any { return Problem{Error: p.Message} }
