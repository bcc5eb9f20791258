package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Sync is what the desk asks of synchronisation. Whoever implements it asks the policy for the actor in the context.
type Sync interface {
	List(ctx context.Context) ([]catalog.SyncStatus, error)
	Probe(ctx context.Context, spec catalog.RemoteSpec) (catalog.RemoteProbe, error)
	Add(ctx context.Context, spec catalog.RemoteSpec) (catalog.SyncStatus, error)
	Change(ctx context.Context, id string, c catalog.RemoteChange) (catalog.SyncStatus, error)
	Remove(ctx context.Context, id string) error
	Pause(ctx context.Context, id string, paused bool) error
	Now(ctx context.Context, id string) (catalog.SyncStatus, error) // waits until a round has ended
	Choose(ctx context.Context, id, workspaceID string, c catalog.SyncChoiceChange) (catalog.SyncStatus, error)
	Share(ctx context.Context, id, workspaceID string) (catalog.SyncStatus, error)
	Answer(ctx context.Context, id, questionID string, yes bool) error
	Retry(ctx context.Context, id, itemID string) error
	Invite(ctx context.Context, spec catalog.InvitationSpec) (catalog.Invitation, error)
}

// RemoteList answers listRemotes.
type RemoteList struct {
	Remotes []catalog.SyncStatus `json:"remotes"`
}

// ShareRequest names the workspace that goes to a remote.
type ShareRequest struct {
	WorkspaceID string `json:"workspaceId" doc:"id or name"`
}

// SyncAnswer answers a question of synchronisation.
type SyncAnswer struct {
	Yes bool `json:"yes" doc:"true: go on and delete; false: keep the documents on both sides"`
}

// History is what synchronisation did, day by day.
type History struct {
	Days []catalog.SyncDay `json:"days"`
}

const remotePath = Base + "/remotes/{id}"

// syncRoutes are the operations of synchronisation.
func (d *Desk) syncRoutes() []web.Route {
	return []web.Route{
		{Name: "listRemotes", Method: "GET", Path: Base + "/remotes", Access: administers, Summary: "The remotes of this device and how each of their workspaces stands.",
			Response: RemoteList{}, Statuses: []int{ok}, Serve: d.listRemotes},
		{Name: "probeRemote", Method: "POST", Path: Base + "/remotes/probe", Access: administers, Summary: "Looks at a remote before it is added.",
			Description: "Without a pin, a server whose certificate no known authority vouches for is answered with its fingerprint and trusted false, and is sent no token: ask again with the pin once a person has compared it.",
			Request:     catalog.RemoteSpec{}, Response: catalog.RemoteProbe{}, Statuses: []int{ok}, Serve: d.probeRemote},
		{Name: "addRemote", Method: "POST", Path: Base + "/remotes", Access: administers, Summary: "Synchronises with a remote from now on.",
			Request: catalog.RemoteSpec{}, Response: catalog.SyncStatus{}, Statuses: []int{created}, Serve: d.addRemote},
		{Name: "changeRemote", Method: "PUT", Path: remotePath, Access: administers, Summary: "Changes what is present: name, token, pin, bandwidth, whether new workspaces are kept.",
			Request: catalog.RemoteChange{}, Response: catalog.SyncStatus{}, Statuses: []int{ok}, Serve: d.changeRemote},
		{Name: "removeRemote", Method: "DELETE", Path: remotePath, Access: administers, Summary: "Ends synchronising; the workspaces stay on this device.", Statuses: []int{noContent}, Serve: d.removeRemote},
		{Name: "pauseRemote", Method: "POST", Path: remotePath + "/pause", Access: administers, Summary: "Stops synchronising for now.", Statuses: []int{noContent}, Serve: d.pauseRemote},
		{Name: "resumeRemote", Method: "POST", Path: remotePath + "/resume", Access: administers, Summary: "Synchronises a paused remote again.", Statuses: []int{noContent}, Serve: d.resumeRemote},
		{Name: "syncRemote", Method: "POST", Path: remotePath + "/sync", Access: administers, Summary: "Synchronises now and answers when the round has ended, in sync or not.",
			Long: true, Response: catalog.SyncStatus{}, Statuses: []int{ok}, Serve: d.syncRemote},
		{Name: "chooseWorkspace", Method: "PUT", Path: remotePath + "/workspaces/{workspace}", Access: administers, Summary: "Says whether a workspace of a remote is kept here, which bytes are, and where they are mirrored.",
			Request: catalog.SyncChoiceChange{}, Long: true, Response: catalog.SyncStatus{}, Statuses: []int{ok}, Serve: d.chooseWorkspace},
		{Name: "shareWorkspace", Method: "POST", Path: remotePath + "/share", Access: administers, Summary: "Gives a remote a workspace that was of this device alone.",
			Request: ShareRequest{}, Response: catalog.SyncStatus{}, Statuses: []int{ok}, Serve: d.shareWorkspace},
		{Name: "answerSyncQuestion", Method: "POST", Path: remotePath + "/questions/{question}", Access: administers, Summary: "Answers the question that many deletions at once ask.",
			Request: SyncAnswer{}, Statuses: []int{noContent}, Serve: d.answerSyncQuestion},
		{Name: "retrySetAside", Method: "POST", Path: remotePath + "/set-aside/{item}/retry", Access: administers, Summary: "Tries an item again that was set aside.", Statuses: []int{noContent}, Serve: d.retrySetAside},
		{Name: "syncHistory", Method: "GET", Path: Base + "/sync-history", Access: administers, Summary: "What synchronisation did, by day, newest first.",
			Query: []web.Parameter{{Name: "remote", Kind: "string", About: "id; absent: all"}, {Name: "workspace", Kind: "string", About: "id; absent: all"},
				{Name: "days", Kind: "integer", About: "1 to 180, default 30"}},
			Response: History{}, Statuses: []int{ok}, Serve: d.syncHistory},
		{Name: "createInvitation", Method: "POST", Path: Base + "/invitations", Access: administers, Summary: "Makes a token for synchronising and one text that holds it, the address and the certificate's fingerprint; shown this once.",
			Request: catalog.InvitationSpec{}, Response: catalog.Invitation{}, Statuses: []int{created}, Serve: d.createInvitation},
	}
}

