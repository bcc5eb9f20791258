package catalog

import "time"

// ResearchAgentName is the name of the agent that is always there.
const ResearchAgentName = "Research Assistant Agent"

// researchInstructions is what the built-in agent is told.
const researchInstructions = "Answer from the documents alone. Quote what they say, cite the place, and say so when they hold no answer."

// Agent is a set of instructions under which questions are answered. It belongs to one person; the built-in one is
// everybody's.
type Agent struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Instructions string    `json:"instructions"`
	BuiltIn      bool      `json:"builtIn"`
	CreatedAt    time.Time `json:"createdAt"` // zero for the built-in one
	UpdatedAt    time.Time `json:"updatedAt"`
}

// ResearchAgent is the built-in agent of an organization.
func ResearchAgent(organizationID string) Agent {
	return Agent{ID: DerivedID("agent", organizationID), Name: ResearchAgentName, Instructions: researchInstructions, BuiltIn: true}
}

// AgentChange is a partial update: nil leaves a field as it is.
type AgentChange struct {
	Name         *string
	Instructions *string
}

// Library is a collection of web pages of one person.
type Library struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	URLs      []string  `json:"urls"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// LibraryChange is a partial update: nil leaves a field as it is.
type LibraryChange struct {
	Name *string
	URLs []string
}
