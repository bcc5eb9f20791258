package index

// chunkSlots is how many vectors one chunk of the array holds: 12 MB at 384 dimensions.
const chunkSlots = 1 << 13

// array is a growing run of vectors that never moves: chunks of chunkSlots vectors, each one block of memory that the
// garbage collector neither scans nor counts.
type array struct {
	dimensions int
	chunks     [][]float32
}

// grow makes room for n vectors.
func (a *array) grow(n int) error {
	for len(a.chunks)*chunkSlots < n {
		chunk, err := allocate(chunkSlots * a.dimensions)
		if err != nil {
			return err
		}
		a.chunks = append(a.chunks, chunk)
	}
	return nil
}

// at returns the vector in a slot.
func (a *array) at(slot int32) []float32 {
	start := int(slot) % chunkSlots * a.dimensions
	return a.chunks[slot/chunkSlots][start : start+a.dimensions : start+a.dimensions]
}

// release gives all memory back.
func (a *array) release() (err error) {
	for _, c := range a.chunks {
		if e := giveBack(c); e != nil {
			err = e
		}
	}
	a.chunks = nil
	return err
}
