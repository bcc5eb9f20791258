package desk_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/sheafdocs/sheaf/app/api/desk"
	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/app/remotes"
	"github.com/sheafdocs/sheaf/app/secrets"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestMain lets the engine start this program as its extraction child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(engine.ExtractChild(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// bench is a served desk over a real engine, whose every answer is held against the document.
type bench struct {
	*testing.T
	tree   http.Handler
	doc    *openapi3.T
	router routers.Router
	seen   map[string]bool
}

func newBench(t *testing.T) *bench {
	t.Helper()
	core, err := engine.Open(t.Context(), engine.Options{DataDir: t.TempDir(), NoModel: true, Version: "test", Steady: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- core.Run(ctx) }()
	synced := make(chan error, 1)
	connected := remotes.New(remotes.Options{Engine: core, Secrets: secrets.Open(t.TempDir(), false), Place: func() (string, string) { return "http://127.0.0.1:1", "" }, Log: slog.New(slog.DiscardHandler)})
	go func() { synced <- connected.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
		<-synced
		if err := core.Close(); err != nil {
			t.Error(err)
		}
	})
	d := desk.New(desk.Options{Engine: core, Sync: connected, Codes: web.NewCodes(time.Now, rand.Reader), Heartbeat: time.Millisecond})
	owner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.Handler().ServeHTTP(w, r.WithContext(catalog.WithActor(r.Context(), core.LocalOwner())))
	})
	raw, err := web.Document(d.Group())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{T: t, tree: web.Wrap(owner, web.Options{}), doc: doc, router: router, seen: map[string]bool{}}
}

// call sends one request, checks status and schema, and returns the answer's JSON.
func (b *bench) call(want int, method, path string, body any) map[string]any {
	b.Helper()
	var raw []byte
	media := "application/json"
	switch v := body.(type) {
	case nil:
	case []byte:
		raw, media = v, "application/octet-stream"
	default:
		raw, _ = json.Marshal(v)
	}
	request := func() *http.Request {
		r := httptest.NewRequest(method, "http://sheaf"+desk.Base+path, bytes.NewReader(raw))
		if body != nil {
			r.Header.Set("Content-Type", media)
		}
		return r
	}
	w := httptest.NewRecorder()
	b.tree.ServeHTTP(w, request())
	if w.Code != want {
		b.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, want, w.Body)
	}
	b.hold(request(), w)
	var out map[string]any
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			b.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return out
}

// hold validates an answer against the document.
func (b *bench) hold(r *http.Request, w *httptest.ResponseRecorder) {
	b.Helper()
	route, parameters, err := b.router.FindRoute(r)
	if err != nil {
		b.Fatalf("%s %s is not in the document: %v", r.Method, r.URL.Path, err)
	}
	b.seen[route.Operation.OperationID] = true
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route},
		Status:                 w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") || w.Code == http.StatusNoContent {
		if err := openapi3filter.ValidateResponse(b.Context(), input); err != nil {
			b.Errorf("%s %s: the answer is not as documented: %v\n%s", r.Method, r.URL.Path, err, w.Body)
		}
	}
}

func TestEveryOperationAnswersAsDocumented(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "meter.md"), []byte("# Meter\n\nThe water meter stands behind the shed.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.folders(dir)
	id := b.contents()
	b.questions()
	b.spaces()
	b.people()
	b.upkeep(id)
	b.synchronising()
	b.stream()
	for path, item := range b.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if !b.seen[operation.OperationID] {
				t.Errorf("%s %s was not tried", method, path)
			}
		}
	}
}

