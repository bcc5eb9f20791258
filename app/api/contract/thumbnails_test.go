package contract

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/tiff"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// thumbnailPaths are where the pictures of a content are, in the published family and at the desk.
func thumbnailPaths(w catalog.Workspace, contentID string) []string {
	return []string{"/api/content/" + w.DataspaceID + "/" + contentID + "/thumbnail", "/api/desk/contents/" + contentID + "/thumbnail"}
}

// postcard is a picture of w by h pixels.
func postcard(t *testing.T, w, h int) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			m.SetGray(x, y, color.Gray{uint8(x + y)})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestThumbnails(t *testing.T) {
	t.Parallel()
	s := started(t)
	w := s.workspace("")
	paper, card := s.imported("", `Größe "7".md`, "# Tides\n\nTwice a day.\n"), s.imported("", "card.png", postcard(t, 600, 300))
	for i, path := range thumbnailPaths(w, paper.ID) {
		got := s.call(200, "GET", path, nil)
		h := got.header
		if h.Get("Content-Type") != "image/jpeg" || h.Get("Cache-Control") != "private, no-cache" || h.Get("X-Content-Type-Options") != "nosniff" || len(h.Get("ETag")) != 66 {
			t.Errorf("%s: %v", path, h)
		}
		if want := `inline; filename="Gr__e _7_-page-1.jpg"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%227%22-page-1.jpg`; h.Get("Content-Disposition") != want {
			t.Errorf("%s: %s", path, h.Get("Content-Disposition"))
		}
		if m, err := jpeg.Decode(bytes.NewReader(got.body)); err != nil || m.Bounds().Dy() != 320 || m.Bounds().Dx() >= 320 {
			t.Errorf("%s: %v", path, err)
		}
		for _, same := range []string{"/", "?page=1", "?format=jpeg&size=320", "/?page=1&format=jpeg"} {
			if again := s.call(200, "GET", path+same, nil); !bytes.Equal(again.body, got.body) || again.header.Get("ETag") != h.Get("ETag") {
				t.Errorf("%s%s is another picture", path, same)
			}
		}
		tif := s.call(200, "GET", path+"?format=tiff&page=1", nil)
		if m, err := tiff.Decode(bytes.NewReader(tif.body)); err != nil || m.Bounds().Dx() != 1167 || tif.header.Get("Content-Type") != "image/tiff" || !strings.Contains(tif.header.Get("Content-Disposition"), ".tif") {
			t.Errorf("%s: %v %v", path, err, tif.header)
		}
		for size, want := range map[string]image.Point{"64": {64, 32}, "320": {320, 160}, "2048": {600, 300}} {
			got := s.call(200, "GET", thumbnailPaths(w, card.ID)[i]+"?size="+size, nil)
			if config, err := jpeg.DecodeConfig(bytes.NewReader(got.body)); err != nil || image.Pt(config.Width, config.Height) != want {
				t.Errorf("%s: %d by %d, %v", size, config.Width, config.Height, err)
			}
		}

		r := s.request("GET", path, nil)
		r.Header.Set("If-None-Match", h.Get("ETag"))
		if got := s.expect(304, r); len(got.body) != 0 || got.header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s again: %d bytes, %v", path, len(got.body), got.header)
		}
		r = s.request("GET", path, nil)
		r.Header.Set("Range", "bytes=0-2")
		if got := s.expect(206, r); string(got.body) != "\xff\xd8\xff" {
			t.Errorf("%s: a part is %q", path, got.body)
		}
		if head := s.send(s.request("HEAD", path, nil)); head.status != 200 || len(head.body) != 0 || head.header.Get("ETag") != h.Get("ETag") {
			t.Errorf("%s: HEAD %d %v", path, head.status, head.header)
		}
	}
}

