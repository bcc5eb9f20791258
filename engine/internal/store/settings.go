package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
)

// Setting reads the value that SaveSetting stored under name into the variable that into points to; known is false, and
// the variable as it was, when there is none.
func (s *Store) Setting(ctx context.Context, name string, into any) (known bool, err error) {
	var value string
	err = s.readRow(ctx, "SELECT value FROM setting WHERE name = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, s.fault(err)
	}
	return true, json.Unmarshal([]byte(value), into)
}

// SaveSetting stores a value of this device as JSON.
func (s *Store) SaveSetting(ctx context.Context, name string, value any) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, jsonText(value))
		return err
	})
}
