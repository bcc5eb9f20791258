package peer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// Send hands wanted bytes to the hub, small before large. absent are those that it could not have now: they are not on
// this device, their file has changed (it has been captured anew and its item says so), another device is sending them,
// or the hub does not take ones so large. An error means that nothing more can be sent.
func (t *Transfers) Send(ctx context.Context, feed Feed, wanted []string) (absent []string, err error) {
	s := &sending{Transfers: t, feed: feed}
	for batch := range slices.Chunk(wanted, protocol.HashesAtOnce) {
		var missing protocol.Missing
		if err := t.remote.call(ctx, http.MethodPost, "/workspaces/"+feed.Remote+"/blobs/have", nil, protocol.Hashes{SHA256: batch}, &missing); err != nil {
			return nil, err
		}
		if err := s.small(ctx, missing.Missing); err != nil {
			return nil, err
		}
	}
	err = s.large(ctx)
	slices.Sort(s.absent)
	return s.absent, err
}

// sending is one call of Send.
type sending struct {
	*Transfers
	feed    Feed
	mu      sync.Mutex // for absent
	absent  []string
	waiting []catalog.Blob // larger ones
}

func (s *sending) skip(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent = append(s.absent, hash)
}

// small sends those of the hashes that are small, in batches, while it reads on, and notes the others.
func (s *sending) small(ctx context.Context, hashes []string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	batches := map[bool]*packing{true: {format: "text/plain"}, false: {}}
	err := func() error {
		for _, hash := range hashes {
			blob, bytes, err := s.read(ctx, hash)
			if err != nil {
				return err
			}
			if bytes == nil {
				continue
			}
			batch := batches[protocol.Compressible(blob.Format)]
			if batch.body, err = protocol.AppendBatch(batch.body, hash, bytes); err != nil {
				return err
			}
			if batch.hashes = append(batch.hashes, hash); len(batch.body) >= protocol.BatchBytes || len(batch.hashes) == protocol.HashesAtOnce {
				full := *batch
				*batch = packing{format: batch.format}
				group.Go(func() error { return s.sendBatch(ctx, full) })
			}
		}
		for _, batch := range batches {
			if len(batch.hashes) > 0 {
				group.Go(func() error { return s.sendBatch(ctx, *batch) })
			}
		}
		return nil
	}()
	return cmp.Or(group.Wait(), err)
}

// packing is a batch that is being filled.
type packing struct {
	format string
	hashes []string
	body   []byte
}

// read returns the bytes of a small blob that hash to their name, and nil for every other one.
func (s *sending) read(ctx context.Context, hash string) (blob catalog.OpenBlob, bytes []byte, err error) {
	blob, err = s.open(ctx, hash)
	if err != nil || blob.ReadSeekCloser == nil {
		return blob, nil, err
	}
	defer blob.Close()
	if blob.Size > catalog.SmallBlob {
		s.waiting = append(s.waiting, blob.Blob)
		return blob, nil, nil
	}
	bytes = make([]byte, blob.Size)
	_, err = io.ReadFull(blob, bytes)
	sum := sha256.Sum256(bytes)
	return blob, bytes, s.honest(ctx, &bytes, blob, err == nil && hex.EncodeToString(sum[:]) == hash)
}

// honest gives up bytes that do not hash to their name, or whose file has changed while they were read.
func (s *sending) honest(ctx context.Context, bytes *[]byte, blob catalog.OpenBlob, same bool) error {
	if same && blob.Still() == nil {
		return nil
	}
	*bytes = nil
	s.skip(blob.SHA256)
	return s.Blobs.Recapture(ctx, s.feed.Local, blob.SHA256)
}

// open opens bytes that are here now; its reader is nil when they are not.
func (s *sending) open(ctx context.Context, hash string) (catalog.OpenBlob, error) {
	blob, err := s.Blobs.Open(ctx, s.feed.Local, hash)
	switch catalog.CodeOf(err) {
	case "":
		return blob, nil
	case catalog.NotFound, catalog.Conflict, catalog.Unavailable:
		s.skip(hash)
		return catalog.OpenBlob{}, nil
	}
	return blob, err
}

