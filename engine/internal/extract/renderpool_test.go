package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// drawnBy has a pool draw a file of that name and content.
func drawnBy(t testing.TB, p *Pool, name string, data []byte, spec catalog.DerivativeSpec) (Picture, error) {
	t.Helper()
	return pictureIn(t.Context(), t, p, name, data, spec)
}

func pictureIn(ctx context.Context, t testing.TB, p *Pool, name string, data []byte, spec catalog.DerivativeSpec) (Picture, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return pictureOfFile(ctx, t, p, path, name, spec)
}

func pictureOfFile(ctx context.Context, t testing.TB, p *Pool, path, name string, spec catalog.DerivativeSpec) (Picture, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	state, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return p.Picture(ctx, f, name, state.Size(), spec)
}

func TestPoolDrawsAndHashes(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Paint: time.Minute})
	for name, data := range drawable(t) {
		got, err := drawnBy(t, p, name, data, asJPEG(1, 64))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sum := sha256.Sum256(data); got.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: hash %s", name, got.SHA256)
		}
		if _, err := jpeg.Decode(bytes.NewReader(got.Bytes)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	large := append(pngOf(t, banner(40, 40)), make([]byte, maxKept)...) // what is behind a picture is part of the file
	got, err := drawnBy(t, p, "a.png", large, asTIFF(1))
	if sum := sha256.Sum256(large); err != nil || got.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("a large file: %v, hash %s", err, got.SHA256)
	}
}

// TestPoolKeepsPicturesApart has many callers draw many files at once, while others are read; each must get its own.
func TestPoolKeepsPicturesApart(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Children: 1, Paint: time.Minute})
	var callers sync.WaitGroup
	for i := range 60 {
		grey := image.NewGray(image.Rect(0, 0, 80, 80))
		draw.Draw(grey, grey.Rect, image.NewUniform(color.Gray{uint8(4 * i)}), image.Point{}, draw.Src)
		data := pngOf(t, grey)
		callers.Go(func() {
			got, err := drawnBy(t, p, "a.png", data, asJPEG(1, 64))
			if err != nil {
				t.Error(err)
				return
			}
			m, err := jpeg.Decode(bytes.NewReader(got.Bytes))
			if err != nil {
				t.Error(err)
			} else if b := int(brightness(m, 30, 30)); b < 4*i-2 || b > 4*i+2 {
				t.Errorf("picture %d is %d", i, b)
			}
		})
		callers.Go(func() {
			text := fmt.Sprintf("file %d", i)
			if r, err := extractBytes(t, p, "a.txt", []byte(text)); err != nil || r.Document.Pages[0].Text != text {
				t.Errorf("file %d: %v %+v", i, err, r)
			}
		})
	}
	callers.Wait()
}

func TestChildFaultsFailOnePicture(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		code catalog.Code
		says string
	}{
		{"crash.txt", catalog.Unavailable, "stopped unexpectedly"},
		{"stack.txt", catalog.Unavailable, "stopped unexpectedly"},
		{"garbage.txt", catalog.Unavailable, "stopped unexpectedly"},
		{"lie.txt", catalog.Unavailable, "stopped unexpectedly"}, // a document, where a picture was asked for
		{"panic.txt", catalog.Unsupported, "malformed"},
		{"eat.txt", catalog.Unsupported, "memory"},
		{"loop.txt", catalog.Unsupported, "A picture of this page takes longer than 2 s to make."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.name == "eat.txt" && runtime.GOOS != "linux" {
				t.Skip("memory is watched, not limited, on " + runtime.GOOS)
			}
			o := Options{Children: 1, Painters: 1, Paint: 30 * time.Second}
			if c.name == "loop.txt" {
				o.Paint = 2 * time.Second
			}
			p := misbehaving(t, o)
			var others sync.WaitGroup
			for range 5 {
				others.Go(func() {
					if _, err := drawnBy(t, p, "good.txt", []byte("good"), asJPEG(1, 64)); err != nil {
						t.Errorf("a good picture beside %s: %v", c.name, err)
					}
				})
			}
			_, err := drawnBy(t, p, c.name, []byte("bad"), asJPEG(1, 64))
			if catalog.CodeOf(err) != c.code || !strings.Contains(catalog.MessageOf(err), c.says) {
				t.Errorf("got %s: %v", catalog.CodeOf(err), err)
			}
			others.Wait()
			if _, err := drawnBy(t, p, "good.txt", []byte("good"), asJPEG(1, 64)); err != nil {
				t.Errorf("after %s: %v", c.name, err)
			}
		})
	}
}

