package extract

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const maxMboxMessage = 16 << 20 // bytes of one message in a mailbox; what is beyond is left out

// readMbox reads a mailbox: a list of its messages, each of which is a document of its own.
func readMbox(in *input) (catalog.Document, error) {
	w := &writer{}
	messages, left := 0, 0
	lines := bufio.NewReaderSize(io.NewSectionReader(in.file, 0, in.size), 64<<10)
	err := eachMessage(lines, func(data []byte, cut bool) bool {
		messages++
		if cut {
			w.warn("Only the first %d MB of message %d were read.", maxMboxMessage>>20, messages)
		}
		if !in.parts.left() {
			left++
			return in.seek == nil
		}
		key := w.keys.next(stemOf(sha256.Sum256(data)))
		w.part(in, key, attachment{like: "message.eml", data: data, read: readEML})
		if in.seek == nil {
			w.block(catalog.BlockListItem, 0, headline(w.doc.Parts[len(w.doc.Parts)-1]))
		}
		return in.seek == nil || *in.seek.found == nil
	})
	if err != nil {
		return catalog.Document{}, catalog.WrapError(catalog.Unavailable, "The file could not be read to its end.", err)
	}
	if left > 0 {
		w.warn("Only the first %d of %d messages were read.", messages-left, messages)
	}
	w.property("messages", strconv.Itoa(messages))
	return w.document("application/mbox"), nil
}

// headline is a message in a line: subject, sender, date.
func headline(p catalog.Part) string {
	words := []string{orElse(p.Title, p.Name)}
	for _, name := range [...]string{"from", "date"} {
		if value := shortened(spaced(p.Properties[name]), 200); value != "" {
			words = append(words, value)
		}
	}
	return strings.Join(words, " — ")
}

// eachMessage hands over one message after another until do wants no more. Each begins after a line with an envelope,
// at the start of the file or after an empty line.
func eachMessage(r *bufio.Reader, do func(data []byte, cut bool) bool) error {
	var message []byte
	open, cut, blank, begin := false, false, true, true
	for {
		part, err := r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return err
		}
		if begin && blank && isEnvelope(part) {
			if open && !do(message, cut) {
				return nil
			}
			message, open, cut = message[:0], true, false
		} else if len(message)+len(part) > maxMboxMessage {
			cut = true
		} else {
			if begin {
				part = unescaped(part)
			}
			message = append(message, part...)
			open = open || len(bytes.TrimSpace(part)) > 0
		}
		if errors.Is(err, io.EOF) {
			if open {
				do(message, cut)
			}
			return nil
		}
		blank = begin && len(bytes.TrimSpace(part)) == 0
		begin = err == nil
	}
}

// isEnvelope recognises `From sender Mon Jun 1 10:00:00 2009`.
func isEnvelope(line []byte) bool {
	rest, found := bytes.CutPrefix(line, []byte("From "))
	if !found || len(rest) > 1000 {
		return false
	}
	fields := bytes.Fields(rest)
	if len(fields) < 3 {
		return false
	}
	for _, f := range fields[1:] {
		if len(f) >= 4 && len(f) <= 8 && bytes.IndexByte(f, ':') > 0 && len(bytes.Trim(f, "0123456789:")) == 0 {
			return true
		}
	}
	return false
}

// unescaped takes off the mark of a line that would look like an envelope.
func unescaped(line []byte) []byte {
	if bytes.HasPrefix(line, []byte(">")) && bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
		return line[1:]
	}
	return line
}
