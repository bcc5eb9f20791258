package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const selectLibrary = "SELECT l.id, l.name, l.urls, l.created_at, l.updated_at FROM library l JOIN user u ON u.key = l.user WHERE u.id = ?1"

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

// CreateLibrary makes a library of a user. Conflict when the user has one of that name, case ignored.
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
		l = catalog.Library{ID: t.s.newID(t.now), Name: name, URLs: urls, CreatedAt: at, UpdatedAt: at}
		_, err = t.exec("INSERT INTO library (id, user, name, name_fold, urls, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			l.ID, user, name, catalog.FoldCase(name), jsonList(urls), at.Unix(), at.Unix())
		return err
	})
	return l, err
}

// UpdateLibrary changes what is present in c.
func (s *Store) UpdateLibrary(ctx context.Context, userID, id string, c catalog.LibraryChange) error {
	return s.write(ctx, func(t *tx) error {
		user, err := t.userKey(userID)
		if err != nil {
			return err
		}
		var key int64
		var name, urls string
		if err := t.row("SELECT key, name, urls FROM library WHERE user = ? AND id = ?", user, id).Scan(&key, &name, &urls); err != nil {
			return notFound(err, noLibrary)
		}
		if c.Name != nil {
			name = *c.Name
		}
		if c.URLs != nil {
			urls = jsonList(c.URLs)
		}
		if err := t.libraryNameFree(user, key, name); err != nil {
			return err
		}
		_, err = t.exec("UPDATE library SET name = ?, name_fold = ?, urls = ?, updated_at = ? WHERE key = ?",
			name, catalog.FoldCase(name), urls, t.now.Unix(), key)
		return err
	})
}

// DeleteLibrary removes a library of a user.
func (s *Store) DeleteLibrary(ctx context.Context, userID, id string) error {
	return s.write(ctx, func(t *tx) error {
		var key int64
		err := t.row("DELETE FROM library WHERE user = (SELECT key FROM user WHERE id = ?) AND id = ? RETURNING key", userID, id).Scan(&key)
		return notFound(err, noLibrary)
	})
}

// libraryNameFree returns Conflict when a user has another library of that name.
func (t *tx) libraryNameFree(user, key int64, name string) error {
	return t.nameFree("SELECT EXISTS (SELECT 1 FROM library WHERE user = ? AND key <> ? AND name_fold = ?)", "a library", user, key, name)
}

// jsonList is a list as JSON, [] when there is none.
func jsonList(list []string) string {
	if list == nil {
		return "[]"
	}
	return jsonText(list)
}
