// Package remotes runs the remotes of this device: it adds and changes them, keeps one peer running for each, tells how
// they stand, and does on this device what follows from what a peer found out: workspaces that appeared are kept, work of
// a person who is no member any more is rescued.
//
// Run starts the peers and ends with its context, when all of them have ended; the package owns no other goroutine. Every
// method asks the engine's policy for the actor in its context. Tokens are in a secrets.Box, are sent to nobody but the
// remote that they are of, and never to a server that nobody vouches for.
package remotes

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/app/secrets"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/peer"
)

// Options are what a Remotes needs.
type Options struct {
	Engine  *engine.Engine
	Secrets *secrets.Box
	Place   func() (url, fingerprint string) // where this agent is reached, for invitations; empty before it listens
	Log     *slog.Logger
}

// Remotes is those of one data directory. Its methods may be called from any goroutine.
type Remotes struct {
	options Options
	again   chan struct{} // the set of remotes, or what was chosen, has changed
	begun   chan struct{} // closed when Run has begun

	mu    sync.Mutex
	peers map[string]*running // by remote
	ctx   context.Context     // of Run; nil before it
}

// running is a peer that runs, with the transfers of its bytes.
type running struct {
	remote catalog.Remote
	peer   *peer.Peer
	bytes  *peer.Transfers
	cancel context.CancelFunc
	ended  chan struct{}
	told   told
}

// New returns a Remotes that does not run yet.
func New(o Options) *Remotes {
	return &Remotes{options: o, again: make(chan struct{}, 1), begun: make(chan struct{}), peers: map[string]*running{}}
}

// Run keeps a peer running for every remote that is not paused, until ctx ends. It is called once.
func (r *Remotes) Run(ctx context.Context) error {
	ctx = catalog.WithActor(ctx, catalog.Actor{Kind: catalog.ActorSystem})
	r.mu.Lock()
	r.ctx = ctx
	r.mu.Unlock()
	close(r.begun)
	r.options.Engine.SetFetcher(r)
	defer r.options.Engine.SetFetcher(nil)
	defer r.stopAll()
	var listening sync.WaitGroup
	listening.Go(func() { r.followChanges(ctx) })
	defer listening.Wait()
	for {
		if err := r.follow(ctx); err != nil && ctx.Err() == nil {
			r.options.Log.Error("remotes could not be read", "error", err)
		}
		select {
		case <-r.again:
		case <-ctx.Done():
			return nil
		}
	}
}

// followChanges lets peers know that something was changed here, until ctx ends.
func (r *Remotes) followChanges(ctx context.Context) {
	_ = r.options.Engine.Subscribe(ctx, func(e catalog.Event) error { // ends with ctx, which is no failure
		if e.Kind == "contents" || e.Kind == "workspaces" {
			for _, p := range r.snapshot() {
				p.peer.Wake()
			}
		}
		return nil
	})
}

// wake lets Run look at the set of remotes anew.
func (r *Remotes) wake() {
	select {
	case r.again <- struct{}{}:
	default:
	}
}

// follow starts and ends peers as the remotes want it.
func (r *Remotes) follow(ctx context.Context) error {
	list, err := r.options.Engine.Remotes(ctx)
	if err != nil {
		return err
	}
	wanted := map[string]catalog.Remote{}
	for _, remote := range list {
		if !remote.Paused {
			wanted[remote.ID] = remote
		}
	}
	for id, p := range r.snapshot() {
		if now, ok := wanted[id]; !ok || !same(now, p.remote) {
			r.stop(id)
		}
	}
	for _, remote := range wanted {
		if err := r.start(ctx, remote); err != nil {
			r.options.Log.Error("a remote cannot be synchronised", "remote", remote.ID, "error", err)
		}
	}
	return nil
}

// same reports whether a peer can go on for a remote that was changed.
func same(a, b catalog.Remote) bool {
	a.Name, b.Name = "", ""
	a.KeepNew, b.KeepNew = false, false
	a.Email, b.Email = "", ""
	return a == b
}

