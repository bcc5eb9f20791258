package classify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// shelf is a source of one workspace, w, that counts what it is asked.
type shelf struct {
	categories []catalog.Category
	contents   map[int64]catalog.Filed
	texts      map[int64]string
	learned    int // times that it was sampled
	read       int // openings that were read
	failing    error
}

func newShelf() *shelf {
	s := &shelf{categories: []catalog.Category{{ID: "bees", Name: "K1"}, {ID: "boats", Name: "K2"}}, contents: map[int64]catalog.Filed{}, texts: map[int64]string{}}
	for i := range int64(4) {
		s.put(i, "bees", bees(i))
		s.put(10+i, "boats", fmt.Sprintf("Dinghy %d: hull sound, the mainsail has a tear, the rudder pintle is worn, halyard to replace.", i))
		s.put(20+i, "", fmt.Sprintf("Notes on the weather, day %d: rain, wind, more rain.", i))
	}
	return s
}

func bees(i int64) string {
	return fmt.Sprintf("Apiary %d: the colony is strong, brood on five frames, honey in the super, varroa drop low. Queen seen.", i)
}

func (s *shelf) put(key int64, category, text string) {
	s.contents[key] = catalog.Filed{Key: key, CategoryID: category, Version: text}
	s.texts[key] = text
}

func (s *shelf) Categories(context.Context, string) ([]catalog.Category, error) {
	return s.categories, s.failing
}

func (s *shelf) Sample(_ context.Context, _ string, perCategory, others int) (list []catalog.Filed, err error) {
	s.learned++
	for _, f := range s.contents {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b catalog.Filed) int { return int(a.Key - b.Key) })
	return list, nil
}

func (s *shelf) Filed(_ context.Context, _ string, keys []int64) (map[int64]catalog.Filed, error) {
	found := map[int64]catalog.Filed{}
	for _, key := range keys {
		if f, ok := s.contents[key]; ok {
			found[key] = f
		}
	}
	return found, nil
}

func (s *shelf) Openings(_ context.Context, keys []int64, _ int) (map[int64]catalog.Opening, error) {
	found := map[int64]catalog.Opening{}
	for _, key := range keys {
		s.read++
		found[key] = catalog.Opening{FileName: "n", Text: s.texts[key]}
	}
	return found, nil
}

func TestMemoryLearnsWhenSomethingIsNew(t *testing.T) {
	t.Parallel()
	s := newShelf()
	m := NewMemory(s)
	judged := func(what string, times, openings int) catalog.Verdict {
		t.Helper()
		s.learned, s.read = 0, 0
		v, err := m.Judge(t.Context(), "w", catalog.Opening{Text: bees(77)})
		if err != nil || s.learned != times || s.read != openings {
			t.Errorf("%s: learned %d times and read %d, want %d and %d; %v", what, s.learned, s.read, times, openings, err)
		}
		return v
	}
	if v := judged("at first", 1, 12); v.Category.ID != "bees" || v.Examples != 4 || !v.Assigned() {
		t.Errorf("judged as %+v", v)
	}
	judged("again", 0, 0)
	s.put(30, "", bees(30)) // something new that was inferred, or is nothing yet
	m.Changed([]int64{30})
	judged("after a document came", 0, 0)
	s.put(4, "bees", bees(4))
	m.Changed([]int64{4})
	if v := judged("after a person filed one", 1, 2); v.Examples != 5 {
		t.Errorf("by %d examples", v.Examples)
	}
	s.put(4, "bees", bees(5))
	m.Changed([]int64{4})
	judged("after an example was edited", 1, 1)
	s.put(20, "", "Other weather.")
	m.Changed([]int64{20})
	judged("after another document was edited", 0, 0)
	delete(s.contents, 4)
	m.Changed([]int64{4})
	if v := judged("after an example went", 1, 1); v.Examples != 4 { // the edited one is read with it
		t.Errorf("by %d examples", v.Examples)
	}
	s.put(3, "boats", bees(3))
	m.Changed([]int64{3})
	judged("after a person filed one otherwise", 1, 0)
	s.categories = append(slices.Clone(s.categories), catalog.Category{ID: "x", Name: "K3"})
	judged("after a category came", 1, 0)
	var many []int64
	for i := range int64(mostChanges + 1) {
		many = append(many, 1000+i)
	}
	m.Changed(many)
	judged("after very many changes", 1, 0)
	for i := range int64(20) {
		s.put(40+i, "", fmt.Sprintf("Another %d.", i))
		m.Changed([]int64{40 + i})
	}
	judged("after many documents came", 1, 20)
}

func TestMemoryGoesOnAfterAnError(t *testing.T) {
	t.Parallel()
	s := newShelf()
	m := NewMemory(s)
	s.failing = errors.New("no")
	if _, err := m.Judge(t.Context(), "w", catalog.Opening{}); !errors.Is(err, s.failing) {
		t.Errorf("the error is %v", err)
	}
	s.failing = nil
	if v, err := m.Judge(t.Context(), "w", catalog.Opening{Text: bees(1)}); err != nil || v.Category.ID != "bees" {
		t.Errorf("after the error %+v, %v", v, err)
	}
	s.categories = nil
	if v, err := m.Judge(t.Context(), "w", catalog.Opening{Text: bees(1)}); err != nil || v.Assigned() {
		t.Errorf("without categories %+v, %v", v, err)
	}
	s.categories = newShelf().categories
	for i := range mostWorkspaces + 3 {
		if _, err := m.Judge(t.Context(), fmt.Sprint(i), catalog.Opening{}); err != nil {
			t.Error(err)
		}
	}
	if len(m.workspaces) > mostWorkspaces {
		t.Errorf("%d workspaces are remembered", len(m.workspaces))
	}
}
