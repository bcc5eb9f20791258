package simnet

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/hub"
	"github.com/sheafdocs/sheaf/sync/peer"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// served is a hub behind a real server, with one member.
type served struct {
	*testing.T
	hub    *hub.Hub
	store  *Memory
	server *httptest.Server
	before func(http.ResponseWriter, *http.Request) bool // true: it has answered
}

// notSoRandom is randomness that any goroutine may read.
type notSoRandom struct{ n atomic.Uint64 }

func (r *notSoRandom) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r.n.Add(0x9E3779B97F4A7C15) >> 56)
	}
	return len(b), nil
}

func serve(t *testing.T) *served {
	t.Helper()
	s := &served{T: t, store: NewMemory("hub", time.Now, &notSoRandom{})}
	s.store.SetRole(workspace, "u", catalog.RoleEditor)
	s.store.Open(catalog.AccountFeed("u"))
	s.hub = hub.New(hub.Config{Store: s.store, Authenticate: func(r *http.Request) (catalog.Actor, error) {
		if r.Header.Get("Authorization") != "Bearer right" {
			return catalog.Actor{}, catalog.Errorf(catalog.Unauthenticated, "The token is not known.")
		}
		return catalog.Actor{Kind: catalog.ActorUser, UserID: "u"}, nil
	}})
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.before == nil || !s.before(w, r) {
			s.hub.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.server.Close)
	return s
}

// device is a peer of the hub over a store of its own, with what it last reported.
type device struct {
	*peer.Peer
	store  *Memory
	states chan catalog.PeerSync
}

func (s *served) device(name, token string) *device {
	d := &device{store: NewMemory(name, time.Now, &notSoRandom{}), states: make(chan catalog.PeerSync, 1000)}
	d.store.random.(*notSoRandom).n.Store(uint64(len(name)) << 40)
	d.store.Open(workspace)
	d.store.Open(catalog.AccountFeed("u"))
	d.Peer = peer.New(peer.Config{
		Store: d.store, Remote: peer.Remote{ID: "r", URL: s.server.URL, Token: token}, Person: catalog.AccountFeed("u"),
		Feeds: func(context.Context, peer.Account) ([]peer.Feed, error) {
			return []peer.Feed{{Local: workspace, Remote: workspace}}, nil
		},
		Transport: s.server.Client().Transport,
		Report:    func(status catalog.PeerSync) { d.states <- status },
	})
	return d
}

// run runs the peer until the test ends.
func (s *served) run(d *device) {
	ctx, stop := context.WithCancel(s.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := d.Run(ctx); err != nil {
			s.Errorf("Run: %v", err)
		}
	})
	s.Cleanup(func() { stop(); wait.Wait() })
}

// until waits for a report that is as wanted.
func (d *device) until(t *testing.T, what string, wanted func(catalog.PeerSync) bool) catalog.PeerSync {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case status := <-d.states:
			if wanted(status) {
				return status
			}
		case <-limit:
			t.Fatalf("never %s: %+v", what, d.Status())
		}
	}
}

func (d *device) write(t *testing.T, id string) {
	t.Helper()
	err := d.store.UpdateItems(t.Context(), workspace, func(tx catalog.ItemTx) error {
		item := catalog.Item{ID: id, Kind: catalog.KindProject, WorkspaceID: workspace}
		return tx.Put(item.Write(tx.Dot(), "", nil), catalog.OriginLocal)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Wake()
}

func (d *device) has(id string) bool {
	found := false
	_ = d.store.ViewItems(context.Background(), workspace, func(view catalog.ItemView) error {
		_, ok, err := view.Item(id)
		found = ok
		return err
	})
	return found
}

// What one device writes is on the other within moments: the hub's events wake it, long before the minute is over.
func TestEventsWakePeers(t *testing.T) {
	t.Parallel()
	s := serve(t)
	one, two := s.device("one", "right"), s.device("other", "right")
	s.run(one)
	s.run(two)
	two.until(t, "in sync", func(p catalog.PeerSync) bool { return p.State == catalog.SyncAgreed })
	for n := range 5 {
		id := fmt.Sprint("item", n)
		one.write(t, id)
		two.until(t, "told of "+id, func(catalog.PeerSync) bool { return two.has(id) })
	}
}

// Where events do not come through, long polls do the same.
func TestLongPollTakesThePlaceOfEvents(t *testing.T) {
	t.Parallel()
	s := serve(t)
	polls := make(chan string, 100)
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/events") {
			http.Error(w, "no streams here", http.StatusBadGateway)
			return true
		}
		if strings.HasSuffix(r.URL.Path, "/head") {
			polls <- r.URL.Query().Get("wait")
		}
		return false
	}
	one, two := s.device("one", "right"), s.device("other", "right")
	s.run(two)
	two.until(t, "in sync", func(p catalog.PeerSync) bool { return p.State == catalog.SyncAgreed })
	if wait := <-polls; wait != "55" {
		t.Errorf("it polls for %q seconds", wait)
	}
	one.write(t, "x")
	_ = one.Once(t.Context())
	two.until(t, "told", func(catalog.PeerSync) bool { return two.has("x") })
}

