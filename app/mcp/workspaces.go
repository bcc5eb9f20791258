package mcp

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

type noArguments struct{}

// workspaces is the result of list_workspaces.
type workspaces struct {
	Workspaces []workspace `json:"workspaces" jsonschema:"Oldest first."`
}

type workspace struct {
	ID            string       `json:"id" jsonschema:"What search and ask take as workspace."`
	Name          string       `json:"name"`
	Role          catalog.Role `json:"role" jsonschema:"What the caller may do there."`
	DocumentCount int          `json:"documentCount"`
	IsDefault     bool         `json:"isDefault" jsonschema:"New documents go there."`
}

func (t tools) addListWorkspaces() {
	add(t, sdk.Tool{
		Name:        "list_workspaces",
		Title:       "List the workspaces",
		Description: "Lists the workspaces that can be searched: sets of documents that belong together, with how many documents each has.",
	}, func(_, out *jsonschema.Schema) {
		oneOf(out.Properties["workspaces"].Items.Properties["role"], append([]catalog.Role{catalog.RoleNone}, catalog.Roles...)...)
	}, listWorkspaces)
}

func listWorkspaces(ctx context.Context, desk *client.Client, _ noArguments) (workspaces, error) {
	list, err := desk.Workspaces(ctx)
	found := workspaces{Workspaces: make([]workspace, len(list))}
	for i, w := range list {
		found.Workspaces[i] = workspace{w.ID, catalog.PlainLine(w.Name), w.Role, w.DocumentCount, w.IsDefault}
	}
	return found, err
}

func (w workspaces) text() string {
	var b strings.Builder
	for _, one := range w.Workspaces {
		fmt.Fprintf(&b, "%s; id %s; %d documents; role %s", named(one.Name), one.ID, one.DocumentCount, one.Role)
		if one.IsDefault {
			b.WriteString("; the default")
		}
		b.WriteString("\n")
	}
	if len(w.Workspaces) == 0 {
		b.WriteString("There are no workspaces that this token may see.\n")
	}
	return b.String()
}
