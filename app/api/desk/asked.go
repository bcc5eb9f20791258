package desk

import (
	"context"
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// AskedList answers listQuestions.
type AskedList struct {
	Questions []catalog.Asked `json:"questions"`
	Total     int             `json:"total"`
}

// KeepRequest keeps a question that this device could not decide, for the remote to answer.
type KeepRequest struct {
	Query        string   `json:"query"`
	WorkspaceIDs []string `json:"workspaceIds,omitempty" doc:"absent: all that the caller may read"`
	Later        bool     `json:"later" doc:"the remote answers as well, once it can be reached"`
}

// questionRoutes are the operations on questions that are kept.
func (d *Desk) questionRoutes() []web.Route {
	return []web.Route{
		{Name: "listQuestions", Method: "GET", Path: Base + "/questions", Access: queries, Summary: "What the caller asked and kept, newest first, with the answers that came.",
			Query:    []web.Parameter{{Name: "limit", Kind: "integer", About: "1 to 1000, default 100"}, {Name: "offset", Kind: "integer", About: "from 0"}},
			Response: AskedList{}, Statuses: []int{ok}, Serve: d.listQuestions},
		{Name: "keepQuestion", Method: "POST", Path: Base + "/questions", Access: queries, Summary: "Keeps a question; with later the remote's answer comes by itself.",
			Request: KeepRequest{}, Response: catalog.Asked{}, Statuses: []int{created}, Serve: d.keepQuestion},
		{Name: "deleteQuestion", Method: "DELETE", Path: Base + "/questions/{id}", Access: queries, Summary: "Forgets a question and its answers.", Statuses: []int{noContent}, Serve: d.deleteQuestion},
	}
}

func (d *Desk) listQuestions(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	limit, offset := q.Int("limit", 100, 1, 1000), q.Int("offset", 0, 0, 1<<40)
	if err := q.Err(); err != nil {
		return err
	}
	list, total, err := d.engine.Questions(r.Context(), limit, offset)
	if err != nil {
		return err
	}
	web.Write(w, ok, AskedList{list, total})
	return nil
}

func (d *Desk) keepQuestion(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, created, func(ctx context.Context, in KeepRequest) (catalog.Asked, error) {
		return d.engine.KeepQuestion(ctx, catalog.Question{Scope: catalog.Scope{Workspaces: in.WorkspaceIDs}, Text: in.Query}, nil, in.Later)
	})
}

func (d *Desk) deleteQuestion(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.engine.DeleteQuestion(r.Context(), r.PathValue("id")))
}
