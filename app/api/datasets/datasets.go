// Package datasets is the datasets contract: a flat list of what the caller can read, each with a link to its bytes.
//
// A dataset is a content under an id of its own. Links are made anew with every list; whoever has one gets the bytes
// without other credentials until it expires.
package datasets

import (
	"net/http"
	"strings"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
)

// Base is the path that every operation begins with.
const Base = "/v1"

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
	return web.Group{Name: "Datasets", About: "Datasets with links to share them.", Prefix: "Datasets", Family: a.family, Routes: a.routes()}
}

// routes is the table of operations.
func (a *API) routes() []web.Route {
	token := []web.Parameter{{Name: "token", Kind: "string", About: "The token of the link.", Required: true}}
	const ended = "404 for an unknown link, a wrong token or a deleted document, 410 when the link has expired or was revoked, 503 when the bytes are not here now."
	return []web.Route{
		{Name: "listDatasets", Method: http.MethodGet, Path: Base + "/datasets", Access: web.Needs("datasets-read"), Published: true,
			Summary: "The datasets of every workspace that the caller can read, each with a fresh link to its bytes.",
			Query:   listParameters(), Response: List{}, Statuses: []int{http.StatusOK}, Serve: a.list,
			Example: &web.Example{Target: Base + "/datasets?offset=0&limit=10", Response: example()}},
		{Name: "openShare", Method: http.MethodGet, Path: web.SharePath + "/{id}", Access: web.Anyone, Published: true,
			Summary:     "The bytes behind a link, without other credentials; Range and If-None-Match work.",
			Description: ended, Query: token, Media: "application/octet-stream",
			Statuses: []int{http.StatusOK, http.StatusPartialContent, http.StatusNotModified}, Serve: a.open},
		{Name: "checkShare", Method: http.MethodHead, Path: web.SharePath + "/{id}", Access: web.Anyone,
			Summary:     "What the bytes behind a link are, without the bytes.",
			Description: ended, Query: token, Media: "application/octet-stream",
			Statuses: []int{http.StatusOK, http.StatusPartialContent, http.StatusNotModified}, Serve: a.open},
	}
}

// Problem is the error body.
type Problem struct {
	Success bool   `json:"success"` // false
	Error   string `json:"error"`
}

// problemBody says in one text what is wrong, all of it: the contract has no other place.
func problemBody(p web.Problem) any {
	if len(p.Fields) < 2 {
		return Problem{Error: p.Message}
	}
	parts := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		parts[i] = f.Field + " " + f.Message
	}
	return Problem{Error: "These parameters are wrong: " + strings.Join(parts, "; ") + "."}
}
