package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

var quiet = log.New(io.Discard, "", 0)

// line is how a peer reaches the hub: by an address that stays, through one of several proxies, each with a weather of its own,
// and behind them through a gate that counts what the hub has taken and follows the hub to wherever it listens now.
//
// A change of the weather takes another proxy for new connections. (Toxics of connections that are there cannot be changed:
// toxiproxy 2.5.0 hangs when one of them has ended meanwhile.)
type line struct {
	name    string
	front   net.Listener
	proxies map[string]*toxiproxy.Proxy // by weather
	gate    *httptest.Server
	hub     *agent
	tally   *tally
	sent    atomic.Int64  // bytes of large uploads
	after   int64         // of those, after which now is told, once
	now     chan struct{} // wants something to happen at this very moment

	mu     sync.Mutex
	epoch  int                 // grows whenever connections are cut, and whenever an end of the line is killed
	sky    string              // the weather for new connections
	open   map[net.Conn]string // by the weather that they were made in
	counts map[string]int
}

// The weathers. In a gap no connection is made; in a rough one they are cut all the time.
const (
	fair = "fair"
	gap  = "gap"
)

var (
	weathers = []string{gap, "latency", "bandwidth", "reset_peer", "limit_data"}
	cutting  = map[string]bool{gap: true, "reset_peer": true, "limit_data": true}
)

func newLine(t *testing.T, name string, hub *agent, tally *tally, random *rand.Rand) *line {
	t.Helper()
	l := &line{name: name, hub: hub, tally: tally, after: 5 << 20, now: make(chan struct{}, 1), sky: fair,
		proxies: map[string]*toxiproxy.Proxy{}, open: map[net.Conn]string{}, counts: map[string]int{}}
	l.gate = httptest.NewServer(l)
	t.Cleanup(l.gate.Close)
	zerolog.SetGlobalLevel(zerolog.Disabled)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop()) // listens nowhere
	for weather, attributes := range map[string]string{
		fair:         "",
		"latency":    fmt.Sprintf(`{"latency": %d, "jitter": 20}`, 20+random.IntN(60)),
		"bandwidth":  fmt.Sprintf(`{"rate": %d}`, 500+random.IntN(2000)),
		"reset_peer": `{"timeout": 20}`,
		"limit_data": fmt.Sprintf(`{"bytes": %d}`, 1000+random.IntN(300_000)),
	} {
		p := toxiproxy.NewProxy(server, name+" "+weather, "127.0.0.1:0", strings.TrimPrefix(l.gate.URL, "http://"))
		for _, stream := range []string{"upstream", "downstream"} {
			if attributes == "" {
				break
			}
			toxic := fmt.Sprintf(`{"type": %q, "stream": %q, "attributes": %s}`, weather, stream, attributes)
			if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Stop)
		l.proxies[weather] = p
	}
	var err error
	if l.front, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	var accepting sync.WaitGroup
	accepting.Go(l.accept)
	t.Cleanup(func() {
		l.front.Close()
		l.turn(gap, true)
		accepting.Wait()
	})
	return l
}

// accept takes connections until the front is closed and all of them have ended.
func (l *line) accept() {
	var joined sync.WaitGroup
	defer joined.Wait()
	for {
		from, err := l.front.Accept()
		if err != nil {
			return
		}
		joined.Go(func() { l.join(from) })
	}
}

// join lets a connection go through the proxy of the present weather until it ends or is cut.
func (l *line) join(from net.Conn) {
	defer from.Close()
	l.mu.Lock()
	proxy := l.proxies[l.sky]
	l.open[from] = l.sky
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.open, from)
	}()
	if proxy == nil {
		return
	}
	to, err := net.Dial("tcp", proxy.Listen)
	if err != nil {
		return
	}
	var copying sync.WaitGroup
	for _, way := range [][2]net.Conn{{to, from}, {from, to}} {
		copying.Go(func() {
			_, _ = io.Copy(way[0], way[1]) // ends with either side, and ends both
			to.Close()
			from.Close()
		})
	}
	copying.Wait()
}

// turn changes the weather for new connections, and may cut those that are there.
func (l *line) turn(weather string, cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sky = weather
	l.counts[weather]++
	if !cut {
		return
	}
	l.epoch++
	for c := range l.open {
		_ = c.(*net.TCPConn).SetLinger(0) // a reset rather than an end
		c.Close()
	}
}

