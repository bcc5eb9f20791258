package remotes

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Probe looks at a remote before it is added. Invalid for what cannot be an address, a pin or an invitation; Unavailable
// when nothing answers; Denied for a token that the remote does not take, or that lacks the ability sync.
func (r *Remotes) Probe(ctx context.Context, spec catalog.RemoteSpec) (catalog.RemoteProbe, error) {
	if _, err := r.options.Engine.Remotes(ctx); err != nil { // who may not see them may not reach out either
		return catalog.RemoteProbe{}, err
	}
	spec, err := spelled(spec)
	if err != nil {
		return catalog.RemoteProbe{}, err
	}
	return r.probe(ctx, spec)
}

func (r *Remotes) probe(ctx context.Context, spec catalog.RemoteSpec) (catalog.RemoteProbe, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	probe := catalog.RemoteProbe{URL: spec.URL}
	var err error
	if probe.Fingerprint, probe.Trusted, err = vouched(ctx, spec.URL, spec.Pin); err != nil || !probe.Trusted {
		return probe, err
	}
	if spec.Token == "" {
		return probe, wrong("token", "must be given: the other side makes one with \"sheaf remote invite\"")
	}
	account, err := account(ctx, spec)
	if err != nil {
		return probe, err
	}
	for i := range account.Workspaces {
		w := &account.Workspaces[i]
		w.SyncChoice = catalog.SyncChoice{Mode: catalog.SyncIndex}
	}
	probe.Account = &account
	return probe, nil
}

// vouched shakes hands with a server, sends it nothing, and returns the fingerprint of its certificate and whether the
// pin, or without one the authorities that this machine knows, vouch for it. Another certificate than the pinned one is
// Denied.
func vouched(ctx context.Context, address, pin string) (fingerprint string, trusted bool, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", false, err
	}
	if u.Scheme == "http" {
		if pin != "" {
			return "", false, wrong("pin", "belongs to a certificate, and this address begins with http")
		}
		return "", true, nil
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "443")
	}
	fingerprint, authorityErr, err := handshake(ctx, host, u.Hostname())
	switch {
	case err != nil:
		return "", false, catalog.WrapError(catalog.Unavailable, address+" does not answer. Check the address, and that Sheaf runs there.", err)
	case pin != "" && pin != fingerprint:
		return fingerprint, false, catalog.Errorf(catalog.Denied, "%s has another certificate than the pinned one: %s. If it was renewed, compare the new fingerprint with the other side; else somebody may be in between.", address, Grouped(fingerprint))
	}
	return fingerprint, pin != "" || authorityErr == nil, nil
}

// handshake connects and returns the fingerprint of the certificate, and why no known authority vouches for it.
func handshake(ctx context.Context, address, name string) (fingerprint string, authority, err error) {
	refused := errors.New("no known authority vouches for the certificate")
	for _, careful := range []bool{true, false} {
		dialer := tls.Dialer{Config: &tls.Config{ServerName: name, InsecureSkipVerify: !careful, MinVersion: tls.VersionTLS12}}
		c, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			if _, unknown := errors.AsType[*tls.CertificateVerificationError](err); careful && unknown {
				continue
			}
			return "", nil, err
		}
		sum := sha256.Sum256(c.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw)
		_ = c.Close() // nothing was sent over it
		if careful {
			return hex.EncodeToString(sum[:]), nil, nil
		}
		return hex.EncodeToString(sum[:]), refused, nil
	}
	return "", refused, nil
}

// Grouped writes a fingerprint in groups of four digits, as people compare it.
func Grouped(fingerprint string) string {
	var groups []string
	for part := range slices.Chunk([]byte(fingerprint), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

// Add synchronises with a remote from now on. NeedsConsent when nobody vouches for its certificate yet; else errors as of
// Probe, and Conflict for one that is there.
func (r *Remotes) Add(ctx context.Context, spec catalog.RemoteSpec) (catalog.SyncStatus, error) {
	if _, err := r.options.Engine.Remotes(ctx); err != nil {
		return catalog.SyncStatus{}, err
	}
	spec, err := spelled(spec)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	probe, err := r.probe(ctx, spec)
	if err != nil {
		return catalog.SyncStatus{}, err
	}
	if !probe.Trusted {
		return catalog.SyncStatus{}, unpinned(probe)
	}
	kept := catalog.Remote{Name: spec.Name, URL: spec.URL, Pin: spec.Pin, UserID: probe.Account.UserID, Email: probe.Account.Email, KeepNew: spec.Keep == nil}
	if strings.TrimSpace(kept.Name) == "" {
		kept.Name = hostOf(spec.URL)
	}
	if kept, err = r.options.Engine.AddRemote(ctx, kept); err != nil {
		return catalog.SyncStatus{}, err
	}
	if err := r.furnish(ctx, kept, spec, *probe.Account); err != nil {
		return catalog.SyncStatus{}, errors.Join(err, r.options.Engine.RemoveRemote(ctx, kept.ID))
	}
	r.record(ctx, kept.ID, catalog.SyncEntry{Kind: catalog.EntryConnected, Detail: kept.Name})
	r.wake()
	return r.one(ctx, kept.ID)
}

// furnish keeps the token of a new remote and the choices for its workspaces.
func (r *Remotes) furnish(ctx context.Context, kept catalog.Remote, spec catalog.RemoteSpec, account catalog.RemoteAccount) error {
	if err := r.options.Secrets.Put(kept.ID, spec.Token); err != nil {
		return err
	}
	for _, w := range account.Workspaces {
		w.SyncChoice = catalog.SyncChoice{Kept: spec.Keep == nil || slices.Contains(*spec.Keep, w.ID), Mode: catalog.SyncIndex}
		if err := r.options.Engine.SaveRemoteWorkspace(ctx, kept.ID, w); err != nil {
			return err
		}
	}
	return nil
}

func unpinned(p catalog.RemoteProbe) error {
	return catalog.Errorf(catalog.NeedsConsent, "No known authority vouches for %s. Compare the fingerprint of its certificate with the other side, and give it as the pin: %s.", p.URL, Grouped(p.Fingerprint))
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// Invite makes a token for synchronising and the text that holds it. Unavailable before this agent listens, unless an
// address is given.
func (r *Remotes) Invite(ctx context.Context, spec catalog.InvitationSpec) (catalog.Invitation, error) {
	address, fingerprint := r.options.Place()
	if spec.URL != "" {
		plain, err := plainURL(spec.URL, true)
		if err != nil {
			return catalog.Invitation{}, err
		}
		address = plain
	}
	if address == "" {
		return catalog.Invitation{}, catalog.Errorf(catalog.Unavailable, "Nobody can reach this Sheaf: start it with \"sheaf serve\", or say with --url where it will be.")
	}
	token, secret, err := r.options.Engine.CreateToken(ctx, engine.TokenSpec{Name: "synchronising", UserEmail: spec.User, WorkspaceID: spec.WorkspaceID,
		Abilities: []string{"sync", "content-query"}, Expires: time.Duration(spec.ExpiresInSeconds) * time.Second})
	if err != nil {
		return catalog.Invitation{}, err
	}
	address = strings.TrimRight(address, "/")
	return catalog.Invitation{Text: invitation{URL: address, Token: secret, Pin: fingerprint}.String(), URL: address, Pin: fingerprint,
		TokenID: token.ID, Email: token.UserEmail, ExpiresAt: token.ExpiresAt}, nil
}
