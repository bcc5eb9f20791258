package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// journalled reads an item as it stands.
func (f *fixture) journalled(id string) catalog.Item {
	f.t.Helper()
	var item journalled
	check(f.t, f.write(f.ctx, func(t *tx) (err error) {
		var ok bool
		item, ok, err = t.item(id)
		if err == nil && !ok {
			err = fmt.Errorf("no item %s", id)
		}
		return err
	}))
	return item.Item
}

// clean marks every item as seen by the hub.
func (f *fixture) clean() {
	f.t.Helper()
	check(f.t, f.write(f.ctx, func(t *tx) error { _, err := t.exec("UPDATE item SET dirty = 0"); return err }))
}

func TestEveryWriteIsJournalled(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "first")
	made := f.journalled(c.ID)
	if len(made.Versions) != 1 || made.Versions[0].Device != f.DeviceID() || made.Versions[0].Blob != c.SHA256 || !made.Dirty ||
		!made.Vector.Knows(made.Versions[0].Dot) || made.Kind != catalog.KindContent || made.WorkspaceID != f.workspace.ID {
		t.Fatalf("a new content is journalled as %+v", made)
	}
	if made.Versions[0].Counter < f.time().UnixMilli() {
		t.Error("the counter is below the time")
	}
	if made.Fields["fileName"].Value != `"a.txt"` || made.Fields["fileName"].Stamp.UnixMilli() != f.time().UnixMilli() {
		t.Errorf("fields are %+v", made.Fields)
	}
	steps := []struct {
		name           string
		change         func() error
		item           string
		newDot, anyDot bool // a version was written; the item has one
		field          string
	}{
		{"revision", func() error {
			return f.Capture(f.ctx, f.folder, []catalog.Captured{revise(newFile("a.txt", "second"), c)})
		}, c.ID, true, true, "bytes"},
		{"rename", func() error {
			d := newFile("b.txt", "second")
			d.Kind, d.OldPath, d.ContentID = catalog.CaptureRenamed, "a.txt", c.ID
			return f.Capture(f.ctx, f.folder, []catalog.Captured{d})
		}, c.ID, false, true, "fileName"},
		{"metadata", func() error {
			return f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{Metadata: map[string]any{"k": 1.0}})
		}, c.ID, false, true, "metadata.k"},
		{"deletion", func() error { return f.DeleteContent(f.ctx, c.ID) }, c.ID, false, false, ""},
		{"restoration", func() error { return f.RestoreContent(f.ctx, c.ID) }, c.ID, true, true, ""},
		{"file gone", func() error { _, err := f.FilesGone(f.ctx, f.folder.ID, []string{"b.txt"}); return err }, c.ID, false, false, ""},
		{"workspace", func() error {
			return f.UpdateWorkspace(f.ctx, f.workspace.ID, catalog.WorkspaceChange{Name: new("Other")})
		}, f.workspace.ID, false, true, "name"},
	}
	for _, step := range steps {
		f.clean()
		f.wait(time.Second)
		before := f.journalled(step.item)
		check(t, step.change())
		after := f.journalled(step.item)
		if !after.Dirty || after.Seq <= before.Seq {
			t.Errorf("%s: dirty %v, seq %d after %d", step.name, after.Dirty, after.Seq, before.Seq)
		}
		if after.Deleted() == step.anyDot {
			t.Errorf("%s: deleted is %v", step.name, after.Deleted())
		}
		if step.newDot {
			if v, _ := after.Current(); before.Vector.Knows(v.Dot) || !after.Vector.Knows(v.Dot) || len(after.Versions) != 1 {
				t.Errorf("%s: versions %v under %v", step.name, after.Versions, after.Vector)
			}
		} else if fmt.Sprint(after.Vector) != fmt.Sprint(before.Vector) {
			t.Errorf("%s took a dot", step.name)
		}
		if step.field != "" && after.Fields[step.field].Stamp.Compare(before.Fields[step.field].Stamp) <= 0 {
			t.Errorf("%s: the stamp of %s did not grow", step.name, step.field)
		}
	}
	check(t, f.Check(f.ctx))
}

func revise(d catalog.Captured, c catalog.Content) catalog.Captured {
	d.Kind, d.ContentID = catalog.CaptureRevised, c.ID
	return d
}

