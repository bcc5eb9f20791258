package check

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestThirdPartyNamesEveryModule holds the page of licences to go.mod: a module that is used and not named there is a
// licence that nobody looked at.
func TestThirdPartyNamesEveryModule(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "THIRD_PARTY.md"))
	if err != nil {
		t.Fatal(err)
	}
	modules, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`/v\d+$`)
	for _, line := range regexp.MustCompile(`(?m)^\s+(\S+) v\S+`).FindAllStringSubmatch(string(modules), -1) {
		path := version.ReplaceAllString(line[1], "")
		if name := path[strings.LastIndexByte(path, '/')+1:]; !strings.Contains(string(page), name) {
			t.Errorf("docs/THIRD_PARTY.md does not name %s; add it with its licence", line[1])
		}
	}
}
