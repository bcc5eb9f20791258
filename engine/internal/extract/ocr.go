package extract

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/draw"
)

const (
	ocrTime    = 45 * time.Second
	ocrPixels  = 40_000_000 // a larger picture is not looked at
	ocrSide    = 48         // neither is one that is narrower
	ocrLetters = 1600       // pixels along the longer side, below which a picture is enlarged
	ocrWord    = 50         // what the program believes of a word, at least, of 100
	ocrLine    = 60         // and on average of a line: of pictures without words it believes little
	ocrMost    = 3          // languages at once
	ocrProgram = "tesseract"
)

// recognise adds the words in a picture, when tesseract is installed. It runs as a child of the extraction child and so
// within the same box: no network, the same limit of memory. It never sees the file: the picture is decoded here, by
// code that cannot be made to write where it should not, and handed over as plain grey pixels. The sentence says why there
// are no words, if there are none.
func recognise(w *writer, in *input) (why string) {
	program, err := exec.LookPath(ocrProgram)
	if err != nil {
		return "Words in pictures are recognised where the program tesseract is installed, which it is not."
	}
	pixels := greyPixels(in)
	if pixels == nil {
		return "It is not one in which words could be recognised: too small, too large, or of a kind that is not looked into."
	}
	ctx, stop := context.WithTimeout(context.Background(), ocrTime)
	defer stop()
	table, err := runOCR(ctx, program, []string{"stdin", "stdout", "-l", ocrLanguages(ctx, program), "tsv"}, pixels)
	if err != nil {
		w.warn("Recognising the words in this picture failed.")
		return ""
	}
	for _, paragraph := range recognised(table) {
		writePDFPage(w, paragraph)
	}
	return "No words were recognised in it."
}

// greyPixels is the picture in the simplest of formats; nil when it cannot be decoded or is no place for words.
func greyPixels(in *input) []byte {
	file := func() io.Reader { return io.NewSectionReader(in.file, 0, in.size) }
	config, _, err := image.DecodeConfig(file())
	if err != nil || min(config.Width, config.Height) < ocrSide || config.Width*config.Height > ocrPixels {
		return nil
	}
	picture, _, err := image.Decode(file())
	if err != nil {
		return nil
	}
	return portable(enlarged(onWhite(picture)))
}

// portable is a picture as a PGM file.
func portable(page *image.Gray) []byte {
	size := page.Bounds()
	return append(fmt.Appendf(nil, "P5\n%d %d\n255\n", size.Dx(), size.Dy()), page.Pix...)
}

// onWhite is the picture in grey, as it looks on paper.
func onWhite(picture image.Image) *image.Gray {
	size := picture.Bounds()
	page := image.NewGray(image.Rect(0, 0, size.Dx(), size.Dy()))
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(page, page.Bounds(), picture, size.Min, draw.Over)
	return page
}

// enlarged makes the letters of a small picture as large as tesseract wants them.
func enlarged(page *image.Gray) *image.Gray {
	size := page.Bounds()
	factor := 1
	if long := max(size.Dx(), size.Dy()); long < ocrLetters {
		factor = min(ocrLetters/long+1, 3)
	}
	if factor == 1 {
		return page
	}
	large := image.NewGray(image.Rect(0, 0, size.Dx()*factor, size.Dy()*factor))
	draw.CatmullRom.Scale(large, large.Bounds(), page, size, draw.Src, nil)
	return large
}

// ocrLanguages are those that are installed, English first, a few at most: each costs time.
func ocrLanguages(ctx context.Context, program string) string {
	list, err := runOCR(ctx, program, []string{"--list-langs"}, nil)
	if err != nil {
		return "eng"
	}
	chosen := []string{}
	for l := range strings.Lines(string(list)) {
		l = strings.TrimSpace(l)
		if strings.Contains(l, " ") || l == "osd" || l == "equ" || l == "" || strings.Contains(l, "/") {
			continue
		}
		if l == "eng" {
			chosen = append([]string{l}, chosen...)
		} else {
			chosen = append(chosen, l)
		}
	}
	if len(chosen) == 0 {
		return "eng"
	}
	return strings.Join(chosen[:min(len(chosen), ocrMost)], "+")
}

func runOCR(ctx context.Context, program string, arguments []string, stdin []byte) ([]byte, error) {
	runtime.LockOSThread() // the kernel ties a child to the thread that started it
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Env = append(cmd.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.SysProcAttr = dieWithParent()
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.WaitDelay = time.Second
	return cmd.Output()
}

// recognised makes paragraphs of tesseract's table of words: a line a word, with what it is sure of.
func recognised(table []byte) []string {
	var paragraphs []string
	var line []string
	sure, place, paragraph := 0.0, "", ""
	var lines []string
	endLine := func() {
		if len(line) > 0 && sure/float64(len(line)) >= ocrLine {
			lines = append(lines, strings.Join(line, " "))
		}
		line, sure = nil, 0
	}
	endParagraph := func() {
		if text := strings.Join(lines, "\n"); strings.ContainsFunc(text, isWordRune) {
			paragraphs = append(paragraphs, text)
		}
		lines = nil
	}
	rows := bufio.NewScanner(bytes.NewReader(table))
	for rows.Scan() {
		cells := strings.Split(rows.Text(), "\t")
		if len(cells) < 12 || cells[0] != "5" { // level 5: a word
			continue
		}
		if at := strings.Join(cells[1:5], " "); at != place {
			endLine()
			place = at
		}
		if at := strings.Join(cells[1:4], " "); at != paragraph {
			endParagraph()
			paragraph = at
		}
		confidence, err := strconv.ParseFloat(cells[10], 64)
		if word := spaced(clean(cells[11])); err == nil && confidence >= ocrWord && word != "" {
			line = append(line, word)
			sure += confidence
		}
	}
	endLine()
	endParagraph()
	return paragraphs
}
