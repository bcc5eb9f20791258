package peer_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
	"github.com/sheafdocs/sheaf/sync/hub"
	"github.com/sheafdocs/sheaf/sync/peer"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// noise is bytes that nothing compresses, the same for the same seed.
func noise(seed uint64, n int) []byte {
	r := rand.NewChaCha8([32]byte{byte(seed)})
	b := make([]byte, n)
	r.Read(b)
	return b
}

// roles is a hub's store as far as bytes ask it: who may do what.
type roles struct {
	hub.Store
	mu   sync.Mutex
	role catalog.Role
}

type roleView struct {
	catalog.ItemView
	role catalog.Role
}

func (v roleView) Role(string) (catalog.Role, error) { return v.role, nil }

func (r *roles) ViewItems(_ context.Context, _ string, view func(catalog.ItemView) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return view(roleView{role: r.role})
}

// pair is a device and a hub, two data directories joined by real HTTP, with somebody on the wire between.
type pair struct {
	t            *testing.T
	device       *enginetest.Engine
	hub          *enginetest.Engine
	roles        *roles
	workspace    string // the device's; the hub's bytes are kept under the same id
	hubWorkspace string
	feed         peer.Feed
	server       *httptest.Server
	wire         wire
	transfers    *peer.Transfers
}

// wire sees every request before it is sent, and may break it.
type wire struct {
	mu       sync.Mutex
	requests []string
	sent     atomic.Int64 // bytes of bodies
	meddle   func(*http.Request) (*http.Response, error)
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.requests = append(w.requests, r.Method+" "+r.URL.Path[strings.LastIndex(r.URL.Path[:min(len(r.URL.Path), 60)], "/")+1:])
	meddle := w.meddle
	w.mu.Unlock()
	if r.Body != nil {
		r.Body = &counted{r.Body, &w.sent}
	}
	if meddle != nil {
		if response, err := meddle(r); response != nil || err != nil {
			return response, err
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (w *wire) count(method string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.requests {
		if strings.HasPrefix(r, method+" ") {
			n++
		}
	}
	return n
}

type counted struct {
	io.ReadCloser
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{t: t, roles: &roles{role: catalog.RoleEditor}}
	p.device = enginetest.Start(t, engine.Options{NoModel: true})
	p.hub = enginetest.Start(t, engine.Options{NoModel: true})
	p.workspace, p.hubWorkspace = workspaceOf(t, p.device), workspaceOf(t, p.hub)
	p.feed = peer.Feed{Local: p.workspace, Remote: p.hubWorkspace}
	h := hub.New(hub.Config{Store: p.roles, Blobs: p.hub.Bytes(), Authenticate: func(r *http.Request) (catalog.Actor, error) {
		if r.Header.Get("Authorization") != "Bearer right" {
			return catalog.Actor{}, catalog.Errorf(catalog.Unauthenticated, "This token is not known.")
		}
		return catalog.Actor{Kind: catalog.ActorUser, UserID: "ada"}, nil
	}})
	p.server = httptest.NewServer(h)
	t.Cleanup(p.server.Close)
	p.transfers = p.another("laptop")
	return p
}

func (p *pair) another(device string) *peer.Transfers {
	return peer.NewTransfers(peer.TransferConfig{
		Remote: peer.Remote{URL: p.server.URL, Token: "right"}, Blobs: p.device.Bytes(), Device: device, Transport: &p.wire, Retries: 1,
	})
}

func workspaceOf(t *testing.T, e *enginetest.Engine) string {
	t.Helper()
	w, err := e.ResolveWorkspace(e.Owner(), "")
	if err != nil {
		t.Fatal(err)
	}
	return w.ID
}

// watched writes files and waits until the device has captured them. It returns the hashes.
func (p *pair) watched(files ...[]byte) (dir string, hashes []string) {
	p.t.Helper()
	dir = p.t.TempDir()
	for i, data := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file%04d.bin", i)), data, 0o600); err != nil {
			p.t.Fatal(err)
		}
		hashes = append(hashes, hashOf(data))
	}
	p.device.Watch(dir)
	return dir, hashes
}

func (p *pair) send(hashes []string, absent ...string) {
	p.t.Helper()
	got, err := p.transfers.Send(p.t.Context(), p.feed, hashes)
	if err != nil || !slices.Equal(got, absent) {
		p.t.Fatalf("absent %v (%v), want %v", got, err, absent)
	}
}

// arrived says that the hub has exactly these bytes.
func (p *pair) arrived(files ...[]byte) {
	p.t.Helper()
	for _, data := range files {
		opened, err := p.hub.Bytes().Open(p.t.Context(), p.hubWorkspace, hashOf(data))
		if err != nil {
			p.t.Fatalf("%d bytes: %v", len(data), err)
		}
		got, err := io.ReadAll(opened)
		opened.Close()
		if err != nil || !bytes.Equal(got, data) {
			p.t.Fatalf("the hub has %d other bytes, %v", len(got), err)
		}
	}
}

const mega = 1 << 20

func TestBytesAreSent(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	files := [][]byte{{}, []byte("small"), []byte(strings.Repeat("a text that shrinks well. ", 2000)), noise(1, 70_000), noise(2, protocol.PartBytes), noise(3, 2*protocol.PartBytes+5)}
	for i := range 400 {
		files = append(files, []byte(fmt.Sprintf("note %d ", i)+strings.Repeat("x", 4000)))
	}
	_, hashes := p.watched(files...)
	nobody := hashOf([]byte("nobody has this"))
	p.send(append(hashes, nobody), nobody)
	p.arrived(files...)
	if posts, puts, patches := p.wire.count("POST"), p.wire.count("PUT"), p.wire.count("PATCH"); posts > 6 || puts != 2 || patches != 3 {
		t.Errorf("%d POST, %d PUT, %d PATCH", posts, puts, patches)
	}
	before := p.wire.sent.Load()
	p.send(hashes)
	if again := p.wire.sent.Load() - before; again > 100*int64(len(hashes)) {
		t.Errorf("%d bytes were sent again", again)
	}
}

// TestUploadsGoOnAfterCuts cuts the connection in the middle of every second part: what had arrived is not sent again.
func TestUploadsGoOnAfterCuts(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	data := noise(4, 5*protocol.PartBytes+1234)
	_, hashes := p.watched(data)
	var parts atomic.Int64
	p.wire.meddle = func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPatch || parts.Add(1)%2 == 0 {
			return nil, nil
		}
		r.Body = io.NopCloser(io.MultiReader(io.LimitReader(r.Body, 3*mega), iotestErr{errors.New("cut")}))
		return nil, nil
	}
	p.send(hashes)
	p.arrived(data)
	if sent, limit := p.wire.sent.Load(), int64(len(data))+parts.Load()*protocol.PartBytes; sent > limit {
		t.Errorf("%d bytes were sent for %d", sent, len(data))
	}
}

