package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// lowSpace is the free space below which doctor warns.
const lowSpace = 1 << 30

// Doctor checks database, stored bytes, model, assets, folders and disk space. It changes nothing.
func (e *Engine) Doctor(ctx context.Context) ([]catalog.Check, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	folders, err := e.store.Folders(ctx)
	if err != nil {
		return nil, err
	}
	checks := []catalog.Check{
		check("database", e.store.Check(ctx), "The database passes its integrity check."),
		check("data directory", e.privateDir(), "Only you can read "+e.options.DataDir+"."),
		e.modelCheck(ctx),
		e.pdfCheck(),
		e.spaceCheck(),
	}
	if c, ok := e.scannerCheck(ctx); ok {
		checks = append(checks, c)
	}
	for _, f := range folders {
		c := catalog.Check{Name: "folder " + f.Path, OK: f.State == catalog.FolderWatching, Detail: fmt.Sprintf("%s, %d documents, %d failed.", f.State, f.Files, f.Failed)}
		if f.Reason != "" {
			c.Detail += " " + f.Reason
		}
		checks = append(checks, c)
	}
	return checks, nil
}

func check(name string, err error, fine string) catalog.Check {
	if err != nil {
		return catalog.Check{Name: name, Detail: catalog.MessageOf(err)}
	}
	return catalog.Check{Name: name, OK: true, Detail: fine}
}

func (e *Engine) privateDir() error {
	info, err := os.Stat(e.options.DataDir)
	if err != nil {
		return err
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return catalog.Errorf(catalog.Denied, "Others can read %s. Run `chmod 700` on it.", e.options.DataDir)
	}
	return nil
}

func (e *Engine) modelCheck(ctx context.Context) catalog.Check {
	if e.meaning.model == nil {
		return check("model", e.meaning.problem, "")
	}
	return check("model", e.meaning.model.Verify(ctx), e.meaning.model.Name()+" is complete and answers.")
}

func (e *Engine) pdfCheck() catalog.Check {
	path := filepath.Join(assetsDir(e.options), "lib", "pdfium.wasm")
	if !exists(path) {
		return catalog.Check{Name: "pdf reader", Detail: path + " is missing: PDF files cannot be read. Install Sheaf again."}
	}
	return catalog.Check{Name: "pdf reader", OK: true, Detail: path}
}

func (e *Engine) spaceCheck() catalog.Check {
	_, free, err := e.options.Volume(e.options.DataDir)
	c := catalog.Check{Name: "disk space", OK: err == nil && free >= lowSpace, Detail: fmt.Sprintf("%d MB free at %s.", free>>20, e.options.DataDir)}
	if err != nil {
		c.Detail = "The free space at " + e.options.DataDir + " cannot be read."
	}
	return c
}