func TestOneSeqPerCommit(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var list []catalog.Captured
	for i := range 10 {
		list = append(list, newFile(fmt.Sprint(i, ".txt"), fmt.Sprint(i)))
	}
	check(t, f.Capture(f.ctx, f.folder, list))
	check(t, f.ViewItems(f.ctx, f.workspace.ID, func(v catalog.ItemView) error {
		if items := must(v.Since(0, 3))(t); len(items) != 12 { // workspace and member in the first commit, ten files in the second
			t.Errorf("the whole feed has %d items", len(items))
		}
		items := must(v.Since(0, 1))(t)
		if len(items) != 2 {
			t.Fatalf("the first commit has %d items", len(items))
		}
		items = must(v.Since(items[1].Seq, 1))(t)
		if len(items) != 10 {
			t.Fatalf("the second commit has %d items", len(items))
		}
		head := must(v.Head())(t)
		if head.Seq != items[9].Seq || head.Token == "" || len(must(v.Since(head.Seq, 1))(t)) != 0 || len(must(v.Dirty(0, 100))(t)) != 12 {
			t.Errorf("the head is %+v", head)
		}
		if c, ok, err := v.At(head.Seq); err != nil || !ok || c != head {
			t.Errorf("the cursor of the head is %+v, %v, %v", c, ok, err)
		}
		if _, ok, err := v.At(999); err != nil || ok {
			t.Errorf("a commit that was never made: %v, %v", ok, err)
		}
		return nil
	}))
}

func TestCommitOfTooManyItemsIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if err := f.Capture(f.ctx, f.folder, make([]catalog.Captured, 1001)); catalog.CodeOf(err) != catalog.TooLarge {
		t.Errorf("1001 files: %v", err)
	}
}

// TestManyPulledItemsTakeSeveralCommits: however much is applied in one transaction, a page of whole commits stays small.
func TestManyPulledItemsTakeSeveralCommits(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	check(t, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error {
		for i := range 2500 {
			item := catalog.Item{ID: fmt.Sprint("x", i), Kind: "later", WorkspaceID: f.workspace.ID}
			if err := tx.Put(item, catalog.OriginRemote); err != nil {
				return err
			}
		}
		return nil
	}))
	check(t, f.ViewItems(f.ctx, f.workspace.ID, func(v catalog.ItemView) error {
		seq := int64(1)
		for _, want := range []int{1000, 1000, 500, 0} {
			page := must(v.Since(seq, 1))(t)
			if len(page) != want {
				t.Fatalf("after %d a commit has %d items, want %d", seq, len(page), want)
			}
			if want > 0 {
				seq = page[want-1].Seq
			}
		}
		return nil
	}))
	check(t, f.Check(f.ctx))
}

// TestFailureInsideATransactionLeavesNothing fails before every statement of every kind of write in turn.
func TestFailureInsideATransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha", "beta")
	g := f.licence()
	broken := errors.New("the power went")
	writes := map[string]func() error{
		"capture": func() error {
			return f.Capture(f.ctx, f.folder, []catalog.Captured{newFile("n.txt", "n"), revise(newFile("a.txt", "new"), c)})
		},
		"text":   func() error { return f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v2", "alpha", "gamma")}) },
		"gone":   func() error { _, err := f.FilesGone(f.ctx, f.folder.ID, []string{"a.txt"}); return err },
		"delete": func() error { return f.DeleteContent(f.ctx, c.ID) },
		"upload": func() error {
			_, err := f.CreateUpload(f.ctx, f.workspace.ID, "u", "n", "f", hashOf("n"), 1)
			return err
		},
		"described upload": func() error {
			_, err := f.CreateContent(f.ctx, NewContent{WorkspaceID: f.workspace.ID, Name: "n", SHA256: hashOf("n"), CategoryID: g.ID, Metadata: map[string]any{"Holder": "Ada", "Year": 1.0}})
			return err
		},
		"description": func() error {
			return f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{CategoryID: &g.ID, Metadata: map[string]any{"Holder": "Ada", "Year": 1.0}, Inference: map[string]any{"a": "b"}})
		},
		"wipe": func() error { return f.WipeDerived(f.ctx) },
		"vectors": func() error {
			_, err := f.CommitVectors(f.ctx, "m", []catalog.VectorOf{{PassageID: 1, Vector: []float32{1}}})
			return err
		},
	}
	before := f.dump()
	for name, write := range writes {
		for n := 0; ; n++ {
			left := n
			f.failing = func(query string) error {
				if left--; left < 0 && !strings.HasPrefix(query, "ROLLBACK") {
					return broken
				}
				return nil
			}
			err := write()
			f.failing = nil
			if err == nil {
				t.Fatalf("%s: succeeded although step %d failed", name, n)
			}
			if !errors.Is(err, broken) {
				t.Fatalf("%s, step %d: %v", name, n, err)
			}
			if after := f.dump(); after != before {
				t.Fatalf("%s, step %d left something:\n%s\nbefore:\n%s", name, n, after, before)
			}
			if left >= -1 && n > 200 {
				t.Fatalf("%s never ended", name)
			}
			if f.lastStep(write, n) {
				break
			}
		}
	}
	check(t, f.Check(f.ctx))
}

