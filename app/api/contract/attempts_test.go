package contract

import (
	"net/http"
	"strings"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// attempts makes, for every operation, a request that is right for whoever may make it, on things of its own.
var attempts = map[string]func(m *matrix, c caller) *http.Request{
	"workspacesList": func(m *matrix, _ caller) *http.Request { return m.request("GET", workspacesBase, nil) },
	"workspacesCreate": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", workspacesBase, named(m, "Workspace"))
	},
	"workspacesGet": func(m *matrix, _ caller) *http.Request {
		return m.request("GET", workspacesBase+"/"+m.workspace.ID, nil)
	},
	"workspacesUpdate": func(m *matrix, _ caller) *http.Request {
		return m.request("PUT", workspacesBase+"/"+m.workspace.ID, named(m, "Renamed"))
	},
	"workspacesDelete": func(m *matrix, _ caller) *http.Request {
		return m.request("DELETE", workspacesBase+"/"+m.shared().ID, nil)
	},
	"workspacesListMembers": func(m *matrix, _ caller) *http.Request {
		return m.request("GET", workspacesBase+"/"+m.workspace.ID+"/members", nil)
	},
	"workspacesAddMember": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", workspacesBase+"/"+m.workspace.ID+"/members", map[string]any{"userId": m.newcomer().ID, "role": "VIEWER"})
	},
	"workspacesChangeMember": func(m *matrix, _ caller) *http.Request {
		return m.request("PUT", workspacesBase+"/"+m.workspace.ID+"/members/"+m.viewer().ID, map[string]any{"role": "EDITOR"})
	},
	"workspacesRemoveMember": func(m *matrix, _ caller) *http.Request {
		return m.request("DELETE", workspacesBase+"/"+m.workspace.ID+"/members/"+m.viewer().ID, nil)
	},

	"listDocumentSets": func(m *matrix, _ caller) *http.Request { return m.request("GET", setsBase, nil) },
	"createDocumentSet": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", setsBase, map[string]any{"workspace_name": m.name("Set")})
	},
	"getDocumentSet": func(m *matrix, _ caller) *http.Request { return m.request("GET", setsBase+"/"+m.workspace.ID, nil) },

	"listSessions": func(m *matrix, _ caller) *http.Request { return m.request("GET", sessionsBase, nil) },
	"createSession": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", sessionsBase, map[string]any{"workspace_id": m.workspace.ID, "name": m.name("Session")})
	},
	"deleteSession": func(m *matrix, _ caller) *http.Request { return m.request("DELETE", sessionsBase+"/"+m.session(), nil) },
	"listSessionDocuments": func(m *matrix, _ caller) *http.Request {
		return m.request("GET", sessionsBase+"/"+m.session()+"/documents", nil)
	},
	"attachSessionDocuments": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", sessionsBase+"/"+m.session()+"/documents/attach", map[string]any{"document_ids": []string{m.content()}})
	},
	"addSessionDocuments": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", sessionsBase+"/"+m.session()+"/documents", map[string]any{"document_ids": []string{m.content()}})
	},
	"detachSessionDocument": func(m *matrix, _ caller) *http.Request {
		session, content := m.session(), m.content()
		m.call(200, "POST", sessionsBase+"/"+session+"/documents/attach", map[string]any{"document_ids": []string{content}})
		return m.request("DELETE", sessionsBase+"/"+session+"/documents/"+content, nil)
	},

	"listProjects": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.of("projects"), nil) },
	"createProject": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", m.of("projects"), named(m, "Project"))
	},
	"getProject":    func(m *matrix, _ caller) *http.Request { return m.request("GET", m.project(), nil) },
	"updateProject": func(m *matrix, _ caller) *http.Request { return m.request("PUT", m.project(), named(m, "Project")) },
	"deleteProject": func(m *matrix, _ caller) *http.Request { return m.request("DELETE", m.project(), nil) },
	"listProjectContent": func(m *matrix, _ caller) *http.Request {
		return m.request("GET", m.project()+"/content", nil)
	},
	"addProjectContent": func(m *matrix, _ caller) *http.Request {
		return m.request("PUT", m.project()+"/content/"+m.content(), nil)
	},
	"removeProjectContent": func(m *matrix, _ caller) *http.Request {
		project, content := m.project(), m.content()
		m.call(204, "PUT", project+"/content/"+content, nil)
		return m.request("DELETE", project+"/content/"+content, nil)
	},

	"listCategories": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.of("categories"), nil) },
	"createCategory": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", m.of("categories"), named(m, "Category"))
	},
	"getCategory": func(m *matrix, _ caller) *http.Request {
		return m.request("GET", m.of("categories")+"/"+m.category(), nil)
	},
	"updateCategory": func(m *matrix, _ caller) *http.Request {
		return m.request("PUT", m.of("categories")+"/"+m.category(), named(m, "Category"))
	},
	"deleteCategory": func(m *matrix, _ caller) *http.Request {
		return m.request("DELETE", m.of("categories")+"/"+m.category(), nil)
	},

	"createContentItem": func(m *matrix, _ caller) *http.Request {
		return m.form(m.of("content"), formPart{name: "categoryId", value: m.category()}, formPart{"file", "some words", "note.txt", ""})
	},
	"countContentItems": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.of("content")+"/count", nil) },
	"fetchContentItems": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", m.of("content")+"/fetch", map[string]any{})
	},
	"getContentItem": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.item(), nil) },
	"updateContentItem": func(m *matrix, _ caller) *http.Request {
		return m.request("PUT", m.item(), map[string]any{"metadata": map[string]any{"seen": true}})
	},
	"deleteContentItem":   func(m *matrix, _ caller) *http.Request { return m.request("DELETE", m.item(), nil) },
	"downloadContentItem": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.item()+"/download", nil) },
	"getContentThumbnail": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.item()+"/thumbnail", nil) },

	"listWorkflows": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.of("workflows"), nil) },
	"createWorkflow": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", m.of("workflows"), workflowOf(m))
	},
	"getWorkflow": func(m *matrix, _ caller) *http.Request { return m.request("GET", m.workflow(), nil) },
	"updateWorkflow": func(m *matrix, _ caller) *http.Request {
		return m.request("PUT", m.workflow(), workflowOf(m))
	},
	"deleteWorkflow": func(m *matrix, _ caller) *http.Request { return m.request("DELETE", m.workflow(), nil) },
	"ingestContent":  func(m *matrix, _ caller) *http.Request { return m.request("POST", m.ingestion(), nil) },
	"getWorkflowExecution": func(m *matrix, _ caller) *http.Request {
		return m.request("GET", "/api/workflow-executions/"+m.call(200, "POST", m.ingestion(), nil).text("id"), nil)
	},

	"listAgents":  func(m *matrix, _ caller) *http.Request { return m.request("GET", "/api/agents", nil) },
	"createAgent": func(m *matrix, _ caller) *http.Request { return m.request("POST", "/api/agents", agentOf(m)) },
	"getAgent":    func(m *matrix, c caller) *http.Request { return m.request("GET", "/api/agents/"+m.agent(c), nil) },
	"updateAgent": func(m *matrix, c caller) *http.Request {
		return m.request("PUT", "/api/agents/"+m.agent(c), agentOf(m))
	},
	"deleteAgent":   func(m *matrix, c caller) *http.Request { return m.request("DELETE", "/api/agents/"+m.agent(c), nil) },
	"listLibraries": func(m *matrix, _ caller) *http.Request { return m.request("GET", "/api/libraries", nil) },
	"createLibrary": func(m *matrix, _ caller) *http.Request { return m.request("POST", "/api/libraries", libraryOf(m)) },
	"getLibrary":    func(m *matrix, c caller) *http.Request { return m.request("GET", "/api/libraries/"+m.library(c), nil) },
	"updateLibrary": func(m *matrix, c caller) *http.Request {
		return m.request("PUT", "/api/libraries/"+m.library(c), libraryOf(m))
	},
	"deleteLibrary": func(m *matrix, c caller) *http.Request {
		return m.request("DELETE", "/api/libraries/"+m.library(c), nil)
	},

	"queryContent": func(m *matrix, _ caller) *http.Request {
		return m.request("POST", m.of("content")+"/query", map[string]any{"query": "Where is the stopcock?"})
	},

	"listDatasets": func(m *matrix, _ caller) *http.Request { return m.request("GET", "/v1/datasets", nil) },
}

