package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const bill = `Osterloh Firewood

Invoice no. 2024-0317
17 March 2024

4 cubic metres of beech, dry, 33 cm
Total: €440.84
Please pay by 31 March 2024.
`

// file watches a folder with one file in it.
func (d desk) file(name, text string) (path string, content catalog.Content) {
	d.t.Helper()
	dir := d.t.TempDir()
	path = filepath.Join(dir, name)
	d.write(path, text)
	d.Watch(dir)
	d.Settle()
	list, _, err := d.Contents(d.Owner(), catalog.ContentQuery{Name: name})
	if err != nil || len(list) != 1 {
		d.t.Fatalf("%s is %v, %v", name, list, err)
	}
	return path, list[0]
}

func (d desk) write(path, text string) {
	d.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) set(id string, change catalog.ContentChange) {
	d.t.Helper()
	if _, err := d.UpdateContent(d.Owner(), id, change); err != nil {
		d.t.Fatal(err)
	}
}

// inferred are the inferred values of a document as name=value@"what stands at the place"(by which of its tasks).
func (d desk) inferred(id string, executions ...catalog.Execution) string {
	d.t.Helper()
	detail, err := d.ContentDetail(d.Owner(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	var list []string
	for _, v := range detail.Inferred {
		text := fmt.Sprintf("%s=%v", v.Name, v.Value)
		if v.Page > 0 {
			page, err := d.Page(d.Owner(), id, v.Page)
			if err != nil {
				d.t.Fatal(err)
			}
			text += fmt.Sprintf("@%q", string([]rune(page.Text)[v.Start:v.End]))
		}
		known := false
		for i, x := range executions {
			for _, task := range x.Tasks {
				if task.ID == v.TaskExecutionID {
					text, known = text+fmt.Sprintf("(%d)", i), true
				}
			}
		}
		if !known || v.Page > 0 && (v.Confidence < 0.8 || v.Method == "") {
			d.t.Errorf("inferred is %+v", v)
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// TestValuesHaveAPlaceUntilSomebodySetsThem follows automatic values from where they were read to where a person and
// other bytes take over.
func TestValuesHaveAPlaceUntilSomebodySetsThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	invoice := d.category("Invoice", "invoiceNumber SHORT_STRING", "invoiceDate DATE", "dueDate DATE", "total NUMBER", "iban SHORT_STRING")
	path, content := d.file("osterloh.txt", bill)
	d.set(content.ID, catalog.ContentChange{CategoryID: &invoice, Metadata: map[string]any{"invoiceDate": "2024-03-18"}})
	extract := d.workflow(catalog.TaskExtractMetadata)

	first := d.ended(d.begin(extract, content.ID).ID)
	if got, want := first.Tasks[0].Outcome, "It stated dueDate, invoiceNumber, total."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	want := `dueDate=2024-03-31@"31 March 2024"(0) invoiceNumber=2024-0317@"2024-0317"(0) total=440.84@"€440.84"(0)`
	if got := d.inferred(content.ID, first); got != want {
		t.Errorf("inferred %s, want %s", got, want)
	}
	if got := d.content(content.ID); got.Metadata["invoiceDate"] != "2024-03-18" {
		t.Errorf("what a person had set is %v", got.Metadata["invoiceDate"])
	}

	// A person sets one, even to the same, and it is theirs.
	d.set(content.ID, catalog.ContentChange{Metadata: map[string]any{"invoiceNumber": "2024-0317"}})
	if got, want := d.inferred(content.ID, first), `dueDate=2024-03-31@"31 March 2024"(0) total=440.84@"€440.84"(0)`; got != want {
		t.Errorf("after a person set one: %s, want %s", got, want)
	}

	// Other bytes: the values stay, and nothing says that they stand there.
	d.write(path, strings.NewReplacer("440.84", "500.00", "2024-0317", "2024-0999", "Please pay by 31 March 2024.", "Paid. Thank you!").Replace(bill))
	d.Settle()
	if got, want := d.inferred(content.ID, first), `dueDate=2024-03-31(0) total=440.84(0)`; got != want {
		t.Errorf("after a change of the bytes: %s, want %s", got, want)
	}

	// The task again: what it finds anew is written, what it does not find is gone, what a person set stays.
	second := d.ended(d.begin(extract, content.ID).ID)
	if got, want := d.inferred(content.ID, first, second), `total=500@"€500.00"(1)`; got != want {
		t.Errorf("read anew: %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(d.content(content.ID).Metadata), "map[invoiceDate:2024-03-18 invoiceNumber:2024-0317 total:500]"; got != want {
		t.Errorf("the metadata is %s, want %s", got, want)
	}
}

// TestCategoriesAreLearnedFromPeople files a few documents by hand and has the next one filed.
func TestCategoriesAreLearnedFromPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	hives, boats := d.category("Q1"), d.category("Q2") // names that say nothing
	hive := func(i int) string {
		return fmt.Sprintf("Apiary %d: the colony is strong, brood on five frames, honey in the super, varroa drop of %d mites. Queen seen.", i, i)
	}
	boat := func(i int) string {
		return fmt.Sprintf("Dinghy %d: hull sound, the mainsail has a tear, the rudder pintle is worn, %d metres of halyard to replace.", i, i)
	}
	task := d.workflow(catalog.TaskCategorise)
	unknown := d.paper("a.txt", hive(0))
	d.Settle()
	if x := d.ended(d.begin(task, unknown.ID).ID); d.content(unknown.ID).CategoryID != "" || !strings.HasPrefix(x.Tasks[0].Outcome, "Nothing was filed: it looks most like") {
		t.Errorf("before anybody filed anything: %q", x.Tasks[0].Outcome)
	}
	for i := range 4 {
		one, other := d.paper(fmt.Sprintf("b%d.txt", i), hive(i+1)), d.paper(fmt.Sprintf("c%d.txt", i), boat(i+1))
		d.set(one.ID, catalog.ContentChange{CategoryID: &hives})
		d.set(other.ID, catalog.ContentChange{CategoryID: &boats})
	}
	d.Settle()
	x := d.ended(d.begin(task, unknown.ID).ID)
	if got := d.content(unknown.ID); got.CategoryID != hives || !strings.HasSuffix(x.Tasks[0].Outcome, " sure, by 4 documents that were filed there by hand.") {
		t.Errorf("filed under %q: %q", got.CategoryID, x.Tasks[0].Outcome)
	}
	if got, want := d.inferred(unknown.ID, x), "categoryId="+hives+"(0)"; got != want {
		t.Errorf("inferred %s, want %s", got, want)
	}

	// What was inferred is no example; what a person confirms is.
	next := d.paper("d.txt", hive(9))
	d.Settle()
	if x := d.ended(d.begin(task, next.ID).ID); !strings.Contains(x.Tasks[0].Outcome, "by 4 documents") {
		t.Errorf("the next: %q", x.Tasks[0].Outcome)
	}
	d.set(unknown.ID, catalog.ContentChange{CategoryID: &hives})
	if got := d.inferred(unknown.ID); got != "" {
		t.Errorf("after a person confirmed it, %s is inferred", got)
	}
	last := d.paper("e.txt", hive(7))
	d.Settle()
	if x := d.ended(d.begin(task, last.ID).ID); !strings.Contains(x.Tasks[0].Outcome, "by 5 documents") {
		t.Errorf("the last: %q", x.Tasks[0].Outcome)
	}
	if x := d.ended(d.begin(task, unknown.ID).ID); x.Tasks[0].Outcome != "There was nothing to do: the document has a category." {
		t.Errorf("one that a person filed: %q", x.Tasks[0].Outcome)
	}
	odd := d.paper("g.txt", hive(8))
	d.set(odd.ID, catalog.ContentChange{Metadata: map[string]any{"colour": "red"}})
	d.Settle()
	if x := d.ended(d.begin(task, odd.ID).ID); d.content(odd.ID).CategoryID != "" || !strings.HasPrefix(x.Tasks[0].Outcome, "Nothing was filed: it looks like Q1, but what is set of it does not fit there. The field metadata.colour") {
		t.Errorf("one with metadata that the category has no field for: %q", x.Tasks[0].Outcome)
	}
	poem := d.paper("f.txt", "He stands where the weir lets go of the river, a grey umbrella nobody came back for, and reads the page of the water.")
	d.Settle()
	if x := d.ended(d.begin(task, poem.ID).ID); d.content(poem.ID).CategoryID != "" {
		t.Errorf("a poem: %q", x.Tasks[0].Outcome)
	}
}

func TestRelatedDocuments(t *testing.T) {
	t.Parallel()
	d := newDesk(t, start(t))
	essay := `The heron stands where the weir lets go of the river, and all morning it has been about to move. When the mill was built,
in the dry year of 1723, the water was led around the meadow in a leat of oak planks, which the miller's daughter had to
clear of leaves every evening from October until the first frost. Nobody in the village remembers the daughter's name,
but the planks are still there, black and hard as iron, beneath the nettles behind the church.`
	original := d.paper("essay.txt", essay)
	copied := d.paper("copy of essay.txt", essay)
	edited := d.paper("essay 2.md", strings.Replace(essay, "the dry year of 1723", "a wet spring", 1)+" I have seen them.")
	other := d.paper("other.txt", "The committee met on Tuesday and agreed to buy a new lawn mower, two rakes and a wheelbarrow for the lower garden, to be kept in the shed.")
	d.Settle()
	names := func(id string) string {
		related, err := d.Related(d.Owner(), id)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, r := range related.Duplicates {
			text += fmt.Sprintf("%s=%.0f ", r.FileName, r.Similarity)
		}
		for _, r := range related.NearDuplicates {
			if r.Similarity < 0.7 || r.Similarity == 1 {
				t.Errorf("%s is like it by %.2f", r.FileName, r.Similarity)
			}
			text += "~" + r.FileName + " "
		}
		for _, r := range related.Versions {
			text += "+" + r.FileName + " "
		}
		return strings.TrimSpace(text)
	}
	for id, want := range map[string]string{
		original.ID: "copy of essay.txt=1 ~essay 2.md", copied.ID: "essay.txt=1 ~essay 2.md", other.ID: "",
	} {
		if got := names(id); got != want {
			t.Errorf("related are %q, want %q", got, want)
		}
	}
	if got := names(edited.ID); !strings.Contains(got, "~essay.txt") || !strings.Contains(got, "~copy of essay.txt") {
		t.Errorf("of the edited one: %q", got)
	}
	if err := d.DeleteContent(d.Owner(), copied.ID); err != nil {
		t.Fatal(err)
	}
	if got := names(original.ID); got != "~essay 2.md" {
		t.Errorf("without the copy: %q", got)
	}
	category, err := d.CreateCategory(d.Owner(), catalog.Category{WorkspaceID: d.workspace.ID, Name: "Essay",
		Fields: []catalog.CategoryField{{Key: "subject", Type: catalog.FieldString, UniqueIndexElement: true}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []catalog.Content{original, other} {
		d.set(c.ID, catalog.ContentChange{CategoryID: &category.ID, Metadata: map[string]any{"subject": "mills"}})
	}
	if got := names(original.ID); got != "~essay 2.md +other.txt" {
		t.Errorf("with a version: %q", got)
	}
	if _, err := d.Related(d.Owner(), "nothing"); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("of no document: %v", err)
	}
}
