package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func resolve(t *testing.T, env map[string]string, args ...string) (Config, error) {
	t.Helper()
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	AddOptions(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return Resolve(fs, func(name string) string { return env[name] })
}

func TestOptionBeatsEnvironmentBeatsFile(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "sheaf"), 0o755); err != nil {
		t.Fatal(err)
	}
	settings := `{"listen": "127.0.0.1:1", "data": "/file", "models": "/models", "no-model": true}`
	if err := os.WriteFile(filepath.Join(home, "sheaf", "config.json"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := resolve(t, map[string]string{"XDG_CONFIG_HOME": home, "SHEAF_DATA": "/env", "SHEAF_LISTEN": "127.0.0.1:2"}, "--listen", "127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:3" || !c.ListenSet || c.DataDir != "/env" || c.Assets != "/models" || !c.NoModel {
		t.Errorf("%+v", c)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the places are Linux's")
	}
	c, err := resolve(t, map[string]string{"HOME": "/home/a"})
	if err != nil || c.DataDir != "/home/a/.local/share/sheaf" || c.Listen != DefaultListen || c.ListenSet {
		t.Errorf("%+v %v", c, err)
	}
	if c, _ = resolve(t, map[string]string{"HOME": "/home/a", "XDG_DATA_HOME": "/data"}); c.DataDir != "/data/sheaf" {
		t.Errorf("with XDG_DATA_HOME: %s", c.DataDir)
	}
	if c, _ = resolve(t, map[string]string{"HOME": "/home/a", "XDG_DATA_HOME": "relative"}); c.DataDir != "/home/a/.local/share/sheaf" {
		t.Errorf("a relative XDG_DATA_HOME counts: %s", c.DataDir)
	}
}

func TestWhatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"no home":              nil,
		"HOST:PORT":            {"--data", "/d", "--listen", "nowhere"},
		"--insecure":           {"--data", "/d", "--listen", "0.0.0.0:1"},
		"belong together":      {"--data", "/d", "--tls-cert", "c"},
		"--public-url":         {"--data", "/d", "--public-url", "ftp://x"},
		"--metrics must":       {"--data", "/d", "--metrics", "7452"},
		"0.0.0.0:7452 lets":    {"--data", "/d", "--metrics", "0.0.0.0:7452"},
		"wait or read":         {"--data", "/d", "--clamd", "unix:/c", "--unscanned", "no"},
		"goes with --clamd":    {"--data", "/d", "--unscanned", "read"},
		"--rate-limit":         {"--data", "/d", "--rate-limit", "many"},
		"cannot be used":       {"--data", "/d", "--config", "/nowhere.json"},
		"lets other machines":  {"--data", "/d", "--listen", ":7450"},
		"lets other machines ": {"--data", "/d", "--listen", "desk:7450"},
	}
	for want, args := range cases {
		_, err := resolve(t, nil, args...)
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) && want != "no home" {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
	for _, args := range [][]string{
		{"--data", "/d", "--listen", "0.0.0.0:1", "--insecure"},
		{"--data", "/d", "--listen", "localhost:1"},
		{"--data", "/d", "--metrics", "0.0.0.0:7452", "--insecure"},
		{"--data", "/d", "--metrics", "localhost:7452", "--rate-limit", "0"},
		{"--data", "/d", "--listen", "[::1]:0"},
		{"--data", "/d", "--listen", ":1", "--tls-cert", "c", "--tls-key", "k"},
	} {
		if _, err := resolve(t, nil, args...); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}
