// Package measure runs `sheaf eval` and `sheaf bench`: the quality of retrieval and answers on a labelled collection, and
// the speed of the parts that a person waits for.
//
// Everything is measured through the engine's own methods, in a data directory that is made for the purpose and removed
// afterwards; the collections are only read. Each result is one JSON document on one line. Questions are put by as many
// goroutines as there are processors where only their answers count, and by one alone where time counts. All of them
// have ended when Eval or Bench returns.
package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Options configure a measurement.
type Options struct {
	Engine   engine.Options // DataDir is replaced by a temporary one
	Dir      string         // Bench: the collection; empty means $SHEAF_TESTDATA, then ../shared/data
	Progress io.Writer      // lines for people; nil discards them
	// Serve opens a data directory with everything that answers over HTTP. Whoever calls wires it.
	Serve func(ctx context.Context, dataDir string) (Server, error)
}

// Server is an open data directory that serves at an address of the loopback while it runs.
type Server interface {
	Engine() *engine.Engine
	Address() string // "http://127.0.0.1:7450/"
	Run(ctx context.Context) error
	Close() error
}

// session is an engine that runs on a data directory of its own until close.
type session struct {
	*engine.Engine
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when Run has returned
}

// open starts an engine on dir. The context it returns acts as the local owner; it ends with ctx, or with the engine's
// background work when that fails.
func open(ctx context.Context, o engine.Options, dir string) (context.Context, *session, error) {
	o.DataDir, o.Steady = dir, true
	e, err := engine.Open(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancelCause(catalog.WithActor(ctx, e.LocalOwner()))
	s := &session{Engine: e, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		cancel(e.Run(ctx))
	}()
	return ctx, s, nil
}

// close stops the engine and returns when all of it has ended.
func (s *session) close() error {
	s.cancel(nil)
	<-s.done
	return s.Close()
}

// indexed opens an engine on dir, watches folder and waits until nothing is pending.
func indexed(ctx context.Context, o Options, dir, folder string) (context.Context, *session, error) {
	ctx, s, err := open(ctx, o.Engine, dir)
	if err != nil {
		return nil, nil, err
	}
	if err := s.take(ctx, o, folder); err != nil {
		return nil, nil, closing(s, err)
	}
	return ctx, s, nil
}

// closing closes s on the way out with err.
func closing(s *session, err error) error {
	_ = s.close() // err is why
	return err
}

// take watches folder and waits until nothing is pending, telling how far it is.
func (s *session) take(ctx context.Context, o Options, folder string) error {
	if _, _, err := s.AddFolder(ctx, engine.FolderSpec{Path: folder, Consent: true}); err != nil {
		return err
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	var g errgroup.Group
	g.Go(func() error { s.tell(waiting, o); return nil })
	g.Go(func() error { defer cancel(); return s.Wait(waiting) })
	if err := g.Wait(); err != nil && ctx.Err() != nil {
		return context.Cause(ctx) // why the engine stopped, rather than that it did
	} else {
		return err
	}
}

// tell reports progress every few seconds until ctx ends.
func (s *session) tell(ctx context.Context, o Options) {
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if st, err := s.Status(ctx); err == nil {
			o.say("%d documents, %d waiting for text, %d passages waiting for a vector", st.Documents.Total, st.Documents.Pending, st.Vectors.Pending)
		}
	}
}

func (o Options) say(format string, args ...any) {
	if o.Progress != nil {
		fmt.Fprintf(o.Progress, format+"\n", args...)
	}
}

// workspace makes a temporary directory with a place for data and one for files. Symbolic links are resolved, so that
// paths compare equal with those of the engine.
func workspace() (root, data, files string, err error) {
	if root, err = os.MkdirTemp("", "sheaf-measure-"); err != nil {
		return "", "", "", catalog.WrapError(catalog.Unavailable, "No temporary directory could be made; set TMPDIR to one with free space.", err)
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return "", "", "", err
	}
	data, files = filepath.Join(root, "data"), filepath.Join(root, "files")
	return root, data, files, os.Mkdir(files, 0o700)
}

// inParallel calls each for 0 to n-1, as many at once as there are processors, and returns the first error.
func inParallel(ctx context.Context, n int, each func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return each(ctx, i)
		})
	}
	return g.Wait()
}

// write puts one JSON document on one line.
func write(out io.Writer, v any) error {
	return json.NewEncoder(out).Encode(v)
}

// rounded keeps four decimals, which is more than any of these figures means.
func rounded(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func milliseconds(d time.Duration) float64 { return rounded(float64(d) / float64(time.Millisecond)) }