func (b *bench) folders(dir string) {
	b.call(200, "GET", "/folder-suggestions", nil)
	b.call(200, "GET", "/browse?path="+dir, nil)
	b.call(400, "GET", "/browse?path=relative", nil)
	b.call(404, "GET", "/browse?path=/no/such/folder", nil)
	b.call(400, "GET", "/browse?path="+filepath.Join(dir, "meter.md"), nil)
	b.call(400, "POST", "/folders", map[string]any{"path": "relative"})
	b.call(404, "POST", "/folders", map[string]any{"path": "/no/such/folder"})
	b.call(400, "POST", "/folders", map[string]any{"path": 1, "ignore": "x"})
	id := b.call(201, "POST", "/folders", map[string]any{"path": dir, "ignore": []string{"*.bak"}})["id"].(string)
	b.call(200, "POST", "/folders", map[string]any{"path": dir})
	b.call(200, "GET", "/folders", nil)
	if got := b.call(200, "PUT", "/folders/"+id, map[string]any{"openArchives": true}); got["openArchives"] != true {
		b.Errorf("a folder whose archives are opened: %v", got)
	}
	b.call(200, "PUT", "/folders/"+id, map[string]any{"openArchives": false})
	b.call(400, "PUT", "/folders/"+id, map[string]any{"openArchives": "yes"})
	b.call(404, "PUT", "/folders/nothing", map[string]any{"openArchives": true})
	b.call(204, "POST", "/folders/"+id+"/pause", nil)
	b.call(204, "POST", "/folders/"+id+"/resume", nil)
	b.call(204, "POST", "/folders/"+id+"/check", nil)
	b.call(400, "POST", "/folders/"+id+"/deletions", map[string]any{})
	b.call(404, "POST", "/folders/nothing/deletions", map[string]any{"trash": true})
	b.call(404, "POST", "/folders/nothing/pause", nil)
	b.call(404, "DELETE", "/folders/nothing?keep=true", nil)
	b.call(400, "DELETE", "/folders/"+id+"?keep=perhaps", nil)
	b.call(200, "POST", "/wait", map[string]any{"timeoutMs": 120_000})
	b.coverage(id)
}

func (b *bench) contents() string {
	b.call(400, "POST", "/contents", []byte("x"))
	huge := httptest.NewRequest("POST", desk.Base+"/contents?name=huge.bin", strings.NewReader(""))
	huge.ContentLength = 4<<30 + 1
	w := httptest.NewRecorder()
	if b.tree.ServeHTTP(w, huge); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "4 GiB") {
		b.Errorf("an upload beyond the limit: %d %s", w.Code, w.Body)
	}
	made := b.call(201, "POST", "/contents?name=note.txt", []byte("Compost needs air and water."))
	id := made["contentId"].(string)
	b.call(200, "POST", "/wait", nil)
	if list := b.call(200, "GET", "/contents?sort=name&limit=5", nil); list["total"] != 2.0 {
		b.Errorf("there are %v documents", list["total"])
	}
	b.call(400, "GET", "/contents?limit=0&offset=-1", nil)
	b.call(400, "GET", "/contents?extent=most", nil)
	b.call(400, "GET", "/files?extent=whole", nil)
	b.extents()
	b.attached()
	b.call(400, "GET", "/contents?sort=colour", nil)
	b.call(200, "GET", "/contents/"+id, nil)
	b.call(404, "GET", "/contents/nothing", nil)
	if related := b.call(200, "GET", "/contents/"+id+"/related", nil); len(related["duplicates"].([]any)) != 0 {
		b.Errorf("related is %v", related)
	}
	b.call(404, "GET", "/contents/nothing/related", nil)
	b.call(200, "GET", "/contents/"+id+"/pages/1", nil)
	b.call(404, "GET", "/contents/"+id+"/pages/0", nil)
	b.call(404, "GET", "/contents/"+id+"/pages/2", nil)
	b.original(id)
	b.call(200, "GET", "/contents/"+id+"/thumbnail", nil)
	b.call(404, "GET", "/contents/"+id+"/thumbnail?page=2", nil)
	b.call(204, "POST", "/contents/"+id+"/retry", nil)
	b.call(409, "POST", "/contents/"+id+"/stop", nil)
	b.call(404, "POST", "/contents/nothing/stop", nil)
	b.call(204, "POST", "/contents/retry", nil)
	b.call(204, "POST", "/contents/retry?reason=None.&folder=none", nil)
	b.call(200, "GET", "/failures", nil)
	b.call(409, "POST", "/contents/"+id+"/password", map[string]any{"password": "springtide"})
	b.call(404, "POST", "/contents/nothing/password", map[string]any{"password": "springtide"})
	b.call(204, "DELETE", "/contents/"+id, nil)
	b.call(404, "GET", "/contents/"+id, nil)
	b.call(204, "POST", "/contents/"+id+"/restore", nil)
	b.call(200, "POST", "/wait", nil)
	return id
}

