package check

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pages are the documents whose commands are run as printed.
var pages = []string{"README.md", "docs/GUIDE.md"}

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// command is one line of a shell block. What stands after "# → " must be in what it prints, part by part.
type command struct {
	line   string
	prints []string
}

func commandsOf(page string) []command {
	var all []command
	for _, block := range shellBlock.FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			line, promised, _ := strings.Cut(strings.TrimSpace(line), "# → ")
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			c := command{line: line}
			for part := range strings.SplitSeq(promised, " · ") {
				if part = strings.TrimSpace(part); part != "" {
					c.prints = append(c.prints, part)
				}
			}
			all = append(all, c)
		}
	}
	return all
}

// TestPrintedCommands runs every command of the pages in order, in a home of its own. Those of make, which have tests of
// their own, are only looked up; sheaf serve stays in the background until the end.
func TestPrintedCommands(t *testing.T) {
	t.Parallel()
	programs := filepath.Dir(built(t, "sheaf"))
	for _, name := range pages {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			page, err := os.ReadFile(filepath.Join("../..", name))
			if err != nil {
				t.Fatal(err)
			}
			home := t.TempDir()
			s := &shell{dir: filepath.Join(home, "copy"), env: []string{
				"PATH=" + programs + ":" + os.Getenv("PATH"), "HOME=" + home, "SHEAF_DATA=" + filepath.Join(home, "data"), "SHEAF_LISTEN=127.0.0.1:0",
			}}
			if err := os.CopyFS(filepath.Join(s.dir, "build/samples"), os.DirFS("../samples")); err != nil {
				t.Fatal(err)
			}
			for _, c := range commandsOf(string(page)) {
				s.try(t, c)
			}
		})
	}
}

// shell runs commands in a folder that looks like the project's.
type shell struct {
	dir string
	env []string
}

func (s *shell) try(t *testing.T, c command) {
	t.Helper()
	if strings.HasPrefix(c.line, "make") {
		c.line, c.prints = strings.Replace(c.line, "make", "make -n -C "+projectRoot(t), 1)+" >/dev/null", nil
	}
	if strings.HasPrefix(c.line, "sheaf serve") {
		s.background(t, c.line)
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	run := s.command(ctx, c.line)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", c.line, err, out)
	}
	for _, part := range c.prints {
		if !strings.Contains(string(out), part) {
			t.Errorf("%s does not print %q but:\n%s", c.line, part, out)
		}
	}
}

func (s *shell) command(ctx context.Context, line string) *exec.Cmd {
	run := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", line)
	run.Dir, run.Env = s.dir, s.env
	return run
}

// background starts a line that does not end by itself, and ends it with the test, which it must survive with 0.
func (s *shell) background(t *testing.T, line string) {
	t.Helper()
	run := s.command(context.WithoutCancel(t.Context()), "exec "+line)
	out, err := run.StdoutPipe()
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if said, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(said, "http://127.0.0.1:") {
		t.Errorf("%s prints %q instead of its address (%v)", line, said, err)
	}
	t.Cleanup(func() {
		if err := run.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("%s ended by itself: %v", line, err)
		}
		if err := run.Wait(); err != nil {
			t.Errorf("%s after SIGTERM: %v", line, err)
		}
	})
}

func projectRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestReadmeShowsTheTwoCommands keeps what a newcomer looks for first where they look first.
func TestReadmeShowsTheTwoCommands(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"make run", "make test"} {
		found := false
		for _, c := range commandsOf(string(page)) {
			found = found || c.line == want
		}
		if !found {
			t.Errorf("README.md does not show %q as a command", want)
		}
	}
}
