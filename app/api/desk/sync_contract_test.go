package desk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/app/node"
	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// synchronising adds a remote that is not there, and asks for everything about it.
func (b *bench) synchronising() {
	b.call(200, "GET", "/remotes", nil)
	for _, wrong := range []map[string]any{
		{}, {"url": "ftp://x", "token": "t"}, {"url": "http://192.0.2.1", "token": "t"}, {"invitation": "sheaf-invite-xyz"},
		{"url": "https://127.0.0.1:1", "token": "t", "pin": "ab"}, {"url": 1},
	} {
		b.call(400, "POST", "/remotes/probe", wrong)
		b.call(400, "POST", "/remotes", wrong)
	}
	b.call(503, "POST", "/remotes/probe", map[string]any{"url": "https://127.0.0.1:1", "token": "t"})
	b.call(503, "POST", "/remotes", map[string]any{"url": "http://127.0.0.1:1", "token": "t"})

	made := b.call(201, "POST", "/invitations", map[string]any{"expiresInSeconds": 3600})
	b.call(400, "POST", "/invitations", map[string]any{"expiresInSeconds": -1})
	b.call(404, "POST", "/invitations", map[string]any{"user": "nobody@example.org"})
	if text := made["invitation"].(string); !strings.HasPrefix(text, "sheaf-invite-") || made["pin"] != nil {
		b.Errorf("the invitation is %v", made)
	}
	b.call(503, "POST", "/remotes", map[string]any{"invitation": made["invitation"]}) // it names a port that nobody has

	id := b.remote()
	one := b.call(200, "GET", "/remotes", nil)["remotes"].([]any)[0].(map[string]any)
	workspace := one["workspaces"].([]any)[0].(map[string]any)["workspaceId"].(string)
	b.call(200, "POST", "/remotes/"+id+"/sync", nil)
	b.call(404, "POST", "/remotes/nothing/sync", nil)
	b.call(200, "PUT", "/remotes/"+id, map[string]any{"name": "Office", "bytesPerSecond": 100_000, "keepNew": false})
	b.call(400, "PUT", "/remotes/"+id, map[string]any{"name": " ", "bytesPerSecond": -1})
	b.call(403, "PUT", "/remotes/"+id, map[string]any{"token": "shf_nonsense"})
	b.call(404, "PUT", "/remotes/nothing", map[string]any{"name": "x"})
	b.call(204, "POST", "/remotes/"+id+"/pause", nil)
	b.call(409, "POST", "/remotes/"+id+"/sync", nil)
	b.call(204, "POST", "/remotes/"+id+"/resume", nil)
	b.call(200, "PUT", "/remotes/"+id+"/workspaces/"+workspace, map[string]any{"mode": "pinned"})
	b.call(400, "PUT", "/remotes/"+id+"/workspaces/"+workspace, map[string]any{"mode": "everything"})
	b.call(400, "PUT", "/remotes/"+id+"/workspaces/"+workspace, map[string]any{"mirror": "relative"})
	b.call(404, "PUT", "/remotes/"+id+"/workspaces/nothing", map[string]any{"mode": "pinned"})
	b.call(404, "POST", "/remotes/"+id+"/share", map[string]any{"workspaceId": "none of mine"})
	b.call(400, "POST", "/remotes/"+id+"/questions/none", map[string]any{})
	b.call(404, "POST", "/remotes/"+id+"/questions/none", map[string]any{"yes": true})
	b.call(404, "POST", "/remotes/"+id+"/set-aside/none/retry", nil)
	mine := b.call(201, "POST", "/workspaces", map[string]any{"name": "Mine"})["id"].(string)
	b.call(200, "POST", "/remotes/"+id+"/share", map[string]any{"workspaceId": mine})
	b.call(200, "POST", "/remotes/"+id+"/sync", nil)
	b.call(200, "PUT", "/remotes/"+id+"/workspaces/"+mine, map[string]any{"kept": false})
	b.call(404, "GET", "/workspaces/"+mine, nil)

	b.call(200, "GET", "/sync-history?days=2&remote="+id, nil)
	b.call(400, "GET", "/sync-history?days=0", nil)
	asked := b.call(201, "POST", "/questions", map[string]any{"query": "Who won the cup?", "later": true})["id"].(string)
	b.call(400, "POST", "/questions", map[string]any{"query": " "})
	b.call(404, "POST", "/questions", map[string]any{"query": "x", "workspaceIds": []string{"none"}})
	b.call(200, "GET", "/questions", nil)
	b.call(400, "GET", "/questions?limit=0", nil)
	b.call(204, "DELETE", "/questions/"+asked, nil)
	b.call(404, "DELETE", "/questions/"+asked, nil)
	b.call(200, "GET", "/conflicts", nil)
	b.call(404, "GET", "/conflicts?workspace=none", nil)
	b.call(404, "GET", "/conflicts/nothing", nil)
	b.call(400, "POST", "/conflicts/nothing", map[string]any{"keep": "version"})
	b.call(404, "POST", "/conflicts/nothing", map[string]any{"keep": "both", "seen": []catalog.Dot{{Device: "a", Counter: 1}, {Device: "b", Counter: 1}}})
	if status := b.call(200, "GET", "/status", nil); len(status["sync"].([]any)) != 1 {
		b.Errorf("the status tells of %v", status["sync"])
	}
	b.call(204, "DELETE", "/remotes/"+id, nil)
	b.call(404, "DELETE", "/remotes/"+id, nil)
}

// remote adds a second Sheaf, served over real HTTP, as a remote.
func (b *bench) remote() string {
	b.Helper()
	n, err := node.Open(b.Context(), config.Config{DataDir: b.TempDir(), Listen: "127.0.0.1:0", ListenSet: true, NoModel: true, Version: "test"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := n.Listen(); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, n.Close()); err != nil {
			b.Error(err)
		}
	})
	owner := catalog.WithActor(b.Context(), n.Engine().LocalOwner())
	_, secret, err := n.Engine().CreateToken(owner, engine.TokenSpec{Abilities: []string{"sync"}})
	if err != nil {
		b.Fatal(err)
	}
	spec := map[string]any{"url": n.Address(), "token": secret}
	if probe := b.call(200, "POST", "/remotes/probe", spec); probe["trusted"] != true || probe["account"] == nil {
		b.Errorf("the probe says %v", probe)
	}
	b.call(403, "POST", "/remotes/probe", map[string]any{"url": n.Address(), "token": "shf_nonsense"})
	added := b.call(201, "POST", "/remotes", spec)
	if raw := fmt.Sprint(added); strings.Contains(raw, secret) {
		b.Errorf("the answer holds the token: %s", raw)
	}
	b.call(409, "POST", "/remotes", spec)
	return added["id"].(string)
}
