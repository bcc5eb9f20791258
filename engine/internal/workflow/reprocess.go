package workflow

import (
	"context"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// reprocess has the content read again. The first step asks for it; the second, when it has been read or could not be,
// says so.
func (r *Runner) reprocess(ctx context.Context, x catalog.DueExecution, task catalog.TaskExecution) (ending, error) {
	switch {
	case x.Away:
		return failed("The bytes of this document are not on this device, so it cannot be read again."), nil
	case task.Status == catalog.ExecutionQueued:
		if err := r.Store.ReadAgain(ctx, task.ID); err != nil {
			return pending, err
		}
		r.Read()
		return pending, nil
	case x.Content.Failure != "":
		return failed(x.Content.Failure), nil
	}
	return done("It was read again: " + pages(x.Content.PageCount) + "."), nil
}

func pages(n int) string {
	switch n {
	case 0:
		return "it holds no text"
	case 1:
		return "one page"
	}
	return strconv.Itoa(n) + " pages"
}