func (d *Desk) listRemotes(w http.ResponseWriter, r *http.Request) error {
	list, err := d.sync.List(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, RemoteList{list})
	return nil
}

func (d *Desk) probeRemote(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, ok, d.sync.Probe)
}

func (d *Desk) addRemote(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, created, d.sync.Add)
}

func (d *Desk) changeRemote(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, ok, func(ctx context.Context, in catalog.RemoteChange) (catalog.SyncStatus, error) {
		return d.sync.Change(ctx, r.PathValue("id"), in)
	})
}

func (d *Desk) removeRemote(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.sync.Remove(r.Context(), r.PathValue("id")))
}

func (d *Desk) pauseRemote(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.sync.Pause(r.Context(), r.PathValue("id"), true))
}

func (d *Desk) resumeRemote(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.sync.Pause(r.Context(), r.PathValue("id"), false))
}

func (d *Desk) syncRemote(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := d.untilStopping(r.Context())
	defer cancel()
	status, err := d.sync.Now(ctx, r.PathValue("id"))
	if d.stopping.Err() != nil && r.Context().Err() == nil {
		return errStopping
	}
	if err != nil {
		return err
	}
	web.Write(w, ok, status)
	return nil
}

func (d *Desk) chooseWorkspace(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, ok, func(ctx context.Context, in catalog.SyncChoiceChange) (catalog.SyncStatus, error) {
		return d.sync.Choose(ctx, r.PathValue("id"), r.PathValue("workspace"), in)
	})
}

func (d *Desk) shareWorkspace(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, ok, func(ctx context.Context, in ShareRequest) (catalog.SyncStatus, error) {
		id, err := d.workspaceID(r, in.WorkspaceID)
		if err != nil {
			return catalog.SyncStatus{}, err
		}
		return d.sync.Share(ctx, r.PathValue("id"), id)
	})
}

func (d *Desk) answerSyncQuestion(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Yes *bool `json:"yes"`
	}
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	if in.Yes == nil {
		return web.WrongField("yes", "must be true or false")
	}
	return done(w, d.sync.Answer(r.Context(), r.PathValue("id"), r.PathValue("question"), *in.Yes))
}

func (d *Desk) retrySetAside(w http.ResponseWriter, r *http.Request) error {
	return done(w, d.sync.Retry(r.Context(), r.PathValue("id"), r.PathValue("item")))
}

func (d *Desk) createInvitation(w http.ResponseWriter, r *http.Request) error {
	return answered(w, r, created, func(ctx context.Context, in catalog.InvitationSpec) (catalog.Invitation, error) {
		if in.ExpiresInSeconds < 0 || in.ExpiresInSeconds > maxLife {
			return catalog.Invitation{}, web.WrongField("expiresInSeconds", "must be between 0 (never) and a hundred years")
		}
		return d.sync.Invite(ctx, in)
	})
}

// answered reads a body, does what it asks for and writes what came of it.
func answered[In, Out any](w http.ResponseWriter, r *http.Request, status int, do func(context.Context, In) (Out, error)) error {
	var in In
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	out, err := do(r.Context(), in)
	if err != nil {
		return err
	}
	web.Write(w, status, out)
	return nil
}

func (d *Desk) syncHistory(w http.ResponseWriter, r *http.Request) error {
	q := web.ReadQuery(r.URL)
	days, remote, workspace := q.Int("days", 30, 1, 180), q.Text("remote"), q.Text("workspace")
	if err := q.Err(); err != nil {
		return err
	}
	since := time.Now().AddDate(0, 0, 1-days)
	since = time.Date(since.Year(), since.Month(), since.Day(), 0, 0, 0, 0, since.Location())
	entries, err := d.engine.SyncDiary(r.Context(), remote, workspace, since)
	if err != nil {
		return err
	}
	web.Write(w, ok, History{byDay(entries)})
	return nil
}

// byDay groups entries, which are newest first, by the day of this machine's calendar.
func byDay(entries []catalog.SyncEntry) []catalog.SyncDay {
	days := []catalog.SyncDay{}
	for _, e := range entries {
		day := e.At.Local().Format(time.DateOnly)
		if len(days) == 0 || days[len(days)-1].Day != day {
			days = append(days, catalog.SyncDay{Day: day})
		}
		last := &days[len(days)-1]
		last.Entries = append(last.Entries, e)
	}
	return days
}
