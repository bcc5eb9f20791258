package hub

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// blobRoutes are the paths under which bytes travel. Every one is about one workspace: whoever may read it may have its
// bytes, whoever may write documents in it may send some, and a hash alone proves nothing.
func (h *Hub) blobRoutes() map[string]answer {
	return map[string]answer{
		"POST /workspaces/{feed}/blobs/have":     h.reading(h.haveBlobs),
		"POST /workspaces/{feed}/blobs":          h.writing(h.takeBatch),
		"PUT /workspaces/{feed}/blobs/{sha256}":  h.writing(h.takeBlob),
		"GET /workspaces/{feed}/blobs/{sha256}":  h.reading(h.giveBlob),
		"POST /workspaces/{feed}/blobs/fetch":    h.reading(h.giveBatch),
		"POST /workspaces/{feed}/uploads":        h.writing(h.beginUpload),
		"HEAD /workspaces/{feed}/uploads/{id}":   h.writing(h.uploadState),
		"PATCH /workspaces/{feed}/uploads/{id}":  h.writing(h.takePart),
		"DELETE /workspaces/{feed}/uploads/{id}": h.writing(h.dropUpload),
	}
}

// reading and writing ask for the role before anything of the body is looked at.
func (h *Hub) reading(a answer) answer {
	return func(w http.ResponseWriter, r request) error {
		err := h.Store.ViewItems(r.Context(), r.feed, func(view catalog.ItemView) error { return h.mayRead(view, r, catalog.Cursor{}) })
		if err != nil {
			return err
		}
		return a(w, r)
	}
}

func (h *Hub) writing(a answer) answer {
	return h.reading(func(w http.ResponseWriter, r request) error {
		var role catalog.Role
		err := h.Store.ViewItems(r.Context(), r.feed, func(view catalog.ItemView) (err error) {
			role, err = view.Role(r.actor.UserID)
			return err
		})
		if err == nil && !catalog.Can(role, catalog.ActionWriteContents) {
			err = catalog.Errorf(catalog.Denied, "Your role in this workspace does not allow sending documents.")
		}
		if err != nil {
			return err
		}
		return a(w, r)
	})
}

// haveBlobs answers which bytes the workspace lacks.
func (h *Hub) haveBlobs(w http.ResponseWriter, r request) error {
	asked, err := readHashes(w, r)
	if err != nil {
		return err
	}
	missing, err := h.Blobs.Missing(r.Context(), r.feed, asked)
	if err != nil {
		return err
	}
	if missing == nil {
		missing = []string{}
	}
	return h.reply(w, r, protocol.Missing{Missing: missing})
}

func readHashes(w http.ResponseWriter, r request) ([]string, error) {
	var asked protocol.Hashes
	if err := read(w, r, &asked); err != nil {
		return nil, err
	}
	if len(asked.SHA256) > protocol.HashesAtOnce {
		return nil, catalog.Errorf(catalog.TooLarge, "One question names at most %d hashes.", protocol.HashesAtOnce)
	}
	for _, hash := range asked.SHA256 {
		if !catalog.ValidHash(hash) {
			return nil, errNoHash
		}
	}
	return asked.SHA256, nil
}

var errNoHash = catalog.Errorf(catalog.Invalid, "Bytes are named by their SHA-256 in lower-case hex.")

// takeBatch keeps many small blobs in one commit: all of them, or none.
func (h *Hub) takeBatch(w http.ResponseWriter, r request) error {
	body, err := h.body(w, r, protocol.BatchBytes+2*catalog.SmallBlob)
	if err != nil {
		return err
	}
	defer body.Close()
	var batch []catalog.BlobBytes
	err = protocol.ReadBatch(body, func(b catalog.BlobBytes) error {
		batch = append(batch, b)
		return nil
	})
	if err == nil && len(batch) > 0 {
		err = h.Blobs.StoreSmall(r.Context(), r.feed, batch)
	}
	return h.taken(w, r, err)
}

// takeBlob keeps a blob that comes in one body. One that was cut off comes again from its beginning.
func (h *Hub) takeBlob(w http.ResponseWriter, r request) error {
	what := catalog.Blob{SHA256: r.PathValue("sha256"), Size: r.ContentLength}
	if length := r.Header.Get(protocol.UploadLength); length != "" {
		what.Size = number(length)
	}
	switch {
	case !catalog.ValidHash(what.SHA256):
		return errNoHash
	case what.Size < 0:
		return catalog.Errorf(catalog.Invalid, "The length of the bytes must be said, in Content-Length or %s.", protocol.UploadLength)
	case what.Size > protocol.PartBytes:
		return catalog.Errorf(catalog.TooLarge, "What has more than %d bytes comes in parts.", protocol.PartBytes)
	}
	body, err := h.body(w, r, what.Size+1)
	if err != nil {
		return err
	}
	defer body.Close()
	if have, err := h.Blobs.Received(r.Context(), r.feed, what.SHA256); err != nil {
		return err
	} else if have > 0 {
		if err := h.Blobs.Discard(r.Context(), r.feed, what.SHA256); err != nil {
			return err
		}
	}
	have, err := h.Blobs.Receive(r.Context(), r.feed, what, 0, body)
	if err == nil && have < what.Size {
		err = errCutOff
	}
	return h.taken(w, r, err)
}

