package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// daemon is a clamd of the test's own at a socket. What has the word in it is infected; it takes 64 KB.
type daemon struct {
	listener net.Listener
	all      sync.WaitGroup
}

const evil = "evilword"

func startDaemon(t *testing.T, socket string) *daemon {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	d := &daemon{listener: l}
	d.all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			d.all.Go(func() { defer c.Close(); speak(c) })
		}
	})
	t.Cleanup(d.stop)
	return d
}

func (d *daemon) stop() {
	d.listener.Close()
	d.all.Wait()
}

func speak(c net.Conn) {
	in := bufio.NewReader(c)
	if command, _ := in.ReadString(0); command == "zVERSION\x00" {
		io.WriteString(c, "ClamAV of the test\x00")
		return
	}
	var seen []byte
	for {
		var n uint32
		if binary.Read(in, binary.BigEndian, &n) != nil {
			return
		}
		if n == 0 {
			break
		}
		if len(seen)+int(n) > 64<<10 {
			io.WriteString(c, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		part := make([]byte, n)
		if _, err := io.ReadFull(in, part); err != nil {
			return
		}
		seen = append(seen, part...)
	}
	if bytes.Contains(seen, []byte(evil)) {
		io.WriteString(c, "stream: Test.Evil FOUND\x00")
		return
	}
	io.WriteString(c, "stream: OK\x00")
}

// warningsOf are those of the only document of that name, as they are stored.
func warningsOf(t *testing.T, e *enginetest.Engine, name string) string {
	t.Helper()
	list, _, err := e.Contents(e.Owner(), catalog.ContentQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.FileName == name {
			return strings.Join(c.Warnings, " ")
		}
	}
	t.Fatal("there is no document ", name)
	return ""
}

func failureOf(t *testing.T, e *enginetest.Engine, name string) string {
	t.Helper()
	list, _, err := e.Contents(e.Owner(), engine.ContentQuery{Name: name})
	if err != nil || len(list) != 1 {
		t.Fatal(name, err, list)
	}
	return list[0].Failure
}

func TestInfectedFilesAreNotOpened(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "clamd.ctl")
	startDaemon(t, socket)
	folder := t.TempDir()
	enginetest.WriteFiles(t, folder, map[string]string{
		"good.txt": "The harbour opens in spring.", "bad.txt": "This has the " + evil + " in it.", "large.txt": strings.Repeat("harmless ", 20_000),
	})
	e := enginetest.Start(t, engine.Options{NoModel: true, Scanner: &catalog.ScannerSettings{Address: "unix:" + socket}})
	e.Watch(folder)
	if len(e.Find("harbour")) != 1 || len(e.Find(evil)) != 0 || len(e.Find("harmless")) != 0 {
		t.Error("not exactly the good file was read")
	}
	if said := failureOf(t, e, "bad.txt"); said != "clamd found Test.Evil in this file, so it was not opened." {
		t.Errorf("the infected file: %q", said)
	}
	if said := failureOf(t, e, "large.txt"); !strings.Contains(said, "larger than clamd takes") {
		t.Errorf("the large file: %q", said)
	}
	state, err := e.Scanner(e.Owner())
	if err != nil || state.Version != "ClamAV of the test" || !state.Fixed || state.Unscanned != catalog.UnscannedWaits {
		t.Errorf("%+v, %v", state, err)
	}
	if _, err := e.SetScanner(e.Owner(), catalog.ScannerSettings{}); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("what an option set was changed: %v", err)
	}
}

// TestNothingIsReadWithoutTheScanner: files wait for one that does not answer, the status says so, and what it says ends
// with the daemon's return.
func TestNothingIsReadWithoutTheScanner(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "clamd.ctl")
	folder := t.TempDir()
	enginetest.WriteFiles(t, folder, map[string]string{"good.txt": "The harbour opens in spring."})
	e := enginetest.Start(t, engine.Options{NoModel: true})
	if _, err := e.SetScanner(e.Owner(), catalog.ScannerSettings{Address: "unix:" + socket}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.TestScanner(e.Owner(), "unix:"+socket); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("a test of nobody: %v", err)
	}
	problem := watchProblem(t, e, func(said string) bool { return strings.Contains(said, "does not answer") }, func() {
		if _, _, err := e.AddFolder(e.Owner(), engine.FolderSpec{Path: folder, Consent: true}); err != nil {
			t.Fatal(err)
		}
	})
	if !strings.Contains(problem, socket) || len(e.Find("harbour")) != 0 {
		t.Errorf("%q, and found: %v", problem, e.Find("harbour"))
	}
	startDaemon(t, socket)
	e.Settle()
	if len(e.Find("harbour")) != 1 {
		t.Error("it was not read when the scanner was there")
	}
	if status, err := e.Status(e.Owner()); err != nil || status.Progress.Problem != "" {
		t.Errorf("still a problem: %q, %v", status.Progress.Problem, err)
	}
}

