package web

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestACodeWorksOnceAndForFiveMinutes(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	c := NewCodes(func() time.Time { return now }, rand.Reader)
	code, err := c.Issue()
	if err != nil {
		t.Fatal(err)
	}
	token, err := c.Exchange(code)
	if err != nil || !c.holds(token) || c.holds(code) {
		t.Fatalf("the first exchange: %v", err)
	}
	if _, err := c.Exchange(code); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("the second exchange: %v", err)
	}
	late, _ := c.Issue()
	now = now.Add(codeLife)
	if _, err := c.Exchange(late); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("after five minutes: %v", err)
	}
	if !c.holds(token) {
		t.Error("the browser's token has ended with the code")
	}
}

func TestGuessingIsStopped(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	c := NewCodes(func() time.Time { return now }, rand.Reader)
	code, _ := c.Issue()
	for range failedPerMin {
		if _, err := c.Exchange("guess"); catalog.CodeOf(err) != catalog.Unauthenticated {
			t.Fatal(err)
		}
	}
	if _, err := c.Exchange(code); catalog.CodeOf(err) != catalog.Unavailable {
		t.Errorf("after too many: %v", err)
	}
	now = now.Add(time.Minute)
	if _, err := c.Exchange(code); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

func TestOldCodesMakeRoom(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	c := NewCodes(func() time.Time { now = now.Add(time.Millisecond); return now }, rand.Reader)
	first, _ := c.Issue()
	for range codesAtOnce {
		_, _ = c.Issue()
	}
	if _, err := c.Exchange(first); err == nil || len(c.codes) != codesAtOnce {
		t.Errorf("%d codes are held, the first with them", len(c.codes))
	}
}
