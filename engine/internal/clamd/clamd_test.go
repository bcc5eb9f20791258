package clamd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// daemon speaks the protocol on a socket of the test's own: bytes with "virus" in them are infected, it takes 1 MB, and
// hangs up on "crash".
func daemon(t *testing.T, network string) Address {
	t.Helper()
	at := "127.0.0.1:0"
	if network == "unix" {
		at = filepath.Join(t.TempDir(), "clamd.ctl")
	}
	l, err := net.Listen(network, at)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { defer c.Close(); answerOne(c) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	a, err := ParseAddress(network + ":" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func answerOne(c net.Conn) {
	in := bufio.NewReader(c)
	command, _ := in.ReadString(0)
	switch command {
	case "zVERSION\x00":
		io.WriteString(c, "ClamAV 1.4.6/27500/Wed Nov 25 10:00:00 2026\x00")
	case "zINSTREAM\x00":
		io.WriteString(c, verdictOn(in)+"\x00")
	default:
		io.WriteString(c, "UNKNOWN COMMAND\x00")
	}
}

func verdictOn(in io.Reader) string {
	var seen []byte
	for {
		var n uint32
		if binary.Read(in, binary.BigEndian, &n) != nil {
			return ""
		}
		if n == 0 {
			break
		}
		if len(seen)+int(n) > 1<<20 {
			return "INSTREAM size limit exceeded. ERROR"
		}
		part := make([]byte, n)
		if _, err := io.ReadFull(in, part); err != nil {
			return ""
		}
		seen = append(seen, part...)
	}
	switch {
	case bytes.Contains(seen, []byte("virus")):
		return "stream: Test.\x01Virus\xff FOUND"
	case bytes.Contains(seen, []byte("broken")):
		return "stream: Can't allocate memory ERROR"
	case bytes.Contains(seen, []byte("crash")):
		return ""
	}
	return "stream: OK"
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"unix", "tcp"} {
		a := daemon(t, network)
		if version, err := a.Version(t.Context()); err != nil || !strings.HasPrefix(version, "ClamAV 1.4.6") {
			t.Errorf("%s: %q, %v", a, version, err)
		}
		large := strings.Repeat("harmless ", 100_000)
		cases := map[string]error{
			"": nil, "harmless": nil, large: nil, large + "virus": Infected("Test.Virus"),
			"a virus": Infected("Test.Virus"), "broken": ErrGaveUp, "crash": ErrGaveUp, large + large: ErrLarge,
		}
		for data, want := range cases {
			if err := a.Scan(t.Context(), strings.NewReader(data)); !errors.Is(err, want) {
				t.Errorf("%s, %d bytes: %v, want %v", network, len(data), err, want)
			}
		}
		gone := errors.New("the disk is gone")
		if err := a.Scan(t.Context(), io.MultiReader(strings.NewReader("a"), broken{gone})); !errors.Is(err, gone) {
			t.Errorf("a reader that fails: %v", err)
		}
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	a, err := ParseAddress("unix:" + filepath.Join(t.TempDir(), "nothing"))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Scan(t.Context(), strings.NewReader("a")); !errors.Is(err, ErrAway) {
		t.Error(err)
	}
	if _, err := a.Version(t.Context()); !errors.Is(err, ErrAway) {
		t.Error(err)
	}
}

// TestSilentDaemon: a scan ends with its context although the other end says nothing.
func TestSilentDaemon(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := ParseAddress("tcp:" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		c, err := l.Accept()
		if err == nil {
			defer c.Close()
			io.ReadFull(c, make([]byte, len("zINSTREAM\x00")))
		}
		cancel()
		<-ctx.Done()
	}()
	if err := a.Scan(ctx, strings.NewReader("a")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestOnlyThisMachine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "clamd", "unix:relative", "tcp:10.0.0.1:3310", "tcp:clamd.example.org:3310", "tcp:127.0.0.1", "tcp:127.0.0.1:", "http://127.0.0.1"} {
		if _, err := ParseAddress(text); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"unix:/run/clamav/clamd.ctl", "tcp:127.0.0.1:3310", "tcp:localhost:3310", "tcp:[::1]:3310"} {
		if a, err := ParseAddress(text); err != nil || a.String() != text {
			t.Errorf("%q: %v, %v", text, a, err)
		}
	}
}

// TestRealDaemon runs where SHEAF_CLAMD names a clamd whose signatures know EICAR's test file.
func TestRealDaemon(t *testing.T) {
	t.Parallel()
	address := os.Getenv("SHEAF_CLAMD")
	if address == "" {
		t.Skip("SHEAF_CLAMD names no clamd")
	}
	a, err := ParseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	version, err := a.Version(t.Context())
	if err != nil || !strings.HasPrefix(version, "ClamAV") {
		t.Errorf("%q, %v", version, err)
	}
	if err := a.Scan(t.Context(), strings.NewReader("harmless")); err != nil {
		t.Error(err)
	}
	eicar := `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
	found, is := errors.AsType[Infected](a.Scan(t.Context(), strings.NewReader(eicar)))
	if !is || !strings.Contains(strings.ToLower(string(found)), "eicar") {
		t.Errorf("found %q", found)
	}
	if err := a.Scan(t.Context(), io.LimitReader(zeros{}, 200<<20)); !errors.Is(err, ErrLarge) {
		t.Errorf("200 MB: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
