package extract

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
	"unsafe"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Parent and child speak in frames: a length of four bytes, little endian, then that many bytes. The first frame to the
// child holds settings as JSON; every other asks for one file and carries its descriptor. The child answers in order.
// The parent believes nothing: decodeResult checks every length, span and string.

// settings is the first frame to a child.
type settings struct {
	Assets   string `json:"assets"`
	CacheDir string `json:"cacheDir"`
	Memory   uint64 `json:"memory"`
	Compile  bool   `json:"compile,omitempty"` // pdfium, into the cache, and read nothing
}

// request asks a child to read one file or, when Picture has a form, to draw one page of it. Path is empty where
// descriptors can be passed. Passwords are those to try.
type request struct {
	Name      string
	Path      string
	Size      int64
	Picture   catalog.DerivativeSpec
	Part      string // path of a part whose bytes are wanted; empty: none
	Open      bool   // files in archives are read, not only listed
	Passwords []string
	Slow      bool // there is time for what takes long
}

// Kinds of answer, the first byte of a frame from the child.
const (
	frameReady    = 'r' // the child has started
	framePrepares = 'p' // work that is not the file's fault has begun (compiling pdfium): the clock is set back
	framePrepared = 'd' // and is over
	frameGoesOn   = 'g' // another page was recognised: the clock is set back, up to a limit
	frameLater    = 'l' // the file takes long and belongs in the slow lane
	frameDocument = 'o'
	framePicture  = 'i'
	framePart     = 'b'
	frameFailure  = 'f'
)

var errFrame = errors.New("malformed frame")

func appendFrame(dst, payload []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload)))
	return append(dst, payload...)
}

func encodeSettings(s settings) ([]byte, error) {
	payload, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return appendFrame(nil, payload), nil
}

func appendRequest(dst []byte, r request) []byte {
	var payload []byte
	payload = appendString(payload, r.Name)
	payload = appendString(payload, r.Path)
	payload = binary.AppendVarint(payload, r.Size)
	payload = appendSpec(payload, r.Picture)
	payload = appendString(payload, r.Part)
	payload = append(payload, boolByte(r.Open))
	payload = binary.AppendUvarint(payload, uint64(len(r.Passwords)))
	for _, password := range r.Passwords {
		payload = appendString(payload, password)
	}
	payload = append(payload, boolByte(r.Slow))
	return appendFrame(dst, payload)
}

func decodeRequest(payload []byte) (request, error) {
	d := decoder{rest: string(payload)}
	r := request{Name: d.string(), Path: d.string(), Size: d.signed(), Picture: d.spec(), Part: d.string(), Open: d.take(1) == "\x01"}
	for range d.count(1) {
		r.Passwords = append(r.Passwords, d.string())
	}
	r.Slow = d.take(1) == "\x01"
	return r, d.err
}

// appendResult adds the frame of a document that was read.
func appendResult(dst []byte, sum [32]byte, doc catalog.Document) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, frameDocument)
	dst = append(dst, sum[:]...)
	dst = appendDocument(dst, doc)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

func appendDocument(dst []byte, doc catalog.Document) []byte {
	dst = appendString(dst, doc.Format)
	dst = appendString(dst, doc.Title)
	dst = binary.AppendUvarint(dst, uint64(len(doc.Pages)))
	for _, p := range doc.Pages {
		dst = appendString(dst, p.Text)
		dst = binary.AppendUvarint(dst, uint64(len(p.Blocks)))
		at := 0
		for _, b := range p.Blocks {
			dst = append(dst, kindByte(b.Kind), byte(b.Level))
			dst = binary.AppendUvarint(dst, uint64(b.Start-at))
			dst = binary.AppendUvarint(dst, uint64(b.End-b.Start))
			at = b.End
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(doc.Properties)))
	for k, v := range doc.Properties {
		dst = appendString(appendString(dst, k), v)
	}
	dst = binary.AppendUvarint(dst, uint64(len(doc.Warnings)))
	for _, w := range doc.Warnings {
		dst = appendString(dst, w)
	}
	dst = append(dst, boolByte(doc.Locked))
	dst = binary.AppendUvarint(dst, uint64(len(doc.Parts)))
	for _, p := range doc.Parts {
		for _, s := range [...]string{p.Key, p.Name, p.SHA256, p.Failure} {
			dst = appendString(dst, s)
		}
		dst = binary.AppendUvarint(dst, uint64(p.Size))
		dst = appendDocument(dst, p.Document)
	}
	return dst
}

func boolByte(set bool) byte {
	if set {
		return 1
	}
	return 0
}

// appendFailure adds the frame of a file that cannot be read; a cause stays in the child.
func appendFailure(dst []byte, err error) []byte {
	payload := []byte{frameFailure}
	payload = appendString(payload, string(catalog.CodeOf(err)))
	payload = appendString(payload, catalog.MessageOf(err))
	return appendFrame(dst, payload)
}

// readHead returns one frame's kind and how many bytes come after it.
func readHead(r *bufio.Reader) (kind byte, n int, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, 0, err
	}
	size := binary.LittleEndian.Uint32(head[:4])
	if size < 1 || size > maxFrame {
		return 0, 0, errFrame
	}
	return head[4], int(size) - 1, nil
}

// readBody returns the bytes after a frame's head.
func readBody(r *bufio.Reader, n int) ([]byte, error) {
	payload := make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, fmt.Errorf("%w: %w", errFrame, err)
	}
	return payload, nil
}

