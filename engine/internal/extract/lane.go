package extract

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	pipelined = 8        // small files a child may have waiting
	small     = 64 << 10 // bytes; only small files wait behind one another
)

// job is one file on its way through a lane. result and err are set before done is closed.
type job struct {
	ctx     context.Context // of whoever waits for the answer
	room    room
	file    *os.File
	name    string
	size    int64
	picture catalog.DerivativeSpec // what to draw; without a form the file is read
	part    string                 // path of a part whose bytes are wanted; empty: none
	open    bool                   // files in archives are read, not only listed

	passwords []string // to try; most files are read without
	slow      bool     // there is time for what takes long
	sent      bool
	giveBack  func() // the room that the answer takes; nil: none
	result    Result
	err       error
	done      chan struct{}
}

func (j *job) finish(r Result, err error) {
	if err != nil {
		j.leaveRoom()
	}
	j.result, j.err = r, err
	close(j.done)
}

// leaveRoom is for an answer that nobody keeps.
func (j *job) leaveRoom() {
	if j.giveBack != nil {
		j.giveBack()
	}
}

// wanted ends when the child is to be stopped in the midst of the job. A picture that nobody waits for is finished all the
// same: that takes less than to start another child.
func (j *job) wanted() context.Context {
	if j.picture.Form != "" || j.part != "" {
		return context.WithoutCancel(j.ctx)
	}
	return j.ctx
}

// lane feeds one child: it starts it for the first job, replaces it when it dies and ends it when there is nothing to
// do. Jobs are answered in the order in which they were taken, so the first in waiting is the one being read.
type lane struct {
	options Options
	pacer   *pacer
	number  int // a lane works while the pace has more children than this
	jobs    <-chan *job
	limit   time.Duration
	ahead   int // small files the child may have waiting
	child   *process
	waiting []*job
	held    *job // taken, but too large to wait behind others
	idle    *time.Timer
	idled   func() // called after an idle child has ended; tests only
}

func newLane(o Options, p *pacer, number int, jobs <-chan *job, limit time.Duration) *lane {
	return &lane{options: o, pacer: p, number: number, jobs: jobs, limit: limit, ahead: pipelined}
}

func (l *lane) run(ctx context.Context) {
	l.idle = time.NewTimer(l.options.Idle)
	defer l.idle.Stop()
	defer l.stop()
	for l.take(ctx) {
		l.work(ctx)
	}
	l.failAll(errEnded())
}

// take fills waiting, and blocks only while it is empty. It reports false when ctx has ended.
func (l *lane) take(ctx context.Context) bool {
	for len(l.waiting) == 0 {
		if l.held != nil {
			l.waiting, l.held = append(l.waiting, l.held), nil
			return true
		}
		pace := l.pacer.current.Load()
		jobs := l.jobs
		if l.number >= pace.children {
			jobs = nil
		}
		l.idle.Reset(l.options.Idle)
		select {
		case j := <-jobs:
			l.waiting = append(l.waiting, j)
		case <-pace.over:
		case <-l.idle.C:
			l.stop()
			if l.idled != nil {
				l.idled()
			}
		case <-ctx.Done():
			return false
		}
	}
	for l.held == nil && len(l.waiting) < l.ahead && l.waiting[0].size <= small && l.keepsPace() {
		select {
		case j := <-l.jobs:
			if j.size > small {
				l.held = j
			} else {
				l.waiting = append(l.waiting, j)
			}
		default:
			return ctx.Err() == nil
		}
	}
	return ctx.Err() == nil
}

// keepsPace reports whether the child is as the pace has it. One that is not gets no more work, and is replaced when it
// has none.
func (l *lane) keepsPace() bool {
	pace := l.pacer.current.Load()
	return l.number < pace.children && (l.child == nil || l.child.behind == pace.behind)
}

// work sends what has not been sent and takes one answer.
func (l *lane) work(ctx context.Context) {
	if err := l.send(ctx); err != nil {
		l.failAll(catalog.WrapError(catalog.Unavailable, "The process that reads files cannot be started.", err))
		return
	}
	if len(l.waiting) == 0 {
		return
	}
	first := l.waiting[0]
	unwanted := context.AfterFunc(first.wanted(), l.child.kill)
	r, err := l.child.answer(ctx, first, l.limit+timeFor(first.size), max(l.limit, l.options.Slow))
	killed := !unwanted()
	if ctx.Err() != nil {
		return
	}
	l.waiting = l.waiting[1:]
	if _, verdict := errors.AsType[*catalog.Error](err); !killed && (err == nil || verdict) {
		if len(first.passwords) > 0 {
			l.forget()
		}
		first.finish(r, err)
		return
	}
	if !killed && errors.Is(err, errLater) {
		first.finish(Result{}, errOverrun)
		return
	}
	lost := l.lose(err)
	switch {
	case killed: // whoever waited does no longer; the child dies even if it had answered by then
		first.finish(Result{}, first.ctx.Err())
	case errors.Is(err, errOverrun):
		first.finish(Result{}, errOverrun)
	default:
		l.options.Logger.Warn("extraction child died", "error", lost.Err, "code", lost.Code)
		first.finish(Result{}, lost)
	}
}

// lose ends a child that died or must; what it had beyond the file it was reading goes to the next.
func (l *lane) lose(cause error) *catalog.Error {
	lost := l.child.crash(cause)
	l.pacer.ended(l.child.pid())
	l.child = nil
	for _, j := range l.waiting {
		j.sent = false
	}
	return lost
}

// forget ends a child that has been told passwords: the next file may take a parser over, and would find them.
func (l *lane) forget() {
	l.stop()
	for _, j := range l.waiting {
		j.sent = false
	}
}

// timeFor is what hashing a file of that size takes on a slow disk, beyond what the limit has room for.
func timeFor(size int64) time.Duration { return time.Duration(size/(32<<20)) * time.Second }

// send hands every waiting file that is still open to the child, starting one if needed.
func (l *lane) send(ctx context.Context) error {
	behind := l.pacer.current.Load().behind
	if l.child != nil && l.child.behind != behind && !slices.ContainsFunc(l.waiting, func(j *job) bool { return j.sent }) {
		l.stop()
	}
	if l.child == nil {
		child, err := startProcess(ctx, l.options, behind)
		if err != nil {
			return err
		}
		l.child = child
		l.pacer.began(child.pid())
	}
	open := l.waiting[:0]
	for _, j := range l.waiting {
		if !j.sent {
			if err := j.ctx.Err(); err != nil {
				j.finish(Result{}, err)
				continue
			}
			err := l.child.ask(j)
			if errors.Is(err, os.ErrClosed) {
				j.finish(Result{}, catalog.WrapError(catalog.Unavailable, "The file was closed before it was read.", err))
				continue
			}
			j.sent = true // any other error shows again, as a child that does not answer
		}
		open = append(open, j)
	}
	l.waiting = open
	return nil
}

func (l *lane) failAll(err error) {
	if l.held != nil {
		l.waiting, l.held = append(l.waiting, l.held), nil
	}
	for _, j := range l.waiting {
		j.finish(Result{}, err)
	}
	l.waiting = nil
}

func (l *lane) stop() {
	if l.child != nil {
		_ = l.child.end()
		l.pacer.ended(l.child.pid())
		l.child = nil
	}
}
