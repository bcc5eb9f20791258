package replicatest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func (b *bench) floor() {
	b.put(b.item("later"))
	start := b.head()
	b.update(func(tx catalog.ItemTx) {
		b.check(tx.Put(b.item("later"), catalog.OriginRemote))
		b.check(tx.SetFloor(start))
		b.check(tx.Put(b.item("later"), catalog.OriginRemote))
	})
	b.view(func(v catalog.ItemView) {
		if floor := value(v.Floor())(b); floor != start {
			b.Errorf("the floor is %d", floor)
		}
		head := value(v.Head())(b)
		if head.Seq < start+2 {
			b.Errorf("the head is %d after %d: raising the floor took no seq", head.Seq, start)
		}
		items := value(v.Since(start, 10))(b)
		if len(items) != 2 || items[0].Seq == items[1].Seq && head.Seq == items[0].Seq {
			b.Errorf("the items are at %d and %d, the head at %d", items[0].Seq, items[1].Seq, head.Seq)
		}
	})
}

func (b *bench) cursors() {
	b.Wait(time.Second)
	before := b.Now()
	b.Wait(time.Hour)
	b.put(b.item("later"))
	first := b.head()
	b.Wait(time.Hour)
	b.put(b.item("later"))
	b.view(func(v catalog.ItemView) {
		head := value(v.Head())(b)
		one, ok, err := v.At(first)
		b.check(err)
		if !ok || one.Seq != first || one.Epoch == "" || one.Token == "" || one.Token == head.Token || one.Epoch != head.Epoch {
			b.Errorf("the cursors are %+v and %+v", one, head)
		}
		again, ok, err := v.At(head.Seq)
		if b.check(err); !ok || again != head {
			b.Errorf("the head is %+v and %+v", head, again)
		}
		if _, ok, err := v.At(head.Seq + 1); ok || err != nil {
			b.Errorf("a commit to come: %v, %v", ok, err)
		}
		for at, want := range map[time.Time]int64{before: first - 1, b.Now().Add(-time.Minute): first, b.Now(): head.Seq} {
			if seq := value(v.Before(at))(b); seq != want {
				b.Errorf("before %v: %d, want %d", at, seq, want)
			}
		}
	})
}

func (b *bench) staging() {
	here := []catalog.Item{b.item("later"), b.item(catalog.KindContent), b.item("later")}
	here[1] = here[1].Delete(here[1].Dots())
	b.put(here...)
	there := []catalog.Item{b.item("later"), b.item("later")}
	changed := there[0].Set("x", "1", catalog.Stamp{Time: 1, Device: "d"})
	b.update(func(tx catalog.ItemTx) { b.check(tx.Stage([]catalog.Item{there[1], there[0]})) })
	b.update(func(tx catalog.ItemTx) { b.check(tx.Stage([]catalog.Item{here[2], changed})) })
	b.view(func(v catalog.ItemView) {
		b.same("staged", value(v.Staged("", 10))(b), here[2], changed, there[1])
		b.same("the first of them", value(v.Staged("", 1))(b), here[2])
		b.same("behind it", value(v.Staged(here[2].ID, 10))(b), changed, there[1])
		var mine []catalog.Item
		for _, item := range value(v.Unstaged("", 1000))(b) {
			if slices.Contains(ids(here), item.ID) {
				mine = append(mine, item)
			}
		}
		b.same("not staged", mine, here[0], here[1])
		b.same("behind the first", value(v.Unstaged(here[0].ID, 1))(b), here[1])
	})
	b.check(b.Store.ViewItems(b.Context(), b.Other, func(v catalog.ItemView) error {
		if n := len(value(v.Staged("", 10))(b)); n > 0 {
			b.Errorf("%d are staged on another feed", n)
		}
		return nil
	}))
	b.update(func(tx catalog.ItemTx) { b.check(tx.ClearStage()) })
	b.view(func(v catalog.ItemView) { b.same("staged in the end", value(v.Staged("", 10))(b)) })
}

func (b *bench) notes() {
	b.update(func(tx catalog.ItemTx) {
		for name, text := range map[string]string{"a:1": "x", "a:2": "y", "a": "z", "b:1": "w", "a:é": "v"} {
			b.check(tx.SetNote(name, text))
		}
		b.check(tx.SetNote("a:1", "again"))
		b.check(tx.SetNote("b:1", ""))
		b.check(tx.SetNote("never", ""))
	})
	b.view(func(v catalog.ItemView) {
		if got := value(v.Notes("a:"))(b); !maps.Equal(got, map[string]string{"a:1": "again", "a:2": "y", "a:é": "v"}) {
			b.Errorf("notes are %v", got)
		}
		if value(v.Note("b:1"))(b) != "" || value(v.Note("a"))(b) != "z" || len(value(v.Notes("b"))(b)) > 0 {
			b.Error("a removed note is there, or another is not")
		}
	})
}

func (b *bench) lists() {
	category, project := b.item(catalog.KindCategory), b.item(catalog.KindProject)
	user := catalog.Item{ID: catalog.DerivedID("test", b.Feed), Kind: catalog.KindCategory, WorkspaceID: b.Feed}.Write(catalog.Dot{Device: "o", Counter: 3}, "", nil)
	gone := user.Delete(user.Dots())
	content := b.item(catalog.KindContent).Set("categoryId", `"`+category.ID+`"`, catalog.Stamp{Time: 2, Device: "o"})
	b.put(category, project, gone, content)
	b.view(func(v catalog.ItemView) {
		b.same("categories", value(v.OfKind(catalog.KindCategory))(b), category)
		b.same("projects", value(v.OfKind(catalog.KindProject))(b), project)
		b.same("tombstones", value(v.Tombstones(b.head(), 10))(b), gone)
		if !value(v.InUse(category.ID))(b) || value(v.InUse(project.ID))(b) {
			b.Error("the category of a live content is not in use, or something else is")
		}
	})
	b.put(content.Delete(content.Dots()))
	b.view(func(v catalog.ItemView) {
		if value(v.InUse(category.ID))(b) {
			b.Error("the category of a deleted content is in use")
		}
		b.same("the first tombstone", value(v.Tombstones(b.head(), 1))(b), gone)
		b.same("tombstones up to before", value(v.Tombstones(b.head()-1, 10))(b), gone)
	})
}

func (b *bench) reach() {
	hash := fmt.Sprintf("%064x", 4711)
	has := func(feed string) (has bool) {
		b.check(b.Store.ViewItems(b.Context(), feed, func(v catalog.ItemView) (err error) { has, err = v.HasBlob(hash); return err }))
		return has
	}
	if has(b.Feed) {
		b.Error("bytes that nobody sent are there")
	}
	b.PutBlob(b.Feed, hash)
	if !has(b.Feed) || has(b.Other) || has(b.Person) {
		b.Error("a hash proves possession elsewhere, or not where the bytes were sent")
	}
}
