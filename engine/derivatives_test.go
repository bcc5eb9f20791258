package engine_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// picture is a picture of a content that must be there, and whole.
func (d desk) picture(id string, spec engine.DerivativeSpec) catalog.Derivative {
	d.t.Helper()
	p, err := d.Derivative(d.Owner(), id, spec)
	if err != nil {
		d.t.Fatalf("%+v: %v", spec, err)
	}
	if p.MediaType == "image/tiff" {
		_, err = tiff.Decode(bytes.NewReader(p.Bytes))
	} else {
		_, err = jpeg.Decode(bytes.NewReader(p.Bytes))
	}
	if err != nil || len(p.SHA256) != 64 {
		d.t.Errorf("%+v: %v, hash %s", spec, err, p.SHA256)
	}
	return p
}

// refused holds the code and the sentence of a picture that there is not.
func (d desk) refused(id string, spec engine.DerivativeSpec, code catalog.Code, says string) {
	d.t.Helper()
	if _, err := d.Derivative(d.Owner(), id, spec); catalog.CodeOf(err) != code || !strings.Contains(catalog.MessageOf(err), says) {
		d.t.Errorf("%s %+v: %s %v, want %s %q", id, spec, catalog.CodeOf(err), err, code, says)
	}
}

// kept are the files of the pictures that are kept.
func (d desk) kept() []string {
	d.t.Helper()
	status, err := d.Status(d.Owner())
	if err != nil {
		d.t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(status.DataDir, "derived", "pictures", "*", "*"))
	if err != nil {
		d.t.Fatal(err)
	}
	return files
}

func TestDerivativesAreMadeAndKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true}))
	paper := d.paper("Tides & hours.v2.md", "# Tides\n\nTwice a day.\n")
	first := d.picture(paper.ID, engine.DerivativeSpec{})
	if first.MediaType != "image/jpeg" || first.FileName != "Tides & hours.v2-page-1.jpg" {
		t.Errorf("%s %s", first.MediaType, first.FileName)
	}
	same := d.picture(paper.ID, engine.DerivativeSpec{Page: 1, Form: catalog.FormJPEG, Size: 320})
	if first.SHA256 != same.SHA256 || len(d.kept()) != 1 {
		t.Errorf("the defaults are another picture, or %v are kept", d.kept())
	}
	for _, path := range d.kept() { // what is kept is what is answered, unless it is damaged
		if err := os.Truncate(path, 50); err != nil {
			t.Fatal(err)
		}
	}
	if again := d.picture(paper.ID, engine.DerivativeSpec{}); again.SHA256 != first.SHA256 {
		t.Error("made anew it is another picture")
	}
	page := d.picture(paper.ID, engine.DerivativeSpec{Form: catalog.FormTIFF})
	if page.MediaType != "image/tiff" || page.FileName != "Tides & hours.v2-page-1.tif" {
		t.Errorf("%s %s", page.MediaType, page.FileName)
	}
	small := d.picture(paper.ID, engine.DerivativeSpec{Size: 64})
	if small.SHA256 == first.SHA256 || len(d.kept()) != 3 {
		t.Errorf("%d pictures are kept", len(d.kept()))
	}
	twin := d.paper("twin.md", "# Tides\n\nTwice a day.\n")
	if got := d.picture(twin.ID, engine.DerivativeSpec{}); got.SHA256 != first.SHA256 || len(d.kept()) != 3 {
		t.Errorf("the same bytes have another picture, or %d are kept", len(d.kept()))
	}
	if err := d.Reindex(d.Owner()); err != nil {
		t.Fatal(err)
	}
	if len(d.kept()) != 0 {
		t.Errorf("%v are kept", d.kept())
	}
	if got := d.picture(paper.ID, engine.DerivativeSpec{}); got.SHA256 != first.SHA256 {
		t.Error("after a new index it is another picture")
	}
}

