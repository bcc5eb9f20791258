package mcp

import (
	"context"
	"encoding/json"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// The longest query and question, and the longest name of a workspace, in code points.
const maxQuery, maxName = 10_000, 255

// filterHelp describes the filter argument of search and ask.
const filterHelp = `Only documents that this filter admits, for example {"fileName": {"endsWith": ".pdf"}, "updatedAt": {"gte": "2026-01-01"}}. ` +
	`Fields: fileName, fileFormat (a MIME type), createdAt, updatedAt, contentId, categoryId, metadata.NAME. ` +
	`Operators: eq, ne, gt, gte, lt, lte, between, in, nin, contains, startsWith, endsWith, exists; a bare value means eq; several conditions must all hold.`

// workspaceHelp describes the workspace argument of search and ask.
const workspaceHelp = "Only this workspace, by id or by name. Absent: all of them."

// words makes a property a text that says something.
func words(property *jsonschema.Schema) {
	property.Pattern, property.MaxLength = `\S`, jsonschema.Ptr(maxQuery)
}

// describeScope adds what both search and ask say about where to look.
func describeScope(in *jsonschema.Schema) {
	in.Properties["workspace"].Description, in.Properties["workspace"].MaxLength = workspaceHelp, jsonschema.Ptr(maxName)
	in.Properties["filter"].Description = filterHelp
}

// question is what the desk is asked.
func question(ctx context.Context, desk *client.Client, text, workspace string, filter map[string]any) (client.Question, error) {
	q := client.Question{Query: text}
	if filter != nil {
		raw, err := json.Marshal(filter)
		if err != nil {
			return q, catalog.WrapError(catalog.Invalid, "The filter cannot be written as JSON.", err)
		}
		q.Filter = raw
	}
	if workspace == "" {
		return q, nil
	}
	id, err := workspaceID(ctx, desk, workspace)
	q.Workspaces = []string{id}
	return q, err
}

// workspaceID resolves a reference. An id needs no resolving, and so none of the abilities that it takes.
func workspaceID(ctx context.Context, desk *client.Client, ref string) (string, error) {
	if catalog.ValidID(ref) {
		return ref, nil
	}
	w, err := desk.ResolveWorkspace(ctx, ref)
	switch catalog.CodeOf(err) {
	case catalog.NotFound:
		return "", catalog.Errorf(catalog.NotFound, "There is no workspace %s; list_workspaces shows those there are.", named(shortened(ref)))
	case catalog.Denied:
		return "", catalog.Errorf(catalog.Denied, "This token may not look up workspaces by name; give the id of one, or leave workspace out.")
	}
	return w.ID, err
}

// states are those that a passage can be in.
var states = []catalog.HitState{catalog.HitCurrent, catalog.HitChanged, catalog.HitMissing, catalog.HitOffline, catalog.HitRemote}

// stateHelp says what they mean.
const stateHelp = "How the passage relates to its file now: current (as it was read), changed (read anew soon), missing, offline (its disk is not connected), remote (its bytes are elsewhere)."
