// Package simnet proves synchronisation by simulation: the real hub and real peers, over stores in memory (or any other
// that is given), a clock that only the simulation moves and a connection that loses, doubles, delays and reorders. A
// history follows from its seed alone, on one goroutine at a time: a round of a peer stands still wherever a request is
// under way, and anything may happen before it goes on.
//
// What happens: people write, replace, delete and describe documents; programs crash between any two writes; the hub and
// devices are put back from backups or copied; clocks are wrong; tombstones are buried; devices are retired and replaced;
// members lose their roles; devices drop bytes. At the end everything is connected and left to itself until nothing moves
// any more. Then an oracle that knows nothing of vectors looks at what is there: whatever somebody wrote and nobody who had
// seen it replaced or deleted is there, whatever somebody did is not, and everybody sees the same.
package simnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/hub"
	"github.com/sheafdocs/sheaf/sync/peer"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// workspace is the one that everybody works in.
const workspace = "00000000-0000-7000-8000-000000000001"

// Replica is a data directory as the simulation needs it: what hub and peer need, and the hands of an operator.
type Replica interface {
	hub.Store
	peer.Store
	Open(feed string)                               // makes its rows
	Backup() any                                    // a copy
	Restore(backup any)                             // puts a copy back
	PutBlob(feed, sha256 string)                    // brings bytes into its reach
	SetRole(feed, userID string, role catalog.Role) // of a member
	SetFail(fail func(step string) error)           // called before each write and after each commit; nil: never
	Close()
}

// Options are what a history is like besides its seed.
type Options struct {
	Steps int                                                                 // 0: 120
	Rules replica.Rules                                                       // what is left out
	New   func(device string, now func() time.Time, random io.Reader) Replica // nil: in memory
	Trace func(format string, args ...any)                                    // nil: nobody listens
}

// sim is one history.
type sim struct {
	options Options
	r       *rand.Rand
	random  io.Reader
	time    time.Time
	hub     struct {
		store   Replica
		handler *hub.Hub
		down    bool
	}
	clients  []*client
	retired  []*client
	ghosts   []*session
	late     []message
	backups  []any
	devices  int
	plan     plan
	healing  bool
	meddling bool
	broken   error

	intercept func(message) *response // nil, or an answer in the place of the hub's
	onRevoked func()                  // nil, or called when a copy would be removed

	hubFails, clientFails int
	headBefore            catalog.Cursor // of the hub, before the request that it answers
	oracle
}

// client is a device of a person.
type client struct {
	sim     *sim
	name    string
	user    string
	store   Replica
	skew    time.Duration
	blobs   map[string]bool
	session *session
	copies  []copied
}

// copied is a backup of a client.
type copied struct {
	state any
	blobs map[string]bool
	at    int // writes of the client by then
}

func (c *client) now() time.Time { return c.sim.now().Add(c.skew) }

// now moves on with every look: no two writes of a device have the same time.
func (s *sim) now() time.Time {
	s.time = s.time.Add(time.Millisecond)
	return s.time
}

// Run plays the history of a seed and returns what is wrong at its end.
func Run(seed uint64, options Options) error {
	if options.Steps == 0 {
		options.Steps = 120
	}
	if options.New == nil {
		options.New = func(device string, now func() time.Time, random io.Reader) Replica {
			return NewMemory(device, now, random)
		}
	}
	if options.Trace == nil {
		options.Trace = func(string, ...any) {}
	}
	s := &sim{options: options, r: rand.New(rand.NewPCG(seed, 0x5eaf)), time: time.UnixMilli(1_800_000_000_000)}
	s.random = &chance{s.r}
	s.oracle.begin()
	s.plan = newPlan(s)
	s.hub.store = options.New("hub", s.now, s.random)
	s.hub.store.Open(workspace)
	s.startHub()
	for range 2 + s.r.IntN(2) {
		s.clients = append(s.clients, s.newClient(""))
	}
	defer s.close()
	for range options.Steps {
		s.step()
		if s.broken != nil {
			return s.broken
		}
	}
	if err := s.heal(); err != nil {
		return err
	}
	return s.verdict()
}

func inMemory(device string, now func() time.Time, random io.Reader) Replica {
	return NewMemory(device, now, random)
}

func (s *sim) close() {
	for _, c := range slices.Concat(s.clients, s.retired) {
		if c.session != nil {
			c.session.crash()
		}
		c.store.Close()
	}
	for _, g := range s.ghosts {
		g.crash()
	}
	s.hub.store.Close()
}

// chance is randomness as a reader.
type chance struct{ r *rand.Rand }

func (c *chance) Read(b []byte) (int, error) {
	for n := range b {
		b[n] = byte(c.r.Uint32())
	}
	return len(b), nil
}

func (s *sim) startHub() {
	s.hub.handler = hub.New(hub.Config{
		Store: s.hub.store, Now: s.now, Rules: s.options.Rules,
		Authenticate: func(r *http.Request) (catalog.Actor, error) {
			user, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			return catalog.Actor{Kind: catalog.ActorUser, UserID: user}, nil
		},
	})
}

