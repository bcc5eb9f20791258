package desk

import (
	"encoding/json"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// The examples tell one story: a note about a garden is imported, found, and asked about.
const (
	sampleContent   = "01974c5e-7a10-7c42-9d3e-5b8f0a1c2d3e"
	sampleWorkspace = "01974c5e-6f00-7b11-8a2c-1f2e3d4c5b6a"
	sampleCategory  = "01974c5e-7000-7a10-9b3d-2e4f6a8c0d1e"
	sampleTask      = "01974c5e-7c33-7e64-bf5a-7d0a2c3e4f5a"
	sampleNote      = "The water meter stands behind the shed."
)

var sampleTime = time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)

var importExample = &web.Example{Target: Base + "/contents?name=meter.txt", Request: sampleNote}

var searchExample = &web.Example{
	Request: SearchRequest{Query: "water meter", Filter: json.RawMessage(`{"fileName":{"endsWith":".txt"}}`), Limit: 5},
	Response: catalog.SearchResult{Query: "water meter", Total: 1, TookMs: 3.2, Hits: []catalog.Hit{{Rank: 1, ContentID: sampleContent, WorkspaceID: sampleWorkspace,
		FileName: "meter.txt", FileFormat: "text/plain", Page: 1, End: 39, Snippet: sampleNote, Marks: []catalog.Span{{Start: 4, End: 9}, {Start: 10, End: 15}}, Score: 1, State: catalog.HitCurrent}}},
}

var askExample = &web.Example{Request: AskRequest{Query: "Where does the water meter stand?"}}

var contentExample = &web.Example{Target: Base + "/contents/" + sampleContent, Response: catalog.ContentDetail{
	Content: catalog.Content{ID: sampleContent, WorkspaceID: sampleWorkspace, CategoryID: sampleCategory, FileName: "water-bill.txt", FileFormat: "text/plain", Size: 24,
		SHA256: "bc2f8f1c2d4a0f66d2f3f0a1a0d9e2c5b7a8c9d0e1f2a3b4c5d6e7f8091a2b3c", Source: catalog.SourceUpload, Metadata: map[string]any{"total": 41.5},
		Inference: map[string]any{"total": sampleTask}, AddedBy: "01974c5e-6f00-7b11-8a2c-3c5d7e9f1a2b", Status: catalog.StatusProcessed, PageCount: 1, CreatedAt: sampleTime, UpdatedAt: sampleTime},
	Inferred: []catalog.InferredValue{{Name: "total", Value: 41.5, Confidence: 0.95, Page: 1, Start: 18, End: 24, TaskExecutionID: sampleTask, Method: "label"}},
}}

var relatedExample = &web.Example{Target: Base + "/contents/" + sampleContent + "/related", Response: catalog.Related{
	Duplicates:     []catalog.RelatedContent{},
	NearDuplicates: []catalog.RelatedContent{{ContentID: "01974c5e-7b22-7d53-ae4f-6c9f1b2d3e4f", FileName: "water-bill (2).txt", CreatedAt: sampleTime, Similarity: 0.91}},
	Versions:       []catalog.RelatedContent{},
}}

var pageExample = &web.Example{Target: Base + "/contents/" + sampleContent + "/pages/1",
	Response: catalog.Page{Number: 1, Text: sampleNote, Blocks: []catalog.Block{{Kind: catalog.BlockParagraph, Span: catalog.Span{End: 39}}}}}

var workspaceExample = &web.Example{
	Request: WorkspaceRequest{Name: "Garden"},
	Response: catalog.Workspace{ID: sampleWorkspace, Name: "Garden", DataspaceID: "sds-4f1c02ab", Role: catalog.RoleOwner, OwnerID: "01974c5e-6f00-7b11-8a2c-3c5d7e9f1a2b",
		Organization: "01974c5e-6f00-7b11-8a2c-4d6e8f0a1b2c", Version: 1, CreatedAt: sampleTime, UpdatedAt: sampleTime},
}

var tokenExample = &web.Example{Request: TokenRequest{Name: "reader", Abilities: []string{"content-read", "content-query"}, ExpiresInSeconds: 90 * 24 * 60 * 60}}

var passwordExample = &web.Example{Request: PasswordRequest{Password: "springtide"}, Response: catalog.Password{ID: "01974c5e-7e55-7a86-8f6b-9c2d4e5f6a7b", ContentID: sampleContent, AddedAt: sampleTime}}