// TestReadingAndDrawingDoNotWaitForEachOther blocks every child of one kind and uses the other.
func TestReadingAndDrawingDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	p := misbehaving(t, Options{Children: 1, Painters: 2, Fast: time.Hour, Slow: time.Hour, Paint: time.Hour})
	ctx, stop := context.WithCancel(t.Context())
	var stuck sync.WaitGroup
	for range 5 {
		stuck.Go(func() {
			if _, err := pictureIn(ctx, t, p, "loop.txt", []byte("x"), asJPEG(1, 64)); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	if r, err := extractBytes(t, p, "good.txt", []byte("good")); err != nil || r.Document.Pages[0].Text != "good" {
		t.Errorf("read beside pictures that take for ever: %v", err)
	}
	stop()
	stuck.Wait()

	p = misbehaving(t, Options{Children: 1, Painters: 1, Fast: time.Hour, Slow: time.Hour, Paint: time.Hour})
	ctx, stop = context.WithCancel(t.Context())
	path := filepath.Join(t.TempDir(), "loop.txt")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, read := range []func(context.Context, *os.File, Want) (Result, error){p.Extract, p.ExtractSlow} {
		stuck.Go(func() {
			f, err := os.Open(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer f.Close()
			if _, err := read(ctx, f, Want{Name: "loop.txt", Size: 1}); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	if _, err := drawnBy(t, p, "good.txt", []byte("good"), asJPEG(1, 64)); err != nil {
		t.Errorf("drawn beside files that take for ever: %v", err)
	}
	stop()
	stuck.Wait()
}

// TestTooManyPicturesAreRefused: the queue has an end, and a place in it becomes free when a caller goes away.
func TestTooManyPicturesAreRefused(t *testing.T) {
	t.Parallel()
	p := misbehaving(t, Options{Children: 1, Painters: 1, Paint: time.Hour})
	ctx, stop := context.WithCancel(t.Context())
	var stuck sync.WaitGroup
	refused := make(chan error, 2*pictureQueue)
	for range 2 * pictureQueue {
		stuck.Go(func() {
			if _, err := pictureIn(ctx, t, p, "loop.txt", []byte("x"), asJPEG(1, 64)); !errors.Is(err, context.Canceled) {
				refused <- err
			}
		})
	}
	for range pictureQueue {
		if err := <-refused; catalog.CodeOf(err) != catalog.Unavailable || !strings.Contains(catalog.MessageOf(err), "Too many pictures") {
			t.Fatal(err)
		}
	}
	stop()
	stuck.Wait()
	ctx, stop = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	if _, err := pictureIn(ctx, t, p, "good.txt", []byte("x"), asJPEG(1, 64)); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with room in the queue: %v", err) // whether a child is still stuck does not matter
	}
}

func TestPicturesOfAPoolThatHasEnded(t *testing.T) {
	t.Parallel()
	p := NewPool(Options{Command: []string{os.Args[0], "extract-child"}})
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := drawnBy(t, p, "a.txt", []byte("a"), asJPEG(1, 64)); catalog.CodeOf(err) != catalog.Unavailable {
		t.Fatal(err)
	}
}

func TestMissingPDFReaderMayDrawLater(t *testing.T) {
	t.Parallel()
	p := runPool(t, Options{Assets: t.TempDir()})
	if _, err := drawnBy(t, p, "a.pdf", sample(t, "report.pdf"), asJPEG(1, 64)); catalog.CodeOf(err) != catalog.Unavailable {
		t.Fatal(err)
	}
}

// BenchmarkPictures draws the first pages of the test data, one after the other, and reports what half of them and 95 of a
// hundred take at most, each at its best: from the request to the bytes, a running child and a compiled PDF reader given.
func BenchmarkPictures(b *testing.B) {
	needPDF(b)
	data := sharedData(b)
	sets := map[string][]string{"hard-pdf": nil}
	for _, kind := range []string{"pdf", "docx", "md"} {
		files, err := filepath.Glob(filepath.Join(data, "qa-[de][en]", "docs", "*."+kind))
		if err != nil {
			b.Fatal(err)
		}
		sets[kind] = files
	}
	for _, path := range unpack(b, filepath.Join(data, "files", "dev-files.tar.gz"), b.TempDir()) {
		if filepath.Ext(path) == ".pdf" {
			sets["hard-pdf"] = append(sets["hard-pdf"], path)
		}
	}
	photo := filepath.Join(b.TempDir(), "12-megapixels.jpg")
	if err := os.WriteFile(photo, jpegOf(b, waves(4000, 3000)), 0o600); err != nil {
		b.Fatal(err)
	}
	sets["photo"] = []string{photo}
	for _, spec := range []catalog.DerivativeSpec{asJPEG(1, catalog.UsualPicture), asJPEG(1, catalog.LargestPicture), asTIFF(1)} {
		for _, set := range []string{"pdf", "hard-pdf", "docx", "md", "photo"} {
			b.Run(fmt.Sprintf("%s-%d-%s", spec.Form, spec.Size, set), func(b *testing.B) { timePictures(b, sets[set], spec) })
		}
	}
}

func timePictures(b *testing.B, files []string, spec catalog.DerivativeSpec) {
	p := runPool(b, Options{Painters: 1})
	if _, err := drawnBy(b, p, "report.pdf", sample(b, "report.pdf"), asJPEG(1, 64)); err != nil { // starts the child
		b.Fatal(err)
	}
	best := map[string]time.Duration{}
	for b.Loop() {
		for _, path := range files {
			start := time.Now()
			switch _, err := pictureOfFile(b.Context(), b, p, path, filepath.Base(path), spec); catalog.CodeOf(err) {
			case "":
				best[path] = min(time.Since(start), orElse(best[path], time.Hour))
			case catalog.Unsupported, catalog.Locked: // encrypted, without pages
			default:
				b.Fatal(path, err)
			}
		}
	}
	took := slices.Sorted(maps.Values(best))
	for name, share := range map[string]int{"ms-p50": 50, "ms-p95": 95} {
		b.ReportMetric(float64(took[(len(took)-1)*share/100].Microseconds())/1000, name)
	}
	b.ReportMetric(float64(len(took)), "pictures")
}

// waves is a picture that compresses about as well as a photograph.
func waves(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for y := range h {
		for x := range w {
			seed = seed*1664525 + 1013904223
			v := 128 + 90*math.Sin(float64(x)/37)*math.Cos(float64(y)/53) + float64(seed>>27) - 16
			m.SetRGBA(x, y, color.RGBA{uint8(v), uint8(v * 0.8), uint8(255 - v), 255})
		}
	}
	return m
}
