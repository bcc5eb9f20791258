package extract

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	pipelined = 8        // small files a child may have waiting
	small     = 64 << 10 // bytes; only small files wait behind one another
)

// job is one file on its way through a lane. result and err are set before done is closed.
type job struct {
	file    *os.File
	name    string
	size    int64
	picture catalog.DerivativeSpec // what to draw; without a form the file is read
	sent    bool
	result  Result
	err     error
	done    chan struct{}
}

func (j *job) finish(r Result, err error) {
	j.result, j.err = r, err
	close(j.done)
}

// lane feeds one child: it starts it for the first job, replaces it when it dies and ends it when there is nothing to
// do. Jobs are answered in the order in which they were taken, so the first in waiting is the one being read.
type lane struct {
	options Options
	jobs    <-chan *job
	limit   time.Duration
	ahead   int // small files the child may have waiting
	child   *process
	waiting []*job
	held    *job // taken, but too large to wait behind others
	idle    *time.Timer
	idled   func() // called after an idle child has ended; tests only
}

func newLane(o Options, jobs <-chan *job, limit time.Duration) *lane {
	return &lane{options: o, jobs: jobs, limit: limit, ahead: pipelined}
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
		l.idle.Reset(l.options.Idle)
		select {
		case j := <-l.jobs:
			l.waiting = append(l.waiting, j)
		case <-l.idle.C:
			l.stop()
			if l.idled != nil {
				l.idled()
			}
		case <-ctx.Done():
			return false
		}
	}
	for l.held == nil && len(l.waiting) < l.ahead && l.waiting[0].size <= small {
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
	r, err := l.child.answer(first, l.limit+timeFor(first.size), max(l.limit, l.options.Slow))
	if ctx.Err() != nil {
		return
	}
	l.waiting = l.waiting[1:]
	if _, verdict := errors.AsType[*catalog.Error](err); err == nil || verdict {
		first.finish(r, err)
		return
	}
	lost := l.child.crash(err)
	l.child = nil
	for _, j := range l.waiting {
		j.sent = false
	}
	if errors.Is(err, errOverrun) {
		first.finish(Result{}, errOverrun)
		return
	}
	l.options.Logger.Warn("extraction child died", "error", lost.Err, "code", lost.Code)
	first.finish(Result{}, lost)
}

// timeFor is what hashing a file of that size takes on a slow disk, beyond what the limit has room for.
func timeFor(size int64) time.Duration { return time.Duration(size/(32<<20)) * time.Second }

// send hands every waiting file that is still open to the child, starting one if needed.
func (l *lane) send(ctx context.Context) error {
	if l.child == nil {
		child, err := startProcess(ctx, l.options)
		if err != nil {
			return err
		}
		l.child = child
	}
	open := l.waiting[:0]
	for _, j := range l.waiting {
		if !j.sent {
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
		l.child = nil
	}
}