func TestDerivativesThatThereAreNot(t *testing.T) {
	t.Parallel()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true}))
	paper := d.paper("a.txt", "words")
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, bytes, says string
	}{
		{"a.zip", "PK\x03\x04" + archive.String(), "(application/zip)"}, {"empty.txt", "", "empty"}, {"broken.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "malformed"},
	} {
		content := d.paper(c.name, c.bytes)
		d.Settle()
		before := d.content(content.ID)
		d.refused(content.ID, engine.DerivativeSpec{}, catalog.Unsupported, c.says)
		if after := d.content(content.ID); after.Status != before.Status || after.Failure != before.Failure || after.UpdatedAt != before.UpdatedAt {
			t.Errorf("%s has become %+v", c.name, after)
		}
	}
	d.refused(paper.ID, engine.DerivativeSpec{Page: 2}, catalog.NotFound, "no page 2")
	d.refused("nonsense", engine.DerivativeSpec{}, catalog.NotFound, "")
	for spec, field := range map[engine.DerivativeSpec]string{
		{Page: -1}: "page", {Form: "png"}: "format", {Size: 63}: "size", {Size: 2049}: "size", {Form: catalog.FormTIFF, Size: 320}: "size",
	} {
		d.refused(paper.ID, spec, catalog.Invalid, field)
	}
	if len(d.kept()) != 0 {
		t.Errorf("%v are kept", d.kept())
	}
	if _, err := d.Derivative(t.Context(), paper.ID, engine.DerivativeSpec{}); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Error(err)
	}
	stranger, err := d.AddUser(d.Owner(), "stranger@example.org", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx := catalog.WithActor(d.Owner(), catalog.Actor{Kind: catalog.ActorUser, UserID: stranger.ID, Abilities: []string{"*"}})
	if _, err := d.Derivative(ctx, paper.ID, engine.DerivativeSpec{}); catalog.CodeOf(err) != catalog.NotFound {
		t.Error(err)
	}
	if err := d.DeleteContent(d.Owner(), paper.ID); err != nil {
		t.Fatal(err)
	}
	d.refused(paper.ID, engine.DerivativeSpec{}, catalog.NotFound, "")
}

