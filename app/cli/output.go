package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// clean makes one line of text safe to show.
func clean(s string) string { return catalog.PlainLine(s) }

// cleanText is clean for text of several lines.
func cleanText(s string) string { return catalog.PlainText(s) }

// line prints one line for people.
func (c *call) line(format string, args ...any) { fmt.Fprintf(c.Out, format+"\n", args...) }

// note prints one line beside the result.
func (c *call) note(format string, args ...any) { fmt.Fprintf(c.Err, format+"\n", args...) }

// document prints v as the one JSON document, indented on a terminal.
func (c *call) document(v any) error { return writeJSON(c.Out, v, terminal(c.Out)) }

func writeJSON(w io.Writer, v any, indent bool) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if indent {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeControls(b.Bytes()))
	return err
}

// escapeControls writes what encoding/json leaves raw and a terminal may act on as \u escapes. Outside of strings JSON is
// ASCII, so only strings change, and only in spelling.
func escapeControls(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == 0x7f || r >= 0x80 && r < 0xa0 || catalog.Reorders(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, b[:size]...)
		}
		b = b[size:]
	}
	return out
}

// Styles, used only where colours are.
const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	yellow = "\x1b[33m"
	plain  = "\x1b[0m"
)

// styled wraps s, which must be clean already, when standard output takes colours.
func (c *call) styled(style, s string) string {
	if s == "" || !c.colours(c.Out) {
		return s
	}
	return style + s + plain
}

// count writes n with thousands apart and the noun in its number.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return grouped(n) + " " + stem + "ies"
	}
	return grouped(n) + " " + noun + "s"
}

func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// about writes a length of time the way one says it.
func about(d time.Duration) string {
	switch {
	case d < time.Second:
		return "less than a second"
	case d < 90*time.Second:
		return count(int(d.Round(time.Second).Seconds()), "second")
	case d < 90*time.Minute:
		return "about " + count(int(d.Round(time.Minute).Minutes()), "minute")
	}
	return "about " + count(int(d.Round(time.Hour).Hours()), "hour")
}

// duration reads 90s, 10m, 12h, 90d, 2w.
func duration(option, s string) (time.Duration, error) {
	days := map[byte]int{'d': 1, 'w': 7}
	if s != "" && days[s[len(s)-1]] > 0 {
		n, err := strconv.Atoi(s[:len(s)-1])
		if err == nil && n >= 0 && n <= 36500 {
			return time.Duration(n*days[s[len(s)-1]]) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return d, nil
	}
	return 0, usage("--%s must be a length of time such as 30s, 10m, 12h or 90d; got %q.", option, clean(s))
}

// size writes a number of bytes for people.
func size(n int64) string {
	const unit = 1000
	if n < unit {
		return count(int(n), "byte")
	}
	value, names := float64(n)/unit, []string{"kB", "MB", "GB", "TB"}
	for len(names) > 1 && value >= unit {
		value, names = value/unit, names[1:]
	}
	return fmt.Sprintf("%.1f %s", value, names[0])
}
