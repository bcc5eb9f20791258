package web

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	codeLife      = 5 * time.Minute
	codesAtOnce   = 16
	browsersHeld  = 256
	failedPerMin  = 10
	secretEntropy = 20 // bytes
)

// Codes hands out one-time codes that a browser exchanges for a token of its own, so that no lasting secret ever stands
// in an address. Tokens live as long as the process and only their hashes are held.
//
// A code works once, for five minutes. After ten wrong ones in a minute the exchange refuses everything until the
// minute is over.
type Codes struct {
	now    func() time.Time
	random io.Reader

	mu       sync.Mutex
	codes    map[[sha256.Size]byte]time.Time // hash of code -> when it ends
	browsers map[[sha256.Size]byte]time.Time // hash of token -> when it was made
	failed   int
	window   time.Time // when counting of failed began
}

// NewCodes returns an empty set. now and random are the clock and the randomness.
func NewCodes(now func() time.Time, random io.Reader) *Codes {
	return &Codes{now: now, random: random,
		codes: map[[sha256.Size]byte]time.Time{}, browsers: map[[sha256.Size]byte]time.Time{}}
}

// Issue makes a code. Making more than a few at once ends the oldest.
func (c *Codes) Issue() (string, error) {
	code, err := newSecret(c.random)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropExpired()
	dropOldest(c.codes, codesAtOnce-1)
	c.codes[sha256.Sum256([]byte(code))] = c.now().Add(codeLife)
	return code, nil
}

// Exchange trades a code for a token that acts as the local owner. Unauthenticated for a code that is unknown, used or
// old; Unavailable while too many wrong ones have been tried.
func (c *Codes) Exchange(code string) (string, error) {
	token, err := newSecret(c.random)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if now.Sub(c.window) >= time.Minute {
		c.window, c.failed = now, 0
	}
	if c.failed >= failedPerMin {
		return "", catalog.Errorf(catalog.Unavailable, "Too many wrong codes were tried; wait a minute and run \"sheaf open\" again.")
	}
	c.dropExpired()
	hash := sha256.Sum256([]byte(code))
	if _, ok := c.codes[hash]; !ok {
		c.failed++
		return "", catalog.Errorf(catalog.Unauthenticated, "This code is unknown, was used already or is older than five minutes; run \"sheaf open\" for a new one.")
	}
	delete(c.codes, hash)
	dropOldest(c.browsers, browsersHeld-1)
	c.browsers[sha256.Sum256([]byte(token))] = now
	return token, nil
}

// holds reports whether secret is a token that Exchange gave out. Looking up a hash leaks nothing of the secret.
func (c *Codes) holds(secret string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.browsers[sha256.Sum256([]byte(secret))]
	return ok
}

func (c *Codes) dropExpired() {
	now := c.now()
	for hash, end := range c.codes {
		if !now.Before(end) {
			delete(c.codes, hash)
		}
	}
}

// dropOldest leaves at most keep entries.
func dropOldest(set map[[sha256.Size]byte]time.Time, keep int) {
	for len(set) > keep {
		var oldest [sha256.Size]byte
		var when time.Time
		for hash, t := range set {
			if when.IsZero() || t.Before(when) {
				oldest, when = hash, t
			}
		}
		delete(set, oldest)
	}
}

// newSecret makes a token of 160 random bits in URL-safe letters.
func newSecret(random io.Reader) (string, error) {
	var b [secretEntropy]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", catalog.WrapError(catalog.Internal, "No randomness is available.", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}
