package peer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// Fetch brings what this device means to hold of a workspace, small before large. What the hub does not have now, or
// what does not hash to its name, delays nothing else and is asked for again in another round. When there is more than a
// turn's worth it ends early and says so by More.
func (t *Transfers) Fetch(ctx context.Context, feed Feed) error {
	if _, person := catalog.FeedUser(feed.Local); person {
		return nil
	}
	f := &fetching{Transfers: t, feed: feed, failed: map[string]bool{}, until: time.Now().Add(fetchTurn)}
	for {
		wanted, err := t.Blobs.Wanted(ctx, feed.Local, wantedAtOne+len(f.failed))
		if err != nil {
			return err
		}
		wanted = f.untried(wanted)
		if len(wanted) == 0 {
			return nil
		}
		if f.over() {
			t.More()
			return nil
		}
		if err := f.all(ctx, wanted); err != nil {
			return err
		}
	}
}

// FetchBlob brings one blob that somebody waits for. Unavailable when the remote cannot be reached, NotFound when it does
// not have it.
func (t *Transfers) FetchBlob(ctx context.Context, workspaceID string, what catalog.Blob) error {
	f := &fetching{Transfers: t, feed: Feed{Local: workspaceID, Remote: workspaceID}, failed: map[string]bool{}}
	err := f.download(ctx, what)
	failed, answered := errors.AsType[*Failed](err)
	switch {
	case !answered:
		return err
	case failed.Status == http.StatusNotFound:
		return catalog.WrapError(catalog.NotFound, "The remote does not have the bytes of this document.", err)
	case failed.Status == http.StatusForbidden || failed.Status == http.StatusUnauthorized:
		return catalog.WrapError(catalog.Unavailable, "The remote does not give out the bytes of this document: "+failed.Message, err)
	}
	return catalog.WrapError(catalog.Unavailable, "The remote cannot give the bytes of this document now.", err)
}

// fetching is one call of Fetch.
type fetching struct {
	*Transfers
	feed  Feed
	until time.Time // when its turn is over; zero: never

	mu     sync.Mutex
	failed map[string]bool // not to be asked for again in this call
}

func (f *fetching) over() bool { return !f.until.IsZero() && time.Now().After(f.until) }

func (f *fetching) skip(hash string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed[hash] = true
}

func (f *fetching) untried(wanted []catalog.Blob) (list []catalog.Blob) {
	for _, blob := range wanted {
		if !f.failed[blob.SHA256] {
			list = append(list, blob)
		}
	}
	return list
}

// all fetches blobs, the small ones in batches.
func (f *fetching) all(ctx context.Context, wanted []catalog.Blob) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	var batch []catalog.Blob
	var size int64
	flush := func() {
		if full := batch; len(full) > 0 {
			group.Go(func() error { return f.batch(ctx, full) })
		}
		batch, size = nil, 0
	}
	for _, blob := range wanted {
		if blob.Size > catalog.SmallBlob || blob.Size < 0 {
			flush()
			group.Go(func() error { return f.one(ctx, blob) })
			continue
		}
		if batch, size = append(batch, blob), size+blob.Size; size >= protocol.BatchBytes || len(batch) == protocol.HashesAtOnce {
			flush()
		}
	}
	flush()
	return group.Wait()
}

// batch fetches small blobs in one request and keeps them in one commit. Those that did not come are not asked for again.
func (f *fetching) batch(ctx context.Context, wanted []catalog.Blob) error {
	release, err := f.slot(ctx)
	if err != nil {
		return err
	}
	defer release()
	came, err := f.askBatch(ctx, wanted)
	if err != nil {
		return err
	}
	kept := came[:0]
	got := map[string]bool{}
	for _, b := range came {
		if sum := sha256.Sum256(b.Bytes); hex.EncodeToString(sum[:]) == b.SHA256 {
			kept, got[b.SHA256] = append(kept, b), true
		}
	}
	if len(kept) > 0 {
		if err := f.Blobs.StoreSmall(ctx, f.feed.Local, kept); err != nil {
			return err
		}
	}
	// A hub ends a batch when it is full: what comes after the last that came is asked for in the next.
	full := false
	for i := len(wanted) - 1; i >= 0; i-- {
		if got[wanted[i].SHA256] {
			full = true
		}
		if !got[wanted[i].SHA256] && (full || len(kept) == 0) {
			f.skip(wanted[i].SHA256)
		}
	}
	return nil
}

func (f *fetching) askBatch(ctx context.Context, wanted []catalog.Blob) (came []catalog.BlobBytes, err error) {
	asked := protocol.Hashes{}
	header := http.Header{"Content-Type": {"application/json"}}
	for _, blob := range wanted {
		asked.SHA256 = append(asked.SHA256, blob.SHA256)
		if protocol.Compressible(blob.Format) {
			header.Set("Accept-Encoding", protocol.Zstd)
		}
	}
	question, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	response, err := f.exchange(ctx, http.MethodPost, "/blobs/fetch", header, f.feed, question)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response)
	}
	defer response.Body.Close()
	body := f.incoming(ctx, response.Body)
	if response.Header.Get("Content-Encoding") == protocol.Zstd {
		decoder, err := zstd.NewReader(body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		defer decoder.Close()
		body = decoder
	}
	err = protocol.ReadBatch(body, func(b catalog.BlobBytes) error {
		came = append(came, b)
		return nil
	})
	if err != nil && len(came) == 0 {
		return nil, catalog.WrapError(catalog.Unavailable, "The remote was cut off in the middle of an answer.", err)
	}
	return came, nil // what came before a cut is whole
}

