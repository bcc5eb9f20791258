package desk

import (
	"net/http"
	"slices"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// FileList answers listFiles.
type FileList struct {
	Files []catalog.FileEntry `json:"files"`
	Total int                 `json:"total"`
}

// CoverageReport answers coverage. One of the lists is filled, as list asks.
type CoverageReport struct {
	catalog.Coverage
	Total        int                   `json:"total"`        // entries of the list that was asked for, in all; 0 without one
	Files        []catalog.FileEntry   `json:"files"`        // for list = indexed, reading, waiting, failed, excluded or skipped
	MissedEvents []catalog.MissedEntry `json:"missedEvents"` // for list = missed, newest first; the latest 1,000 are listed
}

// FailureGroupList answers listFailures.
type FailureGroupList struct {
	Groups []catalog.FailureGroup `json:"groups"`
}

var (
	pageParameters  = []web.Parameter{{Name: "limit", Kind: "integer", About: "1 to 1000, default 100"}, {Name: "offset", Kind: "integer", About: "from 0"}}
	extentParameter = web.Parameter{Name: "extent", Kind: "string", About: "part: those that were read in part only; none: those without any text"}
	fileParameters  = append([]web.Parameter{
		{Name: "folder", Kind: "string", About: "folder id"}, {Name: "state", Kind: "string", About: "indexed, reading, waiting, failed, excluded or skipped"},
		{Name: "skip", Kind: "string", About: "why names are left out: rule, cache, link, special, hidden, cloud or unreadable"},
		{Name: "reason", Kind: "string", About: "the exact sentence of a failure, or what left a name out"},
		{Name: "path", Kind: "string", About: "part of the path, case ignored"}, extentParameter}, pageParameters...)
	coverageParameters = append([]web.Parameter{
		{Name: "list", Kind: "string", About: "indexed, reading, waiting, failed, excluded, skipped or missed; absent: no list"}}, pageParameters...)
	retryParameters = []web.Parameter{{Name: "reason", Kind: "string", About: "only those with exactly this reason"}, {Name: "folder", Kind: "string", About: "only those of this folder, by its id"}}
)

func (d *Desk) listFiles(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	query := catalog.FileQuery{
		Folder: q.Text("folder"), State: catalog.FileState(q.Text("state")), Skip: catalog.Skip(q.Text("skip")),
		Reason: q.Text("reason"), Path: q.Text("path"), Extent: extentIn(q), Limit: q.Int("limit", 100, 1, 1000), Offset: q.Int("offset", 0, 0, 1<<40),
	}
	if query.State != "" && !slices.Contains(catalog.FileStates, query.State) {
		q.Add("state", "must be indexed, reading, waiting, failed, excluded or skipped")
	}
	if query.Skip != "" && !slices.Contains(catalog.Skips, query.Skip) {
		q.Add("skip", "must be rule, cache, link, special, hidden, cloud or unreadable")
	}
	if err := q.Err(); err != nil {
		return err
	}
	list, total, err := d.engine.FileStates(r.Context(), query)
	if err != nil {
		return err
	}
	web.Write(w, ok, FileList{list, total})
	return nil
}

// extentIn is the extent that a list is narrowed to.
func extentIn(q *web.Query) catalog.Extent {
	extent := catalog.Extent(q.Text("extent"))
	if extent != "" && extent != catalog.ExtentPart && extent != catalog.ExtentNone {
		q.Add("extent", "must be part or none")
	}
	return extent
}

const missedList = "missed"

func (d *Desk) coverage(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	list, limit, offset := q.Text("list"), q.Int("limit", 100, 1, 1000), q.Int("offset", 0, 0, 1<<40)
	if state := catalog.FileState(list); list != "" && list != missedList && !slices.Contains(catalog.FileStates, state) {
		q.Add("list", "must be indexed, reading, waiting, failed, excluded, skipped or missed")
	}
	if err := q.Err(); err != nil {
		return err
	}
	report := CoverageReport{Files: []catalog.FileEntry{}, MissedEvents: []catalog.MissedEntry{}}
	var err error
	if report.Coverage, err = d.engine.Coverage(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	switch list {
	case "":
	case missedList:
		report.MissedEvents, report.Total, err = d.engine.MissedEvents(r.Context(), report.FolderID, limit, offset)
	default:
		report.Files, report.Total, err = d.engine.FileStates(r.Context(),
			catalog.FileQuery{Folder: report.FolderID, State: catalog.FileState(list), Limit: limit, Offset: offset})
	}
	if err != nil {
		return err
	}
	web.Write(w, ok, report)
	return nil
}

func (d *Desk) listFailures(w http.ResponseWriter, r *http.Request) error {
	groups, err := d.engine.FailureGroups(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, FailureGroupList{groups})
	return nil
}

func (d *Desk) retryAll(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	query := catalog.FailureQuery{Folder: q.Text("folder"), Reason: q.Text("reason")}
	if err := q.Err(); err != nil {
		return err
	}
	_, err := d.engine.RetryAll(r.Context(), query)
	return done(w, err)
}
