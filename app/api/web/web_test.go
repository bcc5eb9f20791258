package web

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// family answers errors as {"code", "message", "fields"}.
func family() Family {
	return Family{Base: "/api/x", Statuses: DefaultStatuses(), Body: func(p Problem) any {
		return map[string]any{"code": p.Code, "message": p.Message, "fields": p.Fields}
	}}
}

func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func request(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestCallersAreIdentified(t *testing.T) {
	t.Parallel()
	id := &Identifier{Owner: catalog.Actor{Kind: catalog.ActorOwner}, AgentToken: "agent-secret",
		Lookup: func(_ context.Context, secret string) (catalog.Actor, error) {
			if secret != "user-secret" {
				return catalog.Actor{}, catalog.Errorf(catalog.Unauthenticated, "This token is unknown.")
			}
			return catalog.Actor{Kind: catalog.ActorUser, Abilities: []string{"content-read"}}, nil
		}}
	nothing := func(w http.ResponseWriter, _ *http.Request) error { Write(w, 200, "yes"); return nil }
	mux := http.NewServeMux()
	family().Mount(mux, []Route{
		{Method: "GET", Path: "/read", Access: Needs("content-read"), Serve: nothing},
		{Method: "GET", Path: "/write", Access: Needs("content-write"), Serve: nothing},
		{Method: "GET", Path: "/own", Access: OwnerOnly, Serve: nothing},
		{Method: "GET", Path: "/open", Access: Anyone, Serve: nothing},
	})
	tree := Wrap(mux, Options{Identify: id})

	cases := []struct {
		path, header, value string
		want                int
	}{
		{"/read", "", "", 401},
		{"/open", "", "", 200},
		{"/open", "Authorization", "Bearer wrong", 200},
		{"/read", "Authorization", "Bearer user-secret", 200},
		{"/read", "Authorization", "bearer user-secret", 200},
		{"/read/", "X-Api-Key", "user-secret", 200},
		{"/write", "X-Api-Key", "user-secret", 403},
		{"/own", "X-Api-Key", "user-secret", 403},
		{"/own", "Authorization", "Bearer agent-secret", 200},
		{"/write", "Authorization", "Bearer agent-secret", 200},
		{"/read", "Authorization", "Bearer agent-secretx", 401},
		{"/read", "Authorization", "Basic agent-secret", 401},
		{"/read", "Authorization", "Bearer", 401},
	}
	for _, c := range cases {
		if got := answer(tree, request("GET", c.path, c.header, c.value)); got.Code != c.want {
			t.Errorf("%s with %s %q: %d, want %d", c.path, c.header, c.value, got.Code, c.want)
		}
	}
	two := request("GET", "/read", "Authorization", "Bearer user-secret", "X-Api-Key", "agent-secret")
	if got := answer(tree, two); got.Code != 401 {
		t.Errorf("two different tokens: %d, want 401", got.Code)
	}
}

func TestOnlyOurOwnHostIsAnswered(t *testing.T) {
	t.Parallel()
	loopback := NewHosts(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7450}, "desk", nil)
	everywhere := NewHosts(&net.TCPAddr{IP: net.IPv4zero, Port: 7450}, "desk", &url.URL{Host: "sheaf.example.org"})
	cases := []struct {
		header             string
		loopback, anywhere bool
	}{
		{"127.0.0.1:7450", true, true},
		{"localhost:7450", true, true},
		{"LOCALHOST:7450", true, true},
		{"[::1]:7450", true, true},
		{"127.0.0.1:7451", false, false},
		{"127.0.0.1", false, false},
		{"evil.example:7450", false, false},
		{"127.0.0.1.evil.example:7450", false, false},
		{"192.168.1.4:7450", false, true},
		{"desk:7450", false, true},
		{"sheaf.example.org", false, true},
		{"", false, false},
	}
	for _, c := range cases {
		if got := loopback.Allows(c.header); got != c.loopback {
			t.Errorf("on loopback %q: %t", c.header, got)
		}
		if got := everywhere.Allows(c.header); got != c.anywhere {
			t.Errorf("on every address %q: %t", c.header, got)
		}
	}
}

