package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// elsewhere is another replica: it makes the items that a test pulls.
type elsewhere struct {
	*fixture
	counter int64
}

// stamp is later than any before.
func (e *elsewhere) stamp() catalog.Stamp {
	e.counter++
	return catalog.Stamp{Time: (e.time().UnixMilli() + e.counter) << 16, Device: "0196-other"}
}

func (e *elsewhere) dot() catalog.Dot {
	e.counter++
	return catalog.Dot{Device: "0196-other", Counter: e.time().UnixMilli() + e.counter}
}

// item is a new item with string fields, given by name and JSON value.
func (e *elsewhere) item(kind catalog.ItemKind, id string, fields ...string) catalog.Item {
	item := catalog.Item{ID: id, Kind: kind, WorkspaceID: e.workspace.ID}.Write(e.dot(), "", nil)
	for i := 0; i < len(fields); i += 2 {
		item = item.Set(fields[i], fields[i+1], e.stamp())
	}
	return item
}

// place is the item of a content's place.
func (e *elsewhere) place(kind catalog.ItemKind, whole, wholeID, contentID string) catalog.Item {
	return e.item(kind, pairID(kind, wholeID, contentID), whole, jsonText(wholeID), "content", jsonText(contentID))
}

// content is the item of a content with bytes of its own.
func (e *elsewhere) content(id, name string) catalog.Item {
	return catalog.Item{ID: id, Kind: catalog.KindContent, WorkspaceID: e.workspace.ID}.Write(e.dot(), hashOf(name), nil).
		Set("fileName", jsonText(name), e.stamp()).Set("bytes", `{"format":"text/plain","size":3}`, e.stamp())
}

// pull merges items, each in a transaction of its own.
func (e *elsewhere) pull(items ...catalog.Item) {
	e.t.Helper()
	for _, item := range items {
		check(e.t, e.UpdateItems(e.ctx, e.workspace.ID, func(tx catalog.ItemTx) error {
			old, ok, err := tx.Item(item.ID)
			if err != nil {
				return err
			}
			if ok {
				item = catalog.Join(old, item)
			}
			item.Dirty = false
			return tx.Put(item, catalog.OriginRemote)
		}))
	}
}

func pulledID(n int) string { return fmt.Sprintf("01960000-0000-7000-8000-%012d", n) }

// TestPulledProjectsInAnyOrder pulls a project, a content and its place in every order.
func TestPulledProjectsInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		e := &elsewhere{fixture: newFixture(t)}
		project, content := pulledID(1), pulledID(2)
		items := []catalog.Item{
			e.item(catalog.KindProject, project, "name", `"Loan"`, "description", `"x"`, "createdAt", "77"),
			e.content(content, "a.txt"),
			e.place(catalog.KindProjectContent, "project", project, content),
		}
		for _, n := range order {
			e.pull(items[n])
		}
		got := must(e.Project(e.ctx, e.workspace.ID, project))(t)
		if got.Name != "Loan" || got.Description != "x" || got.CreatedAt.Unix() != 77 {
			t.Errorf("%v: %+v", order, got)
		}
		if ids := must(e.ProjectContents(e.ctx, e.workspace.ID, project))(t); fmt.Sprint(ids) != fmt.Sprint([]string{content}) {
			t.Errorf("%v: in it %v", order, ids)
		}
		check(t, e.Check(e.ctx))
	}
}

