package extract

import (
	"bytes"
	"errors"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	maxMail      = maxPart // bytes of one message
	maxMailParts = 20_000

	// maxMultiparts is how many bodies of several parts one message may have; further ones are data. The parser takes
	// twice as long for each that is nested and not closed.
	maxMultiparts = 16
)

// readEML reads one message: headers, text, and what is attached.
func readEML(in *input) (catalog.Document, error) {
	m, w, err := messageOf(in)
	if err != nil {
		return catalog.Document{}, err
	}
	m.describe(w)
	m.write(w, in)
	writeAttachments(w, in, m.attachments)
	return w.document("message/rfc822"), nil
}

func messageOf(in *input) (*message, *writer, error) {
	w := &writer{}
	data, err := in.prefix(maxMail)
	if err != nil {
		return nil, nil, err
	}
	if in.size > maxMail {
		w.warn("Only the first %d MB of this message were read.", maxMail>>20)
	}
	if name := charsetOf(in.head); strings.HasPrefix(name, "utf-16") {
		data = []byte(decode(data, name)) // what its parts say of their charset is then wrong, and valid UTF-8 is believed first
	}
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), "\r\n")
	if first, rest, found := bytes.Cut(data, []byte("\n")); found && isEnvelope(first) {
		data = rest
	}
	m, err := parseMessage(data)
	return m, w, err
}

// parseMessage takes a message apart. What is malformed is read as far as it goes.
func parseMessage(data []byte) (*message, error) {
	if bytes.Count(data, []byte("\n--")) > maxMailParts {
		return nil, catalog.Errorf(catalog.TooLarge, "This message has more than %d parts.", maxMailParts)
	}
	root, err := partsOf(data)
	if err != nil || root == nil {
		return &message{bodies: []body{{text: decode(data, charsetOf(data[:min(len(data), 64<<10)]))}}}, nil // no structure: it is read as text
	}
	m := &message{}
	header := func(name string) string { return decodedHeader(strings.Join(root.Header.Values(name), ", ")) }
	m.subject, m.from, m.to = header("Subject"), header("From"), header("To")
	m.cc, m.bcc, m.date = header("Cc"), header("Bcc"), header("Date")
	m.add(root)
	return m, nil
}

func partsOf(data []byte) (*enmime.Part, error) {
	multiparts := 0
	parser := enmime.NewParser(
		enmime.SkipMalformedParts(true), enmime.MultipartWOBoundaryAsSinglePart(true), enmime.DisableCharacterDetection(true),
		enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }),
		enmime.SetCustomParseMediaType(func(value string) (string, map[string]string, []string, error) {
			kind, parameters, invalid, err := mediatype.ParseWithOptions(value, mediatype.ParseOptions{StripMediaTypeInvalidCharacters: true})
			if err != nil {
				return "", nil, nil, nil // a type that cannot be read is no type
			}
			if !strings.Contains(strings.ToLower(parameters["charset"]), "utf-7") && parameters != nil {
				parameters["charset"] = "utf-8" // as the bytes are: partText knows better what they are
			}
			if parameters["boundary"] != "" {
				if multiparts++; multiparts > maxMultiparts {
					delete(parameters, "boundary")
				}
			}
			return kind, parameters, invalid, nil
		}))
	root, err := parser.ReadParts(bytes.NewReader(data))
	if err == nil && root == nil {
		err = errors.New("no parts")
	}
	return root, err
}

// add takes what a part holds to where it belongs.
func (m *message) add(p *enmime.Part) {
	switch kind := typeOf(p); {
	case kind == "multipart/alternative":
		m.addAlternative(p)
	case p.FirstChild != nil:
		for child := p.FirstChild; child != nil; child = child.NextSibling {
			m.add(child)
		}
	case len(p.Content) == 0 && p.FileName == "":
	case kind == "application/ms-tnef" || strings.EqualFold(p.FileName, "winmail.dat"):
		m.addTNEF(p.Content)
	case isAttached(p, kind):
		m.attach(p, kind)
	case kind == "text/html":
		m.bodies = append(m.bodies, htmlBody([]byte(partText(p))))
	default:
		m.bodies = append(m.bodies, body{text: unflowed(partText(p), p)})
	}
}

// addAlternative chooses plain text where it has words, otherwise the last form, which is the richest. Attachments
// within any form belong to the message.
func (m *message) addAlternative(p *enmime.Part) {
	var chosen []body
	for child := p.FirstChild; child != nil; child = child.NextSibling {
		var form message
		form.add(child)
		m.attachments = append(m.attachments, form.attachments...)
		m.warnings = append(m.warnings, form.warnings...)
		if len(form.bodies) > 0 && !form.bodies[0].blank() && (len(chosen) == 0 || chosen[0].name != "") {
			chosen = form.bodies
		}
	}
	m.bodies = append(m.bodies, chosen...)
}

// typeOf is the type of a part, which may be its parent's word. Where a part has none, the parser has not looked at
// its name either.
func typeOf(p *enmime.Part) string {
	kind := strings.ToLower(p.ContentType)
	if kind == "" && p.Disposition == "" {
		var parameters map[string]string
		p.Disposition, parameters = headerOf(p, "Content-Disposition")
		p.FileName = decodedHeader(parameters["filename"])
	}
	if kind == "" && p.Parent != nil && strings.EqualFold(p.Parent.ContentType, "multipart/digest") {
		return "message/rfc822"
	}
	return kind
}

