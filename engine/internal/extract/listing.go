package extract

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bodgit/sevenzip"
	"github.com/nwaples/rardecode/v2"
	"github.com/ulikunitz/xz"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	maxListed   = 5000      // names of an archive
	maxUnpacked = 256 << 20 // bytes that are unpacked to find the names in a packed tar
)

// archiveReaders list what lies in an archive. The files within become parts where somebody has asked for that; otherwise
// nothing within is read, but for a single text that was packed to be smaller.
var archiveReaders = map[string]func(*input, *listing) error{
	"application/zip": listZip, "application/jar": listZip, "application/vnd.android.package-archive": listZip,
	"application/x-tar": listTar, "application/gzip": listPacked, "application/x-bzip2": listPacked, "application/x-xz": listPacked,
	"application/x-7z-compressed": list7z, "application/x-rar-compressed": listRAR, "application/vnd.rar": listRAR,
}

// Archives are the formats of archives, whose files are listed or read as somebody wishes.
func Archives() []string { return slices.Sorted(maps.Keys(archiveReaders)) }

// readArchive lists the files in an archive. A damaged one is listed as far as it goes.
func readArchive(mime string) func(*input) (catalog.Document, error) {
	return func(in *input) (catalog.Document, error) {
		l := &listing{w: &writer{}, in: in}
		err := archiveReaders[mime](in, l)
		if l.text != nil {
			l.text.Format = mime
			return *l.text, nil
		}
		switch {
		case errors.Is(err, errHidden):
			l.w.warn("The names in this archive are encrypted.")
		case err != nil:
			l.w.warn("This archive is damaged; it was listed as far as possible.")
		}
		if l.encrypted {
			l.w.warn("Files in this archive are encrypted.")
		}
		if l.files > 0 {
			l.said()
			l.w.property("files", strconv.Itoa(l.files))
		}
		doc := l.w.document(mime)
		if l.files == 0 {
			doc.Pages = nil
		}
		return doc, nil
	}
}

var errHidden = errors.New("encrypted names")

// listing is what is known of an archive's files.
type listing struct {
	w         *writer
	in        *input
	files     int
	encrypted bool
	text      *catalog.Document // of a file that was only packed
	unread    int               // files that were not opened though they should have been
}

// said tells what has become of the files in an archive.
func (l *listing) said() {
	switch {
	case !l.in.open:
		l.w.warn("The files in this archive were listed, not read. Let Sheaf look into the archives of its folder, or unpack it.")
	case l.unread > 0:
		l.w.warn("%d files in this archive were listed, not read: they are too many, too large, encrypted or damaged.", l.unread)
	}
}

// add notes a file, makes it a part where that is wanted, and reports whether more are wanted. open gives its bytes; nil:
// it is none that has any.
func (l *listing) add(name string, size int64, open func() (io.ReadCloser, error)) bool {
	if l.in.open && open != nil && !strings.HasSuffix(name, "/") {
		l.member(name, size, open)
		if l.in.seek != nil {
			return *l.in.seek.found == nil
		}
	}
	if l.files == maxListed {
		l.w.warn("Only the first %d files of this archive were listed.", maxListed)
		return false
	}
	l.files++
	if !strings.HasSuffix(name, "/") {
		name = fmt.Sprintf("%s (%s)", shortened(name, 1000), sizeOf(max(size, 0)))
	}
	l.w.block(catalog.BlockListItem, 0, spaced(name))
	return true
}

// member makes a file of the archive a part, under a key that goes by its name: another file of that name is another
// state of the same document.
func (l *listing) member(name string, size int64, open func() (io.ReadCloser, error)) {
	if size == 0 {
		return
	}
	key := l.w.keys.next(stemOf(sha256.Sum256([]byte(name))))
	if !l.in.wants(key) {
		return
	}
	if l.in.depth >= maxDepth || len(l.w.doc.Parts) == maxOpened || size > maxPart || !l.in.parts.left() {
		l.unread++
		return
	}
	r, err := open()
	if err != nil {
		l.unread++
		return
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err != nil || len(data) > maxPart {
		l.unread++
		return
	}
	l.w.part(l.in, key, attachment{name: name, data: data})
}

func listZip(in *input, l *listing) error {
	z, err := zip.NewReader(in.file, in.size)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		l.encrypted = l.encrypted || f.Flags&1 != 0
		name := f.Name
		if f.NonUTF8 {
			name = decode([]byte(name), charsetOr([]byte(name), "ibm866"))
		}
		if !l.add(name, int64(min(f.UncompressedSize64, 1<<62)), f.Open) {
			return nil
		}
	}
	return nil
}

