package extract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Limits of what lies within one document, however deep.
const (
	maxDepth       = 3                // documents within documents within a document
	maxAttachments = 200              // of one message
	maxMembers     = 5000             // in all
	maxOpened      = 1000             // files of an archive that is opened
	membersBytes   = 512 << 20        // in all
	memberTime     = 20 * time.Second // after this no further one is begun
	maxPartName    = 200              // code points
)

// budget is what documents within one document may still take.
type budget struct {
	members     int
	bytes, text int64
	until       time.Time
}

func newBudget() *budget {
	return &budget{members: maxMembers, bytes: membersBytes, text: maxText, until: time.Now().Add(memberTime)}
}

// left reports whether another one may begin.
func (b *budget) left() bool {
	return b == nil || b.members > 0 && b.bytes > 0 && b.text > 0 && time.Now().Before(b.until)
}

// spend takes one document off.
func (b *budget) spend(size int, doc catalog.Document) {
	if b == nil {
		return
	}
	b.members--
	b.bytes -= int64(size)
	for _, p := range doc.Pages {
		b.text -= int64(len(p.Text))
	}
}

// extend gives what comes next its time, where there is some: recognising the words of a scan has used up that of before.
func (b *budget) extend(p *allowance) {
	if b == nil || p == nil || !p.slow {
		return
	}
	p.goesOn()
	if until := time.Now().Add(memberTime); until.Before(p.until) {
		b.until = until
	}
}

// seeking is a part whose bytes are wanted: the keys from here on, and where the bytes go.
type seeking struct {
	keys  []string
	found *[]byte
}

// wants reports whether a part is to be looked at: any while reading, the one on the way while seeking.
func (in *input) wants(key string) bool { return in.seek == nil || in.seek.keys[0] == key }

// siblings hands out keys that no other part of the same document has.
type siblings map[string]int

// next is the key for something that is told by stem: its bytes, or its name where it has one of its own. What is there
// twice is numbered.
func (s *siblings) next(stem string) string {
	if *s == nil {
		*s = siblings{}
	}
	(*s)[stem]++
	if n := (*s)[stem]; n > 1 {
		return fmt.Sprintf("%s-%d", stem, n)
	}
	return stem
}

// stemOf is a stem of sixteen digits.
func stemOf(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:8]) }

// part makes a document that lies within this one a part of it, under a key. While seeking it hands out the bytes, or
// goes on within.
func (w *writer) part(in *input, key string, a attachment) {
	if !in.wants(key) {
		return
	}
	read := a.read
	if read == nil {
		read = in.inner
	}
	inner := in.within(a)
	if in.seek != nil {
		if len(in.seek.keys) == 1 {
			*in.seek.found = append([]byte{}, a.data...)
			return
		}
		inner.seek = &seeking{in.seek.keys[1:], in.seek.found}
		_, _ = read(inner) // what it says of its text was said when it was read
		return
	}
	sum := sha256.Sum256(a.data)
	p := catalog.Part{Key: key, Size: int64(len(a.data)), SHA256: hex.EncodeToString(sum[:])}
	doc, err := read(inner)
	w.doc.Locked = w.doc.Locked || doc.Locked || catalog.CodeOf(err) == catalog.Locked
	if err != nil {
		p.Failure, p.Format = catalog.MessageOf(err), doc.Format
	} else {
		finish(&doc)
		p.Document = doc
	}
	p.Name = a.called(doc.Title, len(w.doc.Parts)+1)
	in.parts.spend(len(a.data), doc)
	in.parts.extend(in.patience)
	w.doc.Parts = append(w.doc.Parts, p)
}

// called is the name under which a part is shown: its own, else its title, else its number, with the ending that says what
// it is.
func (a attachment) called(title string, number int) string {
	if name := partName(a.name); name != "" {
		return name
	}
	ending := ""
	if dot := strings.LastIndexByte(a.like, '.'); dot >= 0 {
		ending = a.like[dot:]
	}
	if title = partName(strings.NewReplacer("/", " ", `\`, " ").Replace(title)); title != "" {
		return title + ending
	}
	return fmt.Sprintf("attachment %d%s", number, ending)
}

// partName makes a name that somebody sent one that can be shown: one line, not too long, with its ending.
func partName(s string) string {
	s = spaced(clean(s))
	if n := utf8.RuneCountInString(s); n > maxPartName {
		runes := []rune(s)
		s = "…" + string(slices.Clone(runes[n-maxPartName:]))
	}
	return s
}

// memberBytes has the bytes of a part taken out of the file: keys lead to it from the outermost document.
func memberBytes(in *input, keys []string) ([]byte, error) {
	gone := catalog.Errorf(catalog.NotFound, "There is no such document in this file any more.")
	if len(keys) == 0 || len(keys) > maxDepth+1 {
		return nil, gone
	}
	var found []byte
	in.seek = &seeking{keys, &found}
	if _, err := readDocument(in); err != nil {
		return nil, err
	}
	if found == nil {
		return nil, gone
	}
	return found, nil
}