// extents asks for what was read in part, and for what has no text.
func (b *bench) extents() {
	blank := b.call(201, "POST", "/contents?name=blank.txt", []byte(" "))["contentId"].(string)
	b.call(200, "POST", "/wait", nil)
	if got := b.call(200, "GET", "/contents/"+blank, nil); got["extent"] != "none" || len(got["warnings"].([]any)) == 0 {
		b.Errorf("a blank document is %v", got)
	}
	if list := b.call(200, "GET", "/contents?extent=none", nil); list["total"] != 1.0 {
		b.Errorf("without text: %v", list)
	}
	if list := b.call(200, "GET", "/contents?extent=part", nil); list["total"] != 0.0 {
		b.Errorf("read in part: %v", list)
	}
	b.call(200, "GET", "/files?extent=part", nil)
	b.call(204, "DELETE", "/contents/"+blank, nil)
}

// attached asks for what came with a message.
func (b *bench) attached() {
	mail := "From: a@b.example\r\nTo: c@d.example\r\nSubject: Offer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee.\r\n" +
		"--b\r\nContent-Disposition: attachment; filename=rope.txt\r\n\r\nA rope of hemp.\r\n--b--\r\n"
	parent := b.call(201, "POST", "/contents?name=offer.eml", []byte(mail))["contentId"].(string)
	b.call(200, "POST", "/wait", nil)
	list := b.call(200, "GET", "/contents?parent="+parent, nil)
	if list["total"] != 1.0 {
		b.Fatalf("in the message: %v", list)
	}
	part := list["contents"].([]any)[0].(map[string]any)
	if part["parentId"] != parent || part["partOf"] != "offer.eml" || part["fileName"] != "rope.txt" {
		b.Errorf("an attachment: %v", part)
	}
	id := part["contentId"].(string)
	r := httptest.NewRequest("GET", desk.Base+"/contents/"+id+"/original", nil)
	r.Header.Set("Range", "bytes=2-5")
	w := httptest.NewRecorder()
	if b.tree.ServeHTTP(w, r); w.Code != http.StatusPartialContent || w.Body.String() != "rope" || !strings.Contains(w.Header().Get("Content-Disposition"), "rope.txt") {
		b.Errorf("its bytes: %d %q %v", w.Code, w.Body, w.Header())
	}
	b.call(200, "GET", "/contents/"+id+"/pages/1", nil)
	b.call(200, "GET", "/contents/"+id+"/thumbnail", nil)
	found := b.call(200, "POST", "/search", map[string]any{"query": "hemp rope"})["hits"].([]any)
	if hit := found[0].(map[string]any); hit["partOf"] != "offer.eml" {
		b.Errorf("found: %v", hit)
	}
	b.call(204, "DELETE", "/contents/"+id, nil)
	b.call(404, "GET", "/contents/"+id, nil)
	b.call(204, "POST", "/contents/"+id+"/restore", nil)
	b.call(204, "DELETE", "/contents/"+parent, nil)
	b.call(404, "GET", "/contents/"+id, nil)
	b.call(404, "GET", "/contents/"+id+"/original", nil)
}

