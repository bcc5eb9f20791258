package extract

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

const mailHead = "From: ada@example.org\r\nTo: bo@example.org\r\nSubject: s\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"

// TestHostileMail reads messages that no person sends: each ends soon, as a document or with a verdict.
func TestHostileMail(t *testing.T) {
	t.Parallel()
	nested := func(deep int) string {
		var b strings.Builder
		b.WriteString(mailHead)
		for i := range deep {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		return b.String() + "Content-Type: text/plain\r\n\r\nwords"
	}
	bomb := base64.StdEncoding.EncodeToString(zipOf(t, map[string]io.Reader{"word/document.xml": io.LimitReader(zeros{}, maxPart+1)}))
	cases := map[string]string{
		"nested.eml":   nested(20_000),
		"parts.eml":    mailHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nwords\r\n", 15_000),
		"toomany.eml":  mailHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\n\r\n", 2_000_000),
		"headers.eml":  strings.Repeat("X-Header: value\r\n", 500_000) + mailHead + "\r\nwords",
		"long.eml":     mailHead + "Cc: " + strings.Repeat("a@example.org, ", 300_000) + "\r\n\r\nwords",
		"line.eml":     mailHead + "\r\nwords " + strings.Repeat("x", 20<<20),
		"encoded.eml":  "Subject: " + strings.Repeat("=?utf-8?q?a?= ", 200_000) + "\r\n" + mailHead + "\r\nwords",
		"base64.eml":   mailHead + "Content-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("=!", 2<<20),
		"charset.eml":  mailHead + "Content-Type: text/plain; charset=no-such\r\n\r\nwords \xe9",
		"boundary.eml": mailHead + "Content-Type: multipart/mixed\r\n\r\nwords",
		"bomb.eml": mailHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
			strings.Repeat("--b\r\nContent-Disposition: attachment; filename=a.docx\r\nContent-Transfer-Encoding: base64\r\n\r\n"+bomb+"\r\n", 5),
		"box.mbox":   strings.Repeat("From a Thu Jan  1 09:00:00 2026\r\n", 200_000) + "words",
		"huge.mbox":  "From a Thu Jan  1 09:00:00 2026\r\n\r\nwords\r\n" + strings.Repeat("y", maxMboxMessage+1000),
		"deep.mhtml": strings.Replace(nested(3000), "text/plain", "text/html", 1),
	}
	for name, data := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			readAny(t, name, []byte(data), nil)
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestMessagesWithinMessages(t *testing.T) {
	t.Parallel()
	text := mailHead + "\r\nthe innermost"
	for i := range 6 {
		text = strings.Replace(mailHead, "Subject: s", fmt.Sprintf("Subject: level %d", i), 1) + "Content-Type: message/rfc822\r\n\r\n" + text
	}
	doc, err := readDocument(inputOf("a.eml", []byte(text), nil))
	if err != nil || len(doc.Pages) != 1 || len(doc.Warnings) != 0 {
		t.Fatal(err, len(doc.Pages), doc.Warnings)
	}
	checkDocument(t, doc)
	for depth := range maxDepth {
		if len(doc.Parts) != 1 || doc.Parts[0].Name != fmt.Sprintf("level %d.eml", 4-depth) {
			t.Fatalf("at depth %d: %+v", depth, doc.Parts)
		}
		doc = doc.Parts[0].Document
	}
	if len(doc.Parts) != 0 || len(doc.Warnings) != 1 {
		t.Errorf("the innermost that is read: %+v", doc)
	}
}

func TestTooManyAttachments(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(mailHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n")
	for i := range maxAttachments + 5 {
		fmt.Fprintf(&b, "--b\r\nContent-Disposition: attachment; filename=note%d.txt\r\n\r\nnumber %d\r\n", i, i)
	}
	doc, err := readDocument(inputOf("a.eml", []byte(b.String()), nil))
	if err != nil || len(doc.Parts) != maxAttachments || len(doc.Warnings) != 1 {
		t.Fatal(err, len(doc.Parts), doc.Warnings)
	}
	if last := doc.Parts[maxAttachments-1]; last.Name != "note199.txt" || last.Pages[0].Text != "number 199" {
		t.Errorf("%+v", last)
	}
	if !strings.Contains(doc.Pages[0].Text, "note204.txt") {
		t.Error("an attachment that was not read is not named")
	}
}

// TestAttachmentThatFails: it says why itself, and the message is read all the same.
func TestAttachmentThatFails(t *testing.T) {
	t.Parallel()
	bomb := base64.StdEncoding.EncodeToString(zipOf(t, map[string]io.Reader{"word/document.xml": io.LimitReader(zeros{}, maxPart+1)}))
	doc, err := readDocument(inputOf("a.eml", []byte(mailHead+"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\nContent-Disposition: attachment; filename=a.docx\r\nContent-Transfer-Encoding: base64\r\n\r\n"+bomb), nil))
	if err != nil || len(doc.Pages) != 1 || !strings.HasSuffix(doc.Pages[0].Text, "words") || len(doc.Warnings) != 0 ||
		len(doc.Parts) != 1 || doc.Parts[0].Name != "a.docx" || !strings.Contains(doc.Parts[0].Failure, "unpacks to more than") || doc.Parts[0].Format != mimeDOCX {
		t.Fatal(err, doc)
	}
}

func TestMailIsKnownByItsBeginning(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, text, mime string }{
		{"mail", mailHead + "\r\nwords", "message/rfc822"},
		{"mail.txt", mailHead + "\r\nwords", "message/rfc822"},
		{"notes.md", mailHead + "\r\nwords", "text/markdown"},
		{"box", "From a@b Thu Jan  1 09:00:00 2026\nSubject: s\n\nwords", "application/mbox"},
		{"one.eml", "From a@b Thu Jan  1 09:00:00 2026\nSubject: s\n\nwords", "message/rfc822"},
		{"letter.txt", "From: the harbour master\nTo: all\n\nwords", "text/plain"},
		{"story.txt", "From the bridge one sees the harbour at 10:00.\n\nwords", "text/plain"},
		{"page", "From: <Saved by Blink>\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>words", "multipart/related"},
	}
	for _, c := range cases {
		doc, err := readDocument(inputOf(c.name, []byte(c.text), nil))
		text := doc
		if len(doc.Parts) > 0 {
			text = doc.Parts[0].Document
		}
		if err != nil || doc.Format != c.mime || len(text.Pages) != 1 || !strings.Contains(text.Pages[0].Text, "words") {
			t.Errorf("%s: %v %+v", c.name, err, doc)
		}
	}
}

// TestBodyCharsets: what a part says of its bytes holds, unless they say otherwise themselves.
func TestBodyCharsets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ declared, bytes, want string }{
		{"utf-8", "Stra\xc3\x9fe", "Straße"},
		{"iso-8859-1", "Stra\xc3\x9fe", "Straße"},
		{"utf-8", "Stra\xdfe und Gasse", "Straße und Gasse"},
		{"us-ascii", "Stra\xc3\x9fe", "Straße"},
		{"iso-2022-jp", "\x1b$B9A\x1b(B", "港"},
		{"koi8-r", "\xc7\xc1\xd7\xc1\xce\xd8", "гавань"},
		{"utf-7", "Stra+AN8-e", "Straße"},
		{"no-such-charset", "Stra\xdfe und Gasse", "Straße und Gasse"},
	} {
		m, err := parseMessage([]byte("Subject: s\nContent-Type: text/plain; charset=" + c.declared + "\n\n" + c.bytes + "\n"))
		if err != nil || len(m.bodies) != 1 || strings.TrimSpace(m.bodies[0].text) != c.want {
			t.Errorf("%s %q: %v %+v", c.declared, c.bytes, err, m)
		}
	}
}

