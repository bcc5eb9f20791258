package mcp

import (
	"context"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// documentAddress begins the address of every document.
const documentAddress = "sheaf://document/"

// addDocumentResource lets a client attach a document by its id. There is no list: a person may have a million, and
// search finds them.
func (t tools) addDocumentResource() {
	t.server.AddResourceTemplate(&sdk.ResourceTemplate{
		Name:        "document",
		Title:       "Document",
		Description: "The text of a document by its contentId, a form feed between pages. Its _meta says when it is truncated; fetch_document gives the rest.",
		MIMEType:    "text/plain",
		URITemplate: documentAddress + "{id}",
	}, t.readDocument)
}

func (t tools) readDocument(ctx context.Context, r *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	var d document
	err := t.ask(ctx, func(ctx context.Context, desk *client.Client) (err error) {
		d, err = t.fetchDocument(ctx, desk, fetchArguments{ID: strings.TrimPrefix(r.Params.URI, documentAddress), Limit: maxText})
		return err
	})
	switch catalog.CodeOf(err) {
	case "":
	case catalog.NotFound:
		return nil, sdk.ResourceNotFoundError(r.Params.URI)
	default:
		t.note("read document", err)
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: catalog.PlainLine(catalog.MessageOf(err))}
	}
	return &sdk.ReadResourceResult{Cacheable: sdk.Cacheable{CacheScope: "private"}, Contents: []*sdk.ResourceContents{{
		URI: r.Params.URI, MIMEType: "text/plain", Text: d.Text,
		Meta: sdk.Meta{"fileName": d.FileName, "pages": d.Pages, "truncated": d.Truncated},
	}}}, nil
}
