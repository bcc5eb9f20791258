package ingest

import (
	"archive/zip"
	"bytes"
	"testing"
)

func TestFormatOf(t *testing.T) {
	t.Parallel()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	if _, err := z.Create("some.txt"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	pdf := []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	for _, c := range []struct {
		name string
		head []byte
		want string
	}{
		{"a.pdf", pdf, "application/pdf"},
		{"a.txt", pdf, "application/pdf"},
		{"a", pdf, "application/pdf"},
		{"photo.jpg", png, "image/png"},
		{"notes.md", []byte("# Notes\n"), "text/markdown"},
		{"notes.weird", []byte("# Notes\n"), "text/plain"},
		{"table.csv", []byte("a,b\n1,2\n"), "text/csv"},
		{"mail.eml", []byte("From: a\n\nb"), "message/rfc822"},
		{"a.docx", archive.Bytes(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a.zip", archive.Bytes(), "application/zip"},
		{"a", archive.Bytes(), "application/zip"},
		{"a.mp3", archive.Bytes(), "application/zip"},
		{"a.pdf", nil, "text/plain"},
		{"a.md", nil, "text/markdown"},
		{"a.bin", []byte{0, 1, 2, 3, 250}, "application/octet-stream"},
		{"a.heic", []byte{0, 1, 2, 3, 250}, "image/heic"},
		{"page.html", []byte("<!DOCTYPE html><p>x"), "text/html"},
		{"data.json", []byte(`{"a": 1}`), "application/json"},
	} {
		if got := FormatOf(c.name, c.head); got != c.want {
			t.Errorf("%s with %q: %s, want %s", c.name, c.head[:min(len(c.head), 20)], got, c.want)
		}
	}
}
