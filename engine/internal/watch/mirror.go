package watch

// Ignored reports whether a file of this name is nobody's document wherever it lies. What shows documents as files must
// give them other names.
func Ignored(name string) bool { return excludedByDefault(name, false) }

// DeviceAt is the number of the file system that path lies on; 0 where the system has none or nothing is there. A root
// that has lost its drive is on another one.
func DeviceAt(path string) uint64 {
	s, err := lstat(path)
	if err != nil {
		return 0
	}
	return s.device
}
