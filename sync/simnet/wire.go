package simnet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/peer"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// errCrash is what a program sees in the moment in which it ends.
var errCrash = errors.New("simnet: crashed")

// errLost is a request whose answer never comes.
var errLost = errors.New("simnet: lost")

// message is a request on its way. It may arrive more than once, and late.
type message struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte
}

// session is one run of a client's program: a real peer over the client's store, and its connection. It ends by a crash,
// after which nothing it does has any effect, or goes on as a ghost beside the next one.
type session struct {
	sim      *sim
	client   *client
	peer     *peer.Peer
	yield    func(struct{}) bool // nil: nothing happens while a request is under way
	next     func() (struct{}, bool)
	stop     func()
	dead     bool
	reliable bool
	pullOnly bool
	disk     func(step string) error // fails writes without ending the program; nil: none
	err      error
}

func (s *sim) newSession(c *client) *session {
	made := &session{sim: s, client: c}
	made.peer = peer.New(peer.Config{
		Store:  sessionStore{c.store, made},
		Remote: peer.Remote{ID: "hub", URL: "http://hub", Token: c.user},
		Person: catalog.AccountFeed(c.user),
		Feeds: func(context.Context, peer.Account) ([]peer.Feed, error) {
			return []peer.Feed{{Local: workspace, Remote: workspace}}, nil
		},
		Revoked: func(context.Context, peer.Feed) error {
			if s.onRevoked != nil {
				s.onRevoked()
			}
			return nil
		},
		Bytes:     clientBytes{made},
		Transport: made,
		Now:       c.now,
		Random:    s.random,
		PageItems: 1 + s.r.IntN(5),
		PushItems: 1 + s.r.IntN(20),
		Rules:     s.options.Rules,
	})
	return made
}

// start begins a round that others can interrupt wherever a request is under way.
func (x *session) start() {
	x.next, x.stop = iter.Pull(func(yield func(struct{}) bool) {
		x.yield = yield
		x.err = x.peer.Once(context.Background())
		x.yield = nil
	})
}

// resume lets a round go on to its next pause; false when it has ended.
func (x *session) resume() bool {
	_, more := x.next()
	return more
}

// crash ends the program.
func (x *session) crash() {
	x.dead = true
	if x.stop != nil {
		x.stop()
	}
}

// pause lets others act; false when the program has ended meanwhile.
func (x *session) pause() bool {
	return (x.yield == nil || x.yield(struct{}{})) && !x.dead
}

// RoundTrip implements http.RoundTripper.
func (x *session) RoundTrip(request *http.Request) (*http.Response, error) {
	if x.dead {
		return nil, errCrash
	}
	m, err := messageOf(request)
	if err != nil {
		return nil, err
	}
	s := x.sim
	if x.pullOnly && m.method == http.MethodPost && strings.Contains(m.url.Path, "/feeds/") {
		return nil, errLost
	}
	if x.reliable {
		s.meddle(x.client, m)
		return x.answer(s.deliver(m))
	}
	switch fate := s.r.IntN(100); {
	case fate < 8:
		return nil, errLost
	case fate < 14: // given up, and on its way all the same
		s.late = append(s.late, m)
		return nil, errLost
	case fate < 22:
		s.late = append(s.late, m)
	}
	if !x.pause() {
		return nil, errCrash
	}
	response := s.deliver(m)
	if !x.pause() {
		return nil, errCrash
	}
	if s.r.IntN(100) < 12 {
		return nil, errLost
	}
	return x.answer(response)
}