func TestUnpackedRTF(t *testing.T) {
	t.Parallel()
	packed := func(kind string, size uint32, data ...byte) []byte {
		b := binary.LittleEndian.AppendUint32(nil, uint32(len(data)+12))
		b = binary.LittleEndian.AppendUint32(b, size)
		return append(append(append(b, kind...), 0, 0, 0, 0), data...)
	}
	// The example of [MS-OXRTFCP] 3.1: {\rtf1\ansi\ansicpg1252\pard hello world}
	example := packed("LZFu", 43, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0)
	if got := string(unpackedRTF(example)); got != "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n" {
		t.Errorf("%q", got)
	}
	if got := string(unpackedRTF(packed("MELA", 5, []byte("hello world")...))); got != "hello" {
		t.Errorf("%q", got)
	}
	for n := range example {
		unpackedRTF(example[:n])
	}
	if got := unpackedRTF(packed("LZFu", 1<<31, bytes.Repeat([]byte{0xff}, 1000)...)); len(got) > 20_000 {
		t.Errorf("%d bytes of 1,000", len(got))
	}
}

func FuzzMail(f *testing.F) {
	f.Add([]byte(mailHead + "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--b--"))
	f.Add([]byte(`{\rtf1\fromhtml1{\*\htmltag1 <p>}\htmlrtf x\htmlrtf0 \'e9\u-10179?\u-8704?}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		readAny(t, "a.eml", data, nil)
		readAny(t, "a.mbox", data, nil)
		readAny(t, "a.mhtml", data, nil)
		htmlInRTF(append([]byte(`{\rtf1\fromhtml1 `), data...))
		unpackedRTF(data)
		(&message{}).addTNEF(append([]byte{0x78, 0x9f, 0x3e, 0x22, 0, 0}, data...))
	})
}

// TestMSGRecursion: an attachment's folder may hold a message, and that one attachments.
func TestMSGRecursion(t *testing.T) {
	t.Parallel()
	root := &msgItem{}
	for item, i := root, 0; i < 10; i++ {
		item.set(mapiSubject, mapiText8, fmt.Appendf(nil, "level %d", i))
		item = item.folder(msgAttachment + "0").folder(msgObject)
	}
	w := &writer{}
	m := root.message()
	m.write(w, &input{})
	writeItems(w, &input{}, m, root, 0)
	doc := w.document("")
	if len(doc.Pages) != 1+maxDepth || len(doc.Warnings) != 1 {
		t.Fatal(len(doc.Pages), doc.Warnings)
	}
}
