package hub

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// statuses is the one table from codes to statuses.
var statuses = map[catalog.Code]int{
	catalog.Invalid:         http.StatusBadRequest,
	catalog.Unauthenticated: http.StatusUnauthorized,
	catalog.Denied:          http.StatusForbidden,
	catalog.NotFound:        http.StatusNotFound,
	catalog.Conflict:        http.StatusConflict,
	catalog.Gone:            http.StatusGone,
	catalog.TooLarge:        http.StatusRequestEntityTooLarge,
	catalog.Unsupported:     http.StatusUpgradeRequired,
	catalog.Limited:         http.StatusTooManyRequests,
	catalog.Unavailable:     http.StatusServiceUnavailable,
}

// retryAfter is what a hub that cannot answer now asks for, in seconds.
const retryAfter = 30

// ended is a denial with the proof that membership has ended: the hub was not put back to a time before it began.
type ended struct{ error }

func (e ended) Unwrap() error { return e.error }

func (h *Hub) refuse(w http.ResponseWriter, r *http.Request, err error) {
	code := catalog.CodeOf(err)
	status, known := statuses[code]
	if !known {
		status = http.StatusInternalServerError
		h.Log.ErrorContext(r.Context(), "synchronisation request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	if errors.Is(err, catalog.ErrDiskFull) {
		status = http.StatusInsufficientStorage
	}
	failure := protocol.Failure{Code: code, Message: catalog.MessageOf(err), Now: h.Now().UnixMilli()}
	_, failure.Proven = errors.AsType[ended](err)
	if status == http.StatusServiceUnavailable || status == http.StatusInsufficientStorage || status == http.StatusTooManyRequests {
		failure.RetryAfter = retryAfter
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	h.write(w, r, status, failure)
}

// reply writes a success.
func (h *Hub) reply(w http.ResponseWriter, r request, body any) error {
	h.write(w, r.Request, http.StatusOK, body)
	return nil
}

// write sends a body. One that cannot be sent any more is nobody's failure: the peer asks again.
func (h *Hub) write(w http.ResponseWriter, r *http.Request, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		h.Log.DebugContext(r.Context(), "an answer was not taken", "path", r.URL.Path, "error", err)
	}
}

// read takes a body in.
func read(w http.ResponseWriter, r request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, protocol.MaxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return catalog.Errorf(catalog.TooLarge, "A body has at most %d bytes.", protocol.MaxBody)
	}
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	return catalog.WrapError(catalog.Invalid, "The body is not what this path takes.", err)
}

// cut splits a pattern into method and path.
func cut(pattern string) (method, path string, ok bool) { return strings.Cut(pattern, " ") }
