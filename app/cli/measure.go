package cli

import (
	"context"

	"github.com/sheafdocs/sheaf/app/measure"
)

// measuring is what eval and bench are told: the same assets as every command, and where progress goes.
func (c *call) measuring() measure.Options {
	o := measure.Options{Progress: c.Err}
	o.Engine.Assets, o.Engine.Version, o.Engine.NoModel = c.cfg.Assets, c.Version, c.cfg.NoModel
	return o
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
