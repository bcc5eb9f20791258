package node

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sheafdocs/sheaf/app/api/web"
)

var update = flag.Bool("update", false, "write the document anew")

const documentFile = "../../docs/openapi.json"

func TestTheDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := web.Document((&Node{}).families()...)
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(documentFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	committed, err := os.ReadFile(documentFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, want) {
		t.Error("docs/openapi.json is stale: run go generate ./app/node")
	}
}

func TestTheDocumentIsValid(t *testing.T) {
	t.Parallel()
	raw, err := web.Document((&Node{}).families()...)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.IsOpenAPI31OrLater()); err != nil {
		t.Error(err)
	}
}

func TestTheDocumentIsServed(t *testing.T) {
	t.Parallel()
	n := opened(t, t.TempDir())
	defer n.Close()
	w := httptest.NewRecorder()
	n.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	if w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	if _, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes()); err != nil {
		t.Error(err)
	}
}
