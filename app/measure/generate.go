package measure

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// generator makes files for measurements, the same for the same seed.
type generator struct {
	random *rand.Rand
	folder string
}

func newGenerator(folder string, seed uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, 20261125)), folder}
}

// write writes one file beneath the folder.
func (g generator) write(name string, content []byte) error {
	path := filepath.Join(g.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}

// prose is about so many bytes of lines of made-up words, spread as the words of a language are.
func (g generator) prose(bytes int) string {
	const syllables = "babebibobudadedidodukakekikokulalelilolumamemimomunanenino"
	var b strings.Builder
	for line := 0; b.Len() < bytes; {
		n := int(math.Pow(g.random.Float64(), 3) * 20_000)
		for ; n > 0; n /= 29 {
			b.WriteString(syllables[n%29*2 : n%29*2+2])
		}
		if line++; line%12 == 0 {
			b.WriteString(".\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// small writes so many small documents, each with a word of its own, into a hundred directories. Most are plain text, some
// HTML and CSV, one in twenty a word-processing document and one in fifty a PDF.
func (g generator) small(n int) error {
	for i := range n {
		text := fmt.Sprintf("Note %d\n\nThe word of this note is %s.\n\n%s", i, wordOf(i), g.prose(200+g.random.IntN(1500)))
		extension, content := ".md", []byte("# "+text)
		switch {
		case i%50 == 7:
			extension, content = ".pdf", pdfOf(text)
		case i%20 == 3:
			extension, content = ".docx", docx(text, 1)
		case i%10 == 5:
			extension, content = ".html", []byte("<html><body><p>"+strings.ReplaceAll(text, "\n\n", "</p><p>")+"</p></body></html>")
		case i%10 == 6:
			extension, content = ".csv", []byte(strings.ReplaceAll(text, " ", ","))
		}
		if err := g.write(fmt.Sprintf("d%02d/good-%05d%s", i%100, i, extension), content); err != nil {
			return err
		}
	}
	return nil
}

// wordOf is the word that document i has alone.
func wordOf(i int) string { return fmt.Sprintf("xq%05dz", i) }

// mixed writes documents of many kinds and sizes, changed at some time in the last months, or just now when they are 0.
func (g generator) mixed(n, months int) error {
	for i := range n {
		size := int(min(math.Exp(g.random.NormFloat64()*1.7)*8e3, 8<<20))
		name, content := fmt.Sprintf("d%02d/%05d.md", i%50, i), []byte(nil)
		switch kind := g.random.IntN(20); {
		case kind < 10:
			content = []byte("# Heading\n\n" + g.prose(size))
		case kind < 12:
			name = strings.Replace(name, ".md", ".html", 1)
			content = []byte("<html><body><p>" + strings.ReplaceAll(g.prose(size), "\n", "</p>\n<p>") + "</p></body></html>")
		case kind < 14:
			name = strings.Replace(name, ".md", ".csv", 1)
			content = []byte(strings.ReplaceAll(g.prose(size), " ", ","))
		case kind < 19:
			name = strings.Replace(name, ".md", ".docx", 1)
			content = docx(g.prose(size*2), 1)
		default:
			name = strings.Replace(name, ".md", ".jpg", 1)
			content = append([]byte("\xff\xd8\xff\xe0"), g.noise(size*20)...)
		}
		if err := g.write(name, content); err != nil {
			return err
		}
		changed := time.Now().Add(-time.Duration(g.random.Float64() * float64(months) * float64(30*24*time.Hour)))
		if err := os.Chtimes(filepath.Join(g.folder, name), time.Time{}, changed); err != nil {
			return err
		}
	}
	return nil
}

func (g generator) noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.random.Uint32())
	}
	return b
}

// docx is a word-processing document of the lines of text, repeated so often.
func docx(text string, times int) []byte {
	paragraph := "<w:p><w:r><w:t>" + strings.ReplaceAll(text, "\n", "</w:t></w:r></w:p><w:p><w:r><w:t>") + "</w:t></w:r></w:p>"
	return zipped(map[string]string{"[Content_Types].xml": contentTypes}, "word/document.xml", wordOpens, paragraph, wordCloses, times)
}

const (
	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	wordOpens    = `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	wordCloses   = `</w:body></w:document>`
)

// zipped is a ZIP archive of some parts and one great one: what it opens with, a middle repeated so often, what it closes
// with. Writing to memory does not fail.
func zipped(parts map[string]string, great, opens, middle, closes string, times int) []byte {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, text := range parts {
		w, _ := archive.Create(name)
		_, _ = io.WriteString(w, text)
	}
	w, _ := archive.Create(great)
	_, _ = io.WriteString(w, opens)
	for range times {
		_, _ = io.WriteString(w, middle)
	}
	_, _ = io.WriteString(w, closes)
	_ = archive.Close()
	return out.Bytes()
}
