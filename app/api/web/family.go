package web

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Statuses is a family's code-to-status table. A code that is absent is answered as Internal.
type Statuses map[catalog.Code]int

// DefaultStatuses is the table that families start from.
func DefaultStatuses() Statuses {
	return Statuses{
		catalog.Invalid:         http.StatusBadRequest,
		catalog.Unauthenticated: http.StatusUnauthorized,
		catalog.Denied:          http.StatusForbidden,
		catalog.NotFound:        http.StatusNotFound,
		catalog.Gone:            http.StatusGone,
		catalog.Conflict:        http.StatusConflict,
		catalog.TooLarge:        http.StatusRequestEntityTooLarge,
		catalog.NeedsConsent:    http.StatusConflict,
		catalog.Limited:         http.StatusTooManyRequests,
		catalog.Unavailable:     http.StatusServiceUnavailable,
		catalog.Unsupported:     http.StatusUnprocessableEntity,
		catalog.Locked:          http.StatusUnprocessableEntity,
		catalog.Corrupt:         http.StatusInternalServerError,
		catalog.Internal:        http.StatusInternalServerError,
	}
}

// Problem is an error as a client may see it.
type Problem struct {
	Code    catalog.Code
	Message string
	Fields  []catalog.FieldError
}

// Family is one API's place and its way to answer errors.
type Family struct {
	Base     string // the path that all of it lies under, such as /api/v1/workspaces
	Log      *slog.Logger
	Limits   *Limits // nil: none
	Statuses Statuses
	Body     func(Problem) any // the error body, always of one named type; encoded as JSON
}

// Handler answers a request or returns an error that its family answers.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Public serves h to anyone.
func (f Family) Public(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			f.Fail(w, r, err)
		}
	})
}

// allowed serves h to those whom the rule admits.
func (f Family) allowed(rule Access, h Handler) Handler {
	if rule == Anyone {
		return h
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		actor, ok := catalog.ActorFrom(r.Context())
		switch {
		case !ok:
			w.Header().Set("WWW-Authenticate", "Bearer")
			return identityError(r.Context())
		case rule == OwnerOnly && actor.Kind != catalog.ActorOwner:
			return catalog.Errorf(catalog.Denied, "Only the owner of this machine's data may do this.")
		case rule.ability != "" && !actor.Has(rule.ability):
			return catalog.Errorf(catalog.Denied, "This token lacks the ability %q.", rule.ability)
		}
		return h(w, r)
	}
}

// NotFound answers a route that does not exist: 404 in the family's own form, whatever its table says of things that do
// not exist.
func (f Family) NotFound(w http.ResponseWriter, r *http.Request) {
	f.Statuses = maps.Clone(f.Statuses)
	f.Statuses[catalog.NotFound] = http.StatusNotFound
	f.Fail(w, r, catalog.Errorf(catalog.NotFound, "There is nothing at %s %s.", r.Method, printable(r.URL.Path)))
}

// Fail answers err. What lies beneath its sentence is logged, never sent. Nothing is sent once an answer has begun, or
// to a client that has gone.
func (f Family) Fail(w http.ResponseWriter, r *http.Request, err error) {
	err = meant(r.Context(), err)
	code := catalog.CodeOf(err)
	status, known := f.Statuses[code]
	if !known {
		status = http.StatusInternalServerError
	}
	gone := r.Context().Err() != nil && errors.Is(err, context.Canceled)
	if status >= 500 && !gone && f.Log != nil {
		f.Log.Error("request failed", "id", RequestID(r.Context()), "route", exchangeOf(r.Context()).routeOr(r), "code", string(code), "error", err)
	}
	if rec, ok := w.(*recorder); ok && rec.status != 0 {
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	}
	if status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "5")
	}
	problem := Problem{Code: code, Message: catalog.MessageOf(err)}
	if e, ok := errors.AsType[*catalog.Error](err); ok {
		problem.Fields = e.Fields
	}
	w.Header().Del("ETag")
	w.Header().Del("Content-Disposition")
	Write(w, status, f.Body(problem))
}

// meant puts what the layers around a handler cause into words: a body over the limit, the end of the time.
func meant(ctx context.Context, err error) error {
	if limit, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return catalog.Errorf(catalog.TooLarge, "The request is larger than the limit of %s.", size(limit.Limit))
	}
	if err != nil && context.Cause(ctx) == errTime {
		return &catalog.Error{Code: catalog.Unavailable, Message: "This took longer than a request may; ask for less or try again later.", Err: err}
	}
	return err
}
