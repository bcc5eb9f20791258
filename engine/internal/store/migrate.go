package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks a SQLite file as Sheaf's ("Shea" in ASCII).
const applicationID = 0x53686561

// schemaVersion returns how many migrations there are and reads one of them.
func schemaVersion() int {
	entries, _ := fs.ReadDir(migrationFiles, "migrations")
	return len(entries)
}

// migrate brings the database up to the newest schema, each step in its own transaction. Steps are numbered from 1
// without gaps and are never edited once released.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	version, err := userVersion(ctx, db, path)
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	for i, entry := range entries[version:] {
		number := version + i + 1
		if n, err := strconv.Atoi(entry.Name()[:4]); err != nil || n != number {
			return fmt.Errorf("migration %s is not number %d", entry.Name(), number)
		}
		script, err := fs.ReadFile(migrationFiles, "migrations/"+entry.Name())
		if err != nil {
			return err
		}
		if err := migrateOnce(ctx, db, number, string(script)); err != nil {
			return fmt.Errorf("migration %s: %w", entry.Name(), err)
		}
	}
	return nil
}

func migrateOnce(ctx context.Context, db *sql.DB, number int, script string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range []string{
		script,
		fmt.Sprintf("PRAGMA user_version = %d", number),
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// userVersion returns the schema version of the database. A database of a newer program is Unsupported; one that is not
// ours is Corrupt.
func userVersion(ctx context.Context, db *sql.DB, path string) (int, error) {
	var version, application, tables int
	for _, probe := range []struct {
		query string
		into  *int
	}{
		{"PRAGMA user_version", &version},
		{"PRAGMA application_id", &application},
		{"SELECT count(*) FROM sqlite_schema", &tables},
	} {
		if err := db.QueryRowContext(ctx, probe.query).Scan(probe.into); err != nil {
			return 0, err
		}
	}
	if tables > 0 && application != applicationID {
		return 0, catalog.Errorf(catalog.Corrupt, "%s is a database of another program. Choose another data directory; nothing was changed.", path)
	}
	if newest := schemaVersion(); version > newest {
		return 0, catalog.Errorf(catalog.Unsupported,
			"%s was written by a newer Sheaf (schema %d, this program knows %d). Update Sheaf and try again; nothing was changed.", path, version, newest)
	}
	return version, nil
}