func (s *sending) sendBatch(ctx context.Context, batch packing) error {
	release, err := s.slot(ctx)
	if err != nil {
		return err
	}
	defer release()
	header := http.Header{"Content-Type": {protocol.BatchType}}
	response, err := s.exchange(ctx, http.MethodPost, "/blobs", header, s.feed, packed(batch.body, batch.format, header))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusNoContent {
		return refusal(response)
	}
	done(response)
	return nil
}

// large sends what is not small.
func (s *sending) large(ctx context.Context) error {
	slices.SortFunc(s.waiting, func(a, b catalog.Blob) int {
		return cmp.Or(cmp.Compare(a.Size, b.Size), cmp.Compare(a.SHA256, b.SHA256))
	})
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, blob := range s.waiting {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			err := s.sendLarge(ctx, blob)
			if status := statusOf(err); status == http.StatusConflict || status == http.StatusRequestEntityTooLarge || status == http.StatusUnprocessableEntity {
				s.Log.InfoContext(ctx, "the remote does not take bytes now", "status", status, "size", blob.Size)
				s.skip(blob.SHA256)
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

func (s *sending) sendLarge(ctx context.Context, what catalog.Blob) error {
	release, err := s.slot(ctx)
	if err != nil {
		return err
	}
	defer release()
	blob, err := s.open(ctx, what.SHA256)
	if err != nil || blob.ReadSeekCloser == nil {
		return err
	}
	defer blob.Close()
	if blob.Size <= protocol.PartBytes {
		return s.sendWhole(ctx, blob)
	}
	return s.sendParts(ctx, blob)
}

// sendWhole sends a blob in one request.
func (s *sending) sendWhole(ctx context.Context, blob catalog.OpenBlob) error {
	part, release, err := s.buffer(ctx)
	if err != nil {
		return err
	}
	defer release()
	bytes := part[:blob.Size]
	_, err = io.ReadFull(blob, bytes)
	sum := sha256.Sum256(bytes)
	if err := s.honest(ctx, &bytes, blob, err == nil && hex.EncodeToString(sum[:]) == blob.SHA256); err != nil || bytes == nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/octet-stream"}, protocol.UploadLength: {strconv.FormatInt(blob.Size, 10)}}
	response, err := s.exchange(ctx, http.MethodPut, "/blobs/"+blob.SHA256, header, s.feed, packed(bytes, blob.Format, header))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusNoContent {
		return refusal(response)
	}
	done(response)
	return nil
}

// upload is a blob that is sent in parts.
type upload struct {
	*sending
	blob   catalog.OpenBlob
	id     string
	offset int64 // how much the hub has
}

// sendParts sends a blob in parts. The hash is taken on the way, and the last part is only sent when it is right.
func (s *sending) sendParts(ctx context.Context, blob catalog.OpenBlob) error {
	u := &upload{sending: s, blob: blob}
	complete, err := u.begin(ctx)
	if err != nil || complete {
		return err
	}
	sum := sha256.New()
	if _, err := io.CopyN(sum, blob, u.offset); err != nil {
		return u.giveUp(ctx)
	}
	for u.offset < blob.Size {
		honest, err := u.next(ctx, sum)
		if err != nil {
			return err
		}
		if !honest {
			return u.giveUp(ctx)
		}
	}
	return nil
}

// next reads a part and sends it. honest is false when the file is another by now.
func (u *upload) next(ctx context.Context, sum hash.Hash) (honest bool, err error) {
	buffer, release, err := u.buffer(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	part := buffer[:min(protocol.PartBytes, u.blob.Size-u.offset)]
	if _, err := io.ReadFull(u.blob, part); err != nil {
		return false, nil
	}
	sum.Write(part)
	last := u.offset+int64(len(part)) == u.blob.Size
	if u.blob.Still() != nil || last && hex.EncodeToString(sum.Sum(nil)) != u.blob.SHA256 {
		return false, nil
	}
	return true, u.send(ctx, part)
}

// send brings a part over, from wherever the hub has it to after every cut.
func (u *upload) send(ctx context.Context, part []byte) error {
	start, end := u.offset, u.offset+int64(len(part))
	for barren := 0; u.offset < end; {
		before := u.offset
		err := u.patch(ctx, part[u.offset-start:])
		if err != nil {
			if err = u.recover(ctx, err); err != nil {
				return err
			}
			if u.offset < start || u.offset > end {
				return catalog.Errorf(catalog.Unavailable, "The remote has lost a part of an upload. It is sent again.")
			}
		}
		if u.offset > before {
			barren = 0
			continue
		}
		if barren++; barren == mostBarren {
			return err
		}
		if err := pauseBetween(ctx, barren); err != nil {
			return err
		}
	}
	return nil
}

// patch sends a part, or the rest of one, where the hub goes on.
func (u *upload) patch(ctx context.Context, part []byte) error {
	header := http.Header{"Content-Type": {protocol.PartType}, protocol.UploadOffset: {strconv.FormatInt(u.offset, 10)}}
	header.Set(protocol.UploadComplete, "?0")
	if u.offset+int64(len(part)) == u.blob.Size {
		header.Set(protocol.UploadComplete, "?1")
	}
	response, err := u.exchange(ctx, http.MethodPatch, "/uploads/"+u.id, header, u.feed, packed(part, u.blob.Format, header))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusNoContent {
		return refusal(response)
	}
	done(response)
	u.offset += int64(len(part))
	return nil
}

// recover finds out where the hub is after a part that failed: nil when it can go on from there.
func (u *upload) recover(ctx context.Context, cause error) error {
	if failed, answered := errors.AsType[*Failed](cause); answered {
		switch failed.Status {
		case http.StatusConflict, http.StatusBadRequest, http.StatusRequestTimeout: // it is elsewhere, or was cut off
		case http.StatusNotFound: // it was started anew
			complete, err := u.begin(ctx)
			if complete {
				u.offset = u.blob.Size
			}
			return err
		default:
			return cause
		}
	} else if ctx.Err() != nil {
		return ctx.Err()
	}
	response, err := u.exchange(ctx, http.MethodHead, "/uploads/"+u.id, nil, u.feed, nil)
	if err != nil {
		return err
	}
	done(response)
	switch response.StatusCode {
	case http.StatusNoContent:
		u.offset, err = strconv.ParseInt(response.Header.Get(protocol.UploadOffset), 10, 64)
		return err
	case http.StatusNotFound:
		complete, err := u.begin(ctx)
		if complete {
			u.offset = u.blob.Size
		}
		return err
	}
	return cause
}

// begin begins the upload, or finds it where an earlier one was cut off.
func (u *upload) begin(ctx context.Context) (complete bool, err error) {
	var answer protocol.Upload
	blob := u.blob.Blob
	err = u.remote.call(ctx, http.MethodPost, "/workspaces/"+u.feed.Remote+"/uploads", nil, protocol.NewUpload{Blob: blob, Device: u.Device}, &answer)
	u.id, u.offset = answer.ID, answer.Offset
	return answer.Complete, err
}

// giveUp drops an upload whose file is another by now, and has the file captured again.
func (u *upload) giveUp(ctx context.Context) error {
	u.skip(u.blob.SHA256)
	response, err := u.exchange(ctx, http.MethodDelete, "/uploads/"+u.id, nil, u.feed, nil)
	if err != nil {
		u.Log.DebugContext(ctx, "an upload could not be dropped; the remote forgets it in time", "error", err)
	} else {
		done(response)
	}
	return u.Blobs.Recapture(ctx, u.feed.Local, u.blob.SHA256)
}

// pauseBetween waits before another attempt, longer each time and never exactly as long as others do.
func pauseBetween(ctx context.Context, attempt int) error {
	wait := quickRetry << (attempt - 1)
	timer := time.NewTimer(wait/2 + rand.N(wait))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
