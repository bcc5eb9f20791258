package engine_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

const (
	kills    = 50
	killSeed = 20261122
)

// TestKill ends an agent with SIGKILL at random moments of indexing until it has been killed often enough, then lets it
// finish: the results must be those of an undisturbed run, and nothing may be indexed twice.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	assets := enginetest.Assets(t)
	folder := t.TempDir()
	random := rand.New(rand.NewPCG(killSeed, 1))
	t.Logf("seed %d", killSeed)
	enginetest.WriteFiles(t, folder, orchard(random, 150))

	calm := t.TempDir()
	runToEnd(t, calm, folder, assets)
	want := takeState(t, calm, assets)

	hit := t.TempDir()
	for killed := 0; killed < kills; {
		delay := time.Duration(random.IntN(400)+5) * time.Millisecond
		if killAfter(t, delay, hit, folder, assets) {
			killed++
			continue
		}
		// It got through before its time. New bytes give the next victims something to do again.
		enginetest.WriteFiles(t, folder, map[string]string{"again.md": fmt.Sprintf("# Again\n\nVersion %d of this page.", killed)})
	}
	if err := os.Remove(filepath.Join(folder, "again.md")); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	runToEnd(t, hit, folder, assets)
	if got := takeState(t, hit, assets); !reflect.DeepEqual(got, want) {
		t.Errorf("after %d kills the state differs:\n got %+v\nwant %+v", kills, got, want)
	}
}

// state is everything that a person could tell two data directories apart by.
type state struct {
	Documents, Chunks, Vectors int
	Results                    map[string][]string
}

func takeState(t *testing.T, dataDir, assets string) state {
	t.Helper()
	e := enginetest.Start(t, engine.Options{DataDir: dataDir, Assets: assets})
	defer e.Stop()
	status, err := e.Status(e.Owner())
	if err != nil {
		t.Fatal(err)
	}
	s := state{Documents: status.Documents.Total, Chunks: status.Chunks, Vectors: status.Vectors.Ready, Results: map[string][]string{}}
	for _, query := range []string{"apple harvest", "pear in the north row", "who pruned the plum", "frost", "again version"} {
		for _, arm := range []catalog.Arms{catalog.ArmsKeyword, catalog.ArmsVector, catalog.ArmsBoth} {
			result, err := e.Search(e.Owner(), catalog.SearchRequest{Query: query, Limit: 20, Arms: arm})
			if err != nil {
				t.Fatal(err)
			}
			key := fmt.Sprint(query, "/", arm)
			for _, h := range result.Hits {
				s.Results[key] = append(s.Results[key], fmt.Sprintf("%s:%d:%d %.4f", h.FileName, h.Page, h.Start, h.Score))
			}
		}
	}
	return s
}

func victim(dataDir, folder, assets string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], victimCommand, dataDir, folder, assets)
	cmd.Stderr = os.Stderr
	return cmd
}

func runToEnd(t *testing.T, dataDir, folder, assets string) {
	t.Helper()
	cmd := victim(dataDir, folder, assets)
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "settled") {
		t.Fatalf("the agent did not settle: %v %s", err, out)
	}
}

// killAfter reports whether the agent was still at work when it was killed.
func killAfter(t *testing.T, delay time.Duration, dataDir, folder, assets string) bool {
	t.Helper()
	cmd := victim(dataDir, folder, assets)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(delay, func() { _ = cmd.Process.Kill() }) // fails only when it has ended by itself
	err := cmd.Wait()
	timer.Stop()
	exit, ended := errors.AsType[*exec.ExitError](err)
	return ended && !exit.Exited()
}

// orchard makes small documents that differ from each other.
func orchard(random *rand.Rand, n int) map[string]string {
	fruits := []string{"apple", "pear", "plum", "quince", "medlar", "cherry"}
	people := []string{"Ada", "Bela", "Chidi", "Dunja"}
	rows := []string{"north", "south", "east", "west"}
	files := map[string]string{}
	for i := range n {
		fruit, person, row := fruits[random.IntN(len(fruits))], people[random.IntN(len(people))], rows[random.IntN(len(rows))]
		files[fmt.Sprintf("%s/note-%03d.md", row, i)] = fmt.Sprintf(
			"# The %s of row %d\n\n%s pruned the %s in the %s row on day %d.\n\nThe harvest was %d kilograms. Frost came on day %d.\n",
			fruit, i, person, fruit, row, random.IntN(365), random.IntN(900), random.IntN(365))
	}
	return files
}
