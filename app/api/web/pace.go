package web

import (
	"io"
	"net/http"
	"time"
)

// Stall is how long an upload, a download or a stream may make no progress.
const Stall = time.Minute

// steadily is a body that must keep coming: every read may take as long as Stall, not longer.
type steadily struct {
	io.ReadCloser
	control *http.ResponseController
}

func (s steadily) Read(p []byte) (int, error) {
	_ = s.control.SetReadDeadline(time.Now().Add(Stall)) // not supported in-process, where bodies do not stall
	n, err := s.ReadCloser.Read(p)
	if err != nil {
		_ = s.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// slowly is an answer that may be large: every write may take as long as Stall, not longer.
type slowly struct{ http.ResponseWriter }

func (s slowly) Write(p []byte) (int, error) {
	_ = http.NewResponseController(s.ResponseWriter).SetWriteDeadline(time.Now().Add(Stall))
	return s.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (s slowly) Unwrap() http.ResponseWriter { return s.ResponseWriter }
