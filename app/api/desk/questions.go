package desk

import (
	"encoding/json"
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// SearchRequest asks for passages.
type SearchRequest struct {
	Query        string          `json:"query"`
	WorkspaceIDs []string        `json:"workspaceIds,omitempty" doc:"absent: all that the caller may read"`
	Filter       json.RawMessage `json:"filter,omitempty" doc:"a content filter"`
	Limit        int             `json:"limit,omitempty" doc:"hits; default 10, at most 100"`
	Offset       int             `json:"offset,omitempty" doc:"hits to skip"`
	Prefix       bool            `json:"prefix,omitempty" doc:"the last word may be unfinished"`
}

// AskRequest asks for an answer.
type AskRequest struct {
	Query        string          `json:"query"`
	WorkspaceIDs []string        `json:"workspaceIds,omitempty"`
	Filter       json.RawMessage `json:"filter,omitempty"`
	AgentID      string          `json:"agentId,omitempty" doc:"whose instructions a language model is given; absent: the built-in agent's"`
}

func (d *Desk) search(w http.ResponseWriter, r *http.Request) error {
	var in SearchRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	filter, err := parseFilter(in.Filter)
	if err != nil {
		return err
	}
	if in.Limit < 0 || in.Limit > 100 {
		return web.WrongField("limit", "must be a whole number from 1 to 100")
	}
	if in.Offset < 0 {
		return web.WrongField("offset", "must not be negative")
	}
	find := d.engine.Search
	if in.Prefix {
		find = d.engine.SearchAsTyped
	}
	result, err := find(r.Context(), catalog.SearchRequest{
		Scope: catalog.Scope{Workspaces: in.WorkspaceIDs, Filter: filter},
		Query: in.Query, Limit: in.Limit, Offset: in.Offset,
	})
	if err != nil {
		return err
	}
	web.Write(w, ok, result)
	return nil
}

func (d *Desk) ask(w http.ResponseWriter, r *http.Request) error {
	question, err := readQuestion(w, r)
	if err != nil {
		return err
	}
	answer, err := d.engine.Ask(r.Context(), question)
	if err != nil {
		return err
	}
	web.Write(w, ok, answer)
	return nil
}

func readQuestion(w http.ResponseWriter, r *http.Request) (catalog.Question, error) {
	var in AskRequest
	if err := web.Decode(w, r, &in); err != nil {
		return catalog.Question{}, err
	}
	filter, err := parseFilter(in.Filter)
	return catalog.Question{Scope: catalog.Scope{Workspaces: in.WorkspaceIDs, Filter: filter}, Text: in.Query, AgentID: in.AgentID}, err
}

// parseFilter reads a content filter; absent and null mean none. A violation names the field within the filter.
func parseFilter(raw json.RawMessage) (*catalog.Filter, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	return catalog.ParseFilter(raw)
}