var errCutOff = catalog.Errorf(catalog.Invalid, "The bytes end before their announced length. Send them again.")

// taken answers for bytes that came. Ones that are not what they were announced as are the sender's mistake: its file
// changed under way. Ones that were cut off are nobody's, and the sender goes on from where they were.
func (h *Hub) taken(w http.ResponseWriter, r request, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutOff
	}
	if catalog.CodeOf(err) == catalog.Corrupt {
		h.write(w, r.Request, http.StatusUnprocessableEntity, protocol.Failure{Code: catalog.Corrupt, Message: catalog.MessageOf(err), Now: h.Now().UnixMilli()})
		return nil
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// giveBlob answers with bytes, or a range of them. If-Range goes by the hash, which is the entity tag.
func (h *Hub) giveBlob(w http.ResponseWriter, r request) error {
	hash := r.PathValue("sha256")
	if !catalog.ValidHash(hash) {
		return errNoHash
	}
	blob, err := h.Blobs.Open(r.Context(), r.feed, hash)
	if err != nil {
		return err
	}
	defer blob.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("ETag", `"`+hash+`"`)
	http.ServeContent(w, r.Request, "", time.Time{}, blob)
	return nil
}

// giveBatch streams small blobs, in the order asked for, until a batch is full. Those that are not here or not small are
// left out, and so is what no longer fits: whoever asked sees what came.
func (h *Hub) giveBatch(w http.ResponseWriter, r request) error {
	asked, err := readHashes(w, r)
	if err != nil {
		return err
	}
	var body []byte
	for _, hash := range asked {
		bytes, err := h.small(r, hash)
		if err != nil {
			return err
		}
		if bytes == nil {
			continue
		}
		if body, err = protocol.AppendBatch(body, hash, bytes); err != nil {
			return err
		}
		if len(body) >= protocol.BatchBytes {
			break
		}
	}
	w.Header().Set("Content-Type", protocol.BatchType)
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("Accept-Encoding") == protocol.Zstd {
		w.Header().Set("Content-Encoding", protocol.Zstd)
		body = compress(body)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err != nil {
		h.Log.DebugContext(r.Context(), "an answer was not taken", "path", r.URL.Path, "error", err)
	}
	return nil
}

// small reads a small blob; nil when there is none now.
func (h *Hub) small(r request, hash string) ([]byte, error) {
	blob, err := h.Blobs.Open(r.Context(), r.feed, hash)
	switch catalog.CodeOf(err) {
	case "":
	case catalog.NotFound, catalog.Conflict, catalog.Unavailable:
		return nil, nil
	default:
		return nil, err
	}
	defer blob.Close()
	if blob.Size > catalog.SmallBlob {
		return nil, nil
	}
	bytes := make([]byte, blob.Size)
	if _, err := io.ReadFull(blob, bytes); err != nil || blob.Still() != nil {
		return nil, nil // a file that has just changed: its new bytes come by its item
	}
	return bytes, nil
}

// encoder is safe for concurrent use by EncodeAll; levels beyond the fastest cost more time than a network saves.
var encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)) // no option here can be wrong

func compress(body []byte) []byte { return encoder.EncodeAll(body, make([]byte, 0, len(body)/2)) }

// idle is how long a sender may be silent in the middle of a body.
const idle = time.Minute

// body is a request's body, unpacked, at most limit bytes of it, from a sender that keeps sending.
func (h *Hub) body(w http.ResponseWriter, r request, limit int64) (io.ReadCloser, error) {
	var body io.Reader = &patient{r: r.Body, control: http.NewResponseController(w)}
	switch r.Header.Get("Content-Encoding") {
	case "":
		return http.MaxBytesReader(w, io.NopCloser(body), limit), nil
	case protocol.Zstd:
		decoder, err := zstd.NewReader(body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		return http.MaxBytesReader(w, decoder.IOReadCloser(), limit), nil
	}
	return nil, catalog.Errorf(catalog.Unsupported, "A body may be compressed with zstd only.")
}

// patient reads a body as long as something comes.
type patient struct {
	r       io.Reader
	control *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	deadline := time.Now().Add(idle) // the connection's clock is the machine's
	if err := p.control.SetReadDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.r.Read(b)
}

// number reads a header field that is a number from 0; -1 for anything else.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
