package extract

import (
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// message is what all formats of mail have in common. Its text is shown under a block of the headers that people read.
type message struct {
	subject, from, to, cc, bcc, date string
	bodies                           []body
	attachments                      []attachment
	enclosed                         []string // subjects of messages within that are no files
	warnings                         []string
}

// body is one stretch of what the sender wrote: plain text, or a document of a format that a reader knows.
type body struct {
	text string
	name string // of a file with that content; empty: the text stands as it is
	data []byte
}

func htmlBody(page []byte) body { return body{name: "body.html", data: page} }

// blank reports whether a body has no words of its own.
func (b body) blank() bool { return strings.TrimSpace(b.text) == "" && len(b.data) == 0 }

// write adds the message to the present page: subject, headers, names of attachments, bodies.
func (m *message) write(w *writer, in *input) {
	w.block(catalog.BlockHeading, 1, spaced(m.subject))
	w.block(catalog.BlockParagraph, 0, m.headers())
	for _, b := range m.bodies {
		b.write(w, in)
	}
	for _, warning := range m.warnings {
		w.warn("%s", warning)
	}
}

func (b body) write(w *writer, in *input) {
	if b.name == "" {
		text := strings.Trim(clean(b.text), "\n")
		w.paste(catalog.Page{Text: text, Blocks: paragraphs(text)}, 0)
		return
	}
	inner := inputOf(b.name, b.data, in.pdf)
	inner.depth = maxDepth // a body carries nothing further
	doc, err := in.inner(inner)
	if err != nil {
		w.warn("The text of this message was not read: %s", catalog.MessageOf(err))
		return
	}
	if len(b.data) > 0 && len(doc.Pages) == 0 {
		w.warn("The text of this message is in a format that is not read: %s.", doc.Format)
	}
	for _, page := range doc.Pages {
		w.paste(page, 1)
	}
}

// headers is one line for each header that says something.
func (m *message) headers() string {
	var b strings.Builder
	for _, h := range [...][2]string{{"From", m.from}, {"To", m.to}, {"Cc", m.cc}, {"Bcc", m.bcc}, {"Date", m.date}, {"Attachments", m.names()}} {
		if value := spaced(h[1]); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", h[0], shortened(value, 8<<10))
		}
	}
	return b.String()
}

// shortened cuts a text after n bytes; a header may name thousands of people.
func shortened(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + " …"
}

func (m *message) names() string {
	var names []string
	for i, a := range m.attachments {
		if i == 4*maxAttachments {
			names = append(names, "…")
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", a.title(), a.size()))
	}
	names = append(names, m.enclosed...)
	return strings.Join(names, ", ")
}

// describe makes title and properties of a document that is this one message.
func (m *message) describe(w *writer) {
	w.title(m.subject)
	w.property("from", m.from)
	w.property("to", m.to)
	w.property("cc", m.cc)
	w.property("bcc", m.bcc)
	w.property("date", mailDate(m.date))
	w.property("attachments", m.names())
}

// mailDate is a date header in RFC 3339, or as it stands when it is none.
func mailDate(s string) string {
	if when, err := mail.ParseDate(s); err == nil {
		return when.Format(time.RFC3339)
	}
	return s
}

// decodedHeader resolves encoded words; bytes that are no UTF-8 are read as text of an unknown charset.
func decodedHeader(value string) string {
	if strings.Contains(value, "=?") {
		d := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
		if decoded, err := d.DecodeHeader(value); err == nil {
			value = decoded
		}
	}
	return spaced(decode([]byte(value), charsetOf([]byte(value))))
}
