package node

import (
	"net/http"
	"sync"

	"github.com/sheafdocs/sheaf/app/api/content"
	"github.com/sheafdocs/sheaf/app/api/datasets"
	"github.com/sheafdocs/sheaf/app/api/desk"
	"github.com/sheafdocs/sheaf/app/api/documentsets"
	"github.com/sheafdocs/sheaf/app/api/sessions"
	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/app/api/workspaces"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/frontend"
)

//go:generate go test -tags sqlite_fts5 -run TestTheDocumentIsCurrent . -update

// families lists every API that the tree serves, in the order of the document. A new one is one line here.
func (n *Node) families() []web.Group {
	links := web.Links{Public: n.cfg.PublicURL}
	return []web.Group{
		workspaces.New(n.engine).Group(),
		documentsets.New(n.engine).Group(),
		sessions.New(n.engine).Group(),
		content.New(n.engine, links).Group(),
		datasets.New(n.engine, links).Group(),
		desk.New(desk.Options{Engine: n.engine, Sync: n.sync, Codes: n.codes, Log: n.log, Stopping: n.stopping}).Group(),
	}
}

// Families are those of every node, without an engine behind them: what there is to call, and how it answers.
func Families() []web.Group { return (&Node{}).families() }

// routes is the handler tree, without what tells callers apart.
func (n *Node) routes() http.Handler {
	mux := http.NewServeMux()
	unclaimed := map[string]bool{"/api": true, "/v1": true, "/extractions": true}
	groups := n.families()
	limits := web.NewLimits(n.bounds())
	for _, g := range groups {
		g.Family.Log, g.Family.Limits = n.log, limits
		g.Family.Mount(mux, g.Routes)
		delete(unclaimed, g.Family.Base)
	}
	for base := range unclaimed {
		mux.HandleFunc(base+"/", nothingHere)
	}
	n.remote.mount(mux, limits)
	page := web.Page(n.cfg.PublicURL, groups...)
	for pattern, h := range map[string]http.Handler{
		"GET /openapi.json": describe(groups),
		"GET /docs":         page,
		"GET /docs/{file}":  page,
		"GET /healthz":      http.HandlerFunc(n.health),
		"GET /readyz":       http.HandlerFunc(n.readiness),
		"/":                 web.Screens(frontend.Dist()),
	} {
		mux.Handle(pattern, web.Named(pattern, h))
	}
	return mux
}

// bounds are the usual ones with the rate that the configuration has.
func (n *Node) bounds() web.Bounds {
	b := web.DefaultBounds()
	if n.cfg.Rate != nil {
		b.Rate, b.Burst = float64(*n.cfg.Rate), 5**n.cfg.Rate
	}
	return b
}

// nothingHere answers machine addresses that no family owns.
func nothingHere(w http.ResponseWriter, _ *http.Request) {
	web.Write(w, http.StatusNotFound, map[string]any{"error": map[string]any{"code": catalog.NotFound, "message": "There is nothing at this address."}})
}

// describe serves the OpenAPI document, which is made once, when it is first asked for.
func describe(groups []web.Group) http.HandlerFunc {
	made := sync.OnceValues(func() ([]byte, error) { return web.Document(groups...) })
	return func(w http.ResponseWriter, _ *http.Request) {
		document, err := made()
		if err != nil {
			http.Error(w, "The document cannot be made.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(document)
	}
}
