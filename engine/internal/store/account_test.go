package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// person is the fixture's owner's feed.
func (f *fixture) person() string { return catalog.AccountFeed(f.owner.UserID) }

// carried brings everything of a feed here to another data directory, as two peers of one hub would, and back.
func (f *fixture) carried(feed string, to *fixture, toFeed string) {
	f.t.Helper()
	carry := func(from, to *fixture, feed, toFeed string) {
		var items []catalog.Item
		check(f.t, from.ViewItems(f.ctx, feed, func(v catalog.ItemView) (err error) { items, err = v.Since(0, 1<<20); return err }))
		e := to.faraway()
		for _, item := range items {
			item.WorkspaceID = toFeed
			e.pull(item)
		}
	}
	carry(f, to, feed, toFeed)
	carry(to, f, toFeed, feed)
}

func TestWhatAPersonHasIsJournalled(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	user := f.owner.UserID
	a := must(f.CreateAgent(f.ctx, user, "Lawyer", "Be exact."))(t)
	l := must(f.CreateLibrary(f.ctx, user, "Reading", []string{"https://a.example/", "https://b.example/", "https://a.example/"}))(t)
	q := must(f.KeepQuestion(f.ctx, user, catalog.Asked{Text: "When?", Workspaces: []string{f.workspace.ID}, Later: true}, &catalog.Answer{Response: "Never.", Answered: true}))(t)
	if len(l.URLs) != 2 || len(q.Answers) != 1 || !q.Answers[0].Here || q.Answers[0].Answer.Response != "Never." || !q.Later {
		t.Errorf("made %+v and %+v", l, q)
	}
	page := pairID(catalog.KindLibraryPage, l.ID, "https://b.example/")
	for _, id := range []string{a.ID, l.ID, q.ID, page} {
		if item := f.journalled(id); !item.Dirty || item.Deleted() || item.WorkspaceID != f.person() {
			t.Errorf("%s is journalled as %+v", id, item)
		}
	}
	f.clean()
	check(t, f.UpdateAgent(f.ctx, user, a.ID, catalog.AgentChange{Instructions: new("Be brief.")}))
	if item := f.journalled(a.ID); !item.Dirty || item.Fields["instructions"].Value != `"Be brief."` {
		t.Errorf("the agent is journalled as %+v", item)
	}
	check(t, f.UpdateLibrary(f.ctx, user, l.ID, catalog.LibraryChange{URLs: []string{"https://c.example/", "https://a.example/"}}))
	if got := must(f.Library(f.ctx, user, l.ID))(t); !slices.Equal(got.URLs, []string{"https://c.example/", "https://a.example/"}) {
		t.Errorf("the library has %v", got.URLs)
	}
	if !f.journalled(page).Deleted() {
		t.Error("the address that was taken out lives on")
	}
	check(t, f.UpdateLibrary(f.ctx, user, l.ID, catalog.LibraryChange{URLs: []string{"https://c.example/", "https://a.example/", "https://b.example/"}}))
	if f.journalled(page).Deleted() || len(must(f.Library(f.ctx, user, l.ID))(t).URLs) != 3 {
		t.Error("the address that was put back is not there")
	}
	check(t, f.DeleteAgent(f.ctx, user, a.ID))
	check(t, f.DeleteLibrary(f.ctx, user, l.ID))
	check(t, f.DeleteQuestion(f.ctx, user, q.ID))
	for _, id := range []string{a.ID, l.ID, q.ID} {
		if !f.journalled(id).Deleted() {
			t.Errorf("%s lives on", id)
		}
	}
	check(t, f.Check(f.ctx))
}

