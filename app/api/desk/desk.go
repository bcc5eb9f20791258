// Package desk is the API of the screens and the command line: folders, search, answers, contents, workspaces, users,
// tokens, progress and care of the data directory. It lies under /api/desk.
//
// One table (routes.go) names every operation once: its path, what it needs, what it takes and gives, and the method
// that serves it. The handler tree and the OpenAPI document are both made from it, so they cannot differ. The package
// owns one goroutine per open event stream, which ends with its request or when Options.Stopping ends.
package desk

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Base is the path of every operation.
const Base = "/api/desk"

// Options configure a Desk.
type Options struct {
	Engine    *engine.Engine
	Sync      Sync // what the operations on remotes are served by
	Codes     *web.Codes
	Log       *slog.Logger
	Stopping  context.Context // when it ends, streams and waits end so that the server can
	Heartbeat time.Duration   // between pings on an event stream; 0 means 15 s
}

// Desk serves the operations over one engine.
type Desk struct {
	engine    *engine.Engine
	sync      Sync
	codes     *web.Codes
	stopping  context.Context
	heartbeat time.Duration
	family    web.Family
}

// New makes a Desk.
func New(o Options) *Desk {
	d := &Desk{engine: o.Engine, sync: o.Sync, codes: o.Codes, stopping: o.Stopping, heartbeat: o.Heartbeat}
	if d.heartbeat == 0 {
		d.heartbeat = 15 * time.Second
	}
	if d.stopping == nil {
		d.stopping = context.Background()
	}
	d.family = web.Family{Base: Base, Log: o.Log, Statuses: web.DefaultStatuses(), Body: problemBody}
	return d
}

// Problem is the error body.
type Problem struct {
	Error ProblemDetail `json:"error"`
}

// ProblemDetail says what is wrong in one sentence and, for wrong input, in which fields.
type ProblemDetail struct {
	Code    catalog.Code         `json:"code"`
	Message string               `json:"message"`
	Fields  []catalog.FieldError `json:"fields"`
}

func problemBody(p web.Problem) any {
	return Problem{ProblemDetail{Code: p.Code, Message: p.Message, Fields: p.Fields}}
}

// Group is the family with all its operations.
func (d *Desk) Group() web.Group {
	return web.Group{Name: "Desk", About: "What the screens and the command line use.", Family: d.family, Routes: d.routes()}
}

// Handler serves everything under Base.
func (d *Desk) Handler() http.Handler { return d.Group().Handler() }

// untilStopping returns a context that also ends when the server stops.
func (d *Desk) untilStopping(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(d.stopping, cancel)
	return ctx, func() { stop(); cancel() }
}
