package mcp

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// tools adds tools to one server.
type tools struct {
	server *sdk.Server
	desk   Desk
	log    *slog.Logger
	ending context.Context // when it ends, so do questions under way

	lengths *lengths
}

// readable is a result that can also be read as text.
type readable interface{ text() string }

// add adds a tool that asks the desk. Its schemas are those of In and Out, which adjust may make narrower than the types
// are. A schema that cannot be made is a mistake in this package and panics.
func add[In any, Out readable](t tools, tool sdk.Tool, adjust func(in, out *jsonschema.Schema), ask func(context.Context, *client.Client, In) (Out, error)) {
	in, out := schemaOf[In](), schemaOf[Out]()
	adjust(in, out)
	accepted, err := newArguments(in)
	if err != nil {
		panic(fmt.Sprintf("mcp: the arguments of %s: %v", tool.Name, err))
	}
	closed := false
	tool.InputSchema, tool.OutputSchema = in, out
	tool.Annotations = &sdk.ToolAnnotations{Title: tool.Title, ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &closed, OpenWorldHint: &closed}
	t.server.AddTool(&tool, func(ctx context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
		var given In
		if err := accepted.read(r.Params.Arguments, &given); err != nil {
			return t.refusal(tool.Name, err), nil
		}
		var found Out
		err := t.ask(ctx, func(ctx context.Context, desk *client.Client) (err error) {
			found, err = ask(ctx, desk, given)
			return err
		})
		if err != nil {
			return t.refusal(tool.Name, err), nil
		}
		return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: found.text()}}, StructuredContent: found}, nil
	})
}

// ask puts a question to the desk, which also ends when the server does.
func (t tools) ask(ctx context.Context, question func(context.Context, *client.Client) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.ending, cancel)()
	return t.desk(ctx, func(desk *client.Client) error { return question(ctx, desk) })
}

// refusal is the result of a tool that failed: one sentence that says what to do.
func (t tools) refusal(tool string, err error) *sdk.CallToolResult {
	t.note(tool, err)
	return &sdk.CallToolResult{IsError: true, Content: []sdk.Content{&sdk.TextContent{Text: catalog.PlainLine(catalog.MessageOf(err))}}}
}

// note logs a failure that is not the caller's.
func (t tools) note(tool string, err error) {
	switch code := catalog.CodeOf(err); code {
	case catalog.Internal, catalog.Corrupt, catalog.Unavailable:
		t.log.Warn("a tool failed", "tool", tool, "code", string(code), "error", err)
	}
}

// schemaOf is the JSON schema of a type. The library lets a list be null; ours never are.
func schemaOf[T any]() *jsonschema.Schema {
	schema, err := jsonschema.For[T](nil)
	if err != nil {
		panic(fmt.Sprintf("mcp: %v", err))
	}
	withoutNullLists(schema)
	return schema
}

func withoutNullLists(s *jsonschema.Schema) {
	if s.Items != nil {
		s.Type, s.Types = "array", nil
		withoutNullLists(s.Items)
	}
	for _, property := range s.Properties {
		withoutNullLists(property)
	}
}

// oneOf makes a property's values a fixed set.
func oneOf[T ~string](property *jsonschema.Schema, values ...T) {
	for _, v := range values {
		property.Enum = append(property.Enum, string(v))
	}
}

// within makes a property a whole number from least to most.
func within(property *jsonschema.Schema, least, most float64) {
	property.Minimum, property.Maximum = &least, &most
}
