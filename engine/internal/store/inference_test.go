package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// reader infers what it is told to, as tasks of executions over a content.
type reader struct {
	*fixture
	content catalog.Content
}

// infer has a task of its own find values at places: "total" to "12.00@5" (and none for an empty place).
func (r reader) infer(found map[string]string, sought ...string) (task string, names string) {
	r.t.Helper()
	task = r.execute(r.content, catalog.TaskExtractMetadata).Tasks[0].ID
	inferred := catalog.Inferred{TaskID: task, Metadata: map[string]catalog.Found{}, Sought: sought}
	for key, text := range found {
		value, place, read := strings.Cut(text, "@")
		f := catalog.Found{Value: value, Confidence: 0.9, Method: "label"}
		if read {
			f.Page, f.Quote = 1, value
			_, err := fmt.Sscan(place, &f.Start)
			check(r.t, err)
			f.End = f.Start + len([]rune(value))
		}
		inferred.Metadata[key] = f
	}
	list := must(r.Infer(r.ctx, r.content.ID, inferred))(r.t)
	return task, strings.Join(list, " ")
}

// noted are the inferred values, with their places where these are known.
func (r reader) noted() string {
	r.t.Helper()
	var list []string
	for _, v := range must(r.Inferred(r.ctx, must(r.Content(r.ctx, r.content.ID))(r.t)))(r.t) {
		text := fmt.Sprintf("%s=%v", v.Name, v.Value)
		if v.Page > 0 {
			text += fmt.Sprintf("@%d-%d", v.Start, v.End)
		}
		if v.Method != "" {
			text += "!"
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

func (r reader) want(what, want string) {
	r.t.Helper()
	if got := r.noted(); got != want {
		r.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestInferenceIsNotedWithItsPlace(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := reader{f, f.put("a.txt", "Größe 12 und 13")}
	task, names := r.infer(map[string]string{"size": "12@6", "other": "14@13", "plain": "x"})
	if names != "plain size" {
		t.Errorf("inferred %s: what does not stand where it is said to is left out", names)
	}
	r.want("at first", "plain=x! size=12@6-8!")
	if again, _ := r.infer(map[string]string{"size": "13@13"}, "size", "plain"); again == task {
		t.Error("the same task")
	}
	r.want("after another task", "plain=x! size=12@6-8!")

	// The same text under another configuration keeps the place, another text does not.
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(r.content, "v2", "Größe 12 und 13")}))
	r.want("after the same was read again", "plain=x! size=12@6-8!")
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(r.content, "v3", "Die Größe 12 und 13")}))
	r.want("after it was read otherwise", "plain=x! size=12")
	r.infer(map[string]string{"size": "12@10"}, "size")
	r.want("after a task looked again", "plain=x! size=12@10-12!")

	// A person sets one, and says of another by which task it is.
	check(t, f.UpdateContent(f.ctx, r.content.ID, catalog.ContentChange{Metadata: map[string]any{"size": "12"}}))
	check(t, f.UpdateContent(f.ctx, r.content.ID, catalog.ContentChange{Metadata: map[string]any{"plain": "y"}, Inference: map[string]any{"plain": "theirs"}}))
	r.want("after a person set them", "plain=y")
	r.infer(map[string]string{"plain": "z", "size": "13@17"}, "plain", "size")
	r.want("what others inferred stays", "plain=y")
	if item := f.journalled(r.content.ID); item.Fields["inference.size"].Value != "" || item.Fields["inference.plain"].Value != `"theirs"` {
		t.Errorf("journalled as %+v", item.Fields)
	}
	check(t, f.Check(f.ctx))
}

func TestInferenceOfOtherBytesIsReplaced(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := reader{f, f.put("a.txt", "12 and 13")}
	r.infer(map[string]string{"first": "12@0", "second": "13@7", "third": "x"})
	edited := newFile("a.txt", "other")
	edited.Kind, edited.ContentID = catalog.CaptureRevised, r.content.ID
	check(t, f.Capture(f.ctx, f.folder, []catalog.Captured{edited}))
	r.want("with other bytes", "first=12 second=13 third=x")
	c := must(f.Content(f.ctx, r.content.ID))(t)
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(c, "v1", "now 14")}))
	r.infer(map[string]string{"first": "14@4"}, "first", "second")
	r.want("after a task looked again", "first=14@4-6! third=x")
	if got := must(f.Content(f.ctx, r.content.ID))(t); fmt.Sprint(got.Metadata) != "map[first:14 third:x]" || len(got.Inference) != 2 {
		t.Errorf("the document is %v, inferred %v", got.Metadata, got.Inference)
	}

	// Bytes that come from elsewhere do the same, and so does what is pulled with another task.
	item := f.journalled(r.content.ID)
	item = item.Set("inference.first", `"0198f000-0000-7000-8000-000000000000"`, catalog.Stamp{Time: item.Fields["inference.first"].Stamp.Time + 1, Device: "0196-other"})
	check(t, f.UpdateItems(f.ctx, f.workspace.ID, func(tx catalog.ItemTx) error { return tx.Put(item, catalog.OriginRemote) }))
	r.want("after another device inferred it", "first=14 third=x")
	r.infer(map[string]string{"first": "now@0"}, "first")
	r.want("what another device inferred stays", "first=14 third=x")
}

func TestInferenceFitsTheCategory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := reader{f, f.put("a.txt", "12")}
	book := must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: "Book", Fields: []catalog.CategoryField{
		{Key: "size", Type: catalog.FieldString}, {Key: "pages", Type: catalog.FieldNumber}}}))(t)
	check(t, f.UpdateContent(f.ctx, r.content.ID, catalog.ContentChange{CategoryID: &book.ID}))
	if _, names := r.infer(map[string]string{"size": "12@0", "pages": "many", "colour": "red"}); names != "size" {
		t.Errorf("inferred %s, want size alone: the others are of another type, and of no field", names)
	}
}

func TestReadingAgainKeepsWhereValuesStand(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := reader{f, f.put("a.txt", "12")}
	r.infer(map[string]string{"size": "12@0"})
	check(t, f.WipeDerived(f.ctx))
	check(t, f.CommitText(f.ctx, []catalog.Extracted{extracted(r.content, "v1", "12")}))
	r.want("read again", "size=12@0-2!")
	failed := catalog.Extracted{ContentKey: r.content.Key, SHA256: r.content.SHA256, Config: "v1", Failure: "It broke.", Permanent: true}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{failed}))
	r.want("without a text", "size=12")
}
