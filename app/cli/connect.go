package cli

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// patience is how long a directory whose owner does not answer is waited for.
func (p *Program) patience() time.Duration {
	if p.Patience > 0 {
		return p.Patience
	}
	return 10 * time.Second
}

// work says what a command needs beyond answers.
type work bool

const (
	answers work = false // the API is enough
	reading work = true  // documents must be read meanwhile; without an agent the command does it itself
)

// connect calls each with a client of whoever owns the data directory: the agent that runs there, or this very command,
// which then takes the directory for as long as each runs.
//
// An owner may end between being found and being asked, for it may be a command like this one. Then another is looked
// for: always when nothing had reached it, and for commands that read also when it ended meanwhile, since those only
// repeat themselves.
func (c *call) connect(ctx context.Context, need work, each func(*client.Client) error) error {
	for {
		agent, own, err := c.owner(ctx)
		switch {
		case err != nil:
			return err
		case own != nil && need == reading:
			return whileRunning(ctx, own, each)
		case own != nil:
			return errors.Join(each(inProcess(own)), own.Close())
		}
		err = each(agent)
		agent.Close()
		gone := errors.Is(err, syscall.ECONNREFUSED) || need == reading && catalog.CodeOf(err) == catalog.Unavailable
		if !gone || ctx.Err() != nil {
			return err
		}
		if again, ok := liveAgent(ctx, c.cfg.DataDir); ok { // it is there and said no
			again.Close()
			return err
		}
	}
}

// owner finds the agent or takes the directory. A directory that is held by a process that does not answer (it starts,
// ends, or is a short command) is tried again until patience is over.
func (c *call) owner(ctx context.Context) (*client.Client, *node.Node, error) {
	deadline := time.Now().Add(c.patience())
	for {
		if agent, ok := liveAgent(ctx, c.cfg.DataDir); ok {
			return agent, nil, nil
		}
		own, err := node.Open(ctx, c.cfg, nil)
		if err == nil || catalog.CodeOf(err) != catalog.Conflict || time.Now().After(deadline) {
			return nil, own, err
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// liveAgent returns a client of the agent that the directory's agent file names, when it answers.
func liveAgent(ctx context.Context, dataDir string) (*client.Client, bool) {
	a, ok := node.ReadAgent(dataDir)
	if !ok {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	agent := client.New(a.Address, a.Token, a.Certificate)
	if !agent.Healthy(ctx) {
		agent.Close()
		return nil, false
	}
	return agent, true
}

func inProcess(own *node.Node) *client.Client {
	return client.Over(client.InProcess{Handler: own.Handler()}, "http://sheaf", "")
}

// whileRunning reads and serves in the background while each works, so that other commands reach this process.
func whileRunning(ctx context.Context, own *node.Node, each func(*client.Client) error) (err error) {
	defer func() { err = errors.Join(err, own.Close()) }()
	if err := own.ListenPrivately(); err != nil {
		return err
	}
	background, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- own.Run(background) }()
	err = each(inProcess(own))
	stop()
	if failed := <-ended; failed != nil {
		return failed // why each could not succeed
	}
	return err
}
