package peer

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// mostHellos bounds how often a round begins anew because the device has gone on elsewhere.
const mostHellos = 3

// round takes every feed to agreement, as far as it can. What keeps one feed back does not keep the others; what keeps the
// remote back (no connection, a refused token) ends the round.
func (p *Peer) round(ctx context.Context) error {
	feeds, err := p.begin(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, f := range feeds {
		err := p.syncFeed(ctx, f, feeds)
		if ends(err) {
			return err
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// begin asks what there is and says hello.
func (p *Peer) begin(ctx context.Context) ([]Feed, error) {
	var account Account
	if err := p.remote.call(ctx, http.MethodGet, "/account", nil, nil, &account); err != nil {
		return nil, err
	}
	if err := p.setClock(ctx, account.Now); err != nil {
		return nil, err
	}
	feeds, err := p.Feeds(ctx, account)
	if err != nil {
		return nil, err
	}
	p.tell(func(s *catalog.PeerSync) {
		s.Account = accountOf(account)
		clear(p.names)
		for _, f := range feeds {
			p.names[f.Remote] = f.Local
		}
		maps.DeleteFunc(s.Feeds, func(local string, _ catalog.FeedSync) bool {
			return !slices.ContainsFunc(feeds, func(f Feed) bool { return f.Local == local })
		})
	})
	device, err := p.Store.Device(ctx)
	if err != nil || p.identity.Device == device.ID {
		return feeds, err // the hub says so when this device has gone on elsewhere
	}
	for range mostHellos {
		if err = p.hello(ctx, feeds); !errors.Is(err, errAgain) {
			return feeds, err
		}
	}
	return feeds, elsewhere
}

// elsewhere is what a person is told about a device that the hub takes for another one again and again.
var elsewhere = catalog.Errorf(catalog.Unavailable, "The remote holds that this device goes on elsewhere. Another program may be using a copy of its data.")

func accountOf(account Account) *catalog.RemoteAccount {
	told := &catalog.RemoteAccount{UserID: account.UserID, Email: account.Email, Workspaces: []catalog.RemoteWorkspace{}}
	for _, ws := range account.Workspaces {
		told.Workspaces = append(told.Workspaces, catalog.RemoteWorkspace{ID: ws.ID, Name: ws.Name, Role: ws.Role})
	}
	return told
}

// syncFeed takes one feed through a round and says how it stands then.
func (p *Peer) syncFeed(ctx context.Context, one Feed, all []Feed) (err error) {
	f := p.feed(one)
	if f.Status().Feeds[f.Local].State != catalog.SyncAgreed {
		f.tellFeed(ctx, catalog.SyncWorking, "")
	}
	for range mostHellos {
		if err = f.sync(ctx); !errors.Is(err, errAgain) {
			break
		}
		if helloed := p.hello(ctx, all); helloed != nil {
			err = helloed
			break
		}
	}
	if errors.Is(err, errAgain) {
		err = elsewhere
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f.tellFeed(ctx, f.stateAfter(err), problemOf(err))
	return err
}

// stateAfter tells waiting for what cannot travel from having no connection.
func (f *feed) stateAfter(err error) catalog.SyncState {
	if len(f.questions()) > 0 {
		return catalog.SyncAsking
	}
	if w, ok := errors.AsType[waits](err); ok && w.error != nil {
		return catalog.SyncWaiting
	}
	return stateOf(err)
}

// waits is an error that says that something waits here, and not that anything is wrong.
type waits struct{ error }

func (w waits) Unwrap() error { return w.error }

func problemOf(err error) string {
	if err == nil {
		return ""
	}
	if failed, ok := errors.AsType[*Failed](err); ok {
		return failed.Message
	}
	return catalog.MessageOf(err)
}

// ends reports whether an error is the remote's, or this program's end, and not a feed's.
func ends(err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	if _, ok := errors.AsType[waits](err); ok {
		return false
	}
	switch status := statusOf(err); {
	case status == http.StatusUnauthorized, status == http.StatusTooManyRequests, status == http.StatusUpgradeRequired, status >= 500:
		return true
	}
	return catalog.CodeOf(err) == catalog.Unavailable || catalog.CodeOf(err) == catalog.Internal
}

// localName is a feed's name here.
func (p *Peer) localName(remote string) (local string, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	local, known = p.names[remote]
	return local, known
}

// remoteNames are those of all feeds, in an order that stays.
func (p *Peer) remoteNames() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.names))
}
