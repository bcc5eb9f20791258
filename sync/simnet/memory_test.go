package simnet

import (
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/replica/replicatest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	t.Parallel()
	replicatest.Run(t, func(*testing.T) replicatest.Directory {
		now := time.UnixMilli(1_800_000_000_000)
		m := NewMemory("device", func() time.Time { return now }, &notSoRandom{})
		const other = "00000000-0000-7000-8000-000000000002"
		m.Open(workspace)
		m.Open(other)
		m.Open(catalog.AccountFeed("u"))
		return replicatest.Directory{
			Store: m, Feed: workspace, Other: other, Person: catalog.AccountFeed("u"), User: "u",
			Wait: func(d time.Duration) { now = now.Add(d) }, Now: func() time.Time { return now },
			PutBlob: m.PutBlob, SetRole: m.SetRole,
		}
	})
}
