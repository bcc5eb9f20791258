package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// firstRows are what a program of the first schema had written: two users, a workspace, a document with metadata of every
// type, one without, one in the trash.
const firstRows = `
	INSERT INTO device (key, id, counter, clock) VALUES (1, '01900000-0000-7000-8000-000000000001', 5, 5);
	INSERT INTO setting (name, value) VALUES ('epoch', 'e'), ('owner', '01900000-0000-7000-8000-000000000002');
	INSERT INTO organization (key, id, name, created_at) VALUES (1, '01900000-0000-7000-8000-000000000003', 'us', 1700000000);
	INSERT INTO user (key, id, email, organization, role, created_at) VALUES (1, '01900000-0000-7000-8000-000000000002', 'me@here', 1, 'owner', 1700000000);
	INSERT INTO workspace (key, id, organization, name, dataspace, version, seq, created_at, updated_at)
	  VALUES (1, '01900000-0000-7000-8000-000000000004', 1, 'Papers', 'sds-00000001', 7, 1, 1700000000, 1700000001);
	INSERT INTO member (key, workspace, user, role, created_at) VALUES (1, 1, 1, 'OWNER', 1700000000);
	INSERT INTO feed_commit (workspace, seq, token, at) VALUES (1, 1, x'00', 1700000000);
	INSERT INTO item (key, id, kind, workspace, seq, vector, dirty) VALUES
	  (1, '01900000-0000-7000-8000-000000000004', 'workspace', 1, 1, '{}', 1), (2, '01900000-0000-7000-8000-00000000000a', 'content', 1, 1, '{}', 1),
	  (3, '01900000-0000-7000-8000-00000000000b', 'content', 1, 1, '{}', 1), (4, '01900000-0000-7000-8000-00000000000c', 'content', 1, 1, '{}', 1);
	INSERT INTO item_version (item, device, counter, blob) VALUES (1, 1, 1, x''), (2, 1, 2, x''), (3, 1, 3, x'');
	INSERT INTO content (key, id, workspace, name, name_fold, format, size, sha256, source, metadata, added_by, created_at, updated_at, deleted_at) VALUES
	  (1, '01900000-0000-7000-8000-00000000000a', 1, 'A.txt', 'a.txt', 'text/plain', 1, x'aa', 'upload',
	    '{"author":"Ada","pages":12,"price":1.5,"huge":12345678901234567890,"paid":true,"void":false,"tags":["x"],"nothing":null,"a.b\"c":"odd key"}', 'u', 1700000000, 1700000000, NULL),
	  (2, '01900000-0000-7000-8000-00000000000b', 1, 'B.txt', 'b.txt', 'text/plain', 1, x'bb', 'upload', NULL, 'u', 1700000000, 1700000000, NULL),
	  (3, '01900000-0000-7000-8000-00000000000c', 1, 'C.txt', 'c.txt', 'text/plain', 1, x'cc', 'upload', '{"author":"Bob"}', 'u', 1700000000, 1700000000, 1700000005);`

// TestADatabaseOfTheFirstSchemaOpens makes a database by the first migration alone, with rows in it, and opens it.
func TestADatabaseOfTheFirstSchemaOpens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script, err := migrationFiles.ReadFile("migrations/0001_initial.sql")
	check(t, err)
	db := openHandle(filepath.Join(dir, FileName), "rwc", 1)
	for _, statement := range []string{string(script), firstRows, "PRAGMA user_version = 1", fmt.Sprintf("PRAGMA application_id = %d", applicationID)} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	check(t, db.Close())

	s := must(Open(t.Context(), dir, Options{}))(t)
	defer s.Close()
	check(t, s.Check(t.Context()))
	var values []string
	check(t, s.readOnce(t.Context(), func(row scanner) error {
		var content, workspace int64
		var name, kind, value string
		err := row.Scan(&content, &workspace, &name, &kind, &value)
		values = append(values, fmt.Sprint(content, workspace, " ", name, " ", kind, " ", value))
		return err
	}, "SELECT content, workspace, name, typeof(value), quote(value) FROM content_value ORDER BY content, name"))
	if got, want := strings.Join(values, "\n"), strings.Join([]string{
		`1 1 a.b"c text 'odd key'`, `1 1 author text 'Ada'`, `1 1 huge real 1.2345678901234567e+19`, `1 1 pages real 12.0`, `1 1 paid blob X'01'`,
		`1 1 price real 1.5`, `1 1 tags blob X'02'`, `1 1 void blob X'00'`, `3 1 author text 'Bob'`}, "\n"); got != want {
		t.Errorf("unfolded metadata is\n%s\nwant\n%s", got, want)
	}
	owner := must(s.LocalOwner(t.Context()))(t)
	if owner.Email != "me@here" || owner.Standing != catalog.OrganizationOwner {
		t.Errorf("the owner is %+v", owner)
	}
	if list := must(s.Users(t.Context()))(t); len(list) != 1 || list[0].ID != owner.UserID {
		t.Errorf("users are %+v", list)
	}
	w := must(s.Workspaces(t.Context(), owner.UserID))(t)[0]
	if w.Name != "Papers" || w.Version != 7 || w.DocumentCount != 2 || !w.IsDefault {
		t.Errorf("the workspace is %+v", w)
	}
	c := must(s.Content(t.Context(), "01900000-0000-7000-8000-00000000000a"))(t)
	if c.Metadata["author"] != "Ada" || c.VersionString != "" || len(c.Inference) != 0 {
		t.Errorf("a document is %+v", c)
	}
	check(t, s.DeleteContent(t.Context(), c.ID))
	if w := must(s.Workspaces(t.Context(), owner.UserID))(t)[0]; w.Version != 8 || w.DocumentCount != 1 {
		t.Errorf("after a deletion the workspace is %+v", w)
	}
}

// TestAMigrationThatFailsChangesNothing leaves a database as it was when a step cannot be taken.
func TestAMigrationThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	script, err := migrationFiles.ReadFile("migrations/0001_initial.sql")
	check(t, err)
	db := openHandle(path, "rwc", 1)
	for _, statement := range []string{string(script), "CREATE TABLE share (x)", "PRAGMA user_version = 1", fmt.Sprintf("PRAGMA application_id = %d", applicationID)} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	check(t, db.Close())
	if s, err := Open(t.Context(), dir, Options{}); err == nil {
		s.Close()
		t.Fatal("opened over a table that is in the way")
	}
	db = openHandle(path, "rwc", 1)
	defer db.Close()
	var version, columns int
	check(t, db.QueryRow("PRAGMA user_version").Scan(&version))
	check(t, db.QueryRow("SELECT count(*) FROM pragma_table_info('user') WHERE name = 'removed_at'").Scan(&columns))
	if version != 1 || columns != 0 {
		t.Errorf("after the failure: version %d, %d columns of the second schema", version, columns)
	}
}
