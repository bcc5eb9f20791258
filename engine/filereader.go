package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
)

// FileReader reads one file as indexing reads it.
type FileReader func(ctx context.Context, path string) (catalog.Document, error)

// WithReader calls use with a FileReader that needs no data directory: files go through the very children that indexing
// starts, fast lane and slow one, and nothing is kept. It is for measuring. The children have ended when it returns.
func WithReader(ctx context.Context, o Options, use func(ctx context.Context, read FileReader) error) error {
	o, err := o.complete()
	if err != nil {
		return err
	}
	pool := extract.NewPool(poolOptions(o))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- pool.Run(ctx) }()
	err = use(ctx, func(ctx context.Context, path string) (catalog.Document, error) { return readFile(ctx, pool, path) })
	stop()
	return errors.Join(err, <-ended)
}

func readFile(ctx context.Context, pool *extract.Pool, path string) (catalog.Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return catalog.Document{}, catalog.WrapError(catalog.Unavailable, "The file cannot be opened.", err)
	}
	defer f.Close()
	ctx, done := context.WithCancel(ctx)
	defer done()
	state, err := f.Stat()
	if err != nil {
		return catalog.Document{}, catalog.WrapError(catalog.Unavailable, "The file cannot be opened.", err)
	}
	want := extract.Want{Name: filepath.Base(path), Size: state.Size()}
	r, err := pool.Extract(ctx, f, want)
	if errors.Is(err, extract.ErrSlow) {
		r, err = pool.ExtractSlow(ctx, f, want)
	}
	return r.Document, err
}

// poolOptions are those of the children that read files.
func poolOptions(o Options) extract.Options {
	return extract.Options{
		Command: o.Child, Children: o.Children, Most: max(o.Children, runtime.NumCPU()), Assets: assetsDir(o), CacheDir: filepath.Join(o.DataDir, "derived", "compiled"), Logger: o.Log,
	}
}
