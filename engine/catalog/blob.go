package catalog

import (
	"encoding/hex"
	"errors"
	"io"
	"strings"
)

// SmallBlob is the size in bytes up to which bytes live in the database and travel many to a request.
const SmallBlob = 64 << 10

// ErrDiskFull is beneath an error of writing for want of space.
var ErrDiskFull = errors.New("no space is left on the disk")

// Blob names bytes. Format, the MIME type of what they belong to, may be empty: it only helps to decide whether
// compressing them is worth it.
type Blob struct {
	SHA256 string `json:"sha256"` // lower-case hex
	Size   int64  `json:"size"`   // -1: not known
	Format string `json:"format,omitempty"`
}

// BlobBytes is a small blob with its bytes.
type BlobBytes struct {
	SHA256 string
	Bytes  []byte
}

// OpenBlob is a blob opened for reading.
type OpenBlob struct {
	io.ReadSeekCloser
	Blob
	// Still is asked after the last read: Conflict when the bytes come from a file that has changed since it was
	// opened. What was read is then worth nothing.
	Still func() error
}

// ValidHash reports whether text is a SHA-256 in lower-case hex, and so may become part of a path.
func ValidHash(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 32 && strings.ToLower(text) == text
}
