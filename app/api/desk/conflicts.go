package desk

import (
	"context"
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// ConflictList answers listConflicts.
type ConflictList struct {
	Conflicts []catalog.DocumentConflict `json:"conflicts"`
	Total     int                        `json:"total"`
}

// Resolved answers resolveConflict: the documents that other versions became.
type Resolved struct {
	Made []catalog.Content `json:"made"`
}

// conflictRoutes are the operations on documents that were changed on two devices at once.
func (d *Desk) conflictRoutes() []web.Route {
	return []web.Route{
		{Name: "listConflicts", Method: "GET", Path: Base + "/conflicts", Access: reads, Summary: "Documents with two versions or more, without the texts of the versions.",
			Query:    []web.Parameter{{Name: "workspace", Kind: "string", About: "id or name; absent: all that the caller may read"}},
			Response: ConflictList{}, Statuses: []int{ok}, Serve: d.listConflicts},
		{Name: "getConflict", Method: "GET", Path: Base + "/conflicts/{id}", Access: reads, Summary: "One of them, with the beginnings of the texts of its versions.",
			Long: true, Response: catalog.DocumentConflict{}, Statuses: []int{ok}, Serve: d.getConflict},
		{Name: "resolveConflict", Method: "POST", Path: Base + "/conflicts/{id}", Access: writes, Summary: "Keeps one version, or both as two documents, for everybody.",
			Request: catalog.Resolution{}, Response: Resolved{}, Statuses: []int{ok}, Serve: d.resolveConflict},
	}
}

func (d *Desk) listConflicts(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	ref := q.Text("workspace")
	if err := q.Err(); err != nil {
		return err
	}
	id, err := d.workspaceID(r, ref)
	if err != nil {
		return err
	}
	scope := catalog.Scope{}
	if id != "" {
		scope.Workspaces = []string{id}
	}
	list, total, err := d.engine.Conflicts(r.Context(), scope)
	if err != nil {
		return err
	}
	web.Write(w, ok, ConflictList{list, total})
	return nil
}

func (d *Desk) getConflict(w http.ResponseWriter, r *http.Request) error {
	one, err := d.engine.ConflictTexts(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	web.Write(w, ok, one)
	return nil
}

func (d *Desk) resolveConflict(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, ok, func(ctx context.Context, in catalog.Resolution) (Resolved, error) {
		var keep catalog.Dot
		switch {
		case in.Keep == catalog.KeepVersion && in.Dot == nil:
			return Resolved{}, web.WrongField("version", "must name the version to keep")
		case len(in.Seen) < 2:
			return Resolved{}, web.WrongField("seen", "must name the versions that were shown")
		case in.Dot != nil:
			keep = *in.Dot
		}
		made, err := d.engine.ResolveConflict(ctx, r.PathValue("id"), in.Keep, keep, in.Seen...)
		return Resolved{made}, err
	})
}
