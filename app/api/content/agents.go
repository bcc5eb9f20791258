package content

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Agent is a set of instructions under which questions are answered.
type Agent struct {
	ID           string `json:"id" format:"uuid"`
	Name         string `json:"name"`
	Instructions string `json:"instructions"`
}

func agentOf(a catalog.Agent) Agent {
	return Agent{ID: a.ID, Name: a.Name, Instructions: a.Instructions}
}

// AgentList answers listAgents.
type AgentList struct {
	Agents []Agent `json:"agents"`
}

// AgentRequest describes an agent to make.
type AgentRequest struct {
	Name         string `json:"name" minLength:"1" maxLength:"255"`
	Instructions string `json:"instructions" minLength:"1" maxLength:"100000"`
}

// AgentChange changes what is present.
type AgentChange struct {
	Name         *string `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Instructions *string `json:"instructions,omitempty" minLength:"1" maxLength:"100000"`
}

// agentRoutes are the operations on agents.
func (a *API) agentRoutes() []web.Route {
	reads, writes := web.Needs("content-read"), web.Needs("content-write")
	return []web.Route{
		{Name: "listAgents", Method: "GET", Path: Base + "/agents", Access: reads, Summary: "The caller's agents, the built-in one first.",
			Response: AgentList{}, Statuses: []int{http.StatusOK}, Serve: a.listAgents},
		{Name: "createAgent", Method: "POST", Path: Base + "/agents", Access: writes, Summary: "A new agent of the caller; 409 when the name is taken.",
			Request: AgentRequest{}, Response: Agent{}, Statuses: []int{http.StatusCreated}, Serve: a.createAgent},
		{Name: "getAgent", Method: "GET", Path: Base + "/agents/{agentId}", Access: reads, Summary: "One agent.",
			Response: Agent{}, Statuses: []int{http.StatusOK}, Serve: a.getAgent},
		{Name: "updateAgent", Method: "PUT", Path: Base + "/agents/{agentId}", Access: writes, Summary: "Changes what is present in the body; 409 for the built-in agent.",
			Request: AgentChange{}, Response: Agent{}, Statuses: []int{http.StatusOK}, Serve: a.updateAgent},
		{Name: "deleteAgent", Method: "DELETE", Path: Base + "/agents/{agentId}", Access: writes, Summary: "Removes an agent; 409 for the built-in one.",
			Statuses: []int{http.StatusNoContent}, Serve: a.deleteAgent},
	}
}

func (a *API) listAgents(w http.ResponseWriter, r *http.Request) error {
	list, err := a.engine.Agents(r.Context())
	if err != nil {
		return err
	}
	answer := AgentList{Agents: make([]Agent, len(list))}
	for i, agent := range list {
		answer.Agents[i] = agentOf(agent)
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) createAgent(w http.ResponseWriter, r *http.Request) error {
	var in AgentRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	agent, err := a.engine.CreateAgent(r.Context(), in.Name, in.Instructions)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusCreated, agentOf(agent))
	return nil
}

func (a *API) getAgent(w http.ResponseWriter, r *http.Request) error {
	agent, err := a.engine.Agent(r.Context(), r.PathValue("agentId"))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, agentOf(agent))
	return nil
}

func (a *API) updateAgent(w http.ResponseWriter, r *http.Request) error {
	var in AgentChange
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	agent, err := a.engine.UpdateAgent(r.Context(), r.PathValue("agentId"), catalog.AgentChange(in))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, agentOf(agent))
	return nil
}

func (a *API) deleteAgent(w http.ResponseWriter, r *http.Request) error {
	if err := a.engine.DeleteAgent(r.Context(), r.PathValue("agentId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
