package mcp

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// streams is the transport: one message a line on in and on out, neither of which it closes.
type streams struct {
	in  io.Reader
	out io.Writer
}

// Connect begins the conversation.
func (s *streams) Connect(ctx context.Context) (sdk.Connection, error) {
	lines := sdk.IOTransport{Reader: io.NopCloser(s.in), Writer: leftOpen{s.out}}
	inner, err := lines.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &answering{Connection: inner, open: map[jsonrpc.ID]bool{}, answered: make(chan struct{}, 1), closed: make(chan struct{})}, nil
}

type leftOpen struct{ io.Writer }

func (leftOpen) Close() error { return nil }

// answering is a connection that answers what it has read although no more can come. The library gives up requests
// under way when reading ends; but a client that writes its requests and closes its end, as a shell pipe does, waits for
// the answers. So the end is told only once they are written.
type answering struct {
	sdk.Connection
	mu       sync.Mutex
	open     map[jsonrpc.ID]bool // requests read and not yet answered
	answered chan struct{}       // has room for one sign that open has become smaller
	once     sync.Once
	closed   chan struct{}
}

// lastAnswers is how long answers may take once no more can be asked.
const lastAnswers = 10 * time.Second

// Read returns the next message. A stream that ends in the middle of one has ended.
func (a *answering) Read(ctx context.Context) (jsonrpc.Message, error) {
	message, err := a.Connection.Read(ctx)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		a.wait()
		return nil, io.EOF
	}
	if request, ok := message.(*jsonrpc.Request); ok && request.IsCall() {
		a.mu.Lock()
		a.open[request.ID] = true
		a.mu.Unlock()
	}
	return message, err
}

// Write writes a message.
func (a *answering) Write(ctx context.Context, message jsonrpc.Message) error {
	err := a.Connection.Write(ctx, message)
	if response, ok := message.(*jsonrpc.Response); ok {
		a.mu.Lock()
		delete(a.open, response.ID)
		a.mu.Unlock()
		select {
		case a.answered <- struct{}{}:
		default:
		}
	}
	return err
}

// Close ends the conversation, and any waiting for its answers.
func (a *answering) Close() error {
	a.once.Do(func() { close(a.closed) })
	return a.Connection.Close()
}

// wait returns when every request has been answered, the time for it is over or the connection is closed.
func (a *answering) wait() {
	over := time.After(lastAnswers)
	for a.waiting() {
		select {
		case <-a.answered:
		case <-over:
			return
		case <-a.closed:
			return
		}
	}
}

func (a *answering) waiting() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.open) > 0
}
