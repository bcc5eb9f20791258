package embedding

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// realAssets finds the built-in model in SHEAF_MODELS or in build/bin, or skips.
func realAssets(tb testing.TB) Assets {
	tb.Helper()
	folder := os.Getenv("SHEAF_MODELS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "build", "bin")
	}
	assets, err := Locate(folder)
	if err != nil {
		tb.Skipf("no model to test with: %v (python3 build/models/fetch.py brings it)", err)
	}
	return assets
}

func openReal(tb testing.TB) *Model {
	tb.Helper()
	model, err := Open(realAssets(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := model.Close(); err != nil {
			tb.Error(err)
		}
	})
	return model
}

func dot(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

var passages = []string{
	"The Panthers defense gave up just 308 points, ranking sixth in the league.",
	"Photosynthesis turns light into chemical energy inside the chloroplasts of plants.",
	"The treaty was signed in Lisbon in 2007 and came into force two years later.",
	"Invoice 4711: three office chairs, delivered on 12 May, payable within thirty days.",
	strings.Repeat("A very long passage about the history of the railway in the alpine valleys. ", 15),
	"short",
}

func TestSimilarTextsAreNear(t *testing.T) {
	t.Parallel()
	model := openReal(t)
	vectors, err := model.EmbedPassages(t.Context(), passages)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vectors {
		if len(v) != model.Dimensions() || math.Abs(dot(v, v)-1) > 1e-4 {
			t.Errorf("passage %d: %d dimensions, squared length %v", i, len(v), dot(v, v))
		}
	}
	for question, want := range map[string]int{
		"How many points did the Panthers defense surrender?": 0,
		"how do plants make energy from sunlight":             1,
		"year of the agreement of Lisbon":                     2,
		"bill for furniture":                                  3,
		"trains in the mountains":                             4,
	} {
		query, err := model.EmbedQuery(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		for i := range vectors {
			if i != want && dot(query, vectors[i]) >= dot(query, vectors[want]) {
				t.Errorf("%q is nearer to passage %d (%.3f) than to %d (%.3f)",
					question, i, dot(query, vectors[i]), want, dot(query, vectors[want]))
			}
		}
	}
}

// A vector depends on the text alone: not on its neighbours, their order, the run, or what runs beside it.
func TestVectorsAreDeterministic(t *testing.T) {
	t.Parallel()
	model := openReal(t)
	together, err := model.EmbedPassages(t.Context(), passages)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i, text := range passages {
		wait.Go(func() {
			alone, err := model.EmbedPassages(t.Context(), []string{text})
			if err != nil {
				t.Error(err)
			} else if !slices.Equal(alone[0], together[i]) {
				t.Errorf("passage %d has another vector when it is alone", i)
			}
			if _, err := model.EmbedQuery(t.Context(), text); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	again := openReal(t)
	vectors, err := again.EmbedPassages(t.Context(), passages)
	if err != nil {
		t.Fatal(err)
	}
	for i := range vectors {
		if !slices.Equal(vectors[i], together[i]) {
			t.Errorf("passage %d has another vector in a second model", i)
		}
	}
	if again.Fingerprint() != model.Fingerprint() || len(model.Fingerprint()) != 32 {
		t.Errorf("fingerprints %q and %q", again.Fingerprint(), model.Fingerprint())
	}
}

func TestInvalidTexts(t *testing.T) {
	t.Parallel()
	model := openReal(t)
	for _, text := range []string{"", " \n\t ", "\x00\x01\u200b", "\u0301"} {
		if _, err := model.EmbedQuery(t.Context(), text); catalog.CodeOf(err) != catalog.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := model.EmbedPassages(t.Context(), []string{"good", " "})
	var e *catalog.Error
	if !errors.As(err, &e) || e.Code != catalog.Invalid || len(e.Fields) != 1 || e.Fields[0].Field != "texts[1]" {
		t.Errorf("a blank passage: %#v", err)
	}
	none, err := model.EmbedPassages(t.Context(), nil)
	if err != nil || len(none) != 0 {
		t.Errorf("no passages: %v, %v", none, err)
	}
	for _, text := range []string{strings.Repeat("x", 1<<20), strings.Repeat("word ", 1<<18), "\xff\xfe broken", "[CLS]", "好", "!"} {
		if v, err := model.EmbedQuery(t.Context(), text); err != nil || len(v) != model.Dimensions() {
			t.Errorf("%.20q: %d numbers, %v", text, len(v), err)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	model := openReal(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := model.EmbedQuery(ctx, "text"); !errors.Is(err, context.Canceled) {
		t.Errorf("query: %v", err)
	}
	if _, err := model.EmbedPassages(ctx, passages); !errors.Is(err, context.Canceled) {
		t.Errorf("passages: %v", err)
	}
	// While a query is under way the background waits, and gives up when told to.
	model.queries.begin()
	defer model.queries.end()
	ctx, cancel = context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := model.EmbedPassages(ctx, passages)
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("waiting passages: %v", err)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	model, err := Open(realAssets(t))
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for {
				if _, err := model.EmbedQuery(t.Context(), "text"); err != nil {
					if catalog.CodeOf(err) != catalog.Unavailable {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	for range 2 {
		if err := model.Close(); err != nil {
			t.Error(err)
		}
	}
	wait.Wait()
}

func TestVerify(t *testing.T) {
	t.Parallel()
	assets := realAssets(t)
	model := openReal(t)
	if err := model.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	// One changed byte keeps the size: opening does not see it, verifying does.
	damaged := Assets{Library: assets.Library, Model: copyModel(t, assets.Model)}
	path := filepath.Join(damaged.Model, "vocab.txt")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2]++
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	model, err = Open(damaged)
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Verify(t.Context()); catalog.CodeOf(err) != catalog.Corrupt || !strings.Contains(err.Error(), path) {
		t.Errorf("damaged vocabulary: %v", err)
	}
}

func copyModel(t *testing.T, folder string) string {
	t.Helper()
	target := filepath.Join(t.TempDir(), "model")
	if err := os.CopyFS(target, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return target
}

func TestOpenTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(a Assets) error
		code  catalog.Code
		says  string
	}{
		"nothing":         {func(Assets) error { return nil }, "", ""},
		"no library":      {func(a Assets) error { return os.Remove(a.Library) }, catalog.Unavailable, "is missing"},
		"no folder":       {func(a Assets) error { return os.RemoveAll(a.Model) }, catalog.Unavailable, "model.json is missing"},
		"no weights":      {func(a Assets) error { return os.Remove(filepath.Join(a.Model, "model.onnx")) }, catalog.Unavailable, "model.onnx is missing"},
		"short weights":   {func(a Assets) error { return os.Truncate(filepath.Join(a.Model, "model.onnx"), 3) }, catalog.Corrupt, "has 3 bytes"},
		"no JSON":         {func(a Assets) error { return rewrite(a.Model, "{", "") }, catalog.Corrupt, "not valid JSON"},
		"nothing in JSON": {func(a Assets) error { return rewrite(a.Model, `"name"`, `"nome"`) }, catalog.Corrupt, "usable"},
		"path in JSON":    {func(a Assets) error { return rewrite(a.Model, `"vocab.txt"`, `"../vocab.txt"`) }, catalog.Corrupt, "usable"},
		"no dimensions":   {func(a Assets) error { return rewrite(a.Model, `"dimensions": 8`, `"dimensions": 0`) }, catalog.Corrupt, "usable"},
	} {
		assets := emptyModel(t)
		if err := c.spoil(assets); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(assets); catalog.CodeOf(err) != c.code || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// emptyModel writes files that pass for a model until they are loaded.
func emptyModel(t *testing.T) Assets {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		libraryName(): "library",
		"model.onnx":  "weights",
		"vocab.txt":   "words",
		"model.json": `{"name": "empty", "dimensions": 8, "maxTokens": 16, "weights": "model.onnx", "vocabulary": "vocab.txt",
			"files": {"model.onnx": {"bytes": 7}, "vocab.txt": {"bytes": 5}}}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The library stands outside of the model's folder, which a case removes.
	library := filepath.Join(t.TempDir(), libraryName())
	if err := os.Rename(filepath.Join(folder, libraryName()), library); err != nil {
		t.Fatal(err)
	}
	return Assets{Library: library, Model: folder}
}

func rewrite(folder, old, new string) error {
	path := filepath.Join(folder, "model.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, new)), 0o600)
}

// Weights of the right size that are no model, or a model that gives something else, are found out at the first text.
func TestCorruptWeights(t *testing.T) {
	t.Parallel()
	assets := realAssets(t)
	folder := copyModel(t, assets.Model)
	path := filepath.Join(folder, "model.onnx")
	weights, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(weights[:4096])
	if err := os.WriteFile(path, weights, 0o600); err != nil {
		t.Fatal(err)
	}
	model, err := Open(Assets{Library: assets.Library, Model: folder})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.EmbedQuery(t.Context(), "text"); catalog.CodeOf(err) != catalog.Corrupt {
		t.Errorf("zeroed weights: %v", err)
	}

	folder = copyModel(t, assets.Model)
	if err := rewrite(folder, `"dimensions": 384`, `"dimensions": 512`); err != nil {
		t.Fatal(err)
	}
	model, err = Open(Assets{Library: assets.Library, Model: folder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { model.Close() })
	if _, err := model.EmbedQuery(t.Context(), "text"); err == nil {
		t.Error("a wrong number of dimensions goes unnoticed")
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	if _, err := Locate(empty); catalog.CodeOf(err) != catalog.Unavailable || !strings.Contains(err.Error(), empty) {
		t.Errorf("an empty folder: %v", err)
	}
	for _, path := range []string{filepath.Join("lib", libraryName()), filepath.Join("models", Builtin, descriptionFile)} {
		path = filepath.Join(empty, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if assets, err := Locate(empty); err != nil || filepath.Base(assets.Model) != Builtin {
		t.Errorf("a full folder: %v, %v", assets, err)
	}
	if _, err := Locate(""); err != nil && !strings.Contains(err.Error(), "SHEAF_MODELS") {
		t.Errorf("nothing installed: %v", err)
	}
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, v := range [][]float32{{0, 0}, {}, {nan, 1}, {inf, 1}, {-inf, inf}} {
		if normalise(v) {
			t.Errorf("%v passes", v)
		}
	}
	v := []float32{3, 4}
	if !normalise(v) || math.Abs(float64(v[0])-0.6) > 1e-6 || math.Abs(float64(v[1])-0.8) > 1e-6 {
		t.Errorf("got %v", v)
	}
}

// TestPaceBeginsEveryPassage: what is to be done on a passage's goroutine is done there, once for each, and then no more.
func TestPaceBeginsEveryPassage(t *testing.T) {
	t.Parallel()
	model := openReal(t)
	var begun atomic.Int32
	model.SetPace(1, func() {
		runtime.LockOSThread() // the thread ends with the goroutine
		begun.Add(1)
	})
	texts := []string{"one", "two", "three"}
	slow, err := model.EmbedPassages(t.Context(), texts)
	if err != nil || begun.Load() != 3 {
		t.Fatalf("%d passages have begun: %v", begun.Load(), err)
	}
	model.SetPace(4, nil)
	quick, err := model.EmbedPassages(t.Context(), texts)
	if err != nil || begun.Load() != 3 || !reflect.DeepEqual(slow, quick) {
		t.Errorf("another pace gives other vectors, or %d have begun: %v", begun.Load(), err)
	}
}
