package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const selectLibrary = "SELECT l.id, l.name" + libraryNumber + ", (SELECT json_group_array(url) FROM (" + pagesOfLibrary + `)),
	l.created_at, l.updated_at FROM library l JOIN user u ON u.key = l.user WHERE u.id = ?1`

const (
	// libraryNumber tells a library from earlier ones of the same name.
	libraryNumber = " || ifnull((SELECT ' (' || (count(*) + 1) || ')' FROM library o WHERE o.user = l.user AND o.name_fold = l.name_fold AND o.id < l.id HAVING count(*) > 0), '')"
	// pagesOfLibrary are the addresses of library l: rows of their own, because each is an item of its own. So what two
	// devices add at the same time is both there.
	pagesOfLibrary = "SELECT p.url FROM library_page p WHERE p.library = l.id AND p.user = l.user ORDER BY p.position, p.id"
)

func scanLibrary(row scanner) (l catalog.Library, err error) {
	var urls string
	var created, updated int64
	if err = row.Scan(&l.ID, &l.Name, &urls, &created, &updated); err != nil {
		return l, err
	}
	l.CreatedAt, l.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	return l, json.Unmarshal([]byte(urls), &l.URLs)
}

// Libraries lists those of a user, oldest first.
func (s *Store) Libraries(ctx context.Context, userID string) ([]catalog.Library, error) {
	list := []catalog.Library{}
	err := s.read(ctx, func(row scanner) error {
		l, err := scanLibrary(row)
		list = append(list, l)
		return err
	}, selectLibrary+" ORDER BY l.created_at, l.id", userID)
	return list, err
}

// Library returns one of a user; NotFound covers those of others.
func (s *Store) Library(ctx context.Context, userID, id string) (catalog.Library, error) {
	l, err := scanLibrary(s.readRow(ctx, selectLibrary+" AND l.id = ?2", userID, id))
	return l, s.fault(notFound(err, noLibrary))
}

const noLibrary = "There is no such library."

// CreateLibrary makes a library of a user; an address that is there twice is kept once. Conflict when the user has one of
// that name, case ignored.
func (s *Store) CreateLibrary(ctx context.Context, userID, name string, urls []string) (l catalog.Library, err error) {
	err = s.write(ctx, func(t *tx) error {
		user, err := t.userKey(userID)
		if err != nil {
			return err
		}
		if err := t.libraryNameFree(user, 0, name); err != nil {
			return err
		}
		at := time.Unix(t.now.Unix(), 0).UTC()
		l = catalog.Library{ID: t.s.newID(t.now), Name: name, URLs: once(urls), CreatedAt: at, UpdatedAt: at}
		_, err = t.exec("INSERT INTO library (id, user, name, name_fold, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
			l.ID, user, name, catalog.FoldCase(name), at.Unix(), at.Unix())
		if err != nil {
			return err
		}
		if err := t.itemCreated(catalog.KindLibrary, l.ID, accountFeed(user), []byte{}, libraryFields(l)); err != nil {
			return err
		}
		return t.fillLibrary(user, l.ID, l.URLs)
	})
	return l, err
}

// libraryFields is what the journal says of a new library.
func libraryFields(l catalog.Library) []field {
	return []field{{"createdAt", jsonText(l.CreatedAt.Unix())}, {"name", jsonText(l.Name)}}
}

// once is a list without what is in it already.
func once(list []string) []string {
	kept := []string{}
	for _, s := range list {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// UpdateLibrary changes what is present in c.
func (s *Store) UpdateLibrary(ctx context.Context, userID, id string, c catalog.LibraryChange) error {
	return s.write(ctx, func(t *tx) error {
		user, err := t.userKey(userID)
		if err != nil {
			return err
		}
		t.severally = true // other addresses than before may be twice as many as a library has
		var key int64
		var name string
		if err := t.row("SELECT key, name FROM library WHERE user = ? AND id = ?", user, id).Scan(&key, &name); err != nil {
			return notFound(err, noLibrary)
		}
		if c.Name != nil {
			name = *c.Name
		}
		if c.Name != nil {
			if err := t.libraryNameFree(user, key, name); err != nil {
				return err
			}
		}
		_, err = t.exec("UPDATE library SET name = ?, name_fold = ?, updated_at = ? WHERE key = ?", name, catalog.FoldCase(name), t.now.Unix(), key)
		if err != nil {
			return err
		}
		if c.Name != nil {
			if err := t.itemFields(id, field{"name", jsonText(name)}); err != nil {
				return err
			}
		}
		if c.URLs == nil {
			return nil
		}
		return t.fillLibrary(user, id, once(c.URLs))
	})
}

// fillLibrary makes a library's addresses those of a list. What stays where it was is not touched.
func (t *tx) fillLibrary(user int64, library string, urls []string) error {
	before := map[string]int{}
	err := t.rows(func(row scanner) error {
		var url string
		var position int
		err := row.Scan(&url, &position)
		before[url] = position
		return err
	}, "SELECT url, position FROM library_page WHERE library = ? AND user = ?", library, user)
	if err != nil {
		return err
	}
	for position, url := range urls {
		old, there := before[url]
		delete(before, url)
		if !there || old != position {
			if err := t.savePage(user, library, url, position); err != nil {
				return err
			}
		}
	}
	for _, url := range slices.Sorted(maps.Keys(before)) {
		id := pairID(catalog.KindLibraryPage, library, url)
		if _, err := t.exec("DELETE FROM library_page WHERE id = ?", id); err != nil {
			return err
		}
		if err := t.itemDeleted(id); err != nil {
			return err
		}
	}
	return nil
}

// savePage puts an address at a place in a library.
func (t *tx) savePage(user int64, library, url string, position int) error {
	id := pairID(catalog.KindLibraryPage, library, url)
	var moved bool
	if err := t.row("SELECT EXISTS (SELECT 1 FROM library_page WHERE id = ?)", id).Scan(&moved); err != nil {
		return err
	}
	if moved {
		if _, err := t.exec("UPDATE library_page SET position = ? WHERE id = ?", position, id); err != nil {
			return err
		}
		return t.itemFields(id, field{"position", jsonText(position)})
	}
	_, err := t.exec("INSERT INTO library_page (id, user, library, url, position) VALUES (?, ?, ?, ?, ?)", id, user, library, url, position)
	if err != nil {
		return err
	}
	return t.itemSaved(catalog.KindLibraryPage, id, accountFeed(user),
		field{"library", jsonText(library)}, field{"position", jsonText(position)}, field{"url", jsonText(url)})
}

// DeleteLibrary removes a library of a user. Its addresses stay in the journal: should another device's change bring the
// library back, it is as it was.
func (s *Store) DeleteLibrary(ctx context.Context, userID, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		if err := t.row("DELETE FROM library WHERE user = (SELECT key FROM user WHERE id = ?) AND id = ? RETURNING key", userID, id).Scan(&key); err != nil {
			return notFound(err, noLibrary)
		}
		return t.itemDeleted(id)
	})
}

// libraryNameFree returns Conflict when a user has another library of that name.
func (t *tx) libraryNameFree(user, key int64, name string) error {
	return t.nameFree("SELECT EXISTS (SELECT 1 FROM library WHERE user = ? AND key <> ? AND name_fold = ?)", "a library", user, key, name)
}
