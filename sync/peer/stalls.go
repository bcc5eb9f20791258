package peer

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// watched ends requests whose bytes have stopped on their way: a connection may be dead without either end knowing, and
// then no timeout of the transport ends a body that has begun. Only the network's own time counts, not that of whoever
// reads an answer or provides what is sent, which may be held up by a limit or a pause.
type watched struct {
	http.RoundTripper
	silence time.Duration
}

// errStalled is why a request was ended.
var errStalled = errors.New("the connection has gone silent")

// RoundTrip watches both bodies of a request.
func (w *watched) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, stop := context.WithCancelCause(r.Context())
	r = r.WithContext(ctx)
	sending := time.AfterFunc(w.silence, func() { stop(errStalled) })
	sending.Stop()
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = &outgoing{ReadCloser: r.Body, timer: sending, silence: w.silence}
	}
	response, err := w.RoundTripper.RoundTrip(r)
	sending.Stop()
	if err != nil {
		stop(nil)
		return nil, err
	}
	response.Body = &incoming{ReadCloser: response.Body, stop: stop, silence: w.silence}
	return response, nil
}

// outgoing is a body whose bytes must be on their way before long, once they were read.
type outgoing struct {
	io.ReadCloser
	timer   *time.Timer
	silence time.Duration
}

// Read is called when what was read before has gone. At the end the transport's timeout of the answer takes over.
func (o *outgoing) Read(p []byte) (int, error) {
	o.timer.Stop()
	n, err := o.ReadCloser.Read(p)
	if err == nil {
		o.timer.Reset(o.silence)
	}
	return n, err
}

// Close is called when nothing more is sent.
func (o *outgoing) Close() error {
	o.timer.Stop()
	return o.ReadCloser.Close()
}

// incoming is a body each piece of which must come before long.
type incoming struct {
	io.ReadCloser
	stop    context.CancelCauseFunc
	silence time.Duration
}

func (i *incoming) Read(p []byte) (int, error) {
	timer := time.AfterFunc(i.silence, func() { i.stop(errStalled) })
	defer timer.Stop()
	return i.ReadCloser.Read(p)
}

// Close lets go of the request.
func (i *incoming) Close() error {
	defer i.stop(nil)
	return i.ReadCloser.Close()
}