// original asks for bytes, a range of them and not again.
func (b *bench) original(id string) {
	b.call(200, "GET", "/contents/"+id+"/original", nil)
	r := httptest.NewRequest("GET", desk.Base+"/contents/"+id+"/original", nil)
	r.Header.Set("Range", "bytes=0-6")
	w := httptest.NewRecorder()
	b.tree.ServeHTTP(w, r)
	if w.Code != http.StatusPartialContent || w.Body.String() != "Compost" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
		b.Errorf("a range: %d %q %v", w.Code, w.Body, w.Header())
	}
	r.Header.Del("Range")
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	w = httptest.NewRecorder()
	b.tree.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified {
		b.Errorf("with its ETag: %d", w.Code)
	}
}

func (b *bench) questions() {
	found := b.call(200, "POST", "/search", map[string]any{"query": "water met", "prefix": true, "limit": 5, "filter": map[string]any{"fileName": map[string]any{"endsWith": ".md"}}})
	if hits := found["hits"].([]any); len(hits) == 0 {
		b.Error("nothing was found")
	}
	b.call(400, "POST", "/search", map[string]any{"query": ""})
	b.call(400, "POST", "/search", map[string]any{"query": "x", "limit": 101})
	b.call(400, "POST", "/search", map[string]any{"query": "x", "filter": map[string]any{"colour": 1}})
	b.call(400, "POST", "/search", map[string]any{"query": strings.Repeat("x", 10_001)})
	b.call(413, "POST", "/search", map[string]any{"query": strings.Repeat("x", 10<<20)})
	b.call(200, "POST", "/ask", map[string]any{"query": "Where does the water meter stand?"})
	b.call(200, "POST", "/ask", map[string]any{"query": "Who won the cup?"})
	b.call(200, "POST", "/ask/stream", map[string]any{"query": "Where does the water meter stand?"})
	b.call(400, "POST", "/ask/stream", map[string]any{"query": " "})
	b.call(400, "POST", "/ask", map[string]any{"query": " "})
}

func (b *bench) spaces() {
	id := b.call(201, "POST", "/workspaces", map[string]any{"name": "Club / ü"})["id"].(string)
	b.call(400, "POST", "/workspaces", map[string]any{"name": " "})
	b.call(200, "GET", "/workspaces", nil)
	b.call(200, "GET", "/workspaces?ref=club%20%2F%20%C3%BC", nil)
	b.call(404, "GET", "/workspaces?ref=none", nil)
	b.call(200, "GET", "/workspaces/"+id, nil)
	b.call(200, "PUT", "/workspaces/"+id, map[string]any{"name": "Garden", "isArchived": true})
	b.call(409, "POST", "/contents?name=a.txt&workspace=Garden", []byte("x"))
	b.call(204, "DELETE", "/workspaces/"+id, nil)
	b.call(404, "GET", "/workspaces/"+id, nil)

	token := b.call(201, "POST", "/tokens", map[string]any{"abilities": []string{"content-read"}, "expiresInSeconds": 60})["id"].(string)
	b.call(400, "POST", "/tokens", map[string]any{"abilities": []string{"fly"}})
	b.call(400, "POST", "/tokens", map[string]any{"expiresInSeconds": -1})
	b.call(200, "GET", "/tokens", nil)
	b.call(204, "DELETE", "/tokens/"+token, nil)
	b.call(404, "DELETE", "/tokens/"+token, nil)
}

func (b *bench) people() {
	user := b.call(201, "POST", "/users", map[string]any{"email": " Ada@Example.org "})
	id := user["id"].(string)
	if user["email"] != "Ada@Example.org" || user["role"] != "member" {
		b.Errorf("the user is %v", user)
	}
	b.call(409, "POST", "/users", map[string]any{"email": "ada@example.ORG"})
	if wrong := b.call(400, "POST", "/users", map[string]any{"email": "Ada <ada@example.org>", "role": "queen"}); len(wrong["error"].(map[string]any)["fields"].([]any)) != 2 {
		b.Errorf("what is wrong: %v", wrong)
	}
	b.call(200, "GET", "/users", nil)
	b.call(200, "GET", "/users?ref=ADA@example.org", nil)
	b.call(404, "GET", "/users?ref=nobody", nil)
	b.call(200, "PUT", "/users/"+id, map[string]any{"role": "internal"})
	b.call(400, "PUT", "/users/"+id, map[string]any{})
	b.call(404, "PUT", "/users/nobody", map[string]any{"role": "internal"})
	b.call(201, "POST", "/tokens", map[string]any{"user": "ada@example.org"})
	b.call(404, "POST", "/tokens", map[string]any{"user": "bob@example.org"})
	b.call(404, "POST", "/tokens", map[string]any{"user": id, "workspaceId": "My documents"}) // she is no member
	b.call(204, "DELETE", "/users/"+id, nil)
	b.call(404, "DELETE", "/users/"+id, nil)
	if left := b.call(200, "GET", "/tokens", nil); len(left["tokens"].([]any)) != 0 {
		b.Errorf("a removed user has tokens: %v", left)
	}
}

