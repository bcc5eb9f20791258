package remotes

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// transport connects to a remote. With a pin it takes exactly the certificate that has it, whatever name that carries.
func transport(pin string) http.RoundTripper {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 2 * time.Minute,
		MaxIdleConnsPerHost:   8,
		IdleConnTimeout:       30 * time.Second,
	}
	if pin != "" {
		t.TLSClientConfig = &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: true, // replaced by the comparison below
			VerifyConnection: func(s tls.ConnectionState) error {
				sum := sha256.Sum256(s.PeerCertificates[0].Raw)
				if hex.EncodeToString(sum[:]) != pin {
					return errors.New("another certificate than the pinned one")
				}
				return nil
			},
		}
	}
	return t
}

// account asks a remote whose a token is. Denied for one that it does not take.
func account(ctx context.Context, spec catalog.RemoteSpec) (a catalog.RemoteAccount, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, spec.URL+protocol.Base+"/account", nil)
	if err != nil {
		return a, err
	}
	r.Header.Set("Authorization", "Bearer "+spec.Token)
	r.Header.Set(protocol.Header, protocol.Spoken.String())
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the token goes nowhere else
	client := http.Client{Transport: transport(spec.Pin), CheckRedirect: refuse}
	defer client.CloseIdleConnections()
	answer, err := client.Do(r)
	if err != nil {
		return a, catalog.WrapError(catalog.Unavailable, spec.URL+" does not answer. Check the address, and that Sheaf runs there.", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, protocol.MaxBody))
	if err != nil {
		return a, catalog.WrapError(catalog.Unavailable, spec.URL+" was cut off in the middle of an answer.", err)
	}
	var told protocol.Account
	if answer.StatusCode == http.StatusOK && json.Unmarshal(raw, &told) == nil && told.UserID != "" {
		return accountOf(told), nil
	}
	return a, refusal(spec.URL, answer.StatusCode, raw)
}

func accountOf(told protocol.Account) catalog.RemoteAccount {
	a := catalog.RemoteAccount{UserID: told.UserID, Email: told.Email, Workspaces: []catalog.RemoteWorkspace{}}
	for _, w := range told.Workspaces {
		a.Workspaces = append(a.Workspaces, catalog.RemoteWorkspace{ID: w.ID, Name: w.Name, Role: w.Role})
	}
	return a
}

// refusal is what an answer means that is no account.
func refusal(url string, status int, raw []byte) error {
	var failure protocol.Failure
	said := json.Unmarshal(raw, &failure) == nil && failure.Message != ""
	switch {
	case status == http.StatusUnauthorized:
		return catalog.Errorf(catalog.Denied, "%s does not take this token: it is unknown, expired or revoked.", url)
	case status == http.StatusForbidden:
		return catalog.Errorf(catalog.Denied, "This token may not synchronise with %s; it needs the ability sync.", url)
	case said && failure.Code != "":
		return catalog.Errorf(failure.Code, "%s", failure.Message)
	}
	return catalog.Errorf(catalog.Unavailable, "At %s there is no Sheaf that synchronises (status %d).", url, status)
}

// FetchBlob brings bytes that a person opens from the remote of their workspace.
func (r *Remotes) FetchBlob(ctx context.Context, workspaceID string, what catalog.Blob) error {
	as := catalog.WithActor(ctx, catalog.Actor{Kind: catalog.ActorSystem})
	id, _, err := r.options.Engine.RemoteOf(as, workspaceID)
	if err != nil {
		return err
	}
	r.mu.Lock()
	p := r.peers[id]
	r.mu.Unlock()
	switch {
	case id == "":
		return catalog.Errorf(catalog.NotFound, "This workspace has no remote that could have the bytes.")
	case p == nil:
		return catalog.Errorf(catalog.Unavailable, "Synchronising is paused, so these bytes cannot be fetched now.")
	}
	return p.bytes.FetchBlob(ctx, workspaceID, what)
}
