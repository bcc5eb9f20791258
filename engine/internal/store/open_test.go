package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// refused opens dir, expects an error of the code that names the file, and checks that the file was left alone.
func refused(t *testing.T, dir string, code catalog.Code) {
	t.Helper()
	path := filepath.Join(dir, FileName)
	before, err := os.ReadFile(path)
	check(t, err)
	s, err := Open(context.Background(), dir, Options{})
	if err == nil {
		s.Close()
	}
	if catalog.CodeOf(err) != code || !strings.Contains(catalog.MessageOf(err), path) || !strings.Contains(catalog.MessageOf(err), "nothing was changed") {
		t.Errorf("%v (%s), want %s", err, catalog.CodeOf(err), code)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
}

func TestWhatIsNoDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"text": "hello, I am a text file and no database", "short": "SQL", "garbage": "SQLite format 3\x00" + strings.Repeat("garbage ", 2000)} {
		dir := t.TempDir()
		check(t, os.WriteFile(filepath.Join(dir, FileName), []byte(content), 0o600))
		t.Run(name, func(t *testing.T) { refused(t, dir, catalog.Corrupt) })
	}
}

func TestDamagedDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for i := range 20 {
		f.put(fmt.Sprint(i, ".txt"), strings.Repeat("some words ", 200))
	}
	check(t, f.Close())
	path := filepath.Join(f.dir, FileName)
	data, err := os.ReadFile(path)
	check(t, err)
	for i := 5 * 4096; i < len(data)-4096; i += 3 * 4096 {
		copy(data[i:], strings.Repeat("\xde\xad", 500))
	}
	check(t, os.WriteFile(path, data, 0o600))
	refused(t, f.dir, catalog.Corrupt)
}

func TestForeignAndNewerDatabasesAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openHandle(filepath.Join(dir, FileName), "rwc", 1)
	_, err := db.Exec("CREATE TABLE photos (x)")
	check(t, err)
	check(t, db.Close())
	refused(t, dir, catalog.Corrupt)

	f := newFixture(t)
	check(t, f.Close())
	db = openHandle(filepath.Join(f.dir, FileName), "rwc", 1)
	_, err = db.Exec("PRAGMA user_version = 999")
	check(t, err)
	check(t, db.Close())
	refused(t, f.dir, catalog.Unsupported)
}

func TestPathWithSyntaxOfURLs(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a?mode=memory&x#y%20 ü")
	check(t, os.Mkdir(dir, 0o700))
	s, err := Open(t.Context(), dir, Options{})
	check(t, err)
	check(t, s.Close())
	if _, err := os.Stat(filepath.Join(dir, FileName)); err != nil {
		t.Error(err)
	}
}

func TestSettingsOfConnections(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []struct {
		query func(string) *sql.Row
		name  string
		want  string
	}{
		{func(q string) *sql.Row { return f.writer.QueryRowContext(f.ctx, q) }, "journal_mode", "wal"},
		{func(q string) *sql.Row { return f.writer.QueryRowContext(f.ctx, q) }, "synchronous", "2"},
		{func(q string) *sql.Row { return f.writer.QueryRowContext(f.ctx, q) }, "foreign_keys", "1"},
		{func(q string) *sql.Row { return f.readers.QueryRow(q) }, "query_only", "1"},
	} {
		var got string
		if err := test.query("PRAGMA " + test.name).Scan(&got); err != nil || got != test.want {
			t.Errorf("%s is %s, %v", test.name, got, err)
		}
	}
	if _, err := f.readers.Exec("DELETE FROM content"); err == nil {
		t.Error("a reader can write")
	}
}

// TestReadersDuringWrites reads while batches are written: a reader sees a content with all of its passages or not at all.
func TestReadersDuringWrites(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				hits, err := f.Keyword(f.ctx, words("shared"), f.scope(), 1000)
				if err != nil {
					t.Error(err)
					return
				}
				if len(hits)%3 != 0 {
					t.Errorf("saw %d passages of documents with three each", len(hits))
					return
				}
				if _, err := f.StatusCounts(f.ctx, "v1", "m"); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 30 {
		f.put(fmt.Sprint(i, ".txt"), "shared one", "shared two", "shared three")
	}
	close(done)
	readers.Wait()
	check(t, f.Check(f.ctx))
}

func TestEndedContextWritesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if err := f.Capture(ctx, f.folder, []catalog.Captured{newFile("a.txt", "a")}); err == nil {
		t.Error("captured under an ended context")
	}
	if _, n, err := f.Admit(f.ctx, f.scope()); err != nil || n != 0 {
		t.Errorf("%d documents, %v", n, err)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, damage := range []string{
		"UPDATE tally SET live = live + 1", "DELETE FROM item_version", "DELETE FROM item WHERE kind = 'content'", "UPDATE content SET text_of = 'x'",
		"UPDATE content SET passages = 7", "INSERT INTO vector (passage, model, vector) SELECT 99, key, x'00' FROM model", "DELETE FROM feed_commit",
		"DELETE FROM passage_text_data WHERE id > 10", "DELETE FROM name_text_data WHERE id > 10",
	} {
		f := newFixture(t)
		f.put("a.txt", "alpha")
		must(f.CommitVectors(f.ctx, "m", f.vectorsFor("m")))(t)
		check(t, f.Check(f.ctx))
		check(t, f.write(f.ctx, func(x *tx) error { _, err := x.exec(damage); return err }))
		if err := f.Check(f.ctx); catalog.CodeOf(err) != catalog.Corrupt {
			t.Errorf("after %s: %v", damage, err)
		}
	}
}
