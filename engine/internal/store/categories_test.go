package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// licence is a category whose versions are told apart by two fields.
func (f *fixture) licence() catalog.Category {
	f.t.Helper()
	return must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: "Business Licence", Fields: []catalog.CategoryField{
		{Key: "Holder", Type: catalog.FieldString, Required: true, UniqueIndexElement: true},
		{Key: "Year", Type: catalog.FieldNumber, UniqueIndexElement: true},
		{Key: "Status", Type: catalog.FieldShortString},
	}}))(f.t)
}

// upload makes a content; metadata is by key and value in turn.
func (f *fixture) upload(name, category string, metadata map[string]any) catalog.Content {
	f.t.Helper()
	return must(f.CreateContent(f.ctx, NewContent{WorkspaceID: f.workspace.ID, UserID: f.owner.UserID, Name: name, Format: "text/plain",
		SHA256: hashOf(name), Size: 1, CategoryID: category, Metadata: metadata}))(f.t)
}

// named returns the names of the contents that the name index finds.
func (f *fixture) named(terms ...string) string {
	f.t.Helper()
	var names []string
	for _, hit := range must(f.Names(f.ctx, catalog.KeywordQuery{Terms: terms, All: true}, f.scope(), 1000))(f.t) {
		for _, c := range must(f.Contents(f.ctx, []int64{hit.ContentKey}))(f.t) {
			names = append(names, c.FileName)
		}
	}
	return strings.Join(names, " ")
}

func TestCategories(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.licence()
	if got := must(f.Category(f.ctx, f.workspace.ID, c.ID))(t); fmt.Sprint(got) != fmt.Sprint(c) || len(got.Fields) != 3 {
		t.Errorf("stored %+v, made %+v", got, c)
	}
	for _, name := range []string{"business licence", "BUSINESS LICENCE"} {
		if _, err := f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: name}); catalog.CodeOf(err) != catalog.Conflict {
			t.Errorf("another %s: %v", name, err)
		}
	}
	f.wait(time.Second)
	other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(t)
	same := must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: other.ID, Name: "Business Licence"}))(t)
	if _, err := f.Category(f.ctx, f.workspace.ID, same.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("a category of another workspace: %v", err)
	}
	a := must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: "a"}))(t)
	list := must(f.Categories(f.ctx, f.workspace.ID))(t)
	at := slices.IndexFunc(list, func(c catalog.Category) bool { return c.ID == a.ID }) // both were made in one second
	if len(list) != 2 || at < 0 || list[at].Fields == nil {
		t.Errorf("listed %+v", list)
	}
	if _, err := f.UpdateCategory(f.ctx, f.workspace.ID, a.ID, catalog.CategoryChange{Name: new("BUSINESS licence")}); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a name that another has: %v", err)
	}
	if _, err := f.UpdateCategory(f.ctx, f.workspace.ID, same.ID, catalog.CategoryChange{Name: new("b")}); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("change of another workspace's: %v", err)
	}
	if _, err := f.UpdateCategory(f.ctx, f.workspace.ID, a.ID, catalog.CategoryChange{Fields: &[]catalog.CategoryField{{Key: "x", Type: "TEXT"}}}); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("a wrong field: %v", err)
	}
	f.clean()
	f.wait(time.Second)
	if got := must(f.UpdateCategory(f.ctx, f.workspace.ID, a.ID, catalog.CategoryChange{}))(t); !got.UpdatedAt.Equal(a.UpdatedAt) || f.journalled(a.ID).Dirty {
		t.Error("nothing changed and was written")
	}
	renamed := must(f.UpdateCategory(f.ctx, f.workspace.ID, a.ID, catalog.CategoryChange{Name: new("A")}))(t)
	if item := f.journalled(a.ID); renamed.Name != "A" || !renamed.UpdatedAt.After(a.UpdatedAt) || !item.Dirty || item.Kind != catalog.KindCategory || item.Fields["name"].Value != `"A"` {
		t.Errorf("renamed %+v, journalled %+v", renamed, item)
	}

	doc := f.upload("doc", a.ID, nil)
	if err := f.DeleteCategory(f.ctx, f.workspace.ID, a.ID); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("a category that is used: %v", err)
	}
	check(t, f.DeleteContent(f.ctx, doc.ID))
	check(t, f.DeleteCategory(f.ctx, f.workspace.ID, a.ID))
	if err := f.DeleteCategory(f.ctx, f.workspace.ID, a.ID); catalog.CodeOf(err) != catalog.NotFound || !f.journalled(a.ID).Deleted() {
		t.Errorf("again: %v", err)
	}
	check(t, f.RestoreContent(f.ctx, doc.ID))
	check(t, f.UpdateContent(f.ctx, doc.ID, catalog.ContentChange{Metadata: map[string]any{"any": 1.0}}))
	check(t, f.Check(f.ctx))
}

