package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Compiling pdfium takes seconds, so the result is kept. Whoever can write it decides what every later child runs: it is
// written by a child that reads no documents, and those that do may only read it.

// pdfiumCode is where pdfium lies.
func pdfiumCode(assets string) string { return filepath.Join(assets, "lib", "pdfium.wasm") }

// compileOnce fills the cache when the first child needs what lies in it, and closes done then: whoever has no PDF never
// starts it. That first child compiles for itself.
func compileOnce(ctx context.Context, o Options, needed <-chan struct{}, done chan<- struct{}) {
	select {
	case <-needed:
		compilePDFium(ctx, o)
		close(done)
	case <-ctx.Done():
	}
}

func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// compilePDFium fills the cache unless it is filled. When that fails, each child compiles for itself, as it does until this
// is done.
func compilePDFium(ctx context.Context, o Options) {
	mark, err := compiledMark(o.Assets, o.CacheDir)
	if err != nil || isCompiled(o.Assets, o.CacheDir) {
		return
	}
	if err := os.MkdirAll(o.CacheDir, 0o700); err != nil {
		return
	}
	o.compile = true
	child, err := startProcess(ctx, o, false)
	if err == nil {
		err = errors.Join(child.end(), os.WriteFile(mark, nil, 0o600))
	}
	if err != nil && ctx.Err() == nil {
		o.Logger.Warn("the PDF reader could not be compiled ahead; every child does it for itself", "error", err)
	}
}

// compile is the work of a child that reads nothing: it says that it is ready when it is done.
func (c *child) compile() error {
	defer c.pdf.close()
	if _, err := c.pdf.ready(context.Background()); err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	return c.send(appendFrame(nil, []byte{frameReady}))
}

func isCompiled(assets, cacheDir string) bool {
	mark, err := compiledMark(assets, cacheDir)
	if err != nil {
		return false
	}
	_, err = os.Stat(mark)
	return err == nil
}

// compiledMark is the file that is there once this pdfium has been compiled by this program.
func compiledMark(assets, cacheDir string) (string, error) {
	if assets == "" || cacheDir == "" {
		return "", os.ErrNotExist
	}
	state, err := os.Stat(pdfiumCode(assets))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", Config(), state.Size(), state.ModTime().UTC().Format(time.RFC3339Nano)))
	return filepath.Join(cacheDir, "compiled-"+hex.EncodeToString(sum[:8])), nil
}
