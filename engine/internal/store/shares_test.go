package store

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// share makes one link.
func (f *fixture) share(contentID string, life time.Duration) catalog.Share {
	f.t.Helper()
	return must(f.CreateShares(f.ctx, []string{contentID}, f.owner.UserID, life))(f.t)[0]
}

func TestAShareIsFoundByItsTokenOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b := f.put("a.txt", "alpha"), f.put("b.txt", "beta")
	list := must(f.CreateShares(f.ctx, []string{b.ID, a.ID}, f.owner.UserID, 1500*time.Millisecond))(t)
	if len(list) != 2 || list[0].ContentID != b.ID || list[1].ContentID != a.ID || list[0].ID == list[1].ID || list[0].Token == list[1].Token {
		t.Fatalf("links %+v", list)
	}
	form := regexp.MustCompile(`^dsx_[0-9A-Za-z]{16}$`)
	for _, s := range list {
		if !form.MatchString(s.ID) || !regexp.MustCompile(`^[0-9A-Za-z_-]{22}$`).MatchString(s.Token) {
			t.Errorf("id %q, token %q", s.ID, s.Token)
		}
	}
	got, role, err := f.Share(f.ctx, list[1].ID, list[1].Token)
	check(t, err)
	if role != catalog.RoleOwner || got.ContentID != a.ID || got.CreatedBy != f.owner.UserID || got.Revoked ||
		!got.CreatedAt.Equal(f.time()) || !got.ExpiresAt.Equal(f.time().Add(1500*time.Millisecond)) {
		t.Errorf("%s, %+v", role, got)
	}
	for _, wrong := range [][2]string{
		{list[1].ID, list[0].Token}, {list[1].ID, ""}, {list[1].ID, list[1].Token + "x"}, {list[1].ID, list[1].Token[:21]},
		{"", list[1].Token}, {"dsx_0000000000000000", list[1].Token}, {"' OR 1=1 --", list[1].Token},
	} {
		if _, _, err := f.Share(f.ctx, wrong[0], wrong[1]); catalog.CodeOf(err) != catalog.NotFound {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if none := must(f.CreateShares(f.ctx, nil, f.owner.UserID, time.Hour))(t); len(none) != 0 {
		t.Errorf("links to nothing: %+v", none)
	}
}

func TestSharesAreMadeTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, gone := f.put("a.txt", "alpha"), f.put("b.txt", "beta")
	check(t, f.DeleteContent(f.ctx, gone.ID))
	if _, err := f.CreateShares(f.ctx, []string{a.ID, gone.ID}, f.owner.UserID, time.Hour); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("a link to what was deleted: %v", err)
	}
	if n := f.countShares(); n != 0 {
		t.Errorf("%d links were made", n)
	}
}

func (f *fixture) countShares() (n int) {
	f.t.Helper()
	check(f.t, f.readRow(f.ctx, "SELECT count(*) FROM share").Scan(&n))
	return n
}

func TestAShareTokenIsNotOnDisk(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.share(f.put("a.txt", "alpha").ID, time.Hour)
	check(t, f.Close())
	raw := must(os.ReadFile(filepath.Join(f.dir, FileName)))(t)
	if !bytes.Contains(raw, []byte(s.ID)) || bytes.Contains(raw, []byte(s.Token)) {
		t.Error("the database holds the token, or not even the link")
	}
	f.open()
}

func TestSharesFollowTheirContentAndTheirMaker(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	s := f.share(c.ID, time.Hour)
	role := func() catalog.Role {
		t.Helper()
		_, role, err := f.Share(f.ctx, s.ID, s.Token)
		check(t, err)
		return role
	}
	change := func(query string, args ...any) {
		t.Helper()
		check(t, f.write(f.ctx, func(t *tx) error { _, err := t.exec(query, args...); return err }))
	}
	unknown := func(what string) {
		t.Helper()
		if _, _, err := f.Share(f.ctx, s.ID, s.Token); catalog.CodeOf(err) != catalog.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	change("UPDATE user SET removed_at = 1 WHERE id = ?", f.owner.UserID)
	if r := role(); r != catalog.RoleNone {
		t.Errorf("its maker was removed and has the role %s", r)
	}
	change("UPDATE user SET removed_at = NULL WHERE id = ?", f.owner.UserID)
	change("UPDATE member SET role = 'VIEWER'")
	if r := role(); r != catalog.RoleViewer {
		t.Errorf("its maker has the role %s", r)
	}
	change("DELETE FROM member")
	if r := role(); r != catalog.RoleNone {
		t.Errorf("its maker is no member and has the role %s", r)
	}
	check(t, f.DeleteContent(f.ctx, c.ID))
	unknown("in the trash")
	check(t, f.RestoreContent(f.ctx, c.ID))
	role()
	check(t, f.DeleteWorkspace(f.ctx, f.workspace.ID))
	unknown("in a deleted workspace")
	check(t, f.PurgeWorkspaces(f.ctx, func(string) error { return nil }))
	if n := f.countShares(); n != 0 {
		t.Errorf("%d links are left of a deleted workspace", n)
	}
}

func TestRevokedSharesAreMarked(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, other := f.put("a.txt", "alpha"), f.put("b.txt", "beta")
	short, long, elsewhere := f.share(c.ID, time.Second), f.share(c.ID, time.Hour), f.share(other.ID, time.Hour)
	f.wait(time.Minute)
	if n := must(f.RevokeShares(f.ctx, c.ID, "somebody"))(t); n != 0 {
		t.Errorf("somebody else ended %d links", n)
	}
	if n := must(f.RevokeShares(f.ctx, c.ID, f.owner.UserID))(t); n != 1 {
		t.Errorf("%d links ended", n)
	}
	if n := must(f.RevokeShares(f.ctx, c.ID, ""))(t); n != 0 {
		t.Errorf("%d links ended twice", n)
	}
	for _, test := range []struct {
		catalog.Share
		revoked bool
	}{{short, false}, {long, true}, {elsewhere, false}} {
		if got, _, err := f.Share(f.ctx, test.ID, test.Token); err != nil || got.Revoked != test.revoked {
			t.Errorf("%+v, %v; want revoked %v", got, err, test.revoked)
		}
	}
}

func TestOldSharesAreForgotten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.put("a.txt", "alpha")
	ids := make([]string, shareSlice)
	for i := range ids {
		ids[i] = c.ID
	}
	must(f.CreateShares(f.ctx, ids, f.owner.UserID, time.Second))(t)
	late := f.share(c.ID, time.Hour)
	f.wait(time.Minute)
	check(t, f.PurgeShares(f.ctx, f.time().Add(-2*time.Minute)))
	if n := f.countShares(); n != shareSlice+1 {
		t.Errorf("%d links are left before their time", n)
	}
	check(t, f.PurgeShares(f.ctx, f.time()))
	if _, _, err := f.Share(f.ctx, late.ID, late.Token); err != nil || f.countShares() != 1 {
		t.Errorf("%d links are left, %v", f.countShares(), err)
	}
	for _, query := range slices.Concat(slices.Collect(maps.Keys(f.prepared)), slices.Collect(maps.Keys(f.readStmts))) {
		if !strings.Contains(query, " share ") || strings.Contains(query, "count(*)") {
			continue
		}
		for _, step := range plan(t, f.Store, query) {
			if strings.HasPrefix(step, "SCAN") && step != "SCAN CONSTANT ROW" {
				t.Errorf("%s\n\treads all of something: %s", query, step)
			}
		}
	}
}
