package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// A content as it is answered, with where its original lies.
const (
	contentColumns = `c.key, c.id, w.id, c.category, c.name, c.format, c.size, c.sha256, CASE WHEN c.root > 0 THEN (SELECT r.source FROM content r WHERE r.key = c.root) ELSE c.source END, c.metadata, c.added_by,
	CASE WHEN c.root > 0 THEN (SELECT r.stale FROM content r WHERE r.key = c.root) ELSE c.stale END, c.failure, c.pages, c.title, c.created_at, c.updated_at, c.inference, c.version_string,
	CASE WHEN c.root > 0 THEN (SELECT r.remote FROM content r WHERE r.key = c.root) ELSE c.remote END, c.conflict, c.language, c.extent, c.warnings,
	c.part, c.parts, (SELECT p.id FROM content p WHERE p.key = c.parent), (SELECT p.name FROM content p WHERE p.key = c.parent), (SELECT r.id FROM content r WHERE r.key = c.root),
	d.path, f.path, CASE WHEN c.root > 0 THEN (SELECT r.kept_path FROM content r WHERE r.key = c.root) ELSE c.kept_path END, f.size, f.mtime, f.inode, f.birth`
	contentTables = `content c JOIN workspace w ON w.key = c.workspace
	LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder`
)

func scanContent(row scanner, more ...any) (c catalog.Content, err error) {
	var category, metadata, failure, inference, version, warnings sql.NullString
	var language, part, parentID, partOf, rootID sql.NullString
	var extent int
	var hash, root, path, kept []byte
	var stale bool
	var created, updated int64
	var size, mtime, inode, birth sql.NullInt64
	err = row.Scan(append([]any{&c.Key, &c.ID, &c.WorkspaceID, &category, &c.FileName, &c.FileFormat, &c.Size, &hash, &c.Source, &metadata,
		&c.AddedBy, &stale, &failure, &c.PageCount, &c.Title, &created, &updated, &inference, &version, &c.Remote, &c.InConflict,
		&language, &extent, &warnings, &part, &c.Parts, &parentID, &partOf, &rootID, &root, &path, &kept, &size, &mtime, &inode, &birth}, more...)...)
	if err != nil {
		return c, err
	}
	c.CategoryID, c.SHA256, c.Failure, c.Path = category.String, hashText(hash), failure.String, string(kept)
	c.CreatedAt, c.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
	if path != nil && c.Source == catalog.SourceFolder { // else the file has other bytes than those that answer
		c.Path = filepath.Join(string(root), filepath.FromSlash(string(path)))
		c.Captured = catalog.FileStat{Path: string(path), Size: size.Int64, ModTime: mtime.Int64, Inode: uint64(inode.Int64), Birth: birth.Int64}
	}
	switch {
	case failure.Valid:
		c.Status = catalog.StatusFailed
	case stale && c.Remote && c.Source != catalog.SourceFolder:
		c.Status = catalog.StatusRemote
	case stale:
		c.Status = catalog.StatusUploaded
	default:
		c.Status, c.Extent = catalog.StatusProcessed, extents[extent]
	}
	if c.Warnings, err = readWarnings(warnings); err != nil {
		return c, err
	}
	c.VersionString, c.Language = version.String, language.String
	if c.Metadata, err = readValues(metadata); err != nil {
		return c, err
	}
	if c.ParentID, c.PartOf, c.Part, c.RootID = parentID.String, partOf.String, part.String, rootID.String; rootID.Valid {
		maps.Copy(c.Metadata, partMetadata(c.ParentID, c.PartOf))
	}
	c.Inference, err = readValues(inference)
	return c, err
}

// extents are those of a text that is there, by their number in the store.
var extents = []catalog.Extent{catalog.ExtentWhole, catalog.ExtentPart, catalog.ExtentNone}

func readWarnings(stored sql.NullString) (list []string, err error) {
	if stored.Valid {
		err = json.Unmarshal([]byte(stored.String), &list)
	}
	return list, err
}

// readValues reads a column of JSON values by key; NULL has none.
func readValues(stored sql.NullString) (map[string]any, error) {
	values := map[string]any{}
	if !stored.Valid {
		return values, nil
	}
	err := json.Unmarshal([]byte(stored.String), &values)
	return values, err
}

// Content returns a live content by its id. Status is uploaded while its present bytes have not been read, whether or
// not the text of earlier ones is still there.
func (s *Store) Content(ctx context.Context, id string) (catalog.Content, error) {
	c, err := scanContent(s.readRow(ctx, "SELECT "+contentColumns+" FROM "+contentTables+
		" WHERE c.id = ? AND c.deleted_at IS NULL AND w.deleted_at IS NULL", id))
	if err != nil {
		return c, s.fault(notFound(err, "There is no such document."))
	}
	list := []catalog.Content{c}
	err = s.tellLocked(ctx, list)
	return list[0], err
}

// RecognisedPages are the pages of a content that were read by OCR, as extraction lists them; empty: none.
func (s *Store) RecognisedPages(ctx context.Context, key int64) (pages string, err error) {
	err = s.readRow(ctx, "SELECT ifnull((SELECT json_extract(properties, '$.ocr') FROM content WHERE key = ?), '')", key).Scan(&pages)
	return pages, s.fault(err)
}