// watchProblem does act and waits until the status has a problem that fits.
func watchProblem(t *testing.T, e *enginetest.Engine, fits func(string) bool, act func()) (problem string) {
	t.Helper()
	ctx, stop := context.WithCancel(e.Owner())
	defer stop()
	looked := make(chan struct{}, 1)
	look := func(catalog.Event) error {
		select {
		case looked <- struct{}{}:
		default:
		}
		return nil
	}
	var listening sync.WaitGroup
	listening.Go(func() { _ = e.Subscribe(ctx, look) })
	defer listening.Wait()
	defer stop()
	act()
	for {
		status, err := e.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if fits(status.Progress.Problem) {
			return status.Progress.Problem
		}
		select {
		case <-looked:
		case <-ctx.Done():
			t.Fatal("the problem was never said: ", status.Progress.Problem)
		}
	}
}

func TestFilesMayBeReadUnscanned(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "clamd.ctl")
	folder := t.TempDir()
	enginetest.WriteFiles(t, folder, map[string]string{"first.txt": "The harbour opens in spring."})
	e := enginetest.Start(t, engine.Options{NoModel: true})
	if _, err := e.SetScanner(e.Owner(), catalog.ScannerSettings{Address: "unix:" + socket, Unscanned: catalog.UnscannedRead}); err != nil {
		t.Fatal(err)
	}
	e.Watch(folder)
	if len(e.Find("harbour")) != 1 || !strings.Contains(warningsOf(t, e, "first.txt"), "not scanned for viruses") {
		t.Errorf("said %q", warningsOf(t, e, "first.txt"))
	}
	startDaemon(t, socket)
	enginetest.WriteFiles(t, folder, map[string]string{"large.txt": strings.Repeat("harmless ", 20_000), "second.txt": "A berth is free."})
	e.Settle()
	if len(e.Find("harmless")) == 0 || !strings.Contains(warningsOf(t, e, "large.txt"), "larger than clamd takes") || warningsOf(t, e, "second.txt") != "" {
		t.Errorf("said %q and %q", warningsOf(t, e, "large.txt"), warningsOf(t, e, "second.txt"))
	}
}

func TestScannerSettings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Start(t, engine.Options{NoModel: true, DataDir: dir})
	for _, wrong := range []catalog.ScannerSettings{{Address: "clamd"}, {Address: "tcp:10.1.2.3:3310"}, {Address: "unix:/c", Unscanned: "perhaps"}} {
		if _, err := e.SetScanner(e.Owner(), wrong); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	want := catalog.ScannerSettings{Address: "unix:/nowhere/clamd.ctl", Unscanned: catalog.UnscannedRead}
	state, err := e.SetScanner(e.Owner(), want)
	if err != nil || state.ScannerSettings != want || state.Problem == "" {
		t.Errorf("%+v, %v", state, err)
	}
	if checks, err := e.Doctor(e.Owner()); err != nil || !tells(checks, "virus scanner") {
		t.Errorf("the diagnosis leaves the scanner out: %v, %v", checks, err)
	}
	e.Stop()
	again := enginetest.Start(t, engine.Options{NoModel: true, DataDir: dir})
	if state, err := again.Scanner(again.Owner()); err != nil || state.ScannerSettings != want {
		t.Errorf("after a restart: %+v, %v", state, err)
	}
	if _, err := again.Scanner(context.Background()); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("without an actor: %v", err)
	}
}

func tells(checks []catalog.Check, name string) bool {
	for _, c := range checks {
		if c.Name == name {
			return !c.OK
		}
	}
	return false
}
