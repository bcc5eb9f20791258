package datasets

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	limitDefault = 10
	limitMost    = 100
	offsetMost   = 1 << 40
)

// List is a page of datasets.
type List struct {
	Success bool      `json:"success"` // true
	Total   int       `json:"total" doc:"How many there are before offset and limit."`
	Data    []Dataset `json:"data"`
}

// Dataset is a content as this contract answers it. Times are milliseconds since 1970.
type Dataset struct {
	ID          string        `json:"id" pattern:"^ds_[0-9A-Za-z]{16}$"`
	WorkspaceID string        `json:"workspaceId" pattern:"^wks_[0-9A-Za-z]{16}$"`
	Type        catalog.Class `json:"type" enum:"doc|audio|video|image"`
	FileName    string        `json:"fileName" doc:"Without its extension."`
	FileExt     string        `json:"fileExt" doc:"The extension without its dot; empty when there is none."`
	FileSize    int64         `json:"fileSize"`
	ItemCount   int           `json:"itemCount" minimum:"1" doc:"Pages, sheets or slides; 1 for what has none."`
	MimeType    string        `json:"mimeType"`
	CreatedAt   int64         `json:"createdAt"`
	UpdatedAt   *int64        `json:"updatedAt"`
	ExpiresAt   *int64        `json:"expiresAt" doc:"Datasets do not expire: always null."`
	Share       Share         `json:"share"`
}

// Share is a link to a dataset's bytes.
type Share struct {
	URL       string `json:"url" format:"uri"`
	Token     string `json:"token"`
	ExpiresAt *int64 `json:"expiresAt"`
}

func listParameters() []web.Parameter {
	return []web.Parameter{
		{Name: "type", Kind: "string", About: "Only datasets of these types: doc, audio, video, image, with commas between several."},
		{Name: "offset", Kind: "integer", About: "How many to skip; default 0.", Min: new(0)},
		{Name: "limit", Kind: "integer", About: "How many to answer; default 10.", Min: new(1), Max: new(limitMost)},
		{Name: "sort", Kind: "string", About: "Properties to sort by, with commas between several and - in front for descending: " +
			strings.Join(sortable, ", ") + "; default -createdAt."},
		{Name: "expiresInSeconds", Kind: "integer", About: "How long the links are valid; default 600.", Min: new(1), Max: new(shareSecondsMost)},
	}
}

const shareSecondsMost = int(catalog.ShareLifeMost / time.Second)

// sortable are the properties that can be sorted by, and what contents are ordered by for each; expiresAt is null for
// all, so it orders nothing.
var (
	sortable = []string{"id", "workspaceId", "type", "fileName", "fileExt", "fileSize", "itemCount", "mimeType", "createdAt", "updatedAt", "expiresAt"}
	orders   = map[string]catalog.OrderField{
		"id": catalog.ByPublicID, "workspaceId": catalog.ByPublicWorkspaceID, "type": catalog.ByClass, "fileName": catalog.ByStem,
		"fileExt": catalog.ByExtension, "fileSize": catalog.BySize, "itemCount": catalog.ByItemCount, "mimeType": catalog.ByFormat,
		"createdAt": catalog.ByCreated, "updatedAt": catalog.ByUpdated,
	}
)

func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	listing, life, err := readList(r.URL)
	if err != nil {
		return err
	}
	answer, err := a.listShared(r, listing, life)
	if catalog.CodeOf(err) == catalog.NotFound { // deleted after it was listed
		answer, err = a.listShared(r, listing, life)
	}
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) listShared(r *http.Request, listing catalog.Listing, life time.Duration) (List, error) {
	contents, total, err := a.engine.List(r.Context(), listing)
	if err != nil {
		return List{}, err
	}
	ids := make([]string, len(contents))
	for i, c := range contents {
		ids[i] = c.ID
	}
	shares, err := a.engine.CreateShares(r.Context(), ids, life)
	if err != nil {
		return List{}, err
	}
	answer := List{Success: true, Total: total, Data: make([]Dataset, len(contents))}
	for i, c := range contents {
		answer.Data[i] = datasetOf(c)
		answer.Data[i].Share = Share{URL: a.links.Share(r, shares[i]), Token: shares[i].Token, ExpiresAt: new(shares[i].ExpiresAt.UnixMilli())}
	}
	return answer, nil
}

