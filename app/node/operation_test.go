package node

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
)

// fetched gets an address whole.
func fetched(t *testing.T, address string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestReadinessNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	n := opened(t, t.TempDir())
	w := &statusOnly{header: http.Header{}}
	n.readiness(w, (&http.Request{}).WithContext(t.Context()))
	if w.status != http.StatusServiceUnavailable {
		t.Errorf("before Run: %d", w.status)
	}
	serving(t, n)
	answer, body := fetched(t, n.Address()+"readyz")
	var said struct {
		Status string
		Checks []check
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil || answer.StatusCode != 200 || said.Status != "ready" || len(said.Checks) != 2 {
		t.Errorf("%d %s %v", answer.StatusCode, body, err)
	}
}

func TestReadinessFailsWithTheDatabase(t *testing.T) {
	t.Parallel()
	n := opened(t, t.TempDir())
	n.ready.Store(true)
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	w := &statusOnly{header: http.Header{}}
	n.readiness(w, (&http.Request{}).WithContext(t.Context()))
	if w.status != http.StatusServiceUnavailable {
		t.Errorf("with a closed database: %d", w.status)
	}
}

func TestMeasurementsTellRoutesAndNeverPaths(t *testing.T) {
	t.Parallel()
	n, err := Open(t.Context(), config.Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", ListenSet: true, Metrics: "127.0.0.1:0", NoModel: true, Version: "test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	serving(t, n)
	fetched(t, n.Address()+"api/desk/contents/secret-id", "X-Api-Key", n.token)
	fetched(t, n.Address()+"api/desk/contents/secret-id")
	fetched(t, n.Address()+"no/such/secret-page")
	answer, body := fetched(t, n.MetricsAddress())
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Errorf("%d %v", answer.StatusCode, answer.Header)
	}
	for _, want := range []string{
		`sheaf_http_requests_total{route="GET /api/desk/contents/{id}",status="4xx"} 2`,
		`sheaf_http_requests_total{route="/",status="4xx"} 1`,
		`sheaf_http_request_seconds_count{route="GET /api/desk/contents/{id}"} 2`,
		"sheaf_http_requests_running 0", "sheaf_http_rate_limited_total 0", `sheaf_up{version="test"} 1`,
		"sheaf_documents 0", "sheaf_documents_pending 0", "sheaf_documents_failed 0", "sheaf_vectors_ready 0", "sheaf_vectors_pending 0", "go_goroutines ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if strings.Contains(body, "secret") {
		t.Error("the measurements name what was asked for")
	}
	if answer, _ := fetched(t, n.MetricsAddress(), "Host", "evil.example"); answer.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("under another name: %d", answer.StatusCode)
	}
	if answer, _ := fetched(t, strings.TrimSuffix(n.MetricsAddress(), "metrics")+"api/desk/status", "X-Api-Key", n.token); answer.StatusCode != 404 {
		t.Errorf("the API beside the measurements: %d", answer.StatusCode)
	}
	if answer, _ := fetched(t, n.Address()+"metrics"); answer.StatusCode != 404 {
		t.Errorf("the measurements beside the API: %d", answer.StatusCode)
	}
}

// An upload that has begun when the server is told to stop is taken whole.
func TestARequestInFlightIsFinished(t *testing.T) {
	t.Parallel()
	n := opened(t, t.TempDir())
	stop := serving(t, n)
	host := strings.Trim(strings.TrimPrefix(n.Address(), "http://"), "/")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(drainTime)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /api/desk/contents?name=a.txt HTTP/1.1\r\nHost: %s\r\nX-Api-Key: %s\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", host, n.token)
	reader := bufio.NewReader(conn)
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // the handler reads the body now
		t.Fatalf("%q %v", line, err)
	}
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for range time.Tick(time.Millisecond) {
		if refused, err := net.Dial("tcp", host); err != nil {
			break // the server takes no more
		} else {
			refused.Close()
		}
	}
	if _, err := conn.Write([]byte("whole")); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusCreated {
		t.Errorf("%d %s %v", answer.StatusCode, body, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAnswersCarryTheHeadersThatProtect(t *testing.T) {
	t.Parallel()
	n := opened(t, t.TempDir())
	serving(t, n)
	for path, policy := range map[string]string{
		"": "default-src 'none'; script-src 'self'", "openapi.json": "default-src 'none'; frame-ancestors 'none'; sandbox",
		"api/desk/status": "default-src 'none'; frame-ancestors 'none'; sandbox", "nothing": "default-src 'none'",
		"docs": "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'",
	} {
		answer, _ := fetched(t, n.Address()+path)
		h := answer.Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("/%s: %s is %q", path, name, h.Get(name))
			}
		}
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), policy) || strings.Contains(h.Get("Content-Security-Policy"), "'unsafe-eval'") || h.Get("X-Request-Id") == "" {
			t.Errorf("/%s: %v", path, h)
		}
		if h.Get("Server") != "" || h.Get("Access-Control-Allow-Origin") != "" || len(h["Set-Cookie"]) > 0 {
			t.Errorf("/%s tells or allows too much: %v", path, h)
		}
	}
	long, _ := fetched(t, n.Address()+"healthz", "X-Long", strings.Repeat("x", 80<<10))
	if long.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("long headers: %d", long.StatusCode)
	}
}
