package peer

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// fewNames is how many documents a question or a line of the history names.
const fewNames = 5

// inID and outID name the two questions that a feed can have.
func (f *feed) inID() string  { return f.Local + ":" + string(catalog.AskDeletionsIn) }
func (f *feed) outID() string { return f.Local + ":" + string(catalog.AskDeletionsOut) }

// answered is what a person has said to a question, once.
func (f *feed) answered(id string) (yes, no bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	said, ok := f.answers[id]
	return ok && said, ok && !said
}

func (f *feed) forgetAnswer(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.answers, id)
}

// takeAnswers acts on what a person has said since the last round.
func (f *feed) takeAnswers(ctx context.Context) error {
	yes, no := f.answered(f.outID())
	if yes || no {
		f.forgetAnswer(f.outID())
		f.record(catalog.SyncEntry{Kind: catalog.EntryAnswered, WorkspaceID: f.Local, Count: len(f.held)})
	}
	if yes {
		f.consent = len(f.held)
		clear(f.held)
		f.asking = bulk{}
	}
	if no { // they stay held until they change, and are named with what is set aside
		f.kept = true
	}
	f.mu.Lock()
	retry := f.retry[f.Local]
	delete(f.retry, f.Local)
	f.mu.Unlock()
	if retry {
		clear(f.waiting)
		if f.kept {
			clear(f.held)
			f.asking, f.kept = bulk{}, false
		}
		if err := f.takeHeld(ctx); err != nil {
			return err
		}
	}
	return f.tryAgain(ctx, retry)
}

// ask raises the question about deletions that the hub has not let through.
func (f *feed) ask(ctx context.Context, b batch) error {
	if f.kept {
		return nil
	}
	fresh := f.asking.count == 0
	f.asking.count = len(f.held)
	for _, item := range b.items {
		if _, held := f.held[item.ID]; held && len(f.asking.names) < fewNames {
			f.asking.names = append(f.asking.names, nameOf(item))
		}
	}
	err := f.Store.ViewItems(ctx, f.Local, func(view catalog.ItemView) (err error) {
		live, err := view.Live()
		f.asking.of = live + len(f.held)
		return err
	})
	if fresh && err == nil {
		f.record(catalog.SyncEntry{Kind: catalog.EntryAsked, WorkspaceID: f.Local, Count: len(f.held), Names: f.asking.names})
	}
	return err
}

// applied notes what an applied run has brought, or the question that it waits for. moved is false for a question.
func (f *feed) applied(ctx context.Context, a *applying) (moved bool) {
	if a.bulk.count > 0 {
		if f.asked == nil {
			f.record(catalog.SyncEntry{Kind: catalog.EntryAsked, WorkspaceID: f.Local, Count: a.bulk.count, Names: a.bulk.names})
		}
		f.asked = &a.bulk
		return false
	}
	if a.yes || a.no {
		f.forgetAnswer(f.inID())
		f.record(catalog.SyncEntry{Kind: catalog.EntryAnswered, WorkspaceID: f.Local, Count: a.deleted.Count})
	}
	f.asked = nil
	f.forgetAcks()
	a.got.Kind, a.deleted.Kind, a.clashed.Kind = catalog.EntryReceived, catalog.EntryDeleted, catalog.EntryConflict
	for _, entry := range []catalog.SyncEntry{a.got, a.deleted, a.clashed} {
		if entry.WorkspaceID = f.Local; entry.Count > 0 {
			f.record(entry)
		}
	}
	if a.restored {
		f.Log.WarnContext(ctx, "the remote was put back from a backup; what it lost is offered again", "feed", f.Local)
		f.record(catalog.SyncEntry{Kind: catalog.EntryRestored, WorkspaceID: f.Local})
	}
	return true
}
