package measure

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// others are the programs that sync is held against, each with a server of its own on the loopback. One that is not
// installed is named and left out.
type others struct {
	missing         string
	module, flushed string // addresses of rsync modules; empty: no rsync
	webdav          string // address; empty: no rclone
	running         []*exec.Cmd
	stop            context.CancelFunc
}

func openOthers(ctx context.Context, folder string) (o *others, err error) {
	o = &others{}
	ctx, o.stop = context.WithCancel(ctx)
	var missing []string
	if _, err := exec.LookPath("rsync"); err != nil {
		missing = append(missing, "rsync")
	} else if err := o.serveRsync(ctx, folder); err != nil {
		return nil, errors.Join(err, o.close())
	}
	if _, err := exec.LookPath("rclone"); err != nil {
		missing = append(missing, "rclone")
	} else if err := o.serveRclone(ctx, folder); err != nil {
		return nil, errors.Join(err, o.close())
	}
	o.missing = strings.Join(missing, ", ")
	return o, nil
}

func (o *others) close() error {
	o.stop()
	for _, c := range o.running {
		_ = c.Wait() // it was killed
	}
	return nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// serve starts a server and waits until it listens.
func (o *others) serve(ctx context.Context, port string, c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err
	}
	o.running = append(o.running, c)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for range 500 {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			return conn.Close()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return catalog.Errorf(catalog.Unavailable, "%s does not listen.", c.Path)
}

func (o *others) serveRsync(ctx context.Context, folder string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	config := "use chroot = no\nreverse lookup = no\n"
	for _, module := range []string{"plain", "flushed"} {
		dir := filepath.Join(folder, "rsync-"+module)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		config += fmt.Sprintf("[%s]\npath = %s\nread only = no\nuid = %d\ngid = %d\n", module, dir, os.Getuid(), os.Getgid())
	}
	file := filepath.Join(folder, "rsyncd.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return err
	}
	o.module, o.flushed = "rsync://127.0.0.1:"+port+"/plain/", "rsync://127.0.0.1:"+port+"/flushed/"
	return o.serve(ctx, port, exec.CommandContext(ctx, "rsync", "--daemon", "--no-detach", "--address=127.0.0.1", "--port="+port, "--config="+file))
}

func (o *others) serveRclone(ctx context.Context, folder string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	dir := filepath.Join(folder, "rclone")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	o.webdav = "http://127.0.0.1:" + port
	return o.serve(ctx, port, exec.CommandContext(ctx, "rclone", "serve", "webdav", dir, "--addr", "127.0.0.1:"+port, "--config", os.DevNull))
}

// run does what Sheaf has just done.
func (o *others) run(ctx context.Context, source string, r *syncResult) error {
	name := filepath.Base(source)
	for _, other := range []struct {
		there   string
		into    *float64
		command []string
	}{
		{o.module, &r.Rsync, []string{"rsync", "-a", source, o.module}},
		{o.flushed, &r.RsyncFlushed, []string{"rsync", "-a", "--fsync", source, o.flushed}},
		{o.webdav, &r.Rclone, []string{"rclone", "copy", source, ":webdav:" + name, "--webdav-url", o.webdav, "--config", os.DevNull}},
	} {
		if other.there == "" {
			continue
		}
		started := time.Now()
		if out, err := exec.CommandContext(ctx, other.command[0], other.command[1:]...).CombinedOutput(); err != nil {
			return catalog.WrapError(catalog.Unavailable, other.command[0]+" failed: "+strings.TrimSpace(string(out)), err)
		}
		*other.into = rounded(time.Since(started).Seconds())
	}
	return nil
}