func TestContentsFollowTheirCategory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.licence()
	for i := range followSlice + 20 {
		f.upload(fmt.Sprint("l", i), c.ID, map[string]any{"Holder": "Ada", "Year": float64(i)})
	}
	last := must(f.Content(f.ctx, must(f.Fetch(f.ctx, catalog.FetchQuery{WorkspaceID: f.workspace.ID, Limit: 1}))(t).Contents[0].ID))(t)
	if want := fmt.Sprint("business licence_ada_", last.Metadata["Year"]); last.VersionString != want {
		t.Fatalf("version %q, want %q", last.VersionString, want)
	}
	versions := func(like string) (n int) {
		check(t, f.readOnce(f.ctx, func(row scanner) error { return row.Scan(&n) }, "SELECT count(*) FROM content WHERE version_string LIKE ?", like))
		return n
	}
	must(f.UpdateCategory(f.ctx, f.workspace.ID, c.ID, catalog.CategoryChange{Name: new("Permit")}))(t)
	if n := versions("permit_ada_%"); n != followSlice+20 {
		t.Errorf("%d have followed the name", n)
	}
	if f.named("licence") != "" || len(strings.Fields(f.named("permit"))) != followSlice+20 {
		t.Error("the name index has not followed")
	}

	// The change is durable and a crash comes before its contents have followed: opening goes on.
	broken := errors.New("the power went")
	begun := 0
	f.failing = func(query string) error {
		if query == "BEGIN IMMEDIATE" {
			begun++
		}
		if begun > 2 {
			return broken
		}
		return nil
	}
	fields := []catalog.CategoryField{{Key: "Year", Type: catalog.FieldNumber, UniqueIndexElement: true}}
	if _, err := f.UpdateCategory(f.ctx, f.workspace.ID, c.ID, catalog.CategoryChange{Fields: &fields}); !errors.Is(err, broken) {
		t.Fatalf("the crash: %v", err)
	}
	if n := versions("permit_ada_%"); n != 20 {
		t.Errorf("%d are left after one slice", n)
	}
	check(t, f.Close())
	f.open()
	if n := versions("permit_ada_%"); n != 0 || versions("permit_%") != followSlice+20 {
		t.Errorf("%d are left after opening", n)
	}
	if fields = nil; must(f.UpdateCategory(f.ctx, f.workspace.ID, c.ID, catalog.CategoryChange{Fields: &fields}))(t).Fields != nil || versions("%") != 0 {
		t.Error("without unique fields there are versions")
	}
	var left int
	check(t, f.readRow(f.ctx, "SELECT count(*) FROM setting WHERE name LIKE 'category %'").Scan(&left))
	if left != 0 {
		t.Errorf("%d changes are still to be followed", left)
	}
	check(t, f.Check(f.ctx))
}

func TestDescriptionIsKeptTogether(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.licence()
	doc := f.upload("scan", c.ID, map[string]any{"Holder": "Ada", "Year": 2024.0})
	if doc.VersionString != "business licence_ada_2024" || doc.CategoryID != c.ID {
		t.Errorf("made %+v", doc)
	}
	item := f.journalled(doc.ID)
	if item.Fields["categoryId"].Value != `"`+c.ID+`"` || item.Fields["metadata.Year"].Value != "2024" {
		t.Errorf("journalled %+v", item.Fields)
	}
	f.wait(time.Second)
	change := catalog.ContentChange{Metadata: map[string]any{"Holder": "Grace", "Status": "Draft", "Year": nil}, Inference: map[string]any{"categoryId": "e-1"}}
	check(t, f.UpdateContent(f.ctx, doc.ID, change))
	after := must(f.Content(f.ctx, doc.ID))(t)
	if fmt.Sprint(after.Metadata, after.Inference) != "map[Holder:Grace Status:Draft] map[categoryId:e-1]" || after.VersionString != "" || !after.UpdatedAt.After(doc.UpdatedAt) {
		t.Errorf("after %+v", after)
	}
	if f.named("grace") != "scan" || f.named("status") != "scan" || f.named("licence") != "scan" || f.named("ada") != "" || f.named("year") != "" {
		t.Error("the name index differs")
	}
	item = f.journalled(doc.ID)
	if r := item.Fields["metadata.Year"]; r.Value != "" || r.Stamp.Time == 0 || item.Fields["inference.categoryId"].Value != `"e-1"` {
		t.Errorf("journalled %+v", item.Fields)
	}
	scope := f.scope()
	scope.Filter = must(catalog.ParseFilter([]byte(`{"metadata": {"Holder": "Grace", "Year": {"exists": false}}}`)))(t)
	if set, _, err := f.Admit(f.ctx, scope); err != nil || !set.Has(doc.Key) {
		t.Errorf("filters see something else: %v", err)
	}

	before := f.dump()
	for _, wrong := range []catalog.ContentChange{
		{},
		{CategoryID: new("0196f6b0-0000-7000-8000-000000000000")},
		{Metadata: map[string]any{"Year": "2024"}},
		{Metadata: map[string]any{"Colour": "red", "Holder": "Eve"}},
	} {
		if err := f.UpdateContent(f.ctx, doc.ID, wrong); !wrong.Empty() && catalog.CodeOf(err) != catalog.Invalid || wrong.Empty() && err != nil {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	if _, err := f.CreateContent(f.ctx, NewContent{WorkspaceID: f.workspace.ID, Name: "x", CategoryID: c.ID, Complete: true}); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("an incomplete content: %v", err)
	}
	if f.dump() != before {
		t.Error("what was refused left something")
	}
	check(t, f.DeleteContent(f.ctx, doc.ID))
	if err := f.UpdateContent(f.ctx, doc.ID, change); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("in the trash: %v", err)
	}
	check(t, f.Check(f.ctx))
}