const (
	workspacesBase = "/api/v1/workspaces"
	setsBase       = "/api/v1/document-sets"
	sessionsBase   = "/extractions/sessions"
)

// of is the path of a noun of the content family in the workspace of the matrix.
func (m *matrix) of(noun string) string { return "/api/" + noun + "/" + m.workspace.DataspaceID }

func named(m *matrix, noun string) map[string]any { return map[string]any{"name": m.name(noun)} }

func agentOf(m *matrix) map[string]any {
	return map[string]any{"name": m.name("Agent"), "instructions": "Be brief."}
}

func libraryOf(m *matrix) map[string]any {
	return map[string]any{"name": m.name("Library"), "urls": []string{"https://example.org/"}}
}

func workflowOf(m *matrix) map[string]any {
	return map[string]any{"name": m.name("Workflow"), "tasks": []string{"derive_images"}}
}

// newcomer is a user without a workspace, viewer one who is a VIEWER of the matrix's workspace.
func (m *matrix) newcomer() catalog.User {
	m.Helper()
	user, err := m.node.Engine().AddUser(m.asOwner(), unseenID()+"@example.org", "")
	if err != nil {
		m.Fatal(err)
	}
	return user
}

func (m *matrix) viewer() catalog.User {
	m.Helper()
	user := m.newcomer()
	if _, err := m.node.Engine().AddMember(m.asOwner(), m.workspace.ID, engine.MemberSpec{UserID: user.ID, Role: catalog.RoleViewer}); err != nil {
		m.Fatal(err)
	}
	return user
}

