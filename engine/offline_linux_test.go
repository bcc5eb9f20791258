package engine_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// TestOffline asks a question of real documents in a network namespace of its own, where not even loopback is up: the
// whole line from folder to citation needs no network.
func TestOffline(t *testing.T) {
	assets, docs := enginetest.Assets(t), enginetest.TestData(t, "qa-en/docs")
	cmd := exec.Command(os.Args[0], offlineCommand, t.TempDir(), docs, assets, "How many points did the Panthers defense surrender?")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWUSER}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil && strings.Contains(err.Error(), "operation not permitted") {
		t.Skip("this machine does not allow network namespaces")
	}
	if err != nil {
		t.Fatal(err)
	}
	var got catalog.Answer
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !got.Answered || !strings.Contains(got.Response, "308") || len(got.CitedContent) == 0 {
		t.Fatalf("answer = %s", out)
	}
	first := got.CitedContent[0]
	if first.FileName != "article-00.md" || first.Citation.Page != 1 || !strings.Contains(first.Citation.Quote, "308") {
		t.Errorf("first citation = %+v", first)
	}
}
