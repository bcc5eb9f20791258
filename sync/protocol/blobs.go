package protocol

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Limits of blobs on the wire.
const (
	HashesAtOnce = 1000           // in one question for what is missing, and in one batch
	BatchBytes   = 1 << 20        // about what a batch body holds; one small blob more is allowed
	PartBytes    = 8 << 20        // largest body of a PUT or PATCH
	MaxBlob      = int64(1) << 40 // a terabyte
)

// Header fields and media types of blobs. Offsets count decoded bytes: a body may be compressed.
// The names are those of draft-ietf-httpbis-resumable-upload.
const (
	BatchType      = "application/vnd.sheaf.blobs"
	PartType       = "application/partial-upload"
	UploadOffset   = "Upload-Offset"
	UploadLength   = "Upload-Length"
	UploadComplete = "Upload-Complete"
	Zstd           = "zstd"
)

// Hashes is the body of blobs/have and blobs/fetch.
type Hashes struct {
	SHA256 []string `json:"sha256"`
}

// Missing answers blobs/have.
type Missing struct {
	Missing []string `json:"missing"`
}

// NewUpload is the body of POST uploads: bytes that come in parts. Device says who sends: an upload that another device
// is busy with is not taken away from it.
type NewUpload struct {
	catalog.Blob
	Device string `json:"device"`
}

// Upload answers it. Complete: the bytes have been here already, or are now.
type Upload struct {
	ID       string `json:"id"`
	Offset   int64  `json:"offset"`
	Complete bool   `json:"complete"`
}

// batchHead is what stands before each blob of a batch: hash and length.
const batchHead = 32 + 4

// AppendBatch adds a blob to a batch body.
func AppendBatch(body []byte, hash string, bytes []byte) ([]byte, error) {
	raw, err := hex.DecodeString(hash)
	if err != nil || len(raw) != 32 || len(bytes) > catalog.SmallBlob {
		return body, catalog.Errorf(catalog.Invalid, "A batch holds blobs of at most %d bytes by their SHA-256.", catalog.SmallBlob)
	}
	body = append(body, raw...)
	body = binary.BigEndian.AppendUint32(body, uint32(len(bytes)))
	return append(body, bytes...), nil
}

// ErrBatch is a batch body that is not one, or that ends too early.
var ErrBatch = catalog.Errorf(catalog.Invalid, "The batch of bytes is broken or was cut off. Send it again.")

// ReadBatch calls each for every blob of a batch body. The bytes are the callee's to keep. They have not been checked
// against the hash.
func ReadBatch(r io.Reader, each func(catalog.BlobBytes) error) error {
	buffered := bufio.NewReaderSize(r, 64<<10)
	var head [batchHead]byte
	for count := 0; ; count++ {
		if _, err := io.ReadFull(buffered, head[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return cut(err)
		}
		size := binary.BigEndian.Uint32(head[32:])
		if size > catalog.SmallBlob || count >= HashesAtOnce {
			return ErrBatch
		}
		bytes := make([]byte, size)
		if _, err := io.ReadFull(buffered, bytes); err != nil {
			return cut(err)
		}
		if err := each(catalog.BlobBytes{SHA256: hex.EncodeToString(head[:32]), Bytes: bytes}); err != nil {
			return err
		}
	}
}

// cut gives the end of a body within a blob its sentence, and leaves other errors of the reader alone.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return catalog.WrapError(catalog.Invalid, ErrBatch.Message, err)
	}
	return err
}
