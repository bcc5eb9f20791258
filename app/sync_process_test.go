package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app"
	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// boundCommand is the program, which ends when its standard input does: with the tests, whatever becomes of them.
const boundCommand = "sheaf-bound"

func runBound() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	os.Exit(app.Main(os.Args[1:]))
}

// agent is a data directory and the process that serves it, which may be killed and started anew.
type agent struct {
	name, dir, folder string
	env               []string
	errors            *os.File // standard error of every process

	mu    sync.Mutex // for the process; its end is waited for under it
	cmd   *exec.Cmd
	input io.Closer
	reach node.Agent // zero while it is dead
	desk  *client.Client
}

func newAgent(t *testing.T, name string) *agent {
	t.Helper()
	root := t.TempDir()
	a := &agent{name: name, dir: filepath.Join(root, "data"), folder: filepath.Join(root, "folder")}
	for _, dir := range []string{a.folder, filepath.Join(root, "home")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if a.errors, err = os.Create(filepath.Join(root, "stderr")); err != nil {
		t.Fatal(err)
	}
	a.env = append(os.Environ(), "SHEAF_DATA="+a.dir, "HOME="+filepath.Join(root, "home"), "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "SHEAF_NO_MODEL=true",
		"SHEAF_NO_KEYRING=true", "SHEAF_LISTEN=127.0.0.1:0")
	t.Cleanup(func() {
		a.kill()
		a.errors.Close()
		if t.Failed() {
			said, err := os.ReadFile(a.errors.Name())
			t.Logf("%s said: %.200000s %v", name, said, err)
		}
	})
	if err := a.start(); err != nil {
		t.Fatal(err)
	}
	return a
}

// start runs the agent and returns when it can be reached.
func (a *agent) start() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	cmd := exec.Command(boundCommand, "serve", "--json")
	cmd.Env, cmd.Stderr = a.env, a.errors
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	a.cmd, a.input = cmd, input
	var said struct{ Address string }
	if err := json.NewDecoder(output).Decode(&said); err != nil {
		return fmt.Errorf("%s did not start: %w", a.name, err)
	}
	reach, ok := node.ReadAgent(a.dir)
	if !ok || reach.PID != cmd.Process.Pid {
		return fmt.Errorf("%s listens at %s, and its agent file says %+v", a.name, said.Address, reach.PID)
	}
	a.reach, a.desk = reach, client.New(reach.Address, reach.Token, "")
	return nil
}

// kill ends the process with SIGKILL and waits for its end.
func (a *agent) kill() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cmd == nil {
		return
	}
	_ = a.cmd.Process.Kill() // fails only when it has ended by itself
	_ = a.cmd.Wait()         // says that it was killed
	_ = a.input.Close()
	if a.desk != nil {
		a.desk.Close()
	}
	a.cmd, a.desk, a.reach = nil, nil, node.Agent{}
}

// dump ends the process in such a way that it says what each goroutine was at.
func (a *agent) dump() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cmd != nil && a.cmd.Process.Signal(syscall.SIGQUIT) == nil {
		_ = a.cmd.Wait() // says how it ended
		a.cmd, a.desk = nil, nil
	}
}

// now is how the agent is reached at this moment; a nil client while it is dead.
func (a *agent) now() (*client.Client, node.Agent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.desk, a.reach
}

// address is where the agent listens, without a slash at its end; empty while it is dead.
func (a *agent) address() string {
	_, reach := a.now()
	return strings.TrimRight(reach.Address, "/")
}

// call sends a request to the desk that the client has no method for, and returns the status of the answer.
func (a *agent) call(ctx context.Context, method, path string, into any) (int, error) {
	_, reach := a.now()
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(reach.Address, "/")+"/api/desk"+path, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+reach.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if into == nil {
		return answer.StatusCode, nil
	}
	return answer.StatusCode, json.NewDecoder(answer.Body).Decode(into)
}

// page is how many documents one request lists.
const page = 1000

// documents lists a workspace by name.
func (a *agent) documents(ctx context.Context, workspace string) (map[string][]catalog.Content, error) {
	found := map[string][]catalog.Content{}
	for offset := 0; ; offset += page {
		var list struct {
			Contents []catalog.Content
			Total    int
		}
		status, err := a.call(ctx, "GET", fmt.Sprintf("/contents?workspace=%s&sort=name&limit=%d&offset=%d", workspace, page, offset), &list)
		if err != nil || status != http.StatusOK {
			return nil, fmt.Errorf("%s lists its documents: %d %w", a.name, status, err)
		}
		for _, c := range list.Contents {
			found[c.FileName] = append(found[c.FileName], c)
		}
		if offset+page >= list.Total {
			return found, nil
		}
	}
}

// bytes is the hash of the bytes of a document as they can be had here.
func (a *agent) bytes(ctx context.Context, id string) (string, error) {
	desk, _ := a.now()
	original, err := desk.Original(ctx, id)
	if err != nil {
		return "", err
	}
	defer original.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, original)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// syncOnce runs "sheaf sync --once" as a person does. agreed is what its exit code says.
func (a *agent) syncOnce(ctx context.Context) (remotes []catalog.SyncStatus, agreed bool, err error) {
	cmd := exec.CommandContext(ctx, "sheaf", "sync", "--once", "--json")
	cmd.Env, cmd.Stderr = a.env, a.errors
	out := &bytes.Buffer{}
	cmd.Stdout = out
	err = cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return nil, false, err
	}
	var said struct{ Remotes []catalog.SyncStatus }
	if out.Len() > 0 {
		if broken := json.Unmarshal(out.Bytes(), &said); broken != nil {
			return nil, false, fmt.Errorf("%s: sync --once printed %q", a.name, out)
		}
	}
	return said.Remotes, err == nil, nil
}

// pause waits; false when ctx ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
