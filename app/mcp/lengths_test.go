package mcp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// TestGoingOnDoesNotBeginAnew reads a document of many pages in parts, which must ask for each page a few times at most,
// and anew after the document has changed.
func TestGoingOnDoesNotBeginAnew(t *testing.T) {
	t.Parallel()
	const id, pages = "01890a5d-ac96-774b-bcce-b302099a8057", 60
	hash, asked := "one", 0
	desk := client.Over(client.InProcess{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, page, isPage := strings.Cut(r.URL.Path, "/pages/")
		var answer any = catalog.Content{ID: id, SHA256: hash, PageCount: pages}
		if isPage {
			asked++
			answer = catalog.Page{Text: "Page " + page + " of the " + hash + " edition."}
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	})}, "http://sheaf", "")
	whole := func() string {
		var all []string
		for n := range pages {
			all = append(all, fmt.Sprintf("Page %d of the %s edition.", n+1, hash))
		}
		return strings.Join(all, pageBreak)
	}
	reader := tools{lengths: &lengths{}}
	for _, hash = range []string{"one", "second"} {
		asked = 0
		var read strings.Builder
		for offset := 0; ; {
			d, err := reader.fetchDocument(t.Context(), desk, fetchArguments{ID: id, Offset: offset, Limit: 40})
			if err != nil {
				t.Fatal(err)
			}
			read.WriteString(d.Text)
			if offset = d.NextOffset; !d.Truncated {
				break
			}
		}
		if read.String() != whole() {
			t.Errorf("read is %q", read.String())
		}
		if asked > 3*pages {
			t.Errorf("%d pages were asked for to read %d", asked, pages)
		}
	}
}
