package cli

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// lasting is the connection of a command that may outlive the owner of the data directory it began with: an agent that
// is started anew, or a command like this one that ends. It then finds the next owner, or takes the directory itself,
// reads and serves in the background, and keeps it until close.
type lasting struct {
	call  *call
	token string // whose user it acts as; empty: the local owner
	log   *slog.Logger

	mu    sync.Mutex
	desk  *client.Client // nil: to be found
	agent node.Agent     // the owner behind desk; zero when that is this process
	held  *tenure        // the directory, when this process owns it
}

// rounds is how many owners one question is put to.
const rounds = 3

// use calls each with a client of the owner, and again with one of the next when the owner was lost meanwhile: each must
// be a question that changes nothing.
func (l *lasting) use(ctx context.Context, each func(*client.Client) error) error {
	for round := 1; ; round++ {
		desk, err := l.client(ctx)
		if err != nil {
			return err
		}
		err = each(desk)
		if err == nil || ctx.Err() != nil || round == rounds || !l.lost(ctx, desk, err) {
			return err
		}
	}
}

// client returns the connection, made now when there is none.
func (l *lasting) client(ctx context.Context) (*client.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil && l.held.over() {
		l.drop()
	}
	if l.desk != nil {
		return l.desk, nil
	}
	agent, own, err := l.call.find(ctx, l.log)
	if err != nil {
		return nil, err
	}
	if own == nil {
		secret := agent.Token
		if l.token != "" {
			secret = l.token
		}
		l.agent, l.desk = agent, client.New(agent.Address, secret, agent.Certificate)
		return l.desk, nil
	}
	if l.held, err = hold(ctx, own); err != nil {
		return nil, err
	}
	l.desk = inProcess(own, l.token)
	return l.desk, nil
}

// lost reports whether err means that the owner behind desk is gone or another by now, and forgets it then.
func (l *lasting) lost(ctx context.Context, desk *client.Client, err error) bool {
	if code := catalog.CodeOf(err); code != catalog.Unavailable && code != catalog.Unauthenticated {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.desk != desk {
		return true // another question found out before
	}
	if l.held != nil {
		return l.held.over()
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if a, ok := node.ReadAgent(l.call.cfg.DataDir); ok && a == l.agent && desk.Healthy(ctx) {
		return false
	}
	l.drop()
	return true
}

// drop forgets the owner, and gives the directory back when that is this process.
func (l *lasting) drop() {
	if l.desk != nil {
		l.desk.Close()
	}
	if l.held != nil {
		failed, err := l.held.end()
		if failed != nil {
			l.log.Error("reading in the background failed", "error", failed)
		}
		if err != nil {
			l.log.Error("the data directory was not closed in order", "error", err)
		}
	}
	l.desk, l.held, l.agent = nil, nil, node.Agent{}
}

// close ends the connection. No call of use may be under way.
func (l *lasting) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop()
}
