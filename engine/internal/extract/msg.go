package extract

import (
	"encoding/binary"
	"errors"
	"io"
	"net/mail"
	"slices"
	"strconv"
	"strings"

	"github.com/richardlehane/mscfb"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const maxRecipients = 2000

// readMSG reads a message of Outlook: a small file system whose files are properties and whose folders are recipients
// and attachments ([MS-OXMSG]).
func readMSG(in *input) (catalog.Document, error) {
	root, err := readItem(in)
	if err != nil {
		return catalog.Document{}, err
	}
	w := &writer{}
	m := root.message()
	m.describe(w)
	m.write(w, in)
	writeItems(w, in, m, root, in.depth)
	return w.document("application/vnd.ms-outlook"), nil
}

// writeItems adds attached files, and messages that lie in this one as folders, which are no files of their own.
func writeItems(w *writer, in *input, m *message, item *msgItem, depth int) {
	writeAttachments(w, in, m.attachments)
	for _, inner := range item.messages() {
		if depth == maxDepth {
			w.warn("Messages nested deeper than %d were not read.", maxDepth)
			return
		}
		w.breakPage()
		innerMessage := inner.message()
		innerMessage.write(w, in)
		writeItems(w, in, innerMessage, inner, depth+1)
	}
}

// msgItem is one folder of the file: a message, a recipient or an attachment.
type msgItem struct {
	mapi
	items map[string]*msgItem
}

func (m *msgItem) folder(name string) *msgItem {
	if m.items == nil {
		m.items = map[string]*msgItem{}
	}
	if m.items[name] == nil {
		m.items[name] = &msgItem{}
	}
	return m.items[name]
}

// folders are those whose name begins so, in order.
func (m *msgItem) folders(prefix string) []*msgItem {
	var names []string
	for name := range m.items {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	list := make([]*msgItem, len(names))
	for i, name := range names {
		list[i] = m.items[name]
	}
	return list
}

const (
	msgProperty   = "__substg1.0_"
	msgFixed      = "__properties_version1.0"
	msgRecipient  = "__recip_version1.0_"
	msgAttachment = "__attach_version1.0_"
	msgObject     = msgProperty + "3701000D" // a message within an attachment
)

// readItem reads the whole file into a tree of items.
func readItem(in *input) (*msgItem, error) {
	malformed := func(err error) error {
		return catalog.WrapError(catalog.Unsupported, "This message is malformed and cannot be read.", err)
	}
	container, err := mscfb.New(io.NewSectionReader(in.file, 0, in.size))
	if err != nil {
		return nil, malformed(err)
	}
	root, left := &msgItem{}, in.size+1<<20 // chains of sectors may cross; together they are no longer than the file
	for {
		file, err := container.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, malformed(err)
		}
		if len(file.Path) > 4*maxDepth || file.FileInfo().IsDir() {
			continue
		}
		item := root
		for _, name := range file.Path {
			item = item.folder(name)
		}
		id, kind, wanted := propertyOf(file.Name)
		if !wanted && file.Name != msgFixed || file.Size > left {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(file, min(file.Size, maxPart)))
		left -= int64(len(data))
		if err != nil && len(data) == 0 {
			continue // a stream whose sectors are lost
		}
		if wanted {
			item.set(id, kind, data)
		} else {
			item.fixed(data, fixedHeader(file.Path))
		}
	}
	root.spread(root.page)
	if len(root.values) == 0 {
		return nil, malformed(errors.New("no properties"))
	}
	return root, nil
}

// propertyOf takes number and type from a name like __substg1.0_0037001F.
func propertyOf(name string) (id, kind uint16, ok bool) {
	digits, found := strings.CutPrefix(name, msgProperty)
	if !found || len(digits) != 8 {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	kind = uint16(n)
	return uint16(n >> 16), kind, err == nil && (kind == mapiText8 || kind == mapiText16 || kind == mapiBinary)
}

// fixedHeader is how long the header of an item's list of properties is: that depends on what the item is.
func fixedHeader(path []string) int {
	switch {
	case len(path) == 0:
		return 32
	case path[len(path)-1] == msgObject:
		return 24
	}
	return 8
}

// fixed reads properties of constant size: records of 16 bytes after a header.
func (m *msgItem) fixed(data []byte, header int) {
	for at := header; at+16 <= len(data); at += 16 {
		kind, id := binary.LittleEndian.Uint16(data[at:]), binary.LittleEndian.Uint16(data[at+2:])
		if kind == mapiInteger || kind == mapiTime {
			m.set(id, kind, data[at+8:at+16])
		}
	}
}

// spread tells every item its message's code page.
func (m *msgItem) spread(page uint32) {
	if m.page == 0 {
		m.page = page
	}
	for _, item := range m.items {
		item.spread(m.page)
	}
}

// message is what a person sees of it.
func (m *msgItem) message() *message {
	headers, _ := mail.ReadMessage(strings.NewReader(strings.TrimLeft(m.text(mapiHeaders), "\r\n ") + "\r\n\r\n"))
	header := func(name string) string {
		if headers == nil {
			return ""
		}
		return decodedHeader(headers.Header.Get(name))
	}
	to := m.recipients()
	out := &message{
		subject: m.text(mapiSubject),
		from:    orElse(person(m.text(mapiSenderName), orElse(m.text(mapiSenderSMTP), m.text(mapiSenderMail))), header("From")),
		to:      orElse(to[1], orElse(m.text(mapiTo), header("To"))),
		cc:      orElse(to[2], orElse(m.text(mapiCc), header("Cc"))),
		bcc:     orElse(to[3], m.text(mapiBcc)),
		date:    orElse(header("Date"), orElse(m.time(mapiSubmitted), m.time(mapiDelivered))),
		bodies:  m.bodies(),
	}
	for _, a := range m.folders(msgAttachment) {
		if data := a.binary(mapiContent); len(data) > 0 {
			name := orElse(a.text(mapiLongName), orElse(a.text(mapiFileName), a.text(mapiName)))
			out.attachments = append(out.attachments, attachment{name: spaced(clean(name)), data: data})
		}
	}
	for _, inner := range m.messages() {
		out.enclosed = append(out.enclosed, orElse(spaced(clean(inner.text(mapiSubject))), "a message"))
	}
	return out
}

// recipients are those of each kind, joined.
func (m *msgItem) recipients() (kinds [4]string) {
	for i, r := range m.folders(msgRecipient) {
		if i == maxRecipients {
			break
		}
		kind := r.number(mapiRecipient)
		who := person(r.text(mapiName), orElse(r.text(mapiSMTP), r.text(mapiMail)))
		if kind == 0 || kind >= uint64(len(kinds)) || who == "" {
			continue
		}
		kinds[kind] += ", " + who
	}
	for i := range kinds {
		kinds[i] = strings.TrimPrefix(kinds[i], ", ")
	}
	return kinds
}

// messages are those attached to this one.
func (m *msgItem) messages() []*msgItem {
	var list []*msgItem
	for _, a := range m.folders(msgAttachment) {
		if inner := a.items[msgObject]; inner != nil && len(list) < maxAttachments {
			list = append(list, inner)
		}
	}
	return list
}
