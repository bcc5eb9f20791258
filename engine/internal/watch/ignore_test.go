package watch

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ignoreTable holds ignore files and a tree; what git says of the tree is what the rules must say.
var ignoreTable = []struct {
	name  string
	files map[string]string // ignore files
	paths []string          // files to create; a trailing slash makes an empty directory
}{
	{"names at any depth", map[string]string{".gitignore": "foo\n*.log\n"}, []string{"foo", "a/foo/x", "a.log", "a/b.log", "foobar", "a.logs"}},
	{"anchored", map[string]string{".gitignore": "/foo\na/b\n/c/*.txt\n"}, []string{"foo", "x/foo", "a/b", "x/a/b", "c/1.txt", "c/d/1.txt"}},
	{"directories only", map[string]string{".gitignore": "build/\n/out/\n"}, []string{"build", "x/build/y", "out/z", "x/out/z", "x/build2"}},
	{"negation", map[string]string{".gitignore": "*\n!*/\n!*.md\n"}, []string{"a.md", "a.txt", "d/b.md", "d/b.txt", "d/e/c.md", "d/e/c.txt"}},
	{"only one directory", map[string]string{".gitignore": "/*\n!/docs\n/docs/*.log\n"}, []string{"a", "docs/a", "docs/a.log", "docs/x/a.log", "other/a"}},
	{"parent stays excluded", map[string]string{".gitignore": "dir/\n!dir/keep\n"}, []string{"dir/keep", "dir/x"}},
	{"contents but not the directory", map[string]string{".gitignore": "dir/*\n!dir/keep\n"}, []string{"dir/keep", "dir/x", "x/dir/y"}},
	{"last line wins", map[string]string{".gitignore": "!a\na\n*.b\n!x.b\n"}, []string{"a", "x.b", "y.b"}},
	{"directory brought back, its file not", map[string]string{".gitignore": "docs/*.log\n!/docs/\n"}, []string{"docs/a.log", "docs/b"}},
	{"leading stars", map[string]string{".gitignore": "**/foo\n**/x/y\n"}, []string{"foo", "a/foo", "a/b/foo", "x/y", "q/x/y", "x/z/y"}},
	{"trailing stars", map[string]string{".gitignore": "abc/**\n!abc/keep\nq/r/**\n"}, []string{"abc/x", "abc/keep", "abc/d/e", "q/r/s", "q/r2", "z/abc/x"}},
	{"stars within", map[string]string{".gitignore": "a/**/b\n"}, []string{"a/b", "a/x/b", "a/x/y/b", "a/bx", "z/a/b"}},
	{"stars within, several candidates", map[string]string{".gitignore": "a/**/b/c\n"}, []string{"a/b/x/b/c", "a/b/c", "a/b/d"}},
	{"stars not alone", map[string]string{".gitignore": "foo**bar\n"}, []string{"foobar", "foo1bar", "foo/bar", "foo/x/bar"}},
	{"only stars", map[string]string{"d/.gitignore": "**\n"}, []string{"a", "d/b", "d/e/f"}},
	{"question mark", map[string]string{".gitignore": "a?c\n?.x\n"}, []string{"abc", "ac", "a/c", "1.x", "12.x"}},
	{"classes", map[string]string{".gitignore": "[ab].c\n[!x]y\n[^m-o]z\n[]]q\n[a-]w\n[[:digit:]][[:upper:]]\n[\\]]k\n"},
		[]string{"a.c", "c.c", "xy", "ay", "nz", "az", "]q", "aq", "-w", "bw", "1A", "1a", "]k"}},
	{"broken classes", map[string]string{".gitignore": "[ab\nq[\nx\\\n[[:nope:]]\n"}, []string{"[ab", "a", "q[", "x\\", "x", "n"}},
	{"escapes", map[string]string{".gitignore": "\\#a\n\\!b\nc\\*d\n\\e\n"}, []string{"#a", "!b", "c*d", "cxd", "e"}},
	{"comments and blanks", map[string]string{".gitignore": "# a\n\n   \n#b\n c\n"}, []string{"a", "#b", " c", "c", "# a"}},
	{"trailing spaces", map[string]string{".gitignore": "a  \nb\\ \nc\\  \n"}, []string{"a", "a  ", "b", "b ", "c ", "c  "}},
	{"windows line ends and a mark", map[string]string{".gitignore": "\ufeffa\r\nb/\r\n"}, []string{"a", "b/x", "c"}},
	{"braces are ordinary", map[string]string{".gitignore": "{a,b}.c\n*.{d}\n"}, []string{"a.c", "{a,b}.c", "x.d", "x.{d}"}},
	{"nested overrides", map[string]string{".gitignore": "*.log\n", "d/.gitignore": "!keep.log\n/top\n"},
		[]string{"keep.log", "d/keep.log", "d/x.log", "d/e/keep.log", "top", "d/top", "d/e/top"}},
	{"nested is relative", map[string]string{"d/.gitignore": "e/f\n/g\nh/\n"}, []string{"e/f", "d/e/f", "d/x/e/f", "d/g", "d/x/g", "d/x/h/i", "h/i"}},
	{"no trailing newline, slashes", map[string]string{".gitignore": "/\n//\n!\na//b\n/c"}, []string{"a/b", "c", "d/c"}},
	{"dot in a pattern", map[string]string{".gitignore": "./a\nb/./c\n*.tar.gz\n"}, []string{"a", "b/c", "x.tar.gz", "x.tar.gzz"}},
	{"not ascii", map[string]string{".gitignore": "über*\n*ß.txt\nnaïve/\n"}, []string{"überall", "ueber", "spaß.txt", "naïve/x"}},
	{"star stops at slash", map[string]string{".gitignore": "a/*/c\n/x*\n"}, []string{"a/b/c", "a/b/d/c", "xy", "z/xy"}},
	{"star in the middle", map[string]string{".gitignore": "*a*b*\nc*d*e\n"}, []string{"ab", "xaxbx", "ba", "cde", "c1d2e", "ced"}},
}

