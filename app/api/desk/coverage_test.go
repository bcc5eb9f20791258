package desk_test

import (
	"os"
	"path/filepath"
	"testing"
)

// coverage asks what became of the files of a folder.
func (b *bench) coverage(folder string) {
	b.Helper()
	report := b.call(200, "GET", "/folders/"+folder+"/coverage", nil)
	if report["indexed"] != 1.0 || report["total"] != 0.0 {
		b.Errorf("coverage: %v", report)
	}
	report = b.call(200, "GET", "/folders/"+folder+"/coverage?list=indexed&limit=5", nil)
	if report["total"] != 1.0 || report["files"].([]any)[0].(map[string]any)["path"] != "meter.md" {
		b.Errorf("what is indexed: %v", report)
	}
	b.call(200, "GET", "/folders/"+folder+"/coverage?list=missed", nil)
	b.call(400, "GET", "/folders/"+folder+"/coverage?list=lost&limit=0", nil)
	b.call(404, "GET", "/folders/nothing/coverage", nil)
	if list := b.call(200, "GET", "/files?folder="+folder+"&state=indexed&path=METER", nil); list["total"] != 1.0 {
		b.Errorf("the files that are indexed: %v", list)
	}
	b.call(400, "GET", "/files?state=lost&skip=mood&limit=1001", nil)
	b.call(404, "GET", "/files?folder=nothing", nil)
}

// TestWhatIsLeftOutSaysWhy watches a folder with names that are no documents.
func TestWhatIsLeftOutSaysWhy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"a.md": "A page.", ".gitignore": "*.log\n", "b.log": "x", "c.log": "x", ".hidden": "x", "broken.pdf": "%PDF-1.7\nand no more"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a.md", filepath.Join(dir, "link.md")); err != nil {
		t.Fatal(err)
	}
	id := b.call(201, "POST", "/folders", map[string]any{"path": dir})["id"].(string)
	b.call(200, "POST", "/wait", map[string]any{"timeoutMs": 120_000})
	report := b.call(200, "GET", "/folders/"+id+"/coverage?list=skipped", nil)
	why := map[string]any{}
	for _, f := range report["files"].([]any) {
		f := f.(map[string]any)
		why[f["path"].(string)] = f["skip"].(string) + ": " + f["reason"].(string)
	}
	want := map[string]any{"b.log": "rule: *.log in .gitignore", "c.log": "rule: *.log in .gitignore", ".hidden": "rule: by default: hidden names", ".gitignore": "rule: by default: hidden names", "link.md": "link: a symbolic link"}
	for path, reason := range want {
		if why[path] != reason {
			t.Errorf("%s is left out for %q, want %q", path, why[path], reason)
		}
	}
	if report["seen"] != 7.0 || report["skipped"] != 5.0 || report["total"] != 5.0 {
		t.Errorf("counts: %v", report)
	}
	groups := b.call(200, "GET", "/failures", nil)["groups"].([]any)
	if len(groups) != 1 || groups[0].(map[string]any)["documents"] != 1.0 {
		t.Errorf("failures: %v", groups)
	}
}
