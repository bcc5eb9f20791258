// Package peer is the local side of synchronisation: it pulls the feeds of one remote, pushes what is dirty, and says how
// things stand. docs/PROTOCOL.md is its contract with the hub.
//
// A round takes each feed in turn: pull until there is no more, push until nothing is dirty that can travel, pull again
// so that what was pushed is seen, and compare digests. Everything that must survive is in the store, in the transaction
// of what it belongs to: the cursor with the items, a staged page with the place to go on, an item that was set aside
// with the reason. A crash between any two writes costs time and nothing else. What is kept in memory may be lost:
// acknowledgements (the item is pushed again, which changes nothing) and questions to a person (they come up again).
//
// A peer is used by one goroutine at a time, Run or Once; Status, Wake, Answer, Retry and SetToken may be called by any.
// Run ends every goroutine that it starts.
package peer

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// Store is the peer's data directory.
type Store interface {
	replica.Store
	// Device is the identity under which this data directory writes.
	Device(ctx context.Context) (catalog.Device, error)
	// NewDevice takes a new id. What was written under the old one stays as it is.
	NewDevice(ctx context.Context) error
	// SetClock sets what is added to this machine's clock for stamps, and forgets readings that are later than the clock
	// is then.
	SetClock(ctx context.Context, offset time.Duration) error
}

// Remote is the hub to synchronise with.
type Remote struct {
	ID    string // names what is remembered of it
	URL   string // without protocol.Base
	Token string
}

// Feed is a feed by its names here and there: they differ for a person's, whose user id is the hub's there.
type Feed struct{ Local, Remote string }

// Account is what the hub says of the token.
type Account = protocol.Account

// Bytes moves what items point at. Items do not wait for bytes on their way in.
type Bytes interface {
	// Send hands wanted bytes to the hub. absent are those that are not on this device: their items wait, visibly.
	Send(ctx context.Context, feed Feed, wanted []string) (absent []string, err error)
	// Fetch brings what this device means to hold of a feed.
	Fetch(ctx context.Context, feed Feed) error
}

// Config is what a peer stands on.
type Config struct {
	Store  Store
	Remote Remote
	// Person is the local feed of the person at this machine. Receipts are kept there, whether or not it is synchronised.
	Person string
	// Feeds says what to synchronise, once the hub has said what there is. The rows of the feeds must be there.
	Feeds func(context.Context, Account) ([]Feed, error)
	// Revoked is called when membership of a workspace has ended, which the hub has proven. It moves what was not sent to a
	// workspace of this device and removes the copy. nil: the copy stays, and the status says so.
	Revoked   func(ctx context.Context, feed Feed) error
	Bytes     Bytes             // nil: none are here
	Transport http.RoundTripper // nil: http.DefaultTransport
	Retries   int               // of a request that got no answer, at once; the rest is Run's back-off
	Now       func() time.Time
	Random    io.Reader
	Report    func(catalog.PeerSync)  // whenever the status changed; nil: nobody
	Record    func(catalog.SyncEntry) // what happened; nil: nobody. RemoteID is filled in
	Log       *slog.Logger            // nil: none
	PageItems int                     // 0: protocol.MaxPageItems
	PushItems int                     // 0: protocol.MaxPushItems
	Rules     replica.Rules
}

// Peer synchronises with one remote.
type Peer struct {
	Config
	remote *remote
	wake   chan struct{}
	turn   chan struct{} // held by the goroutine whose round it is

	identity protocol.Identity // what the hub knows this device by; the zero one before hello
	feeds    map[string]*feed  // by local name

	mu      sync.Mutex // for what follows
	status  catalog.PeerSync
	names   map[string]string // feeds by their names at the remote
	answers map[string]bool   // to questions, by feed and kind
	retry   map[string]bool   // feeds whose items set aside are to be tried again
}

// New makes a peer. It sends nothing before Run or Once.
func New(config Config) *Peer {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Random == nil {
		config.Random = rand.Reader
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.PageItems == 0 {
		config.PageItems = protocol.MaxPageItems
	}
	if config.PushItems == 0 {
		config.PushItems = protocol.MaxPushItems
	}
	return &Peer{
		Config: config, remote: newRemote(config), wake: make(chan struct{}, 1), turn: make(chan struct{}, 1),
		feeds: map[string]*feed{}, answers: map[string]bool{}, retry: map[string]bool{}, names: map[string]string{},
		status: catalog.PeerSync{State: catalog.SyncStarting, Feeds: map[string]catalog.FeedSync{}},
	}
}

// Wake starts a round soon: something has changed here, or a person asks for it.
func (p *Peer) Wake() {
	select {
	case p.wake <- struct{}{}:
	default: // one is on its way
	}
}

// SetToken takes the place of a token that the hub refuses, and wakes.
func (p *Peer) SetToken(token string) {
	p.remote.setToken(token)
	p.Wake()
}

// Answer answers a question of the status. yes lets the deletions through once; no keeps the documents: those that were
// deleted there are offered again, those that were deleted here stay set aside. NotFound for a question that has gone.
func (p *Peer) Answer(questionID string, yes bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.status.Feeds {
		for _, q := range f.Questions {
			if q.ID == questionID {
				p.answers[questionID] = yes
				p.Wake()
				return nil
			}
		}
	}
	return catalog.Errorf(catalog.NotFound, "This question has been answered or has gone.")
}

// Retry tries again what was set aside of a feed.
func (p *Peer) Retry(feed string) {
	p.mu.Lock()
	p.retry[feed] = true
	p.mu.Unlock()
	p.Wake()
}

// Once runs one round and returns what kept the feeds from agreeing: nil when every digest does.
func (p *Peer) Once(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return p.round(ctx)
}
