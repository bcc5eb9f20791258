package mcp_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/sheafdocs/sheaf/app"
	"github.com/sheafdocs/sheaf/engine"
)

// asProgram makes this test binary the program itself.
const asProgram = "SHEAF_TEST_AS_PROGRAM"

// TestMain is the program when a test started it as that or the program as its extraction child, and the tests otherwise.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" || len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(app.Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// place is a data directory and the program over it.
type place struct {
	dir string
	env []string
}

// newPlace makes an empty data directory. Search is by keywords, so that no test waits for the model.
func newPlace(t *testing.T) place {
	t.Helper()
	home := t.TempDir()
	return place{dir: filepath.Join(home, "data"), env: []string{
		asProgram + "=true", "HOME=" + home, "PATH=" + os.Getenv("PATH"), "SHEAF_DATA=" + filepath.Join(home, "data"), "SHEAF_NO_MODEL=true",
	}}
}

// command is the program, not yet started. It is killed when the test ends.
func (p place) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 2*time.Minute)
	t.Cleanup(cancel)
	c := exec.CommandContext(ctx, self, args...)
	c.Env = p.env
	return c
}

// run runs a command that must succeed and returns its one JSON document.
func (p place) run(t *testing.T, args ...string) map[string]any {
	t.Helper()
	c := p.command(t, append(args, "--json")...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("sheaf %s: %v\n%s", strings.Join(args, " "), err, said.String())
	}
	var document map[string]any
	if err := json.Unmarshal(out, &document); err != nil {
		t.Fatalf("sheaf %s prints %q", strings.Join(args, " "), out)
	}
	return document
}

// watched makes a folder of these files a workspace's, and waits until it is searchable.
func (p place) watched(t *testing.T, files map[string]string) {
	t.Helper()
	p.run(t, "folder", "add", folder(t, files))
	p.run(t, "wait")
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// token makes an access token.
func (p place) token(t *testing.T, args ...string) (secret, id string) {
	t.Helper()
	made := p.run(t, append([]string{"token", "create"}, args...)...)
	return made["token"].(string), made["id"].(string)
}

// serve runs an agent and returns how to end it, which the test's end does too.
func (p place) serve(t *testing.T) (stop func()) {
	t.Helper()
	c := p.command(t, "serve", "--listen", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the agent prints %q, %v", line, err)
	}
	ended := false
	stop = func() {
		if ended {
			return
		}
		ended = true
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := c.Wait(); err != nil {
			t.Errorf("the agent ended with %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// assistant is a client of "sheaf mcp" in a process of its own.
type assistant struct {
	*sdk.ClientSession
	process *exec.Cmd
	logs    *bytes.Buffer // standard error; read it after the end
}

// connect starts "sheaf mcp". The end of the test closes its input, after which it must end with 0.
func (p place) connect(t *testing.T, args ...string) assistant {
	t.Helper()
	c := p.command(t, append([]string{"mcp"}, args...)...)
	a := assistant{process: c, logs: &bytes.Buffer{}}
	c.Stderr = a.logs
	var err error
	if a.ClientSession, err = sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: c}, nil); err != nil {
		t.Fatalf("%v\n%s", err, a.logs)
	}
	t.Cleanup(func() { a.end(t) })
	return a
}

// end closes the input of the program, which must end with 0. A second end does nothing.
func (a assistant) end(t *testing.T) {
	t.Helper()
	if a.process.ProcessState != nil {
		return
	}
	if err := a.Close(); err != nil {
		t.Errorf("sheaf mcp ended with %v\n%s", err, a.logs)
	}
}

// call calls a tool that must succeed and decodes its structured result into out, which may be nil. It returns the text.
func (a assistant) call(t *testing.T, tool string, arguments map[string]any, out any) string {
	t.Helper()
	r, text := a.result(t, tool, arguments)
	if r.IsError {
		t.Fatalf("%s %v: %s", tool, arguments, text)
	}
	raw, err := json.Marshal(r.StructuredContent)
	if err == nil && out != nil {
		err = json.Unmarshal(raw, out)
	}
	if err != nil {
		t.Fatal(err)
	}
	a.validate(t, tool, raw)
	return text
}

// refused calls a tool that must fail and returns its one sentence.
func (a assistant) refused(t *testing.T, tool string, arguments map[string]any) string {
	t.Helper()
	r, text := a.result(t, tool, arguments)
	if !r.IsError || r.StructuredContent != nil || text == "" || strings.ContainsAny(text, "\n\x1b") || strings.Contains(text, "goroutine") {
		t.Errorf("%s %v gives (error %v) %q", tool, arguments, r.IsError, text)
	}
	return text
}

func (a assistant) result(t *testing.T, tool string, arguments map[string]any) (*sdk.CallToolResult, string) {
	t.Helper()
	r, err := a.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s %v: %v", tool, arguments, err)
	}
	if len(r.Content) != 1 {
		t.Fatalf("%s has %d contents", tool, len(r.Content))
	}
	return r, r.Content[0].(*sdk.TextContent).Text
}

// validate holds a structured result against the schema that the tool announces.
func (a assistant) validate(t *testing.T, tool string, result []byte) {
	t.Helper()
	var value any
	if err := json.Unmarshal(result, &value); err != nil {
		t.Fatal(err)
	}
	if err := resolved(t, a.tool(t, tool).OutputSchema).Validate(value); err != nil {
		t.Errorf("the result of %s is not what its schema says: %v\n%s", tool, err, result)
	}
}

func (a assistant) tool(t *testing.T, name string) *sdk.Tool {
	t.Helper()
	for tool, err := range a.Tools(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if tool.Name == name {
			return tool
		}
	}
	t.Fatalf("there is no tool %q", name)
	return nil
}

// resolved reads a schema as a client gets it.
func resolved(t *testing.T, announced any) *jsonschema.Resolved {
	t.Helper()
	var schema jsonschema.Schema
	raw, err := json.Marshal(announced)
	if err == nil {
		err = json.Unmarshal(raw, &schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := schema.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The results, as a client reads them.
type (
	found struct {
		Total    int
		Hits     []passage
		Warnings []string
	}
	answered struct {
		Response, Mode string
		Answered       bool
		Citations      []passage
	}
	passage struct {
		Rank, Number, Page, Start, End                          int
		ContentID, FileName, WorkspaceID, Snippet, Quote, State string
		Score                                                   float64
	}
	fetched struct {
		ContentID, FileName, FileFormat, Status, Failure, Text string
		Pages, Offset, NextOffset                              int
		Page                                                   *int
		Truncated                                              bool
		Metadata                                               map[string]any
	}
	listed struct {
		Workspaces []struct {
			ID, Name, Role string
			DocumentCount  int
			IsDefault      bool
		}
	}
)
