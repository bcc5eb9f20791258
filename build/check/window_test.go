package check

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWindow opens the real window on a virtual display, adds a folder from the command line, finds a document with
// real key presses, and ends the program as the system would. A screenshot stays in build/.cache/test/window.png.
//
// It needs a built sheaf-desktop and what make setup installs, so it runs only where SHEAF_WINDOW_TEST is set.
func TestWindow(t *testing.T) {
	if os.Getenv("SHEAF_WINDOW_TEST") == "" {
		t.Skip("set SHEAF_WINDOW_TEST=1 (make test does) to open a real window")
	}
	d := newDesktop(t)
	window := d.start(t, d.program("sheaf-desktop"), "--data", d.data)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	page, err := inspect(ctx, d.inspector)
	if err != nil {
		d.screenshot(t, "window-failed.png")
		t.Fatalf("%v\n%s", err, window.said())
	}

	t.Run("offers the window's own calls", func(t *testing.T) {
		d.eventually(t, page, `!!(window.go && window.go.desktop && window.go.desktop.Native && window.runtime)`, "the bound calls")
		d.eval(t, page, `(window.go.desktop.Native.PickFolder().then(p => window.picked = p), true)`)
		d.eventually(t, page, fmt.Sprintf(`window.picked === %q`, d.folder), "the folder that was picked")
	})

	t.Run("finds a document in a folder that the command line added", func(t *testing.T) {
		d.run(t, d.program("sheaf"), "--data", d.data, "folder", "add", d.folder)
		d.run(t, d.program("sheaf"), "--data", d.data, "wait", "--timeout", "2m")
		d.eventually(t, page, `!!document.querySelector('input')`, "a box to type into")
		d.run(t, "xdotool", "search", "--sync", "--onlyvisible", "--name", "^Sheaf$", "windowfocus")
		d.run(t, "xdotool", "key", "ctrl+k")
		d.eventually(t, page, `document.activeElement.tagName === 'INPUT'`, "the keyboard in the box")
		d.run(t, "xdotool", "type", "--delay", "20", "walnut protected landlord")
		d.eventually(t, page, `document.activeElement.value === 'walnut protected landlord'`, "all that was typed")
		d.run(t, "xdotool", "key", "Return")
		d.eventually(t, page, `document.body.innerText.includes('lease-2019.pdf')`, "the lease among the results")
		d.screenshot(t, "window.png")
	})

	t.Run("comes forward on a second start", func(t *testing.T) {
		d.eval(t, page, `(window.runtime.EventsOn('sheaf:second-instance', () => { window.second = true }), true)`)
		second := d.start(t, d.program("sheaf-desktop"), "--data", d.data)
		second.wait(t, 20*time.Second)
		d.eventually(t, page, `window.second === true`, "the second start")
	})

	t.Run("ends cleanly", func(t *testing.T) {
		if err := window.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := window.wait(t, 20*time.Second); err != nil {
			t.Errorf("after SIGTERM: %v\n%s", err, window.said())
		}
		if _, err := os.Stat(filepath.Join(d.data, "agent.json")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("agent.json is still there (%v)", err)
		}
	})
}

// TestWindowWithoutDisplay: one sentence and exit 1, no panic.
func TestWindowWithoutDisplay(t *testing.T) {
	if os.Getenv("SHEAF_WINDOW_TEST") == "" {
		t.Skip("set SHEAF_WINDOW_TEST=1 (make test does) to open a real window")
	}
	command := exec.CommandContext(t.Context(), built(t, "sheaf-desktop"), "--data", t.TempDir())
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	said, err := command.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(said), "no display") || strings.Count(string(said), "\n") != 1 {
		t.Errorf("%v, saying:\n%s", err, said)
	}
}

// built returns the path of a program that make build made.
func built(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../build/bin", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("build/bin/%s is not built; run make build", name)
	}
	return path
}

// desktop is a virtual display with a message bus, a home, and a folder of documents.
type desktop struct {
	env                []string
	data, folder       string
	inspector          string // address of the window's inspector
	programs, pictures string
}

func newDesktop(t *testing.T) *desktop {
	t.Helper()
	root := t.TempDir()
	d := &desktop{data: filepath.Join(root, "data"), folder: filepath.Join(root, "papers"), inspector: freeAddress(t)}
	d.programs, d.pictures = filepath.Dir(built(t, "sheaf-desktop")), "../.cache/test"
	if err := os.CopyFS(d.folder, os.DirFS("../samples")); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(root, "home"), filepath.Join(root, "runtime")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(root, "home"), "XDG_RUNTIME_DIR=" + filepath.Join(root, "runtime"),
		"NO_AT_BRIDGE=1", "GDK_BACKEND=x11", "WEBKIT_INSPECTOR_HTTP_SERVER=" + d.inspector, "SHEAF_PICK_FOLDER=" + d.folder,
		"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1", // the page is our own, and a container has no namespaces to give
	}
	d.env = append(d.env, "DISPLAY=:"+d.firstLine(t, "Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"))
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+d.firstLine(t, "dbus-daemon", "--session", "--nofork", "--print-address=1"))
	return d
}

func (d *desktop) program(name string) string { return filepath.Join(d.programs, name) }

// firstLine starts a service for the length of the test and returns the first line that it prints.
func (d *desktop) firstLine(t *testing.T, name string, args ...string) string {
	t.Helper()
	command := exec.Command(name, args...)
	command.Env = d.env
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatalf("%s: %v; run make setup", name, err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait() // it was asked to end
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s printed nothing: %v", name, err)
	}
	return strings.TrimSpace(line)
}

// running is a program whose output is kept.
type running struct {
	*exec.Cmd
	output string // file
	ended  chan error
}

func (d *desktop) start(t *testing.T, name string, args ...string) *running {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "output")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	r := &running{Cmd: exec.Command(name, args...), output: out.Name(), ended: make(chan error, 1)}
	r.Env, r.Stdout, r.Stderr = d.env, out, out
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { r.ended <- r.Wait() }()
	t.Cleanup(func() { _ = r.Process.Kill() }) // nothing when it has ended
	return r
}

func (r *running) wait(t *testing.T, limit time.Duration) error {
	t.Helper()
	select {
	case err := <-r.ended:
		return err
	case <-time.After(limit):
		t.Fatalf("%s is still running after %v\n%s", r.Path, limit, r.said())
		return nil
	}
}

func (r *running) said() string {
	raw, _ := os.ReadFile(r.output) // shown beside a failure only
	return string(raw)
}

func (d *desktop) run(t *testing.T, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Env = d.env
	if out, err := command.CombinedOutput(); err != nil {
		d.screenshot(t, "window-failed.png")
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
}

func (d *desktop) screenshot(t *testing.T, name string) {
	t.Helper()
	if err := os.MkdirAll(d.pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("import", "-window", "root", filepath.Join(d.pictures, name))
	command.Env = d.env
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("screenshot: %v\n%s", err, out)
	}
}

func (d *desktop) eval(t *testing.T, page *inspector, expression string) {
	t.Helper()
	var ignored any
	if err := page.evaluate(expression, &ignored); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until an expression in the page is true.
func (d *desktop) eventually(t *testing.T, page *inspector, expression, what string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		var holds bool
		if err := page.evaluate(expression, &holds); err == nil && holds {
			return
		}
		if time.Now().After(deadline) {
			d.screenshot(t, "window-failed.png")
			var text string
			_ = page.evaluate(`document.body.innerText`, &text) // shown beside the failure only
			t.Fatalf("the window never showed %s; it says:\n%s", what, text)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
