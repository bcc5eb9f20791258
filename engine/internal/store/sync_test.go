package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// faraway is another device that writes to the fixture's feeds.
type faraway struct {
	*fixture
	device string
	n      int64
}

func (f *fixture) faraway() *faraway { return &faraway{fixture: f, device: "0196-other"} }

func (e *faraway) dot() catalog.Dot {
	e.n++
	return catalog.Dot{Device: e.device, Counter: e.time().UnixMilli() + e.n}
}

func (e *faraway) stamp() catalog.Stamp {
	e.n++
	return catalog.Stamp{Time: e.time().UnixMilli()<<16 + e.n, Device: e.device}
}

// item makes one of a feed with fields of JSON values.
func (e *faraway) item(kind catalog.ItemKind, feed, id, blob string, fields map[string]any) catalog.Item {
	item := catalog.Item{ID: id, Kind: kind, WorkspaceID: feed}.Write(e.dot(), blob, nil)
	stamp := e.stamp()
	for name, value := range fields {
		item = item.Set(name, jsonText(value), stamp)
	}
	return item
}

func (e *faraway) content(id, name, bytes string, fields map[string]any) catalog.Item {
	all := map[string]any{"fileName": name, "bytes": map[string]any{"format": "text/plain", "size": len(bytes)},
		"made": map[string]any{"addedBy": "u-remote", "createdAt": 1700000000, "source": "folder"}}
	for name, value := range fields {
		all[name] = value
	}
	return e.item(catalog.KindContent, e.workspace.ID, id, hashOf(bytes), all)
}

// pull joins items into what is here, as synchronisation does.
func (e *faraway) pull(items ...catalog.Item) {
	e.t.Helper()
	for _, item := range items {
		check(e.t, e.UpdateItems(e.ctx, item.WorkspaceID, func(tx catalog.ItemTx) error {
			joined := item
			if old, ok, err := tx.Item(item.ID); err != nil {
				return err
			} else if ok {
				joined = catalog.Join(old, item)
			}
			joined.Dirty = !catalog.SameState(joined, item)
			return tx.Put(joined, catalog.OriginRemote)
		}))
	}
}

const anID = "01960000-0000-7000-8000-%012d"

func TestPulledContentIsRemoteUntilItsBytesCome(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	must(f.TextPending(f.ctx, "v1"))(t)
	item := e.content(fmt.Sprintf(anID, 1), "far.txt", "far away", map[string]any{"metadata.author": "Ada"})
	e.pull(item)
	c := must(f.Content(f.ctx, item.ID))(t)
	if !c.Remote || c.Source != catalog.SourceUpload || c.AddedBy != "u-remote" || c.CreatedAt.Unix() != 1700000000 || c.Metadata["author"] != "Ada" || c.Path != "" {
		t.Errorf("the content is %+v", c)
	}
	if n := must(f.TextPending(f.ctx, "v1"))(t); n != 0 {
		t.Errorf("%d wait although their bytes are not wanted here", n)
	}
	check(t, f.BlobsArrived(f.ctx, f.workspace.ID, []Blob{{c.SHA256, c.Size}}))
	if n := must(f.TextPending(f.ctx, "v1"))(t); n != 1 || must(f.Content(f.ctx, item.ID))(t).Remote {
		t.Errorf("%d wait after the bytes have come", n)
	}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v1", "far away")}))
	check(t, f.BlobsDropped(f.ctx, f.workspace.ID, []string{c.SHA256}))
	if c := must(f.Content(f.ctx, item.ID))(t); !c.Remote || c.Status != catalog.StatusProcessed || len(f.find(words("away"))) != 1 {
		t.Errorf("after its bytes were dropped the content is %+v", c)
	}
	// The bytes of one that comes later are here already.
	check(t, f.BlobsArrived(f.ctx, f.workspace.ID, []Blob{{hashOf("early"), 5}}))
	e.pull(e.content(fmt.Sprintf(anID, 2), "early.txt", "early", nil))
	if c := must(f.Content(f.ctx, fmt.Sprintf(anID, 2)))(t); c.Remote {
		t.Errorf("the content is %+v", c)
	}
	check(t, f.Check(f.ctx))
}

func TestPulledRevisionLeavesTheFileAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	c := f.put("a.txt", "mine")
	mine := f.journalled(c.ID)
	f.wait(time.Second)
	theirs := mine.Write(e.dot(), hashOf("theirs"), mine.Dots()).Set("bytes", `{"format":"text/plain","size":6}`, e.stamp())
	e.pull(theirs)
	got := must(f.Content(f.ctx, c.ID))(t)
	if got.SHA256 != hashOf("theirs") || !got.Remote || got.InConflict || got.Path != "" || got.Size != 6 || got.Status != catalog.StatusRemote {
		t.Errorf("the content is %+v", got)
	}
	if file := must(f.File(f.ctx, f.folder.ID, "a.txt"))(t); file.SHA256 != c.SHA256 || file.ContentID != c.ID || file.Excluded {
		t.Errorf("the file is %+v", file)
	}
	if n := must(f.TextPending(f.ctx, "v1"))(t); n != 0 || len(f.find(words("mine"))) != 1 {
		t.Error("it waits for bytes that are not here, or is not found by the earlier ones")
	}
	// The same bytes in the file again, as after mirroring: one version, and the file's.
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{revise(newFile("a.txt", "theirs"), c)}))
	got = must(f.Content(f.ctx, c.ID))(t)
	if got.InConflict || got.Remote || got.Source != catalog.SourceFolder || got.Path == "" {
		t.Errorf("after the file has them too the content is %+v", got)
	}
	check(t, f.Check(f.ctx))
}

// TestChangeOfAFileThatWasNotBroughtUp: a person changes a file that holds older bytes than what came from faraway.
func TestChangeOfAFileThatWasNotBroughtUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	c := f.put("a.txt", "mine")
	mine := f.journalled(c.ID)
	e.pull(mine.Write(e.dot(), hashOf("theirs"), mine.Dots()))
	f.wait(time.Minute)
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{revise(newFile("a.txt", "mine, changed"), c)}))
	got := must(f.Content(f.ctx, c.ID))(t)
	if !got.InConflict || got.SHA256 != hashOf("mine, changed") || got.Remote || got.Path == "" {
		t.Errorf("the content is %+v", got)
	}
	d := must(f.Conflict(f.ctx, c.ID))(t)
	if len(d.Versions) != 2 || !d.Versions[0].Answers || !d.Versions[0].Own || !d.Versions[0].Here || d.Versions[1].Answers || d.Versions[1].Here || d.Versions[1].Own ||
		d.Versions[1].SHA256 != hashOf("theirs") || d.Versions[1].Size != -1 || d.FileName != "a.txt" {
		t.Errorf("the conflict is %+v", d)
	}
	if list, total, err := f.Conflicts(f.ctx, []string{f.workspace.ID}, 10); err != nil || total != 1 || len(list) != 1 || list[0].ContentID != c.ID {
		t.Errorf("conflicts are %+v, %d, %v", list, total, err)
	}
	// The file goes: what its person had not seen stays.
	gone := must(f.FilesGone(f.ctx, f.folder.ID, []string{"a.txt"}))(t)
	got = must(f.Content(f.ctx, c.ID))(t)
	if len(gone) != 0 || got.SHA256 != hashOf("theirs") || got.InConflict || !got.Remote {
		t.Errorf("after the file has gone (%v) the content is %+v", gone, got)
	}
	check(t, f.Check(f.ctx))
}

func TestTheGreatestDotAnswers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	c := f.put("a.txt", "mine")
	late := f.journalled(c.ID)
	late.Versions, late.Vector = nil, catalog.Vector{}
	late = late.Write(catalog.Dot{Device: e.device, Counter: f.time().UnixMilli() + 1e9}, hashOf("theirs"), nil)
	e.pull(late)
	if got := must(f.Content(f.ctx, c.ID))(t); !got.InConflict || got.SHA256 != hashOf("theirs") || !got.Remote {
		t.Errorf("the content is %+v", got)
	}
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{revise(newFile("a.txt", "mine again"), c)}))
	if got := must(f.Content(f.ctx, c.ID))(t); !got.InConflict || got.SHA256 != hashOf("theirs") {
		t.Errorf("after a change of the other version the content is %+v", got)
	}
	if item := f.journalled(c.ID); len(item.Versions) != 2 || item.Versions[0].Blob != hashOf("mine again") {
		t.Errorf("its versions are %+v", item.Versions)
	}
	// Versions of the same bytes are no conflict to ask anybody about.
	third := catalog.Dot{Device: "0197-third", Counter: 9}
	e.pull(f.journalled(c.ID).Write(third, hashOf("theirs"), []catalog.Dot{f.journalled(c.ID).Versions[0].Dot}))
	if got := must(f.Content(f.ctx, c.ID))(t); got.InConflict || len(f.journalled(c.ID).Versions) != 2 {
		t.Errorf("the content is %+v", got)
	}
	check(t, f.Check(f.ctx))
}

