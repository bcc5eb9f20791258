package measure

import (
	"context"
	"errors"
	"testing"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/app/node"
)

// serve opens a node as the command line does.
func serve(ctx context.Context, dataDir string) (Server, error) {
	n, err := node.Open(ctx, config.Config{DataDir: dataDir, Listen: "127.0.0.1:0", ListenSet: true, NoModel: true, Rate: new(0)}, nil)
	if err != nil {
		return nil, err
	}
	if err := n.Listen(); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

func TestMeasureAPI(t *testing.T) {
	t.Parallel()
	results, err := measureAPI(t.Context(), Options{Serve: serve}, t.TempDir(), 3000, 2000)
	if err != nil {
		t.Fatal(err)
	}
	matches := map[string]int{"count of a category": 900, "count of a format": 1000, "count of a category and a format": 300,
		"first page, few matches": 2, "page in the middle, few matches": 2}
	if len(results) != 7 {
		t.Errorf("%d operations were measured", len(results))
	}
	for _, line := range results {
		r := line.(apiResult)
		if r.Calls != apiCalls || r.SQLP50Ms <= 0 || r.APIP50Ms <= 0 || r.SQLP95Ms < r.SQLP50Ms || r.APIP95Ms < r.APIP50Ms || r.Limit != 2 {
			t.Errorf("measured %+v", r)
		}
		if want, known := matches[r.Operation]; known && r.Matches != want || r.Matches == 0 {
			t.Errorf("%s has %d matches, want %d", r.Operation, r.Matches, want)
		}
	}
}
