package classify

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Near-duplicates are found by MinHash (A. Broder, On the resemblance and containment of documents, 1997) over runs of
// five words: the share of equal values in two sketches estimates the share of runs that two texts have in common
// (Jaccard), with a standard error of at most 0.045. Bands of three values (locality-sensitive hashing) find the pairs
// that are worth comparing: at a likeness of 0.5 a pair shares one with probability 0.93, at 0.6 with 0.99, at 0.1 with
// 0.02.
const (
	runLength    = 5
	permutations = 128
	bandWidth    = 3
	bands        = 20
	leastRuns    = 20      // a shorter text is not compared: a form letter is not the other one
	mostWords    = 20_000  // of a text that count
	mostBytes    = 1 << 20 // of a page that are looked at for them
)

// Near is the likeness from which on two texts are told to be nearly the same.
const Near = 0.5

// SketchOf makes the sketch of a document's text; zero when there is too little of it.
func SketchOf(d catalog.Document) catalog.Sketch {
	var minima [permutations]uint32
	for i := range minima {
		minima[i] = math.MaxUint32
	}
	var run [runLength]uint64
	words := 0
	for _, p := range d.Pages {
		for word := range eachWord(fold(beginning(p.Text))) {
			if words == mostWords {
				break
			}
			run[words%runLength] = hashWord(word)
			words++
			if words >= runLength {
				take(&minima, hashRun(&run, words))
			}
		}
	}
	if words < leastRuns+runLength-1 {
		return catalog.Sketch{}
	}
	return catalog.Sketch{Minima: packed(minima[:]), Bands: bandsOf(minima[:])}
}

// beginning is as much of a page as could matter: the rest of one that is far longer need not be folded.
func beginning(text string) string {
	if len(text) <= mostBytes {
		return text
	}
	return strings.ToValidUTF8(text[:mostBytes], "")
}

// hashWord is FNV-1a.
func hashWord(word string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	return h
}

// hashRun hashes the last words in their order.
func hashRun(run *[runLength]uint64, words int) uint64 {
	h := uint64(0)
	for i := range runLength {
		h = mixed(h ^ run[(words+i)%runLength])
	}
	return h
}

// mixed is the finaliser of SplitMix64: every bit depends on every bit.
func mixed(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// take lets one run count in every permutation: an odd multiplier and a rotation each, and the upper half of the bits.
func take(minima *[permutations]uint32, run uint64) {
	h := run
	for i := range minima {
		h = h*0x9e3779b97f4a7c15 + 0xd1b54a32d192ed03
		if v := uint32(bits.RotateLeft64(h, 23) >> 32); v < minima[i] {
			minima[i] = v
		}
	}
}

func packed(minima []uint32) []byte {
	b := make([]byte, 0, 4*len(minima))
	for _, v := range minima {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

func bandsOf(minima []uint32) []int64 {
	list := make([]int64, bands)
	for i := range list {
		h := uint64(i + 1)
		for _, v := range minima[i*bandWidth : (i+1)*bandWidth] {
			h = mixed(h ^ uint64(v))
		}
		list[i] = int64(h)
	}
	return list
}

// Likeness estimates from two sketches' minima which share of their runs of words two texts have in common, 0 to 1.
func Likeness(a, b []byte) float64 {
	if len(a) != 4*permutations || len(b) != len(a) {
		return 0
	}
	equal := 0
	for i := 0; i < len(a); i += 4 {
		if binary.LittleEndian.Uint32(a[i:]) == binary.LittleEndian.Uint32(b[i:]) {
			equal++
		}
	}
	return float64(equal) / permutations
}
