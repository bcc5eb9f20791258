package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/engine/enginetest"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// tolerance is how far a figure may lie from its golden one: enough for the last digits of another processor, and less
// than one more question of the answers that comes out differently.
const tolerance = 0.01

// TestGoldenQuality measures a small corpus and questions about the samples with the built-in model, and compares with
// the figures of testdata. A gain fails as a loss does: both are looked at, and then kept with -update.
func TestGoldenQuality(t *testing.T) {
	t.Parallel()
	var o Options
	o.Engine.Assets, o.Engine.Children = enginetest.Assets(t), 1

	t.Run("retrieval", func(t *testing.T) {
		t.Parallel()
		figures := evaluatedFigures(t, o, filepath.Join("testdata", "retrieval"))
		delete(figures, "p50Ms")
		delete(figures, "p95Ms")
		compareGolden(t, "golden-retrieval.json", figures)
		keyword, vector, hybrid := figures["arms.keyword.ndcg10"], figures["arms.vector.ndcg10"], figures["arms.hybrid.ndcg10"]
		if hybrid < keyword || hybrid < vector-0.02 {
			t.Errorf("nDCG@10 of both arms is %.4f, of keywords alone %.4f, of vectors alone %.4f", hybrid, keyword, vector)
		}
	})
	t.Run("answers", func(t *testing.T) {
		t.Parallel()
		compareGolden(t, "golden-answers.json", evaluatedFigures(t, o, sampleQuestions(t)))
	})
}

// sampleQuestions returns a collection of the samples and the questions about them.
func sampleQuestions(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "docs"), os.DirFS(filepath.Join(enginetest.Root(), "build", "samples"))); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "answers"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// evaluatedFigures are the numbers of the report on dir by their path in it, such as arms.hybrid.ndcg10.
func evaluatedFigures(t *testing.T, o Options, dir string) map[string]float64 {
	t.Helper()
	var out bytes.Buffer
	if err := Eval(context.Background(), o, dir, &out); err != nil {
		t.Fatal(err)
	}
	var report map[string]any
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	figures := map[string]float64{}
	flatten(figures, "", report)
	return figures
}

func flatten(into map[string]float64, path string, report map[string]any) {
	for name, v := range report {
		switch v := v.(type) {
		case float64:
			into[path+name] = v
		case map[string]any:
			flatten(into, path+name+".", v)
		}
	}
}

func compareGolden(t *testing.T, name string, figures map[string]float64) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		text, err := json.MarshalIndent(figures, "", "  ")
		if err == nil {
			err = os.WriteFile(name, append(text, '\n'), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v: run this test with -update to write it", err)
	}
	var golden map[string]float64
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	both := maps.Clone(golden)
	maps.Copy(both, figures)
	for _, figure := range slices.Sorted(maps.Keys(both)) {
		got, measured := figures[figure]
		want, known := golden[figure]
		if !measured || !known || math.Abs(got-want) > tolerance {
			t.Errorf("%s is %.4f, not %.4f as in %s: look at what changed, and if it is meant, run this test with -update", figure, got, want, name)
		}
	}
}
