package extract

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// The test program is its own child: with extract-child as the real one, with misbehaving-child as one that does what
// the name of a file says.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "extract-child":
			os.Exit(Child(os.Stdin, os.Stdout))
		case "misbehaving-child":
			if err := confine(); err != nil {
				os.Exit(1)
			}
			if err := serve(os.Stdin, os.Stdout, misbehave); err != nil {
				os.Exit(1)
			}
			os.Exit(0)
		case "busy":
			os.Stdout.WriteString("b")
			select {}
		case "parent-of-busy-child":
			keepBusyChild()
		}
	}
	goleak.VerifyTestMain(m)
}

// misbehave does what the name says, and reads everything else as it should be read.
func misbehave(in *input) (catalog.Document, error) {
	switch what, _, _ := strings.Cut(in.name, "."); what {
	case "loop":
		//lint:ignore SA5002 a parser that never ends is what the test is about
		for {
		}
	case "nap": // longer than the fast lane allows, shorter than the slow one
		time.Sleep(700 * time.Millisecond)
	case "crash":
		os.Exit(7)
	case "panic":
		panic("a parser's own fault")
	case "stack":
		return catalog.Document{}, endless(0)
	case "eat":
		var eaten [][]byte
		for {
			b := make([]byte, 16<<20)
			for i := range b {
				b[i] = 1
			}
			eaten = append(eaten, b) //lint:ignore SA4010 keeping it is what fills the memory
		}
	case "garbage":
		os.Stdout.WriteString("this is no frame at all, and long enough to be taken for one")
	case "lie":
		frame := appendResult(nil, [32]byte{}, catalog.Document{Pages: []catalog.Page{{Text: "a", Blocks: []catalog.Block{{Span: catalog.Span{End: 99}}}}}})
		os.Stdout.Write(frame)
	case "goeson":
		os.Stdout.Write(appendFrame(nil, []byte{frameGoesOn}))
	case "later":
		os.Stdout.Write(appendFrame(nil, []byte{frameLater}))
	case "escape":
		whole, err := in.prefix(in.size)
		if err != nil {
			return catalog.Document{}, err
		}
		return catalog.Document{}, breakOut(string(whole))
	case "network":
		return catalog.Document{}, reachesOut()
	}
	return readDocument(in)
}

// keepBusyChild starts a child that never ends by itself, on a pipe at descriptor 3, and waits to be killed.
func keepBusyChild() {
	signal := os.NewFile(3, "signal")
	busy := exec.Command(os.Args[0], "busy")
	busy.SysProcAttr = boxes()[len(boxes())-1]
	busy.Stdout = signal
	runtime.LockOSThread() // the kernel ties a child to the thread that started it
	if err := busy.Start(); err != nil {
		os.Exit(1)
	}
	signal.Close()
	_ = busy.Wait()
	os.Exit(1)
}

func endless(n int) error {
	if n < 0 {
		return nil
	}
	return errors.Join(endless(n+1), nil)
}

// runPool runs a pool for the length of a test.
func runPool(t testing.TB, o Options) *Pool {
	t.Helper()
	if o.Command == nil {
		o.Command = []string{os.Args[0], "extract-child"}
	}
	if o.CacheDir == "" {
		o.CacheDir = filepath.Join(os.TempDir(), "sheaf-test-extract-cache")
	}
	if o.Assets == "" {
		o.Assets = assets()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	p := NewPool(o)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error("pool:", err)
		}
	})
	return p
}

// assets is where pdfium.wasm lies, or empty.
func assets() string {
	for _, dir := range []string{os.Getenv("SHEAF_ASSETS"), "../../../build/bin"} {
		if dir == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "lib", "pdfium.wasm")); err == nil {
			abs, _ := filepath.Abs(dir)
			return abs
		}
	}
	return ""
}

func needPDF(t testing.TB) {
	t.Helper()
	if assets() == "" {
		t.Skip("pdfium.wasm is not at $SHEAF_ASSETS/lib or build/bin/lib: PDF is not tested")
	}
}

// extractBytes has a pool read a file of that name and content.
func extractBytes(t testing.TB, p *Pool, name string, data []byte) (Result, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return extractFile(t, p, path, name)
}

func extractFile(t testing.TB, p *Pool, path, name string) (Result, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	state, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithCancel(t.Context())
	defer done()
	r, err := p.Extract(ctx, f, Want{Name: name, Size: state.Size()})
	if errors.Is(err, ErrSlow) {
		return p.ExtractSlow(ctx, f, Want{Name: name, Size: state.Size()})
	}
	return r, err
}
