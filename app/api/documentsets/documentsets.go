// Package documentsets is the document sets contract: the same workspaces in snake_case, with their documents and users.
package documentsets

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Base is the path that every operation begins with.
const Base = "/api/v1/document-sets"

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
	return web.Group{Name: "documentsets", About: "Document sets: workspaces with their documents and users.", Prefix: "DocumentSets", Family: a.family, Routes: a.routes()}
}

// routes is the table of operations.
func (a *API) routes() []web.Route {
	return nil
}

// Problem is the error body.
type Problem struct {
	Detail string `json:"detail"`
}

func problemBody(p web.Problem) any { return Problem{Detail: p.Message} }

// statuses answers as the contract has it: 400 stands for failed authentication and for what is not there.
func statuses() web.Statuses {
	s := web.DefaultStatuses()
	s[catalog.Unauthenticated], s[catalog.NotFound] = http.StatusBadRequest, http.StatusBadRequest
	return s
}
