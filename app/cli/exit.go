package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// The exit codes.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitPending  = 3 // timed out, or something still waits
	exitNotFound = 4
	exitDenied   = 5
)

// exitError ends the program with a code; an empty sentence says nothing more.
type exitError struct {
	code     int
	sentence string
}

func (e *exitError) Error() string { return e.sentence }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, capital(fmt.Sprintf(format, args...))}
}

// exitCode is the one place that turns an error into an exit code.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return exitPending
	}
	switch catalog.CodeOf(err) {
	case catalog.Invalid, catalog.TooLarge, catalog.NeedsConsent:
		return exitUsage
	case catalog.NotFound, catalog.Gone:
		return exitNotFound
	case catalog.Denied, catalog.Unauthenticated:
		return exitDenied
	}
	return exitFailed
}

// report prints the sentence of err and returns the exit code.
func (p *Program) report(ctx context.Context, err error) int {
	code := exitCode(err)
	if err == nil {
		return code
	}
	sentence := catalog.MessageOf(err)
	if e, ok := errors.AsType[*exitError](err); ok {
		sentence = e.sentence
	} else if ctx.Err() != nil {
		sentence = "Interrupted."
	}
	if sentence != "" {
		fmt.Fprintf(p.Err, "sheaf: %s\n", clean(sentence))
	}
	return code
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
