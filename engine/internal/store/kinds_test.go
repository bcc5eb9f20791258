package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestSampleHoldsWhatPeopleFiled(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	book := must(f.CreateCategory(f.ctx, catalog.Category{WorkspaceID: f.workspace.ID, Name: "Book"}))(t)
	names := map[int64]string{}
	for _, name := range []string{"old", "filed", "newest", "inferred", "none", "trashed"} {
		f.wait(time.Second)
		c := f.put(name+".txt", "text of "+name)
		names[c.Key] = name
		switch name {
		case "old", "filed", "newest", "trashed":
			check(t, f.UpdateContent(f.ctx, c.ID, catalog.ContentChange{CategoryID: &book.ID}))
		case "inferred":
			task := f.execute(c, catalog.TaskCategorise).Tasks[0].ID
			must(f.Infer(f.ctx, c.ID, catalog.Inferred{TaskID: task, Category: catalog.Found{Value: book.ID, Confidence: 1}}))(t)
		}
		if name == "trashed" {
			check(t, f.DeleteContent(f.ctx, c.ID))
		}
	}
	unread := f.upload("unread.txt", "", nil)
	names[unread.Key] = "unread"
	filedUnread := f.upload("filed unread.txt", book.ID, nil)
	names[filedUnread.Key] = "filed unread"
	tell := func(list []catalog.Filed) string {
		var texts []string
		for _, x := range list {
			text := names[x.Key]
			if x.CategoryID == book.ID {
				text += "*"
			}
			texts = append(texts, text)
		}
		return strings.Join(texts, ", ")
	}
	sample := must(f.Sample(f.ctx, f.workspace.ID, 10, 10))(t)
	if got, want := tell(sample), "filed unread*, newest*, filed*, old*, none, inferred"; got != want {
		t.Errorf("the sample is %s, want %s", got, want)
	}
	if got, want := tell(must(f.Sample(f.ctx, f.workspace.ID, 2, 1))(t)), "filed unread*, newest*, none"; got != want {
		t.Errorf("a small one is %s, want %s", got, want)
	}
	other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(t)
	if got := must(f.Sample(f.ctx, other.ID, 10, 10))(t); len(got) != 0 {
		t.Errorf("of another workspace %v", got)
	}
	var keys []int64
	for key := range names {
		keys = append(keys, key)
	}
	if got := must(f.Filed(f.ctx, f.workspace.ID, keys))(t); len(got) != 7 || got[sample[1].Key] != sample[1] {
		t.Errorf("filed are %v", got)
	}
	if got := must(f.Filed(f.ctx, other.ID, keys))(t); len(got) != 0 {
		t.Errorf("filed in another workspace %v", got)
	}
	openings := must(f.Openings(f.ctx, []int64{sample[1].Key, unread.Key}, 7))(t)
	if got := fmt.Sprint(openings[sample[1].Key], openings[unread.Key]); got != "{newest.txt newest.txt text of} {unread.txt  }" {
		t.Errorf("openings are %s", got)
	}
}

func TestDocumentHasWhatItsFileSays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	read := extracted(c, "v2", "beta")
	read.Document.Properties = map[string]string{"author": "Ada"}
	read.Document.Pages[0].Blocks = []catalog.Block{{Kind: catalog.BlockParagraph, Span: catalog.Span{End: 4}}}
	check(t, f.CommitText(f.ctx, []catalog.Extracted{read}))
	read.Document.Warnings = nil
	if got := must(f.Document(f.ctx, c.ID))(t); fmt.Sprint(got) != fmt.Sprint(read.Document) {
		t.Errorf("stored %+v, read %+v", got, read.Document)
	}
	check(t, f.WipeDerived(f.ctx))
	if got := must(f.Document(f.ctx, c.ID))(t); len(got.Pages) != 0 || len(got.Properties) != 0 || got.Title != "" {
		t.Errorf("after a wipe %+v", got)
	}
	check(t, f.DeleteContent(f.ctx, c.ID))
	if _, err := f.Document(f.ctx, c.ID); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("of a document in the trash: %v", err)
	}
}
