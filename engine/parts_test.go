package engine_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// letter is a message with files attached, by name and bytes.
func letter(subject, body string, files ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: ada@example.org\r\nTo: bo@example.org\r\nSubject: %s\r\nDate: Thu, 1 Jan 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n", subject, body)
	for i := 0; i < len(files); i += 2 {
		fmt.Fprintf(&b, "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			files[i], base64.StdEncoding.EncodeToString([]byte(files[i+1])))
	}
	return b.String() + "--b--\r\n"
}

// parts are the live documents that lie in one, by name.
func parts(t *testing.T, e *enginetest.Engine, parent string) map[string]catalog.Content {
	t.Helper()
	list, total, err := e.Contents(e.Owner(), catalog.ContentQuery{Parent: parent})
	if err != nil || total != len(list) {
		t.Fatal(total, err)
	}
	byName := map[string]catalog.Content{}
	for _, c := range list {
		byName[c.FileName] = c
	}
	return byName
}

func bytesOf(e *enginetest.Engine, id string) (string, error) {
	original, _, err := e.Original(e.Owner(), id)
	if err != nil {
		return "", err
	}
	defer original.Close()
	data, err := io.ReadAll(original)
	return string(data), err
}

// sound runs the checks of the database.
func sound(t *testing.T, e *enginetest.Engine) {
	t.Helper()
	checks, err := e.Doctor(e.Owner())
	if err != nil || slices.ContainsFunc(checks, func(c catalog.Check) bool { return c.Name == "database" && !c.OK }) {
		t.Errorf("doctor: %+v, %v", checks, err)
	}
}

func TestAttachmentsAreDocuments(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := t.TempDir()
	enginetest.WriteFiles(t, dir, map[string]string{"another.txt": "This one stays."}) // an empty folder would be an offline one
	inner := letter("The inner one", "It came along.", "deep.md", "# Deep\n\nThe sextant lies in the cabin.")
	write := func(files ...string) {
		enginetest.WriteFiles(t, dir, map[string]string{"offer.eml": letter("Our offer", "See what is attached.", files...)})
		e.Settle()
	}
	write("prices.csv", "thing,price\nrope,12\n", "inner.eml", inner, "broken.docx", "PK\x03\x04no")
	e.Watch(dir)

	hits := e.Find("sextant")
	if len(hits) != 1 || hits[0].FileName != "deep.md" || hits[0].PartOf != "inner.eml" || hits[0].State != catalog.HitCurrent {
		t.Fatalf("the sextant is in %+v", hits)
	}
	deep := hits[0].ContentID
	mail := e.Find("attached offer")[0]
	in := parts(t, e, mail.ContentID)
	if len(in) != 3 || in["prices.csv"].FileFormat != "text/csv" || in["inner.eml"].FileFormat != "message/rfc822" || in["broken.docx"].Status != catalog.StatusFailed || in["broken.docx"].Failure == "" {
		t.Fatalf("in the message are %+v", in)
	}
	if within := parts(t, e, in["inner.eml"].ID); len(within) != 1 || within["deep.md"].ID != deep || in["inner.eml"].Parts != 1 {
		t.Errorf("in the inner message are %+v", within)
	}
	if c, err := e.Content(e.Owner(), mail.ContentID); err != nil || c.Parts != 4 || c.ParentID != "" {
		t.Errorf("the message: %+v, %v", c, err)
	}
	prices := in["prices.csv"]
	if prices.ParentID != mail.ContentID || prices.Metadata["partOf"] != "offer.eml" || prices.Metadata["parentId"] != mail.ContentID || filepath.Base(prices.Path) != "offer.eml" {
		t.Errorf("an attachment: %+v", prices)
	}
	if got, err := bytesOf(e, prices.ID); err != nil || got != "thing,price\nrope,12\n" {
		t.Errorf("its bytes: %q, %v", got, err)
	}
	if got, err := bytesOf(e, deep); err != nil || !strings.HasPrefix(got, "# Deep") {
		t.Errorf("the bytes of what lies deeper: %q, %v", got, err)
	}
	if picture, err := e.Derivative(e.Owner(), deep, engine.DerivativeSpec{Page: 1}); err != nil || len(picture.Bytes) == 0 {
		t.Errorf("a picture of it: %v", err)
	}
	filter, err := catalog.ParseFilter([]byte(fmt.Sprintf(`{"metadata.parentId": %q}`, mail.ContentID)))
	if err != nil {
		t.Fatal(err)
	}
	if _, total, err := e.Contents(e.Owner(), catalog.ContentQuery{Scope: catalog.Scope{Filter: filter}}); err != nil || total != 3 {
		t.Errorf("by parentId: %d, %v", total, err)
	}
	sound(t, e)

	// Described by a person, and left so when the message is read again.
	if _, err := e.UpdateContent(e.Owner(), prices.ID, catalog.ContentChange{Metadata: map[string]any{"about": "ropes", "partOf": "another"}}); err != nil {
		t.Fatal(err)
	}
	write("prices.csv", "thing,price\nrope,12\n", "note.txt", "The capstan turns.")
	in = parts(t, e, mail.ContentID)
	if len(in) != 2 || in["prices.csv"].ID != prices.ID || in["prices.csv"].Metadata["about"] != "ropes" || in["prices.csv"].Metadata["partOf"] != "offer.eml" || len(e.Find("sextant")) != 0 || len(e.Find("capstan")) != 1 {
		t.Fatalf("after the change: %+v", in)
	}
	if _, err := bytesOf(e, deep); catalog.CodeOf(err) != catalog.NotFound {
		t.Errorf("what is gone: %v", err)
	}
	sound(t, e)

	// Left out by a person, for good, until they want it back.
	note := in["note.txt"].ID
	if err := e.DeleteContent(e.Owner(), note); err != nil {
		t.Fatal(err)
	}
	if err := e.Reindex(e.Owner()); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if len(e.Find("capstan")) != 0 || len(parts(t, e, mail.ContentID)) != 1 {
		t.Error("what was left out is back")
	}
	if err := e.RestoreContent(e.Owner(), note); err != nil {
		t.Fatal(err)
	}
	if hits := e.Find("capstan"); len(hits) != 1 || hits[0].ContentID != note {
		t.Errorf("what was brought back: %+v", hits)
	}

	// With its message it goes, and comes.
	if err := e.DeleteContent(e.Owner(), mail.ContentID); err != nil {
		t.Fatal(err)
	}
	if len(e.Find("capstan")) != 0 || len(e.Find("rope")) != 0 {
		t.Error("attachments have outlived their message")
	}
	if err := e.RestoreContent(e.Owner(), mail.ContentID); err != nil {
		t.Fatal(err)
	}
	if len(e.Find("capstan")) != 1 || len(e.Find("rope")) != 1 {
		t.Error("attachments did not come back with their message")
	}
	if err := os.Remove(filepath.Join(dir, "offer.eml")); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	e.Eventually("the attachments are gone with the file", func() bool { return len(e.Find("capstan")) == 0 })
	status, err := e.Status(e.Owner())
	if err != nil || status.Documents.Total != 1 || status.Documents.Failed != 0 {
		t.Errorf("status: %+v, %v", status.Documents, err)
	}
}

// TestAttachmentsOfAnUpload: they lie in the blob store as little as their message lies on the disk.
func TestAttachmentsOfAnUpload(t *testing.T) {
	t.Parallel()
	e := start(t)
	made, err := e.Import(e.Owner(), "", "offer.eml", strings.NewReader(letter("Offer", "See.", "rope.txt", strings.Repeat("A rope of hemp. ", 20))))
	if err != nil {
		t.Fatal(err)
	}
	e.Settle()
	in := parts(t, e, made.ID)
	rope := in["rope.txt"]
	if rope.Source != catalog.SourceUpload || rope.Path != "" {
		t.Fatalf("%+v", in)
	}
	if got, err := bytesOf(e, rope.ID); err != nil || !strings.HasPrefix(got, "A rope of hemp.") {
		t.Errorf("%q, %v", got, err)
	}
	copied, err := e.Import(e.Owner(), "", "rope copy.txt", strings.NewReader(strings.Repeat("A rope of hemp. ", 20)))
	if err != nil {
		t.Fatal(err)
	}
	e.Settle()
	if related, err := e.Related(e.Owner(), copied.ID); err != nil || len(related.Duplicates) != 1 || related.Duplicates[0].ContentID != rope.ID {
		t.Errorf("related to the copy: %+v, %v", related, err)
	}
	other := letter("Other", "body", "rope.txt", "A")
	if _, err := e.Import(e.Owner(), "", "other.eml", strings.NewReader(other)); err != nil {
		t.Fatal(err)
	}
	e.Settle()
	sound(t, e)
}

func TestAMailboxIsItsMessages(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := t.TempDir()
	var box strings.Builder
	add := func(n int) {
		fmt.Fprintf(&box, "From ada@example.org Thu Jan  1 09:00:00 2026\n%s\n", strings.ReplaceAll(letter(fmt.Sprintf("Message %d", n), fmt.Sprintf("Words numbered%d.", n), "a.txt", fmt.Sprintf("attached%d", n)), "\r", ""))
	}
	for n := range 300 {
		add(n)
	}
	enginetest.WriteFiles(t, dir, map[string]string{"all.mbox": box.String()})
	e.Watch(dir)
	hits := e.Find("numbered271")
	if len(hits) != 1 || hits[0].FileName != "Message 271.eml" || hits[0].PartOf != "all.mbox" {
		t.Fatalf("%+v", hits)
	}
	kept := hits[0].ContentID
	if got, err := bytesOf(e, kept); err != nil || !strings.Contains(got, "Subject: Message 271") {
		t.Errorf("%q, %v", got, err)
	}
	attached := e.Find("attached299")
	if len(attached) != 1 || attached[0].PartOf != "Message 299.eml" {
		t.Fatalf("%+v", attached)
	}
	add(300)
	enginetest.WriteFiles(t, dir, map[string]string{"all.mbox": box.String()})
	e.Settle()
	if again := e.Find("numbered271"); len(again) != 1 || again[0].ContentID != kept || len(e.Find("numbered300")) != 1 {
		t.Errorf("after another message: %+v", again)
	}
	sound(t, e)
}

func TestArchivesAreOpenedWhereAskedFor(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := t.TempDir()
	enginetest.WriteFiles(t, dir, map[string]string{
		"box.zip": zipped(t, "letters/one.txt", "The windlass is new.", "empty.txt", "", "in.zip", zipped(t, "two.txt", "The bilge is dry.")),
	})
	folder := e.Watch(dir)
	if len(e.Find("windlass")) != 0 {
		t.Fatal("an archive was opened unasked")
	}
	change := func(open bool) {
		if f, err := e.ChangeFolder(e.Owner(), folder.ID, engine.FolderChange{OpenArchives: &open}); err != nil || f.OpenArchives != open {
			t.Fatal(f, err)
		}
		e.Settle()
	}
	change(true)
	hits := e.Find("windlass")
	if len(hits) != 1 || hits[0].FileName != "letters/one.txt" || hits[0].PartOf != "box.zip" {
		t.Fatalf("%+v", hits)
	}
	if inner := e.Find("bilge"); len(inner) != 1 || inner[0].PartOf != "in.zip" {
		t.Fatalf("%+v", inner)
	} else if got, err := bytesOf(e, inner[0].ContentID); err != nil || got != "The bilge is dry." {
		t.Errorf("%q, %v", got, err)
	}
	change(false)
	if len(e.Find("windlass")) != 0 {
		t.Error("the archive is still open")
	}
	sound(t, e)
	if _, err := e.ChangeFolder(context.Background(), folder.ID, engine.FolderChange{}); catalog.CodeOf(err) != catalog.Unauthenticated {
		t.Errorf("for nobody: %v", err)
	}
}

func TestTheLanguageOfATextIsToldAndFilteredBy(t *testing.T) {
	t.Parallel()
	e := start(t)
	dir := t.TempDir()
	enginetest.WriteFiles(t, dir, map[string]string{
		"de.txt": "Der Mietvertrag des Gartens endet im März und kann um fünf Jahre verlängert werden.",
		"en.txt": "The lease of the garden ends in March, and it can be renewed for another five years.", "code.txt": "4711 4712 4713",
	})
	e.Watch(dir)
	for language, want := range map[string]string{"de": "de.txt", "en": "en.txt"} {
		filter, err := catalog.ParseFilter([]byte(`{"language": "` + language + `"}`))
		if err != nil {
			t.Fatal(err)
		}
		list, total, err := e.Contents(e.Owner(), catalog.ContentQuery{Scope: catalog.Scope{Filter: filter}})
		if err != nil || total != 1 || list[0].FileName != want || list[0].Language != language {
			t.Errorf("in %s: %+v, %v", language, list, err)
		}
	}
}
