package store

import (
	"context"
	"path"
	"path/filepath"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const selectFile = `
	SELECT d.id, f.path, f.size, f.mtime, f.inode, f.birth, f.sha256, ifnull(c.id, ''), f.excluded
	FROM folder d CROSS JOIN file f ON f.folder = d.key LEFT JOIN content c ON c.key = f.content WHERE d.id = ?1`

func scanFile(row scanner) (f catalog.File, err error) {
	var path, hash []byte
	var inode int64
	err = row.Scan(&f.FolderID, &path, &f.Size, &f.ModTime, &inode, &f.Birth, &hash, &f.ContentID, &f.Excluded)
	f.Path, f.Inode, f.SHA256 = string(path), uint64(inode), hashText(hash)
	if f.Excluded {
		f.ContentID = ""
	}
	return f, err
}

// Files calls yield for every file of a folder as last captured, by path, until it returns an error.
func (s *Store) Files(ctx context.Context, folderID string, yield func(catalog.File) error) error {
	return s.read(ctx, func(row scanner) error {
		f, err := scanFile(row)
		if err != nil {
			return err
		}
		return yield(f)
	}, selectFile+" ORDER BY f.path", folderID)
}

// File returns the file at path as last captured, or a NotFound error.
func (s *Store) File(ctx context.Context, folderID, path string) (catalog.File, error) {
	f, err := scanFile(s.readRow(ctx, selectFile+" AND f.path = ?2", folderID, []byte(path)))
	return f, s.fault(notFound(err, "No such file is known."))
}

// sameFileLimit bounds how many candidates for one renamed file are looked at: a thousand copies of an empty template
// are no help in finding where one of them went.
const sameFileLimit = " LIMIT 100"

// FilesByHash returns files of a folder with these bytes, at most 100.
func (s *Store) FilesByHash(ctx context.Context, folderID, sha256 string) ([]catalog.File, error) {
	return s.files(ctx, selectFile+" AND f.sha256 = ?2"+sameFileLimit, folderID, hashBytes(sha256))
}

// FilesByInode returns files of a folder with this inode, at most 100.
func (s *Store) FilesByInode(ctx context.Context, folderID string, inode uint64) ([]catalog.File, error) {
	return s.files(ctx, selectFile+" AND f.inode = ?2"+sameFileLimit, folderID, int64(inode))
}

func (s *Store) files(ctx context.Context, query string, args ...any) (list []catalog.File, err error) {
	err = s.read(ctx, func(row scanner) error {
		f, err := scanFile(row)
		list = append(list, f)
		return err
	}, query, args...)
	return list, err
}

// joinPath is the absolute path of a file below a folder's root.
func joinPath(root string, relative []byte) []byte {
	return []byte(filepath.Join(root, filepath.FromSlash(string(relative))))
}

// displayName is the last element of a path as people see it: valid UTF-8 without NUL.
func displayName(p string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(path.Base(p), "\uFFFD"), "\x00", "\uFFFD")
}