// datasetOf puts a content into the contract's words, without its link.
func datasetOf(c catalog.Content) Dataset {
	stem, extension := catalog.SplitFileName(c.FileName)
	return Dataset{
		ID: catalog.PublicID("ds_", c.ID), WorkspaceID: catalog.PublicID("wks_", c.WorkspaceID), Type: catalog.ClassOf(c.FileFormat),
		FileName: stem, FileExt: extension, FileSize: c.Size, ItemCount: c.ItemCount(), MimeType: c.FileFormat,
		CreatedAt: c.CreatedAt.UnixMilli(), UpdatedAt: new(c.UpdatedAt.UnixMilli()),
	}
}

// readList reads the parameters of a list and reports everything that is wrong with them.
func readList(address *url.URL) (l catalog.Listing, life time.Duration, err error) {
	q := web.ReadQuery(address)
	l.Offset, l.Limit = q.Int("offset", 0, 0, offsetMost), q.Int("limit", limitDefault, 1, limitMost)
	l.Classes, l.Order = readTypes(q), readSort(q)
	seconds := q.Int("expiresInSeconds", int(catalog.ShareLifeDefault/time.Second), 1, shareSecondsMost)
	return l, time.Duration(seconds) * time.Second, q.Err()
}

func readTypes(q *web.Query) (classes []catalog.Class) {
	text := q.Text("type")
	if text == "" {
		return nil
	}
	for name := range strings.SplitSeq(text, ",") {
		class := catalog.Class(strings.TrimSpace(name))
		if !slices.Contains(catalog.Classes, class) {
			wrong(q, "type", "must be one of doc, audio, video and image, or several with commas between them")
			return nil
		}
		classes = append(classes, class)
	}
	return classes
}

func readSort(q *web.Query) (order []catalog.Order) {
	text := q.Text("sort")
	if text == "" {
		return []catalog.Order{{By: catalog.ByCreated, Descending: true}}
	}
	seen := map[string]bool{}
	for name := range strings.SplitSeq(text, ",") {
		name, descending := strings.CutPrefix(strings.TrimSpace(name), "-")
		if !slices.Contains(sortable, name) {
			wrong(q, "sort", "must be one of "+strings.Join(sortable, ", ")+", or several with commas between them, each with - in front for descending")
			return nil
		}
		if by, orders := orders[name]; orders && !seen[name] {
			order = append(order, catalog.Order{By: by, Descending: descending})
		}
		seen[name] = true
	}
	return order
}

// wrong notes a violation unless the parameter is wrong already.
func wrong(q *web.Query, name, message string) {
	if !q.Violations.Has(name) {
		q.Add(name, message)
	}
}

// example is what a list looks like.
func example() List {
	const token, expires = "uX2mZb1sQ0Wc7dKfJ3hTvA", 1761933749632
	return List{Success: true, Total: 1, Data: []Dataset{{
		ID: "ds_ar7e4PtGX7fGGnSt", WorkspaceID: "wks_Gg9Bzi7sx8fbCfWI", Type: catalog.ClassDoc, FileName: "my_document", FileExt: "pdf",
		FileSize: 777678, ItemCount: 44, MimeType: "application/pdf", CreatedAt: 1761933149000, UpdatedAt: new(int64(1761933149000)),
		Share: Share{URL: "http://127.0.0.1:7450" + web.SharePath + "/dsx_iCAA1uoowAFi9rcu?token=" + token, Token: token, ExpiresAt: new(int64(expires))},
	}}}
}
