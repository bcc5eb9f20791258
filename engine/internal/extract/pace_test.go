package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// open writes a file and opens it.
func openNew(t *testing.T, name, text string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestUnwantedFileIsLetGo: a child that reads what nobody waits for any more is killed, and its other files are read.
func TestUnwantedFileIsLetGo(t *testing.T) {
	t.Parallel()
	p := misbehaving(t, Options{Children: 1, Fast: time.Minute})
	if _, err := extractBytes(t, p, "good.txt", []byte("good")); err != nil {
		t.Fatal(err)
	}
	before := p.Processes()
	ctx, cancel := context.WithCancel(t.Context())
	endless := openNew(t, "loop.txt", "x")
	unwanted := make(chan error, 1)
	go func() {
		_, err := p.Extract(ctx, endless, Want{Name: "loop.txt", Size: 1})
		unwanted <- err
	}()
	var others sync.WaitGroup
	for range 5 {
		others.Go(func() {
			if r, err := extractBytes(t, p, "good.txt", []byte("good")); err != nil || r.Document.Pages[0].Text != "good" {
				t.Errorf("a file behind the endless one: %v", err)
			}
		})
	}
	cancel()
	if err := <-unwanted; !errors.Is(err, context.Canceled) {
		t.Errorf("the endless file: %v", err)
	}
	others.Wait()
	if after := p.Processes(); len(before) != 1 || len(after) != 1 {
		t.Errorf("children were %v and are %v", before, after)
	}
}

func TestPaceChangesChildren(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 2, Most: 3})
	marked := func(pid int) bool {
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err != nil {
			t.Skip("the environment of processes cannot be read here")
		}
		return bytes.Contains(env, []byte(behindMark+"=1"))
	}
	read := func() {
		t.Helper()
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				if _, err := extractBytes(t, p, "a.txt", []byte("a")); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	read()
	p.SetPace(1, true)
	if p.SetPace(1, true); p.pacer.current.Load().children != 1 {
		t.Error("the pace is another")
	}
	read()
	behind := 0
	for _, pid := range p.Processes() {
		if marked(pid) {
			behind++
		}
	}
	if behind != 1 {
		t.Errorf("%d children stand behind other programs, want 1 of %v", behind, p.Processes())
	}
	p.SetPace(9, false) // as many as there may be
	read()
	for _, pid := range p.Processes() {
		if marked(pid) {
			t.Errorf("child %d still stands behind other programs", pid)
		}
	}
	if n := len(p.Processes()); n > 3 {
		t.Errorf("there are %d children, at most 3 are allowed", n)
	}
}

// TestChildrenOutliveThreads: threads that end, as those do that embed behind other programs, take no child with them.
func TestChildrenOutliveThreads(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 2})
	read := func() {
		t.Helper()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := extractBytes(t, p, "a.txt", []byte("a")); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	read()
	before := p.Processes()
	var threads sync.WaitGroup
	for range 500 {
		threads.Go(func() { runtime.LockOSThread() }) // the thread ends with the goroutine
	}
	threads.Wait()
	read()
	if after := p.Processes(); !slices.Equal(before, after) {
		t.Errorf("children were %v and are %v", before, after)
	}
}
