package hub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// uploads are the blobs that come in parts now. What has arrived of one is on disk, by workspace and hash; this only
// remembers who sends it. So a restart costs a peer one question, and two devices with the same bytes do not send them
// twice: the second is told to come back while the first is at it.
type uploads struct {
	mu   sync.Mutex
	byID map[string]*upload
	by   map[uploaded]*upload
}

type uploaded struct{ feed, hash string }

// upload is one blob on its way. Fields are guarded by uploads.mu.
type upload struct {
	uploaded
	id     string
	blob   catalog.Blob
	sender string // user and device
	seen   time.Time
	stop   context.CancelFunc // ends the part that is being taken; nil: none is
	ended  chan struct{}      // closed when it has
}

// silent is how long a sender may keep an upload to itself without sending.
const silent = time.Minute

// begin gives an upload to a sender. Conflict while another one is at it.
func (u *uploads) begin(feed, sender string, blob catalog.Blob, now time.Time) (*upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.forget(now)
	key := uploaded{feed, blob.SHA256}
	if old := u.by[key]; old != nil {
		if old.sender != sender && now.Sub(old.seen) < silent {
			return nil, catalog.Errorf(catalog.Conflict, "Another device is sending the same bytes now.")
		}
		delete(u.byID, old.id)
	}
	var id [16]byte
	rand.Read(id[:])
	up := &upload{uploaded: key, id: hex.EncodeToString(id[:]), blob: blob, sender: sender, seen: now}
	if old := u.by[key]; old != nil {
		up.stop, up.ended = old.stop, old.ended
	}
	u.byID[up.id], u.by[key] = up, up
	return up, nil
}

// forget drops uploads that nobody has touched for long; what has arrived of them stays on disk.
func (u *uploads) forget(now time.Time) {
	for id, up := range u.byID {
		if up.stop == nil && now.Sub(up.seen) > time.Hour {
			delete(u.byID, id)
			delete(u.by, up.uploaded)
		}
	}
}

// find returns an upload of a feed. NotFound for one that is not known any more: it is begun again and goes on from
// where it was.
func (u *uploads) find(feed, id string) (*upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if up := u.byID[id]; up != nil && up.feed == feed {
		return up, nil
	}
	return nil, catalog.Errorf(catalog.NotFound, "There is no such upload any more. Begin it again.")
}

// alone ends a part of the upload that is still being taken: its connection is dead, or its sender has given it up.
func (u *uploads) alone(ctx context.Context, up *upload) error {
	u.mu.Lock()
	stop, ended := up.stop, up.ended
	u.mu.Unlock()
	if stop == nil {
		return nil
	}
	stop()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take marks that a part is being taken, until the returned function is called.
func (u *uploads) take(up *upload, stop context.CancelFunc, now func() time.Time) (done func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	ended := make(chan struct{})
	up.stop, up.ended, up.seen = stop, ended, now()
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if up.ended == ended {
			up.stop, up.ended = nil, nil
		}
		if now := u.by[up.uploaded]; now != nil && now.ended == ended {
			now.stop, now.ended = nil, nil
		}
		up.seen = now()
		close(ended)
	}
}

func (u *uploads) end(up *upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.byID, up.id)
	if u.by[up.uploaded] == up {
		delete(u.by, up.uploaded)
	}
}

// beginUpload begins or goes on with a blob that comes in parts, and says from where.
func (h *Hub) beginUpload(w http.ResponseWriter, r request) error {
	var asked protocol.NewUpload
	if err := read(w, r, &asked); err != nil {
		return err
	}
	switch {
	case !catalog.ValidHash(asked.SHA256):
		return errNoHash
	case asked.Size < 1 || asked.Size > protocol.MaxBlob:
		return catalog.Errorf(catalog.TooLarge, "A file has at most %d bytes.", protocol.MaxBlob)
	case asked.Device == "" || len(asked.Device) > maxID:
		return catalog.Errorf(catalog.Invalid, "An upload names the device that sends.")
	}
	missing, err := h.Blobs.Missing(r.Context(), r.feed, []string{asked.SHA256})
	if err != nil {
		return err
	}
	if len(missing) == 0 {
		return h.reply(w, r, protocol.Upload{Offset: asked.Size, Complete: true})
	}
	up, err := h.uploads.begin(r.feed, r.actor.UserID+" "+asked.Device, asked.Blob, h.Now())
	if err != nil {
		return err
	}
	if err := h.uploads.alone(r.Context(), up); err != nil {
		return err
	}
	offset, err := h.Blobs.Received(r.Context(), r.feed, asked.SHA256)
	if err == nil && offset > asked.Size {
		offset, err = 0, h.Blobs.Discard(r.Context(), r.feed, asked.SHA256)
	}
	if err != nil {
		return err
	}
	return h.reply(w, r, protocol.Upload{ID: up.id, Offset: offset})
}

// uploadState says how much of an upload is here, and ends a part of it that is still on a dead connection.
func (h *Hub) uploadState(w http.ResponseWriter, r request) error {
	up, err := h.uploads.find(r.feed, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := h.uploads.alone(r.Context(), up); err != nil {
		return err
	}
	offset, err := h.Blobs.Received(r.Context(), r.feed, up.hash)
	if err != nil {
		return err
	}
	announce(w, offset, false)
	w.Header().Set(protocol.UploadLength, strconv.FormatInt(up.blob.Size, 10))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// takePart takes a part at the offset that it names. What comes before a cut stays.
func (h *Hub) takePart(w http.ResponseWriter, r request) error {
	up, err := h.uploads.find(r.feed, r.PathValue("id"))
	if err != nil {
		return err
	}
	offset := number(r.Header.Get(protocol.UploadOffset))
	if offset < 0 {
		return catalog.Errorf(catalog.Invalid, "A part says where it goes on, in %s.", protocol.UploadOffset)
	}
	if err := h.uploads.alone(r.Context(), up); err != nil {
		return err
	}
	body, err := h.body(w, r, protocol.PartBytes)
	if err != nil {
		return err
	}
	defer body.Close()
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	control := http.NewResponseController(w)
	defer context.AfterFunc(ctx, func() {
		_ = control.SetReadDeadline(time.Unix(1, 0)) // wakes a reader of a dead connection; where it cannot, its silence ends it
	})()
	done := h.uploads.take(up, stop, h.Now)
	have, err := h.Blobs.Receive(ctx, r.feed, up.blob, offset, body)
	done()
	if err == nil && have == up.blob.Size {
		h.uploads.end(up)
	}
	if catalog.CodeOf(err) == catalog.Conflict || err == nil {
		announce(w, have, have == up.blob.Size)
	}
	return h.taken(w, r, err)
}

func announce(w http.ResponseWriter, offset int64, complete bool) {
	w.Header().Set(protocol.UploadOffset, strconv.FormatInt(offset, 10))
	value := "?0" // a boolean of structured fields, RFC 9651
	if complete {
		value = "?1"
	}
	w.Header().Set(protocol.UploadComplete, value)
	w.Header().Set("Cache-Control", "no-store")
}

// dropUpload forgets an upload: the file that it comes from is another now.
func (h *Hub) dropUpload(w http.ResponseWriter, r request) error {
	up, err := h.uploads.find(r.feed, r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := h.uploads.alone(r.Context(), up); err != nil {
		return err
	}
	h.uploads.end(up)
	return h.taken(w, r, h.Blobs.Discard(r.Context(), r.feed, up.hash))
}
