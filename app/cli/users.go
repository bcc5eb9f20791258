package cli

import (
	"context"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

func userAdd(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		u, err := desk.AddUser(ctx, c.args[0], catalog.OrganizationRole(c.options.text("role")))
		if err != nil {
			return err
		}
		if c.json {
			return c.document(u)
		}
		c.line("Added %s (%s, %s).", clean(u.Email), u.Role, u.ID)
		c.note("Make a token with \"sheaf token create --user %s\".", clean(u.Email))
		return nil
	})
}

func userList(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		list, err := desk.Users(ctx)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"users": list})
		}
		for _, u := range list {
			c.line("%s  %s  %s", u.ID, c.styled(bold, clean(u.Email)), u.Role)
		}
		return nil
	})
}

func userRemove(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		u, err := desk.ResolveUser(ctx, c.args[0])
		if err != nil {
			return err
		}
		if err := desk.RemoveUser(ctx, u.ID); err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"id": u.ID, "email": u.Email, "removed": true})
		}
		c.line("Removed %s with tokens and memberships. Documents still name %s.", clean(u.Email), clean(u.Email))
		return nil
	})
}
