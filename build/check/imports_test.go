package check

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

const module = "github.com/sheafdocs/sheaf/"

// allowed says which of our packages each package may import: the table of docs/ARCHITECTURE.md, lowest layer first.
// Every package must be found in it. A trailing /* stands for every package directly or deeper beneath.
var allowed = []struct{ packages, imports string }{
	{"engine/catalog", ""},
	{"engine/internal/store engine/internal/blob engine/internal/derived engine/internal/chunk engine/internal/clamd", "engine/catalog"},
	{"engine/internal/extract", "engine/catalog engine/internal/machine engine/internal/words"},
	{"engine/internal/words engine/internal/machine engine/internal/longpath", ""},
	{"engine/internal/watch", "engine/catalog engine/internal/longpath"},
	{"engine/internal/index engine/internal/llm engine/internal/web", "engine/catalog"},
	{"engine/internal/query", "engine/catalog engine/internal/words"},
	{"engine/internal/answer", "engine/catalog engine/internal/llm engine/internal/words"},
	{"engine/internal/embedding engine/internal/classify", "engine/catalog engine/internal/llm"},
	{"engine/internal/ingest", "engine/catalog engine/internal/extract engine/internal/chunk engine/internal/longpath"},
	{"engine/internal/workflow", "engine/catalog engine/internal/extract engine/internal/chunk"},
	{"engine", "engine/catalog engine/internal/*"},
	{"engine/enginetest", "engine engine/catalog"},

	{"sync/protocol sync/merge", "engine/catalog"},
	{"sync/replica", "engine/catalog sync/merge"},
	{"sync/hub sync/peer", "engine/catalog sync/protocol sync/merge sync/replica"},
	{"sync/replica/replicatest", "engine/catalog sync/replica"},
	{"sync/simnet", "engine/catalog sync/*"},

	{"app/config", ""},
	{"app/api/web app/client", "engine/catalog"},
	{"app/api/workspaces app/api/documentsets app/api/sessions", "engine engine/catalog app/api/web"},
	{"app/api/content app/api/datasets app/api/desk", "engine engine/catalog app/api/web"},
	{"app/api/contract", ""},
	{"app/secrets", "engine/catalog"},
	{"app/remotes", "engine engine/catalog sync/peer sync/protocol app/secrets"},
	{"app/measure", "engine engine/catalog sync/hub sync/peer app/measure/bombs"},
	{"app/measure/bombs", ""},
	{"app/node", "engine engine/catalog sync/hub sync/protocol app/config app/remotes app/secrets app/api/* frontend"},
	{"app/mcp", "app/client engine/catalog"},
	{"app/desktop", "app/client app/config app/node engine/catalog"},
	{"app/cli", "app/client app/config app/node app/mcp engine/catalog app/measure"},
	{"app", "app/cli app/desktop app/config engine"},

	{"frontend", ""},
	{"build/*", ""},
	{".", "app"},
}

// TestImports reads the import clauses of every Go file. It parses them itself, because the result of a test that runs
// the go command can be cached although the files have changed.
func TestImports(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && notSource(d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		checkImports(t, name, source)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, name string, source []byte) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	imports, listed := rule(path.Dir(name))
	if !listed {
		t.Errorf("%s: package %s is not in the table of layers; add it there and to docs/ARCHITECTURE.md", name, path.Dir(name))
		return
	}
	if strings.HasSuffix(name, "_test.go") {
		return // tests may use any of our packages
	}
	for _, spec := range file.Imports {
		imported, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module)
		if ours && !matches(imports, imported) {
			t.Errorf("%s must not import %s; it may import: %s", name, imported, imports)
		}
	}
}

// notSource reports directories that hold no code of ours.
func notSource(dir string) bool {
	return dir == "node_modules" || dir == "testdata" || dir == "dist" || dir == "bin" || len(dir) > 1 && dir[0] == '.'
}

// rule returns what the package may import; listed is false when the table does not know it.
func rule(pkg string) (imports string, listed bool) {
	for _, a := range allowed {
		if matches(a.packages, pkg) {
			return a.imports, true
		}
	}
	return "", false
}

// matches reports whether the list names pkg, itself or by a pattern.
func matches(list, pkg string) bool {
	for _, p := range strings.Fields(list) {
		if prefix, deep := strings.CutSuffix(p, "*"); p == pkg || deep && strings.HasPrefix(pkg, prefix) {
			return true
		}
	}
	return false
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list, pkg string
		want      bool
	}{
		{"engine/catalog", "engine/catalog", true},
		{"engine/catalog", "engine/catalog/deeper", false},
		{"engine/internal/*", "engine/internal/store", true},
		{"engine/internal/*", "engine/internals", false},
		{"app/api/*", "app/api/desk/gen", true},
		{"", "app", false},
		{".", ".", true},
	} {
		if got := matches(c.list, c.pkg); got != c.want {
			t.Errorf("matches(%q, %q) = %v", c.list, c.pkg, got)
		}
	}
}
