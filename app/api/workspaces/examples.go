package workspaces

import (
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
)

const (
	sampleID   = "660e8400-e29b-41d4-a716-446655440000"
	sampleUser = "880e8400-e29b-41d4-a716-446655440000"
)

// sample is the workspace of the examples.
func sample(name, description, icon, color string) Workspace {
	return Workspace{ID: sampleID, Name: name, Description: &description, Icon: &icon, Color: &color, OwnerID: sampleUser,
		CreatedAt: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), UpdatedAt: time.Date(2025, 1, 15, 10, 30, 0, 0, time.UTC),
		DataspaceID: "sds-4f1c02ab", Role: "OWNER"}
}

var made = sample("New Workspace", "A workspace for the team", "🚀", "#FF5733")

var (
	listExample   = &web.Example{Response: List[Workspace]{true, []Workspace{made}}}
	createExample = &web.Example{Request: CreateRequest{Name: made.Name, Description: *made.Description, Icon: *made.Icon, Color: *made.Color}, Response: Answer[Workspace]{true, made}}
	getExample    = &web.Example{Target: Base + "/" + sampleID, Response: Answer[Workspace]{true, made}}
	updateExample = &web.Example{Target: Base + "/" + sampleID,
		Request:  UpdateRequest{Name: new("Updated Name"), Description: new("Updated description"), Icon: new("📋"), Color: new("#28A745"), IsArchived: new(false)},
		Response: Answer[Workspace]{true, sample("Updated Name", "Updated description", "📋", "#28A745")}}
	deleteExample = &web.Example{Target: Base + "/" + sampleID, Response: Done{Success: true}}

	membersExample = &web.Example{Target: Base + "/" + sampleID + "/members", Response: List[Member]{true, []Member{{sampleUser, "ada@example.org", "OWNER"}}}}
	addExample     = &web.Example{Target: Base + "/" + sampleID + "/members", Request: MemberRequest{Email: "ben@example.org", Role: "EDITOR"},
		Response: Answer[Member]{true, Member{"990e8400-e29b-41d4-a716-446655440000", "ben@example.org", "EDITOR"}}}
)
