package extract

import (
	"crypto/sha256"
	"io"
	"path/filepath"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const maxKept = 8 << 20 // a file up to this size is read once, into a buffer that is kept

// input is a file to read: an open descriptor, a name that only hints, and its bytes on demand.
type input struct {
	name  string
	file  io.ReaderAt
	size  int64
	whole []byte // the bytes once they have been read; length is size
	head  []byte // the first bytes, for detection
	pdf   *pdfReader
	depth int // documents that this one lies within

	passwords []string   // to try where one is needed
	open      bool       // files in archives are read, not only listed
	parts     *budget    // what documents within may still take, shared by all of them
	seek      *seeking   // a part whose bytes are wanted, instead of text
	patience  *allowance // nil: what takes long is left out

	inner func(*input) (catalog.Document, error) // reads a document that lies within this one
}

// hash reads the file once from beginning to end. What it leaves in whole is what was hashed.
func (in *input) hash() ([sha256.Size]byte, error) {
	if in.whole != nil || in.size == 0 {
		if n, err := in.file.ReadAt(in.whole, 0); n != len(in.whole) {
			return [sha256.Size]byte{}, err
		}
		in.head = in.whole[:min(len(in.whole), 64<<10)]
		return sha256.Sum256(in.whole), nil
	}
	h := sha256.New()
	n, err := io.CopyBuffer(h, io.NewSectionReader(in.file, 0, in.size), make([]byte, 1<<20))
	if err == nil && n != in.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	in.head = make([]byte, min(in.size, 64<<10))
	_, err = in.file.ReadAt(in.head, 0)
	if err == io.EOF {
		err = nil
	}
	return [sha256.Size]byte(h.Sum(nil)), err
}

// bytes returns the whole file, or TooLarge over 256 MiB.
func (in *input) bytes() ([]byte, error) {
	if in.size > maxWhole {
		return nil, catalog.Errorf(catalog.TooLarge, "This file is too large to be read: %d MB, and %d MB are the limit.", in.size>>20, maxWhole>>20)
	}
	return in.prefix(in.size)
}

// prefix returns at most n bytes from the beginning.
func (in *input) prefix(n int64) ([]byte, error) {
	n = min(n, in.size)
	if int64(len(in.whole)) >= n {
		return in.whole[:n], nil
	}
	b := make([]byte, n)
	if got, err := in.file.ReadAt(b, 0); got != len(b) {
		return nil, catalog.WrapError(catalog.Unavailable, "The file could not be read to its end.", err)
	}
	in.whole = b
	return b, nil
}

// extension is the name's, lower case, with its dot.
func (in *input) extension() string { return strings.ToLower(filepath.Ext(in.name)) }

// inputOf is a file whose bytes are at hand.
func inputOf(name string, data []byte, pdf *pdfReader) *input {
	return &input{name: name, size: int64(len(data)), whole: data, head: data[:min(len(data), 64<<10)], file: readerAt(data), pdf: pdf}
}

type readerAt []byte

func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(r)) {
		return 0, io.EOF
	}
	n := copy(p, r[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