type iotestErr struct{ err error }

func (e iotestErr) Read([]byte) (int, error) { return 0, e.err }

// TestUploadGoesOnInAnotherRun stops a sender for good; the next one sends the rest only, and another device waits while
// somebody is at it.
func TestUploadGoesOnInAnotherRun(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	data := noise(5, 4*protocol.PartBytes)
	_, hashes := p.watched(data)
	ctx, stop := context.WithCancel(t.Context())
	var parts atomic.Int64
	p.wire.meddle = func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPatch && parts.Add(1) == 3 {
			stop()
		}
		return nil, nil
	}
	if _, err := p.transfers.Send(ctx, p.feed, hashes); !errors.Is(err, context.Canceled) {
		t.Fatalf("a sender that was stopped: %v", err)
	}
	other, err := p.another("phone").Send(t.Context(), p.feed, hashes)
	if err != nil || !slices.Equal(other, hashes) {
		t.Errorf("another device sent the same bytes at the same time: %v, %v", other, err)
	}
	before := p.wire.sent.Load()
	p.transfers = p.another("laptop")
	p.send(hashes)
	p.arrived(data)
	if sent := p.wire.sent.Load() - before; sent > 2*protocol.PartBytes+mega {
		t.Errorf("%d bytes were sent again", sent)
	}
}

