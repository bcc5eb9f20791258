package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine"
)

// TestMain lets the engine start this program as its extraction child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(engine.ExtractChild(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// program is a command line over its own data directory.
func program(dir string) (p *Program, out, err *bytes.Buffer) {
	out, err = &bytes.Buffer{}, &bytes.Buffer{}
	env := map[string]string{"SHEAF_DATA": dir, "SHEAF_NO_MODEL": "true"}
	return &Program{In: strings.NewReader(""), Out: out, Err: err, Env: func(name string) string { return env[name] },
		Version: "test", Patience: 300 * time.Millisecond}, out, err
}

func TestASilentOwnerIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	holder, err := node.Open(t.Context(), config.Config{DataDir: dir, NoModel: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	for _, command := range []string{"status", "serve --listen 127.0.0.1:0", "mcp"} {
		p, out, said := program(dir)
		if code := p.Run(t.Context(), strings.Fields(command)); code != exitFailed || out.Len() > 0 {
			t.Errorf("%s: code %d, %q", command, code, out)
		}
		if s := said.String(); !strings.HasPrefix(s, "sheaf: ") || strings.Count(s, "\n") != 1 || !strings.Contains(s, strconv.Itoa(os.Getpid())) {
			t.Errorf("%s says %q", command, s)
		}
	}
}

func TestADeadAgentsFileDoesNotMislead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	left := `{"address":"http://127.0.0.1:1/","token":"old","pid":1}`
	if err := os.WriteFile(filepath.Join(dir, "agent.json"), []byte(left), 0o600); err != nil {
		t.Fatal(err)
	}
	p, out, said := program(dir)
	if code := p.Run(t.Context(), []string{"status", "--json"}); code != exitDone || !strings.HasPrefix(out.String(), `{"version":"test"`) {
		t.Errorf("code %d: %s%s", code, out, said)
	}
}

func TestOneJSONDocumentWithoutMarkupOnAPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, command := range []string{"status", "folder list", "workspace list", "token list", "search x", "ask x", "wait", "doctor", "version"} {
		p, out, _ := program(dir)
		p.Run(t.Context(), append(strings.Fields(command), "--json"))
		if s := out.String(); strings.Count(s, "\n") != 1 || !strings.HasPrefix(s, "{") || strings.Contains(s, ":null,\"hits\"") {
			t.Errorf("%s: %q", command, s)
		}
	}
}