// A token that is refused is not tried again by itself; another one is, at once.
func TestRefusedTokenPausesUntilThereIsAnother(t *testing.T) {
	t.Parallel()
	s := serve(t)
	var asked atomic.Int64
	s.before = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/account") {
			asked.Add(1)
		}
		return false
	}
	d := s.device("one", "wrong")
	d.write(t, "x")
	s.run(d)
	status := d.until(t, "denied", func(p catalog.PeerSync) bool { return p.State == catalog.SyncDenied })
	if status.RetryAt != nil {
		t.Errorf("it means to try again at %v", status.RetryAt)
	}
	d.SetToken("right")
	d.until(t, "in sync", func(p catalog.PeerSync) bool { return p.State == catalog.SyncAgreed })
}

// A hub that asks for patience gets it: Retry-After is the least of what is waited.
func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		s := serve(t)
		s.before = func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(status)
			return true
		}
		d := s.device("one", "right")
		begun := time.Now()
		s.run(d)
		told := d.until(t, "offline", func(p catalog.PeerSync) bool { return p.RetryAt != nil })
		if wait := told.RetryAt.Sub(begun); wait < 599*time.Second || wait > 15*time.Minute {
			t.Errorf("%d: it waits %v", status, wait)
		}
	}
}

// A hub that speaks other versions only is not argued with.
func TestVersionsInCommonAreNeeded(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for header, want := range map[string]int{"": http.StatusBadRequest, "7-9": http.StatusUpgradeRequired, "1-9": http.StatusOK} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL+protocol.Base+"/account", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer right")
		request.Header.Set(protocol.Header, header)
		response, err := s.server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want || response.Header.Get(protocol.Header) != protocol.Spoken.String() {
			t.Errorf("%q: %d, %q", header, response.StatusCode, response.Header.Get(protocol.Header))
		}
	}
	s.before = func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusUpgradeRequired)
		return true
	}
	d := s.device("one", "right")
	s.run(d)
	d.until(t, "incompatible", func(p catalog.PeerSync) bool { return p.State == catalog.SyncIncompatible && p.RetryAt == nil })
}

// The stream says where each feed is, at once and after every commit, and ends with its request.
func TestEventStream(t *testing.T) {
	t.Parallel()
	s := serve(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+protocol.Base+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer right")
	request.Header.Set(protocol.Header, "1-1")
	response, err := s.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	next := func() string {
		for lines.Scan() {
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				return data
			}
		}
		return ""
	}
	first, second := next(), next()
	if !strings.Contains(first+second, `{"feed":"`+workspace+`","seq":0}`) || !strings.Contains(first+second, `"account:u"`) {
		t.Errorf("it begins with %s and %s", first, second)
	}
	d := s.device("one", "right")
	d.write(t, "x")
	_ = d.Once(t.Context())
	if told := next(); told != `{"feed":"`+workspace+`","seq":1}` && !strings.Contains(told, "account") {
		t.Errorf("then %s", told)
	}
}

// A server that nobody answers at is tried at once a few times, and then later.
func TestUnreachableRemote(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	listener.Close()
	s := serve(t)
	d := s.device("one", "right")
	d.Peer = peer.New(peer.Config{
		Store: d.store, Remote: peer.Remote{URL: address}, Person: catalog.AccountFeed("u"), Retries: 1,
		Report: func(status catalog.PeerSync) { d.states <- status },
	})
	s.run(d)
	told := d.until(t, "offline", func(p catalog.PeerSync) bool { return p.State == catalog.SyncOffline })
	if told.RetryAt == nil || told.Problem == "" {
		t.Errorf("status %+v", told)
	}
}

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