// TestPulledDescriptions: what other devices say of a content and of its category is found, filtered and grouped like
// what is said here, whichever comes first.
func TestPulledDescriptions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const categoryID, contentID = "01960000-0000-7000-8000-00000000000c", "01960000-0000-7000-8000-00000000000d"
	tick := f.time().UnixMilli() << 16
	stamp := func() catalog.Stamp { tick++; return catalog.Stamp{Time: tick, Device: "0196-other"} }
	dot := func() catalog.Dot { tick++; return catalog.Dot{Device: "0196-other", Counter: tick} }
	put := func(item catalog.Item) {
		t.Helper()
		item.WorkspaceID = f.workspace.ID
		check(t, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error { return tx.Put(item, catalog.OriginRemote) }))
	}
	category := catalog.Item{ID: categoryID, Kind: catalog.KindCategory}.Write(dot(), "", nil).Set("name", `"Permit"`, stamp()).
		Set("fields", `[{"key":"Holder","type":"STRING","uniqueIndexElement":true,"later":1}]`, stamp())
	content := catalog.Item{ID: contentID, Kind: catalog.KindContent}.Write(dot(), hashOf("remote"), nil).Set("fileName", `"r.pdf"`, stamp()).
		Set("categoryId", `"`+categoryID+`"`, stamp()).Set("metadata.Holder", `"Ada"`, stamp()).Set("metadata.Pages", `3`, stamp()).Set("inference.categoryId", `"e-1"`, stamp())
	put(content)
	if got := must(f.Content(f.ctx, contentID))(t); got.VersionString != "" || got.CategoryID != categoryID || got.Inference["categoryId"] != "e-1" {
		t.Errorf("before its category has come: %+v", got)
	}
	put(category)
	got := must(f.Content(f.ctx, contentID))(t)
	if got.VersionString != "permit_ada" || f.named("permit") != "r.pdf" || f.named("holder", "ada") != "r.pdf" {
		t.Errorf("with its category: %+v", got)
	}
	filtered := func(filter string) int {
		t.Helper()
		scope := f.scope()
		scope.Filter = must(catalog.ParseFilter([]byte(filter)))(t)
		_, n, err := f.Admit(f.ctx, scope)
		check(t, err)
		return n
	}
	if filtered(`{"metadata": {"Holder": "Ada", "Pages": {"gt": 2}}}`) != 1 {
		t.Error("filters do not see what was pulled")
	}
	content = content.Set("metadata.Holder", `"Grace"`, stamp()).Set("metadata.Pages", "", stamp()).Set("inference.categoryId", "", stamp())
	put(content)
	if got := must(f.Content(f.ctx, contentID))(t); got.VersionString != "permit_grace" || len(got.Inference) != 0 || len(got.Metadata) != 1 || f.named("ada") != "" {
		t.Errorf("after a pulled change: %+v", got)
	}
	if filtered(`{"metadata.Pages": {"exists": true}}`) != 0 || filtered(`{"metadata.Holder": "Grace"}`) != 1 {
		t.Error("filters see what was before")
	}
	put(category.Set("name", `"Licence"`, stamp()))
	if got := must(f.Content(f.ctx, contentID))(t); got.VersionString != "licence_grace" || f.named("permit") != "" {
		t.Errorf("after its category was renamed: %+v", got)
	}
	put(category.Delete(category.Dots()))
	if got := must(f.Content(f.ctx, contentID))(t); got.VersionString != "" || f.named("licence") != "" {
		t.Errorf("after its category was deleted: %+v", got)
	}
	put(content.Delete(content.Dots()))
	if f.named("grace") != "" {
		t.Error("found after its deletion")
	}
	put(content)
	if f.named("grace") != "r.pdf" {
		t.Error("not found after it came back")
	}
	check(t, f.Check(f.ctx))
}
