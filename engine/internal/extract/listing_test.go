package extract

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func gzipped(t testing.TB, from io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, from); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestArchiveBombs: nothing is unpacked but one layer around a text, and that within its limit.
func TestArchiveBombs(t *testing.T) {
	t.Parallel()
	start := time.Now()
	doc, err := readDocument(inputOf("bomb.txt.gz", gzipped(t, io.LimitReader(io.MultiReader(strings.NewReader("words"), zeros{}), 4*maxText)), nil))
	if err != nil || len(doc.Warnings) != 1 || !strings.HasPrefix(doc.Warnings[0], "Only the first") || len(doc.Pages[0].Text) > maxText {
		t.Error(err, doc.Warnings)
	}
	var names bytes.Buffer
	entries := tar.NewWriter(&names)
	for i := range maxListed + 10 {
		if err := entries.WriteHeader(&tar.Header{Name: fmt.Sprintf("file%d", i), Mode: 0o600, Size: 0}); err != nil {
			t.Fatal(err)
		}
	}
	if err := entries.Close(); err != nil {
		t.Fatal(err)
	}
	doc, err = readDocument(inputOf("many.tar.gz", gzipped(t, &names), nil))
	if err != nil || len(doc.Pages[0].Blocks) != maxListed || len(doc.Warnings) != 2 {
		t.Error(err, doc.Warnings)
	}
	var vast bytes.Buffer
	entries = tar.NewWriter(&vast)
	if err := entries.WriteHeader(&tar.Header{Name: "vast", Mode: 0o600, Size: 8 << 30}); err != nil {
		t.Fatal(err)
	}
	doc, err = readDocument(inputOf("vast.tgz", gzipped(t, io.MultiReader(&vast, io.LimitReader(zeros{}, maxUnpacked+1))), nil))
	if err != nil || len(doc.Pages) != 1 || doc.Pages[0].Text != "vast (8192.0 MB)" {
		t.Error(err, doc)
	}
	doc, err = readDocument(inputOf(".\x95", gzipped(t, strings.NewReader("words")), nil)) // a name whose lower case is longer
	if err != nil || len(doc.Pages) != 1 || doc.Pages[0].Text != "words" {
		t.Error(err, doc)
	}
	layers := []byte("words")
	for range 10 {
		layers = gzipped(t, bytes.NewReader(layers))
	}
	doc, err = readDocument(inputOf("a.txt.gz.gz.gz", layers, nil))
	if err != nil || len(doc.Pages) != 1 || strings.Contains(doc.Pages[0].Text, "words") {
		t.Error(err, doc)
	}
	zip := zipOf(t, map[string]io.Reader{"inner.txt": io.LimitReader(zeros{}, 64<<20)})
	doc, err = readDocument(inputOf("a.zip", zip, nil))
	if err != nil || doc.Pages[0].Text != "inner.txt (64.0 MB)" {
		t.Error(err, doc)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestDamagedArchives: a file that only begins like an archive is found by its name and says why.
func TestDamagedArchives(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"a.gz": "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff\xff", "a.bz2": "BZh9\x31\x41\x59\x26\x53\x59\xff\xff\x00\x00\xff\xff", "a.xz": "\xfd7zXZ\x00\x00\x04\xff\xff",
		"a.7z": "7z\xbc\xaf\x27\x1c\x00\x04" + strings.Repeat("\xff", 24), "a.rar": "Rar!\x1a\x07\x01\x00\xff\xff\xff\xff", "a.zip": "PK\x03\x04" + strings.Repeat("x", 50),
	} {
		doc, err := readDocument(inputOf(name, []byte(data), nil))
		if err != nil || len(doc.Pages) != 0 || len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0], "damaged") {
			t.Errorf("%s: %v %+v", name, err, doc)
		}
	}
}

// TestDamagedRecordings: sizes that tags claim are not believed.
func TestDamagedRecordings(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"a.mp3":  "ID3\x04\x00\x00\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f\x00\x00",
		"b.mp3":  "ID3\x03\x00\x00\x00\x00\x10\x00" + strings.Repeat("TIT2\x00\x00\x00\x00\x00\x00", 1000),
		"a.flac": "fLaC\x84\xff\xff\xff" + strings.Repeat("\xff", 100),
		"b.flac": "fLaC" + strings.Repeat("\x04\x00\x00\x04\xff\xff\xff\xff", 1000),
		"a.ogg":  "OggS\x00\x02" + strings.Repeat("\x00", 20) + "\xff" + strings.Repeat("\xff", 300),
		"a.mp4":  "\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomiso2\x00\x00\x00\x01moov" + strings.Repeat("\xff", 100),
		"b.mp4":  "\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomiso2" + strings.Repeat("\x00\x00\x00\x08moov", 100_000),
		"c.mp4":  "\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00isomiso2" + strings.Repeat("\x00\x00\x00\x0cmeta\x00\x00\x00\x00", 50_000),
		"a.wav":  "RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff",
		"b.wav":  "RIFF\xff\xff\xff\xffWAVE" + strings.Repeat("LIST\x04\x00\x00\x00INFO", 50_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			readAny(t, name, []byte(data), nil)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
	if d := lasting(1<<63, 1); d != 0 {
		t.Error(d)
	}
}
