// Package app is the program: one executable that is the extraction child, the command line or the desktop window.
package app

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/sheafdocs/sheaf/app/cli"
	"github.com/sheafdocs/sheaf/app/desktop"
	"github.com/sheafdocs/sheaf/engine"
)

// Version is the program's version; release builds set it with -ldflags "-X github.com/sheafdocs/sheaf/app.Version=…".
var Version = "0.1.0"

// Main runs the program with the arguments after its name and returns the exit code. SIGINT and SIGTERM end the context
// of whatever runs; a second one ends the process.
func Main(args []string) int {
	if len(args) > 0 && args[0] == engine.ChildCommand {
		return engine.ExtractChild(os.Stdin, os.Stdout)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	program := cli.Program{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv, Version: Version}
	if desktop.Built {
		program.Window = desktop.Run
	}
	return program.Run(ctx, args)
}
