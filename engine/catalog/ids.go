package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/big"
	"strings"
	"time"
)

// NewID makes a version 7 UUID (RFC 9562, section 5.7) from the given time and randomness, so that ids sort by age
// and tests can choose them. It panics only if random fails, which crypto/rand never does.
func NewID(now time.Time, random io.Reader) string {
	var b [16]byte
	if _, err := io.ReadFull(random, b[6:]); err != nil {
		panic("catalog: no randomness: " + err.Error())
	}
	ms := uint64(now.UnixMilli())
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	var s [36]byte
	hex.Encode(s[0:8], b[0:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:36], b[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}

// ValidID reports whether s has the shape of a UUID in lower case. A malformed id is answered like an unknown one.
func ValidID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}

// DerivedID makes a version 8 UUID (RFC 9562, section 5.8) of the hash of its parts: the id of something that follows
// from other things, the same wherever it is made.
func DerivedID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	digits := hex.EncodeToString(sum[:16])
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

// publicDigits is how many letters and digits a public id has behind its prefix.
const publicDigits = 16

// PublicID is the id under which a family that has ids of its own answers: prefix ("ds_", "wks_", "file-") and 16
// letters or digits of the hash of the id itself.
func PublicID(prefix, id string) string {
	sum := sha256.Sum256([]byte(id))
	return prefix + Base62(sum[:])
}

// Base62 turns at least 12 bytes of hash or randomness into 16 letters and digits.
func Base62(b []byte) string {
	digits := new(big.Int).SetBytes(b).Text(62)
	return (strings.Repeat("0", publicDigits) + digits)[len(digits):][:publicDigits]
}
