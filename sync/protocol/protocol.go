// Package protocol is what hub and peer say to each other: the paths, the bodies, the limits and the versions. It decides
// nothing; docs/PROTOCOL.md tells what the words mean, in enough detail to write another client.
//
// Bodies are JSON. Whoever reads one ignores names that it does not know. What a later version adds to an item is a field
// or a kind, and both are kept and passed on by programs that do not know them.
package protocol

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Base is the path under which a hub answers.
const Base = "/sync/v1"

// Header carries the versions that its sender speaks, "min-max". A hub answers with its own.
const Header = "Sync-Protocol"

// Limits. A hub answers 413 beyond them; a peer stays below them.
const (
	MaxPushItems = 1000             // items in one push
	MaxPageItems = 1000             // what a page may be asked for; it may hold the rest of a commit beyond that
	MaxBody      = 8 << 20          // bytes of a body, unpacked
	MaxItem      = 1 << 20          // bytes of one item as JSON
	MaxAhead     = 5 * time.Minute  // how far a stamp may be ahead of the hub's clock
	MaxWait      = 55 * time.Second // a long poll
	MaxReceipts  = 32               // that a hello may list
)

// Bulk deletion: more than BulkItems contents and more than a BulkShare-th of all are not deleted before a person says so.
const (
	BulkItems  = 50
	BulkShare  = 5 // 20 %
	BulkWithin = time.Hour
)

// IsBulk reports whether deleting n of all contents needs a person's word.
func IsBulk(n, all int) bool { return n > BulkItems && n*BulkShare > all }

// TombstoneLife is how long a deletion stays on the feed before only its grave remains.
const TombstoneLife = 180 * 24 * time.Hour

// Versions are those that a program speaks.
type Versions struct{ Min, Max int }

// Spoken are the versions of this program.
var Spoken = Versions{Min: 1, Max: 1}

func (v Versions) String() string { return fmt.Sprintf("%d-%d", v.Min, v.Max) }

// ParseVersions reads the header; ok is false for anything else.
func ParseVersions(header string) (v Versions, ok bool) {
	low, high, found := strings.Cut(header, "-")
	if !found {
		high = low
	}
	var err error
	if v.Min, err = strconv.Atoi(strings.TrimSpace(low)); err != nil {
		return v, false
	}
	v.Max, err = strconv.Atoi(strings.TrimSpace(high))
	return v, err == nil && 0 < v.Min && v.Min <= v.Max
}

// Common is the newest version that both speak; ok is false when there is none.
func (v Versions) Common(o Versions) (version int, ok bool) {
	version = min(v.Max, o.Max)
	return version, version >= max(v.Min, o.Min)
}
