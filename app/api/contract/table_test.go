package contract

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/app/node"
)

const tableFile = "../../../docs/API.md"

// proofs are the tests that saw an operation succeed, by operation id.
var proofs = struct {
	sync.Mutex
	by map[string]map[string]bool
}{by: map[string]map[string]bool{}}

// checkTable holds docs/API.md to the routes and to what the tests saw, or writes it anew. It returns the exit code.
func checkTable() int {
	text, missing := table(node.Families())
	for _, operation := range missing {
		fmt.Fprintf(os.Stderr, "no test has seen the published operation %s succeed\n", operation)
	}
	if len(missing) > 0 {
		return 1
	}
	if *update {
		if err := os.WriteFile(tableFile, text, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	committed, err := os.ReadFile(tableFile)
	if err != nil || !bytes.Equal(committed, text) {
		fmt.Fprintln(os.Stderr, "docs/API.md is stale: run go test -tags sqlite_fts5 ./app/api/contract -update")
		return 1
	}
	return 0
}

// table is docs/API.md, and the operations of the published contracts that no test proves.
func table(families []web.Group) (text []byte, missing []string) {
	var b bytes.Buffer
	b.WriteString("# The API\n\nMade by the contract tests; do not edit. Each line is an operation and a test of `app/api/contract` that has seen it\n" +
		"succeed. Those marked with a dot belong to the published contracts, the others are Sheaf's own. Every path answers\n" +
		"with and without a slash at its end. `/openapi.json` describes them all, `/docs` shows them as a page.\n")
	for _, family := range families {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| | Operation | What it does | Needs | Proved by |\n|---|---|---|---|---|\n", family.Name, family.About)
		for _, r := range family.Routes {
			proof, published := closest(proofs.by[r.Name]), ""
			if r.Published {
				published = "•"
				if proof == "" {
					missing = append(missing, r.Name+" ("+r.Method+" "+r.Path+")")
				}
			}
			if proof != "" {
				proof = "`" + proof + "`"
			}
			fmt.Fprintf(&b, "| %s | `%s %s` | %s | %s | %s |\n", published, r.Method, r.Path, r.Summary, r.Access, proof)
		}
	}
	return b.Bytes(), missing
}

// closest is the test that saw the fewest operations besides: the one that is about this one. Empty when there is none.
func closest(tests map[string]bool) string {
	names := slices.Sorted(maps.Keys(tests))
	if len(names) == 0 {
		return ""
	}
	return slices.MinFunc(names, func(a, b string) int { return breadth(a) - breadth(b) })
}

// breadth is how many operations a test saw succeed.
func breadth(test string) (n int) {
	for _, tests := range proofs.by {
		if tests[test] {
			n++
		}
	}
	return n
}
