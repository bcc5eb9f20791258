package engine

import (
	"context"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// DocumentSets lists workspaces as document sets, oldest first: those that the actor is a member of, or all of the
// organization when the actor's standing in it shows them all.
func (e *Engine) DocumentSets(ctx context.Context) ([]catalog.DocumentSet, error) {
	actor, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	return e.store.DocumentSets(ctx, e.setsOf(actor))
}

// setsOf selects the document sets that an actor sees. Only documents sets are shown to those who are no member of the
// workspace: everything else asks the policy for the member's role.
func (e *Engine) setsOf(actor catalog.Actor) catalog.SetScope {
	whole := actor.Kind == catalog.ActorSystem || actor.Standing.SeesWholeOrganization()
	return catalog.SetScope{UserID: e.userOf(actor), WholeOrganization: whole, WorkspaceID: actor.Workspace}
}

// DocumentSet returns one with its users and its documents. NotFound when there is none with this id, Denied when it is
// not for the actor to see.
func (e *Engine) DocumentSet(ctx context.Context, id string) (catalog.DocumentSet, []catalog.Member, []catalog.SetDocument, error) {
	actor, err := caller(ctx)
	if err != nil {
		return catalog.DocumentSet{}, nil, nil, err
	}
	set, visible, err := e.store.DocumentSet(ctx, id, e.setsOf(actor))
	if catalog.CodeOf(err) == catalog.NotFound {
		err = catalog.Errorf(catalog.NotFound, "There is no document set %s.", strings.ToValidUTF8(id, "\uFFFD"))
	}
	if err == nil && !visible {
		err = catalog.Errorf(catalog.Denied, "You are not a user of this document set.")
	}
	if err != nil {
		return catalog.DocumentSet{}, nil, nil, err
	}
	users, err := e.store.Members(ctx, id)
	if err != nil {
		return catalog.DocumentSet{}, nil, nil, err
	}
	underway := e.reading()
	documents, err := e.store.SetDocuments(ctx, id)
	for i, d := range documents {
		if _, now := underway[d.Key]; now && d.Status != catalog.StatusProcessed {
			documents[i].Status = catalog.StatusProcessing
		}
	}
	return set, users, documents, err
}
