package mcp_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const greeting = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"pipe","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
`

// piped gives the program its whole input at once, the way a shell does.
func (p place) piped(t *testing.T, input string, args ...string) (answers map[string]json.RawMessage, code int, said string) {
	t.Helper()
	c := p.command(t, append([]string{"mcp"}, args...)...)
	var out, logs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(input), &out, &logs
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	answers = map[string]json.RawMessage{}
	for line := range strings.Lines(out.String()) {
		var m struct {
			JSONRPC string
			ID      json.RawMessage
			Result  json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil || m.JSONRPC != "2.0" {
			t.Errorf("on standard output stands %q", line)
		}
		answers[string(m.ID)] = m.Result
	}
	return answers, c.ProcessState.ExitCode(), logs.String()
}

func TestWhatWasAskedIsAnsweredBeforeItEnds(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.watched(t, map[string]string{"bees.txt": "The bees moved in on 4 May.\n"})
	answers, code, said := p.piped(t, greeting+
		`{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"search","arguments":{"query":"bees"}}}`+"\n"+
		`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ask","arguments":{"question":"When did the bees move in?"}}}`)
	if code != 0 || said != "" || len(answers) != 3 || !bytes.Contains(answers[`"a"`], []byte("bees.txt")) || !bytes.Contains(answers["7"], []byte("4 May")) {
		t.Errorf("code %d, %q, %s", code, said, answers)
	}
}

func TestItEndsWithItsInput(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]string{"nothing": "", "a greeting": greeting, "half a message": greeting + `{"jsonrpc":"2.0","id":`,
		"a listener": greeting + `{"jsonrpc":"2.0","id":2,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true}}}` + "\n"} {
		if _, code, said := newPlace(t).piped(t, input); code != 0 || said != "" {
			t.Errorf("%s: code %d, %q", name, code, said)
		}
	}
	_, code, said := newPlace(t).piped(t, greeting+"hello\n")
	if code != 1 || !strings.HasPrefix(said, "sheaf: The conversation") || strings.Count(said, "\n") != 1 {
		t.Errorf("no protocol: code %d, %q", code, said)
	}
}

func TestItEndsWhenItIsToldTo(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		p := newPlace(t)
		c := p.command(t, "mcp")
		in, err := c.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		c.Stderr = &said
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(in, greeting); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err != nil || said.Len() > 0 {
			t.Errorf("after %v: %v, %s", signal, err, &said)
		}
		if _, err := os.Stat(filepath.Join(p.dir, "agent.json")); !os.IsNotExist(err) {
			t.Errorf("after %v the agent file is still there", signal)
		}
	}
}

func TestATokenThatIsNoneIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	empty := filepath.Join(t.TempDir(), "empty")
	large := filepath.Join(t.TempDir(), "large")
	for name, text := range map[string]string{empty: " \n", large: strings.Repeat("x", 5000)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		place place
		args  []string
		code  int
	}{
		{p.withToken("  "), nil, 2},
		{p.withToken("one two"), nil, 2},
		{p, []string{"--token-file", empty}, 2},
		{p, []string{"--token-file", large}, 2},
		{p, []string{"--token-file", filepath.Join(t.TempDir(), "nothing")}, 4},
		{p, []string{"--token-file="}, 4},
		{p, []string{"--token", "secret"}, 2},
	} {
		answers, code, said := c.place.piped(t, greeting, c.args...)
		if code != c.code || len(answers) > 0 || strings.Count(said, "\n") != 1 || strings.Contains(said, "secret") {
			t.Errorf("%v: code %d, %q, %s", c.args, code, said, answers)
		}
	}
}
