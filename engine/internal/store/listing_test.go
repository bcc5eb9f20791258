package store

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const listingSeed = 20261130

// compareBy is each order as it is answered.
var compareBy = map[catalog.OrderField]func(a, b catalog.Content) int{
	catalog.ByPublicID: func(a, b catalog.Content) int {
		return cmp.Compare(catalog.PublicID("ds_", a.ID), catalog.PublicID("ds_", b.ID))
	},
	catalog.ByPublicWorkspaceID: func(a, b catalog.Content) int {
		return cmp.Compare(catalog.PublicID("wks_", a.WorkspaceID), catalog.PublicID("wks_", b.WorkspaceID))
	},
	catalog.ByClass: func(a, b catalog.Content) int {
		return cmp.Compare(catalog.ClassOf(a.FileFormat), catalog.ClassOf(b.FileFormat))
	},
	catalog.ByStem: func(a, b catalog.Content) int {
		x, _ := catalog.SplitFileName(a.FileName)
		y, _ := catalog.SplitFileName(b.FileName)
		return cmp.Compare(x, y)
	},
	catalog.ByExtension: func(a, b catalog.Content) int {
		_, x := catalog.SplitFileName(a.FileName)
		_, y := catalog.SplitFileName(b.FileName)
		return cmp.Compare(x, y)
	},
	catalog.BySize:      func(a, b catalog.Content) int { return cmp.Compare(a.Size, b.Size) },
	catalog.ByItemCount: func(a, b catalog.Content) int { return cmp.Compare(a.ItemCount(), b.ItemCount()) },
	catalog.ByFormat:    func(a, b catalog.Content) int { return cmp.Compare(a.FileFormat, b.FileFormat) },
	catalog.ByCreated:   func(a, b catalog.Content) int { return a.CreatedAt.Compare(b.CreatedAt) },
	catalog.ByUpdated:   func(a, b catalog.Content) int { return a.UpdatedAt.Compare(b.UpdatedAt) },
}

// sorted is what a listing must answer, made in Go.
func sorted(all []catalog.Content, l catalog.Listing) []catalog.Content {
	list := slices.DeleteFunc(slices.Clone(all), func(c catalog.Content) bool {
		return len(l.Classes) > 0 && !slices.Contains(l.Classes, catalog.ClassOf(c.FileFormat)) || !slices.Contains(l.Workspaces, c.WorkspaceID)
	})
	slices.SortFunc(list, func(a, b catalog.Content) int {
		for _, o := range l.Order {
			if order := compareBy[o.By](a, b); order != 0 && o.Descending {
				return -order
			} else if order != 0 {
				return order
			}
		}
		order := cmp.Compare(a.ID, b.ID)
		if len(l.Order) > 0 && l.Order[0].Descending {
			order = -order
		}
		return order
	})
	return list
}

