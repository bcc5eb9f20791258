package extract

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// A request for a picture is a request for a document with a form, a page and a size at its end. Its answer is the hash
// of the file and then the picture.

func appendSpec(dst []byte, s catalog.DerivativeSpec) []byte {
	dst = appendString(dst, string(s.Form))
	dst = binary.AppendUvarint(dst, uint64(s.Page))
	return binary.AppendUvarint(dst, uint64(s.Size))
}

func (d *decoder) spec() catalog.DerivativeSpec {
	return catalog.DerivativeSpec{Form: catalog.DerivativeForm(d.string()), Page: int(d.unsigned()), Size: int(d.unsigned())}
}

// appendPicture adds the frame of a picture that was made.
func appendPicture(dst []byte, sum [32]byte, picture []byte) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, framePicture)
	dst = append(dst, sum[:]...)
	dst = append(dst, picture...)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// decodePicture takes ownership of payload. What is not at least the beginning of a picture in the form that was asked
// for never leaves this package as one.
func decodePicture(payload []byte, form catalog.DerivativeForm) (Result, error) {
	if len(payload) < 32 {
		return Result{}, errFrame
	}
	r := Result{SHA256: hex.EncodeToString(payload[:32]), picture: payload[32:]}
	mark := []byte("\xff\xd8\xff")
	if form == catalog.FormTIFF {
		mark = []byte(tiffMark)
	}
	if len(r.picture) > maxPicture || !bytes.HasPrefix(r.picture, mark) {
		return Result{}, errFrame
	}
	return r, nil
}
