package replica

import "github.com/sheafdocs/sheaf/engine/catalog"

// Rule is one rule of the protocol that can be left out.
type Rule uint32

// The rules, each with what is lost without it.
const (
	TokenRule      Rule = 1 << iota // a cursor's token is in the history, else a restored hub looks like the old one
	StartRule                       // a run of pages stands only while the heads of its pages are in the history
	FloorRule                       // below the floor only a snapshot tells what was deleted
	SnapshotFloor                   // and a snapshot only while the floor has not passed its start
	WholeCommits                    // a page ends where a commit ends
	ProofRule                       // absence deletes only when the old cursor is proven to be in the history
	CleanAbsence                    // and never what the hub has not seen
	OfferAbsent                     // what a restored hub lacks is offered to it, whether or not this device wrote it
	OfferOthers                     // what other devices wrote too
	OfferDeletions                  // tombstones too
	KeepDeletions                   // a deletion is remembered after the hub has shown it
	GraveRule                       // a push that names a buried item is joined with its grave
	GraveShown                      // and the result goes back on the feed
	BlobRule                        // no item is taken before its bytes
	CleanByFeed                     // only the feed makes an item clean, never an acknowledgement
	ForgetAcks                      // acknowledgements end with the next applied pull
	AskedOnly                       // only the answer to the present question is taken
	CursorLast                      // the cursor is kept with what it stands for, not before
	ReceiptRule                     // a copy of a device takes a new identity before it goes on
	RestampRule                     // and what it wrote since is its own
	StampRule                       // stamps ahead are refused
	RoleRule                        // roles are asked while joining
	BulkRule                        // bulk deletions ask
	AsideRule                       // a refused item is set aside until it changes
)

// Rules are what a test of the tests replaces or leaves out, to see that it is noticed. The zero value is the protocol.
type Rules struct {
	Joins   func(a, b catalog.Item) catalog.Item // nil: catalog.Join
	Without Rule
}

// Keep reports whether a rule is kept.
func (r Rules) Keep(rule Rule) bool { return r.Without&rule == 0 }

// Join merges two states of one item.
func (r Rules) Join(a, b catalog.Item) catalog.Item {
	if r.Joins != nil {
		return r.Joins(a, b)
	}
	return catalog.Join(a, b)
}
