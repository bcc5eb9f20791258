//go:build !unix

package index

// allocate returns n zeroed floats. Where memory cannot be mapped they come from the heap, which does not scan them.
func allocate(n int) ([]float32, error) { return make([]float32, n), nil }

func giveBack([]float32) error { return nil }
