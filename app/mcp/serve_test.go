package mcp

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/sheafdocs/sheaf/app/client"
)

// TestAQuestionUnderWayEndsWithTheServer holds that a desk which does not answer keeps nothing from ending.
func TestAQuestionUnderWayEndsWithTheServer(t *testing.T) {
	t.Parallel()
	asked, told := make(chan struct{}), make(chan error, 1)
	silent := func(ctx context.Context, _ func(*client.Client) error) error {
		close(asked)
		<-ctx.Done()
		told <- ctx.Err()
		return ctx.Err()
	}
	in, say := io.Pipe()
	defer in.Close()
	heard, out := io.Pipe()
	go io.Copy(io.Discard, bufio.NewReader(heard))
	defer heard.Close()
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Server{Desk: silent, Version: "test", Log: slog.New(slog.DiscardHandler)}.Serve(ctx, in, out)
	}()
	for _, message := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}`,
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_workspaces"}}`,
	} {
		if _, err := io.WriteString(say, message+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	<-asked
	end()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if err := <-told; err != context.Canceled {
		t.Errorf("the question: %v", err)
	}
}
