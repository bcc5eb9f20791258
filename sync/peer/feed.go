package peer

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// feed is one feed on its way to agreement. All of it may be lost.
type feed struct {
	*Peer
	Feed
	acked   map[string]int64 // items that were taken, by the seq that they had; until the next applied pull
	waiting map[string]int64 // items whose bytes are not on this device, in the same way
	waited  time.Time        // when they were last tried
	asked   *bulk            // what is asked about deletions that were pulled
	held    map[string]int64 // deletions that the hub has not let through, like acked
	asking  bulk             // what is asked about them
	kept    bool             // a person wants them to stay here
	consent int              // deletions that a person has agreed to and that have not been pushed yet
	agreed  agreement
	seen    protocol.Digest // at the last agreement
}

// agreement is where both sides stood when their digests were the same.
type agreement struct {
	cursor catalog.Cursor // the hub's
	local  int64          // the seq here
}

// bulk is a number of deletions to ask about.
type bulk struct {
	count, of int
	names     []string
}

func (p *Peer) feed(f Feed) *feed {
	known := p.feeds[f.Local]
	if known == nil {
		known = &feed{Peer: p, Feed: f, acked: map[string]int64{}, waiting: map[string]int64{}, held: map[string]int64{}}
		p.feeds[f.Local] = known
	}
	known.Feed = f
	return known
}

// forgetAcks makes items that were acknowledged travel again, unless the feed has shown them: what a push left at a hub that
// was put back since is not there any more.
func (f *feed) forgetAcks() {
	if f.Rules.Keep(replica.ForgetAcks) {
		clear(f.acked)
	}
}

// errAgain is a hub that says that this device has gone on elsewhere.
var errAgain = errors.New("peer: hello again")

// mostLaps bounds how often a round pulls and pushes: what others and this person change meanwhile is for the next one.
const mostLaps = 20

// sync takes a feed through a round. nil: both sides agree.
func (f *feed) sync(ctx context.Context) error {
	if err := f.takeAnswers(ctx); err != nil {
		return err
	}
	for range mostLaps {
		if err := f.pull(ctx); err != nil {
			return f.explain(ctx, err)
		}
		sent, err := f.push(ctx)
		if err != nil {
			return f.explain(ctx, err)
		}
		if sent == 0 {
			break
		}
	}
	if f.Bytes != nil {
		if err := f.Bytes.Fetch(ctx, f.Feed); err != nil {
			return err
		}
	}
	return f.compare(ctx)
}

// explain turns an answer about a whole feed into what follows from it.
func (f *feed) explain(ctx context.Context, err error) error {
	failed, ok := errors.AsType[*Failed](err)
	if !ok {
		return err
	}
	switch failed.Status {
	case http.StatusConflict:
		return errAgain
	case http.StatusNotFound:
		return f.create(ctx, failed)
	case http.StatusForbidden:
		return f.revoked(ctx, failed)
	}
	return err
}

// create makes a workspace that the hub does not have: it was made here, or the hub was put back to a time before it.
func (f *feed) create(ctx context.Context, failed *Failed) error {
	if _, person := catalog.FeedUser(f.Remote); person {
		return failed
	}
	err := f.remote.call(ctx, http.MethodPut, "/workspaces/"+url.PathEscape(f.Remote), nil, protocol.NewWorkspace{Name: f.name(ctx)}, &struct{}{})
	if err != nil {
		return err
	}
	f.record(catalog.SyncEntry{Kind: catalog.EntryShared, WorkspaceID: f.Local})
	return errAgain
}

// revoked ends a copy whose person is no member any more, when the hub has proven that it once was and not only forgot it.
func (f *feed) revoked(ctx context.Context, failed *Failed) error {
	denied := catalog.WrapError(catalog.Denied, failed.Message, failed)
	if !failed.Proven || f.Revoked == nil {
		return denied
	}
	f.record(catalog.SyncEntry{Kind: catalog.EntryRevoked, WorkspaceID: f.Local})
	if err := f.Revoked(ctx, f.Feed); err != nil {
		return err
	}
	return denied
}

// compare asks whether both sides show the same. It reads every item, so it is not asked again while nothing has changed.
func (f *feed) compare(ctx context.Context) error {
	now, dirty, held, err := f.standing(ctx)
	if err != nil {
		return err
	}
	if len(f.questions()) > 0 {
		return waits{catalog.Errorf(catalog.NeedsConsent, "A question waits for an answer.")}
	}
	if dirty > 0 {
		return waits{catalog.Errorf(catalog.Unavailable, "%d changes wait here.", dirty)}
	}
	if held > 0 {
		return waits{catalog.Errorf(catalog.Unsupported, "%d items cannot be taken in by this version.", held)}
	}
	if f.agreed == now && now.cursor.Seq > 0 {
		return nil
	}
	var theirs protocol.Digest
	if err := f.remote.call(ctx, http.MethodGet, path(f.Remote, "/digest"), nil, nil, &theirs); err != nil {
		return f.explain(ctx, err)
	}
	ours, moved, err := f.digest(ctx, now)
	switch {
	case err != nil:
		return err
	case moved || theirs.Head != now.cursor:
		return waits{catalog.Errorf(catalog.Unavailable, "One of both sides has moved on.")}
	case ours != theirs.Digest:
		f.Log.ErrorContext(ctx, "replicas differ at one commit", "feed", f.Local, "seq", theirs.Head.Seq)
		return errors.Join(catalog.Errorf(catalog.Corrupt, "This device and the remote show different things at one commit. It is taken anew."), f.restart(ctx))
	}
	f.agreed, f.seen = now, theirs
	f.record(catalog.SyncEntry{Kind: catalog.EntryAgreed, WorkspaceID: f.Local})
	return nil
}

// digest is that of this side; moved reports that it is not where it was any more.
func (f *feed) digest(ctx context.Context, was agreement) (digest string, moved bool, err error) {
	err = f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) error {
		now, err := standing(view)
		if moved = now != was; err != nil || moved {
			return err
		}
		digest, _, err = replica.Digest(view)
		return err
	})
	return digest, moved, err
}

func standing(view catalog.ItemView) (now agreement, err error) {
	if now.cursor, err = cursor(view); err != nil {
		return now, err
	}
	head, err := view.Head()
	now.local = head.Seq
	return now, err
}

// standing is where this side is, how many items are dirty, and how many the store does not take.
func (f *feed) standing(ctx context.Context) (now agreement, dirty, held int, err error) {
	err = f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) error {
		if now, err = standing(view); err != nil {
			return err
		}
		notes, err := view.Notes(heldNote)
		if err != nil {
			return err
		}
		held = len(notes)
		dirty, err = countDirty(view)
		return err
	})
	return now, dirty, held, err
}

func countDirty(view catalog.ItemView) (n int, err error) {
	for seq := int64(0); ; {
		items, err := view.Dirty(seq, protocol.MaxPushItems)
		if err != nil {
			return n, err
		}
		n += len(items)
		if len(items) < protocol.MaxPushItems {
			return n, nil
		}
		seq = items[len(items)-1].Seq
	}
}

// name is what the workspace is called here.
func (f *feed) name(ctx context.Context) (name string) {
	err := f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) error {
		item, ok, err := view.Item(f.Local)
		if ok {
			name = nameOf(item)
		}
		return err
	})
	if err != nil {
		f.Log.DebugContext(ctx, "a workspace has no item of its own", "feed", f.Local, "error", err)
	}
	return name
}