func TestConflictsAreResolved(t *testing.T) {
	t.Parallel()
	for name, resolve := range map[string]func(t *testing.T, f *fixture, c catalog.Content, d catalog.DocumentConflict){
		"keep what answers": func(t *testing.T, f *fixture, c catalog.Content, d catalog.DocumentConflict) {
			made := must(f.ResolveConflict(f.ctx, c.ID, f.owner.UserID, catalog.KeepVersion, d.Versions[0].Dot))(t)
			if got := must(f.Content(f.ctx, c.ID))(t); len(made) != 0 || got.SHA256 != d.Versions[0].SHA256 || got.InConflict || got.Path == "" {
				t.Errorf("the content is %+v", got)
			}
		},
		"keep the other": func(t *testing.T, f *fixture, c catalog.Content, d catalog.DocumentConflict) {
			must(f.ResolveConflict(f.ctx, c.ID, f.owner.UserID, catalog.KeepVersion, d.Versions[1].Dot))(t)
			if got := must(f.Content(f.ctx, c.ID))(t); got.SHA256 != d.Versions[1].SHA256 || got.InConflict || !got.Remote || got.Path != "" {
				t.Errorf("the content is %+v", got)
			}
		},
		"keep both": func(t *testing.T, f *fixture, c catalog.Content, d catalog.DocumentConflict) {
			made := must(f.ResolveConflict(f.ctx, c.ID, f.owner.UserID, catalog.KeepBoth, catalog.Dot{}))(t)
			if len(made) != 1 {
				t.Fatalf("made %v", made)
			}
			got, second := must(f.Content(f.ctx, c.ID))(t), must(f.Content(f.ctx, made[0]))(t)
			if got.SHA256 != d.Versions[0].SHA256 || got.InConflict || got.Path == "" {
				t.Errorf("the content is %+v", got)
			}
			if second.SHA256 != d.Versions[1].SHA256 || !second.Remote || second.Metadata["k"] != "v" || second.FileName != c.FileName || !f.journalled(second.ID).Dirty {
				t.Errorf("the second content is %+v", second)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			e := f.faraway()
			c := f.put("a.txt", "mine")
			check(t, f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{Metadata: map[string]any{"k": "v"}}))
			theirs := f.journalled(c.ID)
			theirs.Versions, theirs.Vector = nil, catalog.Vector{}
			e.pull(theirs.Write(catalog.Dot{Device: e.device, Counter: 5}, hashOf("theirs"), nil))
			d := must(f.Conflict(f.ctx, c.ID))(t)
			f.clean()
			resolve(t, f, c, d)
			item := f.journalled(c.ID)
			if len(item.Versions) != 1 || !item.Dirty || !item.Vector.Knows(d.Versions[0].Dot) || !item.Vector.Knows(d.Versions[1].Dot) || item.Versions[0].Device != f.DeviceID() {
				t.Errorf("the item is %+v", item)
			}
			if _, err := f.ResolveConflict(f.ctx, c.ID, f.owner.UserID, catalog.KeepVersion, d.Versions[0].Dot); catalog.CodeOf(err) != catalog.NotFound {
				t.Errorf("resolving it again: %v", err)
			}
			if list, total, err := f.Conflicts(f.ctx, []string{f.workspace.ID}, 10); err != nil || total != 0 || len(list) != 0 {
				t.Errorf("conflicts are %+v, %d, %v", list, total, err)
			}
			check(t, f.Check(f.ctx))
		})
	}
}

