package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// sketched gives a content a sketch with some bands.
func (f *fixture) sketched(c catalog.Content, minima string, bands ...int64) {
	f.t.Helper()
	e := extracted(c, "v1", "text of "+c.FileName)
	e.Sketch = catalog.Sketch{Minima: []byte(minima), Bands: bands}
	if minima == "" {
		e.Sketch = catalog.Sketch{}
	}
	check(f.t, f.CommitText(f.ctx, []catalog.Extracted{e}))
}

func (f *fixture) alike(c catalog.Content) (minima string, names []string) {
	f.t.Helper()
	own, list, err := f.Alike(f.ctx, c)
	check(f.t, err)
	for _, other := range list {
		names = append(names, other.FileName+"="+string(other.Minima))
	}
	slices.Sort(names)
	return string(own), names
}

func TestAlikeShareABand(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b, c := f.put("a.txt", "a"), f.put("b.txt", "b"), f.put("c.txt", "c")
	f.sketched(a, "AAAA", -1, 2, 3)
	f.sketched(b, "BBBB", 3, -1, 9)
	f.sketched(c, "CCCC", 10, 11)
	if own, got := f.alike(a); own != "AAAA" || fmt.Sprint(got) != "[b.txt=BBBB]" {
		t.Errorf("of a: %s, %v", own, got)
	}
	f.sketched(c, "cccc", 2)
	f.sketched(b, "bbbb", 8)
	if _, got := f.alike(a); fmt.Sprint(got) != "[c.txt=cccc]" {
		t.Errorf("after others were read again: %v", got)
	}
	f.sketched(c, "", 2)
	if own, got := f.alike(c); own != "" || len(got) != 0 {
		t.Errorf("one without a sketch: %s, %v", own, got)
	}
	f.sketched(b, "bbbb", 2)
	check(t, f.DeleteContent(f.ctx, b.ID))
	if _, got := f.alike(a); len(got) != 0 {
		t.Errorf("with the other in the trash: %v", got)
	}
	check(t, f.RestoreContent(f.ctx, b.ID))
	if _, got := f.alike(a); len(got) != 1 {
		t.Errorf("restored: %v", got)
	}
	check(t, f.DeleteContent(f.ctx, b.ID))
	f.wait(time.Hour)
	must(f.EmptyTrash(f.ctx, f.time()))(t)
	if n := f.count("sketch_band"); n != 3 {
		t.Errorf("%d bands are left, want those of a", n)
	}
	check(t, f.WipeDerived(f.ctx))
	if f.count("sketch_band")+f.count("sketch") != 0 {
		t.Error("a wipe left sketches")
	}
	check(t, f.Check(f.ctx))
}

func TestDuplicatesAndVersions(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	licence := f.licence()
	same := func(name, bytes string, size int64, metadata map[string]any) catalog.Content {
		f.wait(time.Second)
		return must(f.CreateContent(f.ctx, NewContent{WorkspaceID: f.workspace.ID, UserID: f.owner.UserID, Name: name, Format: "text/plain", SHA256: hashOf(bytes), Size: size,
			CategoryID: licence.ID, Metadata: metadata}))(t)
	}
	year := map[string]any{"Holder": "Ada", "Year": 2024.0}
	a := same("a.txt", "one", 3, year)
	same("b.txt", "one", 3, nil)
	last := same("c.txt", "one", 3, year)
	empty := same("d.txt", "", 0, nil)
	same("e.txt", "", 0, nil)
	names := func(list []catalog.RelatedContent) (text string) {
		for _, r := range list {
			text += fmt.Sprintf("%s:%.0f ", r.FileName, r.Similarity)
		}
		return text
	}
	if got := names(must(f.Duplicates(f.ctx, a))(t)); got != "c.txt:1 b.txt:1 " {
		t.Errorf("duplicates are %s", got)
	}
	if got := names(must(f.Duplicates(f.ctx, empty))(t)); got != "" {
		t.Errorf("of an empty file: %s", got)
	}
	if got := names(must(f.Versions(f.ctx, a))(t)); got != "c.txt:0 " {
		t.Errorf("versions are %s", got)
	}
	check(t, f.DeleteContent(f.ctx, last.ID))
	if got := names(must(f.Duplicates(f.ctx, a))(t)) + names(must(f.Versions(f.ctx, a))(t)); got != "b.txt:1 " {
		t.Errorf("without the last: %s", got)
	}
	inFolder := f.put("deep/f.txt", "two")
	twin := must(f.CreateUpload(f.ctx, f.workspace.ID, f.owner.UserID, "twin.txt", "text/plain", inFolder.SHA256, 4))(t)
	if list := must(f.Duplicates(f.ctx, twin))(t); len(list) != 1 || list[0].Path != inFolder.Path || list[0].ContentID != inFolder.ID {
		t.Errorf("one in a folder: %+v", list)
	}
}
