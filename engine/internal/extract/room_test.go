package extract

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// TestRoomIsHeldUntilTheContextEnds: a huge answer waits for a large one; others give up with their context, or the pool's.
func TestRoomIsHeldUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRoom()
		first, done := context.WithCancel(t.Context())
		if _, err := r.take(t.Context(), first, 1<<20); err != nil {
			t.Fatal(err)
		}
		second, drop := context.WithCancel(t.Context())
		defer drop()
		taken := make(chan error, 1)
		go func() {
			_, err := r.take(t.Context(), second, 200<<20)
			taken <- err
		}()
		synctest.Wait()
		select {
		case err := <-taken:
			t.Fatal("two answers at once:", err)
		default:
		}
		ended, stop := context.WithCancel(t.Context())
		stop()
		if _, err := r.take(t.Context(), ended, 1<<20); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := r.take(ended, t.Context(), 1<<20); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		done()
		if err := <-taken; err != nil {
			t.Error(err)
		}
	})
}

// TestRoomIsGivenBackOnce: before its context ends, which then gives back nothing more.
func TestRoomIsGivenBackOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRoom()
		held, done := context.WithCancel(t.Context())
		giveBack, err := r.take(t.Context(), held, 200<<20)
		if err != nil {
			t.Fatal(err)
		}
		giveBack()
		if _, err := r.take(t.Context(), t.Context(), 200<<20); err != nil {
			t.Fatal(err)
		}
		done()
		synctest.Wait()
		if r.bytes.TryAcquire(1) {
			t.Error("the same room was given back twice")
		}
	})
}