// content, session and project are new ones in the matrix's workspace.
func (m *matrix) content() string {
	m.Helper()
	return m.imported(m.workspace.ID, m.name("note")+".txt", "The stopcock is under the stairs.").ID
}

// item is the path of a new content among the items of the content family, category a new category's id.
func (m *matrix) item() string { return m.of("content") + "/" + m.content() }

func (m *matrix) category() string {
	m.Helper()
	return m.call(201, "POST", m.of("categories"), named(m, "Category")).text("id")
}

func (m *matrix) session() string {
	m.Helper()
	return m.call(201, "POST", sessionsBase, map[string]any{"workspace_id": m.workspace.ID, "name": m.name("Session")}).text("data", "id")
}

func (m *matrix) project() string {
	m.Helper()
	return m.of("projects") + "/" + m.call(201, "POST", m.of("projects"), named(m, "Project")).text("id")
}

func (m *matrix) workflow() string {
	m.Helper()
	return m.of("workflows") + "/" + m.call(201, "POST", m.of("workflows"), workflowOf(m)).text("id")
}

// ingestion is the way to begin a workflow over a new document.
func (m *matrix) ingestion() string {
	m.Helper()
	_, id, _ := strings.Cut(m.workflow(), m.workspace.DataspaceID+"/")
	return m.of("content") + "/" + m.content() + "/ingest?workflowId=" + id
}

// agent and library belong to the caller; those who cannot make one try another's.
func (m *matrix) agent(c caller) string { return m.owned(c, "/api/agents", agentOf(m)) }

func (m *matrix) library(c caller) string { return m.owned(c, "/api/libraries", libraryOf(m)) }

func (m *matrix) owned(c caller, path string, body map[string]any) string {
	m.Helper()
	r := m.request("POST", path, body)
	if c.refuse == "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return m.expect(201, r).text("id")
}
