package cli

import (
	"context"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// madeToken is the token create document.
type madeToken struct {
	ID        string     `json:"id"`
	Token     string     `json:"token"`
	Abilities []string   `json:"abilities"`
	ExpiresAt *time.Time `json:"expiresAt"`
}

func tokenCreate(ctx context.Context, c *call) error {
	spec := client.TokenSpec{Name: c.options.text("name"), User: c.options.text("user"), WorkspaceID: c.options.text("workspace"), Abilities: c.options.list("ability")}
	if expires := c.options.text("expires"); expires != "" {
		life, err := duration("expires", expires)
		if err != nil {
			return err
		}
		if life < time.Second {
			return usage("--expires must be at least a second; leave it out for a token that never ends.")
		}
		spec.ExpiresInSeconds = int64(life.Seconds())
	}
	return c.connect(ctx, answers, func(desk *client.Client) error {
		token, secret, err := desk.CreateToken(ctx, spec)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(madeToken{token.ID, secret, token.Abilities, token.ExpiresAt})
		}
		c.line("%s", secret)
		c.note("This is the only time the token is shown. End it with \"sheaf token revoke %s\".", token.ID)
		return nil
	})
}

func tokenList(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		list, err := desk.Tokens(ctx)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"tokens": list})
		}
		if len(list) == 0 {
			c.line("There are no tokens.")
		}
		for _, t := range list {
			c.line("%s  %s  %s  %s  %s", t.ID, clean(t.UserEmail), reach(t), lifetime(t, time.Now()), clean(t.Name))
		}
		return nil
	})
}

// reach says what a token may do, and where.
func reach(t catalog.Token) string {
	said := strings.Join(t.Abilities, " ")
	if said == "*" {
		said = "everything"
	}
	if t.WorkspaceID != "" {
		said += " in " + t.WorkspaceID
	}
	return said
}

// lifetime says when a token ends.
func lifetime(t catalog.Token, now time.Time) string {
	switch {
	case t.ExpiresAt == nil:
		return "never ends"
	case t.ExpiresAt.After(now):
		return "ends " + t.ExpiresAt.Format(time.DateOnly)
	}
	return "ended " + t.ExpiresAt.Format(time.DateOnly)
}

func tokenRevoke(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		if err := desk.RevokeToken(ctx, c.args[0]); err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"id": c.args[0], "revoked": true})
		}
		c.line("The token has ended.")
		return nil
	})
}
