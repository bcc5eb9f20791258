package replicatest

import (
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func (b *bench) roles() {
	b.SetRole(b.Feed, b.User, catalog.RoleEditor)
	role := func(feed, user string) (role catalog.Role) {
		b.check(b.Store.ViewItems(b.Context(), feed, func(v catalog.ItemView) (err error) { role, err = v.Role(user); return err }))
		return role
	}
	for _, c := range []struct {
		feed, user string
		want       catalog.Role
	}{{b.Feed, b.User, catalog.RoleEditor}, {b.Other, b.User, catalog.RoleNone}, {b.Person, b.User, catalog.RoleOwner}, {b.Feed, "nobody", catalog.RoleNone}, {b.Person, "nobody", catalog.RoleNone}} {
		if got := role(c.feed, c.user); got != c.want {
			b.Errorf("%s is %q in %s, want %q", c.user, got, c.feed, c.want)
		}
	}
}

func (b *bench) clock() {
	device := value(b.Store.Device(b.Context()))(b)
	var dots []catalog.Dot
	var stamps []catalog.Stamp
	take := func() {
		b.update(func(tx catalog.ItemTx) {
			dots, stamps = append(dots, tx.Dot(), tx.Dot()), append(stamps, tx.Stamp(), tx.Stamp())
		})
	}
	take()
	seen := catalog.Stamp{Time: (b.Now().UnixMilli() + 60_000) << 16, Device: "other"}
	b.put(b.item("later").Set("x", "1", seen))
	take()
	b.Wait(time.Hour)
	take()
	for i, d := range dots {
		if d.Device != device.ID || i > 0 && d.Counter <= dots[i-1].Counter {
			b.Errorf("dots are %v", dots)
		}
	}
	for i, s := range stamps {
		if s.Device != device.ID || i > 0 && s.Time <= stamps[i-1].Time {
			b.Errorf("stamps are %v", stamps)
		}
	}
	if stamps[2].Compare(seen) <= 0 {
		b.Error("the clock did not move past a stamp that was seen")
	}
	if last := dots[len(dots)-1].Counter; last < b.Now().UnixMilli() || value(b.Store.Device(b.Context()))(b).Counter != last {
		b.Errorf("the last counter is %d", last)
	}
}

func (b *bench) newDevice() {
	before := value(b.Store.Device(b.Context()))(b)
	item := b.item("later")
	b.update(func(tx catalog.ItemTx) {
		item = item.Write(tx.Dot(), "", nil)
		b.check(tx.Put(item, catalog.OriginLocal))
	})
	b.check(b.Store.NewDevice(b.Context()))
	after := value(b.Store.Device(b.Context()))(b)
	if after.ID == before.ID || after.ID == "" {
		b.Fatalf("the device is %q after %q", after.ID, before.ID)
	}
	b.update(func(tx catalog.ItemTx) {
		got, _, err := tx.Item(item.ID)
		b.check(err)
		b.same("what was written before", []catalog.Item{got}, item)
		if d := tx.Dot(); d.Device != after.ID || tx.Stamp().Device != after.ID || d.Counter <= item.Vector[before.ID] {
			b.Errorf("the next dot is %+v after %d", d, item.Vector[before.ID])
		}
	})
}

func (b *bench) correctedClock() {
	b.put(b.item("later").Set("x", "1", catalog.Stamp{Time: b.Now().AddDate(70, 0, 0).UnixMilli() << 16, Device: "mad"}))
	b.check(b.Store.SetClock(b.Context(), -time.Hour))
	if d := value(b.Store.Device(b.Context()))(b); d.Offset != -time.Hour {
		b.Errorf("the offset is %v", d.Offset)
	}
	b.update(func(tx catalog.ItemTx) {
		if at := time.UnixMilli(tx.Stamp().UnixMilli()); at.Sub(b.Now().Add(-time.Hour)).Abs() > time.Second {
			b.Errorf("it is %v, and the stamp says %v", b.Now(), at)
		}
	})
}

func (b *bench) personFeed() {
	agent := b.item(catalog.KindAgent)
	agent.WorkspaceID = b.Person
	b.check(b.Store.UpdateItems(b.Context(), b.Person, func(tx catalog.ItemTx) error { return tx.Put(agent, catalog.OriginLocal) }))
	b.check(b.Store.ViewItems(b.Context(), b.Person, func(v catalog.ItemView) error {
		head := value(v.Head())(b)
		got := value(v.Since(head.Seq-1, 10))(b)
		b.same("the feed of a person", got, agent)
		return nil
	}))
	b.view(func(v catalog.ItemView) {
		if _, _, err := v.Item(agent.ID); catalog.CodeOf(err) != catalog.Conflict {
			b.Errorf("a person's item on a workspace's feed: %v", err)
		}
	})
}

func (b *bench) noFeed() {
	for _, feed := range []string{"", "nothing", catalog.AccountFeed("nobody")} {
		err := b.Store.ViewItems(b.Context(), feed, func(catalog.ItemView) error { return nil })
		if catalog.CodeOf(err) != catalog.NotFound {
			b.Errorf("looking at %q: %v", feed, err)
		}
		err = b.Store.UpdateItems(b.Context(), feed, func(catalog.ItemTx) error { return nil })
		if catalog.CodeOf(err) != catalog.NotFound {
			b.Errorf("writing to %q: %v", feed, err)
		}
	}
}

func (b *bench) unknownThings() {
	stamp := catalog.Stamp{Time: b.Now().UnixMilli() << 16, Device: "newer"}
	strange, content := b.item("hologram"), b.item(catalog.KindContent)
	content = content.Set("mood", `{"of":"tomorrow"}`, stamp).Set("bytes", `"not what it was"`, stamp).Set("made", "[]", stamp).Set("fileName", "17", stamp).Set("metadata.", `{}`, stamp)
	category := b.item(catalog.KindCategory).Set("fields", `{"other":1}`, stamp).Set("name", "null", stamp)
	b.put(strange, content, category)
	b.view(func(v catalog.ItemView) {
		for _, want := range []catalog.Item{strange, content, category} {
			got, _, err := v.Item(want.ID)
			b.check(err)
			b.same("kept", []catalog.Item{got}, want)
		}
	})
}

func (b *bench) live() {
	var before int
	b.view(func(v catalog.ItemView) { before = value(v.Live())(b) })
	one, two := b.item(catalog.KindContent), b.item(catalog.KindContent)
	b.put(one, two, b.item(catalog.KindProject))
	b.view(func(v catalog.ItemView) {
		if n := value(v.Live())(b); n != before+2 {
			b.Errorf("%d contents live, want %d", n, before+2)
		}
	})
	b.put(one.Delete(one.Dots()))
	b.update(func(tx catalog.ItemTx) { b.check(tx.Bury(two.ID)) })
	b.view(func(v catalog.ItemView) {
		if n := value(v.Live())(b); n != before {
			b.Errorf("%d contents live in the end, want %d", n, before)
		}
	})
}

func (b *bench) putTwice() {
	item := b.item(catalog.KindContent)
	b.put(item)
	b.put(item)
	b.put(item.Delete(item.Dots()))
	b.put(item)
	b.view(func(v catalog.ItemView) {
		got, _, err := v.Item(item.ID)
		b.check(err)
		b.same("in the end", []catalog.Item{got}, item)
	})
}
