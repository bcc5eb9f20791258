package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// exchange is one request and its answer, as the log and the measurements tell of it.
type exchange struct {
	id    string
	route string // method and pattern, once known
	actor string // token id, "owner", "system" or empty
	quiet bool
}

type exchangeKey struct{}

// exchangeOf is the exchange that ctx belongs to; outside of one it is a new one that nobody reads.
func exchangeOf(ctx context.Context) *exchange {
	if e, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return e
	}
	return &exchange{}
}

// RequestID is the id of the request in ctx, also sent as X-Request-Id; empty outside of one.
func RequestID(ctx context.Context) string { return exchangeOf(ctx).id }

// Quiet leaves the request out of the access log, as its sender asked. What fails inside Sheaf is logged all the same.
func Quiet(r *http.Request) { exchangeOf(r.Context()).quiet = true }

// Named serves h under a name in log and measurements: a method and a pattern, never a path that was asked for. Routes
// of a family have theirs already.
func Named(route string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchangeOf(r.Context()).route = route
		h.ServeHTTP(w, r)
	})
}

// Answered is what was measured of one request.
type Answered struct {
	Route  string // as Named has it; empty: no handler was found
	Status int
	Took   time.Duration
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// logged gives every request an id, measures it and writes one line about it. Queries, headers and bodies never reach
// the log, for they hold tokens, codes and people's words; nor do paths that a route stands for, for they hold names of
// things. Of the token only its id is told.
func logged(next http.Handler, o Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		rand.Read(b[:])
		e := &exchange{id: hex.EncodeToString(b[:])}
		w.Header().Set("X-Request-Id", e.id)
		rec := &recorder{ResponseWriter: w}
		ended := func(Answered) {}
		if o.Began != nil {
			ended = o.Began()
		}
		start := time.Now()
		defer func() {
			took := time.Since(start)
			ended(Answered{e.route, rec.status, took})
			if o.Log != nil && (!e.quiet || rec.status >= 500) {
				o.Log.Info("request", "id", e.id, "route", e.routeOr(r), "actor", e.actor, "status", rec.status,
					"bytes", rec.bytes, "ms", took.Milliseconds())
			}
		}()
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, e)))
	})
}

// routeOr is the route of the exchange or, when no handler was found, what was asked for.
func (e *exchange) routeOr(r *http.Request) string {
	if e.route != "" {
		return e.route
	}
	return printable(r.Method + " " + r.URL.Path)
}

// recovered turns a panic into a plain 500; the stack goes to the log only.
func recovered(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			if log != nil {
				log.Error("request panicked", "id", RequestID(r.Context()), "route", exchangeOf(r.Context()).routeOr(r), "panic", p, "stack", string(debug.Stack()))
			}
			if rec, ok := w.(*recorder); ok && rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			Write(w, http.StatusInternalServerError, map[string]any{"error": map[string]any{
				"code": catalog.Internal, "message": catalog.MessageOf(errPanic)}})
		}()
		next.ServeHTTP(w, r)
	})
}

var errPanic = context.Canceled // any error without a sentence of its own

// printable keeps control characters of hostile paths out of logs and sentences.
func printable(s string) string {
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
