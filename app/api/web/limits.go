package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Bounds are what Limits enforce.
type Bounds struct {
	Running int           // requests at a time
	Long    int           // uploads, downloads, streams and waits at a time, counted apart
	Wait    time.Duration // how long a request waits for room
	Time    time.Duration // how long a request may take that is not long
	Rate    float64       // requests a second and caller; 0: any number
	Burst   int           // as many at once
}

// DefaultBounds are generous to a person and to a well-meaning program.
func DefaultBounds() Bounds {
	return Bounds{Running: 256, Long: 256, Wait: time.Second, Time: time.Minute, Rate: 200, Burst: 1000}
}

// Limits keep one caller from taking the server away from the others. One value serves all families of a tree.
type Limits struct {
	bounds        Bounds
	running, long chan struct{}
	callers       *callers
}

// NewLimits makes Limits.
func NewLimits(b Bounds) *Limits {
	return &Limits{bounds: b, running: make(chan struct{}, b.Running), long: make(chan struct{}, b.Long), callers: newCallers(b.Rate, b.Burst)}
}

// errTime is the cause of a context whose request has used up its time.
var errTime = errors.New("the request has used up its time")

// rated serves h unless the caller has sent too many requests. The owner and Sheaf itself may send any number.
func (f Family) rated(h Handler) Handler {
	if f.Limits == nil || f.Limits.bounds.Rate == 0 {
		return h
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		name := caller(r)
		if name == "" {
			return h(w, r)
		}
		if wait := f.Limits.callers.take(name, time.Now()); wait > 0 {
			seconds := int((wait + time.Second - 1) / time.Second)
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
			return catalog.Errorf(catalog.Limited, "Too many requests; try again in %d s.", seconds)
		}
		return h(w, r)
	}
}

// caller names whose requests are counted together: those of a token or, without one, of an address. The name is empty
// for the owner and for Sheaf itself.
func caller(r *http.Request) string {
	actor, known := catalog.ActorFrom(r.Context())
	switch {
	case known && actor.Kind != catalog.ActorUser:
		return ""
	case known && actor.TokenID != "":
		return "token " + actor.TokenID
	case known:
		return "user " + actor.UserID
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "address " + r.RemoteAddr
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() && !ip.Is4In6() {
		if network, err := ip.WithZone("").Prefix(64); err == nil { // what one customer usually has
			return "address " + network.String()
		}
	}
	return "address " + host
}

// admitted serves h when there is room, within the time that the route has.
func (f Family) admitted(route Route, h Handler) Handler {
	if f.Limits == nil {
		return h
	}
	room := f.Limits.running
	if route.long() {
		room = f.Limits.long
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		if !enter(r.Context(), room, f.Limits.bounds.Wait) {
			w.Header().Set("Retry-After", "1")
			return catalog.Errorf(catalog.Unavailable, "Sheaf is busy with other requests; try again in a moment.")
		}
		defer func() { <-room }()
		if route.long() {
			_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // whoever writes much sets its own
			return h(w, r)
		}
		ctx, cancel := context.WithTimeoutCause(r.Context(), f.Limits.bounds.Time, errTime)
		defer cancel()
		return meant(ctx, h(w, r.WithContext(ctx)))
	}
}

// enter takes a place in the room, and reports false when none becomes free in time.
func enter(ctx context.Context, room chan<- struct{}, wait time.Duration) bool {
	select {
	case room <- struct{}{}:
		return true
	default:
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case room <- struct{}{}:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	return false
}

// bounded marks a body whose size has been limited.
type bounded struct{ io.ReadCloser }

// arriving serves h with a body of at most the route's size. A body that is not JSON may take long, as long as it keeps
// coming.
func arriving(route Route, h Handler) Handler {
	limit := route.MaxBody
	if limit == 0 && route.Body == JSON {
		limit = MaxJSON
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		if limit > 0 && r.ContentLength > limit {
			return &http.MaxBytesError{Limit: limit}
		}
		if limit > 0 {
			r.Body = bounded{http.MaxBytesReader(w, r.Body, limit)}
		}
		if route.Body != JSON {
			r.Body = steadily{r.Body, http.NewResponseController(w)}
		}
		return h(w, r)
	}
}

// size names a number of bytes.
func size(n int64) string {
	for _, unit := range []string{"bytes", "KiB", "MiB"} {
		if n < 1<<10 || n%(1<<10) != 0 {
			return strconv.FormatInt(n, 10) + " " + unit
		}
		n >>= 10
	}
	return strconv.FormatInt(n, 10) + " GiB"
}
