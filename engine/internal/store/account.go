package store

import (
	"context"
	"errors"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// accountFeed is the feed of what a person has beside workspaces, by the user's key; feedOwner is the way back, 0 for the
// feed of a workspace.
func accountFeed(user int64) int64 { return -user }

func feedOwner(feed int64) int64 { return max(0, -feed) }

// projectOwned makes the rows of what a person has say what its item says.
func (t *tx) projectOwned(item catalog.Item, user int64) error {
	switch item.Kind {
	case catalog.KindAgent:
		return t.pullAgent(item, user)
	case catalog.KindLibrary:
		return t.pullLibrary(item, user)
	case catalog.KindLibraryPage:
		return t.pullPage(item, user)
	case catalog.KindQuestion:
		return t.pullQuestion(item, user)
	}
	return nil
}

func (t *tx) pullAgent(item catalog.Item, user int64) error {
	if item.Deleted() {
		_, err := t.exec("DELETE FROM agent WHERE id = ?", item.ID)
		return err
	}
	a := catalog.Agent{Name: "?"}
	created := t.now.Unix()
	fieldValue(item, "name", &a.Name)
	fieldValue(item, "instructions", &a.Instructions)
	fieldValue(item, "createdAt", &created)
	a.Name, a.Instructions = pulledText(a.Name), pulledText(a.Instructions)
	_, err := t.exec(`INSERT INTO agent (id, user, name, name_fold, instructions, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_fold = excluded.name_fold, instructions = excluded.instructions,
		created_at = excluded.created_at, updated_at = excluded.updated_at`,
		item.ID, user, a.Name, catalog.FoldCase(a.Name), a.Instructions, created, t.now.Unix())
	return err
}

func (t *tx) pullLibrary(item catalog.Item, user int64) error {
	if item.Deleted() {
		_, err := t.exec("DELETE FROM library WHERE id = ?", item.ID)
		return err
	}
	name, created := "?", t.now.Unix()
	fieldValue(item, "name", &name)
	fieldValue(item, "createdAt", &created)
	name = pulledText(name)
	_, err := t.exec(`INSERT INTO library (id, user, name, name_fold, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_fold = excluded.name_fold, created_at = excluded.created_at, updated_at = excluded.updated_at`,
		item.ID, user, name, catalog.FoldCase(name), created, t.now.Unix())
	return err
}

// pullPage follows an address in a library, which need not be here. An item that is not named after the two is passed
// over: nobody could take it back.
func (t *tx) pullPage(item catalog.Item, user int64) error {
	var library, url string
	position := 0
	fieldValue(item, "library", &library)
	fieldValue(item, "url", &url)
	fieldValue(item, "position", &position)
	if item.ID != pairID(catalog.KindLibraryPage, library, url) {
		return nil
	}
	if item.Deleted() {
		_, err := t.exec("DELETE FROM library_page WHERE id = ?", item.ID)
		return err
	}
	_, err := t.exec(`INSERT INTO library_page (id, user, library, url, position) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET position = excluded.position`, item.ID, user, library, url, position)
	return err
}

// backfill journals what an earlier program kept outside of the journal: agents, libraries, what members are called. It
// ends for good with the transaction that has found nothing more.
func (s *Store) backfill(ctx context.Context) error {
	var left bool
	err := s.readRow(ctx, "SELECT EXISTS (SELECT 1 FROM setting WHERE name = 'unjournalled')").Scan(&left)
	for ; left && err == nil; err = s.fault(err) {
		err = s.write(ctx, func(t *tx) (err error) {
			if left, err = t.backfillSlice(); err == nil && !left {
				_, err = t.exec("DELETE FROM setting WHERE name = 'unjournalled'")
			}
			return err
		})
	}
	return err
}

// backfillRows is how many rows of one sort a transaction of backfill takes.
const backfillRows = 200

func (t *tx) backfillSlice() (more bool, err error) {
	for _, one := range []func() (int, error){t.backfillAgents, t.backfillLibraries, t.backfillPages, t.backfillMembers} {
		n, err := one()
		if err != nil {
			return false, err
		}
		more = more || n > 0
	}
	return more, nil
}

func (t *tx) backfillAgents() (int, error) {
	type owned struct {
		catalog.Agent
		user int64
	}
	list, err := collect(t, func(row scanner) (o owned, err error) {
		var created int64
		err = row.Scan(&o.user, &o.ID, &o.Name, &o.Instructions, &created)
		o.CreatedAt = time.Unix(created, 0)
		return o, err
	}, "SELECT user, id, name, instructions, created_at FROM agent a WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = a.id) LIMIT ?", backfillRows)
	for _, o := range list {
		err = errors.Join(err, t.itemCreated(catalog.KindAgent, o.ID, accountFeed(o.user), []byte{}, agentFields(o.Agent)))
	}
	return len(list), err
}

func (t *tx) backfillLibraries() (int, error) {
	type owned struct {
		catalog.Library
		user int64
	}
	list, err := collect(t, func(row scanner) (o owned, err error) {
		var created int64
		err = row.Scan(&o.user, &o.ID, &o.Name, &created)
		o.CreatedAt = time.Unix(created, 0)
		return o, err
	}, "SELECT user, id, name, created_at FROM library l WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = l.id) LIMIT ?", backfillRows)
	for _, o := range list {
		err = errors.Join(err, t.itemCreated(catalog.KindLibrary, o.ID, accountFeed(o.user), []byte{}, libraryFields(o.Library)))
	}
	return len(list), err
}

// backfillPages gives addresses that came out of a list ids of their own.
func (t *tx) backfillPages() (int, error) {
	type page struct {
		key, user    int64
		library, url string
		position     int
	}
	list, err := collect(t, func(row scanner) (p page, err error) {
		err = row.Scan(&p.key, &p.user, &p.library, &p.url, &p.position)
		return p, err
	}, "SELECT key, user, library, url, position FROM library_page p WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = p.id) LIMIT ?", backfillRows)
	for _, p := range list {
		_, deleted := t.exec("DELETE FROM library_page WHERE key = ?", p.key)
		err = errors.Join(err, deleted, t.savePage(p.user, p.library, p.url, p.position))
	}
	return len(list), err
}

// backfillMembers adds what a member is called to memberships that do not say it.
func (t *tx) backfillMembers() (int, error) {
	type card struct{ item, email string }
	list, err := collect(t, func(row scanner) (c card, err error) {
		var workspace, user string
		err = row.Scan(&workspace, &user, &c.email)
		c.item = memberID(workspace, user)
		return c, err
	}, `SELECT w.id, u.id, u.email FROM member m JOIN workspace w ON w.key = m.workspace JOIN user u ON u.key = m.user WHERE w.deleted_at IS NULL`)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, c := range list {
		item, ok, err := t.item(c.item)
		if err != nil {
			return 0, err
		}
		if _, said := item.Fields["email"]; !ok || said {
			continue
		}
		if err := t.itemFields(c.item, field{"email", jsonText(c.email)}, field{"name", jsonText(nameOf(c.email))}); err != nil {
			return 0, err
		}
		if done++; done == backfillRows {
			break
		}
	}
	return done, nil
}

// collect reads all rows of a query.
func collect[T any](t *tx, scan func(scanner) (T, error), query string, args ...any) (list []T, err error) {
	err = t.rows(func(row scanner) error {
		v, err := scan(row)
		list = append(list, v)
		return err
	}, query, args...)
	return list, err
}
