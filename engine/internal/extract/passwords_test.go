package extract

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestADocumentThatNeedsAPasswordIsReadWithIt(t *testing.T) {
	t.Parallel()
	needPDF(t)
	p := runPool(t, Options{Children: 1})
	for name, c := range map[string]struct{ password, says string }{
		"sealed.pdf":  {"tide", "keeps the key of the light"},
		"sealed.docx": {"springtide é", "The tide rises twice a day"},
	} {
		for _, given := range [][]string{nil, {"wrong"}, {"wrong", "wröng", c.password}} {
			asked := 0
			ctx := WithPasswords(t.Context(), func() []string { asked++; return given })
			r, err := p.Extract(ctx, open(t, name), Want{Name: name})
			last := len(given) == 3
			switch {
			case asked != 1:
				t.Errorf("%s: passwords were asked for %d times", name, asked)
			case last && (err != nil || !strings.Contains(wordsOf(r.Document), c.says)):
				t.Errorf("%s: %v: %q", name, err, wordsOf(r.Document))
			case !last && (catalog.CodeOf(err) != catalog.Locked || !strings.Contains(catalog.MessageOf(err), "needs a password")):
				t.Errorf("%s with %q: %v", name, given, err)
			case len(given) == 1 && !strings.Contains(catalog.MessageOf(err), "none of those"):
				t.Errorf("%s with a wrong one: %v", name, err)
			}
		}
	}
}

func TestPasswordsAreAskedForOnlyWhereOneIsNeeded(t *testing.T) {
	t.Parallel()
	needPDF(t)
	p := runPool(t, Options{Children: 1})
	ctx := WithPasswords(t.Context(), func() []string { t.Error("passwords were asked for"); return nil })
	for name, says := range map[string]string{"restricted.pdf": "everybody may read it", "protected.xlsx": "Marie", "notes.md": "tide"} {
		r, err := p.Extract(ctx, open(t, name), Want{Name: name})
		if err != nil || !strings.Contains(wordsOf(r.Document), says) {
			t.Errorf("%s: %v: %q", name, err, wordsOf(r.Document))
		}
	}
}

func TestAPictureOfADocumentThatNeedsAPassword(t *testing.T) {
	t.Parallel()
	needPDF(t)
	p := runPool(t, Options{Painters: 1})
	for name, password := range map[string]string{"sealed.pdf": "tide", "sealed.docx": "springtide é"} {
		if _, err := p.Picture(t.Context(), open(t, name), name, 0, asJPEG(1, 320)); catalog.CodeOf(err) != catalog.Locked {
			t.Errorf("%s without a password: %v", name, err)
		}
		ctx := WithPasswords(t.Context(), func() []string { return []string{password} })
		if picture, err := p.Picture(ctx, open(t, name), name, 0, asJPEG(1, 320)); err != nil || len(picture.Bytes) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A message with a document that needs a password is read, says so, and is read again with passwords.
func TestAnAttachmentThatNeedsAPassword(t *testing.T) {
	t.Parallel()
	needPDF(t)
	p := runPool(t, Options{Children: 1})
	sealed, err := os.ReadFile(filepath.Join("testdata", "sealed.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mail.eml")
	mail := "From: ada@example.com\r\nTo: bo@example.com\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: application/pdf; name=light.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(sealed)
	if err := os.WriteFile(path, []byte(mail), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(ctx context.Context) Result {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := p.Extract(ctx, f, Want{Name: "mail.eml", Size: int64(len(mail))})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := read(t.Context()); !r.Document.Locked || len(r.Document.Parts) != 1 || r.Document.Parts[0].Name != "light.pdf" || !strings.Contains(r.Document.Parts[0].Failure, "password") {
		t.Errorf("%+v", r.Document)
	}
	r := read(WithPasswords(t.Context(), func() []string { return []string{"tide"} }))
	if r.Document.Locked || len(r.Document.Parts) != 1 || !strings.Contains(wordsOf(r.Document.Parts[0].Document), "key of the light") {
		t.Errorf("%+v", r.Document)
	}
}

// A child that was told passwords reads no other file: another parser may be taken over by what it reads.
func TestAChildForgetsPasswords(t *testing.T) {
	t.Parallel()
	l := newLane(Options{Command: []string{os.Args[0], "extract-child"}, Assets: assets()}.withDefaults(), newPacer(1), 0, nil, time.Minute)
	defer l.stop()
	for _, passwords := range [][]string{nil, {"springtide é"}} {
		j := &job{file: open(t, "sealed.docx"), name: "sealed.docx", passwords: passwords, ctx: t.Context(), done: make(chan struct{})}
		l.waiting = []*job{j}
		l.work(t.Context())
		<-j.done
		if told := len(passwords) > 0; told != (j.err == nil) || told != (l.child == nil) {
			t.Errorf("told %d passwords: %v, child kept: %v", len(passwords), j.err, l.child != nil)
		}
	}
}

func open(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func wordsOf(doc catalog.Document) string {
	var b strings.Builder
	for _, p := range doc.Pages {
		b.WriteString(p.Text + "\n")
	}
	return b.String()
}