func (x *session) answer(r *response) (*http.Response, error) {
	if x.dead {
		return nil, errCrash
	}
	return &http.Response{
		StatusCode: r.status, Header: r.header, Body: io.NopCloser(&r.body), ContentLength: int64(r.body.Len()),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

func messageOf(request *http.Request) (message, error) {
	m := message{method: request.Method, url: request.URL, header: request.Header}
	if request.Body == nil {
		return m, nil
	}
	defer request.Body.Close()
	body, err := io.ReadAll(request.Body)
	m.body = body
	return m, err
}

// response is an answer on its way.
type response struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (r *response) Header() http.Header { return r.header }

func (r *response) WriteHeader(status int) { r.status = status }

func (r *response) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.body.Write(b)
}

// deliver brings a message to the hub. A hub that crashes answers nothing that means anything, and is started again.
func (s *sim) deliver(m message) *response {
	if s.intercept != nil {
		if answer := s.intercept(m); answer != nil {
			return answer
		}
	}
	w := &response{header: http.Header{}}
	request := (&http.Request{
		Method: m.method, URL: m.url, Header: m.header, Body: io.NopCloser(bytes.NewReader(m.body)), ContentLength: int64(len(m.body)),
		Host: m.url.Host, RequestURI: m.url.RequestURI(),
	}).WithContext(context.Background())
	if hash, ok := strings.CutPrefix(m.url.Path, protocol.Base+"/blob/"); ok {
		s.hub.store.PutBlob(workspace, hash)
		w.WriteHeader(http.StatusOK)
		return w
	}
	s.headBefore = s.hubHead()
	s.hub.store.SetFail(s.failure(s.hubFails, func() { s.hub.down = true }))
	s.hub.handler.ServeHTTP(w, request)
	s.hub.store.SetFail(nil)
	if s.hub.down {
		s.hub.down = false
		s.startHub()
		w.status = http.StatusBadGateway
	}
	s.checkRoles(m)
	return w
}

// sessionStore is a client's store as one run of its program sees it: every write may be the last.
type sessionStore struct {
	Replica
	session *session
}

func (x sessionStore) guard() error {
	if x.session.dead {
		return errCrash
	}
	if x.session.disk != nil {
		x.Replica.SetFail(x.session.disk)
		return nil
	}
	x.Replica.SetFail(x.session.sim.failure(x.session.sim.clientFails, func() { x.session.dead = true }))
	return nil
}

func (x sessionStore) ViewItems(ctx context.Context, feed string, view func(catalog.ItemView) error) error {
	if x.session.dead {
		return errCrash
	}
	return x.Replica.ViewItems(ctx, feed, view)
}

func (x sessionStore) UpdateItems(ctx context.Context, feed string, change func(catalog.ItemTx) error) error {
	if err := x.guard(); err != nil {
		return err
	}
	defer x.Replica.SetFail(nil)
	return x.Replica.UpdateItems(ctx, feed, change)
}

func (x sessionStore) NewDevice(ctx context.Context) error {
	if err := x.guard(); err != nil {
		return err
	}
	defer x.Replica.SetFail(nil)
	return x.Replica.NewDevice(ctx)
}

func (x sessionStore) SetClock(ctx context.Context, offset time.Duration) error {
	if err := x.guard(); err != nil {
		return err
	}
	defer x.Replica.SetFail(nil)
	return x.Replica.SetClock(ctx, offset)
}

// failure makes a failpoint that goes off at one write in rate; 0: never.
func (s *sim) failure(rate int, crash func()) func(string) error {
	if rate == 0 || s.healing {
		return nil
	}
	return func(string) error {
		if s.r.IntN(rate) != 0 {
			return nil
		}
		crash()
		return errCrash
	}
}

// clientBytes moves bytes between a client and the hub, by the same bad connection.
type clientBytes struct{ session *session }

func (b clientBytes) Send(_ context.Context, _ peer.Feed, wanted []string) (absent []string, err error) {
	for _, hash := range wanted {
		if !b.session.client.blobs[hash] {
			absent = append(absent, hash)
			continue
		}
		request := &http.Request{Method: http.MethodPut, URL: &url.URL{Scheme: "http", Host: "hub", Path: protocol.Base + "/blob/" + hash}}
		if _, err := b.session.RoundTrip(request); err != nil {
			return nil, err
		}
	}
	return absent, nil
}

func (b clientBytes) Fetch(ctx context.Context, f peer.Feed) error {
	c := b.session.client
	return c.store.ViewItems(ctx, f.Local, func(view catalog.ItemView) error {
		items, err := view.Since(0, 1_000_000)
		for _, item := range items {
			for _, v := range item.Versions {
				if b.session.sim.hubHas(v.Blob) {
					c.blobs[v.Blob] = true
				}
			}
		}
		return err
	})
}
