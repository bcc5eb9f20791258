package engine_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// zipped is an archive of files by their names.
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func blankPicture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestWhatWasLeftOutIsSaid reads files of which nothing, a part and everything becomes text, and asks each place that tells.
func TestWhatWasLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := t.TempDir()
	enginetest.WriteFiles(t, dir, map[string]string{
		"whole.txt": "The kettle is by the door.", "empty.txt": "", "blank.txt": " \n\n",
		"picture.png": blankPicture(t), "odd.bin": "\x00\x01\x02\xff\xfe\x00\x7f", "box.zip": zipped(t, "letter.txt", "Dear all"),
	})
	e.Watch(dir)

	want := map[string]struct {
		extent catalog.Extent
		says   string
	}{
		"whole.txt": {catalog.ExtentWhole, ""}, "empty.txt": {catalog.ExtentNone, "empty"}, "blank.txt": {catalog.ExtentNone, "no text"},
		"picture.png": {catalog.ExtentNone, "picture"}, "odd.bin": {catalog.ExtentNone, "Files of this kind"}, "box.zip": {catalog.ExtentPart, "listed, not read"},
	}
	list, _, err := e.Contents(e.Owner(), catalog.ContentQuery{})
	if err != nil || len(list) != len(want) {
		t.Fatalf("%d contents: %v", len(list), err)
	}
	for _, c := range list {
		w, said := want[c.FileName], strings.Join(c.Warnings, " ")
		if c.Extent != w.extent || !strings.Contains(said, w.says) || (w.says == "") != (said == "") {
			t.Errorf("%s: extent %q, %q", c.FileName, c.Extent, said)
		}
	}

	for extent, names := range map[catalog.Extent][]string{
		catalog.ExtentPart: {"box.zip"}, catalog.ExtentNone: {"blank.txt", "empty.txt", "odd.bin", "picture.png"},
	} {
		found, total, err := e.Contents(e.Owner(), catalog.ContentQuery{Extent: extent, Sort: "name"})
		var got []string
		for _, c := range found {
			got = append(got, c.FileName)
		}
		if err != nil || total != len(names) || !slices.Equal(got, names) {
			t.Errorf("of extent %s there are %v (%d): %v", extent, got, total, err)
		}
		files, total, err := e.FileStates(e.Owner(), catalog.FileQuery{Extent: extent, Limit: 100})
		if err != nil || total != len(names) || files[0].Path != names[0] || files[0].Extent != extent || len(files[0].Warnings) == 0 {
			t.Errorf("files of extent %s: %+v (%d): %v", extent, files, total, err)
		}
	}
	if _, _, err := e.Contents(e.Owner(), catalog.ContentQuery{Extent: "most"}); catalog.CodeOf(err) != catalog.Invalid {
		t.Errorf("an unknown extent: %v", err)
	}

	status, err := e.Status(e.Owner())
	if d := status.Documents; err != nil || d.Partial != 1 || d.Textless != 4 || len(d.Partials) != 1 || filepath.Base(d.Partials[0].Path) != "box.zip" {
		t.Errorf("status: %+v, %v", status.Documents, err)
	}

	// What is read anew is told anew, and what is gone is counted no longer.
	enginetest.WriteFiles(t, dir, map[string]string{"empty.txt": "No longer."})
	if err := os.Remove(filepath.Join(dir, "box.zip")); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	e.Eventually("the archive is gone", func() bool {
		status, err = e.Status(e.Owner())
		return err == nil && status.Documents.Partial == 0 && status.Documents.Textless == 3 && len(status.Documents.Partials) == 0
	})
	if hits := e.Find("No longer"); len(hits) != 1 {
		t.Fatalf("hits: %+v", hits)
	}
	if checks, err := e.Doctor(e.Owner()); err != nil || slices.ContainsFunc(checks, func(c catalog.Check) bool { return c.Name == "database" && !c.OK }) {
		t.Errorf("doctor: %+v, %v", checks, err)
	}
	if err := e.Reindex(e.Owner()); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if status, err = e.Status(e.Owner()); err != nil || status.Documents.Textless != 3 {
		t.Errorf("after reindexing: %+v, %v", status.Documents, err)
	}
}
