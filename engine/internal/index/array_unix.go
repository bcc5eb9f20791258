//go:build unix

package index

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// allocate returns n zeroed floats in memory of their own.
func allocate(n int) ([]float32, error) {
	b, err := unix.Mmap(-1, 0, 4*n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("map %d bytes: %w", 4*n, err)
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), n), nil
}

func giveBack(v []float32) error {
	b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 4*cap(v))
	return unix.Munmap(b)
}
