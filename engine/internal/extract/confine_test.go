//go:build linux

package extract

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestChildIsConfined asks the kernel what a running child may do.
func TestChildIsConfined(t *testing.T) {
	t.Parallel()
	child := startedChild(t, []string{os.Args[0], "extract-child"})
	status := procFile(t, child.cmd.Process.Pid, "status")
	if !strings.Contains(status, "NoNewPrivs:\t1") {
		t.Error("the child may gain privileges")
	}
	limits := procFile(t, child.cmd.Process.Pid, "limits")
	if !strings.Contains(limits, strconv.Itoa(memoryLimit)) {
		t.Error("the child's memory is not limited")
	}
	for _, name := range []string{"HOME", "SHEAF_TESTDATA"} {
		if strings.Contains(procFile(t, child.cmd.Process.Pid, "environ"), name+"=") {
			t.Errorf("the child knows %s", name)
		}
	}
}

// TestChildCannotBreakOut lets a child that has been taken over try what it likes.
func TestChildCannotBreakOut(t *testing.T) {
	t.Parallel()
	if abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, 1); errno != 0 || abi < 3 {
		t.Skip("the kernel cannot hide files from a process:", abi, errno)
	}
	leakPipe(t)
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("nobody's business"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := misbehaving(t, Options{Children: 1, Fast: 30 * time.Second})
	if _, err := extractBytes(t, p, "escape.txt", []byte(secret)); catalog.CodeOf(err) != catalog.Denied {
		t.Error(catalog.MessageOf(err), err)
	}
	if _, err := os.ReadFile(secret); err != nil {
		t.Error(err)
	}
}

// leakPipe opens a pipe that every program started from here on has, as some libraries leave them about.
func leakPipe(t *testing.T) {
	t.Helper()
	var ends [2]int
	if err := unix.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(ends[0]); unix.Close(ends[1]) })
}

// TestCompiledCodeIsNotForChildrenToWrite: what one child could write there, the next would run.
func TestCompiledCodeIsNotForChildrenToWrite(t *testing.T) {
	t.Parallel()
	needPDF(t)
	cache := t.TempDir()
	o := Options{Command: []string{os.Args[0], "extract-child"}, Assets: assets(), CacheDir: cache}.withDefaults()
	compilePDFium(t.Context(), o)
	if !isCompiled(o.Assets, cache) {
		t.Fatal("pdfium was not compiled ahead")
	}
	before := filesBeneath(t, cache)
	if len(before) < 2 { // the mark, and what was compiled
		t.Errorf("the cache has %v", before)
	}
	p := runPool(t, Options{Children: 1, CacheDir: cache, Fast: 30 * time.Second})
	data, err := os.ReadFile(samplePDF(t))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := extractBytes(t, p, "a.pdf", data); err != nil || len(r.Document.Pages) == 0 {
		t.Error(err, r.Document)
	}
	if after := filesBeneath(t, cache); !slices.Equal(before, after) {
		t.Errorf("reading a PDF changed the cache from %v to %v", before, after)
	}
}

func filesBeneath(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func samplePDF(t *testing.T) string {
	t.Helper()
	for _, path := range samples(t) {
		if filepath.Ext(path) == ".pdf" && !strings.Contains(path, "encrypted") {
			return path
		}
	}
	t.Skip("there is no PDF among the samples")
	return ""
}

// TestChildHasNoNetwork can only ask where an ordinary process may make a network namespace.
func TestChildHasNoNetwork(t *testing.T) {
	t.Parallel()
	probe := exec.Command("/bin/true")
	probe.SysProcAttr = boxes()[0]
	if err := probe.Run(); err != nil {
		t.Skip("this machine does not allow a namespace without network:", err)
	}
	p := misbehaving(t, Options{Children: 1, Fast: 30 * time.Second})
	_, err := extractBytes(t, p, "network.txt", []byte("x"))
	if catalog.CodeOf(err) != catalog.Denied {
		t.Error(err)
	}
}

// TestChildrenDieWithTheirParent kills a process that has a child of its own, busy for ever, and waits for the end of
// the pipe that only that child still holds.
func TestChildrenDieWithTheirParent(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	parent := exec.Command(os.Args[0], "parent-of-busy-child")
	parent.ExtraFiles = []*os.File{write}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	if _, err := read.Read(make([]byte, 1)); err != nil {
		t.Fatal("the busy child did not begin:", err)
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	_ = read.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := read.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Error("the child outlives its parent")
	}
}

func TestIdleChildUsesNoTime(t *testing.T) {
	t.Parallel()
	child := startedChild(t, []string{os.Args[0], "extract-child"})
	before := ticks(t, child.cmd.Process.Pid)
	<-time.After(2 * time.Second)
	if spent := ticks(t, child.cmd.Process.Pid) - before; spent > 1 {
		t.Errorf("an idle child used %d ticks in 2 s", spent)
	}
}

func startedChild(t *testing.T, command []string) *process {
	t.Helper()
	o := Options{Command: command}.withDefaults()
	child, err := startProcess(t.Context(), o, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.end() })
	return child
}

func procFile(t *testing.T, pid int, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// ticks is the processor time of a process in hundredths of a second.
func ticks(t *testing.T, pid int) int {
	stat := procFile(t, pid, "stat")
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return user + system
}