func TestOtherOriginsAreRefused(t *testing.T) {
	t.Parallel()
	hosts := NewHosts(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, "", nil)
	tree := Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), Options{Hosts: hosts})
	cases := []struct {
		path, header, value string
		want                int
	}{
		{"/api/desk/status", "Origin", "http://localhost", 200},
		{"/api/desk/status", "Origin", "http://evil.example", 403},
		{"/api/desk/status", "Origin", "null", 403},
		{"/api/desk/status", "Sec-Fetch-Site", "cross-site", 403},
		{"/api/desk/status", "Sec-Fetch-Site", "same-origin", 200},
		{"/", "Sec-Fetch-Site", "cross-site", 200}, // following a link to the screens
		{"/api/desk/status", "", "", 200},
	}
	for _, c := range cases {
		if got := answer(tree, request("GET", "http://localhost"+c.path, c.header, c.value)); got.Code != c.want {
			t.Errorf("%s with %s %q: %d, want %d", c.path, c.header, c.value, got.Code, c.want)
		}
	}
	if got := answer(tree, request("GET", "http://evil.example/")); got.Code != http.StatusMisdirectedRequest {
		t.Errorf("another host: %d", got.Code)
	}
}

func TestHeadersKeepAnswersPrivate(t *testing.T) {
	t.Parallel()
	tree := Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), Options{})
	got := answer(tree, request("GET", "/api/desk/status")).Header()
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
		if got.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Get(name), want)
		}
	}
	if got.Get("X-Request-Id") == "" || !strings.Contains(got.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("id or policy is missing: %v", got)
	}
}

func TestPanicsAndInternalErrorsSayNothingOfTheInside(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&logged, nil))
	f := family()
	f.Log = log
	for name, h := range map[string]Handler{
		"panic": func(http.ResponseWriter, *http.Request) error { panic("inner detail") },
		"error": func(http.ResponseWriter, *http.Request) error {
			return catalog.WrapError(catalog.Internal, "Something failed inside Sheaf.", errInner)
		},
		"plain": func(http.ResponseWriter, *http.Request) error { return errInner },
	} {
		got := answer(Wrap(f.Public(h), Options{Log: log}), request("GET", "/api/x?token=secret-in-query", "Authorization", "Bearer secret-in-header"))
		if got.Code != 500 || strings.Contains(got.Body.String(), "inner") {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	if !strings.Contains(logged.String(), "inner detail") {
		t.Error("the log does not tell what failed")
	}
	if strings.Contains(logged.String(), "secret-in") {
		t.Errorf("the log holds a secret: %s", logged.String())
	}
}

var errInner = &net.AddrError{Err: "inner detail"}

func TestBodiesHaveLimitsAndViolationsAreReportedTogether(t *testing.T) {
	t.Parallel()
	type body struct {
		Query string   `json:"query"`
		Limit int      `json:"limit"`
		Keep  *bool    `json:"keep"`
		Names []string `json:"names"`
		Deep  struct {
			Size float64 `json:"size"`
		} `json:"deep"`
	}
	var got body
	h := Wrap(family().Public(func(w http.ResponseWriter, r *http.Request) error {
		got = body{}
		if err := Decode(w, r, &got); err != nil {
			return err
		}
		Write(w, 200, got)
		return nil
	}), Options{})
	cases := []struct {
		in     string
		status int
		fields []string
	}{
		{`{"query":"a","limit":3,"keep":true,"names":["x"],"unknown":{}}`, 200, nil},
		{`{"query":null}`, 200, nil},
		{``, 200, nil},
		{`{"query":1,"limit":"x","keep":"yes","names":[1],"deep":{"size":"big"}}`, 400, []string{"query", "limit", "keep", "names", "deep.size"}},
		{`{"limit":1.5}`, 400, []string{"limit"}},
		{`[]`, 400, nil},
		{`{"query":`, 400, nil},
		{`"` + strings.Repeat("x", MaxJSON) + `"`, 413, nil},
	}
	for _, c := range cases {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/api/x", strings.NewReader(c.in)))
		var said struct{ Fields []catalog.FieldError }
		_ = json.Unmarshal(w.Body.Bytes(), &said)
		names := []string{}
		for _, f := range said.Fields {
			names = append(names, f.Field)
		}
		if w.Code != c.status || strings.Join(names, " ") != strings.Join(c.fields, " ") {
			t.Errorf("%.60s: %d %v, want %d %v (%s)", c.in, w.Code, names, c.status, c.fields, w.Body)
		}
	}
}

func TestNilListsAreWrittenEmpty(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	Write(w, 200, struct {
		catalog.Status
		Hits []catalog.Hit `json:"hits"`
	}{Status: catalog.Status{Folders: []catalog.Folder{{}}}})
	if s := w.Body.String(); strings.Contains(s, `"hits":null`) || strings.Contains(s, `"ignore":null`) || strings.Contains(s, `"failures":null`) || !strings.Contains(s, `"secondsLeft":null`) {
		t.Error(s)
	}
}
