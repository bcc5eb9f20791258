package engine

import (
	"context"
	"errors"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Questions returns a page of what the actor has asked and kept, newest first, and how much there is in all.
func (e *Engine) Questions(ctx context.Context, limit, offset int) (list []catalog.Asked, total int, err error) {
	actor, err := caller(ctx)
	if err != nil {
		return nil, 0, err
	}
	if limit < 1 || limit > 1000 || offset < 0 {
		return nil, 0, catalog.Errorf(catalog.Invalid, "A page holds 1 to 1000 questions and begins at 0 or later.")
	}
	return e.store.Questions(ctx, e.userOf(actor), limit, offset)
}

// KeepQuestion keeps what the actor has asked, with the answer that this device gave unless it is nil. later asks for an
// answer of the remote as well: it comes by itself when the remote can be reached. Invalid for an empty question,
// NotFound for a workspace that the actor may not know of.
func (e *Engine) KeepQuestion(ctx context.Context, q catalog.Question, answer *catalog.Answer, later bool) (catalog.Asked, error) {
	actor, err := caller(ctx)
	if err != nil {
		return catalog.Asked{}, err
	}
	var wrong wrongFields
	wrong.checkText("query", q.Text, 1, 10_000)
	if err := wrong.err(); err != nil {
		return catalog.Asked{}, err
	}
	for _, id := range q.Workspaces {
		if err := e.may(ctx, id, catalog.ActionRead); err != nil {
			return catalog.Asked{}, err
		}
	}
	return e.store.KeepQuestion(ctx, e.userOf(actor), catalog.Asked{Text: q.Text, Workspaces: q.Workspaces, Later: later}, answer)
}

// AskLater says whether the remote is to answer a kept question of the actor as well. NotFound for any other id.
func (e *Engine) AskLater(ctx context.Context, id string, later bool) error {
	return e.ofQuestion(ctx, id, func(user string) error { return e.store.AskLater(ctx, user, id, later) })
}

// DeleteQuestion forgets a kept question of the actor and its answers. NotFound for any other id.
func (e *Engine) DeleteQuestion(ctx context.Context, id string) error {
	return e.ofQuestion(ctx, id, func(user string) error { return e.store.DeleteQuestion(ctx, user, id) })
}

func (e *Engine) ofQuestion(ctx context.Context, id string, do func(user string) error) error {
	actor, err := caller(ctx)
	if err != nil {
		return err
	}
	if !catalog.ValidID(id) {
		return unknown("question", id)
	}
	return do(e.userOf(actor))
}

// questionsAtOnce is how many questions of other devices are taken at once.
const questionsAtOnce = 20

// AnswerQuestions answers, as whoever asked, questions that came from other devices and want an answer from this one. It is
// for a hub, which calls it after a push, and returns how many there were. One about workspaces that are no longer the
// person's is answered from those that are.
func (r Replica) AnswerQuestions(ctx context.Context) (int, error) {
	due, err := r.e.store.DueQuestions(ctx, questionsAtOnce)
	if err != nil {
		return 0, err
	}
	var failures []error
	for _, q := range due {
		as := catalog.WithActor(ctx, catalog.Actor{Kind: catalog.ActorUser, UserID: q.UserID})
		failures = append(failures, r.e.answerFor(as, q.UserID, q.Asked))
	}
	return len(due), errors.Join(failures...)
}

func (e *Engine) answerFor(ctx context.Context, userID string, q catalog.Asked) error {
	question := catalog.Question{Text: q.Text}
	for _, id := range q.Workspaces {
		switch err := e.may(ctx, id, catalog.ActionRead); catalog.CodeOf(err) {
		case "":
			question.Workspaces = append(question.Workspaces, id)
		case catalog.NotFound, catalog.Denied:
		default:
			return err
		}
	}
	answer, err := e.Ask(ctx, question)
	if code := catalog.CodeOf(err); code == catalog.Invalid || code == catalog.NotFound {
		answer, err = catalog.Answer{Query: q.Text, Response: catalog.MessageOf(err)}, nil // asking again would not help
	}
	if err != nil {
		return err
	}
	err = e.store.AnswerQuestion(ctx, userID, q.ID, answer)
	if catalog.CodeOf(err) == catalog.NotFound {
		return nil // deleted meanwhile
	}
	return err
}
