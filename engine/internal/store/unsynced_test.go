package store

import "testing"

func TestWhatARemoteHasNotShownIsCounted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, gone := f.put("a.txt", "alpha"), f.put("b.txt", "beta")
	check(t, f.DeleteContent(f.ctx, gone.ID))
	waiting, conflicts, err := f.Unsynced(f.ctx, f.workspace.ID)
	check(t, err)
	if waiting.Items < 3 || waiting.Bytes != a.Size || conflicts != 0 {
		t.Errorf("unsynced: %+v, %d conflicts", waiting, conflicts)
	}
	if waiting, _, err := f.Unsynced(f.ctx, "nothing"); waiting.Items != 0 || err != nil {
		t.Errorf("of no workspace: %+v %v", waiting, err)
	}
}