func listTar(in *input, l *listing) error {
	return listTarFrom(io.NewSectionReader(in.file, 0, in.size), l)
}

func listTarFrom(r io.Reader, l *listing) error {
	entries := tar.NewReader(r)
	for {
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeXGlobalHeader && !l.add(h.Name, h.Size, streamed(h.Typeflag == tar.TypeReg, entries)) {
			return nil
		}
	}
}

// streamed opens the entry at which a reader of an archive stands; nil when it is not a file.
func streamed(file bool, r io.Reader) func() (io.ReadCloser, error) {
	if !file {
		return nil
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
}

// listPacked looks under one layer of compression: at the names of a tar, or at a text.
func listPacked(in *input, l *listing) error {
	r, name, err := unpacking(in)
	if err != nil {
		return err
	}
	limited := &io.LimitedReader{R: r, N: maxUnpacked}
	unpacked := bufio.NewReaderSize(limited, 64<<10)
	head, err := unpacked.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return err
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		err := listTarFrom(unpacked, l)
		if limited.N == 0 {
			l.w.warn("Only the beginning of this archive was listed.")
			return nil
		}
		return err
	}
	if charsetOf(head) == "" || in.depth == maxDepth {
		l.unread++
		l.add(name, -1, nil)
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(unpacked, maxText+1))
	inner := in.within(attachment{name: name, data: data[:min(len(data), maxText)]})
	inner.seek = in.seek // what lies within it lies within the packed file
	doc, failure := in.inner(inner)
	if failure != nil {
		return failure
	}
	w := writer{doc: doc}
	w.property("packed", doc.Format)
	if len(data) > maxText {
		w.warn("Only the first %d MB of text were read.", maxText>>20)
	}
	if err != nil {
		w.warn("This file is damaged; it was read as far as possible.")
	}
	l.text = &w.doc
	return nil
}

// unpacking is the content of a packed file and its name without the packing.
func unpacking(in *input) (io.Reader, string, error) {
	packed := bufio.NewReader(io.NewSectionReader(in.file, 0, in.size))
	name := strings.TrimSuffix(in.name, filepath.Ext(in.name))
	switch {
	case bytes.HasPrefix(in.head, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(packed)
		if err == nil && z.Name != "" {
			name = z.Name
		}
		return z, name, err
	case bytes.HasPrefix(in.head, []byte("BZh")):
		return bzip2.NewReader(packed), name, nil
	}
	z, err := xz.ReaderConfig{DictCap: 64 << 20}.NewReader(packed)
	return z, name, err
}

func list7z(in *input, l *listing) error {
	z, err := sevenzip.NewReader(in.file, in.size)
	var locked *sevenzip.ReadError
	if errors.As(err, &locked) && locked.Encrypted {
		return errHidden
	}
	if err != nil {
		return err
	}
	for _, f := range z.File {
		name := f.Name
		if f.FileInfo().IsDir() {
			name = strings.TrimSuffix(name, "/") + "/"
		}
		if !l.add(name, int64(min(f.UncompressedSize, 1<<62)), f.Open) {
			return nil
		}
	}
	return nil
}

func listRAR(in *input, l *listing) error {
	z, err := rardecode.NewReader(io.NewSectionReader(in.file, 0, in.size))
	for err == nil {
		var h *rardecode.FileHeader
		if h, err = z.Next(); err != nil {
			break
		}
		l.encrypted = l.encrypted || h.Encrypted
		name := h.Name
		if h.IsDir {
			name = strings.TrimSuffix(name, "/") + "/"
		}
		if !l.add(name, h.UnPackedSize, streamed(!h.IsDir && !h.Encrypted, z)) {
			return nil
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, rardecode.ErrArchiveEncrypted):
		return errHidden
	}
	return err
}
