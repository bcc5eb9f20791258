package replica

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// digestPage is how many items are read at a time.
const digestPage = 1000

// Digest is over id, vector, versions and fields of every live item of a feed: two replicas with the same one show the
// same. It does not depend on order, because items are combined by exclusive or of their own hashes. Deleted items are left
// out: a hub buries them at a time of its own.
func Digest(view catalog.ItemView) (digest string, live int, err error) {
	var sum [sha256.Size]byte
	for seq := int64(0); ; {
		items, err := view.Since(seq, digestPage)
		if err != nil {
			return "", 0, err
		}
		for _, item := range items {
			if !item.Deleted() {
				live++
				of := itemDigest(item)
				for i := range sum {
					sum[i] ^= of[i]
				}
			}
			seq = item.Seq
		}
		if len(items) < digestPage {
			return hex.EncodeToString(sum[:]), live, nil
		}
	}
}

// itemDigest hashes an item's replicated state: every text behind its length, every number in 8 bytes, maps by key.
func itemDigest(item catalog.Item) [sha256.Size]byte {
	h := sha256.New()
	text(h, item.ID)
	number(h, int64(len(item.Vector)))
	for _, device := range slices.Sorted(maps.Keys(item.Vector)) {
		text(h, device)
		number(h, item.Vector[device])
	}
	number(h, int64(len(item.Versions)))
	for _, v := range item.Versions {
		text(h, v.Device)
		number(h, v.Counter)
		text(h, v.Blob)
	}
	number(h, int64(len(item.Fields)))
	for _, name := range slices.Sorted(maps.Keys(item.Fields)) {
		r := item.Fields[name]
		text(h, name)
		text(h, r.Value)
		number(h, r.Stamp.Time)
		text(h, r.Stamp.Device)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func text(h hash.Hash, s string) {
	number(h, int64(len(s)))
	h.Write([]byte(s)) // never fails
}

func number(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:]) // never fails
}
