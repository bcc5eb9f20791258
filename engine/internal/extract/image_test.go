package extract

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// written is a picture of words, as a scanner would make it.
func written(t testing.TB, lines ...string) []byte {
	t.Helper()
	page := image.NewGray(image.Rect(0, 0, 480, 40+20*len(lines)))
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	for i, l := range lines {
		d := font.Drawer{Dst: page, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(20, 30+20*i)}
		d.DrawString(l)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, page); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWordsInPictures has a confined child look at a picture with the real program.
func TestWordsInPictures(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath(ocrProgram); err != nil {
		t.Skip("tesseract is not installed: words in pictures are not tested")
	}
	p := runPool(t, Options{Children: 1, Fast: 30 * time.Second})
	r, err := extractBytes(t, p, "scan.png", written(t, "The harbour opens in spring.", "Every boat needs a berth."))
	if err != nil || len(r.Document.Pages) != 1 {
		t.Fatal(err, r.Document)
	}
	for _, word := range []string{"harbour", "spring", "boat", "berth"} {
		if !strings.Contains(r.Document.Pages[0].Text, word) {
			t.Errorf("%q is not in %q", word, r.Document.Pages[0].Text)
		}
	}
}

func TestRecognisedWords(t *testing.T) {
	t.Parallel()
	table := strings.Join([]string{
		"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
		"5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.1\tThe", "5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t91\tharbour", "5\t1\t1\t1\t1\t3\t0\t0\t9\t9\t12\t#~", "5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t88\topens.",
		"5\t1\t1\t2\t1\t1\t0\t0\t9\t9\t52\tdoubt", "4\t1\t2\t1\t1\t0\t0\t0\t9\t9\t-1\t", "5\t1\t2\t1\t1\t1\t0\t0\t9\t9\t95\t|", "5\tcut", "",
	}, "\n")
	if got := recognised([]byte(table)); len(got) != 1 || got[0] != "The harbour\nopens." {
		t.Errorf("%q", got)
	}
}

// TestHostilePictures: what a header claims is not believed, and tables that point at themselves end.
func TestHostilePictures(t *testing.T) {
	t.Parallel()
	vast := bytes.Clone(written(t, "x"))
	binary.BigEndian.PutUint32(vast[16:], 1<<30)
	binary.BigEndian.PutUint32(vast[20:], 1<<30)
	circle := append([]byte("II*\x00\x08\x00\x00\x00\xff\xff"), bytes.Repeat([]byte("\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00"), 5000)...)
	cases := map[string][]byte{
		"vast.png":     vast,
		"circle.tif":   circle,
		"comments.jpg": append([]byte("\xff\xd8"), bytes.Repeat([]byte("\xff\xfe\x00\x08words "), 100_000)...),
		"texts.png":    append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("\x00\x00\x00\x0dtEXtComment\x00words\x00\x00\x00\x00"), 50_000)...),
		"cut.heic":     []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\xff\xff\xff\xffmeta"),
		"long.heic":    append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), bytes.Repeat([]byte("\x00\x00\x00\x08free"), 500_000)...),
		"cut.webp":     []byte("RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff"),
	}
	for name, data := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			readAny(t, name, data, nil)
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
