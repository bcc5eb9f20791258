package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/sheafdocs/sheaf/app/mcp"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// maxTokenFile is the size in bytes beyond which a file is no token.
const maxTokenFile = 4096

// serveMCP speaks to an assistant until standard input ends or the program is told to end.
func serveMCP(ctx context.Context, c *call) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	if terminal(c.In) {
		c.note("This speaks the Model Context Protocol and waits for an assistant on standard input; end it with Ctrl-C.")
	}
	log := slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	desk := &lasting{call: c, token: token, log: log}
	defer desk.close()
	if _, err := desk.client(ctx); err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil // asked to end before it had begun
		}
		return err
	}
	server := mcp.Server{Desk: desk.use, Version: c.Version, Log: log}
	return server.Serve(ctx, c.In, c.Out)
}

// token is the secret that --token-file or SHEAF_TOKEN gives, "" when neither does. It is never an option itself, for
// the process list shows those to everyone.
func (c *call) token() (string, error) {
	if !c.options.Changed("token-file") {
		return oneToken("SHEAF_TOKEN", c.Env("SHEAF_TOKEN"))
	}
	name := c.options.text("token-file")
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return "", catalog.Errorf(catalog.NotFound, "There is no file %q for the token.", name)
	}
	if err != nil {
		return "", catalog.WrapError(catalog.Denied, "The token file \""+name+"\" cannot be read.", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxTokenFile+1))
	switch {
	case err != nil:
		return "", catalog.WrapError(catalog.Denied, "The token file \""+name+"\" cannot be read.", err)
	case len(text) > maxTokenFile || strings.TrimSpace(string(text)) == "":
		return "", usage("the file %q holds no token; write one into it that \"sheaf token create\" has made.", clean(name))
	}
	return oneToken("the file \""+clean(name)+"\"", string(text))
}

// oneToken takes the space around a secret away. What is nothing but space is refused, for it was meant to be a token.
func oneToken(where, text string) (string, error) {
	fields := strings.Fields(text)
	switch {
	case text == "":
		return "", nil
	case len(fields) != 1:
		return "", usage("%s must hold one token and nothing else.", where)
	}
	return fields[0], nil
}
