package check

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"
)

// TestVersionsAgree: the changelog, the window's description and the program name the same version.
func TestVersionsAgree(t *testing.T) {
	t.Parallel()
	changelog, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	latest := regexp.MustCompile(`(?m)^## \[(\d[^\]]*)\]`).FindSubmatch(changelog)
	if latest == nil {
		t.Fatal("CHANGELOG.md names no version")
	}
	var wails struct {
		Info struct {
			Version string `json:"productVersion"`
		} `json:"info"`
	}
	raw, err := os.ReadFile("../../wails.json")
	if err == nil {
		err = json.Unmarshal(raw, &wails)
	}
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../../app/app.go")
	if err != nil {
		t.Fatal(err)
	}
	program := regexp.MustCompile(`(?m)^var Version = "(.*)"$`).FindSubmatch(source)
	if program == nil {
		t.Fatal("app/app.go names no version")
	}
	if v := string(latest[1]); wails.Info.Version != v || string(program[1]) != v {
		t.Errorf("CHANGELOG.md says %s, wails.json %s, the program %s", v, wails.Info.Version, program[1])
	}
}
