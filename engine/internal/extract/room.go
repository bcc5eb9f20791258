package extract

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	answerRoom = 64 << 20 // bytes that large answers, and what is made of them, may have in the parent at once
	becomes    = 8        // times its bytes is what an answer may weigh once its blocks and passages are told apart
)

// room keeps large answers in the children until earlier ones have been dealt with: five children that read bombs would
// fill the parent, which has limits for each of them but none of its own.
type room struct{ bytes *semaphore.Weighted }

func newRoom() room { return room{semaphore.NewWeighted(answerRoom)} }

// take waits for room for n bytes until either context ends, and holds it until held ends or it is given back.
func (r room) take(ctx, held context.Context, n int) (giveBack func(), err error) {
	waiting, stop := context.WithCancel(held)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	taken := min(int64(n)*becomes, answerRoom)
	if err := r.bytes.Acquire(waiting, taken); err != nil {
		return nil, err
	}
	giveBack = sync.OnceFunc(func() { r.bytes.Release(taken) })
	context.AfterFunc(held, giveBack)
	return giveBack, nil
}
