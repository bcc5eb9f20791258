package extract

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

// boxes are the ways to start a child, tightest first: with a network namespace of its own, in which there is no
// network, where the kernel lets an ordinary user make one; otherwise without. Either way the child is killed when the
// parent dies, even in the middle of a file.
func boxes() []*syscall.SysProcAttr {
	uid, gid := os.Getuid(), os.Getgid()
	return []*syscall.SysProcAttr{
		{
			Pdeathsig:   syscall.SIGKILL,
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}},
		},
		{Pdeathsig: syscall.SIGKILL},
	}
}

const (
	confinedMark = "SHEAF_EXTRACT_CONFINED=1"

	maxDescriptors = 256 // that a child may have open
	behindSearches = 5   // the nice value of children for whose work nobody waits
)

// confine gives up, before any file is there to be read, all that reading files does not need: to gain rights, to write
// files, to see any but those of the system and the ones that reading is done with, to reach a network, and the
// descriptors and variables that whoever started the parent may have left about. The kernel keeps part of that per
// thread and Go has several by now, so the program is started over in place, by the one thread that has given it up.
// Where the kernel is too old for one of these, the others still stand.
func confine() error {
	if os.Getenv("SHEAF_EXTRACT_CONFINED") != "" {
		return nil
	}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up gaining rights: %w", err)
	}
	limit(unix.RLIMIT_CORE, 0)
	if os.Getenv(urgentVariable) == "" {
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, behindSearches)
	}
	limit(unix.RLIMIT_NOFILE, maxDescriptors)
	environment := bareEnvironment()
	if os.Getenv(writesVariable) == "" {
		limit(unix.RLIMIT_FSIZE, 0) // no file grows by a byte, whatever the kernel knows of below
	}
	if err := hideFiles(); err != nil {
		return fmt.Errorf("hide files: %w", err)
	}
	if err := filterCalls(); err != nil {
		return fmt.Errorf("filter system calls: %w", err)
	}
	_ = unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
	err := unix.Exec("/proc/self/exe", os.Args, append(environment, confinedMark))
	return fmt.Errorf("start over: %w", err)
}

func limit(resource int, most uint64) {
	_ = unix.Setrlimit(resource, &unix.Rlimit{Cur: most, Max: most})
}

// systemFolders are what programs are made of: their code, libraries and fonts, nobody's documents.
var systemFolders = []string{"/usr", "/bin", "/lib", "/lib64", "/opt", "/nix/store", "/gnu/store"}

// hideFiles lets the child see, of all files, those of the system, its own program, and what it was told to read with;
// it may write only where it was told to, which is nowhere for a child that reads documents.
func hideFiles() error {
	rules := []landlock.Rule{
		landlock.RODirs(systemFolders...).IgnoreIfMissing(),
		landlock.ROFiles("/etc/ld.so.cache", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo").IgnoreIfMissing(),
		landlock.RODirs("/sys/devices/system/cpu", "/sys/kernel/mm").IgnoreIfMissing(),
		landlock.RWFiles("/dev/null").IgnoreIfMissing(),
	}
	if self, err := os.Executable(); err == nil {
		rules = append(rules, landlock.ROFiles(self))
	}
	for _, path := range filepath.SplitList(os.Getenv(readsVariable)) {
		rules = append(rules, landlock.PathAccess(readAccess(path), path).IgnoreIfMissing())
	}
	if path := os.Getenv(writesVariable); path != "" {
		rules = append(rules, landlock.RWDirs(path).IgnoreIfMissing())
	}
	return landlock.V11.BestEffort().Restrict(rules...)
}

// readAccess is what reading a file, or what lies in a folder, takes.
func readAccess(path string) landlock.AccessFSSet {
	const readFile, readDir = 1 << 2, 1 << 3 // linux/landlock.h
	if state, err := os.Stat(path); err == nil && state.IsDir() {
		return readFile | readDir
	}
	return readFile
}

// bareEnvironment is what a confined child gets to know: how Go is to run it, marks of ours, and where to look for the one
// program that it may start.
func bareEnvironment() []string {
	var kept []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if name != "PATH" && name != readsVariable && name != writesVariable && name != urgentVariable {
			kept = append(kept, v)
		}
	}
	if program, err := exec.LookPath(ocrProgram); err == nil {
		kept = append(kept, "PATH="+filepath.Dir(program))
	}
	return kept
}

// limitMemory bounds what may be written to, not addresses: Go and wazero reserve far more addresses than they use.
func limitMemory(bytes uint64) {
	limit(unix.RLIMIT_DATA, bytes)
}
