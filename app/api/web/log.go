package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

type requestIDKey struct{}

// RequestID is the id of the request in ctx, also sent as X-Request-Id; empty outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// logged gives every request an id and writes one line a request: method, path, status, bytes, time. Queries, headers
// and bodies never reach the log, for they hold tokens, codes and people's words.
func logged(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		rand.Read(b[:])
		id := hex.EncodeToString(b[:])
		w.Header().Set("X-Request-Id", id)
		rec := &recorder{ResponseWriter: w}
		start := time.Now()
		defer func() {
			if log != nil {
				log.Info("request", "id", id, "method", r.Method, "path", printable(r.URL.Path), "status", rec.status,
					"bytes", rec.bytes, "ms", time.Since(start).Milliseconds())
			}
		}()
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

// recovered turns a panic into a plain 500; the stack goes to the log only.
func recovered(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			if log != nil {
				log.Error("request panicked", "id", RequestID(r.Context()), "path", printable(r.URL.Path), "panic", p, "stack", string(debug.Stack()))
			}
			if rec, ok := w.(*recorder); ok && rec.status != 0 {
				panic(http.ErrAbortHandler)
			}
			Write(w, http.StatusInternalServerError, map[string]any{"error": map[string]any{
				"code": catalog.Internal, "message": catalog.MessageOf(errPanic)}})
		}()
		next.ServeHTTP(w, r)
	})
}

var errPanic = context.Canceled // any error without a sentence of its own

// printable keeps control characters of hostile paths out of logs and sentences.
func printable(s string) string {
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
