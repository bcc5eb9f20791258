// Package hub is the remote side of synchronisation: an http.Handler over a data directory. docs/PROTOCOL.md is its
// contract.
//
// A hub keeps nothing in memory that it cannot lose: who waits for news, and the digest of a head. Every answer about a
// feed comes from one consistent read or one write transaction, so requests may come twice, late, in any order or from
// before a restore. It starts no goroutines; those that wait are the server's own and end with their request.
package hub

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// Store is the hub's data directory.
type Store interface {
	replica.Store
	// Account is the person of a user id, with the workspaces that are theirs.
	Account(ctx context.Context, userID string) (catalog.RemoteAccount, error)
	// AddWorkspace makes a workspace under an id that a device has chosen; the user becomes its owner. Conflict when there
	// is one already.
	AddWorkspace(ctx context.Context, id, name, userID string) error
}

// Config is what a hub stands on.
type Config struct {
	Store Store
	Blobs replica.Blobs
	// Authenticate says who asks; its user has the ability to synchronise. An actor with a workspace sees that one only.
	Authenticate func(*http.Request) (catalog.Actor, error)
	Now          func() time.Time
	Life         time.Duration // of tombstones; 0: protocol.TombstoneLife
	Log          *slog.Logger  // nil: none
	Rules        replica.Rules
}

// Hub answers peers.
type Hub struct {
	Config
	mux     *http.ServeMux
	waiting waiting
	digests digests
	uploads uploads
}

// New makes a hub.
func New(config Config) *Hub {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Life == 0 {
		config.Life = protocol.TombstoneLife
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	h := &Hub{Config: config, mux: http.NewServeMux()}
	h.waiting.feeds = map[string]map[chan struct{}]bool{}
	h.digests.kept = map[string]protocol.Digest{}
	for pattern, answer := range map[string]answer{
		"GET /account":             h.account,
		"POST /hello":              h.hello,
		"GET /feeds/{feed}":        h.page,
		"POST /feeds/{feed}":       h.push,
		"GET /feeds/{feed}/head":   h.head,
		"GET /feeds/{feed}/digest": h.digest,
		"PUT /workspaces/{feed}":   h.addWorkspace,
		"GET /events":              h.events,
	} {
		h.route(pattern, answer)
	}
	h.uploads.byID, h.uploads.by = map[string]*upload{}, map[uploaded]*upload{}
	for pattern, answer := range h.blobRoutes() {
		h.route(pattern, answer)
	}
	return h
}

// request is a request with who makes it and, where its path names one, the feed.
type request struct {
	*http.Request
	actor catalog.Actor
	feed  string
}

// answer writes a success or returns why there is none.
type answer func(w http.ResponseWriter, r request) error

// route registers an answer behind what all have in common: a version that both speak, and somebody known.
func (h *Hub) route(pattern string, a answer) {
	method, path, _ := cut(pattern)
	h.mux.HandleFunc(method+" "+protocol.Base+path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(protocol.Header, protocol.Spoken.String())
		if err := h.serve(w, r, a); err != nil {
			h.refuse(w, r, err)
		}
	})
}

func (h *Hub) serve(w http.ResponseWriter, r *http.Request, a answer) error {
	theirs, ok := protocol.ParseVersions(r.Header.Get(protocol.Header))
	if !ok {
		return catalog.Errorf(catalog.Invalid, "The header %s is missing. It says which versions the client speaks.", protocol.Header)
	}
	if _, ok := protocol.Spoken.Common(theirs); !ok {
		return catalog.Errorf(catalog.Unsupported, "This hub speaks versions %s of the protocol, the client %s. Update the older of the two.", protocol.Spoken, theirs)
	}
	actor, err := h.Authenticate(r)
	if err != nil {
		return err
	}
	made := request{Request: r, actor: actor, feed: r.PathValue("feed")}
	if made.feed != "" && actor.Workspace != "" && made.feed != actor.Workspace {
		return catalog.Errorf(catalog.Denied, "This token is for another workspace.")
	}
	return a(w, made)
}

// ServeHTTP answers everything under protocol.Base.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// waiting are those who wait for news of feeds.
type waiting struct {
	mu    sync.Mutex
	feeds map[string]map[chan struct{}]bool
}
