package simnet

import (
	"os"
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/replica"
)

// mutant is a protocol with something wrong about it. A test that cannot tell it from the right one is not worth much.
type mutant struct {
	name  string
	rules replica.Rules
	seed  uint64 // of a history that tells
}

func without(rule replica.Rule) replica.Rules { return replica.Rules{Without: rule} }

func joins(join func(a, b catalog.Item) catalog.Item) replica.Rules {
	return replica.Rules{Joins: join}
}

var mutants = []mutant{
	{"the last write of content wins", joins(lastWins), 1},
	{"a deletion wins", joins(deletionWins), 1},
	{"vectors are compared whole, without dots", joins(wholeVectors), 1},
	{"the cursor is kept before what it stands for", without(replica.CursorLast), 1},
	{"a page ends within a commit", without(replica.WholeCommits), 1},
	{"items are taken without their bytes", without(replica.BlobRule), 1},
	{"the token of a cursor is not looked at", without(replica.TokenRule), 1},
	{"a run of pages goes on after a restore", without(replica.StartRule), 1},
	{"tombstones that are missing below the floor do not matter", without(replica.FloorRule), 1},
	{"a snapshot goes on while tombstones are buried", without(replica.SnapshotFloor), 1},
	{"absence needs no proof", without(replica.ProofRule), 1},
	{"absence beats what was not sent", without(replica.CleanAbsence), 1},
	{"what was buried is forgotten", without(replica.GraveRule), 1},
	{"what a grave answers is not shown", without(replica.GraveShown), 1},
	{"absence after a restore deletes", without(replica.OfferAbsent), 1},
	{"deletions are not offered to a restored hub", without(replica.OfferDeletions), 1},
	{"only one's own is offered to a restored hub", without(replica.OfferOthers), 1},
	{"deletions that were shown are forgotten", without(replica.KeepDeletions), 1},
	{"an acknowledgement makes an item clean", without(replica.CleanByFeed), 1},
	{"acknowledgements outlive a restore", without(replica.ForgetAcks), 1},
	{"late answers are taken", without(replica.AskedOnly), 1},
	{"receipts are not compared", without(replica.ReceiptRule), 1},
	{"a copy keeps what it wrote under its old name", without(replica.RestampRule), 1},
	{"roles are not asked while joining", without(replica.RoleRule), 1},
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

// TestMutants plays, for each mutant, a history that has told it from the protocol before. SHEAF_MUTANTS=search looks for
// one anew, for whoever has changed the simulation: the seeds are then other ones.
func TestMutants(t *testing.T) {
	t.Parallel()
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			if os.Getenv("SHEAF_MUTANTS") != "search" {
				if err := Run(m.seed, Options{Rules: m.rules}); err == nil {
					t.Errorf("nobody notices in seed %d", m.seed)
				}
				return
			}
			seed, played, err := search(1, 30_000, Options{Rules: m.rules})
			if err == nil {
				t.Fatalf("nobody notices in %d histories", played)
			}
			t.Logf("seed %d: %v", seed, err)
		})
	}
}
