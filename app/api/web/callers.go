package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxCallers is how many callers are told apart in one generation.
const maxCallers = 10_000

// callers count the requests of each caller. What is remembered lies in two generations: when the younger is full or a
// minute old it becomes the elder and the elder is forgotten, so memory is bounded, and a caller who comes back within a
// minute is known. One who does not has a full burst again anyway.
type callers struct {
	rate  rate.Limit
	burst int

	mu             sync.Mutex
	younger, elder map[string]*rate.Limiter
	born           time.Time // the younger generation
}

func newCallers(perSecond float64, burst int) *callers {
	return &callers{rate: rate.Limit(perSecond), burst: burst, younger: map[string]*rate.Limiter{}}
}

// take counts one request. It returns 0 when it may be served, else how long the caller should wait.
func (c *callers) take(name string, now time.Time) time.Duration {
	place := c.limiter(name, now).ReserveN(now, 1)
	wait := place.DelayFrom(now)
	if wait > 0 {
		place.CancelAt(now)
	}
	return wait
}

func (c *callers) limiter(name string, now time.Time) *rate.Limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.younger) >= maxCallers || now.Sub(c.born) >= time.Minute {
		c.younger, c.elder, c.born = map[string]*rate.Limiter{}, c.younger, now
	}
	l := c.younger[name]
	if l == nil {
		if l = c.elder[name]; l == nil {
			l = rate.NewLimiter(c.rate, c.burst)
		}
		c.younger[name] = l
	}
	return l
}
