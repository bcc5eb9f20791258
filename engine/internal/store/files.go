package store

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strconv"
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

// FilesAt returns the files at those of the paths that are known, in any order.
func (s *Store) FilesAt(ctx context.Context, folderID string, paths []string) ([]catalog.File, error) {
	return filesWith(ctx, s, folderID, "path", paths, func(path string) any { return []byte(path) })
}

// FilesByHash returns the files of a folder with one of these hashes. Of the files with the same bytes some may be left
// out: a thousand copies of an empty template are no help in finding where one of them went.
func (s *Store) FilesByHash(ctx context.Context, folderID string, hashes []string) ([]catalog.File, error) {
	return filesWith(ctx, s, folderID, "sha256", hashes, func(hash string) any { return hashBytes(hash) })
}

// FilesByInode returns the files of a folder with one of these inodes.
func (s *Store) FilesByInode(ctx context.Context, folderID string, inodes []uint64) ([]catalog.File, error) {
	return filesWith(ctx, s, folderID, "inode", inodes, func(inode uint64) any { return int64(inode) })
}

const (
	filesAtOnce = 250   // values in one query
	filesMost   = 5_000 // files that one query gives
)

// filesWith returns the files of a folder whose column has one of the values. One query for many files costs a tenth of
// one each.
func filesWith[T any](ctx context.Context, s *Store, folderID, column string, values []T, bind func(T) any) (list []catalog.File, err error) {
	for part := range slices.Chunk(values, filesAtOnce) {
		args := make([]any, 1, len(part)+1)
		args[0] = folderID
		for _, v := range part {
			args = append(args, bind(v))
		}
		err := s.readOnce(ctx, func(row scanner) error {
			f, err := scanFile(row)
			list = append(list, f)
			return err
		}, selectFile+" AND f."+column+" IN (?"+strings.Repeat(", ?", len(part)-1)+") LIMIT "+strconv.Itoa(filesMost), args...)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// joinPath is the absolute path of a file below a folder's root.
func joinPath(root string, relative []byte) []byte {
	return []byte(filepath.Join(root, filepath.FromSlash(string(relative))))
}

// displayName is the last element of a path as people see it: valid UTF-8 without NUL.
func displayName(p string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(path.Base(p), "\uFFFD"), "\x00", "\uFFFD")
}
