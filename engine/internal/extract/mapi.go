package extract

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Properties of Outlook's messages that are read, by their number ([MS-OXPROPS]).
const (
	mapiSubject     = 0x0037
	mapiSubmitted   = 0x0039
	mapiHeaders     = 0x007d
	mapiRecipient   = 0x0c15 // 1 to, 2 cc, 3 bcc
	mapiSenderName  = 0x0c1a
	mapiSenderMail  = 0x0c1f
	mapiDelivered   = 0x0e06
	mapiBcc         = 0x0e02
	mapiCc          = 0x0e03
	mapiTo          = 0x0e04
	mapiBody        = 0x1000
	mapiRTF         = 0x1009
	mapiHTML        = 0x1013
	mapiName        = 0x3001
	mapiMail        = 0x3003
	mapiContent     = 0x3701
	mapiFileName    = 0x3704
	mapiLongName    = 0x3707
	mapiSMTP        = 0x39fe
	mapiCodePage    = 0x3ffd
	mapiNetCodePage = 0x3fde
	mapiSenderSMTP  = 0x5d01
)

// Types of properties.
const (
	mapiInteger = 0x0003
	mapiObject  = 0x000d
	mapiText8   = 0x001e // in the message's code page
	mapiText16  = 0x001f
	mapiTime    = 0x0040
	mapiBinary  = 0x0102
)

// mapi holds the properties of one object: a message, a recipient or an attachment.
type mapi struct {
	values map[uint16]mapiValue
	page   uint32 // code page of 8-bit text
}

type mapiValue struct {
	kind uint16
	data []byte
}

// set keeps a property; of one in two types the Unicode one.
func (m *mapi) set(id, kind uint16, data []byte) {
	if m.values == nil {
		m.values = map[uint16]mapiValue{}
	}
	if old, ok := m.values[id]; ok && old.kind == mapiText16 {
		return
	}
	m.values[id] = mapiValue{kind, data}
	if n := m.number(id); n > 0 && (id == mapiCodePage || id == mapiNetCodePage && m.page == 0) {
		m.page = uint32(n)
	}
}

func (m *mapi) binary(id uint16) []byte { return m.values[id].data }

func (m *mapi) number(id uint16) uint64 {
	var b [8]byte
	copy(b[:], m.values[id].data)
	return binary.LittleEndian.Uint64(b[:])
}

// text is a property as a person reads it.
func (m *mapi) text(id uint16) string {
	v := m.values[id]
	switch v.kind {
	case mapiText16:
		return strings.TrimRight(fromUTF16(v.data), "\x00")
	case mapiText8, mapiBinary:
		data := bytes.TrimRight(v.data, "\x00")
		return decode(data, m.charset(data))
	}
	return ""
}

// charset of 8-bit text: UTF-8 where it is valid, what the message says, else a guess.
func (m *mapi) charset(data []byte) string {
	guess := charsetOr(data[:min(len(data), 64<<10)], "windows-1252")
	if guess == "utf-8" {
		return guess
	}
	if name := codePage(m.page); name != "" {
		return name
	}
	return guess
}

// codePage is the name of a code page of Windows.
func codePage(number uint32) string {
	switch number {
	case 874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258:
		return fmt.Sprintf("windows-%d", number)
	case 932:
		return "shift_jis"
	case 936, 54936:
		return "gb18030"
	case 949:
		return "euc-kr"
	case 950:
		return "big5"
	case 20866:
		return "koi8-r"
	case 28591, 28592, 28593, 28594, 28595, 28596, 28597, 28598, 28599, 28605:
		return fmt.Sprintf("iso-8859-%d", number-28590)
	case 50220, 50221, 50222:
		return "iso-2022-jp"
	case 51932:
		return "euc-jp"
	}
	return ""
}

// time is a property that counts 100 ns since 1601, in the form of a mail's header; empty when there is none.
func (m *mapi) time(id uint16) string {
	const toUnix = 11_644_473_600
	ticks := m.number(id)
	if m.values[id].kind != mapiTime || ticks == 0 || ticks/1e7 > 1<<40 {
		return ""
	}
	return time.Unix(int64(ticks/1e7)-toUnix, 0).UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700")
}

// person is "Name <address>" of what is known of the two.
func person(name, address string) string {
	name, address = spaced(strings.Trim(name, "'\"")), spaced(address)
	switch {
	case address == "" || strings.EqualFold(name, address) || strings.HasPrefix(address, "/"):
		return name
	case name == "":
		return address
	}
	return name + " <" + address + ">"
}

// bodies is the text of a message: plain where there is any, else HTML, else RTF.
func (m *mapi) bodies() []body {
	if text := m.text(mapiBody); strings.TrimSpace(text) != "" {
		return []body{{text: text}}
	}
	if page := m.binary(mapiHTML); len(page) > 0 {
		if m.values[mapiHTML].kind != mapiBinary || codePage(m.page) != "" {
			page = []byte(m.text(mapiHTML))
		}
		return []body{htmlBody(page)}
	}
	rtf := unpackedRTF(m.binary(mapiRTF))
	if len(rtf) == 0 {
		return nil
	}
	if page, ok := htmlInRTF(rtf); ok {
		return []body{htmlBody([]byte(page))}
	}
	return []body{{name: "body.rtf", data: rtf}}
}
