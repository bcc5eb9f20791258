package bombs

import (
	"fmt"
	"io"
	"strings"
)

// mails are messages within messages and mailboxes without an end.
func mails() []Bomb {
	const head = "From: a@example.org\r\nTo: b@example.org\r\nSubject: Boom\r\nMIME-Version: 1.0\r\n"
	return []Bomb{
		{Name: "deep.eml", Write: func(w io.Writer, s Size) error {
			return around(w, head+"Content-Type: message/rfc822\r\n\r\n", head+"Content-Type: text/plain\r\n\r\nBoom, said the innermost.\r\n", "", s.Depth)
		}},
		{Name: "multipart.eml", Write: func(w io.Writer, s Size) error {
			if _, err := io.WriteString(w, head); err != nil {
				return err
			}
			for i := range s.Depth {
				if _, err := fmt.Fprintf(w, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i); err != nil {
					return err
				}
			}
			_, err := io.WriteString(w, "Content-Type: text/plain\r\n\r\nBoom, said the innermost.\r\n")
			return err
		}},
		{Name: "one-boundary.eml", Write: func(w io.Writer, s Size) error {
			if _, err := io.WriteString(w, head); err != nil {
				return err
			}
			return around(w, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "Content-Type: text/plain\r\n\r\nBoom, said the innermost.\r\n", "--b--\r\n", s.Depth)
		}},
		{Name: "forwarded.eml", Write: func(w io.Writer, _ Size) error { // every message holds ten of the one before
			_, err := io.WriteString(w, forwarded(head, 5, 10))
			return err
		}},
		{Name: "parts.eml", Write: func(w io.Writer, s Size) error {
			if _, err := io.WriteString(w, head+"Content-Type: multipart/mixed; boundary=b\r\n\r\n"); err != nil {
				return err
			}
			return repeat(w, "--b\r\nContent-Type: text/plain\r\n\r\nBoom\r\n", s.Wide)
		}},
		{Name: "headers.eml", Whole: true, Write: func(w io.Writer, s Size) error {
			if _, err := io.WriteString(w, head); err != nil {
				return err
			}
			return repeat(w, "Received: from boom by boom; Tue, 1 Jan 2030 00:00:00 +0000\r\n", s.Wide)
		}},
		{Name: "long-header.eml", Whole: true, Write: func(w io.Writer, s Size) error {
			if _, err := io.WriteString(w, head+"Cc: "); err != nil {
				return err
			}
			return around(w, "=?utf-8?q?boom?= <boom@example.org>,\r\n ", "c@example.org\r\n\r\nBoom\r\n", "", s.Wide)
		}},
		{Name: "messages.mbox", Write: func(w io.Writer, s Size) error {
			return repeat(w, "From a@example.org Tue Jan  1 00:00:00 2030\n"+strings.ReplaceAll(head, "\r", "")+"\nBoom, said the bomb.\n\n", s.Wide)
		}},
		{Name: "base64.eml", Write: func(w io.Writer, s Size) error {
			if _, err := io.WriteString(w, head+"Content-Type: application/octet-stream; name=bomb.txt\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=bomb.txt\r\n\r\n"); err != nil {
				return err
			}
			return repeat(w, strings.Repeat("Qm9v", 19)+"\r\n", int(s.Line/4/78))
		}},
	}
}

func forwarded(head string, levels, copies int) string {
	inner := head + "Content-Type: text/plain\r\n\r\nBoom\r\n"
	for level := range levels {
		boundary := fmt.Sprintf("level%d", level)
		outer := head + "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n"
		for range copies {
			outer += "--" + boundary + "\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "\r\n"
		}
		inner = outer + "--" + boundary + "--\r\n"
	}
	return inner
}