// TestListingsAreOrderedAsTheyAreAnswered holds the SQL of listings to the Go functions that make what is answered.
func TestListingsAreOrderedAsTheyAreAnswered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	t.Logf("seed %d", listingSeed)
	random := rand.New(rand.NewPCG(listingSeed, 1))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(t)
	folders := []catalog.Folder{f.folder, must(f.AddFolder(f.ctx, catalog.Folder{Path: "/home/ada/other", WorkspaceID: other.ID, AddedBy: f.owner.UserID}))(t)}
	var all []catalog.Content
	for i := range 150 {
		name := pick("a", "B", "é", "日本", "x.y", ".", "..z", "Thanks.") + pick("", ".", ".txt", ".TXT", ".tar.gz", ". txt", ".ü") + pick("", fmt.Sprint(i))
		file := newFile(fmt.Sprintf("%d/%s", i, name), fmt.Sprint("text ", random.IntN(2000)))
		file.Format = pick("text/plain", "application/pdf", "audio/mpeg", "Audio/MPEG", "video/mp4", "image/png", "IMAGE/x", "audio", "", "imagex/png")
		folder := folders[random.IntN(2)]
		check(t, f.Capture(f.ctx, folder, []catalog.Captured{file}))
		id := must(f.File(f.ctx, folder.ID, file.Stat.Path))(t).ContentID
		check(t, f.write(f.ctx, func(t *tx) error {
			_, err := t.exec("UPDATE content SET pages = ?, updated_at = updated_at + ? WHERE id = ?", random.IntN(4), random.IntN(9), id)
			return err
		}))
		f.wait(time.Duration(random.IntN(3)) * time.Second)
		all = append(all, must(f.Content(f.ctx, id))(t))
	}
	fields := slices.Sorted(maps.Keys(compareBy))
	if len(fields) != len(orderSQL) {
		t.Fatalf("%d orders are tested and there are %d", len(fields), len(orderSQL))
	}
	for i := range 200 {
		l := catalog.Listing{Scope: catalog.Scope{Workspaces: []string{f.workspace.ID, other.ID}}, Limit: 1 + random.IntN(40), Offset: random.IntN(60)}
		if i%5 == 0 {
			l.Workspaces = l.Workspaces[1:]
		}
		for range random.IntN(3) {
			l.Classes = append(l.Classes, catalog.Classes[random.IntN(4)])
		}
		l.Order = append(l.Order, catalog.Order{By: fields[i%len(fields)], Descending: random.IntN(2) == 0})
		for range random.IntN(3) {
			l.Order = append(l.Order, catalog.Order{By: fields[random.IntN(len(fields))], Descending: random.IntN(2) == 0})
		}
		want := sorted(all, l)
		got, total, err := f.List(f.ctx, l)
		if err != nil || total != len(want) {
			t.Fatalf("%+v: %d of %d, %v", l, total, len(want), err)
		}
		want = want[min(l.Offset, len(want)):min(l.Offset+l.Limit, len(want))]
		for j := range max(len(want), len(got)) {
			if len(want) != len(got) || want[j].ID != got[j].ID {
				t.Fatalf("%+v: place %d differs\n got %s\nwant %s", l, j, names(got), names(want))
			}
		}
	}
	if _, _, err := f.List(f.ctx, catalog.Listing{Scope: f.scope(), Limit: 1, Order: []catalog.Order{{By: "1; DROP TABLE content"}}}); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("an unknown order: %v", err)
	}
	if list, total, err := f.List(f.ctx, catalog.Listing{Limit: 1}); len(list) != 0 || total != 0 || err != nil {
		t.Errorf("without a workspace %d, %v", total, err)
	}
}

func names(list []catalog.Content) (names []string) {
	for _, c := range list {
		names = append(names, c.FileName)
	}
	return names
}

// BenchmarkListing measures pages of 100,000 documents in two workspaces.
func BenchmarkListing(b *testing.B) {
	f := newFixture(b)
	p := newProse()
	other := must(f.CreateWorkspace(f.ctx, f.owner.UserID, WorkspaceSpec{Name: "Other"}))(b)
	elsewhere := must(f.AddFolder(f.ctx, catalog.Folder{Path: "/home/ada/other", WorkspaceID: other.ID, AddedBy: f.owner.UserID}))(b)
	for at := 0; at < 100_000; at += 1000 {
		list := make([]catalog.Captured, 1000)
		for i := range list {
			list[i] = newFile(fmt.Sprintf("dir%d/%s-%d.txt", i%50, p.words(1)[0], at+i), fmt.Sprint("bytes ", at+i))
		}
		folder := f.folder
		if at%10_000 == 0 {
			folder = elsewhere
		}
		check(b, f.Capture(f.ctx, folder, list))
		f.wait(time.Minute)
	}
	both := catalog.Scope{Workspaces: []string{f.workspace.ID, other.ID}}
	measure := func(name string, l catalog.Listing) {
		l.Limit = 100
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if list, total, err := f.List(f.ctx, l); err != nil || len(list) != 100 {
					b.Fatal(len(list), total, err)
				}
			}
		})
	}
	newest := []catalog.Order{{By: catalog.ByCreated, Descending: true}}
	measure("newest-one-workspace", catalog.Listing{Scope: f.scope(), Order: newest})
	measure("newest", catalog.Listing{Scope: both, Order: newest})
	measure("newest-deep", catalog.Listing{Scope: both, Order: newest, Offset: 90_000})
	measure("newest-docs", catalog.Listing{Scope: both, Order: newest, Classes: []catalog.Class{catalog.ClassDoc}})
	for by := range orderSQL {
		measure(string(by), catalog.Listing{Scope: both, Order: []catalog.Order{{By: by}}})
	}
}
