// Package node assembles a running Sheaf from its parts: the engine over one data directory, the HTTP handler tree, the
// screens, and the agent file by which other processes find it. It is the only place that wires, and every end-to-end
// test uses it.
//
// Open takes the data directory. Handler serves the tree in-process as the local owner, TokenHandler as the user of a
// token. Listen binds the network and publishes the agent file; Run does the background work and serves until its
// context ends; Close gives the directory back. The node owns the goroutines that Run starts, and Run returns when all
// have ended.
package node

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/app/remotes"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Node is one owned data directory.
type Node struct {
	cfg    config.Config
	log    *slog.Logger
	engine *engine.Engine
	sync   *remotes.Remotes // with whom this node synchronises
	remote *remoteSide      // as which others synchronise with it
	codes  *web.Codes
	token  string // of this run's agent

	stopping context.Context // ends streams and waits
	stop     context.CancelFunc
	tree     http.Handler
	ready    atomic.Bool

	listener        net.Listener // nil until Listen
	metricsListener net.Listener // nil without --metrics
	address         string
	fingerprint     string // of the certificate, SHA-256 in hex; empty without TLS
	metrics         *metrics
}

// Open takes the data directory that cfg names. Its errors are those of engine.Open: Conflict when another process owns
// it. A nil log discards.
func Open(ctx context.Context, cfg config.Config, log *slog.Logger) (*Node, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	core, err := engine.Open(ctx, engine.Options{DataDir: cfg.DataDir, Assets: cfg.Assets, Version: cfg.Version, NoModel: cfg.NoModel,
		Pace: catalog.Pace(cfg.Pace), ReserveBytes: cfg.Reserve, Scanner: scannerOf(cfg), Now: cfg.Now, Log: log})
	if err != nil {
		return nil, err
	}
	n := &Node{cfg: cfg, log: log, engine: core, codes: web.NewCodes(time.Now, rand.Reader), token: rand.Text() + rand.Text()}
	n.metrics = newMetrics(n)
	n.sync, n.remote = n.remotes(), newRemoteSide(n)
	n.stopping, n.stop = context.WithCancel(context.Background())
	n.tree = n.routes()
	return n, nil
}

// scannerOf is the virus scanner that cfg sets; nil leaves it to the settings.
func scannerOf(cfg config.Config) *catalog.ScannerSettings {
	if cfg.Clamd == "" {
		return nil
	}
	return &catalog.ScannerSettings{Address: cfg.Clamd, Unscanned: catalog.Unscanned(cfg.Unscanned)}
}

// Handler serves the tree to this process; every caller is the local owner.
func (n *Node) Handler() http.Handler {
	owner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.tree.ServeHTTP(w, r.WithContext(catalog.WithActor(r.Context(), n.engine.LocalOwner())))
	})
	return web.Wrap(owner, web.Options{})
}

// TokenHandler serves the tree to this process for callers who act as the user of a token: every request must carry it,
// as over the network, and is answered as far as the token's user and abilities go.
func (n *Node) TokenHandler() http.Handler {
	return web.Wrap(n.tree, web.Options{Identify: &web.Identifier{Lookup: n.engine.Authenticate}})
}

// Engine is the core, for code of this process that needs more than the API.
func (n *Node) Engine() *engine.Engine { return n.engine }

// Address is where Run serves, "http://127.0.0.1:7450/"; empty before Listen.
func (n *Node) Address() string { return n.address }

// Fingerprint is the SHA-256 of the certificate in hex; empty without TLS and before Listen.
func (n *Node) Fingerprint() string { return n.fingerprint }

// Code makes a one-time code that opens the screens.
func (n *Node) Code() (string, error) { return n.codes.Issue() }

// MetricsAddress is where the measurements are, "http://127.0.0.1:7451/metrics"; empty when they are nowhere.
func (n *Node) MetricsAddress() string {
	if n.metricsListener == nil {
		return ""
	}
	return reachable(n.scheme(), n.metricsListener.Addr()) + "metrics"
}

// Run reads, embeds and, after Listen, serves until ctx ends. It then finishes the requests that run, at most for ten
// seconds, and returns nil when everything ended in order.
func (n *Node) Run(ctx context.Context) error {
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	group, ending := errgroup.WithContext(ctx)
	group.Go(func() error {
		err := n.engine.Run(background)
		if background.Err() != nil && errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})
	group.Go(func() error { return n.sync.Run(background) })
	group.Go(func() error { return n.remote.run(background) })
	servers := n.servers()
	for server, bound := range servers {
		group.Go(func() error {
			if err := server.Serve(bound); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
	}
	n.ready.Store(true)
	group.Go(func() error {
		<-ending.Done()
		n.ready.Store(false)
		n.stop()
		defer stopBackground()
		n.unpublish()
		return n.drain(servers)
	})
	return group.Wait()
}

// drainTime is how long running requests may take to finish.
const drainTime = 10 * time.Second

// drain ends the servers side by side, once the requests that run are answered or drainTime is over.
func (n *Node) drain(servers map[*http.Server]net.Listener) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var group errgroup.Group
	for server := range servers {
		group.Go(func() error {
			if server.Shutdown(ctx) == nil {
				return nil
			}
			n.log.Warn("requests were cut off", "after", drainTime)
			return server.Close()
		})
	}
	return group.Wait()
}

// Close gives the data directory back. Run must have returned.
func (n *Node) Close() error {
	n.stop()
	n.unpublish()
	for _, bound := range n.servers() {
		_ = bound.Close() // closed already when Run has served
	}
	return n.engine.Close()
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}
