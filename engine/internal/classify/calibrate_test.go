package classify

import (
	"cmp"
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

var calibrate = flag.Bool("calibrate", false, "fit the function behind the confidence of categories anew and print it")

// trial is one document judged in a workspace of some categories, some examples of each and some other documents.
type trial struct {
	standing
	right bool
	known int // per cent of the lexicon
}

func (x trial) features() []float64 {
	return []float64{1, x.first - x.next, x.first, math.Log1p(float64(min(x.examples, 8)))}
}

// trials judges documents of the training half in workspaces drawn from it. What is of no category of such a workspace
// has none there: most documents do not. Only a part of the lexicon is known: people have kinds that it says nothing of.
func trials(t *testing.T, known, workspaces int) []trial {
	set := theSet(t)
	r := rand.New(rand.NewPCG(7, 1))
	thin := thinner(r, known)
	all := make([]features, len(set.training))
	for i, d := range set.training {
		all[i] = thin(featuresOf(d.opening()))
	}
	var list []trial
	for range workspaces {
		categories, names := draw(r, set.categories, pick(r, 1, 2, 3, 5, 8, 16))
		seeds := make([]features, len(categories))
		for i, c := range categories {
			seeds[i] = thin(seedOf(c))
		}
		perCategory, others := pick(r, 0, 1, 2, 3, 5, 99), pick(r, 0, 10, 30, 200)
		order := r.Perm(len(set.training))
		for tested := range set.training {
			if r.IntN(3) > 0 {
				continue
			}
			examples := []Example{{"", all[tested]}} // it is a document of its workspace
			seen, rest := map[string]int{}, 0
			for _, i := range order {
				name := set.training[i].Category
				switch {
				case i == tested:
				case names[name] && seen[name] < perCategory:
					seen[name]++
					examples = append(examples, Example{name, all[i]})
				case rest < others:
					rest++
					examples = append(examples, Example{"", all[i]})
				}
			}
			s := learn(categories, seeds, examples).stand(all[tested])
			truth := set.training[tested].Category
			list = append(list, trial{s, names[truth] && categories[s.best].Name == truth, known})
		}
	}
	return list
}

func pick(r *rand.Rand, of ...int) int { return of[r.IntN(len(of))] }

func draw(r *rand.Rand, all []catalog.Category, n int) (list []catalog.Category, names map[string]bool) {
	names = map[string]bool{}
	for _, i := range r.Perm(len(all))[:n] {
		list = append(list, all[i])
		names[all[i].Name] = true
	}
	return list, names
}

// thinner takes notions out of features until so many per cent of the lexicon are left.
func thinner(r *rand.Rand, known int) func(features) features {
	unknown := make([]bool, len(office().names))
	for i := range unknown {
		unknown[i] = r.IntN(100) >= known
	}
	return func(f features) features {
		f.notions = slices.DeleteFunc(f.notions, func(c count) bool { return unknown[c.place] })
		return f
	}
}

// TestCalibrate fits the weights of standing.confidence and prints them, with what they give.
func TestCalibrate(t *testing.T) {
	if !*calibrate {
		t.Skip("for -calibrate")
	}
	var list []trial
	for _, known := range []int{100, 75, 50, 25} {
		list = append(list, trials(t, known, 60)...)
	}
	weights := logistic(list)
	sure := func(x trial) float64 { return sigmoid(weights, x.features()) }
	t.Logf("weights %.2f over %d trials", weights, len(list))
	for _, known := range []int{100, 75, 50, 25} {
		for _, bar := range []float64{0.5, 0.8, 0.9} {
			for _, few := range []bool{false, true} {
				right, assigned, all := 0, 0, 0
				for _, x := range list {
					if x.known == known && few == (x.examples < FewExamples) {
						right, assigned, all = right+one(x.right && sure(x) >= bar), assigned+one(sure(x) >= bar), all+one(x.right)
					}
				}
				t.Logf("%3d %% of the lexicon, few examples %-5v bar %.2f: precision %.3f of %3d, coverage %.3f", known, few, bar,
					float64(right)/float64(max(assigned, 1)), assigned, float64(right)/float64(max(all, 1)))
			}
		}
	}
	slices.SortFunc(list, func(a, b trial) int { return cmp.Compare(sure(a), sure(b)) })
	for part := range slices.Chunk(list, len(list)/20) {
		right, said := 0, 0.0
		for _, x := range part {
			right, said = right+one(x.right), said+sure(x)
		}
		t.Logf("said %.2f is %.2f", said/float64(len(part)), float64(right)/float64(len(part)))
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func sigmoid(weights, x []float64) float64 {
	z := 0.0
	for i, v := range x {
		z += weights[i] * v
	}
	return 1 / (1 + math.Exp(-z))
}

// logistic fits by Newton's method.
func logistic(list []trial) []float64 {
	n := len(list[0].features())
	weights := make([]float64, n)
	for range 30 {
		system := make([][]float64, n) // the Hessian, and the gradient in the last column
		for i := range system {
			system[i] = make([]float64, n+1)
			system[i][i] = 1e-3
		}
		for _, t := range list {
			x := t.features()
			p := sigmoid(weights, x)
			for i := range x {
				system[i][n] += (float64(one(t.right)) - p) * x[i]
				for j := range x {
					system[i][j] += p * (1 - p) * x[i] * x[j]
				}
			}
		}
		for i := range system {
			for r := range system {
				if r != i {
					factor := system[r][i] / system[i][i]
					for c := i; c <= n; c++ {
						system[r][c] -= factor * system[i][c]
					}
				}
			}
		}
		for i := range weights {
			weights[i] += system[i][n] / system[i][i]
		}
	}
	return weights
}
