package cli

import (
	"context"
	"errors"
	"log/slog"
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
			return errors.Join(each(inProcess(own, "")), own.Close())
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

// owner finds the agent or takes the directory.
func (c *call) owner(ctx context.Context) (*client.Client, *node.Node, error) {
	agent, own, err := c.find(ctx, nil)
	if err != nil || own != nil {
		return nil, own, err
	}
	return client.New(agent.Address, agent.Token, agent.Certificate), nil, nil
}

// find finds the agent or takes the directory, which then logs to log (nil: nowhere). A directory that is held by a
// process that does not answer (it starts, ends, or is a short command) is tried again until patience is over.
func (c *call) find(ctx context.Context, log *slog.Logger) (node.Agent, *node.Node, error) {
	deadline := time.Now().Add(c.patience())
	for {
		if agent, ok := healthyAgent(ctx, c.cfg.DataDir); ok {
			return agent, nil, nil
		}
		own, err := node.Open(ctx, c.cfg, log)
		if err == nil || catalog.CodeOf(err) != catalog.Conflict || time.Now().After(deadline) {
			return node.Agent{}, own, err
		}
		select {
		case <-ctx.Done():
			return node.Agent{}, nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// liveAgent returns a client of the agent that the directory's agent file names, when it answers.
func liveAgent(ctx context.Context, dataDir string) (*client.Client, bool) {
	a, ok := healthyAgent(ctx, dataDir)
	if !ok {
		return nil, false
	}
	return client.New(a.Address, a.Token, a.Certificate), true
}

// healthyAgent returns what the directory's agent file says, when the agent that it names answers.
func healthyAgent(ctx context.Context, dataDir string) (node.Agent, bool) {
	a, ok := node.ReadAgent(dataDir)
	if !ok {
		return node.Agent{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	agent := client.New(a.Address, a.Token, a.Certificate)
	defer agent.Close()
	return a, agent.Healthy(ctx)
}

// inProcess speaks to a directory of our own, as the user of token, or as the local owner when there is none.
func inProcess(own *node.Node, token string) *client.Client {
	handler := own.Handler()
	if token != "" {
		handler = own.TokenHandler()
	}
	return client.Over(client.InProcess{Handler: handler}, "http://sheaf", token)
}

// tenure is an owned directory that is read and served in the background, so that other commands reach this process.
type tenure struct {
	node *node.Node
	stop context.CancelFunc
	done chan struct{} // closed when the background has ended
	err  error         // why it ended; read it after done
}

// hold begins a tenure, or closes own. It lasts until end is called, whatever becomes of ctx.
func hold(ctx context.Context, own *node.Node) (*tenure, error) {
	if err := own.ListenPrivately(); err != nil {
		return nil, errors.Join(err, own.Close())
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	t := &tenure{node: own, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.err = own.Run(background)
	}()
	return t, nil
}

// over reports whether the background has ended by itself, which it does only when it failed.
func (t *tenure) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// end gives the directory back. failed is why the background ended early, err why it was not closed.
func (t *tenure) end() (failed, err error) {
	t.stop()
	<-t.done
	return t.err, t.node.Close()
}

// whileRunning reads and serves in the background while each works.
func whileRunning(ctx context.Context, own *node.Node, each func(*client.Client) error) error {
	held, err := hold(ctx, own)
	if err != nil {
		return err
	}
	err = each(inProcess(own, ""))
	failed, closeErr := held.end()
	if failed != nil {
		err = failed // why each could not succeed
	}
	return errors.Join(err, closeErr)
}
