package measure

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// copyCollection makes a fresh folder with the files of an archive (.tar.gz) or of a folder, so that a measurement may
// change them.
func copyCollection(collection, folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	if strings.HasSuffix(collection, ".tar.gz") {
		return unpack(collection, folder)
	}
	return os.CopyFS(folder, os.DirFS(collection))
}

// unpack writes the regular files of an archive beneath folder, and nothing outside of it.
func unpack(archive, folder string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	files := tar.NewReader(unzipped)
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(files)
		if err != nil {
			return err
		}
		if err := root.MkdirAll(filepath.Dir(header.Name), 0o700); err != nil {
			return err
		}
		if err := root.WriteFile(header.Name, content, 0o600); err != nil {
			return err
		}
	}
}

// eachFile calls each with every regular file beneath folder.
func eachFile(folder string, each func(name string, info fs.FileInfo) error) error {
	return filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return each(name, info)
	})
}

// hashAll reads and hashes every file beneath folder, the least that indexing can do, and returns how many there are.
func hashAll(folder string) (files int, err error) {
	err = eachFile(folder, func(name string, _ fs.FileInfo) error {
		files++
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(sha256.New(), f)
		return err
	})
	return files, err
}

// statAll looks at every file beneath folder without opening it, the least that a rescan can do.
func statAll(folder string) (files int, err error) {
	err = eachFile(folder, func(string, fs.FileInfo) error {
		files++
		return nil
	})
	return files, err
}