// TestKeepingBothGivesTheFileToTheVersionItHas: the file holds the version that does not answer.
func TestKeepingBothGivesTheFileToTheVersionItHas(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	c := f.put("a.txt", "mine")
	late := f.journalled(c.ID)
	late.Versions, late.Vector = nil, catalog.Vector{}
	e.pull(late.Write(catalog.Dot{Device: e.device, Counter: f.time().UnixMilli() + 1e9}, hashOf("theirs"), nil))
	if _, err := f.ResolveConflict(f.ctx, c.ID, f.owner.UserID, catalog.KeepVersion, catalog.Dot{Device: "x", Counter: 1}); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("keeping a version that there is not: %v", err)
	}
	made := must(f.ResolveConflict(f.ctx, c.ID, f.owner.UserID, catalog.KeepBoth, catalog.Dot{}))(t)
	second := must(f.Content(f.ctx, made[0]))(t)
	if second.SHA256 != c.SHA256 || second.Remote || second.Path != c.Path || second.Source != catalog.SourceFolder {
		t.Errorf("the second content is %+v", second)
	}
	if file := must(f.File(f.ctx, f.folder.ID, "a.txt"))(t); file.ContentID != second.ID {
		t.Errorf("the file is %+v", file)
	}
	check(t, f.Check(f.ctx))
}

func TestPulledDeletionCanBeRestored(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	c := f.put("a.txt", "mine")
	mine := f.journalled(c.ID)
	e.pull(mine.Delete(mine.Dots()))
	if _, err := f.Content(f.ctx, c.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("after the deletion: %v", err)
	}
	if file := must(f.File(f.ctx, f.folder.ID, "a.txt"))(t); !file.Excluded {
		t.Errorf("the file is %+v", file)
	}
	// Even after the hub has buried it.
	check(t, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error { return tx.Bury(c.ID) }))
	check(t, f.Check(f.ctx))
	check(t, f.RestoreContent(f.ctx, c.ID))
	if got := must(f.Content(f.ctx, c.ID))(t); got.SHA256 != c.SHA256 || got.Path != c.Path || len(f.find(words("mine"))) != 1 {
		t.Errorf("the restored content is %+v", got)
	}
	item := f.journalled(c.ID)
	if !item.Dirty || item.Deleted() || !item.Vector.Knows(mine.Versions[0].Dot) || item.Fields["fileName"].Value != `"a.txt"` {
		t.Errorf("the restored item is %+v", item)
	}
	check(t, f.Check(f.ctx))
}

func TestValuesFoundAutomaticallyLoseToAPersons(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	c := f.put("a.txt", "Author: Ada")
	infer := func(value string) {
		t.Helper()
		must(f.Infer(f.ctx, c.ID, catalog.Inferred{TaskID: anTask, Metadata: map[string]catalog.Found{"author": {Value: value}}}))(t)
	}
	f.wait(time.Hour)
	before := f.journalled(c.ID)
	person := before.Set("metadata.author", `"Grace"`, e.stamp()) // faraway, without knowing what a task finds later here
	f.wait(time.Hour)
	infer("Ada")
	if got := must(f.Content(f.ctx, c.ID))(t); got.Metadata["author"] != "Ada" || got.Inference["author"] != anTask {
		t.Errorf("the content is %+v", got)
	}
	e.pull(person)
	got := must(f.Content(f.ctx, c.ID))(t)
	if got.Metadata["author"] != "Grace" || got.Inference["author"] != nil {
		t.Errorf("after the person's value came the content has %v, inferred %v", got.Metadata, got.Inference)
	}
	// A person takes it away here, a task finds it again, and faraway another person had set it meanwhile.
	check(t, f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{Metadata: map[string]any{"author": nil}}))
	f.wait(time.Hour)
	second := f.journalled(c.ID).Set("metadata.author", `"Barbara"`, e.stamp())
	f.wait(time.Hour)
	infer("Ada")
	if got := must(f.Content(f.ctx, c.ID))(t); got.Metadata["author"] != "Ada" || got.Inference["author"] != anTask {
		t.Errorf("found again the content has %v, inferred %v", got.Metadata, got.Inference)
	}
	e.pull(second)
	if got := must(f.Content(f.ctx, c.ID))(t); got.Metadata["author"] != "Barbara" || got.Inference["author"] != nil {
		t.Errorf("in the end the content has %v, inferred %v", got.Metadata, got.Inference)
	}
	item := f.journalled(c.ID)
	if _, rest := fieldValues(item, metadataField)["author"]; !rest {
		t.Errorf("the item has %v", item.Fields)
	}
	// What another device has captured is inferred there.
	foreign := e.content(fmt.Sprintf(anID, 7), "far.txt", "far", nil)
	e.pull(foreign)
	if _, err := f.Infer(f.ctx, foreign.ID, catalog.Inferred{TaskID: anTask, Metadata: map[string]catalog.Found{"author": {Value: "x"}}}); catalog.CodeOf(err) != catalog.Conflict {
		t.Errorf("inferring for another device: %v", err)
	}
	check(t, f.NewDevice(f.ctx))
	infer("Ada") // still its own
	check(t, f.Check(f.ctx))
}

