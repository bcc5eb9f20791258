package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// connector opens connections with Sheaf's own SQL functions, without a driver registered for the whole program.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// openHandle makes a pool of at most n connections. Mode is rwc for the writer, ro for readers.
func openHandle(path, mode string, n int) *sql.DB {
	settings := url.Values{
		"mode":          {mode},
		"_busy_timeout": {"10000"},
		"_foreign_keys": {"on"},
		"_cache_size":   {"-16000"}, // KiB a connection
	}
	if mode == "ro" {
		settings.Set("_query_only", "on")
	} else {
		settings.Set("_journal_mode", "WAL")
		settings.Set("_synchronous", "FULL")
		settings.Set("_txlock", "immediate")
	}
	location := url.URL{Path: filepath.ToSlash(path)}
	db := sql.OpenDB(connector{
		dsn:    "file:" + location.EscapedPath() + "?" + settings.Encode(),
		driver: &sqlite3.SQLiteDriver{ConnectHook: addFunctions},
	})
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db
}

// addFunctions gives SQL the text operators of filters, which ignore case by Unicode's rules: SQLite's own lower() knows
// ASCII only. The operand comes folded. Beside them stand what listings are ordered by and only Go can compute.
func addFunctions(c *sqlite3.SQLiteConn) error {
	return errors.Join(
		c.RegisterFunc("text_contains", func(s, operand string) bool { return strings.Contains(catalog.FoldCase(s), operand) }, true),
		c.RegisterFunc("text_starts", func(s, operand string) bool { return strings.HasPrefix(catalog.FoldCase(s), operand) }, true),
		c.RegisterFunc("text_ends", func(s, operand string) bool { return strings.HasSuffix(catalog.FoldCase(s), operand) }, true),
		c.RegisterFunc("text_is", func(s, operand string) bool { return catalog.FoldCase(s) == operand }, true),
		c.RegisterFunc("path_within", pathWithin, true),
		c.RegisterFunc("public_id", func(id string) string { return catalog.PublicID("", id) }, true),
		c.RegisterFunc("file_stem", func(name string) string { stem, _ := catalog.SplitFileName(name); return stem }, true),
		c.RegisterFunc("file_extension", func(name string) string { _, extension := catalog.SplitFileName(name); return extension }, true),
	)
}