// readFrame returns one frame's kind and the bytes after it.
func readFrame(r *bufio.Reader) (byte, []byte, error) {
	kind, n, err := readHead(r)
	if err != nil {
		return 0, nil, err
	}
	payload, err := readBody(r, n)
	return kind, payload, err
}

// decodeResult takes ownership of payload: the document's strings lie in it.
func decodeResult(payload []byte) (Result, error) {
	d := decoder{rest: unsafe.String(unsafe.SliceData(payload), len(payload))}
	var r Result
	r.SHA256 = hex.EncodeToString([]byte(d.take(32)))
	d.document(&r.Document, 0)
	if d.err == nil && d.rest != "" {
		d.err = errFrame
	}
	return r, d.err
}

// document takes a document with its parts, no deeper than they are made.
func (d *decoder) document(doc *catalog.Document, depth int) {
	doc.Format, doc.Title = d.text(), d.text()
	if n := d.count(2); n > 0 {
		doc.Pages = make([]catalog.Page, n)
	}
	blocks := 0
	for i := range doc.Pages {
		doc.Pages[i] = catalog.Page{Number: i + 1, Text: d.text()}
		doc.Pages[i].Blocks = d.blocks(doc.Pages[i].Text)
		if blocks += len(doc.Pages[i].Blocks); blocks > maxBlocks+len(doc.Pages) { // each page has one at least
			d.fail()
		}
	}
	if n := d.count(2); n > 0 {
		doc.Properties = make(map[string]string, n)
		for range n {
			k := d.text()
			doc.Properties[k] = d.text()
		}
	}
	for range d.count(1) {
		doc.Warnings = append(doc.Warnings, d.text())
	}
	doc.Locked = d.take(1) == "\x01"
	n := d.count(partLeast)
	if n > 0 && depth > maxDepth {
		d.fail()
		return
	}
	if n > 0 {
		doc.Parts = make([]catalog.Part, n)
	}
	for i := range doc.Parts {
		d.part(&doc.Parts[i], depth)
	}
}

// partLeast is how many bytes a part has at least.
const partLeast = 10

func (d *decoder) part(p *catalog.Part, depth int) {
	p.Key, p.Name, p.SHA256, p.Failure = d.text(), d.text(), d.text(), d.text()
	size := d.unsigned()
	p.Size = int64(size)
	if d.err == nil && (!partKey.MatchString(p.Key) || !hexHash.MatchString(p.SHA256) || p.Name == "" || size > 1<<40) {
		d.fail()
	}
	d.document(&p.Document, depth+1)
}

var (
	partKey = regexp.MustCompile(`^[0-9a-f]{16}(-[0-9]{1,6})?$`)
	hexHash = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func decodeFailure(payload []byte) (*catalog.Error, error) {
	d := decoder{rest: string(payload)}
	e := &catalog.Error{Code: catalog.Code(d.text()), Message: d.text()}
	return e, d.err
}

func appendString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// decoder takes values off the front of rest; after the first error every value is empty.
type decoder struct {
	rest string
	err  error
}

func (d *decoder) fail() { d.rest, d.err = "", errFrame }

func (d *decoder) take(n int) string {
	if n < 0 || n > len(d.rest) {
		d.fail()
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) unsigned() uint64 {
	v, n := uint64(0), 0
	for shift := uint(0); shift < 64; shift += 7 {
		if n == len(d.rest) {
			d.fail()
			return 0
		}
		b := d.rest[n]
		n++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			d.rest = d.rest[n:]
			return v
		}
	}
	d.fail()
	return 0
}

func (d *decoder) signed() int64 {
	u := d.unsigned()
	return int64(u>>1) ^ -int64(u&1)
}

// count is a number of things of at least size bytes each, so that it cannot exceed what is there.
func (d *decoder) count(size int) int {
	n := d.unsigned()
	if n > uint64(len(d.rest)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) string() string { return d.take(d.count(1)) }

// text is a string that must be valid UTF-8.
func (d *decoder) text() string {
	s := d.string()
	if !utf8.ValidString(s) {
		d.fail()
		return ""
	}
	return s
}

func (d *decoder) blocks(text string) []catalog.Block {
	n := d.count(4)
	if n == 0 {
		return nil
	}
	blocks := make([]catalog.Block, n)
	end := uint64(utf8.RuneCountInString(text))
	at := uint64(0)
	for i := range blocks {
		mark := d.take(2)
		skip, length := d.unsigned(), d.unsigned()
		if d.err != nil || skip > end-at || length > end-at-skip {
			d.fail()
			return nil
		}
		start := at + skip
		at = start + length
		blocks[i] = catalog.Block{Kind: kindOf(mark[0]), Level: int(mark[1]), Span: catalog.Span{Start: int(start), End: int(at)}}
	}
	return blocks
}

func kindByte(k catalog.BlockKind) byte {
	switch k {
	case catalog.BlockHeading:
		return 'h'
	case catalog.BlockListItem:
		return 'l'
	case catalog.BlockTableRow:
		return 't'
	case catalog.BlockCode:
		return 'c'
	}
	return 'p'
}

func kindOf(b byte) catalog.BlockKind {
	switch b {
	case 'h':
		return catalog.BlockHeading
	case 'l':
		return catalog.BlockListItem
	case 't':
		return catalog.BlockTableRow
	case 'c':
		return catalog.BlockCode
	}
	return catalog.BlockParagraph
}
