package sessions

import (
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Session is a list of documents that somebody works through.
type Session struct {
	ID          string    `json:"id" format:"uuid"`
	WorkspaceID string    `json:"workspace_id" format:"uuid"`
	Name        string    `json:"name"`
	CreatedAt   time.Time `json:"created_at"`
}

func sessionOf(s catalog.Session) Session {
	return Session{ID: s.ID, WorkspaceID: s.WorkspaceID, Name: s.Name, CreatedAt: s.CreatedAt}
}

// SessionRequest describes a session to make.
type SessionRequest struct {
	WorkspaceID string `json:"workspace_id" format:"uuid"`
	Name        string `json:"name" minLength:"1" maxLength:"255"`
}

// OneSession answers createSession.
type OneSession struct {
	Data Session `json:"data"`
}

// SessionPage answers listSessions.
type SessionPage struct {
	Data []Session `json:"data"`
	Meta PageMeta  `json:"meta"`
}

func (a *API) listSessions(w http.ResponseWriter, r *http.Request) error {
	p, err := readPage(r)
	if err != nil {
		return err
	}
	list, total, err := a.engine.Sessions(r.Context(), perPage, p.offset())
	if err != nil {
		return err
	}
	answer := SessionPage{Data: make([]Session, len(list)), Meta: p.meta(total)}
	for i, session := range list {
		answer.Data[i] = sessionOf(session)
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) createSession(w http.ResponseWriter, r *http.Request) error {
	var in SessionRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	session, err := a.engine.CreateSession(r.Context(), in.WorkspaceID, in.Name)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusCreated, OneSession{sessionOf(session)})
	return nil
}

func (a *API) deleteSession(w http.ResponseWriter, r *http.Request) error {
	if err := a.engine.DeleteSession(r.Context(), r.PathValue("sessionId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