// Contents returns live contents by their keys, in the order of the keys; those that are gone are left out.
func (s *Store) Contents(ctx context.Context, keys []int64) ([]catalog.Content, error) {
	found := make(map[int64]catalog.Content, len(keys))
	for part := range slices.Chunk(keys, 500) {
		err := s.readOnce(ctx, func(row scanner) error {
			c, err := scanContent(row)
			found[c.Key] = c
			return err
		}, "SELECT "+contentColumns+" FROM "+contentTables+" WHERE c.key IN ("+joinKeys(part)+") AND c.deleted_at IS NULL AND w.deleted_at IS NULL")
		if err != nil {
			return nil, err
		}
	}
	list := make([]catalog.Content, 0, len(keys))
	for _, key := range keys {
		if c, ok := found[key]; ok {
			list = append(list, c)
		}
	}
	return list, nil
}

// joinKeys writes integers for IN (…): they need no quoting and no variables.
func joinKeys(keys []int64) string {
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(keys)), ","), "[]")
}

var contentOrders = map[string]string{
	"": "c.updated_at DESC, c.id DESC", "updatedAt": "c.updated_at, c.id", "-updatedAt": "c.updated_at DESC, c.id DESC",
	"createdAt": "c.created_at, c.id", "-createdAt": "c.created_at DESC, c.id DESC",
	"name": "c.name_fold, c.id", "-name": "c.name_fold DESC, c.id DESC", "size": "c.size, c.id", "-size": "c.size DESC, c.id DESC",
}

// ListContents returns a page of live contents and how many there are in all. Invalid for an unknown sort or status.
func (s *Store) ListContents(ctx context.Context, q catalog.ContentQuery) ([]catalog.Content, int, error) {
	order, ok := contentOrders[q.Sort]
	if !ok {
		return nil, 0, &catalog.Error{Code: catalog.Invalid, Message: "Documents cannot be sorted like that.",
			Fields: []catalog.FieldError{{Field: "sort", Message: "must be name, size, createdAt or updatedAt, with - in front for descending"}}}
	}
	where, err := s.admitted(ctx, q.Scope)
	if err != nil {
		return nil, 0, err
	}
	if q.Name != "" {
		where.add("instr(c.name_fold, ?) > 0", catalog.FoldCase(q.Name))
	}
	if q.Folder != "" {
		const folder = "(SELECT key FROM folder WHERE id = ?)"
		where.add("(c.folder = "+folder+" OR c.root > 0 AND c.root IN (SELECT key FROM content WHERE folder = "+folder+"))", q.Folder, q.Folder)
	}
	if q.Parent != "" {
		where.add("c.root > 0 AND c.root = (SELECT ifnull(root, key) FROM content WHERE id = ?) AND c.parent = (SELECT key FROM content WHERE id = ?)", q.Parent, q.Parent)
	}
	stale := "CASE WHEN c.root > 0 THEN (SELECT r.stale FROM content r WHERE r.key = c.root) ELSE c.stale END"
	reading := "c.stale = 1 AND c.key IN (" + joinKeys(q.Reading) + ")"
	switch q.Status {
	case "":
	case catalog.StatusFailed:
		where.add("c.failed_at > 0 AND NOT (" + reading + ")")
	case catalog.StatusUploaded:
		where.add("c.failure IS NULL AND " + stale + " = 1 AND (c.remote = 0 OR c.source = 'folder') AND NOT (" + reading + ")")
	case catalog.StatusRemote:
		where.add("c.failure IS NULL AND c.stale = 1 AND c.remote = 1 AND c.source <> 'folder'")
	case catalog.StatusProcessing:
		where.add(reading)
	case catalog.StatusProcessed:
		where.add("c.failure IS NULL AND " + stale + " = 0")
	default:
		return nil, 0, catalog.Errorf(catalog.Invalid, "There is no such status; use uploaded, processing, processed, failed or remote.")
	}
	switch q.Extent {
	case "":
	case catalog.ExtentPart, catalog.ExtentNone:
		where.add("c.extent > 0 AND c.extent = ?", slices.Index(extents, q.Extent))
	default:
		return nil, 0, catalog.Errorf(catalog.Invalid, "There is no such extent to list by; use part or none.")
	}
	var total int
	if err := s.readOnce(ctx, func(row scanner) error { return row.Scan(&total) },
		"SELECT count(*) FROM content c WHERE "+where.sql(), where.args...); err != nil {
		return nil, 0, err
	}
	list := []catalog.Content{}
	query := "SELECT " + contentColumns + " FROM (SELECT c.key FROM content c WHERE " + where.sql() + " ORDER BY " + order +
		" LIMIT ? OFFSET ?) k CROSS JOIN content c ON c.key = k.key JOIN workspace w ON w.key = c.workspace" +
		" LEFT JOIN file f ON f.content = ifnull(c.root, c.key) AND f.excluded = 0 LEFT JOIN folder d ON d.key = f.folder ORDER BY " + order
	err = s.readOnce(ctx, func(row scanner) error {
		c, err := scanContent(row)
		list = append(list, c)
		return err
	}, query, append(slices.Clone(where.args), q.Limit, q.Offset)...)
	if err != nil {
		return nil, 0, err
	}
	return list, total, s.tellLocked(ctx, list)
}
