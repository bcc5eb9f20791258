package node

import (
	"context"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// checkTime is how long a part may take to show that it works.
const checkTime = 2 * time.Second

// health answers whether requests are served.
func (n *Node) health(w http.ResponseWriter, _ *http.Request) {
	status, state := http.StatusOK, "ok"
	if !n.ready.Load() {
		status, state = http.StatusServiceUnavailable, "starting"
	}
	web.Write(w, status, map[string]string{"status": state})
}

// check is one part of readiness. It names no cause: whoever may know finds it in the log and by "sheaf doctor".
type check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
}

// readiness answers whether requests can be served well: the engine runs and the database answers.
func (n *Node) readiness(w http.ResponseWriter, r *http.Request) {
	checks := []check{{"engine", n.ready.Load()}, {"database", n.databaseAnswers(r.Context())}}
	status, state := http.StatusOK, "ready"
	for _, c := range checks {
		if !c.OK {
			status, state = http.StatusServiceUnavailable, "not ready"
		}
	}
	web.Write(w, status, map[string]any{"status": state, "checks": checks})
}

func (n *Node) databaseAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(catalog.WithActor(ctx, n.engine.LocalOwner()), checkTime)
	defer cancel()
	_, err := n.engine.Workspaces(ctx)
	if err != nil {
		n.log.Error("the database does not answer", "error", err)
	}
	return err == nil
}
