// Package workspaces is the workspaces contract: workspaces in an envelope of success and data, with their members.
package workspaces

import (
	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Base is the path that every operation begins with.
const Base = "/api/v1/workspaces"

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
	return web.Group{Name: "Workspaces", About: "Workspaces and their members.", Prefix: "Workspaces", Family: a.family, Routes: a.routes()}
}

// Problem is the error body.
type Problem struct {
	Success bool          `json:"success"`
	Error   ProblemDetail `json:"error"`
}

// ProblemDetail says what is wrong and, for wrong input, in which fields.
type ProblemDetail struct {
	Code    catalog.Code         `json:"code"`
	Message string               `json:"message"`
	Details []catalog.FieldError `json:"details"`
}

func problemBody(p web.Problem) any {
	return Problem{Error: ProblemDetail{Code: p.Code, Message: p.Message, Details: p.Fields}}
}
