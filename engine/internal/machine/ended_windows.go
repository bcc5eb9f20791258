package machine

// Ended reports whether there is no process with that id, which is not looked up on Windows.
func Ended(int) bool { return false }
