package node

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/hub"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// remoteSide is this node as others synchronise with it: the hub, and what has to be done for it that no request does.
type remoteSide struct {
	node *Node
	hub  *hub.Hub

	asked chan struct{} // somebody may have sent a question
	mu    sync.Mutex
	from  map[string]bool // the feeds on which they did
}

func newRemoteSide(n *Node) *remoteSide {
	s := &remoteSide{node: n, asked: make(chan struct{}, 1), from: map[string]bool{}}
	s.hub = hub.New(hub.Config{Store: n.engine.Replica(), Blobs: n.engine.Bytes(), Authenticate: synchroniser, Log: n.log})
	return s
}

// synchroniser is who asks: a token with the ability sync. The owner of this machine has its data already.
func synchroniser(r *http.Request) (catalog.Actor, error) {
	actor, ok := catalog.ActorFrom(r.Context())
	if !ok || actor.Kind != catalog.ActorUser || !actor.Has("sync") {
		return actor, catalog.Errorf(catalog.Denied, "Synchronising needs a token with the ability %q.", "sync")
	}
	return actor, nil
}

// mount serves the hub behind the rate limits and the check of tokens that every API is behind.
func (s *remoteSide) mount(mux *http.ServeMux, limits *web.Limits) {
	family := web.Family{Base: protocol.Base, Log: s.node.log, Limits: limits, Statuses: web.DefaultStatuses(), Body: func(p web.Problem) any {
		return protocol.Failure{Code: p.Code, Message: p.Message, Now: time.Now().UnixMilli()}
	}}
	served := family.Behind(web.Needs("sync"), http.HandlerFunc(s.serve))
	for _, pattern := range []string{protocol.Base, protocol.Base + "/"} {
		mux.Handle(pattern, web.Named("* "+protocol.Base, served))
	}
}

// serve ends with the server: streams that wait for news must not hold its end up.
func (s *remoteSide) serve(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.node.stopping, cancel)()
	s.hub.ServeHTTP(w, r.WithContext(ctx))
	if feed, ok := strings.CutPrefix(r.URL.Path, protocol.Base+"/feeds/"); ok && r.Method == http.MethodPost {
		if _, personal := catalog.FeedUser(feed); personal {
			s.mu.Lock()
			s.from[feed] = true
			s.mu.Unlock()
			select {
			case s.asked <- struct{}{}:
			default: // it is looked at anyway
			}
		}
	}
}

// tidyEvery is how often old tombstones are buried.
const tidyEvery = 24 * time.Hour

// run answers questions that came from other devices, lets those who wait know what was changed here, and buries old
// tombstones, until ctx ends.
func (s *remoteSide) run(ctx context.Context) error {
	ctx = catalog.WithActor(ctx, catalog.Actor{Kind: catalog.ActorSystem})
	var telling sync.WaitGroup
	telling.Go(func() {
		_ = s.node.engine.Subscribe(ctx, func(e catalog.Event) error { // ends with ctx, which is no failure
			if e.Kind == "workspaces" && e.ID != "" {
				s.hub.Changed(ctx, e.ID)
			}
			return nil
		})
	})
	defer telling.Wait()
	tidy := time.NewTicker(tidyEvery)
	defer tidy.Stop()
	for {
		select {
		case <-s.asked:
			s.answer(ctx)
		case <-tidy.C:
			s.collect(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *remoteSide) answer(ctx context.Context) {
	for {
		n, err := s.node.engine.Replica().AnswerQuestions(ctx)
		if err != nil && ctx.Err() == nil {
			s.node.log.Error("questions of other devices were not answered", "error", err)
		}
		if n == 0 || err != nil {
			break
		}
	}
	s.mu.Lock()
	feeds := s.from
	s.from = map[string]bool{}
	s.mu.Unlock()
	for feed := range feeds {
		s.hub.Changed(ctx, feed)
	}
}

// collect buries the old tombstones of workspaces that this node is the hub of.
func (s *remoteSide) collect(ctx context.Context) {
	list, err := s.node.engine.AllWorkspaces(ctx)
	for _, id := range list {
		remote, _, failed := s.node.engine.RemoteOf(ctx, id)
		if failed == nil && remote == "" {
			failed = s.hub.Collect(ctx, id)
		}
		if failed != nil && err == nil {
			err = failed
		}
	}
	if err != nil && ctx.Err() == nil {
		s.node.log.Error("old deletions were not tidied up", "error", err)
	}
}
