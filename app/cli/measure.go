package cli

import (
	"context"
	"errors"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/app/measure"
	"github.com/sheafdocs/sheaf/app/node"
)

// measuring is what eval and bench are told: the same assets as every command, and where progress goes.
func (c *call) measuring() measure.Options {
	o := measure.Options{Progress: c.Err, Serve: c.serveMeasured}
	o.Engine.Assets, o.Engine.Version, o.Engine.NoModel = c.cfg.Assets, c.Version, c.cfg.NoModel
	return o
}

// serveMeasured opens a node that listens on a free port of the loopback and slows nobody down.
func (c *call) serveMeasured(ctx context.Context, dataDir string) (measure.Server, error) {
	n, err := node.Open(ctx, config.Config{DataDir: dataDir, Listen: "127.0.0.1:0", ListenSet: true, NoModel: true, Rate: new(0), Version: c.Version}, nil)
	if err != nil {
		return nil, err
	}
	if err := n.Listen(); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

func evaluate(ctx context.Context, c *call) error {
	return measure.Eval(ctx, c.measuring(), c.args[0], c.Out)
}

func bench(ctx context.Context, c *call) error {
	o, name := c.measuring(), ""
	if len(c.args) > 0 {
		name = c.args[0]
	}
	o.Dir = c.options.text("dir")
	return measure.Bench(ctx, o, name, c.Out)
}
