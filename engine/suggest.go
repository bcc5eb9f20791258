package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/watch"
)

// suggestionCount bounds the counting of one suggested place, so that the welcome screen appears at once.
const suggestionCount = 10_000

// SuggestFolders returns places that exist on this machine and that a person may want to start with.
func (e *Engine) SuggestFolders(ctx context.Context) ([]catalog.FolderSuggestion, error) {
	if _, err := owner(ctx); err != nil {
		return nil, err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, nil
	}
	suggestions := []catalog.FolderSuggestion{}
	for _, name := range []string{"Documents", "Desktop", "Downloads"} {
		path := userDir(home, name)
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() || filepath.Clean(path) == filepath.Clean(home) {
			continue
		}
		files, more := watch.CountFiles(ctx, path, suggestionCount)
		suggestions = append(suggestions, catalog.FolderSuggestion{Name: name, Path: path, Files: files, More: more})
	}
	return suggestions, nil
}

// userDir finds a well-known directory by the freedesktop user-dirs file, which carries its localised name, or by its
// English name. Source: the xdg-user-dirs specification.
func userDir(home, name string) string {
	key := "XDG_" + strings.ToUpper(name) + "_DIR="
	if name == "Downloads" {
		key = "XDG_DOWNLOAD_DIR="
	}
	config := os.Getenv("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(home, ".config")
	}
	if dirs, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs")); err == nil {
		for line := range strings.Lines(string(dirs)) {
			if value, ok := strings.CutPrefix(strings.TrimSpace(line), key); ok {
				return strings.ReplaceAll(strings.Trim(value, `"`), "$HOME", home)
			}
		}
	}
	return filepath.Join(home, name)
}
