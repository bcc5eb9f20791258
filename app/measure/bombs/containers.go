package bombs

import (
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
)

const (
	sector     = 512
	endOfChain = 0xfffffffe
	fatSector  = 0xfffffffd
	freeSector = 0xffffffff
	noEntry    = 0xffffffff
)

// compound is a file system in a file, as old Office programs keep documents in. Sectors and the table of which follows
// which are as they are put, true or not.
type compound struct {
	entries []entry
	sectors [][sector]byte
	next    []uint32
	extra   uint32 // the sector at which the table is said to go on; endOfChain: it does not
	small   uint32 // the first sector of the table for small streams
}

type entry struct {
	name              string
	kind              byte // 1 a folder, 2 a stream, 5 the root
	left, right, down uint32
	start             uint32
	size              uint64
}

func newCompound() *compound {
	return &compound{extra: endOfChain, small: endOfChain, entries: []entry{{name: "Root Entry", kind: 5, left: noEntry, right: noEntry, down: 1, start: endOfChain}}}
}

// add puts a stream into the root and returns the sectors that it lies in.
func (c *compound) add(name, data string) (first, last uint32) {
	first = uint32(len(c.sectors))
	for at := 0; at < len(data); at += sector {
		var s [sector]byte
		copy(s[:], data[at:])
		c.sectors = append(c.sectors, s)
		c.next = append(c.next, uint32(len(c.sectors)))
	}
	last = uint32(len(c.sectors) - 1)
	c.next[last] = endOfChain
	right := uint32(noEntry)
	if n := len(c.entries); n > 1 {
		c.entries[n-1].right = uint32(n)
	}
	c.entries = append(c.entries, entry{name: name, kind: 2, left: noEntry, right: right, down: noEntry, start: first, size: uint64(len(data))})
	return first, last
}

// write puts the directory behind the streams, the table behind the directory, and a header before all. The table has
// room in the header for 7 MB.
func (c *compound) write(w io.Writer) error {
	directory := uint32(len(c.sectors))
	for at := 0; at < len(c.entries); at += 4 {
		var s [sector]byte
		for i, e := range c.entries[at:min(at+4, len(c.entries))] {
			e.put(s[128*i:])
		}
		c.sectors = append(c.sectors, s)
		c.next = append(c.next, uint32(len(c.sectors)))
	}
	if len(c.next) > 0 && c.next[len(c.next)-1] == uint32(len(c.sectors)) {
		c.next[len(c.next)-1] = endOfChain
	}
	tables := 1
	for tables*128 < len(c.sectors)+tables {
		tables++
	}
	table := uint32(len(c.sectors))
	for range tables {
		c.next = append(c.next, fatSector)
	}
	for len(c.next) < tables*128 {
		c.next = append(c.next, freeSector)
	}
	if _, err := w.Write(c.header(directory, table, tables)); err != nil {
		return err
	}
	for i := range c.sectors {
		if _, err := w.Write(c.sectors[i][:]); err != nil {
			return err
		}
	}
	return binary.Write(w, binary.LittleEndian, c.next)
}

func (c *compound) header(directory, table uint32, tables int) []byte {
	h := make([]byte, sector)
	copy(h, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	le := binary.LittleEndian
	le.PutUint16(h[24:], 0x3e)
	le.PutUint16(h[26:], 3)
	le.PutUint16(h[28:], 0xfffe)
	le.PutUint16(h[30:], 9)
	le.PutUint16(h[32:], 6)
	le.PutUint32(h[44:], uint32(tables))
	le.PutUint32(h[48:], directory)
	le.PutUint32(h[60:], c.small)
	if c.small != endOfChain {
		le.PutUint32(h[64:], 1)
		le.PutUint32(h[56:], 4096)
	}
	le.PutUint32(h[68:], c.extra)
	if c.extra != endOfChain {
		le.PutUint32(h[72:], 0xffffff)
	}
	for i := range 109 {
		at := uint32(freeSector)
		if i < tables {
			at = table + uint32(i)
		}
		le.PutUint32(h[76+4*i:], at)
	}
	return h
}

func (e entry) put(b []byte) {
	le := binary.LittleEndian
	name := utf16.Encode([]rune(e.name))
	for i, u := range name {
		le.PutUint16(b[2*i:], u)
	}
	le.PutUint16(b[64:], uint16(2*len(name)+2))
	b[66], b[67] = e.kind, 1
	le.PutUint32(b[68:], e.left)
	le.PutUint32(b[72:], e.right)
	le.PutUint32(b[76:], e.down)
	le.PutUint32(b[116:], e.start)
	le.PutUint64(b[120:], e.size)
}

// containers are the old Office documents whose sectors, folders and tables lead back to themselves.
func containers() []Bomb {
	streams := map[string]string{".doc": "WordDocument", ".xls": "Workbook", ".ppt": "PowerPoint Document", ".msg": "__properties_version1.0"}
	var all []Bomb
	for _, extension := range []string{".doc", ".xls", ".ppt", ".msg"} {
		stream := streams[extension]
		bomb := func(name string, damage func(c *compound)) {
			all = append(all, Bomb{Name: name + extension, Write: func(w io.Writer, _ Size) error {
				c := newCompound()
				c.add(stream, strings.Repeat("boom", 2048))
				damage(c)
				return c.write(w)
			}})
		}
		bomb("sectors-in-a-circle", func(c *compound) {
			c.next[len(c.next)-1] = 0
			c.entries[1].size = 1 << 40
		})
		bomb("sector-after-itself", func(c *compound) {
			for i := range c.next {
				c.next[i] = uint32(i)
			}
			c.entries[1].size = 1<<32 - 1
		})
		bomb("folder-in-itself", func(c *compound) {
			c.entries = append(c.entries, entry{name: "Boom", kind: 1, left: 2, right: 2, down: 2, start: endOfChain})
			c.entries[1].right = 2
		})
		bomb("table-goes-on-in-itself", func(c *compound) { c.extra = 0 })
		bomb("small-table-in-a-circle", func(c *compound) {
			c.small = 0
			c.next[0] = 0
			c.entries[1].size = 4000
			c.entries[0].start = 0
			c.entries[0].size = 1 << 40
		})
	}
	return append(all, Bomb{Name: "deep.msg", Write: func(w io.Writer, s Size) error {
		c := newCompound()
		c.add("__properties_version1.0", strings.Repeat("\x00", 4096))
		c.entries[1].right = 2
		for i := range min(s.Depth, 25_000) { // as many as the table has room for
			down := uint32(2*i + 3)
			c.entries = append(c.entries,
				entry{name: "__attach_version1.0_#00000000", kind: 1, left: noEntry, right: noEntry, down: down, start: endOfChain},
				entry{name: "__substg1.0_3701000D", kind: 1, left: noEntry, right: noEntry, down: down + 1, start: endOfChain})
		}
		c.entries[len(c.entries)-1].down = noEntry
		return c.write(w)
	}})
}
