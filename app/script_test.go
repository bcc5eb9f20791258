package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sheafdocs/sheaf/app"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine"
)

// TestMain is the program itself when it runs under the name sheaf or as an extraction child, and the tests otherwise.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(app.Main(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){"sheaf": func() { os.Exit(app.Main(os.Args[1:])) }, boundCommand: runBound})
}

// TestScripts runs the command line as a person does, each script with a data directory and a home of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	assets := findAssets(t)
	samples, err := filepath.Abs("../engine/internal/extract/testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("SHEAF_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("XDG_CONFIG_HOME", "")
			e.Setenv("SAMPLES", samples) // of the formats
			e.Setenv("XDG_DATA_HOME", "")
			if assets == "" {
				e.Setenv("SHEAF_NO_MODEL", "true")
			} else {
				e.Setenv("SHEAF_MODELS", assets)
			}
			return os.MkdirAll(filepath.Join(e.WorkDir, "home"), 0o755)
		},
		Condition: func(name string) (bool, error) {
			if name != "model" {
				return false, fmt.Errorf("there is no condition %q", name)
			}
			return assets != "", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "member": member, "members": members, "agent": agentIsUp, "answers": answers, "mode": hasMode, "keep": keepMember, "repeat": repeatFile, "terminate": terminate,
		},
	})
}

// findAssets is where the model and pdfium lie: SHEAF_MODELS, or where make puts them; "" when they were not fetched.
func findAssets(t *testing.T) string {
	dir := os.Getenv("SHEAF_MODELS")
	if dir == "" {
		dir = "../build/bin"
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(abs, "models")); err != nil {
		t.Logf("no model at %s: searching by keywords only; make build fetches it", abs)
		return ""
	}
	return abs
}

// exits CODE PROGRAM ARGS… runs a program and demands its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s ended with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// lookup follows a dotted path (list elements by number) in the JSON on standard output.
func lookup(ts *testscript.TestScript, path string) any {
	var at any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &at); err != nil {
		ts.Fatalf("standard output is not one JSON document: %v", err)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch node := at.(type) {
		case map[string]any:
			value, present := node[name]
			if !present {
				ts.Fatalf("there is no %q in %s", name, path)
			}
			at = value
		case []any:
			if name == "length" {
				at = float64(len(node))
				continue
			}
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(node) {
				ts.Fatalf("there is no element %q in %s", name, path)
			}
			at = node[i]
		default:
			ts.Fatalf("%s leads nowhere at %q", path, name)
		}
	}
	return at
}

// member PATH VALUE compares one member of the JSON on standard output, texts without their quotes.
func member(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: member PATH VALUE")
	}
	if got := spelled(lookup(ts, args[0])); (got == args[1]) == neg {
		ts.Fatalf("%s is %s", args[0], got)
	}
}

func spelled(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// members PATH NAME… demands exactly these names in an object, those with ? perhaps; "." is the document itself.
func members(ts *testscript.TestScript, _ bool, args []string) {
	var at any
	if args[0] == "." {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &at))
	} else {
		at = lookup(ts, args[0])
	}
	object, ok := at.(map[string]any)
	if !ok {
		ts.Fatalf("%s is not an object", args[0])
	}
	for _, name := range args[1:] {
		name, optional := strings.CutSuffix(name, "?")
		if _, present := object[name]; !present && !optional {
			ts.Fatalf("%s lacks %q", args[0], name)
		}
		delete(object, name)
	}
	for name := range object {
		ts.Fatalf("%s has %q, which the contract does not name", args[0], name)
	}
}

// keep NAME PATH puts a member of the JSON on standard output into the environment.
func keepMember(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], spelled(lookup(ts, args[1])))
}

// agent waits until an agent serves the data directory and puts its address and token into ADDRESS and TOKEN.
func agentIsUp(ts *testscript.TestScript, _ bool, _ []string) {
	deadline := time.Now().Add(20 * time.Second)
	for range time.Tick(20 * time.Millisecond) {
		if a, ok := node.ReadAgent(ts.Getenv("SHEAF_DATA")); ok {
			if answer, err := http.Get(a.Address + "healthz"); err == nil {
				answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					ts.Setenv("ADDRESS", a.Address)
					ts.Setenv("TOKEN", a.Token)
					return
				}
			}
		}
		if time.Now().After(deadline) {
			ts.Fatalf("no agent serves %s", ts.Getenv("SHEAF_DATA"))
		}
	}
}

// answers STATUS METHOD PATH [HEADER VALUE]… demands a status of a request to the agent.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	r, err := http.NewRequest(args[1], strings.TrimSuffix(ts.Getenv("ADDRESS"), "/")+args[2], nil)
	ts.Check(err)
	for i := 3; i+1 < len(args); i += 2 {
		r.Header.Set(args[i], args[i+1])
		if args[i] == "Host" {
			r.Host = args[i+1]
		}
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	ts.Check(err)
	answer.Body.Close()
	if got := strconv.Itoa(answer.StatusCode); got != args[0] {
		ts.Fatalf("%s %s answers %s, want %s", args[1], args[2], got, args[0])
	}
}

// mode OCTAL FILE demands a file's permissions.
func hasMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// repeat FILE COUNT TEXT writes text many times.
func repeatFile(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(args[2], n)), 0o644))
}

// terminate asks the agent to end the way a system does.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	a, ok := node.ReadAgent(ts.Getenv("SHEAF_DATA"))
	if !ok {
		ts.Fatalf("no agent serves %s", ts.Getenv("SHEAF_DATA"))
	}
	process, err := os.FindProcess(a.PID)
	ts.Check(err)
	ts.Check(process.Signal(syscall.SIGTERM))
}