// lastStep reports whether step n of the write was its COMMIT.
func (f *fixture) lastStep(write func() error, n int) bool {
	last := false
	f.failing = func(query string) error {
		if n--; n < 0 {
			last = query == "COMMIT"
			return errors.New("again")
		}
		return nil
	}
	defer func() { f.failing = nil }()
	_ = write()
	return last
}

// dump is every row of every table that holds something of ours.
func (f *fixture) dump() string {
	f.t.Helper()
	var tables []string
	check(f.t, f.readOnce(f.ctx, func(row scanner) error {
		var name string
		err := row.Scan(&name)
		tables = append(tables, name)
		return err
	}, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_stat%' ORDER BY name"))
	var b strings.Builder
	for _, table := range tables {
		rows, err := f.readers.Query("SELECT * FROM " + table)
		check(f.t, err)
		columns, _ := rows.Columns()
		err = forEach(rows, nil, func(row scanner) error {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := row.Scan(into...); err != nil {
				return err
			}
			fmt.Fprintln(&b, table, values)
			return nil
		})
		check(f.t, err)
	}
	return b.String()
}

func TestPulledItemsBecomeRows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	f.clean()
	other := catalog.Dot{Device: "0196-other", Counter: f.time().UnixMilli() + 5}
	stamp := catalog.Stamp{Time: (f.time().UnixMilli() + 100) << 16, Device: "0196-other"}
	pulled := catalog.Item{ID: "01960000-0000-7000-8000-000000000001", Kind: catalog.KindContent, WorkspaceID: f.workspace.ID}.
		Write(other, hashOf("remote"), nil).Set("fileName", `"remote.pdf"`, stamp).Set("bytes", `{"format":"application/pdf","size":6}`, stamp).
		Set("metadata.colour", `"red"`, stamp)
	put := func(item catalog.Item) {
		t.Helper()
		check(t, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error {
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
	put(pulled)
	got := must(f.Content(f.ctx, pulled.ID))(t)
	if got.FileName != "remote.pdf" || got.Size != 6 || got.SHA256 != hashOf("remote") || got.Metadata["colour"] != "red" {
		t.Errorf("pulled content is %+v", got)
	}
	if f.journalled(pulled.ID).Dirty {
		t.Error("a pulled item is dirty")
	}
	if names := must(f.Names(f.ctx, words("red"), f.scope(), 5))(t); len(names) != 1 {
		t.Errorf("names %v", names)
	}
	if list, _, err := f.PendingText(f.ctx, "v1", 10); err != nil || len(list) != 0 {
		t.Errorf("bytes that are not here are waited for: %v, %v", list, err)
	}
	// A deletion that has seen the local version hides it and excludes its file; an edit that it has not seen comes back.
	mine := f.journalled(c.ID)
	put(mine.Delete(mine.Dots()))
	if _, err := f.Content(f.ctx, c.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("after the pulled deletion: %v", err)
	}
	if file := must(f.File(f.ctx, f.folder.ID, "a.txt"))(t); !file.Excluded || len(f.find(words("alpha"))) != 0 {
		t.Errorf("file %+v", file)
	}
	put(mine.Write(other, hashOf("remote edit"), mine.Dots()))
	if got := must(f.Content(f.ctx, c.ID))(t); got.SHA256 != hashOf("remote edit") || got.Status != catalog.StatusRemote {
		t.Errorf("after the edit: %+v", got)
	}
	// The clock has moved past what was seen.
	check(t, f.UpdateContent(f.ctx, pulled.ID, catalog.ContentChange{Metadata: map[string]any{"colour": "blue"}}))
	if r := f.journalled(pulled.ID).Fields["metadata.colour"]; r.Value != `"blue"` || r.Stamp.Compare(stamp) <= 0 {
		t.Errorf("the local write lost: %+v", r)
	}
	check(t, f.Check(f.ctx))
}
