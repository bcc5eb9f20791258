package documentsets

import (
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	sampleID           = "01974c5e-6f00-7b11-8a2c-1f2e3d4c5b6a"
	sampleOrganization = "01974c5e-6f00-7b11-8a2c-4d6e8f0a1b2c"
	sampleDocument     = "01974c5e-7a10-7c42-9d3e-5b8f0a1c2d3e"
)

var sampleTime = time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)

var (
	listExample = &web.Example{Response: SetList{[]Set{{ID: sampleID, Name: "Q4 Contracts", OrganizationID: sampleOrganization,
		Details: new("Signed and countersigned"), Documents: []string{sampleDocument}, Version: 4}}}}
	createExample = &web.Example{Request: CreateRequest{WorkspaceName: new("Q4 Contracts")},
		Response: Set{ID: sampleID, Name: "Q4 Contracts", OrganizationID: sampleOrganization, Version: 1}}
	getExample = &web.Example{Target: Base + "/" + sampleID, Response: SetContents{
		Users: []User{{"01974c5e-6f00-7b11-8a2c-3c5d7e9f1a2b", "ada@example.org"}},
		DocumentSet: []Document{{ID: sampleDocument, SetName: "Q4 Contracts", OrganizationID: sampleOrganization, User: "ada@example.org", Status: catalog.StatusProcessed,
			Name: "lease.pdf", Type: "application/pdf", CreatedAt: sampleTime, UpdatedAt: sampleTime}}}}
)
