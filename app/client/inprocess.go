package client

import (
	"context"
	"io"
	"net/http"
	"sync"
)

// InProcess is a RoundTripper that serves requests with a handler of this process, without any network. Answers stream
// as they are written. Each request has one goroutine, which ends when the handler returns; a body that is closed early
// makes the handler's writes fail.
type InProcess struct{ Handler http.Handler }

// RoundTrip serves one request.
func (t InProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	served := r.Clone(ctx)
	served.RequestURI = r.URL.RequestURI()
	served.RemoteAddr = "in-process"
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	if served.Body == nil {
		served.Body = http.NoBody
	}
	reader, writer := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: writer, started: make(chan struct{})}
	go func() {
		defer cancel()
		defer served.Body.Close()
		defer func() {
			if p := recover(); p != nil {
				writer.CloseWithError(io.ErrUnexpectedEOF)
				if p != http.ErrAbortHandler {
					panic(p)
				}
			}
			w.WriteHeader(http.StatusOK)
			writer.Close()
		}()
		t.Handler.ServeHTTP(w, served)
	}()
	select {
	case <-w.started:
	case <-r.Context().Done():
		reader.CloseWithError(r.Context().Err())
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: w.status, Status: http.StatusText(w.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: leaving{reader, cancel}, ContentLength: -1, Request: r,
	}, nil
}

// leaving tells the handler, when the answer's body is closed, that the client has gone.
type leaving struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (l leaving) Close() error {
	l.cancel()
	return l.PipeReader.Close()
}

// pipeWriter hands the header over at the first write and then passes bytes on.
type pipeWriter struct {
	header  http.Header
	sent    http.Header
	status  int
	once    sync.Once
	started chan struct{}
	body    *io.PipeWriter
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	if status < 200 {
		return
	}
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.started)
	})
}

func (w *pipeWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Flush has nothing to do beyond the header: every write is handed over at once.
func (w *pipeWriter) Flush() { w.WriteHeader(http.StatusOK) }
