package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// limited is a family with limits whose one route is served by h.
func limited(b Bounds, route Route, h Handler) http.Handler {
	f := family()
	f.Base, f.Limits = "/api/x", NewLimits(b)
	route.Method, route.Path, route.Access, route.Serve = "POST", "/api/x/do", Anyone, h
	return Wrap(Group{Family: f, Routes: []Route{route}}.Handler(), Options{})
}

func nothing(w http.ResponseWriter, _ *http.Request) error { Write(w, 200, "done"); return nil }

// as makes a request of a token; an empty one is nobody's.
func as(token, address string) *http.Request {
	r := request("POST", "/api/x/do")
	r.RemoteAddr = address
	switch token {
	case "":
		return r
	case "owner":
		return r.WithContext(catalog.WithActor(r.Context(), catalog.Actor{Kind: catalog.ActorOwner}))
	}
	return r.WithContext(catalog.WithActor(r.Context(), catalog.Actor{Kind: catalog.ActorUser, TokenID: token}))
}

func TestEveryCallerHasARateOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := DefaultBounds()
		b.Rate, b.Burst = 0.5, 3
		h := limited(b, Route{}, nothing)
		for range 3 {
			if w := answer(h, as("a", "1.1.1.1:1")); w.Code != 200 {
				t.Fatal(w.Code)
			}
		}
		w := answer(h, as("a", "1.1.1.2:1"))
		if w.Code != 429 || w.Header().Get("Retry-After") != "2" || !strings.Contains(w.Body.String(), `"code":"limited"`) {
			t.Errorf("beyond the burst: %d %v %s", w.Code, w.Header(), w.Body)
		}
		for range 10 {
			if w := answer(h, as("owner", "1.1.1.1:1")); w.Code != 200 {
				t.Fatalf("the owner: %d", w.Code)
			}
		}
		if w := answer(h, as("b", "1.1.1.1:1")); w.Code != 200 {
			t.Errorf("another token: %d", w.Code)
		}
		<-time.After(2 * time.Second)
		if w := answer(h, as("a", "1.1.1.1:1")); w.Code != 200 {
			t.Errorf("after the time told: %d", w.Code)
		}
		if w := answer(h, as("a", "1.1.1.1:1")); w.Code != 429 {
			t.Errorf("right after that: %d", w.Code)
		}
	})
}

func TestCallersWithoutATokenAreCountedByAddress(t *testing.T) {
	t.Parallel()
	b := DefaultBounds()
	b.Rate, b.Burst = 0.001, 2
	h := limited(b, Route{}, nothing)
	unknown := request("GET", "/api/x/nothing")
	unknown.RemoteAddr = "1.1.1.1:9"
	if w := answer(h, unknown); w.Code != 404 {
		t.Fatal(w.Code)
	}
	for i, c := range []struct {
		address string
		want    int
	}{
		{"1.1.1.1:1", 200}, {"1.1.1.1:2", 429}, {"1.1.1.2:1", 200},
		{"[2001:db8::1]:1", 200}, {"[2001:db8::2]:1", 200}, {"[2001:db8::3]:1", 429}, {"[2001:db8:0:1::1]:1", 200},
	} {
		if w := answer(h, as("", c.address)); w.Code != c.want {
			t.Errorf("%d, %s: %d, want %d", i, c.address, w.Code, c.want)
		}
	}
	if w := answer(h, unknown); w.Code != 429 {
		t.Errorf("unknown addresses are not counted: %d", w.Code)
	}
}

func TestCallersAreForgotten(t *testing.T) {
	t.Parallel()
	c := newCallers(1, 1)
	now := time.Now()
	for i := range 5 * maxCallers {
		c.take(strconv.Itoa(i), now)
	}
	if n := len(c.younger) + len(c.elder); n > 2*maxCallers {
		t.Errorf("%d callers are remembered", n)
	}
	c = newCallers(0.01, 1)
	c.take("a", now)
	if c.take("a", now.Add(61*time.Second)) == 0 {
		t.Error("a caller is forgotten while it waits")
	}
	if c.take("a", now.Add(200*time.Second)) != 0 {
		t.Error("a caller waits for ever")
	}
}

func TestWhereThereIsNoRoomARequestWaitsAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := DefaultBounds()
		b.Running, b.Long = 1, 1
		leave := make(chan struct{})
		staying := func(w http.ResponseWriter, r *http.Request) error {
			<-leave
			Write(w, 200, "done")
			return nil
		}
		f := family()
		f.Limits = NewLimits(b)
		mux := http.NewServeMux()
		f.Mount(mux, []Route{
			{Method: "POST", Path: "/api/x/short", Access: Anyone, Serve: staying},
			{Method: "POST", Path: "/api/x/long", Access: Anyone, Long: true, Serve: staying},
		})
		codes := make(chan int)
		call := func(path string) {
			w := answer(mux, request("POST", path))
			if w.Code == 503 && w.Header().Get("Retry-After") != "1" {
				t.Errorf("Retry-After is %q", w.Header().Get("Retry-After"))
			}
			codes <- w.Code
		}
		go call("/api/x/short")
		go call("/api/x/long")
		synctest.Wait()
		before := time.Now()
		go call("/api/x/short")
		if code := <-codes; code != 503 || time.Since(before) != time.Second {
			t.Errorf("without room: %d after %v", code, time.Since(before))
		}
		go call("/api/x/long")
		<-time.After(900 * time.Millisecond)
		leave <- struct{}{} // one of the two rooms becomes free
		leave <- struct{}{}
		<-codes
		<-codes
		leave <- struct{}{}
		if code := <-codes; code != 200 {
			t.Errorf("with room in time: %d", code)
		}
	})
}

func TestARequestHasItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, failing := range map[string]func(context.Context) error{
			"plainly":            func(ctx context.Context) error { return ctx.Err() },
			"in other words":     func(context.Context) error { return errors.New("interrupted") },
			"with another code ": func(context.Context) error { return catalog.Errorf(catalog.NotFound, "There is no such thing.") },
		} {
			before := time.Now()
			w := answer(limited(DefaultBounds(), Route{}, func(_ http.ResponseWriter, r *http.Request) error {
				<-r.Context().Done()
				return failing(r.Context())
			}), request("POST", "/api/x/do"))
			if w.Code != 503 || w.Header().Get("Retry-After") == "" || time.Since(before) != time.Minute {
				t.Errorf("%s: %d after %v, %s", name, w.Code, time.Since(before), w.Body)
			}
		}
		w := answer(limited(DefaultBounds(), Route{Long: true}, func(w http.ResponseWriter, r *http.Request) error {
			<-time.After(time.Hour)
			Write(w, 200, "done")
			return r.Context().Err()
		}), request("POST", "/api/x/do"))
		if w.Code != 200 {
			t.Errorf("a long request: %d", w.Code)
		}
	})
}

func TestBodiesHaveTheSizeOfTheirRoute(t *testing.T) {
	t.Parallel()
	read := func(w http.ResponseWriter, r *http.Request) error {
		n, err := io.Copy(io.Discard, r.Body)
		if err == nil {
			Write(w, 200, n)
		}
		return err
	}
	decode := func(w http.ResponseWriter, r *http.Request) error {
		var v order
		if err := Decode(w, r, &v); err != nil {
			return err
		}
		Write(w, 200, "read")
		return nil
	}
	text := func(n int) string { return `{"query":"` + strings.Repeat("x", n) + `"}` }
	for name, c := range map[string]struct {
		route  Route
		serve  Handler
		body   string
		status int
	}{
		"JSON":                 {Route{}, decode, text(1000), 200},
		"much JSON":            {Route{}, decode, text(MaxJSON), 413},
		"JSON of a wide route": {Route{MaxBody: 4 << 20}, decode, text(2 << 20), 200},
		"more than it":         {Route{MaxBody: 4 << 20}, decode, text(4 << 20), 413},
		"a file":               {Route{Body: Bytes}, read, text(4 << 20), 200},
		"a file with a limit":  {Route{Body: Bytes, MaxBody: 1 << 10}, read, text(1 << 10), 413},
	} {
		h := limited(DefaultBounds(), c.route, c.serve)
		for _, announced := range []bool{true, false} {
			r := httptest.NewRequest("POST", "/api/x/do", strings.NewReader(c.body))
			if !announced {
				r.ContentLength = -1
			}
			w := answer(h, r)
			if w.Code != c.status {
				t.Errorf("%s, announced %t: %d, want %d: %s", name, announced, w.Code, c.status, w.Body)
			}
			if c.status == 413 && !strings.Contains(w.Body.String(), "limit of "+size(max(c.route.MaxBody, 1<<10))) && c.route.MaxBody != 0 {
				t.Errorf("%s: %s", name, w.Body)
			}
		}
	}
}

func TestLongAddressesAreRefused(t *testing.T) {
	t.Parallel()
	h := limited(DefaultBounds(), Route{}, nothing)
	for target, want := range map[string]int{
		"/api/x/do?a=" + strings.Repeat("x", maxAddress-20): 200,
		"/api/x/do?a=" + strings.Repeat("x", maxAddress):    414,
		"/api/x/" + strings.Repeat("x", maxAddress):         414,
	} {
		if w := answer(h, request("POST", target)); w.Code != want || w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%.20s…: %d, want %d", target, w.Code, want)
		}
	}
}

// pipes is a listener whose connections are pipes, which live in a test's own time.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// piped serves h within the bubble of a test and returns a connection to it.
func piped(t *testing.T, h http.Handler) net.Conn {
	t.Helper()
	p := pipes{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(p) }()
	client, other := net.Pipe()
	p.connections <- other
	t.Cleanup(func() {
		client.Close()
		server.Close()
		<-ended
	})
	return client
}

func TestAnUploadMustKeepComing(t *testing.T) {
	t.Parallel()
	for _, pause := range []time.Duration{Stall - time.Second, Stall + time.Second} {
		synctest.Test(t, func(t *testing.T) {
			read := make(chan error, 1)
			conn := piped(t, limited(DefaultBounds(), Route{Body: Bytes}, func(w http.ResponseWriter, r *http.Request) error {
				n, err := io.Copy(io.Discard, r.Body)
				read <- err
				if err == nil {
					Write(w, 200, n)
				}
				return broken(err)
			}))
			fmt.Fprintf(conn, "POST /api/x/do HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
			for range 10 {
				<-time.After(pause)
				if _, err := conn.Write([]byte("x")); err != nil {
					break
				}
			}
			err := <-read
			if pause < Stall && err != nil || pause > Stall && err == nil {
				t.Errorf("with pauses of %v: %v", pause, err)
			}
			if pause < Stall {
				answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil || answer.StatusCode != 200 {
					t.Errorf("%v %v", answer, err)
				}
			}
		})
	}
}

func TestABodyThatNeverComesHoldsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := piped(t, limited(DefaultBounds(), Route{}, func(w http.ResponseWriter, r *http.Request) error {
			var v order
			return Decode(w, r, &v)
		}))
		before := time.Now()
		fmt.Fprintf(conn, "POST /api/x/do HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(before); answer.StatusCode != 400 || took > time.Minute {
			t.Errorf("%d after %v", answer.StatusCode, took)
		}
	})
}