// TestThumbnailsFollowTheFile: a client that asks whether its picture is still right is told when it is not.
func TestThumbnailsFollowTheFile(t *testing.T) {
	t.Parallel()
	s := started(t)
	w := s.workspace("")
	dir := t.TempDir()
	path := filepath.Join(dir, "note.txt")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	if _, _, err := s.node.Engine().AddFolder(s.asOwner(), engine.FolderSpec{Path: dir, WorkspaceID: w.ID}); err != nil {
		t.Fatal(err)
	}
	s.settle()
	list, _, err := s.node.Engine().Contents(s.asOwner(), engine.ContentQuery{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	for i, at := range thumbnailPaths(w, list[0].ID) {
		r := s.request("GET", at, nil)
		r.Header.Set("If-None-Match", s.call(200, "GET", at, nil).header.Get("ETag"))
		s.expect(304, r)
		write(strings.Repeat("another ", i+2))
		s.expect(200, r)
	}
	s.pause()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	got := s.send(s.request("GET", thumbnailPaths(w, list[0].ID)[1], nil))
	if got.status != 503 && got.status != 404 || got.status == 503 && got.header.Get("Retry-After") == "" { // 404 once the watcher has seen it
		t.Errorf("a file that is gone: %d %v", got.status, got.header)
	}
}

func TestThumbnailsThatThereAreNot(t *testing.T) {
	t.Parallel()
	s := started(t)
	w, second := s.workspace(""), s.workspace("Second")
	paper, foreign := s.imported("", "a.txt", "one"), s.imported(second.ID, "b.txt", "two")
	archive, lost := s.imported("", "a.zip", "PK\x03\x04 is no archive"), s.imported("", "lost.txt", strings.Repeat("Nine crates of quinces. ", 10_000))
	if err := os.Remove(filepath.Join(s.dir, "blobs", lost.SHA256[:2], lost.SHA256)); err != nil {
		t.Fatal(err)
	}
	for i, path := range thumbnailPaths(w, paper.ID) {
		for query, field := range map[string]string{
			"?page=0": "page", "?page=-1": "page", "?page=one": "page", "?page=": "page", "?page=99999999999999999999": "page", "?page=1&page=1": "page", "?page=1.5": "page",
			"?format=": "format", "?format=png": "format", "?format=JPEG": "format", "?format=jpeg&format=jpeg": "format", "?format=%00": "format",
			"?size=63": "size", "?size=2049": "size", "?size=big": "size", "?size=": "size", "?format=tiff&size=320": "size", "?page=0&format=gif&size=1": "format page size",
		} {
			got := s.call(400, "GET", path+query, nil)
			if i == 0 && got.wrongFields() != field {
				t.Errorf("%s: %s", query, got.body)
			}
		}
		if got := s.call(404, "GET", path+"?page=2", nil); got.at("error", "code") != "not_found" || !strings.Contains(got.text("error", "message"), "page 2") || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("page 2: %s %v", got.body, got.header)
		}
		s.call(404, "GET", path+"?page=2147483647&format=tiff", nil)
		if got := s.call(422, "GET", thumbnailPaths(w, archive.ID)[i], nil); got.at("error", "code") != "unsupported" || !strings.Contains(got.text("error", "message"), "no pictures of files of this kind") || got.header.Get("ETag") != "" {
			t.Errorf("an archive: %s %v", got.body, got.header)
		}
		if got := s.call(503, "GET", thumbnailPaths(w, lost.ID)[i], nil); got.header.Get("Retry-After") == "" || got.at("error", "code") != "unavailable" {
			t.Errorf("bytes that are not here: %v %s", got.header, got.body)
		}
		for _, id := range strangeIDs() {
			s.call(404, "GET", thumbnailPaths(w, id)[i], nil)
		}
	}
	for _, id := range strangeIDs() {
		s.call(404, "GET", "/api/content/"+id+"/"+paper.ID+"/thumbnail", nil)
	}
	s.call(404, "GET", thumbnailPaths(w, foreign.ID)[0], nil)
	s.settle()
	if status, err := s.node.Engine().Status(s.asOwner()); err != nil || status.Documents.Failed > 2 {
		t.Errorf("pictures have failed documents: %+v %v", status.Documents, err)
	}
	s.trash(paper.ID)
	for _, path := range thumbnailPaths(w, paper.ID) {
		s.call(404, "GET", path, nil)
	}
}

func TestThumbnailsAskForARole(t *testing.T) {
	t.Parallel()
	s := started(t)
	w := s.workspace("")
	paper := s.imported("", "a.txt", "one")
	for _, path := range thumbnailPaths(w, paper.ID) {
		s.callAs(s.person(catalog.RoleViewer), 200, "GET", path, nil)
		s.callAs(s.person(catalog.RoleNone), 404, "GET", path, nil)
		s.callAs(s.token(engine.TokenSpec{Abilities: []string{"content-read"}}), 200, "GET", path, nil)
		s.callAs(s.token(engine.TokenSpec{Abilities: []string{"content-write", "content-query"}}), 403, "GET", path, nil)
		s.callAs(s.token(engine.TokenSpec{WorkspaceID: s.workspace("Another " + path).ID}), 404, "GET", path, nil)
		s.callAs("", 401, "GET", path, nil)
	}
	s.archive(w.ID)
	for _, path := range thumbnailPaths(w, paper.ID) {
		s.call(200, "GET", path, nil)
	}
}