func (r *Remotes) snapshot() map[string]*running {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make(map[string]*running, len(r.peers))
	for id, p := range r.peers {
		all[id] = p
	}
	return all
}

// start makes a peer run unless it does.
func (r *Remotes) start(ctx context.Context, remote catalog.Remote) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.peers[remote.ID] != nil {
		return nil
	}
	p, err := r.made(ctx, remote)
	if err != nil {
		return err
	}
	running, cancel := context.WithCancel(ctx)
	p.cancel, p.ended = cancel, make(chan struct{})
	r.peers[remote.ID] = p
	go func() {
		defer close(p.ended)
		if err := p.peer.Run(running); err != nil && running.Err() == nil {
			r.options.Log.Error("synchronising ended", "remote", remote.ID, "error", err)
		}
	}()
	return nil
}

// made is a peer that does not run yet.
func (r *Remotes) made(ctx context.Context, remote catalog.Remote) (*running, error) {
	token, err := r.options.Secrets.Get(remote.ID)
	if err != nil && catalog.CodeOf(err) != catalog.NotFound { // without a token the remote says what is missing
		return nil, err
	}
	replica := r.options.Engine.Replica()
	device, err := replica.Device(ctx)
	if err != nil {
		return nil, err
	}
	p := &running{remote: remote, told: told{feeds: map[string]catalog.FeedSync{}}}
	to := peer.Remote{ID: remote.ID, URL: remote.URL, Token: token}
	p.bytes = peer.NewTransfers(peer.TransferConfig{Remote: to, Blobs: r.options.Engine.Bytes(), Device: device.ID, Transport: transport(remote.Pin),
		Retries: retries, Limit: remote.Limit, More: func() { p.peer.Wake() }, Log: r.options.Log})
	p.peer = peer.New(peer.Config{Store: replica, Remote: to, Person: catalog.AccountFeed(r.options.Engine.LocalOwner().UserID),
		Feeds:   func(ctx context.Context, a peer.Account) ([]peer.Feed, error) { return r.feeds(ctx, remote, a) },
		Revoked: func(ctx context.Context, f peer.Feed) error { return r.rescue(ctx, remote, f.Local) },
		Bytes:   p.bytes, Transport: transport(remote.Pin), Retries: retries,
		Report: func(status catalog.PeerSync) { r.reported(ctx, p, status) },
		Record: func(e catalog.SyncEntry) { r.record(ctx, remote.ID, e) },
		Log:    r.options.Log})
	return p, nil
}

// retries is how often a request that got no answer is sent again at once.
const retries = 2

// stop ends a peer and waits for it.
func (r *Remotes) stop(id string) {
	r.mu.Lock()
	p := r.peers[id]
	delete(r.peers, id)
	r.mu.Unlock()
	if p != nil {
		p.cancel()
		<-p.ended
	}
}

func (r *Remotes) stopAll() {
	r.mu.Lock()
	r.ctx = nil
	r.mu.Unlock()
	for id := range r.snapshot() {
		r.stop(id)
	}
}

// restart gives a running peer what was changed of its remote.
func (r *Remotes) restart(id string) {
	r.stop(id)
	r.wake()
}

// record writes a line of the diary. What a person has beside workspaces is told as the remote's, and not that it agrees.
func (r *Remotes) record(ctx context.Context, remoteID string, e catalog.SyncEntry) {
	if _, personal := catalog.FeedUser(e.WorkspaceID); personal {
		if e.Kind == catalog.EntryAgreed {
			return
		}
		e.WorkspaceID = ""
	}
	e.RemoteID = remoteID
	if err := r.options.Engine.RecordSync(ctx, e); err != nil && ctx.Err() == nil {
		r.options.Log.Error("the history of synchronisation lacks a line", "remote", remoteID, "error", err)
	}
}

// timeout is how long a remote may take to answer a person who waits.
const timeout = 20 * time.Second
