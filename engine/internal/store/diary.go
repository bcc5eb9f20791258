package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	// entryGrows is how long after the last of what it counts a line of the diary still grows.
	entryGrows = 30 * time.Minute
	// entryNames is how many documents a line names.
	entryNames = 5
	// diaryKept is how long lines are kept.
	diaryKept = 180 * 24 * time.Hour
)

// Record writes a line of the diary, or lets the last one grow when it says the same of the same and is recent.
func (s *Store) Record(ctx context.Context, e catalog.SyncEntry) error {
	return s.write(ctx, func(t *tx) error {
		if e.At.IsZero() {
			e.At = t.now
		}
		if _, err := t.exec("DELETE FROM sync_entry WHERE at < ?", e.At.Add(-diaryKept).Unix()); err != nil {
			return err
		}
		grown, err := t.grow(e)
		if err != nil || grown {
			return err
		}
		_, err = t.exec("INSERT INTO sync_entry (began, at, kind, remote, workspace, count, bytes, names, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			e.At.Unix(), e.At.Unix(), e.Kind, e.RemoteID, e.WorkspaceID, e.Count, e.Bytes, jsonText(firstNames(nil, e.Names)), e.Detail)
		return err
	})
}

// grow adds e to the last line of its remote and workspace when the two belong together.
func (t *tx) grow(e catalog.SyncEntry) (bool, error) {
	var key int64
	var kind catalog.SyncEntryKind
	var detail, text string
	err := t.row(`SELECT key, kind, detail, names FROM sync_entry WHERE remote = ? AND workspace = ? AND at >= ? ORDER BY key DESC LIMIT 1`,
		e.RemoteID, e.WorkspaceID, e.At.Add(-entryGrows).Unix()).Scan(&key, &kind, &detail, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil || kind != e.Kind || detail != e.Detail {
		return false, err
	}
	var before []string
	if err := json.Unmarshal([]byte(text), &before); err != nil {
		return false, err
	}
	_, err = t.exec("UPDATE sync_entry SET at = ?, count = count + ?, bytes = bytes + ?, names = ? WHERE key = ?",
		e.At.Unix(), e.Count, e.Bytes, jsonText(firstNames(before, e.Names)), key)
	return true, err
}

// firstNames is the first few of the names, each once.
func firstNames(before, after []string) []string {
	names := slices.Clone(before)
	for _, name := range after {
		if len(names) < entryNames && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if names == nil {
		names = []string{}
	}
	return names
}

// Diary returns the lines of a remote, or of all when it is empty, and of a workspace, or of all, that are younger than
// since: newest first, at most limit.
func (s *Store) Diary(ctx context.Context, remoteID, workspaceID string, since time.Time, limit int) ([]catalog.SyncEntry, error) {
	list := []catalog.SyncEntry{}
	err := s.read(ctx, func(row scanner) error {
		var e catalog.SyncEntry
		var at int64
		var names string
		if err := row.Scan(&at, &e.Kind, &e.RemoteID, &e.WorkspaceID, &e.Count, &e.Bytes, &names, &e.Detail); err != nil {
			return err
		}
		e.At = time.Unix(at, 0).UTC()
		if err := json.Unmarshal([]byte(names), &e.Names); err != nil {
			return err
		}
		list = append(list, e)
		return nil
	}, `SELECT at, kind, remote, workspace, count, bytes, names, detail FROM sync_entry
		WHERE at >= ?1 AND ?2 IN ('', remote) AND ?3 IN ('', workspace) ORDER BY at DESC, key DESC LIMIT ?4`, since.Unix(), remoteID, workspaceID, limit)
	return list, err
}
