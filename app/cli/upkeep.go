package cli

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func doctor(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		checks, err := desk.Doctor(ctx)
		if err != nil {
			return err
		}
		wrong := 0
		for _, check := range checks {
			if !check.OK {
				wrong++
			}
		}
		if c.json {
			if err := c.document(map[string]any{"ok": wrong == 0, "checks": checks}); err != nil {
				return err
			}
		} else {
			c.checks(checks)
		}
		if name := c.options.text("bundle"); name != "" {
			if err := c.bundle(ctx, desk, name, checks); err != nil {
				return err
			}
			c.note("Wrote %s. It names files and folders; look through it before you pass it on.", clean(name))
		}
		if wrong > 0 {
			return &exitError{exitFailed, count(wrong, "check") + " found something wrong."}
		}
		return nil
	})
}

func (c *call) checks(checks []catalog.Check) {
	for _, check := range checks {
		mark := "ok   "
		if !check.OK {
			mark = c.styled(yellow, "wrong")
		}
		c.line("%s  %s: %s", mark, clean(check.Name), clean(check.Detail))
	}
}

// bundle writes what a report of a fault needs: checks, status, versions and logs. No documents, no tokens. An existing
// file is not overwritten.
func (c *call) bundle(ctx context.Context, desk *client.Client, name string, checks []catalog.Check) (err error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return usage("%s exists already; name another file.", name)
	}
	if err != nil {
		return catalog.WrapError(catalog.Denied, "The file "+name+" cannot be written.", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	state, err := desk.Status(ctx)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(file)
	for member, v := range map[string]any{"checks.json": checks, "status.json": state, "version.json": c.versions()} {
		w, err := archive.Create(member)
		if err != nil {
			return err
		}
		if err := writeJSON(w, v, true); err != nil {
			return err
		}
	}
	logs, err := filepath.Glob(filepath.Join(c.cfg.DataDir, "logs", "*.log"))
	if err != nil {
		return err
	}
	for _, log := range logs {
		if err := pack(archive, log); err != nil {
			return err
		}
	}
	return archive.Close()
}

func pack(archive *zip.Writer, name string) error {
	from, err := os.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := archive.Create("logs/" + filepath.Base(name))
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}

// versioned is the version document.
type versioned struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func (c *call) versions() versioned {
	return versioned{c.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH}
}

func version(_ context.Context, c *call) error {
	v := c.versions()
	if c.json {
		return c.document(v)
	}
	c.line("sheaf %s (%s/%s, %s)", v.Version, v.OS, v.Arch, v.Go)
	return nil
}
