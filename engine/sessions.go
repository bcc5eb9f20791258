package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/extract"
)

// maxAttached is how many documents one call attaches.
const maxAttached = 500

// Sessions returns a page of the sessions of all workspaces that the actor may read, oldest first, and how many there
// are in all.
func (e *Engine) Sessions(ctx context.Context, limit, offset int) (list []catalog.Session, total int, err error) {
	workspaces, err := e.Workspaces(ctx)
	if err != nil {
		return nil, 0, err
	}
	return e.store.Sessions(ctx, workspaces, limit, offset)
}

// CreateSession makes a session. Invalid names the fields name and workspace_id; a workspace that the actor may not know
// of is such a violation.
func (e *Engine) CreateSession(ctx context.Context, workspaceID, name string) (catalog.Session, error) {
	var wrong wrongFields
	wrong.checkText("name", name, 1, maxName)
	switch err := e.mayStartSession(ctx, workspaceID); {
	case catalog.CodeOf(err) == catalog.NotFound:
		wrong.add("workspace_id", "names no workspace of yours")
	case err != nil:
		return catalog.Session{}, err
	}
	if err := wrong.err(); err != nil {
		return catalog.Session{}, err
	}
	return e.store.CreateSession(ctx, workspaceID, strings.TrimSpace(name))
}

func (e *Engine) mayStartSession(ctx context.Context, workspaceID string) error {
	if !catalog.ValidID(workspaceID) {
		return unknown("workspace", workspaceID)
	}
	return e.may(ctx, workspaceID, catalog.ActionWriteSessions)
}

// DeleteSession removes a session; the documents attached to it stay.
func (e *Engine) DeleteSession(ctx context.Context, id string) error {
	if _, err := e.session(ctx, id, catalog.ActionWriteSessions); err != nil {
		return err
	}
	return e.store.DeleteSession(ctx, id)
}

// SessionDocuments returns a page of what is attached to a session, attached first, first, and how many there are in
// all. Documents in the trash are left out until they are restored.
func (e *Engine) SessionDocuments(ctx context.Context, id string, limit, offset int) ([]catalog.SessionDocument, int, error) {
	if _, err := e.session(ctx, id, catalog.ActionRead); err != nil {
		return nil, 0, err
	}
	reading := e.reading()
	contents, total, err := e.store.SessionContents(ctx, id, limit, offset)
	if err != nil {
		return nil, 0, err
	}
	list, err := e.withParsings(ctx, reading, contents)
	return list, total, err
}

// Attach attaches documents of the session's workspace and returns them in the order given, each once; those that are
// attached already stay where they are. Invalid when there is none or more than 500, and when some are unknown or of
// another workspace; it names these by their place in document_ids, and nothing is attached.
func (e *Engine) Attach(ctx context.Context, id string, documentIDs []string) ([]catalog.SessionDocument, error) {
	if _, err := e.session(ctx, id, catalog.ActionWriteSessions); err != nil {
		return nil, err
	}
	if err := checkAttached(documentIDs); err != nil {
		return nil, err
	}
	var once []string
	for _, documentID := range documentIDs {
		if !slices.Contains(once, documentID) {
			once = append(once, documentID)
		}
	}
	reading := e.reading()
	keys, unknown, err := e.store.Attach(ctx, id, once)
	if err != nil {
		return nil, err
	}
	if len(unknown) > 0 {
		return nil, unknownDocuments(documentIDs, unknown)
	}
	contents, err := e.store.Contents(ctx, keys)
	if err != nil {
		return nil, err
	}
	return e.withParsings(ctx, reading, contents)
}

func checkAttached(documentIDs []string) error {
	var wrong wrongFields
	switch {
	case len(documentIDs) == 0:
		wrong.add("document_ids", "must name at least one document")
	case len(documentIDs) > maxAttached:
		wrong.add("document_ids", "must name at most "+strconv.Itoa(maxAttached)+" documents")
	}
	return wrong.err()
}

// unknownDocuments is Invalid for ids that name no document of the session's workspace.
func unknownDocuments(documentIDs, unknown []string) error {
	var wrong wrongFields
	for i, id := range documentIDs {
		if slices.Contains(unknown, id) {
			wrong.add(element("document_ids", i), "names no document of the session's workspace")
		}
	}
	named := strings.ToValidUTF8(unknown[0], "\uFFFD")
	if more := len(unknown) - 1; more > 0 {
		named += " and " + strconv.Itoa(more) + " more"
	}
	return &catalog.Error{Code: catalog.Invalid, Message: "The session's workspace has no document " + named + "; nothing was attached.", Fields: wrong}
}

// Detach takes a document out of a session; one that is not attached is no error. NotFound for a session or a document
// of its workspace that does not exist.
func (e *Engine) Detach(ctx context.Context, id, documentID string) error {
	if _, err := e.session(ctx, id, catalog.ActionWriteSessions); err != nil {
		return err
	}
	if !catalog.ValidID(documentID) {
		return unknown("document", documentID)
	}
	return e.store.Detach(ctx, id, documentID)
}

// session returns a session in whose workspace the actor may act. One in a workspace that the actor may not know of is
// as unknown as one that does not exist.
func (e *Engine) session(ctx context.Context, id string, action catalog.Action) (catalog.Session, error) {
	if _, err := caller(ctx); err != nil {
		return catalog.Session{}, err
	}
	if !catalog.ValidID(id) {
		return catalog.Session{}, unknown("session", id)
	}
	session, err := e.store.Session(ctx, id)
	if err == nil {
		err = e.may(ctx, session.WorkspaceID, action)
	}
	if catalog.CodeOf(err) == catalog.NotFound {
		err = unknown("session", id)
	}
	return session, err
}

// withParsings tells of contents what is done with them now and which runs of extraction there were.
func (e *Engine) withParsings(ctx context.Context, now reading, contents []catalog.Content) ([]catalog.SessionDocument, error) {
	now.tell(contents)
	runs, err := e.store.Parsings(ctx, contents)
	if err != nil {
		return nil, err
	}
	list := make([]catalog.SessionDocument, len(contents))
	for i, c := range contents {
		list[i] = catalog.SessionDocument{Content: c, Parsings: withPresent(c, runs[c.Key], now[c.Key])}
	}
	return list, nil
}

// withPresent adds the run that is under way or still to come, which is no row: it takes the place of an earlier one
// with the same configuration. since is when its reading began.
func withPresent(c catalog.Content, runs []catalog.Parsing, since time.Time) []catalog.Parsing {
	present := catalog.NewParsing(c.ID, extract.Config(), catalog.ParsingQueued, c.UpdatedAt)
	switch c.Status {
	case catalog.StatusUploaded:
	case catalog.StatusProcessing:
		present.Status, present.UpdatedAt = catalog.ParsingProcessing, since.UTC().Truncate(time.Second)
	default:
		return runs
	}
	if i := slices.IndexFunc(runs, func(p catalog.Parsing) bool { return p.ID == present.ID }); i >= 0 {
		if runs[i].UpdatedAt.After(present.UpdatedAt) { // read before, and marked to be read again since
			present.UpdatedAt = runs[i].UpdatedAt
		}
		runs = slices.Delete(runs, i, i+1)
	}
	return append(runs, present)
}
