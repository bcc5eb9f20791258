package machine

import "golang.org/x/sys/windows"

// Volume returns how large the volume of dir is and the bytes that this user may still write on it.
func Volume(dir string) (size, free int64, err error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	var available, total uint64
	err = windows.GetDiskFreeSpaceEx(path, &available, &total, nil)
	return int64(total), int64(available), err
}