// TestAFileThatGrowsIsNotSent changes a file while its second part is on its way.
func TestAFileThatGrowsIsNotSent(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	data := noise(6, 3*protocol.PartBytes)
	dir, hashes := p.watched(data)
	var once sync.Once
	p.wire.meddle = func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPatch {
			once.Do(func() {
				f, err := os.OpenFile(filepath.Join(dir, "file0000.bin"), os.O_APPEND|os.O_WRONLY, 0)
				if err == nil {
					_, err = f.Write([]byte("more"))
					err = errors.Join(err, f.Close())
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		return nil, nil
	}
	p.send(hashes, hashes...)
	if n := p.wire.count("DELETE"); n != 1 {
		t.Errorf("the upload was dropped %d times", n)
	}
	grown := append(slices.Clone(data), "more"...)
	p.device.Eventually("the file is captured anew", func() bool {
		missing, err := p.device.Bytes().Missing(t.Context(), p.workspace, []string{hashOf(grown)})
		return err == nil && len(missing) == 0
	})
	p.send([]string{hashOf(grown)})
	p.arrived(grown)
}

func TestRefusalsOfBytes(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	_, hashes := p.watched([]byte("small"), noise(7, 100_000), noise(8, 3*protocol.PartBytes))
	answer := func(method string, status int) {
		p.wire.mu.Lock()
		defer p.wire.mu.Unlock()
		p.wire.meddle = func(r *http.Request) (*http.Response, error) {
			if r.Method != method {
				return nil, nil
			}
			w := httptest.NewRecorder()
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
			fmt.Fprint(w, `{"code":"x","message":"No."}`)
			return w.Result(), nil
		}
	}
	for _, status := range []int{401, 403, 429, 503, 507} { // the round ends and says why
		answer(http.MethodPut, status)
		_, err := p.transfers.Send(t.Context(), p.feed, hashes)
		failed, ok := errors.AsType[*peer.Failed](err)
		if !ok || failed.Status != status || failed.After != 7*time.Second {
			t.Errorf("%d: %v", status, err)
		}
	}
	for _, status := range []int{409, 413, 422} { // these bytes alone
		answer(http.MethodPut, status)
		p.send(hashes, hashes[1])
	}
	p.wire.mu.Lock()
	p.wire.meddle = nil
	p.wire.mu.Unlock()
	p.roles.role = catalog.RoleViewer
	_, err := p.transfers.Send(t.Context(), p.feed, hashes)
	if failed, ok := errors.AsType[*peer.Failed](err); !ok || failed.Status != 403 {
		t.Errorf("a viewer sends bytes: %v", err)
	}
	p.transfers.SetToken("wrong")
	_, err = p.transfers.Send(t.Context(), p.feed, hashes)
	if failed, ok := errors.AsType[*peer.Failed](err); !ok || failed.Status != 401 {
		t.Errorf("a wrong token: %v", err)
	}
}

// TestCutOffBytesAreNoFailureOfTheHub sends less than was announced. The answer must be one after which a sender goes on,
// and not one of a hub that has something wrong with it.
func TestCutOffBytesAreNoFailureOfTheHub(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	whole := noise(9, 100_000)
	batch, err := protocol.AppendBatch(nil, hashOf(whole[:1000]), whole[:1000])
	if err != nil {
		t.Fatal(err)
	}
	begun, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.server.URL+protocol.Base+"/workspaces/"+p.hubWorkspace+"/uploads",
		strings.NewReader(fmt.Sprintf(`{"sha256": %q, "size": %d, "device": "laptop"}`, hashOf(whole), len(whole))))
	if err != nil {
		t.Fatal(err)
	}
	begun.Header.Set("Authorization", "Bearer right")
	begun.Header.Set(protocol.Header, protocol.Spoken.String())
	response, err := http.DefaultClient.Do(begun)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var upload protocol.Upload
	if err := json.NewDecoder(response.Body).Decode(&upload); err != nil {
		t.Fatal(err)
	}
	for line, body := range map[string][]byte{
		"PATCH /uploads/" + upload.ID: whole, "PUT /blobs/" + hashOf(whole[:90_000]): whole[:90_000], "POST /blobs": batch,
	} {
		method, path, _ := strings.Cut(line, " ")
		if got := p.cutOff(method, path, body); got != http.StatusBadRequest {
			t.Errorf("%s: %d", line, got)
		}
	}
}

// cutOff sends the first half of a body, ends the connection on this side, and returns the status of the answer.
func (p *pair) cutOff(method, path string, body []byte) int {
	p.t.Helper()
	c, err := net.Dial("tcp", p.server.Listener.Addr().String())
	if err != nil {
		p.t.Fatal(err)
	}
	defer c.Close()
	_, err = fmt.Fprintf(c, "%s %s/workspaces/%s%s HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer right\r\n%s: %s\r\n%s: 0\r\nContent-Length: %d\r\n\r\n%s",
		method, protocol.Base, p.hubWorkspace, path, protocol.Header, protocol.Spoken, protocol.UploadOffset, len(body), body[:len(body)/2])
	if err == nil {
		err = c.(*net.TCPConn).CloseWrite()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// TestOpenedFromTheRemote fetches on demand, through cuts, and says what is wrong when it cannot.
func TestOpenedFromTheRemote(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	data := noise(9, 2*protocol.PartBytes+77)
	small := []byte("a small one")
	ctx := t.Context()
	for _, b := range [][]byte{data, small} {
		if _, err := p.hub.Bytes().Receive(ctx, p.hubWorkspace, catalog.Blob{SHA256: hashOf(b), Size: int64(len(b))}, 0, bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
	}
	same := peer.NewTransfers(peer.TransferConfig{Remote: peer.Remote{URL: p.server.URL, Token: "right"}, Blobs: renamed{p.device, p.workspace}, Transport: &p.wire, Retries: 1})
	var cuts atomic.Int64
	p.wire.meddle = func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodGet {
			return nil, nil
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		if err == nil && cuts.Add(1) < 4 {
			response.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(io.LimitReader(response.Body, 4*mega), iotestErr{errors.New("cut")}), response.Body}
		}
		return response, err
	}
	for _, b := range [][]byte{data, small} {
		if err := same.FetchBlob(ctx, p.hubWorkspace, catalog.Blob{SHA256: hashOf(b), Size: int64(len(b))}); err != nil {
			t.Fatal(err)
		}
		opened, err := p.device.Bytes().Open(ctx, p.workspace, hashOf(b))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(opened)
		opened.Close()
		if err != nil || !bytes.Equal(got, b) {
			t.Errorf("fetched %d other bytes, %v", len(got), err)
		}
	}
	if n := cuts.Load(); n < 4 {
		t.Errorf("%d requests", n)
	}
	unknown := catalog.Blob{SHA256: hashOf([]byte("unknown")), Size: 7}
	if err := same.FetchBlob(ctx, p.hubWorkspace, unknown); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("bytes that the hub lacks: %v", err)
	}
	p.server.Close()
	if err := same.FetchBlob(ctx, p.hubWorkspace, unknown); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("a hub that cannot be reached: %v", err)
	}
}

// renamed are a device's bytes of which one workspace has another id at the hub: two data directories of their own have no
// workspace in common before they are synchronised.
type renamed struct {
	*enginetest.Engine
	local string
}

func (r renamed) Missing(ctx context.Context, _ string, hashes []string) ([]string, error) {
	return r.Bytes().Missing(ctx, r.local, hashes)
}
func (r renamed) Open(ctx context.Context, _, hash string) (catalog.OpenBlob, error) {
	return r.Bytes().Open(ctx, r.local, hash)
}
func (r renamed) Recapture(ctx context.Context, _, hash string) error {
	return r.Bytes().Recapture(ctx, r.local, hash)
}
func (r renamed) StoreSmall(ctx context.Context, _ string, batch []catalog.BlobBytes) error {
	return r.Bytes().StoreSmall(ctx, r.local, batch)
}
func (r renamed) Received(ctx context.Context, _, hash string) (int64, error) {
	return r.Bytes().Received(ctx, r.local, hash)
}
func (r renamed) Receive(ctx context.Context, _ string, blob catalog.Blob, offset int64, body io.Reader) (int64, error) {
	return r.Bytes().Receive(ctx, r.local, blob, offset, body)
}
func (r renamed) Discard(ctx context.Context, _, hash string) error {
	return r.Bytes().Discard(ctx, r.local, hash)
}
func (r renamed) Wanted(ctx context.Context, _ string, limit int) ([]catalog.Blob, error) {
	return r.Bytes().Wanted(ctx, r.local, limit)
}