func TestIgnoreRulesAgreeWithGit(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed; it is what the rules are compared with")
	}
	for _, c := range ignoreTable {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			run(t, root, git, "init", "-q")
			for name, text := range c.files {
				writeFile(t, filepath.Join(root, name), text)
			}
			for _, p := range c.paths {
				writeFile(t, filepath.Join(root, p), "x")
			}
			ignored := gitIgnored(t, git, root, c.paths)
			shown := map[string]bool{}
			w := walker{root: root, openDir: openDir}
			if err := w.walk(t.Context(), []place{{}}, func(l listing) error {
				for _, s := range l.files {
					shown[s.Path] = true
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			for _, p := range c.paths {
				if excludedByDefault(baseOf(p), false) {
					continue
				}
				if shown[p] == ignored[p] {
					t.Errorf("%q: git ignores it: %t, shown: %t", p, ignored[p], shown[p])
				}
			}
		})
	}
}

func gitIgnored(t *testing.T, git, root string, paths []string) map[string]bool {
	t.Helper()
	c := exec.Command(git, "-c", "core.excludesFile=/dev/null", "-c", "core.quotePath=false", "check-ignore", "--stdin", "-z", "--no-index")
	c.Dir = root
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	c.Stdin = strings.NewReader(strings.Join(paths, "\x00") + "\x00")
	var out bytes.Buffer
	c.Stdout = &out
	if err := c.Run(); err != nil && c.ProcessState.ExitCode() != 1 {
		t.Fatal(err)
	}
	ignored := map[string]bool{}
	for p := range strings.SplitSeq(out.String(), "\x00") {
		ignored[p] = true
	}
	return ignored
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

func TestRulesOfSheafTakePrecedence(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		".gitignore":              "secret.txt\n*.md\n!.hidden.txt\n",
		".sheafignore":            "!keep.md\n!.notes\nprivate/\n",
		"secret.txt":              "x",
		"a.md":                    "x",
		"keep.md":                 "x",
		".hidden.txt":             "x",
		".notes/n.txt":            "x",
		".other/n.txt":            "x",
		"private/p.txt":           "x",
		"b/draft.txt":             "x",
		"b/final.txt":             "x",
		"node_modules/m":          "x",
		"cache/c.txt":             "x",
		"cache/" + "CACHEDIR.TAG": cacheTagText + "\n",
		"fake/CACHEDIR.TAG":       "no signature",
		"fake/f.txt":              "x",
		"env/pyvenv.cfg":          "x",
		"env/lib.py":              "x",
		"~$report.docx":           "x",
		"Thumbs.db":               "x",
		"film.mkv.part":           "x",
	} {
		writeFile(t, filepath.Join(root, name), text)
	}
	var shown []string
	skipped := 0
	w := walker{root: root, ignore: []string{"draft*"}, openDir: openDir}
	if err := w.walk(t.Context(), []place{{}}, func(l listing) error {
		skipped += len(l.skipped)
		for _, s := range l.files {
			shown = append(shown, s.Path)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(shown)
	want := []string{".notes/n.txt", "b/final.txt", "fake/f.txt", "keep.md"}
	if !slices.Equal(shown, want) {
		t.Errorf("shown: %q, want %q", shown, want)
	}
	if want := 15; skipped != want {
		t.Errorf("skipped: %d, want %d", skipped, want)
	}
}

func FuzzPatterns(f *testing.F) {
	for _, c := range ignoreTable {
		f.Add(c.files[".gitignore"], c.paths[0])
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		r := &rules{own: parsePatterns(text, "")}
		r.excludes(path, false)
		r.excludes(path, true)
	})
}
