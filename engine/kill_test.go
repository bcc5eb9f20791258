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
	kills     = 24
	soakKills = 100 // with SHEAF_SOAK
	killSeed  = 20261122
)

// TestKill ends an agent, or a child of it that reads files, with SIGKILL at random moments of indexing until that has been
// done often enough, then lets it finish: the results must be those of an undisturbed run, nothing may be indexed twice
// or half, and no process may be left.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	wanted := kills
	if os.Getenv("SHEAF_SOAK") != "" {
		wanted = soakKills
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
	var parents, children int
	for killed := 0; killed < wanted; killed = parents + children {
		delay := time.Duration(random.IntN(400)+5) * time.Millisecond
		if random.IntN(2) == 0 && killsChildren {
			if killChildAfter(t, delay, hit, folder, assets) {
				children++
				continue
			}
		} else if killAfter(t, delay, hit, folder, assets) {
			parents++
			continue
		}
		// It got through before its time. New bytes give the next victims something to do again.
		again := map[string]string{}
		for i := range 40 {
			again[fmt.Sprintf("again-%d.md", i)] = fmt.Sprintf("# Again\n\nVersion %d of page %d.", random.IntN(1000), i)
		}
		enginetest.WriteFiles(t, folder, again)
	}
	t.Logf("%d agents and %d children were killed", parents, children)
	for i := range 40 {
		if err := os.Remove(filepath.Join(folder, fmt.Sprintf("again-%d.md", i))); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	runToEnd(t, hit, folder, assets)
	if got := takeState(t, hit, assets); !reflect.DeepEqual(got, want) {
		t.Errorf("after %d kills the state differs:\n got %.3000s\nwant %.3000s", wanted, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want))
	}
}

// state is everything that a person could tell two data directories apart by.
type state struct {
	Documents, Failed, Chunks, Vectors int
	Results                            map[string][]string
	Texts                              map[string]string // by file name, all pages
	Wrong                              []string          // what doctor complains about
}

func takeState(t *testing.T, dataDir, assets string) state {
	t.Helper()
	e := enginetest.Start(t, engine.Options{DataDir: dataDir, Assets: assets})
	defer e.Stop()
	status, err := e.Status(e.Owner())
	if err != nil {
		t.Fatal(err)
	}
	s := state{Documents: status.Documents.Total, Failed: status.Documents.Failed, Chunks: status.Chunks, Vectors: status.Vectors.Ready,
		Results: map[string][]string{}, Texts: map[string]string{}}
	checks, err := e.Doctor(e.Owner())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		if !c.OK && c.Name != "disk space" && c.Name != "data directory" { // of a test everybody may read it
			s.Wrong = append(s.Wrong, c.Detail)
		}
	}
	contents, _, err := e.Contents(e.Owner(), engine.ContentQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contents {
		for number := 1; number <= c.PageCount; number++ {
			page, err := e.Page(e.Owner(), c.ID, number)
			if err != nil {
				t.Fatal(err)
			}
			s.Texts[c.FileName] += page.Text
		}
	}
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
	var left []int
	timer := time.AfterFunc(delay, func() {
		left = childrenOf(cmd.Process.Pid)
		_ = cmd.Process.Kill() // fails only when it has ended by itself
	})
	err := cmd.Wait()
	timer.Stop()
	exit, ended := errors.AsType[*exec.ExitError](err)
	if !ended || exit.Exited() {
		return false
	}
	awaitEnd(t, left)
	return true
}

// killChildAfter lets an agent run to its end, and reports whether one of its children was killed on the way.
func killChildAfter(t *testing.T, delay time.Duration, dataDir, folder, assets string) (killed bool) {
	t.Helper()
	cmd := victim(dataDir, folder, assets)
	out := &strings.Builder{}
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var all []int
	go func() {
		defer close(done)
		look := time.NewTimer(delay)
		defer look.Stop()
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline) && running(cmd.Process.Pid); look.Reset(time.Millisecond) {
			<-look.C // first after the delay, then until there is a child
			all = childrenOf(cmd.Process.Pid)
			if len(all) > 0 {
				p, err := os.FindProcess(all[len(all)-1])
				killed = err == nil && p.Kill() == nil
				return
			}
		}
	}()
	err := cmd.Wait()
	<-done
	if err != nil || !strings.Contains(out.String(), "settled") {
		t.Fatalf("an agent whose child was killed did not settle: %v %s", err, out)
	}
	awaitEnd(t, all)
	return killed
}

// awaitEnd waits until none of the processes runs any more.
func awaitEnd(t *testing.T, pids []int) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for _, pid := range pids {
		for running(pid) {
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatalf("process %d outlives the agent that started it", pid)
			}
		}
	}
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