// languageModel sets, tries and asks a language model that a server of our own plays.
func (b *bench) languageModel() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/models" {
			io.WriteString(w, `{"data":[{"id":"small"}]}`)
			return
		}
		io.WriteString(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Hello.\"}}]}\n\ndata: [DONE]\n\n")
	}))
	b.Cleanup(service.Close)
	if m := b.call(200, "GET", "/language-model", nil); m["enabled"] != false || m["hasKey"] != false {
		b.Errorf("before: %v", m)
	}
	chosen := map[string]any{"enabled": true, "baseUrl": service.URL + "/v1", "model": "small", "key": "k"}
	if trial := b.call(200, "POST", "/language-model/try", chosen); trial["reply"] != "Hello." || len(trial["models"].([]any)) != 1 {
		b.Errorf("tried: %v", trial)
	}
	if m := b.call(200, "PUT", "/language-model", chosen); m["enabled"] != true || m["hasKey"] != true || m["local"] != true || m["key"] != nil {
		b.Errorf("set: %v", m)
	}
	b.call(400, "PUT", "/language-model", map[string]any{"baseUrl": "localhost", "contextTokens": 1, "seconds": 0})
	b.call(503, "POST", "/language-model/try", map[string]any{"baseUrl": "http://127.0.0.1:1/v1"})
	if m := b.call(200, "PUT", "/language-model", map[string]any{"enabled": false, "baseUrl": ""}); m["hasKey"] != false {
		b.Errorf("a key is kept for another address: %v", m)
	}
}

func (b *bench) upkeep(content string) {
	b.call(200, "GET", "/status", nil)
	b.call(204, "POST", "/pause", nil)
	if i := b.call(200, "GET", "/indexing", nil); i["paused"] != true || i["pace"] != "normal" {
		b.Errorf("indexing: %v", i)
	}
	if i := b.call(200, "PUT", "/indexing", map[string]any{"pace": "full", "adapt": false, "reserveBytes": 1000, "paused": false}); i["effectivePace"] != "full" || i["reserveBytes"] != 1000.0 || i["paused"] != false {
		b.Errorf("changed: %v", i)
	}
	b.call(200, "PUT", "/indexing", map[string]any{})
	b.call(400, "PUT", "/indexing", map[string]any{"pace": "hasty", "reserveBytes": -1})
	b.call(400, "PUT", "/indexing", map[string]any{"pace": 1})
	b.languageModel()
	b.call(204, "POST", "/resume", nil)
	b.call(400, "POST", "/wait", map[string]any{"timeoutMs": -1})
	b.call(204, "POST", "/reindex", nil)
	b.call(200, "POST", "/wait", nil)
	b.call(200, "GET", "/contents/"+content+"/pages/1", nil)
	b.call(200, "GET", "/doctor", nil)
	b.passwords()
	b.scanner()
	code := b.call(201, "POST", "/codes", nil)
	b.call(200, "POST", "/exchange", code)
	b.call(401, "POST", "/exchange", code)
	for _, f := range b.call(200, "GET", "/folders", nil)["folders"].([]any) {
		b.call(204, "DELETE", "/folders/"+f.(map[string]any)["id"].(string), nil)
	}
}

