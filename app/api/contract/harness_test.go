package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

var update = flag.Bool("update", false, "write docs/API.md anew")

// TestMain lets the engine start this program as its extraction child, and holds docs/API.md to what the tests have seen.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(engine.ExtractChild(os.Stdin, os.Stdout))
	}
	code := m.Run()
	if flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" && code == 0 {
		code = checkTable()
	}
	os.Exit(code)
}

// server is a node that serves for one test.
type server struct {
	*testing.T
	node    *node.Node
	dir     string // data directory
	address string // without a slash at the end
	owner   string // token of the local owner
	router  routers.Router
	silent  bool // what succeeds here proves no operation
}

// started returns a running node on a new data directory.
func started(t *testing.T) *server {
	t.Helper()
	return startedWith(t, config.Config{})
}

// startedWith is started with settings; directory, address and model are set here.
func startedWith(t *testing.T, cfg config.Config) *server {
	t.Helper()
	return startedLogging(t, cfg, nil)
}

// startedLogging is startedWith with a log.
func startedLogging(t *testing.T, cfg config.Config, log *slog.Logger) *server {
	t.Helper()
	if cfg.DataDir == "" {
		cfg.DataDir = t.TempDir()
	}
	cfg.Listen, cfg.ListenSet, cfg.NoModel, cfg.Version = "127.0.0.1:0", true, true, "test"
	if cfg.Rate == nil {
		cfg.Rate = new(0) // tests ask faster than any client should
	}
	n, err := node.Open(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, n.Close()); err != nil {
			t.Error(err)
		}
	})
	s := &server{T: t, node: n, dir: cfg.DataDir, address: strings.TrimSuffix(n.Address(), "/")}
	s.owner = s.token(engine.TokenSpec{})
	s.router = documented(t, s.send(s.request("GET", "/openapi.json", nil)).body)
	return s
}

// asOwner is a context of the local owner.
func (s *server) asOwner() context.Context {
	return catalog.WithActor(s.Context(), s.node.Engine().LocalOwner())
}

// token makes an access token.
func (s *server) token(spec engine.TokenSpec) string {
	s.Helper()
	_, secret, err := s.node.Engine().CreateToken(s.asOwner(), spec)
	if err != nil {
		s.Fatal(err)
	}
	return secret
}

// agentToken is the token of the agent itself, which acts as the person at this machine and is not slowed down.
func (s *server) agentToken() string {
	s.Helper()
	a, ok := node.ReadAgent(s.dir)
	if !ok {
		s.Fatal("there is no agent file")
	}
	return a.Token
}

// settle waits until nothing is pending.
func (s *server) settle() {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.asOwner(), time.Minute)
	defer cancel()
	if err := s.node.Engine().Wait(ctx); err != nil {
		s.Fatal(err)
	}
}

var document struct {
	sync.Mutex
	raw    []byte
	router routers.Router
}

// documented makes a router of an OpenAPI document; the same document is read once.
func documented(t *testing.T, raw []byte) routers.Router {
	t.Helper()
	document.Lock()
	defer document.Unlock()
	if document.router != nil && bytes.Equal(raw, document.raw) {
		return document.router
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	document.raw, document.router = raw, router
	return router
}

// reply is what a server answered.
type reply struct {
	status int
	header http.Header
	body   []byte
	t      *testing.T
}

// object is the body as a JSON object.
func (r reply) object() map[string]any {
	r.t.Helper()
	var v map[string]any
	if err := json.Unmarshal(r.body, &v); err != nil {
		r.t.Fatalf("%v: %s", err, r.body)
	}
	return v
}

// at walks into the body by member names and list places: r.at("data", 0, "id").
func (r reply) at(path ...any) any {
	r.t.Helper()
	var v any = r.object()
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				r.t.Fatalf("no object at %v of %v: %s", step, path, r.body)
			}
			v = m[key]
		case int:
			l, ok := v.([]any)
			if !ok || key >= len(l) {
				r.t.Fatalf("no element at %v of %v: %s", step, path, r.body)
			}
			v = l[key]
		}
	}
	return v
}

// text is a string in the body.
func (r reply) text(path ...any) string {
	r.t.Helper()
	s, ok := r.at(path...).(string)
	if !ok {
		r.t.Fatalf("no text at %v: %s", path, r.body)
	}
	return s
}

// request makes a request of the owner. The body is JSON unless it is bytes, which are sent as they are.
func (s *server) request(method, path string, body any) *http.Request {
	s.Helper()
	var raw []byte
	switch v := body.(type) {
	case nil:
	case []byte:
		raw = v
	default:
		var err error
		if raw, err = json.Marshal(v); err != nil {
			s.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(s.Context(), method, s.address+path, bytes.NewReader(raw))
	if err != nil {
		s.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+s.owner)
	return r
}

// send sends a request as it is and reads the answer whole.
func (s *server) send(r *http.Request) reply {
	s.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		s.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	return reply{answer.StatusCode, answer.Header, body, s.T}
}

// call is the owner's request with its expected status. The answer is held against the document.
func (s *server) call(want int, method, path string, body any) reply {
	s.Helper()
	return s.expect(want, s.request(method, path, body))
}

// callAs is call with the token of somebody else; an empty one sends none.
func (s *server) callAs(token string, want int, method, path string, body any) reply {
	s.Helper()
	r := s.request(method, path, body)
	r.Header.Del("Authorization")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return s.expect(want, r)
}

// expect sends a request, checks the status, and holds the answer against the document.
func (s *server) expect(want int, r *http.Request) reply {
	s.Helper()
	got := s.send(r)
	if got.status != want {
		s.Fatalf("%s %s: %d, want %d: %s", r.Method, r.URL.RequestURI(), got.status, want, got.body)
	}
	s.hold(r, got)
	return got
}

// hold validates an answer against the document and records what succeeded.
func (s *server) hold(r *http.Request, got reply) {
	s.Helper()
	// The body has been sent: what is validated is the answer. The document has no slashes at the end of paths.
	bare := r.Clone(s.Context())
	bare.Body = http.NoBody
	bare.URL.Path, bare.URL.RawPath = strings.TrimRight(r.URL.Path, "/"), strings.TrimRight(r.URL.RawPath, "/")
	route, parameters, err := s.router.FindRoute(bare)
	if err != nil {
		if got.status < 400 {
			s.Errorf("%s %s is not in the document: %v", r.Method, r.URL.Path, err)
		}
		return
	}
	if !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") && got.status != http.StatusNoContent {
		s.saw(route.Operation.OperationID, got.status)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: bare, PathParams: parameters, Route: route},
		Status:                 got.status, Header: got.header, Body: io.NopCloser(bytes.NewReader(got.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(s.Context(), input); err != nil {
		s.Errorf("%s %s: the answer is not as documented: %v\n%s", r.Method, r.URL.Path, err, got.body)
	}
	s.saw(route.Operation.OperationID, got.status)
}

// saw records that this test has seen an operation succeed.
func (s *server) saw(operation string, status int) {
	if s.silent || status >= 300 {
		return
	}
	name, _, _ := strings.Cut(s.Name(), "/")
	proofs.Lock()
	defer proofs.Unlock()
	if proofs.by[operation] == nil {
		proofs.by[operation] = map[string]bool{}
	}
	proofs.by[operation][name] = true
}
