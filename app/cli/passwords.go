package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// trying is how long the program waits to say whether a password opened its document.
const trying = 20 * time.Second

// passwordGive takes the password from the terminal or from standard input: arguments can be seen by other programs.
func passwordGive(ctx context.Context, c *call) error {
	secret, err := c.secret()
	if err != nil {
		return err
	}
	content := ""
	if len(c.args) > 0 {
		content = c.args[0]
	}
	return c.connect(ctx, reading, func(desk *client.Client) error {
		given, err := desk.GivePassword(ctx, content, secret, c.options.flag("keep"))
		if err != nil {
			return err
		}
		if _, _, err := desk.Wait(ctx, trying); err != nil {
			return err
		}
		if content != "" {
			if err := opened(ctx, desk, content); err != nil {
				return err
			}
		}
		if c.json {
			return c.document(given)
		}
		if content != "" {
			c.line("The document has been read.")
		} else {
			c.line("It is tried on every document that needs a password.")
		}
		return nil
	})
}

// opened says why a document has not been read with its password.
func opened(ctx context.Context, desk *client.Client, id string) error {
	content, err := desk.Content(ctx, id)
	if err != nil {
		return err
	}
	switch content.Status {
	case catalog.StatusProcessed:
		if content.NeedsPassword {
			return &exitError{exitFailed, "A document within this one still needs another password."}
		}
		return nil
	case catalog.StatusFailed:
		return &exitError{exitFailed, content.Failure}
	}
	return &exitError{exitPending, "The document is still being read; \"sheaf show " + id + "\" tells when it has been."}
}

// secret is a line that is not shown while it is typed.
func (c *call) secret() (string, error) {
	if f, ok := c.In.(*os.File); ok && terminal(c.In) {
		fmt.Fprint(c.Err, "Password: ")
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(c.Err)
		if err != nil {
			return "", &exitError{exitFailed, "Nothing was changed."}
		}
		return string(typed), nil
	}
	line, err := bufio.NewReader(io.LimitReader(c.In, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", catalog.WrapError(catalog.Invalid, "The password could not be read from standard input.", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", usage("give the password on standard input, as its first line.")
	}
	return line, nil
}

func passwordList(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		list, err := desk.Passwords(ctx)
		if err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"passwords": list})
		}
		if len(list) == 0 {
			c.line("There are no passwords.")
		}
		for _, p := range list {
			c.line("%s  %s  given %s  %s", p.ID, until(p), p.AddedAt.Local().Format(time.DateOnly), purpose(p))
		}
		return nil
	})
}

func until(p catalog.Password) string {
	if p.Kept {
		return "kept"
	}
	return "until Sheaf ends"
}

func purpose(p catalog.Password) string {
	if p.ContentID == "" {
		return "for every document that needs one"
	}
	return "for " + p.ContentID
}

func passwordForget(ctx context.Context, c *call) error {
	return c.connect(ctx, answers, func(desk *client.Client) error {
		if err := desk.ForgetPassword(ctx, c.args[0]); err != nil {
			return err
		}
		if c.json {
			return c.document(map[string]any{"id": c.args[0], "forgotten": true})
		}
		c.line("The password is forgotten. What was read with it stays.")
		return nil
	})
}
