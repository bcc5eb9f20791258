package simnet

import (
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// mutant is a protocol with something wrong about it. A test that cannot tell it from the right one is not worth much.
type mutant struct {
	name  string
	rules replica.Rules
}

func without(rule replica.Rule) replica.Rules { return replica.Rules{Without: rule} }

func joins(join func(a, b catalog.Item) catalog.Item) replica.Rules {
	return replica.Rules{Joins: join}
}

var mutants = []mutant{
	{"the last write of content wins", joins(lastWins)},
	{"a deletion wins", joins(deletionWins)},
	{"vectors are compared whole, without dots", joins(wholeVectors)},
	{"the cursor is kept before what it stands for", without(replica.CursorLast)},
	{"a page ends within a commit", without(replica.WholeCommits)},
	{"items are taken without their bytes", without(replica.BlobRule)},
	{"the token of a cursor is not looked at", without(replica.TokenRule)},
	{"a run of pages goes on after a restore", without(replica.StartRule)},
	{"tombstones that are missing below the floor do not matter", without(replica.FloorRule)},
	{"a snapshot goes on while tombstones are buried", without(replica.SnapshotFloor)},
	{"absence needs no proof", without(replica.ProofRule)},
	{"absence beats what was not sent", without(replica.CleanAbsence)},
	{"what was buried is forgotten", without(replica.GraveRule)},
	{"what a grave answers is not shown", without(replica.GraveShown)},
	{"absence after a restore deletes", without(replica.OfferAbsent)},
	{"deletions are not offered to a restored hub", without(replica.OfferDeletions)},
	{"only one's own is offered to a restored hub", without(replica.OfferOthers)},
	{"deletions that were shown are forgotten", without(replica.KeepDeletions)},
	{"an acknowledgement makes an item clean", without(replica.CleanByFeed)},
	{"acknowledgements outlive a restore", without(replica.ForgetAcks)},
	{"late answers are taken", without(replica.AskedOnly)},
	{"receipts are not compared", without(replica.ReceiptRule)},
	{"a copy keeps what it wrote under its old name", without(replica.RestampRule)},
	{"roles are not asked while joining", without(replica.RoleRule)},
}

// lastWins keeps one version of a conflict.
func lastWins(a, b catalog.Item) catalog.Item {
	joined := catalog.Join(a, b)
	if v, ok := joined.Current(); ok {
		joined.Versions = []catalog.Version{v}
	}
	return joined
}

// deletionWins lets a side that is deleted delete the other.
func deletionWins(a, b catalog.Item) catalog.Item {
	joined := catalog.Join(a, b)
	if a.Deleted() || b.Deleted() {
		joined.Versions = nil
	}
	return joined
}

// wholeVectors takes the versions of the side whose vector is the greater one, and all of both when neither is.
func wholeVectors(a, b catalog.Item) catalog.Item {
	joined := catalog.Join(a, b)
	knows := func(all, of catalog.Vector) bool {
		for device, counter := range of {
			if all[device] < counter {
				return false
			}
		}
		return true
	}
	switch aKnows, bKnows := knows(a.Vector, b.Vector), knows(b.Vector, a.Vector); {
	case aKnows:
		joined.Versions = slices.Clone(a.Versions)
	case bKnows:
		joined.Versions = slices.Clone(b.Versions)
	default:
		joined.Versions = slices.Clone(a.Versions)
		for _, v := range b.Versions {
			if !slices.Contains(joined.Versions, v) {
				joined = joined.Keep(v)
			}
		}
	}
	return joined
}

// mostHistories is how many are played before a mutant counts as unnoticed. Most are noticed within ten, the rarest took
// a hundred and fifty.
const mostHistories = 10_000

// TestMutants looks, for each mutant, for a history that tells it from the protocol.
func TestMutants(t *testing.T) {
	t.Parallel()
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			seed, played, err := search(1, mostHistories, Options{Rules: m.rules})
			if err == nil {
				t.Fatalf("nobody notices in %d histories", played)
			}
			t.Logf("seed %d: %v", seed, err)
		})
	}
}
