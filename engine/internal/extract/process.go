package extract

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/machine"
)

const startLimit = 30 * time.Second

// errOverrun is what reading an answer gives when the child was killed for taking too long.
var errOverrun = errors.New("time limit reached")

// errLater is what a child says of a file that it could read only in the slow lane; it goes on with the next.
var errLater = errors.New("takes long")

// errCrash is beneath the error of a file on which a child died by itself.
var errCrash = errors.New("the child died")

// process is one running child. It is used by one goroutine.
type process struct {
	cmd      *exec.Cmd
	in       *os.File // requests go in here; its end ends the child
	out      *os.File
	answers  *bufio.Reader
	errors   *opening
	release  func() bool // detaches the child from its context
	overrun  atomic.Bool
	behind   bool   // other programs
	prepares func() // called when the child begins to make ready what takes long; nil: nobody wants to know
	limit    *patience
	frame    []byte
}

// startProcess starts a child and waits until it says that it is ready. The child dies when ctx ends.
func startProcess(ctx context.Context, o Options, behind bool) (*process, error) {
	ours, theirs, err := requestPipe()
	if err != nil {
		return nil, err
	}
	answers, write, err := os.Pipe()
	if err != nil {
		ours.Close()
		theirs.Close()
		return nil, err
	}
	p := &process{in: ours, out: answers, answers: bufio.NewReaderSize(answers, 64<<10), errors: &opening{}, behind: behind, prepares: o.prepares}
	err = o.start(func() error { return p.start(o, theirs, write) })
	theirs.Close()
	write.Close() // while we hold it, the end of the child would not end what we read
	if err != nil {
		ours.Close()
		answers.Close()
		return nil, err
	}
	p.release = context.AfterFunc(ctx, p.kill)
	p.limit = newPatience(p.spent(o), func() { p.overrun.Store(true); p.kill() })
	if err := p.greet(o); err != nil {
		p.end()
		return nil, err
	}
	return p, nil
}

