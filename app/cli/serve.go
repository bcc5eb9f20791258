package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func serve(ctx context.Context, c *call) error {
	err := runAgent(ctx, c)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // asked to end before it had begun
	}
	return err
}

func runAgent(ctx context.Context, c *call) error {
	level := slog.LevelWarn
	if c.options.flag("verbose") {
		level = slog.LevelInfo
	}
	log, closeLog := node.OpenLog(c.cfg.DataDir, slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: level}))
	defer closeLog()
	n, err := c.openForServing(ctx, log)
	if err != nil {
		return err
	}
	err = n.Listen()
	if err == nil {
		if err = c.announce(n); err == nil {
			log.Info("agent started", "version", c.Version, "address", n.Address(), "data", c.cfg.DataDir, "pid", os.Getpid())
			err = n.Run(ctx)
		}
	}
	if closeErr := n.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		log.Info("agent ended")
	}
	return err
}

// openForServing takes the directory. An agent that answers is an error at once; a command that holds the directory for
// a moment is waited for.
func (c *call) openForServing(ctx context.Context, log *slog.Logger) (*node.Node, error) {
	deadline := time.Now().Add(c.patience())
	for {
		n, err := node.Open(ctx, c.cfg, log)
		if catalog.CodeOf(err) != catalog.Conflict || time.Now().After(deadline) {
			return n, err
		}
		if agent, ok := liveAgent(ctx, c.cfg.DataDir); ok {
			agent.Close()
			a, _ := node.ReadAgent(c.cfg.DataDir)
			return nil, catalog.Errorf(catalog.Conflict, "Sheaf runs on %s already, at %s (process %d).", c.cfg.DataDir, a.Address, a.PID)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// announce prints the address; with a one-time code only where a person sees it.
func (c *call) announce(n *node.Node) error {
	address := n.Address()
	if c.json {
		said := map[string]any{"address": address, "pid": os.Getpid()}
		if metrics := n.MetricsAddress(); metrics != "" {
			said["metrics"] = metrics
		}
		if fingerprint := n.Fingerprint(); fingerprint != "" {
			said["certificate"] = fingerprint
		}
		return c.document(said)
	}
	if terminal(c.Out) {
		code, err := n.Code()
		if err != nil {
			return err
		}
		address += "#code=" + code
	}
	c.line("Sheaf is at %s", address)
	if c.cfg.SelfSign {
		c.line("Its certificate has the fingerprint\n  %s", grouping(n.Fingerprint()))
	}
	if metrics := n.MetricsAddress(); metrics != "" {
		c.line("Its measurements are at %s", metrics)
	}
	return nil
}

func open(ctx context.Context, c *call) error {
	agent, ok := liveAgent(ctx, c.cfg.DataDir)
	if !ok {
		return catalog.Errorf(catalog.Unavailable, "No agent runs on %s; start one with \"sheaf serve\".", c.cfg.DataDir)
	}
	defer agent.Close()
	code, err := agent.Code(ctx)
	if err != nil {
		return err
	}
	a, _ := node.ReadAgent(c.cfg.DataDir)
	address := a.Address + "#code=" + code
	switch {
	case c.json:
		return c.document(map[string]string{"url": address})
	case c.options.flag("print"):
		c.line("%s", address)
		return nil
	}
	if err := browse(ctx, c.Env("SHEAF_BROWSER"), address); err != nil {
		c.note("No browser could be opened. Open this address within five minutes:")
		c.line("%s", address)
		return nil
	}
	c.line("Opened %s", a.Address)
	return nil
}

// browse hands address to the system's opener, or to the given program.
func browse(ctx context.Context, program, address string) error {
	argv := []string{"xdg-open"}
	switch {
	case program != "":
		argv = []string{program}
	case runtime.GOOS == "darwin":
		argv = []string{"open"}
	case runtime.GOOS == "windows":
		argv = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return exec.CommandContext(ctx, argv[0], append(argv[1:], address)...).Run()
}
