package client

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Question is what Search and Ask look for.
type Question struct {
	Query      string          `json:"query"`
	Workspaces []string        `json:"workspaceIds,omitempty"` // ids
	Filter     json.RawMessage `json:"filter,omitempty"`       // a content filter as the person wrote it
	Limit      int             `json:"limit,omitempty"`        // Search only
	Offset     int             `json:"offset,omitempty"`       // Search only
}

// Status is the state of everything.
func (c *Client) Status(ctx context.Context) (s catalog.Status, err error) {
	_, err = c.call(ctx, "GET", "/status", nil, &s)
	return s, err
}

// Search returns passages, best first.
func (c *Client) Search(ctx context.Context, q Question) (r catalog.SearchResult, err error) {
	_, err = c.call(ctx, "POST", "/search", q, &r)
	return r, err
}

// Ask returns an answer with citations.
func (c *Client) Ask(ctx context.Context, q Question) (a catalog.Answer, err error) {
	_, err = c.call(ctx, "POST", "/ask", q, &a)
	return a, err
}

// Wait waits until nothing is pending, at most for limit. idle is false when the time was over first.
func (c *Client) Wait(ctx context.Context, limit time.Duration) (s catalog.Status, idle bool, err error) {
	status, err := c.call(ctx, "POST", "/wait", map[string]int64{"timeoutMs": limit.Milliseconds()}, &s)
	return s, status == http.StatusOK, err
}

// Folders lists the watched folders.
func (c *Client) Folders(ctx context.Context) ([]catalog.Folder, error) {
	var list struct{ Folders []catalog.Folder }
	_, err := c.call(ctx, "GET", "/folders", nil, &list)
	return list.Folders, err
}

// FolderSpec describes a folder to watch.
type FolderSpec struct {
	Path        string   `json:"path"`
	WorkspaceID string   `json:"workspaceId,omitempty"`
	Ignore      []string `json:"ignore,omitempty"`
	Consent     bool     `json:"consent,omitempty"`
	// OpenArchives: files in archives become documents too.
	OpenArchives bool `json:"openArchives,omitempty"`
}

// AddFolder watches a folder; added is false when it was watched already.
func (c *Client) AddFolder(ctx context.Context, spec FolderSpec) (f catalog.Folder, added bool, err error) {
	status, err := c.call(ctx, "POST", "/folders", spec, &f)
	return f, status == http.StatusCreated, err
}

// RemoveFolder stops watching; its documents are trashed unless keep.
func (c *Client) RemoveFolder(ctx context.Context, id string, keep bool) error {
	path := "/folders/" + url.PathEscape(id)
	if keep {
		path += "?keep=true"
	}
	_, err := c.call(ctx, "DELETE", path, nil, nil)
	return err
}

// PauseFolder and ResumeFolder stop and continue one folder, or everything when id is empty.
func (c *Client) PauseFolder(ctx context.Context, id string) error {
	return c.onFolder(ctx, id, "pause")
}
func (c *Client) ResumeFolder(ctx context.Context, id string) error {
	return c.onFolder(ctx, id, "resume")
}

func (c *Client) onFolder(ctx context.Context, id, what string) error {
	path := "/" + what
	if id != "" {
		path = "/folders/" + url.PathEscape(id) + path
	}
	_, err := c.call(ctx, "POST", path, nil, nil)
	return err
}

// Coverage says what became of everything in a watched folder.
func (c *Client) Coverage(ctx context.Context, id string) (report catalog.Coverage, err error) {
	_, err = c.call(ctx, "GET", "/folders/"+url.PathEscape(id)+"/coverage", nil, &report)
	return report, err
}

// Files lists the files of a watched folder in one state, by path, and says how many there are in all.
func (c *Client) Files(ctx context.Context, folder string, state catalog.FileState, limit int) (list []catalog.FileEntry, total int, err error) {
	var answer struct {
		Files []catalog.FileEntry
		Total int
	}
	_, err = c.call(ctx, "GET", with("/files", "folder", folder, "state", string(state), "limit", strconv.Itoa(limit)), nil, &answer)
	return answer.Files, answer.Total, err
}