const anTask = "01960000-0000-7000-8000-0000000000aa"

func TestWorkspaceDeletedElsewhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	f.put("a.txt", "mine")
	token := "made for it"
	check(t, f.write(f.ctx, func(x *tx) error {
		_, err := x.exec("INSERT INTO token (id, name, user, workspace, abilities, hash, created_at) VALUES (?, 'n', 1, ?, '[]', x'00', 1)", token, f.workspace.Key)
		return err
	}))
	item := f.journalled(f.workspace.ID)
	f.changes = nil
	e.pull(item.Delete(item.Dots()))
	if _, err := f.Workspace(f.ctx, f.workspace.ID, f.owner.UserID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("the workspace: %v", err)
	}
	if !must(f.WorkspaceDeleted(f.ctx, f.workspace.ID))(t) || !slices.ContainsFunc(f.changes, func(c catalog.ChangeSet) bool { return c.Folders }) {
		t.Error("nobody is told that its folders are not watched any more")
	}
	var revoked int
	check(t, f.readRow(f.ctx, "SELECT count(*) FROM token WHERE id = ? AND revoked_at > 0", token).Scan(&revoked))
	if revoked != 1 {
		t.Error("a token for it lives on")
	}
	check(t, f.PurgeWorkspaces(f.ctx, func(string) error { return nil }))
	check(t, f.Check(f.ctx))
}

// TestPulledPiecesInAnyOrder: whatever comes first, the rows are the same in the end.
func TestPulledPiecesInAnyOrder(t *testing.T) {
	t.Parallel()
	for turn := range 6 {
		f := newFixture(t)
		e := f.faraway()
		w := f.workspace.ID
		category, project, session, content := fmt.Sprintf(anID, 1), fmt.Sprintf(anID, 2), fmt.Sprintf(anID, 3), fmt.Sprintf(anID, 4)
		pieces := []catalog.Item{
			e.item(catalog.KindCategory, w, category, "", map[string]any{"name": "Licence", "fields": []any{map[string]any{"key": "holder", "type": "string", "uniqueIndexElement": true}}}),
			e.item(catalog.KindProject, w, project, "", map[string]any{"name": "P", "description": "D", "createdAt": 5}),
			e.item(catalog.KindSession, w, session, "", map[string]any{"name": "S", "createdAt": 6}),
			e.content(content, "c.txt", "bytes", map[string]any{"categoryId": category, "metadata.holder": "Ada"}),
			e.item(catalog.KindProjectContent, w, pairID(catalog.KindProjectContent, project, content), "", map[string]any{"project": project, "content": content}),
			e.item(catalog.KindAttachment, w, pairID(catalog.KindAttachment, session, content), "", map[string]any{"session": session, "content": content}),
		}
		for i := range pieces {
			e.pull(pieces[(i*5+turn)%len(pieces)])
		}
		c := must(f.Content(f.ctx, content))(t)
		if c.VersionString != "licence_ada" || c.CategoryID != category {
			t.Errorf("turn %d: the content is %+v", turn, c)
		}
		if ids := must(f.ProjectContents(f.ctx, w, project))(t); len(ids) != 1 {
			t.Errorf("turn %d: the project has %v", turn, ids)
		}
		if list, _, err := f.SessionContents(f.ctx, session, 10, 0); err != nil || len(list) != 1 {
			t.Errorf("turn %d: the session has %v, %v", turn, list, err)
		}
		if names := must(f.Names(f.ctx, words("licence"), f.scope(), 5))(t); len(names) != 1 {
			t.Errorf("turn %d: by its category's name %v are found", turn, names)
		}
		check(t, f.Check(f.ctx))
	}
}