// TestDerivativesFollowTheFile: a picture is of the file as it is, also before Sheaf has noticed that it is another, and
// there is none while the file is not there.
func TestDerivativesFollowTheFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true}))
	dir := t.TempDir()
	path := filepath.Join(dir, "a.md")
	enginetest.WriteFiles(t, dir, map[string]string{"a.md": "# First\n"})
	folder := d.Watch(dir)
	list, _, err := d.Contents(d.Owner(), engine.ContentQuery{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	id := list[0].ID
	first := d.picture(id, engine.DerivativeSpec{})
	if err := d.PauseFolder(d.Owner(), folder.ID); err != nil { // nobody will notice
		t.Fatal(err)
	}
	enginetest.WriteFiles(t, dir, map[string]string{"a.md": "# A second version, and a longer one\n"})
	second := d.picture(id, engine.DerivativeSpec{})
	if second.SHA256 == first.SHA256 || len(d.kept()) != 2 {
		t.Errorf("the picture is of what the file was; %d are kept", len(d.kept()))
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	d.refused(id, engine.DerivativeSpec{}, catalog.Unavailable, "no longer where it was")
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if err := d.ResumeFolder(d.Owner(), folder.ID); err != nil {
		t.Fatal(err)
	}
	d.Settle()
	if got := d.picture(id, engine.DerivativeSpec{}); got.SHA256 != second.SHA256 || len(d.kept()) != 2 {
		t.Errorf("read in, the file has another picture; %d are kept", len(d.kept()))
	}
}

func TestDerivativesOfDamagedBlobs(t *testing.T) {
	t.Parallel()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true}))
	content := d.paper("large.txt", strings.Repeat("A page about quinces. ", 10_000))
	status, err := d.Status(d.Owner())
	if err != nil {
		t.Fatal(err)
	}
	blob := filepath.Join(status.DataDir, "blobs", content.SHA256[:2], content.SHA256)
	if err := os.WriteFile(blob, []byte(strings.Repeat("x", 100_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	d.refused(content.ID, engine.DerivativeSpec{}, catalog.Corrupt, "damaged")
	if err := os.Remove(blob); err != nil {
		t.Fatal(err)
	}
	d.refused(content.ID, engine.DerivativeSpec{}, catalog.Unavailable, "not here")
	if len(d.kept()) != 0 {
		t.Errorf("%v are kept", d.kept())
	}
}

func TestManyAskForDerivativesAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true}))
	var papers []catalog.Content
	for i := range 5 {
		papers = append(papers, d.paper(fmt.Sprint(i, ".txt"), fmt.Sprint("Paper ", i)))
	}
	var mu sync.Mutex
	seen := map[string]string{}
	var callers sync.WaitGroup
	for i := range 60 {
		callers.Go(func() {
			paper := papers[i%len(papers)]
			ctx, stop := context.WithCancel(d.Owner())
			defer stop()
			if i%11 == 0 {
				stop() // somebody who has gone spoils it for nobody
			}
			p, err := d.Derivative(ctx, paper.ID, engine.DerivativeSpec{})
			if err != nil {
				if ctx.Err() == nil {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if before, ok := seen[paper.ID]; ok && before != p.SHA256 {
				t.Error("one paper has two pictures")
			}
			seen[paper.ID] = p.SHA256
		})
	}
	callers.Wait()
	if len(seen) != len(papers) || len(d.kept()) != len(papers) {
		t.Errorf("%d papers, %d pictures are kept", len(seen), len(d.kept()))
	}
}

// TestDerivativesGoWithTheirDocuments: what a deleted workspace held leaves no pictures behind, unless others hold it too.
func TestDerivativesGoWithTheirDocuments(t *testing.T) {
	t.Parallel()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true}))
	secret, err := d.CreateWorkspace(d.Owner(), engine.WorkspaceSpec{Name: "Secret"})
	if err != nil {
		t.Fatal(err)
	}
	both := d.paper("both.txt", "in both workspaces")
	var ids []string
	for name, text := range map[string]string{"both.txt": "in both workspaces", "secret.txt": "in one"} {
		c, err := d.Import(d.Owner(), secret.ID, name, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	dir := t.TempDir()
	enginetest.WriteFiles(t, dir, map[string]string{"watched.txt": "in a folder"})
	if _, _, err := d.AddFolder(d.Owner(), engine.FolderSpec{Path: dir, WorkspaceID: secret.ID}); err != nil {
		t.Fatal(err)
	}
	d.Settle()
	list, _, err := d.Contents(d.Owner(), engine.ContentQuery{Folder: "", Name: "watched"})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	for _, id := range append(ids, both.ID, list[0].ID) {
		d.picture(id, engine.DerivativeSpec{})
	}
	if n := len(d.kept()); n != 3 {
		t.Fatalf("%d pictures are kept", n)
	}
	if err := d.DeleteWorkspace(d.Owner(), secret.ID); err != nil {
		t.Fatal(err)
	}
	if left := d.kept(); len(left) != 1 || !strings.HasPrefix(filepath.Base(left[0]), both.SHA256) {
		t.Errorf("left are %v", left)
	}
}

func TestWorkflowsDeriveImages(t *testing.T) {
	t.Parallel()
	d := newDesk(t, enginetest.Start(t, engine.Options{NoModel: true, Assets: enginetest.Assets(t)}))
	workflow := d.workflow(catalog.TaskDeriveImages)
	pdf, err := os.ReadFile(filepath.Join("internal", "extract", "testdata", "report.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, c := range []struct {
		name, bytes, outcome string
		pictures             int
	}{
		{"a.txt", "words", "A picture of its one page was made.", 1},
		{"report.pdf", string(pdf), "Pictures of its 3 pages were made.", 3},
		{"long.pdf", manyPages(7), "Pictures of its first 5 pages were made.", 5},
		{"five.pdf", manyPages(5), "Pictures of its 5 pages were made.", 5},
		{"empty.txt", "", "There is nothing to derive. This file is empty, so there is no picture of it.", 0},
		{"a.bin", "\x00\x01\x02\x03\x00\xff\xfe", "There is nothing to derive. There are no pictures of files of this kind (application/octet-stream).", 0},
	} {
		content := d.paper(c.name, c.bytes)
		d.Settle()
		x := d.ended(d.begin(workflow, content.ID).ID)
		if x.Status != catalog.ExecutionCompleted || x.Tasks[0].Outcome != c.outcome {
			t.Errorf("%s: %+v", c.name, x.Tasks[0])
		}
		kept += c.pictures
		if n := len(d.kept()); n != kept {
			t.Errorf("%s: %d pictures are kept, want %d", c.name, n, kept)
		}
	}
	gone := d.paper("gone.txt", strings.Repeat("A page about quinces. ", 10_000))
	status, err := d.Status(d.Owner())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(status.DataDir, "blobs", gone.SHA256[:2], gone.SHA256)); err != nil {
		t.Fatal(err)
	}
	if x := d.ended(d.begin(workflow, gone.ID).ID); x.Status != catalog.ExecutionFailed || !strings.Contains(x.Failure, "not here") {
		t.Errorf("%+v", x)
	}
}

// manyPages is a PDF of so many empty pages.
func manyPages(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count %d /Kids [", n)
	for i := range n {
		fmt.Fprintf(&b, " %d 0 R", 3+i)
	}
	b.WriteString(" ] >>\nendobj\n")
	for i := range n {
		fmt.Fprintf(&b, "%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>\nendobj\n", 3+i)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\n%%%%EOF\n", 3+n)
	return b.String()
}