// Import stores the bytes of r as a new document. workspace may be empty, an id or a name.
func (c *Client) Import(ctx context.Context, workspace, name string, r io.Reader) (made catalog.Content, err error) {
	answer, err := c.send(ctx, "POST", with("/contents", "name", name, "workspace", workspace), "application/octet-stream", r)
	if err != nil {
		return made, err
	}
	defer answer.Body.Close()
	return made, json.NewDecoder(answer.Body).Decode(&made)
}

// ContentsQuery selects documents; what is empty does not.
type ContentsQuery struct {
	Name, Workspace string
	Filter          string // a content filter as the person wrote it
	Status          catalog.ContentStatus
	Extent          catalog.Extent
	Limit           int
}

// Contents lists documents, and says how many there are in all.
func (c *Client) Contents(ctx context.Context, q ContentsQuery) (list []catalog.Content, total int, err error) {
	var answer struct {
		Contents []catalog.Content
		Total    int
	}
	_, err = c.call(ctx, "GET", with("/contents", "name", q.Name, "workspace", q.Workspace, "filter", q.Filter,
		"status", string(q.Status), "extent", string(q.Extent), "limit", strconv.Itoa(q.Limit), "sort", "name"), nil, &answer)
	return answer.Contents, answer.Total, err
}

// Content returns one document.
func (c *Client) Content(ctx context.Context, id string) (one catalog.Content, err error) {
	_, err = c.call(ctx, "GET", "/contents/"+url.PathEscape(id), nil, &one)
	return one, err
}

// Page returns the stored text of one page, from 1.
func (c *Client) Page(ctx context.Context, id string, number int) (p catalog.Page, err error) {
	_, err = c.call(ctx, "GET", "/contents/"+url.PathEscape(id)+"/pages/"+strconv.Itoa(number), nil, &p)
	return p, err
}

