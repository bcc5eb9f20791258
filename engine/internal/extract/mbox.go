package extract

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const maxMboxMessage = 16 << 20 // bytes of one message in a mailbox; what is beyond is left out

// readMbox reads a mailbox message by message, each a page. Attachments are named and not read: a mailbox of years
// holds thousands.
func readMbox(in *input) (catalog.Document, error) {
	w := &writer{}
	messages := 0
	lines := bufio.NewReaderSize(io.NewSectionReader(in.file, 0, in.size), 64<<10)
	err := eachMessage(lines, func(data []byte, cut bool) bool {
		m, err := parseMessage(data)
		if err != nil {
			w.warn("Message %d was not read: %s", messages+1, catalog.MessageOf(err))
			m = &message{}
		}
		if cut {
			w.warn("Only the first %d MB of message %d were read.", maxMboxMessage>>20, messages+1)
		}
		if messages > 0 {
			w.breakPage()
		}
		if !w.full {
			messages++
			m.write(w, in)
		}
		return !w.full
	})
	if err != nil {
		return catalog.Document{}, catalog.WrapError(catalog.Unavailable, "The file could not be read to its end.", err)
	}
	w.property("messages", strconv.Itoa(messages))
	return w.document("application/mbox"), nil
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
