package extract

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"github.com/richardlehane/mscfb"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	mimeDOC = "application/msword"
	mimeXLS = "application/vnd.ms-excel"
	mimePPT = "application/vnd.ms-powerpoint"
)

var (
	formatDOC       = format{mimeDOC, readDOC}
	formatXLS       = format{mimeXLS, readXLS}
	formatPPT       = format{mimePPT, readPPT}
	formatEncrypted = format{"application/x-ole-storage", readLockedOffice}
)

// errEncrypted is for what no password helps with here.
var errEncrypted = catalog.Errorf(catalog.Unsupported, "This document is encrypted in a way that Sheaf cannot undo; save a copy without a password to have it read.")

var little = binary.LittleEndian

// container is an OLE compound file: a file system in a file, in which the old Office programs keep a document. The
// character with which some names begin, to tell streams of the system from others, is not part of them here.
type container struct {
	streams map[string]*mscfb.File // by their path in lower case, parts joined with /
}

func openContainer(in *input) (*container, error) {
	data, err := in.bytes()
	if err != nil {
		return nil, err
	}
	r, err := mscfb.New(padded(data))
	if err != nil {
		return nil, catalog.WrapError(catalog.Unsupported, errMalformed.Message, err)
	}
	c := &container{streams: map[string]*mscfb.File{}}
	for _, f := range r.File[1:] {
		if f.Size <= 0 || len(c.streams) >= maxParts {
			continue
		}
		name := strings.ToLower(strings.Join(append(f.Path, f.Name), "/"))
		if c.streams[name] == nil {
			c.streams[name] = f
		}
	}
	return c, nil
}

// padded is a file whose last sector is whole: writers leave it short, and a cut must not hide what stands before it.
type padded []byte

func (p padded) ReadAt(b []byte, off int64) (int, error) {
	const sector = 4096
	if off < 0 || off >= int64(len(p)) || len(b) > len(p)-int(off)+sector {
		return 0, io.EOF
	}
	clear(b[copy(b, p[off:]):])
	return len(b), nil
}

// stream returns the bytes of a stream as far as they can be read; nil when there is none.
func (c *container) stream(name string) ([]byte, error) {
	f := c.streams[strings.ToLower(name)]
	if f == nil {
		return nil, nil
	}
	data, err := io.ReadAll(io.LimitReader(f, maxPart+1))
	if len(data) > maxPart {
		return nil, catalog.Errorf(catalog.TooLarge, "A part of this document unpacks to more than %d MB.", maxPart>>20)
	}
	if err != nil && len(data) == 0 && !errors.Is(err, io.EOF) {
		return nil, catalog.WrapError(catalog.Unsupported, errMalformed.Message, err)
	}
	return data, nil
}

func (c *container) has(name string) bool { return c.streams[strings.ToLower(name)] != nil }

// oleFormats are known by the stream that only they have.
var oleFormats = []struct {
	stream string
	format format
}{
	{"encryptedpackage", formatEncrypted},
	{"worddocument", formatDOC},
	{"workbook", formatXLS},
	{"book", formatXLS},
	{"powerpoint document", formatPPT},
	{"pp97_dualstorage/powerpoint document", formatPPT},
	{msgFixed, formatMSG},
}

// detectOLE knows a document by its streams.
func detectOLE(in *input) format {
	c, err := openContainer(in)
	if err != nil {
		return oleByName(in)
	}
	for _, f := range oleFormats {
		if c.has(f.stream) {
			return f.format
		}
	}
	return format{mime: withoutParameters(mimetype.Detect(in.head).String())}
}

// oleByName lets a document that is cut off fail as what it was meant to be.
func oleByName(in *input) format {
	switch in.extension() {
	case ".doc", ".dot":
		return formatDOC
	case ".xls", ".xlt", ".xla":
		return formatXLS
	case ".ppt", ".pps", ".pot":
		return formatPPT
	}
	return format{mime: "application/x-ole-storage"}
}
