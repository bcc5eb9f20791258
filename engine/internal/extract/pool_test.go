package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/machine"
)

func misbehaving(t *testing.T, o Options) *Pool {
	o.Command = []string{os.Args[0], "misbehaving-child"}
	return runPool(t, o)
}

func TestPoolReadsAndHashes(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 2})
	data := []byte("# Sheaf\n\nA page of text.\n")
	r, err := extractBytes(t, p, "a.md", data)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if r.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("hash %s", r.SHA256)
	}
	if r.Document.Title != "Sheaf" || len(r.Document.Pages) != 1 || !strings.Contains(r.Document.Pages[0].Text, "A page of text.") {
		t.Errorf("document %+v", r.Document)
	}
}

// TestPoolKeepsFilesApart has many callers read many files at once; each must get its own.
func TestPoolKeepsFilesApart(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 2})
	dir := t.TempDir()
	var callers sync.WaitGroup
	for i := range 200 {
		size := 10
		if i%17 == 0 {
			size = small + 1
		}
		text := strings.TrimSpace(strings.Repeat(fmt.Sprintf("file %d ", i), size))
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		callers.Go(func() {
			r, err := extractFile(t, p, path, "x.txt")
			if err != nil {
				t.Error(err)
			} else if r.Document.Pages[0].Text != text {
				t.Errorf("file %d got the text of another", i)
			}
		})
	}
	callers.Wait()
}

func TestChildFaultsFailOneFile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		code catalog.Code
		says string
	}{
		{"crash.txt", catalog.Unavailable, "stopped unexpectedly"},
		{"stack.txt", catalog.Unavailable, "stopped unexpectedly"},
		{"garbage.txt", catalog.Unavailable, "stopped unexpectedly"},
		{"lie.txt", catalog.Unavailable, "stopped unexpectedly"},
		{"panic.txt", catalog.Unsupported, "malformed"},
		{"eat.txt", catalog.TooLarge, "memory"},
		{"loop.txt", catalog.TooLarge, "Reading took longer than"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.name == "eat.txt" && runtime.GOOS != "linux" {
				t.Skip("memory is watched, not limited, on " + runtime.GOOS)
			}
			o := Options{Children: 1}
			if c.name == "loop.txt" {
				o.Fast, o.Slow = 200*time.Millisecond, 400*time.Millisecond
			} else {
				o.Fast = 30 * time.Second
			}
			p := misbehaving(t, o)
			var others sync.WaitGroup
			for range 10 {
				others.Go(func() {
					if r, err := extractBytes(t, p, "good.txt", []byte("good")); err != nil || r.Document.Pages[0].Text != "good" {
						t.Errorf("a good file beside %s: %v", c.name, err)
					}
				})
			}
			_, err := extractBytes(t, p, c.name, []byte("bad"))
			if catalog.CodeOf(err) != c.code || !strings.Contains(catalog.MessageOf(err), c.says) {
				t.Errorf("got %s: %v", catalog.CodeOf(err), err)
			}
			others.Wait()
			if _, err := extractBytes(t, p, "good.txt", []byte("good")); err != nil {
				t.Errorf("after %s: %v", c.name, err)
			}
		})
	}
}

func TestSlowFileIsReadByTheSlowChild(t *testing.T) {
	t.Parallel()
	p := misbehaving(t, Options{Children: 1, Fast: 200 * time.Millisecond, Slow: 30 * time.Second})
	r, err := extractBytes(t, p, "nap.txt", []byte("rested"))
	if err != nil || r.Document.Pages[0].Text != "rested" {
		t.Fatal(err, r)
	}
}

// TestAStarvedFileIsNotToBlame: what a child has not been given of the processor does not count against its file in the
// slow lane, up to a point.
func TestAStarvedFileIsNotToBlame(t *testing.T) {
	t.Parallel()
	if _, told := machine.Used(os.Getpid()); !told {
		t.Skip("this system does not tell what a process has used")
	}
	p := misbehaving(t, Options{Children: 1, Fast: 100 * time.Millisecond, Slow: 500 * time.Millisecond})
	if r, err := extractBytes(t, p, "nap.txt", []byte("rested")); err != nil || r.Document.Pages[0].Text != "rested" {
		t.Errorf("a file that got no processor's time: %v, %v", r, err)
	}
	p = misbehaving(t, Options{Children: 1, Fast: 20 * time.Millisecond, Slow: 50 * time.Millisecond})
	if _, err := extractBytes(t, p, "nap.txt", []byte("hung")); catalog.CodeOf(err) != catalog.TooLarge {
		t.Errorf("a file that hangs: %v", err)
	}
}

func TestExtractEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p := misbehaving(t, Options{Children: 1, Fast: time.Minute})
	path := filepath.Join(t.TempDir(), "loop.txt")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	if _, err := p.Extract(ctx, f, Want{Name: "loop.txt", Size: 1}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

func TestPoolThatHasEnded(t *testing.T) {
	t.Parallel()
	p := NewPool(Options{Command: []string{os.Args[0], "extract-child"}})
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := extractBytes(t, p, "a.txt", []byte("a")); catalog.CodeOf(err) != catalog.Unavailable {
		t.Fatal(err)
	}
}

func TestChildThatDoesNotStart(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"/nonexistent/program"}, {"/bin/false"}} {
		p := runPool(t, Options{Command: command, Children: 1})
		if _, err := extractBytes(t, p, "a.txt", []byte("a")); catalog.CodeOf(err) != catalog.Unavailable {
			t.Errorf("%v: %v", command, err)
		}
	}
}

func TestOnlyRegularFiles(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 1})
	for _, path := range []string{t.TempDir(), os.DevNull} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := p.Extract(t.Context(), f, Want{Name: "x.txt"}); catalog.CodeOf(err) != catalog.Unsupported {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestIdleChildrenEnd waits on the condition itself: the only child of this process with that mark is gone.
func TestIdleChildEnds(t *testing.T) {
	t.Parallel()
	o := Options{Command: []string{os.Args[0], "extract-child"}, Idle: 50 * time.Millisecond}.withDefaults()
	jobs := make(chan *job)
	l := newLane(o, newPacer(1), 0, jobs, o.Fast)
	ctx, stop := context.WithCancel(context.Background())
	gone := make(chan struct{})
	l.idled = func() { close(gone); l.idled = nil }
	ended := make(chan struct{})
	go func() { l.run(ctx); close(ended) }()
	f, err := os.Open("main_test.go")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	j := &job{ctx: ctx, file: f, name: "a.txt", size: 1, done: make(chan struct{})}
	jobs <- j
	<-j.done
	<-gone
	stop()
	<-ended
}

func BenchmarkSmallFiles(b *testing.B) {
	p := runPool(b, Options{Children: 2})
	path := filepath.Join(b.TempDir(), "a.md")
	if err := os.WriteFile(path, []byte("# title\n\n> A page.\n\n"+strings.Repeat("- Do a thing:\n\n`command {{path}}`\n\n", 8)), 0o600); err != nil {
		b.Fatal(err)
	}
	extractFile(b, p, path, "a.md")
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := extractFile(b, p, path, "a.md"); err != nil {
				b.Error(err)
			}
		}
	})
}
