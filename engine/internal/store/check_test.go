package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestCheckAfterReindexing removes documents in every way there is, indexes anew and checks, while readers have seen the
// keyword tables before and others check at any moment.
func TestCheckAfterReindexing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			must(f.writer.ExecContext(f.ctx, "PRAGMA synchronous = OFF"))(t)
			stop := f.checkingMeanwhile()
			defer stop()
			r := rand.New(rand.NewPCG(seed, 0))
			for round := range 5 {
				f.removeSome(r, round)
				f.checkKeywords()
				check(t, f.WipeDerived(f.ctx))
				f.checkKeywords()
			}
		})
	}
}

// checkingMeanwhile checks the store again and again until stop.
func (f *fixture) checkingMeanwhile() (stop func()) {
	ended, asked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-asked:
				return
			default:
			}
			if _, err := f.Keyword(f.ctx, words("shared"), f.scope(), 100); err != nil {
				f.t.Error("meanwhile: ", err)
				return
			}
			if err := f.Check(f.ctx); err != nil {
				f.t.Error("meanwhile: ", err)
				return
			}
		}
	}()
	return func() { close(asked); <-ended }
}

// removeSome adds files and a workspace of uploads, then trashes, restores and empties as chance has it.
func (f *fixture) removeSome(r *rand.Rand, round int) {
	f.t.Helper()
	for i := range 5 {
		c := f.put(fmt.Sprintf("shared %d-%d.txt", round, i), fmt.Sprint("shared ", r.IntN(9)), fmt.Sprint("word", r.IntN(1000)))
		if r.IntN(2) == 0 {
			check(f.t, f.DeleteContent(f.ctx, c.ID))
			if r.IntN(3) == 0 {
				check(f.t, f.RestoreContent(f.ctx, c.ID))
			}
		}
	}
	if r.IntN(2) == 0 {
		f.wait(time.Hour)
		must(f.EmptyTrash(f.ctx, f.time()))(f.t)
	}
	doomed := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: fmt.Sprint("Doomed ", round)}))(f.t)
	c := must(f.CreateUpload(f.ctx, doomed.ID, f.owner.UserID, "shared.txt", "text/plain", hashOf(fmt.Sprint(round)), 1))(f.t)
	check(f.t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v1", "shared by the doomed")}))
	check(f.t, f.DeleteWorkspace(f.ctx, doomed.ID))
	check(f.t, f.PurgeWorkspaces(f.ctx, func(string) error { return nil }))
}

// checkKeywords asks the keyword tables, so that a reader knows them as they are now, and holds that they are sound and have
// a row for each live passage and name, and no other. FTS5's own check cannot know: it has no text to compare with.
func (f *fixture) checkKeywords() {
	f.t.Helper()
	check(f.t, f.Check(f.ctx))
	f.find(words("shared"))
	f.named("shared")
	for table, live := range map[string]string{
		"passage_text": "SELECT p.id FROM passage p JOIN content c ON c.key = p.content WHERE c.deleted_at IS NULL",
		"name_text":    "SELECT key FROM content WHERE deleted_at IS NULL",
	} {
		var missing, surplus int
		check(f.t, f.readRow(f.ctx, "SELECT count(*) FROM ("+live+" EXCEPT SELECT rowid FROM "+table+")").Scan(&missing))
		check(f.t, f.readRow(f.ctx, "SELECT count(*) FROM (SELECT rowid FROM "+table+" EXCEPT "+live+")").Scan(&surplus))
		if missing+surplus > 0 {
			f.t.Errorf("%s lacks %d rows and has %d that must not be", table, missing, surplus)
		}
	}
}