// weather changes the weather of the line until ctx ends, and leaves it fair. It cuts the line when a message comes from cuts.
func (l *line) weather(ctx context.Context, random *rand.Rand, cuts <-chan struct{}) {
	defer l.turn(fair, true)
	for ctx.Err() == nil {
		length := time.Duration(100+random.IntN(700)) * time.Millisecond
		select {
		case <-cuts:
			l.turn(gap, true)
		case <-time.After(time.Duration(100+random.IntN(400)) * time.Millisecond):
			l.turn(weathers[random.IntN(len(weathers))], random.IntN(3) > 0)
		case <-ctx.Done():
			return
		}
		pause(ctx, length)
		l.turn(fair, random.IntN(3) > 0)
	}
}

// disturbed notes that what was under way may have been lost.
func (l *line) disturbed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
}

// moment is when something was begun on a line.
type moment struct {
	line  *line
	epoch int
	rough bool // there are connections that are cut without a change of the weather
}

func (l *line) moment() moment {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := moment{l, l.epoch, cutting[l.sky]}
	for _, weather := range l.open {
		m.rough = m.rough || cutting[weather]
	}
	return m
}

// lost reports whether what was under way at m may have been lost by now.
func (m moment) lost() bool { return m.rough || m.epoch != m.line.moment().epoch }

// ServeHTTP passes a request to the hub. A hub that is dead, or dies meanwhile, is a connection that is cut.
func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target, err := url.Parse(l.hub.address())
	if err != nil || target.Host == "" {
		panic(http.ErrAbortHandler)
	}
	p := &passing{ResponseWriter: w, line: l, began: l.moment(), method: r.Method, path: r.URL.Path, header: r.Header.Clone()}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = &tapped{ReadCloser: r.Body, to: p}
	}
	defer func() { l.tally.passed(p) }()
	(&httputil.ReverseProxy{
		Rewrite:      func(pr *httputil.ProxyRequest) { pr.SetURL(target) },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		ErrorLog:     quiet,
	}).ServeHTTP(p, r)
}

// passing is a request on its way, and what of it the tally wants to know.
type passing struct {
	http.ResponseWriter
	line         *line
	began        moment
	method, path string
	header       http.Header

	mu     sync.Mutex // the body may still be read when the answer has come
	body   bytes.Buffer
	size   int64
	status int
	answer bytes.Buffer
}

// Unwrap lets the answer be flushed.
func (p *passing) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// WriteHeader notes the status.
func (p *passing) WriteHeader(status int) {
	p.status = status
	p.ResponseWriter.WriteHeader(status)
}

// Write keeps the answer of the request that begins an upload.
func (p *passing) Write(b []byte) (int, error) {
	if p.begins() {
		p.answer.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

func (p *passing) begins() bool { return p.method == http.MethodPost && path.Base(p.path) == "uploads" }
func (p *passing) batch() bool {
	return p.method == http.MethodPost && path.Base(p.path) == "blobs" && p.header.Get("Content-Type") == protocol.BatchType
}
func (p *passing) whole() bool {
	return p.method == http.MethodPut && path.Base(path.Dir(p.path)) == "blobs"
}
func (p *passing) part() bool { return p.method == http.MethodPatch }

// read is told of what was read of the body.
func (p *passing) read(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.size += int64(len(b))
	if p.begins() || p.batch() {
		p.body.Write(b)
	}
	if l := p.line; p.part() {
		if sent := l.sent.Add(int64(len(b))); sent >= l.after && sent-int64(len(b)) < l.after {
			l.now <- struct{}{}
		}
	}
}

// tapped is a body that somebody listens to.
type tapped struct {
	io.ReadCloser
	to *passing
}

// Read reads on and tells of it.
func (t *tapped) Read(b []byte) (int, error) {
	n, err := t.ReadCloser.Read(b)
	t.to.read(b[:n])
	return n, err
}

// tally counts what the hub has taken, over all lines, and keeps what should not have been sent.
type tally struct {
	mu      sync.Mutex
	taken   map[string]moment // by hash: the last time that the hub said it had taken the whole
	uploads map[string]*partial
	byID    map[string]*partial
	again   int // whole blobs that were sent again after their answer may have been lost
	wrong   []string
}

// partial is a blob that is sent in parts.
type partial struct {
	hash   string
	size   int64
	sent   int64          // of bodies, also of those that were cut off
	taken  int64          // up to where the hub has said that it has it
	cutOff int            // parts without an answer
	epochs map[moment]int // in which parts were begun
	story  []string       // of its parts, to be told when something is wrong
}

// cuts is how often something was lost while it was sent.
func (u *partial) cuts() int64 { return int64(max(u.cutOff, len(u.epochs)-1)) }

func newTally() *tally {
	return &tally{taken: map[string]moment{}, uploads: map[string]*partial{}, byID: map[string]*partial{}}
}

// passed counts a request that is over.
func (c *tally) passed(p *passing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.begins() && p.status == http.StatusOK:
		c.begun(p)
	case p.whole() && p.status == http.StatusNoContent:
		c.stored(path.Base(p.path), p)
	case p.batch() && p.status == http.StatusNoContent:
		if err := c.storedBatch(p); err != nil {
			c.wrong = append(c.wrong, fmt.Sprintf("a batch that the hub took cannot be read: %v", err))
		}
	case p.part():
		c.part(p)
	}
}

// died notes that the hub was killed.
func (c *tally) died() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range c.uploads {
		u.story = append(u.story, "the hub is killed")
	}
}