// passwords gives one to a document that needs it, and one for all.
func (b *bench) passwords() {
	sealed, err := os.ReadFile("../../../engine/internal/extract/testdata/sealed.docx")
	if err != nil {
		b.Fatal(err)
	}
	id := b.call(201, "POST", "/contents?name=sealed.docx", sealed)["contentId"].(string)
	b.call(200, "POST", "/wait", nil)
	if c := b.call(200, "GET", "/contents/"+id, nil); c["status"] != "failed" || c["needsPassword"] != true {
		b.Errorf("before: %v", c)
	}
	b.call(400, "POST", "/contents/"+id+"/password", map[string]any{"password": ""})
	b.call(400, "POST", "/passwords", map[string]any{"keep": true})
	own := b.call(201, "POST", "/contents/"+id+"/password", map[string]any{"password": "ebb"})
	b.call(200, "POST", "/wait", nil)
	all := b.call(201, "POST", "/passwords", map[string]any{"password": "springtide é", "keep": true})
	b.call(200, "POST", "/wait", nil)
	if c := b.call(200, "GET", "/contents/"+id, nil); c["status"] != "processed" || c["needsPassword"] == true {
		b.Errorf("after: %v", c)
	}
	list := b.call(200, "GET", "/passwords", nil)
	if raw, _ := json.Marshal([]any{list, own, all}); len(list["passwords"].([]any)) != 2 || bytes.Contains(raw, []byte("springtide")) || bytes.Contains(raw, []byte("ebb")) {
		b.Errorf("told: %s", raw)
	}
	b.call(204, "DELETE", "/passwords/"+own["passwordId"].(string), nil)
	b.call(404, "DELETE", "/passwords/"+own["passwordId"].(string), nil)
}

// scanner sets a virus scanner that is not there, and one that is.
func (b *bench) scanner() {
	b.call(200, "GET", "/scanner", nil)
	b.call(400, "PUT", "/scanner", map[string]any{"address": "tcp:10.1.2.3:3310", "unscanned": "wait"})
	b.call(400, "PUT", "/scanner", map[string]any{"address": "", "unscanned": "perhaps"})
	socket := "unix:" + filepath.Join(b.TempDir(), "clamd.ctl")
	if set := b.call(200, "PUT", "/scanner", map[string]any{"address": socket, "unscanned": "read"}); set["problem"] == nil || set["address"] != socket {
		b.Errorf("a scanner that is not there: %v", set)
	}
	b.call(503, "POST", "/scanner/test", map[string]any{"address": socket})
	b.call(400, "POST", "/scanner/test", map[string]any{"address": "clamd"})
	b.clamd(strings.TrimPrefix(socket, "unix:"))
	b.call(200, "POST", "/scanner/test", map[string]any{"address": socket})
	if is := b.call(200, "GET", "/scanner", nil); is["version"] != "ClamAV of the test" || is["fixed"] != false {
		b.Errorf("the scanner is %v", is)
	}
	b.call(200, "PUT", "/scanner", map[string]any{"address": "", "unscanned": "wait"})
}

// clamd answers VERSION at a socket until the test ends.
func (b *bench) clamd(socket string) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if command := make([]byte, 9); read(c, command) && string(command) == "zVERSION\x00" {
				_, _ = io.WriteString(c, "ClamAV of the test\x00")
			}
			c.Close()
		}
	}()
	b.Cleanup(func() { l.Close(); <-ended })
}

func read(c net.Conn, b []byte) bool {
	_, err := io.ReadFull(c, b)
	return err == nil
}

// stream reads two pings of the event stream and leaves.
func (b *bench) stream() {
	server := httptest.NewServer(b.tree)
	defer server.Close()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+desk.Base+"/events", nil)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	lines := json.NewDecoder(answer.Body)
	for range 2 {
		var e catalog.Event
		if err := lines.Decode(&e); err != nil {
			b.Fatal(err)
		}
	}
	b.seen["events"] = true
}
