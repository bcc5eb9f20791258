// Package content is the content contract: content items with their categories and metadata, projects, workflows, agents and
// libraries, and questions to the documents of a dataspace.
package content

import (
	"net/http"
	"slices"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Base is the path that every operation begins with.
const Base = "/api"

// API serves the operations over one engine.
type API struct {
	engine *engine.Engine
	links  web.Links
	family web.Family
}

// New makes an API. The engine may be nil when only the table of operations is wanted.
func New(core *engine.Engine, links web.Links) *API {
	return &API{engine: core, links: links, family: web.Family{Base: Base, Statuses: web.DefaultStatuses(), Body: problemBody}}
}

// Group is the family with its operations.
func (a *API) Group() web.Group {
	return web.Group{Name: "Content", About: "Content items, their categories and projects, workflows and questions.", Prefix: "Content", Family: a.family, Routes: a.routes()}
}

// routes is the table of operations, a file a noun.
func (a *API) routes() []web.Route {
	return slices.Concat(a.itemRoutes(), a.queryRoutes(), a.categoryRoutes(), a.projectRoutes(), a.workflowRoutes(), a.agentRoutes(), a.libraryRoutes())
}

// dataspace is the workspace that {dataspaceId} names.
func (a *API) dataspace(r *http.Request) (catalog.Workspace, error) {
	return a.engine.Dataspace(r.Context(), r.PathValue("dataspaceId"))
}

// Problem is the error body.
type Problem struct {
	Error ProblemDetail `json:"error"`
}

// ProblemDetail says what is wrong and, for wrong input, in which fields.
type ProblemDetail struct {
	Code    catalog.Code         `json:"code"`
	Message string               `json:"message"`
	Details []catalog.FieldError `json:"details"`
}

func problemBody(p web.Problem) any {
	return Problem{ProblemDetail{Code: p.Code, Message: p.Message, Details: p.Fields}}
}