func TestAPersonsThingsOnTwoDevices(t *testing.T) {
	t.Parallel()
	f, g := newFixture(t), newFixture(t)
	g.wait(time.Millisecond) // or both make the same ids
	check(t, g.NewDevice(g.ctx))
	user := f.owner.UserID
	l := must(f.CreateLibrary(f.ctx, user, "Reading", []string{"https://a.example/"}))(t)
	must(f.CreateAgent(f.ctx, user, "Lawyer", "Be exact."))(t)
	must(g.CreateAgent(g.ctx, g.owner.UserID, "LAWYER", "Be kind."))(t)
	q := must(f.KeepQuestion(f.ctx, user, catalog.Asked{Text: "When?", Later: true}, nil))(t)
	f.carried(f.person(), g, g.person())
	// Both add an address and answer at the same time.
	check(t, f.UpdateLibrary(f.ctx, user, l.ID, catalog.LibraryChange{URLs: []string{"https://a.example/", "https://f.example/"}}))
	check(t, g.UpdateLibrary(g.ctx, g.owner.UserID, l.ID, catalog.LibraryChange{URLs: []string{"https://a.example/", "https://g.example/"}}))
	due := must(g.DueQuestions(g.ctx, 10))(t)
	if len(due) != 1 || due[0].ID != q.ID || due[0].UserID != g.owner.UserID || len(must(f.DueQuestions(f.ctx, 10))(t)) != 0 {
		t.Errorf("due are %+v", due)
	}
	check(t, g.AnswerQuestion(g.ctx, g.owner.UserID, q.ID, catalog.Answer{Response: "There."}))
	check(t, f.AnswerQuestion(f.ctx, user, q.ID, catalog.Answer{Response: "Here."}))
	f.carried(f.person(), g, g.person())
	for _, here := range []*fixture{f, g} {
		got := must(here.Library(here.ctx, here.owner.UserID, l.ID))(t)
		if !slices.Contains(got.URLs, "https://f.example/") || !slices.Contains(got.URLs, "https://g.example/") || len(got.URLs) != 3 {
			t.Errorf("the library has %v", got.URLs)
		}
		asked := must(here.Question(here.ctx, here.owner.UserID, q.ID))(t)
		if len(asked.Answers) != 2 || len(must(here.DueQuestions(here.ctx, 10))(t)) != 0 {
			t.Errorf("the question is %+v", asked)
		}
		agents := must(here.Agents(here.ctx, here.owner.UserID))(t)
		if len(agents) != 2 || agents[0].Name == agents[1].Name {
			t.Errorf("agents are %+v", agents)
		}
		list, total, err := here.Questions(here.ctx, here.owner.UserID, 10, 0)
		if err != nil || total != 1 || len(list) != 1 {
			t.Errorf("questions are %+v, %d, %v", list, total, err)
		}
		check(t, here.Check(here.ctx))
	}
	check(t, g.DeleteLibrary(g.ctx, g.owner.UserID, l.ID))
	check(t, g.DeleteQuestion(g.ctx, g.owner.UserID, q.ID))
	f.carried(f.person(), g, g.person())
	if list := must(f.Libraries(f.ctx, user))(t); len(list) != 0 {
		t.Errorf("libraries are %+v", list)
	}
	if _, err := f.Question(f.ctx, user, q.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("the question: %v", err)
	}
}

// TestADatabaseOfBeforeSynchronisationOpens: what stood outside of the journal stands in it then.
func TestADatabaseOfBeforeSynchronisationOpens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openHandle(filepath.Join(dir, FileName), "rwc", 1)
	statements := []string{}
	for _, name := range []string{"0001_initial", "0002_nouns", "0003_classify", "0004_indexing"} {
		script, err := migrationFiles.ReadFile("migrations/" + name + ".sql")
		check(t, err)
		if statements = append(statements, string(script)); name == "0001_initial" {
			statements = append(statements, firstRows)
		}
	}
	statements = append(statements, `
		INSERT INTO item (key, id, kind, workspace, seq, vector, dirty) VALUES (9, '`+memberID("01900000-0000-7000-8000-000000000004", "01900000-0000-7000-8000-000000000002")+`', 'member', 1, 1, '{}', 0);
		INSERT INTO item_version (item, device, counter, blob) VALUES (9, 1, 9, x'');
		INSERT INTO agent (id, user, name, name_fold, instructions, created_at, updated_at) VALUES ('01900000-0000-7000-8000-0000000000a1', 1, 'A', 'a', 'I', 5, 6);
		INSERT INTO library (id, user, name, name_fold, urls, created_at, updated_at) VALUES
		  ('01900000-0000-7000-8000-0000000000b1', 1, 'L', 'l', '["https://b.example/","https://a.example/","https://b.example/"]', 5, 6),
		  ('01900000-0000-7000-8000-0000000000b2', 1, 'M', 'm', '[]', 5, 6);`,
		"PRAGMA user_version = 4", fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	check(t, db.Close())
	for range 2 {
		s := must(Open(t.Context(), dir, Options{}))(t)
		check(t, s.Check(t.Context()))
		user := "01900000-0000-7000-8000-000000000002"
		if l := must(s.Library(t.Context(), user, "01900000-0000-7000-8000-0000000000b1"))(t); !slices.Equal(l.URLs, []string{"https://b.example/", "https://a.example/"}) {
			t.Errorf("the library is %+v", l)
		}
		check(t, s.ViewItems(t.Context(), catalog.AccountFeed(user), func(v catalog.ItemView) error {
			items := must(v.Dirty(0, 100))(t)
			kinds := map[catalog.ItemKind]int{}
			for _, item := range items {
				kinds[item.Kind]++
			}
			if kinds[catalog.KindAgent] != 1 || kinds[catalog.KindLibrary] != 2 || kinds[catalog.KindLibraryPage] != 2 || len(items) != 5 {
				t.Errorf("journalled are %v", kinds)
			}
			return nil
		}))
		check(t, s.ViewItems(t.Context(), "01900000-0000-7000-8000-000000000004", func(v catalog.ItemView) error {
			members := must(v.OfKind(catalog.KindMember))(t)
			if len(members) != 1 || members[0].Fields["email"].Value != `"me@here"` || members[0].Fields["name"].Value != `"me"` || !members[0].Dirty {
				t.Errorf("the member is %+v", members)
			}
			if live := must(v.Live())(t); live != 2 {
				t.Errorf("%d contents live", live)
			}
			if gone := must(v.Tombstones(100, 10))(t); len(gone) != 1 {
				t.Errorf("tombstones are %+v", gone)
			}
			return nil
		}))
		if d := must(s.Device(t.Context()))(t); d.ID != "01900000-0000-7000-8000-000000000001" {
			t.Errorf("the device is %+v", d)
		}
		check(t, s.Close())
	}
}
