package desk

import (
	_ "embed"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

//go:generate go test -tags sqlite_fts5 -run TestDocumentIsCurrent . -update

//go:embed openapi.json
var document []byte

// Document is the OpenAPI 3.1 document of all operations, as committed; a test fails when it is not what the table of
// routes says.
func Document() []byte { return document }

// describe makes the document from the table of routes.
func describe(routes []route) ([]byte, error) {
	schemas := newSchemas()
	problem := object{"description": "What is wrong.", "content": jsonContent(schemas.of(Problem{}))}
	paths := object{}
	for _, r := range routes {
		path := Base + r.path
		item, _ := paths[path].(object)
		if item == nil {
			item = object{}
			paths[path] = item
		}
		item[strings.ToLower(r.method)] = operation(r, schemas)
	}
	return json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{
			"title":       "Sheaf",
			"version":     "1",
			"description": "The API of Sheaf's screens and command line. Offsets count Unicode code points, pages count from 1, times are UTC.",
			"license":     object{"name": "See LICENSE in the source", "identifier": "Apache-2.0"},
		},
		"servers":  []any{object{"url": "/"}},
		"security": []any{object{"bearer": []any{}}, object{"apiKey": []any{}}},
		"paths":    paths,
		"components": object{
			"schemas":   schemas.named,
			"responses": object{"Problem": problem},
			"securitySchemes": object{
				"bearer": object{"type": "http", "scheme": "bearer"},
				"apiKey": object{"type": "apiKey", "in": "header", "name": "x-api-key"},
			},
		},
	}, "", "  ")
}

type object = map[string]any

func operation(r route, schemas *schemas) object {
	answers := object{"default": object{"$ref": "#/components/responses/Problem"}}
	for _, status := range r.statuses {
		answers[strconv.Itoa(status)] = answer(r, status, schemas)
	}
	op := object{"operationId": r.name, "summary": r.summary, "responses": answers, "tags": []string{tag(r.path)}}
	if parameters := parametersOf(r); len(parameters) > 0 {
		op["parameters"] = parameters
	}
	switch {
	case r.upload:
		op["requestBody"] = object{"required": true, "content": object{"application/octet-stream": object{"schema": object{}}}}
	case r.request != nil:
		op["requestBody"] = object{"required": true, "content": jsonContent(schemas.of(r.request))}
	}
	switch r.access {
	case anyone:
		op["security"] = []any{}
	case ownerOnly:
		op["description"] = "Only for the owner of the data."
	case signed:
	default:
		op["description"] = "Needs the ability " + string(r.access) + "."
	}
	return op
}

func answer(r route, status int, schemas *schemas) object {
	said := object{"description": r.summary}
	switch {
	case status == noContent || status == 304:
	case r.media == "application/x-ndjson":
		said["content"] = object{r.media: object{"schema": schemas.of(r.response)}}
	case r.media != "":
		said["content"] = object{"*/*": object{"schema": object{}}}
	default:
		said["content"] = jsonContent(schemas.of(r.response))
	}
	return said
}

func jsonContent(schema object) object { return object{"application/json": object{"schema": schema}} }

func parametersOf(r route) []any {
	var list []any
	for segment := range strings.SplitSeq(r.path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			kind := "string"
			if name == "number" {
				kind = "integer"
			}
			list = append(list, object{"name": name, "in": "path", "required": true, "schema": object{"type": kind}})
		}
	}
	for _, p := range r.query {
		list = append(list, object{"name": p.name, "in": "query", "required": p.required, "description": p.about, "schema": object{"type": p.kind}})
	}
	return list
}

// tag groups operations by the first segment of their path.
func tag(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

// enums lists the values of text types that have a fixed set.
func enums() map[string][]any {
	return map[string][]any{
		"FolderState":   {catalog.FolderWatching, catalog.FolderPolling, catalog.FolderOffline, catalog.FolderPaused, catalog.FolderAsking},
		"ContentStatus": {catalog.StatusUploaded, catalog.StatusProcessing, catalog.StatusProcessed, catalog.StatusFailed},
		"HitState":      {catalog.HitCurrent, catalog.HitChanged, catalog.HitMissing, catalog.HitOffline, catalog.HitRemote},
		"Source":        {catalog.SourceUpload, catalog.SourceFolder, catalog.SourceURL},
		"Role":          {catalog.RoleViewer, catalog.RoleEditor, catalog.RoleAdmin, catalog.RoleOwner, catalog.RoleNone},
		"BlockKind":     {catalog.BlockParagraph, catalog.BlockHeading, catalog.BlockListItem, catalog.BlockTableRow, catalog.BlockCode},
		"Code": {catalog.Invalid, catalog.Unauthenticated, catalog.Denied, catalog.NotFound, catalog.Conflict, catalog.TooLarge,
			catalog.NeedsConsent, catalog.Unavailable, catalog.Unsupported, catalog.Corrupt, catalog.Internal},
	}
}

var timeType = typeOf[time.Time]()
