package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Pool reads files in child processes. Its methods may be called from any goroutine.
type Pool struct {
	options  Options
	fast     chan *job
	slow     chan *job
	pictures chan *job
	asked    chan struct{} // a place for each picture that is asked for
	pacer    *pacer        // of what reads
	painting *pacer        // of what draws, which somebody waits for: it never changes
	room     room          // for large answers
	prepared chan struct{} // closed when children can take the reader of PDF files from the cache, or never will
	ended    chan struct{} // closed when Run has returned
}

// NewPool makes a pool; nothing starts before Run.
func NewPool(o Options) *Pool {
	o = o.withDefaults()
	return &Pool{
		options: o, fast: make(chan *job), slow: make(chan *job), pictures: make(chan *job),
		asked: make(chan struct{}, pictureQueue), pacer: newPacer(o.Children), painting: newPacer(o.Painters),
		room: newRoom(), prepared: make(chan struct{}), ended: make(chan struct{}),
	}
}

// Run keeps the children until ctx ends; all are dead when it returns. It is called once.
func (p *Pool) Run(ctx context.Context) error {
	defer close(p.ended)
	o := p.options
	if len(o.Command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("extract: find own executable: %w", err)
		}
		o.Command = []string{self, "extract-child"}
	}
	starter, ended := newStarter(), make(chan struct{})
	o.start = starter.do
	var starting, lanes errgroup.Group
	starting.Go(func() error { starter.serve(ended); return nil })
	needed := make(chan struct{}, 1)
	o.prepares = func() { wake(needed) }
	lanes.Go(func() error { compileOnce(ctx, o, needed, p.prepared); return nil })
	for number := range o.Most {
		lanes.Go(func() error { newLane(o, p.pacer, number, p.fast, o.Fast).run(ctx); return nil })
	}
	slow := o
	slow.patient = true
	lanes.Go(func() error { newLane(slow, p.pacer, 0, p.slow, o.Slow).run(ctx); return nil })
	for range o.Painters {
		lanes.Go(func() error { newPictureLane(o, p.painting, p.pictures).run(ctx); return nil })
	}
	err := lanes.Wait()
	close(ended)
	return errors.Join(err, starting.Wait())
}

// ErrSlow is the error of Extract for a file that takes longer than the fast lane allows; ExtractSlow reads it.
var ErrSlow = errors.New("longer than the fast lane allows")

// Extract reads f, which stays the caller's and must be open for reading; its offset does not matter. It waits for a free child, and for Run to be called.
//
// Errors concern this file. ErrSlow asks for ExtractSlow, which the caller does apart, so that slow files hold back
// only each other. The others are of catalog: Unsupported (malformed, not a regular file), Locked (needs a password, see
// WithPasswords) and TooLarge (over a limit of size or memory) will not go away; Unavailable (the child crashed, the file
// changed meanwhile, the pool has ended, no PDF reader) may. When ctx ends first, its error is returned, and a child that
// is reading the file is killed.
//
// A document with much text takes room, of which there is little, for as long as ctx lasts: give every file a context of
// its own, and end it when the document is no longer needed.
func (p *Pool) Extract(ctx context.Context, f *os.File, want Want) (Result, error) {
	r, err := p.unlocked(ctx, p.fast, &job{file: f, name: want.Name, size: want.Size, open: want.Open})
	if errors.Is(err, errOverrun) {
		return Result{}, ErrSlow
	}
	return r, err
}

// ExtractSlow is Extract in the one child that takes its time. A file that needs even longer is TooLarge.
func (p *Pool) ExtractSlow(ctx context.Context, f *os.File, want Want) (Result, error) {
	r, err := p.unlocked(ctx, p.slow, &job{file: f, name: want.Name, size: want.Size, open: want.Open, slow: true})
	if errors.Is(err, errOverrun) {
		return Result{}, &catalog.Error{Code: catalog.TooLarge, Err: err,
			Message: fmt.Sprintf("Reading took longer than %v.", seconds(p.options.Slow))}
	}
	return r, err
}

// Part returns the bytes of the part of f that a path of keys leads to. Somebody waits for it, so it goes where pictures
// are drawn, which no folder that is read in holds up. NotFound when the file has no such part, Unavailable when it takes
// too long; other errors as Extract.
func (p *Pool) Part(ctx context.Context, f *os.File, want Want, path string) ([]byte, error) {
	select {
	case p.asked <- struct{}{}:
		defer func() { <-p.asked }()
	default:
		return nil, catalog.Errorf(catalog.Unavailable, "Too much is asked for at once; try again in a moment.")
	}
	r, err := p.submit(ctx, p.pictures, &job{file: f, name: want.Name, size: want.Size, open: want.Open, part: path})
	if errors.Is(err, errOverrun) {
		return nil, &catalog.Error{Code: catalog.Unavailable, Message: "Taking this document out of the one that it lies in takes too long.", Err: err}
	}
	return r.part, err
}

func (p *Pool) submit(ctx context.Context, lane chan<- *job, j *job) (Result, error) {
	state, err := j.file.Stat()
	if err != nil {
		return Result{}, catalog.WrapError(catalog.Unavailable, "The file cannot be opened.", err)
	}
	if !state.Mode().IsRegular() {
		return Result{}, catalog.Errorf(catalog.Unsupported, "This is not a regular file.")
	}
	j.ctx, j.room, j.done = ctx, p.room, make(chan struct{})
	select {
	case lane <- j:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	case <-p.ended:
		return Result{}, errEnded()
	}
	select {
	case <-j.done:
		r := j.result
		j.result = Result{} // the lane may remember the job for long
		return r, j.err
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

func errEnded() error { return catalog.Errorf(catalog.Unavailable, "Sheaf is closing.") }

func seconds(d time.Duration) string {
	if d < time.Second {
		return d.String()
	}
	return fmt.Sprintf("%d s", int(d.Seconds()))
}
