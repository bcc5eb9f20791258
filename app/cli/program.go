// Package cli is the command line: it finds the command, speaks the desk API to whoever owns the data directory, and
// prints for people or, with --json, for programs.
//
// One table (table.go) lists the commands with their options, help and the function that runs them. Options stand
// anywhere. Whatever comes from documents (names, snippets, text) is stripped of control characters before it reaches a
// terminal. Errors are one sentence on standard error; the exit code says their kind (exit.go).
package cli

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/sheafdocs/sheaf/app/config"
)

// Program is the command line with what it needs from outside.
type Program struct {
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Env     func(string) string
	Version string
	// Patience is how long a directory whose owner does not answer is waited for; 0 means ten seconds.
	Patience time.Duration
	// Window opens the desktop window and returns its exit code; nil in a program without one.
	Window func(config.Config) int
}

// Run runs one command and returns its exit code. ctx ends when the person or the system wants the program to.
func (p *Program) Run(ctx context.Context, args []string) int {
	c, err := p.parse(args)
	if err == nil {
		err = c.command.run(ctx, c)
	}
	return p.report(ctx, err)
}

// call is one invocation of a command.
type call struct {
	*Program
	command command
	options optionSet
	args    []string // without the command's own words
	cfg     config.Config
	json    bool
}

// terminal reports whether a stream is one that a person sees.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colours reports whether stream may be written to with colours (https://no-color.org).
func (p *Program) colours(stream io.Writer) bool {
	return terminal(stream) && p.Env("NO_COLOR") == "" && p.Env("TERM") != "dumb"
}
