// Package workflow does the tasks of workflows: named steps over one content, in their order, in the background.
//
// There is no queue. What is to be done is a question to the store: executions that have begun and whose next task can be
// done now. A task that waits for a text is not among them until the text has come or reading has failed, so a document
// on a disk that is unplugged holds nobody up. Each step is recorded before the next one begins, and doing a step again
// does no harm: a restart goes on where the last run ended.
//
// Run owns no goroutine but its own. Wake may be called from any.
package workflow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Store is the truth as workflows need it. Every method is one transaction.
type Store interface {
	// DueExecutions returns at most limit executions whose next task can be done now, oldest first.
	DueExecutions(ctx context.Context, limit int) ([]catalog.DueExecution, error)
	// ReadAgain starts a task and marks its content for reading.
	ReadAgain(ctx context.Context, taskID string) error
	// EndTask records what a task did, or why it failed; one that has ended already stays as it is.
	EndTask(ctx context.Context, taskID, outcome, failure string) error
	// EndExecution ends an execution that cannot go on, saying why.
	EndExecution(ctx context.Context, id, failure string) error
	// Categories lists those of a workspace.
	Categories(ctx context.Context, workspaceID string) ([]catalog.Category, error)
	// Document returns the stored text of a content.
	Document(ctx context.Context, contentID string) (catalog.Document, error)
	// Infer writes what a task found out where nothing is set, or a task had found something in other bytes, and returns
	// the names of what the content has from it.
	Infer(ctx context.Context, contentID string, found catalog.Inferred) ([]string, error)
}

// Options are the parts of a Runner. All are required.
type Options struct {
	Store Store
	Read  func() // something waits to be read
	// Judge says what a document of a workspace seems to be.
	Judge func(ctx context.Context, workspaceID string, o catalog.Opening) (catalog.Verdict, error)
	// Fields finds values for a category's fields, sure or not; Bar is the confidence from which on they are.
	Fields func(catalog.Category, catalog.Document) []catalog.Finding
	Bar    float64
	// Picture makes the picture of a page of a content ahead of need. NotFound when there is no such page or content,
	// Unsupported when there is no picture of it, Unavailable when its bytes are not here now.
	Picture func(ctx context.Context, contentID string, page int) error
	Log     *slog.Logger
}

// Runner does what is due.
type Runner struct {
	Options
	due chan struct{} // something may be
}

// New makes a Runner; Run starts it.
func New(o Options) *Runner { return &Runner{Options: o, due: make(chan struct{}, 1)} }

// Wake makes the runner look for what is due.
func (r *Runner) Wake() {
	select {
	case r.due <- struct{}{}:
	default:
	}
}

const (
	atOnce     = 100             // executions taken from the store at once
	storePause = 5 * time.Second // how long a failing store is left alone
)

// Run works until ctx ends, whose error it returns. A store that fails is tried again; a corrupt one ends the run.
func (r *Runner) Run(ctx context.Context) error {
	for {
		steps, err := r.pass(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case catalog.CodeOf(err) == catalog.Corrupt:
			return err
		case err != nil:
			r.Log.Error("workflows cannot go on; they will be tried again", "error", err)
			if err := r.rest(ctx, time.After(storePause), nil); err != nil {
				return err
			}
		case steps == 0:
			if err := r.rest(ctx, nil, r.due); err != nil {
				return err
			}
		}
	}
}

// rest waits for a time or for something that is due.
func (r *Runner) rest(ctx context.Context, over <-chan time.Time, due <-chan struct{}) error {
	select {
	case <-over:
	case <-due:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// pass takes one step of everything that is due and returns how many steps there were. One that fails holds back no other.
func (r *Runner) pass(ctx context.Context) (int, error) {
	list, err := r.Store.DueExecutions(ctx, atOnce)
	if err != nil {
		return 0, err
	}
	var failures []error
	for _, x := range list {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err := r.step(ctx, x); err != nil {
			failures = append(failures, fmt.Errorf("execution %s: %w", x.ID, err))
		}
	}
	return len(list), errors.Join(failures...)
}

// step does the next task of an execution, or a part of it.
func (r *Runner) step(ctx context.Context, x catalog.DueExecution) error {
	if x.Gone {
		return r.Store.EndExecution(ctx, x.ID, "The document was deleted before all tasks were done.")
	}
	task, ok := next(x.Tasks)
	if !ok {
		return r.Store.EndExecution(ctx, x.ID, "The workflow had no tasks.")
	}
	e, err := r.do(ctx, x, task)
	switch {
	case catalog.CodeOf(err) == catalog.NotFound: // deleted meanwhile, which the next pass sees
		return nil
	case catalog.CodeOf(err) == catalog.Conflict, catalog.CodeOf(err) == catalog.Invalid: // archived, or a category changed, meanwhile
		e = failed(catalog.MessageOf(err))
	case err != nil, e == pending:
		return err
	}
	return r.Store.EndTask(ctx, task.ID, e.outcome, e.failure)
}

// next is the first task that has not ended.
func next(tasks []catalog.TaskExecution) (catalog.TaskExecution, bool) {
	for _, task := range tasks {
		if task.Status == catalog.ExecutionQueued || task.Status == catalog.ExecutionStarted {
			return task, true
		}
	}
	return catalog.TaskExecution{}, false
}

// ending is how a task ended: one sentence that says what it did, or one that says why it could not.
type ending struct{ outcome, failure string }

// pending is no ending: the task has begun and waits.
var pending = ending{}

func done(outcome string) ending   { return ending{outcome: outcome} }
func failed(failure string) ending { return ending{failure: failure} }

// do does a task.
func (r *Runner) do(ctx context.Context, x catalog.DueExecution, task catalog.TaskExecution) (ending, error) {
	switch task.Task {
	case catalog.TaskReprocess:
		return r.reprocess(ctx, x, task)
	case catalog.TaskExtractMetadata:
		return r.extractMetadata(ctx, x, task)
	case catalog.TaskCategorise:
		return r.categorise(ctx, x, task)
	case catalog.TaskDeriveImages:
		return r.deriveImages(ctx, x)
	}
	return failed("This version of Sheaf does not know the task " + string(task.Task) + "."), nil
}