// Original returns the bytes of a document and must be closed.
func (c *Client) Original(ctx context.Context, id string) (io.ReadCloser, error) {
	answer, err := c.send(ctx, "GET", "/contents/"+url.PathEscape(id)+"/original", "", nil)
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// GivePassword gives the password of a document or, when id is empty, one that is tried on every document that needs one.
func (c *Client) GivePassword(ctx context.Context, id, secret string, keep bool) (given catalog.Password, err error) {
	path := "/passwords"
	if id != "" {
		path = "/contents/" + url.PathEscape(id) + "/password"
	}
	_, err = c.call(ctx, "POST", path, map[string]any{"password": secret, "keep": keep}, &given)
	return given, err
}

// Passwords lists what was given, without what the passwords are.
func (c *Client) Passwords(ctx context.Context) ([]catalog.Password, error) {
	var list struct{ Passwords []catalog.Password }
	_, err := c.call(ctx, "GET", "/passwords", nil, &list)
	return list.Passwords, err
}

// ForgetPassword forgets one.
func (c *Client) ForgetPassword(ctx context.Context, id string) error {
	_, err := c.call(ctx, "DELETE", "/passwords/"+url.PathEscape(id), nil, nil)
	return err
}

// Workspaces lists those that the caller may read.
func (c *Client) Workspaces(ctx context.Context) ([]catalog.Workspace, error) {
	var list struct{ Workspaces []catalog.Workspace }
	_, err := c.call(ctx, "GET", "/workspaces", nil, &list)
	return list.Workspaces, err
}

// ResolveWorkspace finds one by id or name. NotFound, or Invalid listing them when several share the name.
func (c *Client) ResolveWorkspace(ctx context.Context, ref string) (catalog.Workspace, error) {
	var list struct{ Workspaces []catalog.Workspace }
	if _, err := c.call(ctx, "GET", with("/workspaces", "ref", ref), nil, &list); err != nil {
		return catalog.Workspace{}, err
	}
	if len(list.Workspaces) != 1 {
		return catalog.Workspace{}, catalog.Errorf(catalog.NotFound, "There is no workspace %q.", ref)
	}
	return list.Workspaces[0], nil
}

// CreateWorkspace makes a workspace.
func (c *Client) CreateWorkspace(ctx context.Context, name string) (w catalog.Workspace, err error) {
	_, err = c.call(ctx, "POST", "/workspaces", map[string]string{"name": name}, &w)
	return w, err
}

// UpdateWorkspace changes what is present in change.
func (c *Client) UpdateWorkspace(ctx context.Context, id string, change catalog.WorkspaceChange) (w catalog.Workspace, err error) {
	_, err = c.call(ctx, "PUT", "/workspaces/"+url.PathEscape(id), change, &w)
	return w, err
}

// DeleteWorkspace removes a workspace.
func (c *Client) DeleteWorkspace(ctx context.Context, id string) error {
	_, err := c.call(ctx, "DELETE", "/workspaces/"+url.PathEscape(id), nil, nil)
	return err
}

// Users lists the users of the organization.
func (c *Client) Users(ctx context.Context) ([]catalog.User, error) {
	var list struct{ Users []catalog.User }
	_, err := c.call(ctx, "GET", "/users", nil, &list)
	return list.Users, err
}

// ResolveUser finds one by id or email.
func (c *Client) ResolveUser(ctx context.Context, ref string) (catalog.User, error) {
	var list struct{ Users []catalog.User }
	if _, err := c.call(ctx, "GET", with("/users", "ref", ref), nil, &list); err != nil {
		return catalog.User{}, err
	}
	if ref == "" || len(list.Users) != 1 {
		return catalog.User{}, catalog.Errorf(catalog.NotFound, "There is no user %q.", ref)
	}
	return list.Users[0], nil
}

// AddUser makes a user; an empty role is member.
func (c *Client) AddUser(ctx context.Context, email string, role catalog.OrganizationRole) (u catalog.User, err error) {
	in := map[string]string{"email": email}
	if role != "" {
		in["role"] = string(role)
	}
	_, err = c.call(ctx, "POST", "/users", in, &u)
	return u, err
}

// RemoveUser ends a user's tokens and memberships.
func (c *Client) RemoveUser(ctx context.Context, id string) error {
	_, err := c.call(ctx, "DELETE", "/users/"+url.PathEscape(id), nil, nil)
	return err
}

// TokenSpec describes a token to make.
type TokenSpec struct {
	Name             string   `json:"name,omitempty"`
	User             string   `json:"user,omitempty"`
	WorkspaceID      string   `json:"workspaceId,omitempty"`
	Abilities        []string `json:"abilities,omitempty"`
	ExpiresInSeconds int64    `json:"expiresInSeconds,omitempty"`
}

// CreateToken makes a token and returns its secret, which is never shown again.
func (c *Client) CreateToken(ctx context.Context, spec TokenSpec) (catalog.Token, string, error) {
	var made struct {
		catalog.Token
		Secret string `json:"token"`
	}
	_, err := c.call(ctx, "POST", "/tokens", spec, &made)
	return made.Token, made.Secret, err
}

// Tokens lists tokens without their secrets.
func (c *Client) Tokens(ctx context.Context) ([]catalog.Token, error) {
	var list struct{ Tokens []catalog.Token }
	_, err := c.call(ctx, "GET", "/tokens", nil, &list)
	return list.Tokens, err
}

// RevokeToken ends a token.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	_, err := c.call(ctx, "DELETE", "/tokens/"+url.PathEscape(id), nil, nil)
	return err
}

// Reindex drops everything derived, so that it is made anew.
func (c *Client) Reindex(ctx context.Context) error {
	_, err := c.call(ctx, "POST", "/reindex", nil, nil)
	return err
}

// Doctor runs the checks.
func (c *Client) Doctor(ctx context.Context) ([]catalog.Check, error) {
	var list struct{ Checks []catalog.Check }
	_, err := c.call(ctx, "GET", "/doctor", nil, &list)
	return list.Checks, err
}

// Code makes a one-time code that opens the screens.
func (c *Client) Code(ctx context.Context) (string, error) {
	var made struct{ Code string }
	_, err := c.call(ctx, "POST", "/codes", nil, &made)
	return made.Code, err
}

// Events calls each for every change, pings included, until ctx ends, each fails or the server ends the stream.
func (c *Client) Events(ctx context.Context, each func(catalog.Event) error) error {
	answer, err := c.send(ctx, "GET", "/events", "", nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		var e catalog.Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return c.unreachable(ctx, err)
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return ctx.Err()
}
