package peer

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/time/rate"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// Transfers moves the bytes of documents between this device and one remote: it is the Bytes of a Peer, and fetches what
// a person opens. Small ones travel many to a request, large ones in parts; four requests are under way at most. What is
// sent is hashed on its way, and what does not hash to its name is not sent to its end.
//
// Nothing of it has to survive: what has arrived of a blob is kept by the side that receives it. Its methods may be
// called by any goroutine, and every goroutine that they start has ended when they return.
type Transfers struct {
	TransferConfig
	remote *remote
	slots  chan struct{} // requests under way
	parts  chan struct{} // buffers of protocol.PartBytes in use
	spare  sync.Pool

	mu      sync.Mutex // for what follows
	limiter *rate.Limiter
	going   chan struct{} // closed while transfers are not paused
}

// TransferConfig is what transfers stand on.
type TransferConfig struct {
	Remote    Remote
	Blobs     replica.Blobs
	Device    string            // this device's id: an upload that it has begun is its own
	Transport http.RoundTripper // nil: http.DefaultTransport
	Retries   int               // of a request that got no answer, at once
	Limit     int64             // bytes a second in both directions together; 0: as much as there is
	// Moved is told of bytes that have come or gone, as they do; nil: nobody.
	Moved func(feed Feed, out bool, bytes int64)
	// More is called when Fetch ends before everything is here, to let records travel; nil: nobody.
	More func()
	Log  *slog.Logger // nil: none
}

const (
	atOnce      = 4                // requests under way
	buffers     = 6                // parts in memory: one a request, and some that are read ahead
	fetchTurn   = 20 * time.Second // how long Fetch goes on before records have their turn
	segment     = 64 << 20         // what one request asks for of a large blob
	mostBarren  = 5                // attempts without a byte of progress before the round is given up
	leastBurst  = 64 << 10         // bytes that may go at once under the slowest limit
	wantedAtOne = 1000             // blobs that Fetch asks the store for
)

// NewTransfers makes transfers. They send nothing by themselves.
func NewTransfers(config TransferConfig) *Transfers {
	if config.Moved == nil {
		config.Moved = func(Feed, bool, int64) {}
	}
	if config.More == nil {
		config.More = func() {}
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	t := &Transfers{
		TransferConfig: config, remote: newRemote(Config{Remote: config.Remote, Transport: config.Transport, Retries: config.Retries}),
		slots: make(chan struct{}, atOnce), parts: make(chan struct{}, buffers), going: make(chan struct{}),
	}
	close(t.going)
	t.SetLimit(config.Limit)
	return t
}

// SetToken takes the place of a token that the hub refuses.
func (t *Transfers) SetToken(token string) { t.remote.setToken(token) }

// SetLimit changes how many bytes a second may travel; 0: as many as there are. It counts for what is under way.
func (t *Transfers) SetLimit(perSecond int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if perSecond <= 0 {
		t.limiter = nil
		return
	}
	t.limiter = rate.NewLimiter(rate.Limit(perSecond), max(leastBurst, int(min(perSecond/4, 1<<20))))
}

// Pause stops bytes where they are, Resume lets them go on.
func (t *Transfers) Pause() {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.going:
		t.going = make(chan struct{})
	default:
	}
}

// Resume is the way back from Pause.
func (t *Transfers) Resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-t.going:
	default:
		close(t.going)
	}
}

// admit waits until n bytes may travel.
func (t *Transfers) admit(ctx context.Context, n int) error {
	t.mu.Lock()
	going, limiter := t.going, t.limiter
	t.mu.Unlock()
	select {
	case <-going:
	default:
		select {
		case <-going:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for limiter != nil && n > 0 {
		part := min(n, limiter.Burst())
		if err := limiter.WaitN(ctx, part); err != nil {
			return err
		}
		n -= part
	}
	return nil
}

// metered is a body whose bytes wait to be admitted and are told of as they go.
type metered struct {
	r     io.Reader
	ctx   context.Context
	t     *Transfers
	moved func(n int64)
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.r.Read(p[:min(len(p), leastBurst)])
	if waited := m.t.admit(m.ctx, n); waited != nil {
		return 0, waited
	}
	m.moved(int64(n))
	return n, err
}

// buffer waits for one that holds a part. release gives it back.
func (t *Transfers) buffer(ctx context.Context) (part []byte, release func(), err error) {
	select {
	case t.parts <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	pooled, _ := t.spare.Get().(*[]byte)
	if pooled == nil {
		made := make([]byte, protocol.PartBytes)
		pooled = &made
	}
	return *pooled, func() {
		t.spare.Put(pooled)
		<-t.parts
	}, nil
}

// slot waits until one more request may be under way.
func (t *Transfers) slot(ctx context.Context) (release func(), err error) {
	select {
	case t.slots <- struct{}{}:
		return func() { <-t.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// exchange sends a request about a workspace's bytes. Whatever is answered comes back, a failure too, unless nothing was.
func (t *Transfers) exchange(ctx context.Context, method, path string, header http.Header, feed Feed, body []byte) (*http.Response, error) {
	var raw any
	if body != nil {
		raw = retryablehttp.ReaderFunc(func() (io.Reader, error) {
			return &metered{r: bytes.NewReader(body), ctx: ctx, t: t, moved: func(n int64) { t.Moved(feed, true, n) }}, nil
		})
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, method, t.remote.base+"/workspaces/"+url.PathEscape(feed.Remote)+path, raw)
	if err != nil {
		return nil, catalog.WrapError(catalog.Invalid, "The remote's address is not one.", err)
	}
	t.remote.sign(request.Request)
	for name, values := range header {
		request.Header[name] = values
	}
	if body != nil {
		request.ContentLength = int64(len(body))
	}
	response, err := t.remote.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, catalog.WrapError(catalog.Unavailable, "The remote cannot be reached.", err)
	}
	return response, nil
}

// refusal reads an answer that is no success, and closes it.
func refusal(response *http.Response) error {
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return catalog.WrapError(catalog.Unavailable, "The remote was cut off in the middle of an answer.", err)
	}
	return failure(response, text)
}

// done closes an answer without a body of interest so that its connection can be used again.
func done(response *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // what fails here fails at the next request
	response.Body.Close()
}

// compressor is safe for concurrent use by EncodeAll.
var compressor, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)) // no option here can be wrong

// packed is a body as it travels: compressed when its bytes are of a kind that shrinks, and when they do.
func packed(body []byte, format string, header http.Header) []byte {
	if !protocol.Compressible(format) || len(body) < 512 {
		return body
	}
	small := compressor.EncodeAll(body, make([]byte, 0, len(body)/2))
	if len(small) > len(body)/8*7 {
		return body
	}
	header.Set("Content-Encoding", protocol.Zstd)
	return small
}