// newClient adds a device: of a new person, or of one who has one already.
func (s *sim) newClient(user string) *client {
	s.devices++
	c := &client{sim: s, name: fmt.Sprint("d", s.devices), user: user, blobs: map[string]bool{}}
	if user == "" {
		c.user = fmt.Sprint("u", s.devices)
	}
	c.skew = time.Duration(s.r.IntN(2000)-1000) * time.Millisecond
	if s.plan.wildClocks && s.r.IntN(2) == 0 {
		c.skew = []time.Duration{70 * 365 * 24 * time.Hour, -24 * time.Hour, 20 * time.Minute}[s.r.IntN(3)]
	}
	c.store = s.options.New(c.name, c.now, s.random)
	c.store.Open(workspace)
	c.store.Open(catalog.AccountFeed(c.user))
	s.hub.store.Open(catalog.AccountFeed(c.user))
	s.hub.store.SetRole(workspace, c.user, catalog.RoleEditor)
	return c
}

// session is the client's running program, started where there is none.
func (s *sim) session(c *client) *session {
	if c.session == nil || c.session.dead {
		c.session = s.newSession(c)
	}
	return c.session
}

// heal connects everybody and lets them be until nothing moves any more.
func (s *sim) heal() error {
	s.healing, s.late = true, nil
	for _, g := range s.ghosts {
		g.crash()
	}
	for _, c := range s.clients {
		if c.session != nil {
			c.session.crash()
		}
		s.hub.store.SetRole(workspace, c.user, catalog.RoleEditor)
	}
	s.options.Trace("HEAL")
	const mostRounds = 60
	for _, c := range s.clients {
		c.session = s.newSession(c)
		c.session.reliable = true
	}
	for round := range mostRounds {
		before := s.fingerprint()
		var failures []error
		for _, c := range s.clients {
			x := c.session
			x.peer.Retry(workspace)
			failures = append(failures, s.once(x))
		}
		if s.fingerprint() != before {
			continue
		}
		err := errors.Join(failures...)
		if err == nil || s.lackingBytes() {
			return nil
		}
		if round == mostRounds-1 {
			return fmt.Errorf("NO AGREEMENT: %w", err)
		}
		s.time = s.time.Add(time.Second)
	}
	return errors.New("no quiescence")
}

// once runs a round to its end and watches for a new identity.
func (s *sim) once(x *session) error {
	watch := s.watch(x.client)
	err := x.peer.Once(context.Background())
	watch()
	s.mustNotDiffer(x.client, err)
	s.options.Trace("ONCE %s -> %v %+v", x.client.name, err, x.peer.Status().Feeds[workspace].SetAside)
	return err
}

// fingerprint changes with everything that is kept anywhere.
func (s *sim) fingerprint() string {
	var b strings.Builder
	for _, r := range s.replicas() {
		err := r.ViewItems(context.Background(), workspace, func(view catalog.ItemView) error {
			head, err := view.Head()
			cursor, _ := view.Note("cursor")
			fmt.Fprint(&b, head.Seq, cursor, ";")
			return err
		})
		if err != nil {
			fmt.Fprint(&b, err)
		}
	}
	return b.String()
}

func (s *sim) replicas() []Replica {
	list := []Replica{s.hub.store}
	for _, c := range s.clients {
		list = append(list, c.store)
	}
	return list
}

// hubHas reports whether the hub has bytes.
func (s *sim) hubHas(hash string) (has bool) {
	err := s.hub.store.ViewItems(context.Background(), workspace, func(view catalog.ItemView) (err error) {
		has, err = view.HasBlob(hash)
		return err
	})
	return has && err == nil
}

func (s *sim) hubHead() (head catalog.Cursor) {
	err := s.hub.store.ViewItems(context.Background(), workspace, func(view catalog.ItemView) (err error) {
		head, err = view.Head()
		return err
	})
	if err != nil && catalog.CodeOf(err) != catalog.NotFound {
		s.broken = err
	}
	return head
}

// mustNotDiffer holds a round to what it may end with: never with two replicas that differ at one commit.
func (s *sim) mustNotDiffer(c *client, err error) {
	if s.broken != nil || catalog.CodeOf(err) != catalog.Corrupt {
		return
	}
	s.broken = fmt.Errorf("DIFFERENT: %w", err)
	there := map[string]catalog.Item{}
	for _, item := range s.itemsOf(s.hub.store) {
		there[item.ID] = item
	}
	for _, item := range s.itemsOf(c.store) {
		if other := there[item.ID]; !item.Deleted() && !catalog.SameState(item, other) {
			s.options.Trace("DIFFERENT %s has %+v, the hub %+v", c.name, item, other)
		}
		delete(there, item.ID)
	}
	s.options.Trace("DIFFERENT %s lacks %+v", c.name, there)
}
