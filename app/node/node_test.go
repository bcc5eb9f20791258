package node

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
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

func opened(t *testing.T, dir string) *Node {
	t.Helper()
	n, err := Open(t.Context(), config.Config{DataDir: dir, Listen: "127.0.0.1:0", ListenSet: true, NoModel: true, Version: "test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// serving runs n until the test ends or stop is called, which returns what Run returned.
func serving(t *testing.T, n *Node) (stop func() error) {
	t.Helper()
	if err := n.Listen(); err != nil {
		t.Fatal(err)
	}
	stop = run(t, n)
	waitHealthy(t, n.Address())
	return stop
}

// run runs n until the test ends or stop is called, and closes it after the test.
func run(t *testing.T, n *Node) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	stopped := false
	stop = func() error {
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if !stopped {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return stop
}

func waitHealthy(t *testing.T, address string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for range time.Tick(5 * time.Millisecond) {
		answer, err := http.Get(address + "healthz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not become healthy: %v", address, err)
		}
	}
}

func TestTheAgentFileIsPrivateAndGoesWithTheAgent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := opened(t, dir)
	stop := serving(t, n)
	info, err := os.Stat(filepath.Join(dir, "agent.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("agent.json: %v %v", info, err)
	}
	a, ok := ReadAgent(dir)
	if !ok || a.PID != os.Getpid() || a.Address != n.Address() || len(a.Token) < 40 {
		t.Errorf("%+v", a)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, ok := ReadAgent(dir); ok {
		t.Error("the agent file stayed")
	}
}

func TestADirectoryHasOneOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := opened(t, dir)
	_, err := Open(t.Context(), config.Config{DataDir: dir, NoModel: true}, nil)
	if catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a second owner: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := opened(t, dir)
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestStoppingEndsStreamsAndFinishesRequests(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := opened(t, dir)
	stop := serving(t, n)
	r, err := http.NewRequest("GET", n.Address()+"api/desk/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := ReadAgent(dir)
	r.Header.Set("Authorization", "Bearer "+a.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != 200 {
		t.Fatal(answer, err)
	}
	defer answer.Body.Close()
	first := make([]byte, 16)
	if _, err := io.ReadFull(answer.Body, first); err != nil || !strings.HasPrefix(string(first), `{"seq":0`) {
		t.Errorf("the stream begins with %q, %v", first, err)
	}
	before := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Errorf("the stream did not end in order: %v", err)
	}
	if took := time.Since(before); took > drainTime/2 {
		t.Errorf("stopping took %v", took)
	}
}

func TestHealthIsToldBeforeAndAfter(t *testing.T) {
	t.Parallel()
	n := opened(t, t.TempDir())
	defer n.Close()
	if got := n.healthStatus(t); got != http.StatusServiceUnavailable {
		t.Errorf("before Run: %d", got)
	}
}

func (n *Node) healthStatus(t *testing.T) int {
	t.Helper()
	w := &statusOnly{header: http.Header{}}
	n.health(w, nil)
	return w.status
}

type statusOnly struct {
	header http.Header
	status int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
func (s *statusOnly) WriteHeader(status int)      { s.status = status }

func TestATakenDefaultPortGivesTheNextOne(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := bind("--listen", taken.Addr().String(), false); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("a port that was asked for: %v", err)
	}
	next, err := bind("--listen", taken.Addr().String(), true)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if next.Addr().(*net.TCPAddr).Port <= taken.Addr().(*net.TCPAddr).Port {
		t.Errorf("got %v after %v", next.Addr(), taken.Addr())
	}
}