// start runs the command in the tightest box that this machine permits.
func (p *process) start(o Options, stdin, stdout *os.File) error {
	var err error
	for _, attributes := range boxes() {
		cmd := exec.Command(o.Command[0], o.Command[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, p.errors
		cmd.Env = childEnvironment(o, p.behind)
		cmd.SysProcAttr = attributes
		cmd.WaitDelay = time.Second
		if err = cmd.Start(); err == nil {
			p.cmd = cmd
			return nil
		}
	}
	return err
}

func (p *process) greet(o Options) error {
	hello, err := encodeSettings(settings{Assets: o.Assets, CacheDir: o.CacheDir, Memory: o.Memory, Compile: o.compile})
	if err != nil {
		return err
	}
	if _, err := p.in.Write(hello); err != nil {
		return err
	}
	limit := startLimit
	if o.compile {
		limit += o.Slow
	}
	p.limit.begin(limit)
	defer p.limit.rest()
	kind, _, err := readFrame(p.answers)
	if err == nil && kind != frameReady {
		err = errFrame
	}
	return err
}

// ask hands a file to the child. When it has been closed meanwhile, nothing is sent and the error is os.ErrClosed.
func (p *process) ask(j *job) error {
	name := j.name[max(0, len(j.name)-maxName):]
	p.frame = appendRequest(p.frame[:0], request{Name: name, Path: passedPath(j.file), Size: j.size, Picture: j.picture, Part: j.part, Open: j.open, Passwords: j.passwords, Slow: j.slow})
	if len(j.passwords) > 0 {
		defer clear(p.frame)
	}
	return sendFile(p.in, p.frame, j.file)
}

// answer waits for the answer to j, the next one. A *catalog.Error is the child's verdict on the file; any other error means that the
// child is gone or must go: errOverrun when it took longer than limit. A large answer is left in the child until there is
// room for it, or ctx ends.
func (p *process) answer(ctx context.Context, j *job, limit, slow time.Duration) (Result, error) {
	p.limit.begin(limit)
	defer p.limit.rest()
	until := time.Now().Add(slowest)
	for {
		kind, n, err := readHead(p.answers)
		if err == nil && kind == frameDocument && n > small {
			p.limit.rest() // what the file took has been taken
			j.giveBack, err = j.room.take(ctx, j.ctx, n)
			p.limit.begin(limit)
		}
		if p.overrun.Load() {
			return Result{}, errOverrun
		}
		if err != nil {
			return Result{}, err
		}
		payload, err := readBody(p.answers, n)
		if p.overrun.Load() {
			return Result{}, errOverrun
		}
		if err != nil {
			return Result{}, err
		}
		switch kind {
		case framePrepares:
			if p.prepares != nil {
				p.prepares()
			}
			p.limit.begin(slow)
		case framePrepared:
			p.limit.begin(limit)
		case frameGoesOn:
			if !j.slow {
				return Result{}, errFrame
			}
			p.limit.begin(max(0, min(limit, time.Until(until))))
		case frameLater:
			if j.slow || j.wants() != frameDocument {
				return Result{}, errFrame
			}
			return Result{}, errLater
		case j.wants():
			return j.decode(payload)
		case frameFailure:
			verdict, err := decodeFailure(payload)
			if err != nil {
				return Result{}, err
			}
			return Result{}, verdict
		default:
			return Result{}, errFrame
		}
	}
}

// spent tells the processor's time that the child has used, where that is what counts.
func (p *process) spent(o Options) func() (time.Duration, bool) {
	if !o.patient {
		return nil
	}
	pid := p.pid()
	return func() (time.Duration, bool) { return machine.Used(pid) }
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) kill() { _ = p.cmd.Process.Kill() }

// end closes the child's stdin, waits for it and reports how it ended. A child that does not leave is killed.
func (p *process) end() error {
	p.limit.rest()
	p.release()
	p.in.Close()
	p.out.Close()
	late := time.AfterFunc(2*time.Second, p.kill)
	defer late.Stop()
	return p.cmd.Wait()
}

// crash kills the child and says what the file that it was reading did to it.
func (p *process) crash(cause error) *catalog.Error {
	p.kill()
	state := p.end()
	said := p.errors.String()
	if outOfMemory(said) {
		return &catalog.Error{Code: catalog.TooLarge, Message: "Reading this file needs more memory than one file is given."}
	}
	return &catalog.Error{Code: catalog.Unavailable, Message: "Reading this file stopped unexpectedly; it will be tried again.",
		Err: fmt.Errorf("%w: %w: child: %v: %s", errCrash, cause, state, firstLine(said))}
}

// outOfMemory recognises the last words of the Go runtime, of the system and of a race-detecting build.
func outOfMemory(said string) bool {
	for _, words := range []string{"out of memory", "cannot allocate memory", "failed to allocate"} {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// What a child may see beside the files that it is handed, and where it may write, for the moment in which it confines
// itself: lists of paths. It does not keep them.
const (
	readsVariable  = "SHEAF_EXTRACT_READS"
	writesVariable = "SHEAF_EXTRACT_WRITES"

	urgentVariable = "SHEAF_EXTRACT_URGENT" // somebody waits for what it does
)

// childEnvironment is the little that a child may know.
func childEnvironment(o Options, behind bool) []string {
	env := []string{"GOMAXPROCS=2", "GOTRACEBACK=none"}
	if behind {
		env = append(env, behindMark+"=1")
	}
	for _, name := range []string{"PATH", "SystemRoot"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	if o.Assets != "" {
		env = append(env, readsVariable+"="+pdfiumCode(o.Assets)+string(os.PathListSeparator)+o.CacheDir)
	}
	if o.urgent {
		env = append(env, urgentVariable+"=1")
	}
	if o.compile {
		env = append(env, writesVariable+"="+o.CacheDir)
	}
	return env
}

// opening keeps the first 4 KiB that were written to it: a Go program that dies says why in its first line.
type opening struct{ said []byte }

func (t *opening) Write(b []byte) (int, error) {
	t.said = append(t.said, b[:min(len(b), 4096-len(t.said))]...)
	return len(b), nil
}

func (t *opening) String() string { return string(t.said) }