// incoming is an answer's body, metered.
func (f *fetching) incoming(ctx context.Context, body io.Reader) io.Reader {
	return &metered{r: body, ctx: ctx, t: f.Transfers, moved: func(n int64) { f.Moved(f.feed, false, n) }}
}

// one fetches a large blob as far as the turn lasts. What concerns it alone is not an error.
func (f *fetching) one(ctx context.Context, what catalog.Blob) error {
	release, err := f.slot(ctx)
	if err != nil {
		return err
	}
	defer release()
	err = f.download(ctx, what)
	switch statusOf(err) {
	case http.StatusNotFound, http.StatusConflict, http.StatusRequestedRangeNotSatisfiable:
		f.skip(what.SHA256)
		return nil
	}
	switch catalog.CodeOf(err) {
	case catalog.Corrupt, catalog.TooLarge, catalog.Conflict:
		f.Log.WarnContext(ctx, "bytes that came are not those that were asked for", "sha256", what.SHA256, "error", err)
		f.skip(what.SHA256)
		return nil
	}
	return err
}

// download goes on with a blob from what has arrived of it, through every cut that leaves some progress.
func (f *fetching) download(ctx context.Context, what catalog.Blob) error {
	if what.Size < 0 {
		response, err := f.exchange(ctx, http.MethodHead, "/blobs/"+what.SHA256, nil, f.feed, nil)
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return refusal(response)
		}
		done(response)
		what.Size = response.ContentLength
	}
	for barren := 0; ; {
		before, err := f.Blobs.Received(ctx, f.feed.Local, what.SHA256)
		if err != nil {
			return err
		}
		if before > what.Size {
			if err := f.Blobs.Discard(ctx, f.feed.Local, what.SHA256); err != nil {
				return err
			}
			before = 0
		}
		have, err := f.piece(ctx, what, before)
		switch {
		case err == nil && have == what.Size:
			return nil
		case err != nil && catalog.CodeOf(err) != catalog.Unavailable || errors.Is(err, catalog.ErrDiskFull):
			return err
		case f.over():
			f.skip(what.SHA256) // the next turn goes on with it
			f.More()
			return nil
		}
		if have > before {
			barren = 0
			continue
		}
		if barren++; barren >= mostBarren || err == nil {
			return err
		}
		if err := pauseBetween(ctx, barren); err != nil {
			return err
		}
	}
}

// piece asks for the next segment of a blob and returns how much is here then.
func (f *fetching) piece(ctx context.Context, what catalog.Blob, offset int64) (have int64, err error) {
	header := http.Header{"If-Range": {`"` + what.SHA256 + `"`}}
	if what.Size > 0 && offset < what.Size {
		header.Set("Range", fmt.Sprintf("bytes=%d-%d", offset, min(offset+segment, what.Size)-1))
	}
	response, err := f.exchange(ctx, http.MethodGet, "/blobs/"+what.SHA256, header, f.feed, nil)
	if err != nil {
		return offset, err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusPartialContent:
		if first, ok := rangeStart(response.Header.Get("Content-Range")); !ok || first != offset {
			return offset, catalog.Errorf(catalog.Unavailable, "The remote's answer is not what was asked for.")
		}
	case http.StatusOK: // it does not know ranges, or the whole is one
		if offset > 0 {
			if err := f.Blobs.Discard(ctx, f.feed.Local, what.SHA256); err != nil {
				return offset, err
			}
			offset = 0
		}
	case http.StatusRequestedRangeNotSatisfiable: // it is shorter than its item says
		err := refusal(response)
		return offset, errors.Join(err, f.Blobs.Discard(ctx, f.feed.Local, what.SHA256))
	default:
		return offset, refusal(response)
	}
	body := &cutOff{r: f.incoming(ctx, response.Body)}
	have, err = f.Blobs.Receive(ctx, f.feed.Local, what, offset, body)
	if body.failed && ctx.Err() == nil {
		err = catalog.WrapError(catalog.Unavailable, "The connection to the remote was cut off.", err)
	}
	return max(have, offset), err
}

// rangeStart is the first position of a Content-Range.
func rangeStart(header string) (int64, bool) {
	rest, ok := strings.CutPrefix(header, "bytes ")
	if !ok {
		return 0, false
	}
	first, _, ok := strings.Cut(rest, "-")
	n, err := strconv.ParseInt(first, 10, 64)
	return n, ok && err == nil
}

// cutOff remembers that it was the connection that failed, and not the disk.
type cutOff struct {
	r      io.Reader
	failed bool
}

func (c *cutOff) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.failed = c.failed || err != nil && !errors.Is(err, io.EOF)
	return n, err
}
