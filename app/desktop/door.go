package desktop

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// door is how the window reaches a data directory: through a node of its own, or through the agent that owns it.
type door struct {
	handler http.Handler   // screens and API, as the local owner
	desk    *client.Client // the same for code of this package
	failed  chan error     // gets what ended the node's background work before the window closed; nil through an agent
	close   func() error   // returns when nothing of the node is left
}

// patience is how long a directory whose owner does not answer is waited for.
const patience = 10 * time.Second

// enter takes the data directory, or finds the agent that has it. A holder that does not answer (it starts, or ends) is
// tried again until patience is over; then the error is Conflict and names it.
func enter(ctx context.Context, cfg config.Config, log *slog.Logger) (*door, error) {
	deadline := time.Now().Add(patience)
	for {
		if agent := liveAgent(ctx, cfg.DataDir); agent != nil {
			return throughAgent(agent)
		}
		own, err := node.Open(ctx, cfg, log)
		if err == nil {
			return throughNode(own)
		}
		if catalog.CodeOf(err) != catalog.Conflict || time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// liveAgent returns a client of the agent that owns the directory, or nil when none answers.
func liveAgent(ctx context.Context, dataDir string) *client.Client {
	a, named := node.ReadAgent(dataDir)
	if !named {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	agent := client.New(a.Address, a.Token, a.Certificate)
	if !agent.Healthy(ctx) {
		agent.Close()
		return nil
	}
	return agent
}

func throughAgent(agent *client.Client) (*door, error) {
	handler, err := agent.Proxy()
	if err != nil {
		return nil, err
	}
	return &door{handler: handler, desk: agent, close: func() error { agent.Close(); return nil }}, nil
}

// throughNode starts the node's background work, which close ends. It listens on loopback too, so that the command line
// reaches the directory while the window is open.
func throughNode(own *node.Node) (*door, error) {
	if err := own.ListenPrivately(); err != nil {
		return nil, errors.Join(err, own.Close())
	}
	ctx, stop := context.WithCancel(context.Background())
	d := &door{handler: own.Handler(), failed: make(chan error, 1)}
	d.desk = client.Over(client.InProcess{Handler: d.handler}, "http://sheaf", "")
	ended := make(chan struct{})
	var runError error
	go func() {
		defer close(ended)
		if runError = own.Run(ctx); ctx.Err() == nil {
			d.failed <- runError
		}
	}()
	d.close = func() error {
		stop()
		<-ended
		return errors.Join(runError, own.Close())
	}
	return d, nil
}

// whole serves every answer whole. A webview asks whether what it has kept is still right, and the one on Windows takes
// "not modified" for a failure.
func whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("If-None-Match")
		r.Header.Del("If-Modified-Since")
		next.ServeHTTP(w, r)
	})
}