func (c *tally) begun(p *passing) {
	var asked protocol.NewUpload
	var answer protocol.Upload
	if json.Unmarshal(p.body.Bytes(), &asked) != nil || json.Unmarshal(p.answer.Bytes(), &answer) != nil || answer.Complete {
		return // cut off, or nothing is sent
	}
	if c.uploads[asked.SHA256] == nil {
		c.uploads[asked.SHA256] = &partial{hash: asked.SHA256, size: asked.Size, epochs: map[moment]int{}}
	}
	c.byID[answer.ID] = c.uploads[asked.SHA256]
	c.byID[answer.ID].story = append(c.byID[answer.ID].story, fmt.Sprintf("begun by %s at %d", p.line.name, answer.Offset))
}

// stored notes a whole blob. One that the hub had taken before is excused when the sender may not have heard of it.
func (c *tally) stored(hash string, p *passing) {
	if before, twice := c.taken[hash]; twice {
		if before.line != p.line || !before.lost() {
			c.wrong = append(c.wrong, fmt.Sprintf("%s was sent again by %s, and nothing had been lost", hash, p.line.name))
		}
		c.again++
	}
	c.taken[hash] = p.began
}

func (c *tally) storedBatch(p *passing) error {
	var body io.Reader = &p.body
	if p.header.Get("Content-Encoding") == protocol.Zstd {
		decoder, err := zstd.NewReader(body, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return err
		}
		defer decoder.Close()
		body = decoder
	}
	return protocol.ReadBatch(body, func(b catalog.BlobBytes) error {
		c.stored(b.SHA256, p)
		return nil
	})
}

// part notes a part. What the hub has said it has must not be sent again, whatever happened.
func (c *tally) part(p *passing) {
	u := c.byID[path.Base(p.path)]
	if u == nil {
		return // of an upload whose begin was cut off
	}
	offset, err := strconv.ParseInt(p.header.Get(protocol.UploadOffset), 10, 64)
	if err != nil || p.header.Get("Content-Encoding") != "" {
		c.wrong = append(c.wrong, fmt.Sprintf("a part without an offset, or compressed: %v", p.header))
		return
	}
	u.sent += p.size
	u.epochs[p.began]++
	u.story = append(u.story, fmt.Sprintf("%d+%d: %d", offset, p.size, p.status))
	switch p.status {
	case http.StatusNoContent:
	case 0:
		u.cutOff++
		return
	default:
		return // the hub goes on from elsewhere
	}
	if offset < u.taken {
		c.wrong = append(c.wrong, fmt.Sprintf("%s was sent from %d, and the hub had said that it had %d", u.hash, offset, u.taken))
	}
	u.taken = max(u.taken, offset+p.size)
}

// verdict tells what should not have been sent, and counts the large uploads.
func (c *tally) verdict(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.wrong {
		t.Error(w)
	}
	for hash, u := range c.uploads {
		if most := u.size + u.cuts()*protocol.PartBytes; u.sent > most {
			t.Errorf("%s of %d bytes: %d were sent, with %d cuts at most %d may be", hash, u.size, u.sent, u.cuts(), most)
		}
		t.Logf("a file of %d bytes: %d were sent, %d cuts: %s", u.size, u.sent, u.cuts(), strings.Join(u.story, ", "))
	}
	t.Logf("the hub took %d blobs, %d again because the answer may have been lost", len(c.taken), c.again)
}
