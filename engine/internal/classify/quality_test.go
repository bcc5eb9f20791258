package classify

import (
	"encoding/json"
	"flag"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

var update = flag.Bool("update", false, "write the golden figures instead of comparing with them")

// figures are by half, what is measured, and precision, recall, coverage or number.
type figures map[string]float64

// tally counts what was said of things that have a true answer or none.
type tally struct{ right, wrong, true int }

func (f figures) add(name string, t tally) {
	f[name+".n"] = float64(t.true)
	f[name+".assigned"] = float64(t.right + t.wrong)
	f[name+".precision"] = rounded(t.right, t.right+t.wrong)
	f[name+".recall"] = rounded(t.right, t.true)
}

func rounded(part, whole int) float64 {
	return math.Round(float64(part)/float64(max(whole, 1))*1e4) / 1e4
}

// TestQuality measures categories and fields on both halves of the labelled set and compares with the golden figures. A
// gain fails as a loss does: both are looked at, and then kept with -update.
func TestQuality(t *testing.T) {
	t.Parallel()
	set, got := theSet(t), figures{}
	judgeKinds(got, "training", set, set.training, true)
	judgeKinds(got, "heldOut", set, set.heldOut, false)
	judgeSeeds(got, "training", set, set.training)
	judgeSeeds(got, "heldOut", set, set.heldOut)
	judgeFields(t, got, "training", set, set.training)
	judgeFields(t, got, "heldOut", set, set.heldOut)
	compare(t, "golden-quality.json", got)
}

// judgeKinds judges documents by the training half; each of that half itself by the others of it.
func judgeKinds(f figures, half string, set labelledSet, list []labelled, leaveOut bool) {
	examples := make([]Example, len(set.training))
	for i, d := range set.training {
		examples[i] = NewExample(d.opening(), d.Category)
	}
	var assigned, nearest tally
	nothing := tally{}
	for i, d := range list {
		known := slices.Clone(examples)
		if leaveOut {
			known[i].CategoryID = "" // a document of the workspace that nobody has filed
		}
		v := Learn(set.categories, known).Judge(d.opening())
		note(&assigned, v.Assigned(), v.Category.Name, d.Category)
		if d.Category != "" {
			note(&nearest, true, v.Category.Name, d.Category)
		} else if nothing.true++; v.Assigned() {
			nothing.wrong++
		}
	}
	f.add(half+".categories", assigned)
	f[half+".categories.nearest"] = rounded(nearest.right, nearest.true)
	f[half+".categories.ofNone"] = float64(nothing.true)
	f[half+".categories.ofNoneAssigned"] = float64(nothing.wrong)
}

// judgeSeeds judges documents in a workspace in which nobody has filed anything yet.
func judgeSeeds(f figures, half string, set labelledSet, list []labelled) {
	var examples []Example
	for _, d := range list {
		examples = append(examples, NewExample(d.opening(), ""))
	}
	kinds := Learn(set.categories, examples)
	var assigned tally
	for _, d := range list {
		v := kinds.Judge(d.opening())
		note(&assigned, v.Assigned(), v.Category.Name, d.Category)
	}
	f.add(half+".categoriesUntaught", assigned)
}

func note(t *tally, assigned bool, got, want string) {
	if want != "" {
		t.true++
	}
	switch {
	case !assigned:
	case got == want:
		t.right++
	default:
		t.wrong++
	}
}

// judgeFields reads the fields of documents whose category is known.
func judgeFields(t *testing.T, f figures, half string, set labelledSet, list []labelled) {
	counts := map[string]tally{}
	for _, d := range list {
		if d.Category == "" {
			continue
		}
		c := set.category(t, d.Category)
		found := map[string]catalog.Finding{}
		document := catalog.Document{Pages: d.pages()}
		for _, x := range Fields(c, document) {
			found[x.Key] = x
			checkPlace(t, d, x)
		}
		for _, field := range c.Fields {
			for _, name := range []string{half + ".fields", half + "." + string(field.Type)} {
				n := counts[name]
				want, stated := d.Fields[field.Key]
				n.true += one(stated)
				if x, ok := found[field.Key]; ok && x.Confidence >= FieldBar {
					if stated && sameValue(x.Value, want) {
						n.right++
					} else {
						n.wrong++
						if half == "training" && testing.Verbose() {
							t.Logf("%s: %s is %v, not %v (%s)", d.ID, field.Key, want, x.Value, x.Method)
						}
					}
				}
				counts[name] = n
			}
		}
	}
	for name, n := range counts {
		f.add(name, n)
	}
}

// checkPlace holds a value to the text at its place.
func checkPlace(t *testing.T, d labelled, x catalog.Finding) {
	t.Helper()
	if x.Page < 1 || x.Page > len(d.Pages) {
		t.Errorf("%s: %s is on page %d", d.ID, x.Key, x.Page)
		return
	}
	text := []rune(d.Pages[x.Page-1])
	if x.Start < 0 || x.End <= x.Start || x.End > len(text) {
		t.Errorf("%s: %s is at %d to %d of %d", d.ID, x.Key, x.Start, x.End, len(text))
		return
	}
	read := string(text[x.Start:x.End])
	if read != strings.TrimSpace(read) || strings.Contains(read, "\n") {
		t.Errorf("%s: %s was read from %q", d.ID, x.Key, read)
	}
	if value, isText := x.Value.(string); isText && !strings.ContainsAny(value, "-") && strings.Join(strings.Fields(read), "") != strings.Join(strings.Fields(value), "") {
		t.Errorf("%s: %s is %q and was read from %q", d.ID, x.Key, value, read)
	}
}

// sameValue compares numbers by their cents, and texts without white space and forms of address.
func sameValue(got, want any) bool {
	switch a := got.(type) {
	case float64:
		b, ok := want.(float64)
		return ok && math.Abs(a-b) < 0.005
	case string:
		b, ok := want.(string)
		return ok && squeezed(a) == squeezed(b)
	}
	return got == want
}

func squeezed(s string) string {
	for _, title := range []string{"Mr ", "Mrs ", "Ms ", "Miss ", "Herr ", "Herrn ", "Frau "} {
		s = strings.TrimPrefix(s, title)
	}
	return strings.Join(strings.Fields(s), "")
}

// compare holds figures to the golden ones, exactly: everything is deterministic.
func compare(t *testing.T, name string, got figures) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		text, err := json.MarshalIndent(got, "", "  ")
		if err == nil {
			err = os.WriteFile(name, append(text, '\n'), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v: run this test with -update to write it", err)
	}
	var golden figures
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	all := maps.Clone(golden)
	maps.Copy(all, got)
	for _, figure := range slices.Sorted(maps.Keys(all)) {
		if have, want := got[figure], golden[figure]; math.Abs(have-want) > 1e-9 {
			t.Errorf("%s is %v, not %v as in %s: look at what changed, and if it is meant, run this test with -update", figure, have, want, name)
		}
	}
}