func TestPulledProjectsChangeAndGo(t *testing.T) {
	t.Parallel()
	e := &elsewhere{fixture: newFixture(t)}
	a, b := e.put("a.txt", "alpha"), e.put("b.txt", "beta")
	mine := must(e.CreateProject(e.ctx, e.workspace.ID, "Mine", "of old"))(t)
	check(t, e.AddToProject(e.ctx, e.workspace.ID, mine.ID, a.ID))
	project := e.journalled(mine.ID)
	e.wait(time.Minute)
	e.pull(project.Set("name", `"Yours"`, e.stamp()), e.place(catalog.KindProjectContent, "project", mine.ID, b.ID))
	if got := must(e.Project(e.ctx, e.workspace.ID, mine.ID))(t); got.Name != "Yours" || got.Description != "of old" || got.UpdatedAt != e.time() {
		t.Errorf("renamed to %+v", got)
	}
	in := func(what string, want ...string) {
		t.Helper()
		if ids := must(e.ProjectContents(e.ctx, e.workspace.ID, mine.ID))(t); fmt.Sprint(ids) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, ids, want)
		}
	}
	in("with a pulled place", a.ID, b.ID)
	place := e.journalled(pairID(catalog.KindProjectContent, mine.ID, a.ID))
	e.pull(place.Delete(place.Dots()))
	in("without the place that was taken elsewhere", b.ID)
	check(t, e.AddToProject(e.ctx, e.workspace.ID, mine.ID, a.ID))
	in("put back here", b.ID, a.ID)

	// Deleted on one replica and changed on another, which had not seen it: the change brings it back.
	check(t, e.RemoveFromProject(e.ctx, e.workspace.ID, mine.ID, b.ID))
	project = e.journalled(mine.ID)
	e.pull(project.Delete(project.Dots()))
	if _, err := e.Project(e.ctx, e.workspace.ID, mine.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("deleted elsewhere: %v", err)
	}
	e.pull(project.Write(e.dot(), "", nil))
	in("back again, as it was", a.ID)

	// Two projects may have one name once another replica has a say; a person cannot make a third.
	e.pull(e.item(catalog.KindProject, pulledID(9), "name", `"Yours"`))
	if _, err := e.CreateProject(e.ctx, e.workspace.ID, "yours", ""); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a third of that name: %v", err)
	}
	// What another replica may send amiss.
	e.pull(e.item(catalog.KindProject, pulledID(8), "name", `7`, "createdAt", `"x"`),
		e.item(catalog.KindProjectContent, "not-the-pair", "project", jsonText(mine.ID), "content", jsonText(b.ID)),
		e.item(catalog.KindProjectContent, pairID(catalog.KindProjectContent, "", "")))
	in("after nonsense", a.ID)
	if got := must(e.Project(e.ctx, e.workspace.ID, pulledID(8)))(t); got.Name != "?" {
		t.Errorf("without a name: %+v", got)
	}
	check(t, e.Check(e.ctx))
}

func TestProjectsAreJournalled(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	p := must(f.CreateProject(f.ctx, f.workspace.ID, "Loan", "seven"))(t)
	place := pairID(catalog.KindProjectContent, p.ID, c.ID)
	steps := []struct {
		name   string
		item   string
		change func() error
		alive  bool
		dirty  bool
	}{
		{"rename", p.ID, func() error {
			return f.UpdateProject(f.ctx, f.workspace.ID, p.ID, catalog.ProjectChange{Name: new("Other")})
		}, true, true},
		{"add", place, func() error { return f.AddToProject(f.ctx, f.workspace.ID, p.ID, c.ID) }, true, true},
		{"add again", place, func() error { return f.AddToProject(f.ctx, f.workspace.ID, p.ID, c.ID) }, true, false},
		{"remove", place, func() error { return f.RemoveFromProject(f.ctx, f.workspace.ID, p.ID, c.ID) }, false, true},
		{"remove again", place, func() error { return f.RemoveFromProject(f.ctx, f.workspace.ID, p.ID, c.ID) }, false, false},
		{"put back", place, func() error { return f.AddToProject(f.ctx, f.workspace.ID, p.ID, c.ID) }, true, true},
		{"trash", place, func() error { return f.DeleteContent(f.ctx, c.ID) }, true, false},
		{"delete", p.ID, func() error { return f.DeleteProject(f.ctx, f.workspace.ID, p.ID) }, false, true},
	}
	if item := f.journalled(p.ID); item.Kind != catalog.KindProject || item.Fields["name"].Value != `"Loan"` || item.Fields["description"].Value != `"seven"` || !item.Dirty {
		t.Errorf("made as %+v", item)
	}
	for _, step := range steps {
		f.clean()
		check(t, step.change())
		if item := f.journalled(step.item); item.Deleted() == step.alive || item.Dirty != step.dirty {
			t.Errorf("%s: %+v", step.name, item)
		}
	}
	check(t, f.Check(f.ctx))
}
