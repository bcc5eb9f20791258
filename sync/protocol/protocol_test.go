package protocol

import (
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header string
		want   Versions
		ok     bool
	}{
		{"1-3", Versions{1, 3}, true}, {"2", Versions{2, 2}, true}, {" 1 - 1 ", Versions{1, 1}, true},
		{"", Versions{}, false}, {"x-2", Versions{}, false}, {"3-1", Versions{3, 1}, false}, {"0-1", Versions{0, 1}, false},
	} {
		if got, ok := ParseVersions(c.header); ok != c.ok || ok && got != c.want {
			t.Errorf("%q: %v, %v", c.header, got, ok)
		}
	}
	for _, c := range []struct {
		a, b   Versions
		common int
		ok     bool
	}{
		{Versions{1, 3}, Versions{2, 5}, 3, true}, {Versions{1, 1}, Versions{1, 1}, 1, true}, {Versions{1, 2}, Versions{3, 4}, 0, false}, {Versions{4, 6}, Versions{1, 3}, 0, false},
	} {
		if got, ok := c.a.Common(c.b); ok != c.ok || ok && got != c.common {
			t.Errorf("%v and %v: %d, %v", c.a, c.b, got, ok)
		}
	}
}

func TestQuestionSurvivesItsQuery(t *testing.T) {
	t.Parallel()
	for _, q := range []Question{
		{Limit: 10},
		{
			Identity: Identity{Device: "d", Receipt: "12.ab"}, Snapshot: true, Limit: 1000,
			After: catalog.Cursor{Epoch: "0196-e", Seq: 5, Token: "aa"}, Start: catalog.Cursor{Epoch: "e", Seq: 9, Token: "bb"}, Seen: catalog.Cursor{Epoch: "e", Seq: 11, Token: "cc"}, Old: catalog.Cursor{Epoch: "e.f", Seq: 1, Token: ""},
		},
	} {
		got, err := ParseQuestion(q.Values())
		if err != nil || got != q {
			t.Errorf("%+v came back as %+v, %v", q, got, err)
		}
	}
	for _, text := range []string{"x", "5", "5.aa", "-1.aa.e", "five.aa.e"} {
		if c, err := ParseCursor(text); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q is taken for %+v", text, c)
		}
	}
}

func TestReceiptsGrow(t *testing.T) {
	t.Parallel()
	first := NextReceipt("", "aa")
	if first != "1.aa" || NextReceipt(first, "bb") != "2.bb" || ReceiptNumber("nonsense") != 0 {
		t.Errorf("%q, %q", first, NextReceipt(first, "bb"))
	}
}

func TestBulk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, all int
		want   bool
	}{{50, 60, false}, {51, 60, true}, {51, 255, false}, {51, 254, true}, {2000, 10_000, false}, {2001, 10_000, true}} {
		if IsBulk(c.n, c.all) != c.want {
			t.Errorf("%d of %d", c.n, c.all)
		}
	}
}
