package web

import (
	"net/http"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Route is one operation of a family. The handler tree and the OpenAPI document are both made from it, so they cannot
// differ.
type Route struct {
	Name        string // operation id, unique among all families
	Method      string
	Path        string // whole, as net/http patterns have it: "/api/content/{dataspaceId}/count"
	Access      Access
	Summary     string // one sentence
	Description string // more, when one sentence is not enough
	Published   bool   // the operation is one of the published contract, not an addition of ours

	Query    []Parameter
	Body     Body
	Request  any    // a zero value of the body's type, for JSON and Form; nil: none
	Response any    // a zero value of the JSON answer's type; nil: none
	Media    string // when the answer is not JSON; application/octet-stream stands for any type
	Statuses []int  // the successes, the usual one first; what is 400 or more answers the family's error body
	Example  *Example

	MaxBody int64 // in bytes; 0: MaxJSON for JSON, no limit for Bytes and Form
	Long    bool  // may take as long as it needs; bodies and answers that are not JSON always may

	Serve Handler
}

// Body is what a request carries.
type Body int

// The kinds of body. Form describes its fields by the type of Request, where a member of type File is a file.
const (
	JSON  Body = iota // when Request is not nil
	Bytes             // the whole body is one file
	Form              // multipart/form-data
)

// File stands for an uploaded file in the type that describes a form.
type File struct{}

// Parameter is one query parameter.
type Parameter struct {
	Name     string
	Kind     string // string, integer, number or boolean
	About    string
	Required bool
	Enum     []string
	Min, Max *int
	Format   string // date-time, date, uri, …
}

// Access is who may call: anyone, the owner of the data, whoever has a token, or holders of a token with an ability, and
// what a caller's role in the workspace concerned must allow. The package checks the token; the role is checked by the
// engine, and stands here so that the document, the page and the tests of roles tell it.
type Access struct {
	rule, ability string
	action        catalog.Action
}

// The kinds of access beside Needs. Signed leaves everything but the token to the engine.
var (
	Signed    = Access{}
	Anyone    = Access{rule: "anyone"}
	OwnerOnly = Access{rule: "owner"}
)

// Needs is access for tokens that carry the ability.
func Needs(ability string) Access { return Access{ability: ability} }

// To is the same access for callers whose role in the workspace allows the action.
func (a Access) To(action catalog.Action) Access {
	a.action = action
	return a
}

// Action is what the caller's role must allow; empty when no workspace is concerned.
func (a Access) Action() catalog.Action { return a.action }

// String names the access in a word or two.
func (a Access) String() string {
	switch {
	case a == Anyone:
		return "nothing"
	case a == OwnerOnly:
		return "the owner"
	case a.ability != "":
		return strings.TrimSpace("`" + a.ability + "` " + string(catalog.Weakest(a.action)))
	}
	return "a token"
}

// sentence says who may call; empty when any token will do.
func (a Access) sentence() string {
	switch {
	case a == OwnerOnly:
		return "Only for the owner of the data."
	case a.ability != "":
		if role := catalog.Weakest(a.action); role != catalog.RoleNone {
			return "Needs the ability " + a.ability + " and the role " + string(role) + " or a stronger one."
		}
		return "Needs the ability " + a.ability + "."
	}
	return ""
}

// Group is a family with all its operations. Its name is their tag in the document.
type Group struct {
	Name   string
	About  string // one sentence
	Prefix string // stands before the names of the family's own types in the document, where all families share one list
	Family Family
	Routes []Route
}

// Handler serves the group alone.
func (g Group) Handler() http.Handler {
	mux := http.NewServeMux()
	g.Family.Mount(mux, g.Routes)
	return mux
}

// Mount registers the routes. Whatever else lies under the family's base, or is asked for by another method, is
// answered as unknown in the family's own form.
func (f Family) Mount(mux *http.ServeMux, routes []Route) {
	for _, r := range routes {
		pattern := r.Method + " " + r.Path
		mux.Handle(pattern, Named(pattern, f.serve(r)))
	}
	unknown := f.Public(f.rated(func(w http.ResponseWriter, r *http.Request) error {
		f.NotFound(w, r)
		return nil
	}))
	mux.Handle(f.Base, unknown)
	mux.Handle(f.Base+"/", unknown)
}

// serve is the handler of one route. Outermost the rate of the caller is looked at, then who it is, then there must be
// room; last come the body and the names in the path.
func (f Family) serve(r Route) http.Handler {
	h := plainPath(pathNames(r.Path), arriving(r, r.Serve))
	return f.Public(f.rated(f.allowed(r.Access, f.admitted(r, h))))
}

// long reports whether the operation may take as long as it needs.
func (r Route) long() bool { return r.Long || r.Body != JSON || r.Media != "" }

// plainPath answers names in the path that cannot be text as what nobody has.
func plainPath(names []string, h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		for _, name := range names {
			if !plain(r.PathValue(name)) {
				return catalog.Errorf(catalog.NotFound, "There is nothing at this address.")
			}
		}
		return h(w, r)
	}
}

// pathNames are the names of the wildcards in a path, in order.
func pathNames(path string) []string {
	var names []string
	for segment := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// Behind serves a handler with routes and answers of its own behind the rate of the caller, who it is and room for one
// more request; what these three refuse is answered in the family's form. It may take as long as it needs, as long as a
// body keeps coming.
func (f Family) Behind(rule Access, h http.Handler) http.Handler {
	long := Route{Body: Bytes}
	serve := func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
	return f.Public(f.rated(f.allowed(rule, f.admitted(long, arriving(long, serve)))))
}