func TestEqualNamesAreToldApart(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	g := f.licence()
	e.pull(e.item(catalog.KindCategory, f.workspace.ID, "01ffffff-0000-7000-8000-000000000001", "", map[string]any{"name": strings.ToUpper(g.Name)}),
		e.item(catalog.KindCategory, f.workspace.ID, "01ffffff-0000-7000-8000-000000000002", "", map[string]any{"name": g.Name}))
	p := must(f.CreateProject(f.ctx, f.workspace.ID, "Move", ""))(t)
	e.pull(e.item(catalog.KindProject, f.workspace.ID, "01ffffff-0000-7000-8000-000000000003", "", map[string]any{"name": "Move"}))
	names := []string{}
	for _, c := range must(f.Categories(f.ctx, f.workspace.ID))(t) {
		names = append(names, c.Name)
	}
	for _, c := range must(f.Projects(f.ctx, f.workspace.ID))(t) {
		names = append(names, c.Name)
	}
	if got, want := fmt.Sprint(names), fmt.Sprint([]string{g.Name, strings.ToUpper(g.Name) + " (2)", g.Name + " (3)", "Move", "Move (2)"}); got != want {
		t.Errorf("names are %s, want %s", got, want)
	}
	check(t, f.DeleteProject(f.ctx, f.workspace.ID, p.ID))
	if left := must(f.Projects(f.ctx, f.workspace.ID))(t); len(left) != 1 || left[0].Name != "Move" {
		t.Errorf("projects are %+v", left)
	}
	// A change of something else does not write the number into the name.
	second := "01ffffff-0000-7000-8000-000000000002"
	must(f.UpdateCategory(f.ctx, f.workspace.ID, second, catalog.CategoryChange{Description: new("d")}))(t)
	if name := f.journalled(second).Fields["name"].Value; name != jsonText(g.Name) {
		t.Errorf("the name is %s", name)
	}
}

func TestHostileItemsDoNoHarm(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e := f.faraway()
	w := f.workspace.ID
	for i, fields := range []map[string]any{
		{"fileName": "../../etc/passwd\x00", "bytes": map[string]any{"format": "a\x00b", "size": -5}, "made": map[string]any{"createdAt": -1 << 40, "source": "folder", "addedBy": "\x00"}},
		{"fileName": strings.Repeat("x", 5000), "categoryId": []int{1}, "metadata.\x00": "a\x00b", "metadata.deep": map[string]any{"a": []any{map[string]any{}}}},
		{"fileName": nil, "bytes": nil, "made": nil, "inference.x": 5},
	} {
		e.pull(e.item(catalog.KindContent, w, fmt.Sprintf(anID, i), hashOf("b"), fields))
		must(f.Content(f.ctx, fmt.Sprintf(anID, i)))(t)
	}
	e.pull(e.item(catalog.KindContent, w, "not a uuid ' \" \x01", "", nil))
	err := f.UpdateItems(f.ctx, w, func(tx catalog.ItemTx) error {
		return tx.Put(e.item(catalog.KindContent, w, "y", "no hash", nil), catalog.OriginRemote)
	})
	if catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("bytes under a name that is no hash: %v", err)
	}
	e.pull(e.item(catalog.KindMember, w, "of nobody", "", map[string]any{"user": f.owner.UserID, "role": "VIEWER"}))
	e.pull(e.item(catalog.KindWorkspace, w, fmt.Sprintf(anID, 9), "", map[string]any{"name": "Taken over"}))
	e.pull(e.item(catalog.KindProjectContent, w, "of nothing", "", map[string]any{"project": "x", "content": "y"}))
	if role := must(f.Role(f.ctx, w, f.owner.UserID))(t); role != catalog.RoleOwner {
		t.Errorf("an item under another's name made the owner %s", role)
	}
	if got := must(f.Workspace(f.ctx, w, f.owner.UserID))(t); got.Name == "Taken over" {
		t.Error("an item under another's name renamed the workspace")
	}
	check(t, f.Check(f.ctx))
}

func TestJSONOfItemsComesBack(t *testing.T) {
	t.Parallel()
	item := newFixture(t).faraway().content("x", "ü.txt", "bytes", map[string]any{"later": map[string]any{"a": 1}})
	var back catalog.Item
	check(t, json.Unmarshal([]byte(jsonText(item)), &back))
	if !catalog.SameState(item, back) {
		t.Errorf("%+v became %+v", item, back)
	}
}
