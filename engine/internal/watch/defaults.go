package watch

import "strings"

// excludedByDefault names what is nobody's document: hidden entries, what systems and editors leave behind, unfinished
// downloads, and directories that tools fill. A .sheafignore line with "!" brings any of it back.
func excludedByDefault(name string, dir bool) bool { return defaultRule(name, dir) != "" }

// defaultRule says in a few words which of the defaults leaves out an entry; empty: none.
func defaultRule(name string, dir bool) string {
	if strings.HasPrefix(name, ".") {
		return "hidden names"
	}
	lower := strings.ToLower(name)
	if dir {
		switch lower {
		case "node_modules", "bower_components", "jspm_packages", "__pycache__", "__macosx", "$recycle.bin",
			"system volume information", "lost+found", "@eadir", "#recycle", "#snapshot":
			return "directories that programs fill"
		}
		return ""
	}
	switch lower {
	case "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "ntuser.dat", "pagefile.sys", "hiberfil.sys", "swapfile.sys",
		"cachedir.tag":
		return "files of the system"
	}
	if strings.HasPrefix(name, "~$") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") && len(name) > 1 {
		return "what editors leave behind"
	}
	switch extension(lower) {
	case ".tmp", ".temp", ".swp", ".swo", ".part", ".partial", ".crdownload", ".download", ".filepart", ".opdownload":
		return "unfinished and temporary files"
	case ".nextcloud", ".owncloud":
		return "placeholders of a cloud program"
	}
	return ""
}

func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[i:]
	}
	return ""
}