// headerOf is the value of a header with parameters.
func headerOf(p *enmime.Part, name string) (string, map[string]string) {
	value, parameters, _, err := mediatype.ParseWithOptions(p.Header.Get(name), mediatype.ParseOptions{StripMediaTypeInvalidCharacters: true})
	if err != nil {
		return "", nil
	}
	return value, parameters
}

func parameterOf(p *enmime.Part, name string) string {
	_, parameters := headerOf(p, "Content-Type")
	return parameters[name]
}

// isAttached tells what came with a message from what is its text.
func isAttached(p *enmime.Part, kind string) bool {
	if strings.EqualFold(p.Disposition, "attachment") || p.FileName != "" {
		return true
	}
	switch {
	case kind == "", kind == "text/plain", kind == "text/html", kind == "text/enriched":
		return false
	case kind == "message/delivery-status", kind == "text/rfc822-headers", kind == "message/disposition-notification":
		return false
	case strings.HasPrefix(kind, "multipart/"):
		return false // one without a boundary
	}
	return true
}

// nameless is what an attachment is called that came without a name; its end tells the reader what it is.
var nameless = map[string]string{
	"message/rfc822": "message.eml", "text/calendar": "invitation.ics", "text/vcard": "contact.vcf", "text/x-vcard": "contact.vcf",
	"text/csv": "table.csv", "application/pdf": "document.pdf",
}

func (m *message) attach(p *enmime.Part, kind string) {
	a := attachment{name: strings.TrimSpace(clean(p.FileName)), data: p.Content}
	a.shown = strings.HasPrefix(kind, "image/") && p.ContentID != "" && !strings.EqualFold(p.Disposition, "attachment") ||
		strings.HasSuffix(kind, "-signature")
	if a.name == "" {
		a.like = nameless[kind]
	}
	switch kind {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		if strings.EqualFold(parameterOf(p, "smime-type"), "enveloped-data") {
			m.warnings = append(m.warnings, "This message is encrypted; its text was not read.")
		}
	case "application/pgp-encrypted":
		m.warnings = append(m.warnings, "This message is encrypted; its text was not read.")
	case "text/calendar":
		if last := len(m.attachments) - 1; last >= 0 && bytes.Equal(m.attachments[last].data, a.data) {
			return // the same invitation once as a form of the text and once as a file
		}
	}
	m.attachments = append(m.attachments, a)
}

// partText is the content of a text part: valid UTF-8 as it is, other bytes in the charset that the part names, and
// where it names none, in the one that they look like.
func partText(p *enmime.Part) string {
	head := p.Content[:min(len(p.Content), 64<<10)]
	found := charsetOr(head, "windows-1252")
	declared := strings.ToLower(parameterOf(p, "charset"))
	switch {
	case bytes.IndexByte(head, 0x1b) >= 0 && strings.HasPrefix(declared, "iso-2022"), strings.HasPrefix(declared, "hz-"):
		return decode(p.Content, declared)
	case found == "utf-8" || strings.HasPrefix(found, "utf-16") || declared == "us-ascii" || declared == "utf-8" || encodingOf(declared) == nil:
		return decode(p.Content, found)
	}
	return decode(p.Content, declared)
}

// charsetOr is the charset of a text, or another one for bytes that look like no text.
func charsetOr(head []byte, fallback string) string {
	if name := charsetOf(head); name != "" {
		return name
	}
	return fallback
}

// unflowed joins the lines of text that its sender's program has wrapped (RFC 3676).
func unflowed(text string, p *enmime.Part) string {
	if !strings.EqualFold(parameterOf(p, "format"), "flowed") {
		return text
	}
	var b strings.Builder
	for l := range strings.Lines(text) {
		l = strings.TrimSuffix(l, "\n")
		b.WriteString(l)
		if !strings.HasSuffix(l, " ") || l == "-- " || strings.HasPrefix(l, ">") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// detectMail knows a message or a mailbox by how it begins: with lines that only mail has.
func detectMail(head []byte) (format, bool) {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	first, rest, _ := bytes.Cut(head, []byte("\n"))
	if bytes.HasPrefix(first, []byte("From ")) && isEnvelope(first) {
		return formatMbox, true
	}
	strong, known := 0, 0
	for range 60 {
		name, _, found := bytes.Cut(first, []byte(":"))
		if len(first) == 0 || len(rest) == 0 {
			break
		}
		if first[0] != ' ' && first[0] != '\t' {
			if !found || len(name) > 60 || bytes.ContainsAny(name, " \t<>{}\"") {
				break
			}
			switch strings.ToLower(string(name)) {
			case "received", "message-id", "mime-version", "return-path", "delivered-to", "dkim-signature", "x-mailer":
				strong++
			case "from", "to", "subject", "date", "cc", "content-type", "content-transfer-encoding", "sender", "reply-to":
				known++
			}
		}
		first, rest, _ = bytes.Cut(rest, []byte("\n"))
		first = bytes.TrimSuffix(first, []byte("\r"))
	}
	return formatEML, strong > 0 && strong+known >= 3
}

// mailByName lets the name decide between formats that begin alike, and keeps mail that is quoted in a document of
// another format apart.
func mailByName(in *input, found format) format {
	byName, ok := textByName[in.extension()]
	switch {
	case ok:
		return byName
	case bytes.Contains(bytes.ToLower(in.head[:min(len(in.head), 1024)]), []byte("from: <saved by ")):
		return formatMHTML
	}
	return found
}
